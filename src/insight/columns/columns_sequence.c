// columns_sequence.c -- one after another: who had an event of some codes, then one of others so
// many days later.
#include "insight/columns/columns_people.h"

// ---- over the histories of a few people

enum { FLAG_FIRST = 1, FLAG_NEXT = 2 };

// For each `next` the latest `first` that is early enough decides: one pointer follows the other.
static bool has_sequence(const Stripe *stripe, const Sequence *sequence, const uint8_t *flags,
                         uint32_t person)
{
    History h = history_of(stripe, person, sequence->days);
    uint32_t behind = h.from;
    int32_t latest = INT32_MIN;
    for (uint32_t e = h.from; e < h.to; e++) {
        if ((flags[stripe->person_code[e]] & FLAG_NEXT) == 0) continue;
        int32_t day = stripe->person_day[e];
        for (; behind < h.to && stripe->person_day[behind] <= day - sequence->min_days; behind++) {
            bool first = (flags[stripe->person_code[behind]] & FLAG_FIRST) != 0;
            if (first) latest = stripe->person_day[behind];
        }
        if (latest != INT32_MIN && day - latest <= sequence->max_days) return true;
    }
    return false;
}

void stripe_then_among(const Stripe *stripe, const Sequence *sequence, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *bits)
{
    assert(sequence->min_days >= 0);
    size_t mark = scratch_mark(scratch);
    uint8_t *flags = scratch_take(scratch, (size_t)stripe->codes + 1, 1);
    flag_codes(stripe, sequence->first, FLAG_FIRST, flags);
    flag_codes(stripe, sequence->next, FLAG_NEXT, flags);
    People people = people_among(among, sequence->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        if (has_sequence(stripe, sequence, flags, person)) bit_set(bits, person);
    }
    scratch_back(scratch, mark);
}

// ---- over the postings

enum { INSERT_MAX = 12, COST_PERSON_PLACE_NS = 1 };

// The days of the first codes by person, of those who have the next ones too.
typedef struct FirstDays {
    const uint64_t *of;
    uint32_t *end; // by person, into day: where the next one's begin
    uint16_t *day; // ascending for each
} FirstDays;

typedef struct Postings { // of one code, in the days
    uint32_t from, to;
} Postings;

static Postings postings_in(const Stripe *stripe, uint32_t id, DayRange days)
{
    Postings p = {0, 0};
    const StripeCode *code = NULL;
    if (!stripe_span(stripe, id, days, &p.from, &p.to, &code)) return (Postings){0, 0};
    return p;
}

static int day_cmp(const void *a, const void *b)
{
    return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b;
}

// Days of one code come in order: only those of several have to be put so.
static void put_in_order(uint16_t *day, size_t count)
{
    if (count > INSERT_MAX) {
        qsort(day, count, sizeof *day, day_cmp);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint16_t one = day[i];
        size_t at = i;
        for (; at > 0 && day[at - 1] > one; at--) day[at] = day[at - 1];
        day[at] = one;
    }
}

static void count_first(const Stripe *stripe, const Sequence *sequence, const FirstDays *f)
{
    for (size_t i = 0; i < sequence->first.count; i++) {
        Postings p = postings_in(stripe, sequence->first.ids[i], sequence->days);
        for (uint32_t e = p.from; e < p.to; e++) {
            f->end[stripe->who[e]] += bit_on(f->of, stripe->who[e]);
        }
    }
}

static void write_first(const Stripe *stripe, const Sequence *sequence, const FirstDays *f)
{
    for (size_t i = 0; i < sequence->first.count; i++) {
        Postings p = postings_in(stripe, sequence->first.ids[i], sequence->days);
        for (uint32_t e = p.from; e < p.to; e++) {
            uint16_t person = stripe->who[e];
            if (bit_on(f->of, person)) f->day[f->end[person]++] = stripe->day[e];
        }
    }
}

static FirstDays first_days(const Stripe *stripe, const Sequence *sequence, const uint64_t *of,
                            ColumnScratch *scratch)
{
    FirstDays f = {.of = of, .end = SCRATCH_PERSONS(scratch, uint32_t)};
    count_first(stripe, sequence, &f);
    uint32_t all = 0;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        uint32_t own = f.end[p];
        f.end[p] = all; // where they begin, until they are written
        all += own;
    }
    f.day = scratch_take_raw(scratch, (size_t)all + 1, sizeof *f.day);
    write_first(stripe, sequence, &f);
    for (uint32_t p = 0, from = 0; sequence->first.count > 1 && p < stripe->persons; p++) {
        put_in_order(f.day + from, f.end[p] - from);
        from = f.end[p];
    }
    return f;
}

// The latest of the first days that is early enough decides.
static bool follows(const FirstDays *f, const Sequence *sequence, uint16_t person, int32_t day)
{
    uint32_t from = person == 0 ? 0 : f->end[person - 1];
    uint32_t after = first_from(f->day, from, f->end[person], day - sequence->min_days + 1);
    return after > from && day - f->day[after - 1] <= sequence->max_days;
}

static void then_by_postings(const Stripe *stripe, const Sequence *sequence, const uint64_t *of,
                             ColumnScratch *scratch, uint64_t *bits)
{
    FirstDays f = first_days(stripe, sequence, of, scratch);
    for (size_t i = 0; i < sequence->next.count; i++) {
        Postings p = postings_in(stripe, sequence->next.ids[i], sequence->days);
        for (uint32_t e = p.from; e < p.to; e++) {
            uint16_t person = stripe->who[e];
            if (!bit_on(of, person) || bit_on(bits, person)) continue;
            if (follows(&f, sequence, person, stripe->day[e])) bit_set(bits, person);
        }
    }
}

// Whoever has both is looked at: over the postings again, or, of few, over their histories.
void stripe_then(const Stripe *stripe, const Sequence *sequence, ColumnScratch *scratch,
                 uint64_t *bits)
{
    assert(sequence->min_days >= 0);
    size_t mark = scratch_mark(scratch);
    uint64_t *both = scratch_bits(scratch);
    uint64_t *next = scratch_bits(scratch);
    stripe_mark(stripe, sequence->first, sequence->days, both);
    stripe_mark(stripe, sequence->next, sequence->days, next);
    for (size_t w = 0; w < STRIPE_WORDS; w++) both[w] &= next[w];
    int64_t again = (int64_t)stripe->persons * COST_PERSON_PLACE_NS +
                    2 * stripe_cost(stripe, sequence->first, sequence->days) +
                    stripe_cost(stripe, sequence->next, sequence->days);
    if (stripe_cost_among(stripe, bits_ones(both), sequence->days) < again) {
        stripe_then_among(stripe, sequence, both, scratch, bits);
    } else {
        then_by_postings(stripe, sequence, both, scratch, bits);
    }
    scratch_back(scratch, mark);
}
