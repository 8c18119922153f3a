// columns_kernel.c -- who and how often: one walk over the postings of each code.
#include "insight/columns/columns_history.h"

// How many codes ahead their rows and first postings are asked for: half of the time of a question
// about thousands of rare codes is waiting for memory (ADR 0012).
enum { ROW_AHEAD = 12, POSTING_AHEAD = 6, STEP_FIRST = 16 };
enum { CHAIN_MAX = 4, DIFFERENT_FEW_OF = 8 };

DayRange day_range(Date after, Date until)
{
    int64_t first = date_is_none(after) ? 0 : (int64_t)after.days - COLUMNS_DAY_ZERO + 1;
    int64_t last = (int64_t)until.days - COLUMNS_DAY_ZERO;
    if (date_is_none(until)) last = -1;
    if (first < 0) first = 0;
    if (first > COLUMNS_DAYS) first = COLUMNS_DAYS;
    if (last < -1) last = -1;
    if (last >= COLUMNS_DAYS) last = COLUMNS_DAYS - 1;
    return (DayRange){(int32_t)first, (int32_t)last};
}

static inline CodeSpan span_at(const StripeCode *code)
{
    return (CodeSpan){code[0].first, code[1].first, code->first_day, code->last_day};
}

CodeSpan code_span(const Stripe *stripe, uint32_t local)
{
    return span_at(&stripe->code[local]);
}

// Where a code's postings of a day begin if they are spread evenly over its days: near enough that
// a search from there touches a line or two, where halving the whole list touches many.
static inline uint32_t guess(const CodeSpan *code, int32_t day)
{
    uint32_t count = code->end - code->first;
    int32_t span = (int32_t)code->last_day - code->first_day + 1;
    if (span <= 0 || day <= code->first_day || count == 0) return code->first;
    if (day > code->last_day) return code->end - 1;
    return code->first +
           (uint32_t)((uint64_t)count * (uint32_t)(day - code->first_day) / (uint32_t)span);
}

// Left as a call of its own gcc takes this for a function without effect, and leaves out the call.
static inline __attribute__((always_inline)) void ask_postings(const Stripe *stripe,
                                                               const CodeSpan *code, DayRange days)
{
    uint32_t at = guess(code, days.first);
    __builtin_prefetch(&stripe->who[at]);
    if (days.first > code->first_day) __builtin_prefetch(&stripe->day[at]);
}

static inline __attribute__((always_inline)) void ask_ahead(const Stripe *stripe, CodeList codes,
                                                            DayRange days, size_t i)
{
    if (i + ROW_AHEAD < codes.count) {
        uint16_t local = local_of(stripe, codes.ids[i + ROW_AHEAD]);
        if (local != UINT16_MAX) __builtin_prefetch(&stripe->code[local]);
    }
    if (i + POSTING_AHEAD < codes.count) {
        uint16_t local = local_of(stripe, codes.ids[i + POSTING_AHEAD]);
        if (local == UINT16_MAX) return;
        CodeSpan code = span_at(&stripe->code[local]);
        ask_postings(stripe, &code, days);
    }
}

// The first place in [low, high) whose day is at least `day`, looking around `near` first, in steps
// that grow.
static uint32_t first_near(const uint16_t *days, uint32_t low, uint32_t high, uint32_t near,
                           int32_t day)
{
    if (near < low || near >= high) return first_from(days, low, high, day);
    uint32_t step = STEP_FIRST;
    if (days[near] < day) {
        low = near + 1;
        for (; step < high - low && days[low + step] < day; step *= 2) low += step + 1;
        if (step < high - low) high = low + step;
    } else {
        high = near;
        for (; step < high - low && days[high - step] >= day; step *= 2) high -= step;
        if (step < high - low) low = high - step;
    }
    return first_from(days, low, high, day);
}

typedef struct Span { // places in the postings
    uint32_t from, to;
} Span;

static inline Span span_of(const Stripe *stripe, const CodeSpan *code, DayRange days)
{
    Span span = {code->first, code->end};
    if (days.first > days.last) return (Span){0, 0};
    if (days.last < code->last_day) {
        span.to =
            first_near(stripe->day, span.from, span.to, guess(code, days.last + 1), days.last + 1);
    }
    if (days.first > code->first_day) {
        span.from =
            first_near(stripe->day, span.from, span.to, guess(code, days.first), days.first);
    }
    return span;
}

typedef struct Walk { // over the codes of a list that the stripe has
    const Stripe *stripe;
    CodeList codes;
    DayRange days;
    size_t next;
    size_t at;         // of the present code in the list
    uint32_t from, to; // its postings in the days
} Walk;

static inline bool next_code(Walk *walk)
{
    while (walk->next < walk->codes.count) {
        walk->at = walk->next++;
        ask_ahead(walk->stripe, walk->codes, walk->days, walk->at);
        uint16_t local = local_of(walk->stripe, walk->codes.ids[walk->at]);
        if (local == UINT16_MAX) continue;
        CodeSpan code = span_at(&walk->stripe->code[local]);
        Span span = span_of(walk->stripe, &code, walk->days);
        walk->from = span.from;
        walk->to = span.to;
        return true;
    }
    return false;
}

// The postings of code i of the list in the days; those of a few codes later are asked for.
static inline Span next_span(const Stripe *stripe, CodeSpans codes, DayRange days, size_t i)
{
    if (i + POSTING_AHEAD < codes.count) {
        ask_postings(stripe, &codes.spans[i + POSTING_AHEAD], days);
    }
    return span_of(stripe, &codes.spans[i], days);
}

// ---- who

void stripe_mark(const Stripe *stripe, CodeList codes, DayRange days, uint64_t *bits)
{
    const uint16_t *who = stripe->who;
    for (Walk w = {.stripe = stripe, .codes = codes, .days = days}; next_code(&w);) {
        for (uint32_t e = w.from; e < w.to; e++) bit_set(bits, who[e]);
    }
}

void spans_mark(const Stripe *stripe, CodeSpans codes, DayRange days, uint64_t *bits)
{
    const uint16_t *who = stripe->who;
    for (size_t i = 0; i < codes.count; i++) {
        Span span = next_span(stripe, codes, days, i);
        for (uint32_t e = span.from; e < span.to; e++) bit_set(bits, who[e]);
    }
}

void stripe_mask(const Stripe *stripe, const CodeMasks *masks, uint64_t *mask)
{
    const uint16_t *who = stripe->who;
    for (Walk w = {.stripe = stripe, .codes = masks->codes, .days = masks->days}; next_code(&w);) {
        uint64_t bits = masks->bits[w.at];
        for (uint32_t e = w.from; e < w.to; e++) mask[who[e]] |= bits;
    }
}

void stripe_latest_days(const Stripe *stripe, CodeList codes, DayRange days, uint16_t *latest)
{
    for (Walk w = {.stripe = stripe, .codes = codes, .days = days}; next_code(&w);) {
        for (uint32_t e = w.from; e < w.to; e++) {
            uint16_t *of = &latest[stripe->who[e]];
            if (stripe->day[e] > *of) *of = stripe->day[e];
        }
    }
}

// ---- how often

static inline void count_events(const uint16_t *who, Span span, uint16_t *count)
{
    for (uint32_t e = span.from; e < span.to; e++) {
        uint16_t *of = &count[who[e]];
        *of = (uint16_t)(*of + (*of < UINT16_MAX));
    }
}

void stripe_count_events(const Stripe *stripe, CodeList codes, DayRange days, uint16_t *count)
{
    for (Walk w = {.stripe = stripe, .codes = codes, .days = days}; next_code(&w);) {
        count_events(stripe->who, (Span){w.from, w.to}, count);
    }
}

// Sets of bits, of who has 1, 2, 3 of them so far: nearer than a number for each person.
static void add_chain(const uint16_t *who, Span span, uint64_t *const *has, int least)
{
    for (uint32_t e = span.from; e < span.to; e++) {
        size_t word = who[e] / 64;
        uint64_t person = UINT64_C(1) << (who[e] % 64);
        for (int n = least - 1; n > 0; n--) has[n][word] |= has[n - 1][word] & person;
        has[0][word] |= person;
    }
}

void spans_at_least(const Stripe *stripe, CodeSpans codes, DayRange days, uint16_t least,
                    ColumnScratch *scratch, uint64_t *bits)
{
    assert(least > 0);
    size_t mark = scratch_mark(scratch);
    if (least <= CHAIN_MAX) {
        uint64_t *has[CHAIN_MAX];
        for (int n = 0; n + 1 < least; n++) has[n] = scratch_bits(scratch);
        has[least - 1] = bits;
        for (size_t i = 0; i < codes.count; i++) {
            add_chain(stripe->who, next_span(stripe, codes, days, i), has, least);
        }
    } else {
        uint16_t *count = SCRATCH_PERSONS(scratch, uint16_t);
        for (size_t i = 0; i < codes.count; i++) {
            count_events(stripe->who, next_span(stripe, codes, days, i), count);
        }
        uint64_t *enough = scratch_bits_raw(scratch);
        bits_at_least(count, least, enough);
        for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] |= enough[w];
    }
    scratch_back(scratch, mark);
}

// What of different things, days or codes, each of a few people has so far: as many as are asked
// for, and no more.
typedef struct Different {
    const uint64_t *of;
    uint16_t *place; // in the two below, by person; of those in `of` alone
    uint16_t *count; // by place
    uint16_t *thing; // [place * least + n]
    uint16_t least;
    uint64_t *bits; // who has as many
} Different;

static Different different_new(const uint64_t *of, uint16_t least, ColumnScratch *scratch)
{
    Different d = {.of = of,
                   .place = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *d.place),
                   .least = least};
    size_t people = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = of[w]; left != 0; left &= left - 1) {
            d.place[w * 64 + (size_t)__builtin_ctzll(left)] = (uint16_t)people++;
        }
    }
    d.count = scratch_take(scratch, people + 1, sizeof *d.count);
    d.thing = scratch_take_raw(scratch, people * least + 1, sizeof *d.thing);
    return d;
}

static inline void add_different(const Different *d, uint16_t person, uint16_t thing)
{
    if (!bit_on(d->of, person)) return;
    uint16_t *count = &d->count[d->place[person]];
    uint16_t *things = &d->thing[(size_t)d->place[person] * d->least];
    if (*count == d->least) return;
    uint16_t n = *count;
    while (n > 0 && things[n - 1] != thing) n--;
    if (n > 0) return;
    things[(*count)++] = thing;
    if (*count == d->least) bit_set(d->bits, person);
}

// Who has at least so many events, of whom nobody else can have as many different things; few
// people are not worth a walk of its own.
static const uint64_t *enough_events(const Stripe *stripe, CodeSpans codes,
                                     const DifferentAsked *asked, ColumnScratch *scratch)
{
    if (bits_ones(asked->of) < stripe->persons / DIFFERENT_FEW_OF) return asked->of;
    uint64_t *enough = scratch_bits(scratch);
    spans_at_least(stripe, codes, asked->days, asked->least, scratch, enough);
    for (size_t w = 0; w < STRIPE_WORDS; w++) enough[w] &= asked->of[w];
    return enough;
}

// Nobody has more different days or codes than events, so that most people are done with after one
// walk that asks for no more than events; the second finds the postings near.
void spans_different(const Stripe *stripe, CodeSpans codes, const DifferentAsked *asked,
                     ColumnScratch *scratch, uint64_t *bits)
{
    assert(asked->least > 0 && asked->least <= DIFFERENT_MAX && codes.count <= UINT16_MAX);
    size_t mark = scratch_mark(scratch);
    const uint64_t *enough = enough_events(stripe, codes, asked, scratch);
    Different d = different_new(enough, asked->least, scratch);
    d.bits = bits;
    for (size_t i = 0; i < codes.count; i++) {
        Span span = next_span(stripe, codes, asked->days, i);
        for (uint32_t e = span.from; e < span.to; e++) {
            add_different(&d, stripe->who[e], asked->codes ? (uint16_t)i : stripe->day[e]);
        }
    }
    scratch_back(scratch, mark);
}

// Which code of the list a person was counted for last, and how often: side by side, for the two
// are touched together.
typedef struct Seen {
    uint16_t last, count;
} Seen;

// number: of the code, never 0; a stripe has at most 65,535.
static inline void see(const uint16_t *who, Span span, uint16_t number, Seen *seen)
{
    for (uint32_t e = span.from; e < span.to; e++) {
        Seen *of = &seen[who[e]];
        of->count = (uint16_t)(of->count + (of->last != number));
        of->last = number;
    }
}

static void add_seen(const Seen *seen, uint16_t *count)
{
    for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
        uint32_t sum = (uint32_t)count[p] + seen[p].count;
        count[p] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
    }
}

void stripe_count_codes(const Stripe *stripe, CodeList codes, DayRange days, ColumnScratch *scratch,
                        uint16_t *count)
{
    size_t mark = scratch_mark(scratch);
    Seen *seen = SCRATCH_PERSONS(scratch, Seen);
    uint16_t number = 0;
    for (Walk w = {.stripe = stripe, .codes = codes, .days = days}; next_code(&w);) {
        see(stripe->who, (Span){w.from, w.to}, ++number, seen);
    }
    add_seen(seen, count);
    scratch_back(scratch, mark);
}

void spans_count_codes(const Stripe *stripe, CodeSpans codes, DayRange days, ColumnScratch *scratch,
                       uint16_t *count)
{
    assert(codes.count <= UINT16_MAX);
    size_t mark = scratch_mark(scratch);
    Seen *seen = SCRATCH_PERSONS(scratch, Seen);
    for (size_t i = 0; i < codes.count; i++) {
        see(stripe->who, next_span(stripe, codes, days, i), (uint16_t)(i + 1), seen);
    }
    for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) count[p] = seen[p].count;
    scratch_back(scratch, mark);
}

// Whoever has one event has one day; only for the others it matters which days they were.
void stripe_count_days(const Stripe *stripe, CodeList codes, DayRange days, ColumnScratch *scratch,
                       uint16_t *count)
{
    size_t mark = scratch_mark(scratch);
    uint16_t *events = SCRATCH_PERSONS(scratch, uint16_t);
    uint8_t *flags = scratch_take(scratch, (size_t)stripe->codes + 1, 1);
    flag_codes(stripe, codes, 1, flags);
    stripe_count_events(stripe, codes, days, events);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (events[p] == 0) continue;
        uint32_t sum =
            (uint32_t)count[p] + (events[p] == 1 ? 1 : history_days(stripe, flags, days, p));
        count[p] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
    }
    scratch_back(scratch, mark);
}

bool stripe_span(const Stripe *stripe, uint32_t id, DayRange days, uint32_t *from_out,
                 uint32_t *to_out, const StripeCode **code_out)
{
    uint16_t local = local_of(stripe, id);
    if (local == UINT16_MAX) return false;
    *code_out = &stripe->code[local];
    CodeSpan whole = span_at(*code_out);
    Span span = span_of(stripe, &whole, days);
    *from_out = span.from;
    *to_out = span.to;
    return true;
}
