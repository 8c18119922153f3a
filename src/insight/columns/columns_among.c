// columns_among.c -- the same questions asked of a few people: each one's own history is walked
// over instead of the postings of the codes.
#include "insight/columns/columns_people.h"

static uint8_t *flags_of(const Stripe *stripe, CodeList codes, ColumnScratch *scratch)
{
    uint8_t *flags = scratch_take(scratch, (size_t)stripe->codes + 1, 1);
    flag_codes(stripe, codes, 1, flags);
    return flags;
}

// The latest day of any of the flagged codes, 0 before the first: none.
static uint16_t latest_day(const Stripe *stripe, const uint8_t *flags, History h)
{
    for (uint32_t e = h.to; e > h.from; e--) {
        if (flags[stripe->person_code[e - 1]] != 0) return stripe->person_day[e - 1];
    }
    return 0;
}

void stripe_mark_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *bits)
{
    size_t mark = scratch_mark(scratch);
    const uint8_t *flags = flags_of(stripe, asked->codes, scratch);
    People people = people_among(among, asked->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        History h = history_of(stripe, person, asked->days);
        uint8_t any = 0;
        for (uint32_t e = h.from; e < h.to; e++) any |= flags[stripe->person_code[e]];
        if (any != 0) bit_set(bits, person);
    }
    scratch_back(scratch, mark);
}

void stripe_latest_days_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                              ColumnScratch *scratch, uint16_t *latest)
{
    size_t mark = scratch_mark(scratch);
    const uint8_t *flags = flags_of(stripe, asked->codes, scratch);
    People people = people_among(among, asked->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        uint16_t day = latest_day(stripe, flags, history_of(stripe, person, asked->days));
        if (day > latest[person]) latest[person] = day;
    }
    scratch_back(scratch, mark);
}

static void add_to(uint16_t *count, uint32_t more)
{
    uint32_t sum = (uint32_t)*count + more;
    *count = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
}

void stripe_count_days_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                             ColumnScratch *scratch, uint16_t *count)
{
    size_t mark = scratch_mark(scratch);
    const uint8_t *flags = flags_of(stripe, asked->codes, scratch);
    People people = people_among(among, asked->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        add_to(&count[person], history_days(stripe, flags, asked->days, person));
    }
    scratch_back(scratch, mark);
}

void stripe_count_codes_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                              ColumnScratch *scratch, uint16_t *count)
{
    size_t mark = scratch_mark(scratch);
    const uint8_t *flags = flags_of(stripe, asked->codes, scratch);
    People people = people_among(among, asked->days, scratch);
    // By code: 1 + the place of the last one who was counted for it.
    uint32_t *seen = scratch_take(scratch, (size_t)stripe->codes + 1, sizeof *seen);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        History h = history_of(stripe, person, asked->days);
        uint32_t different = 0;
        for (uint32_t e = h.from; e < h.to; e++) {
            uint16_t code = stripe->person_code[e];
            if (flags[code] == 0 || seen[code] == i + 1) continue;
            seen[code] = (uint32_t)i + 1;
            different++;
        }
        add_to(&count[person], different);
    }
    scratch_back(scratch, mark);
}

static const uint64_t *masks_of_codes(const Stripe *stripe, const CodeMasks *masks,
                                      ColumnScratch *scratch)
{
    uint64_t *of_code = scratch_take(scratch, (size_t)stripe->codes + 1, sizeof *of_code);
    for (size_t i = 0; i < masks->codes.count; i++) {
        uint16_t local = local_of(stripe, masks->codes.ids[i]);
        if (local != UINT16_MAX) of_code[local] |= masks->bits[i];
    }
    return of_code;
}

// From the latest event back: whoever has enough different bits is done with, before older lines
// of a long record are read.
static inline uint64_t mask_of_kinds(const Stripe *stripe, const CodeMasks *masks, History h)
{
    enum { BETWEEN_LOOKS = 32 };
    uint64_t all = 0;
    for (uint32_t to = h.to; to > h.from;) {
        uint64_t had = all;
        uint32_t from = to - h.from > BETWEEN_LOOKS ? to - BETWEEN_LOOKS : h.from;
        for (uint32_t e = from; e < to; e++) {
            all |= masks->kinds[masks->kind_of_code[stripe->person_code[e]]];
        }
        bool more = all != had && masks->enough > 0;
        if (more && __builtin_popcountll(all) >= masks->enough) break;
        to = from;
    }
    return all;
}

static inline uint64_t mask_of_codes(const Stripe *stripe, const uint64_t *of_code, History h)
{
    uint64_t all = 0;
    for (uint32_t e = h.from; e < h.to; e++) all |= of_code[stripe->person_code[e]];
    return all;
}

void stripe_mask_among(const Stripe *stripe, const CodeMasks *masks, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *mask)
{
    size_t mark = scratch_mark(scratch);
    const uint64_t *of_code = NULL;
    if (masks->kinds == NULL) of_code = masks_of_codes(stripe, masks, scratch);
    People people = people_among(among, masks->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        History h = history_of(stripe, person, masks->days);
        mask[person] =
            of_code == NULL ? mask_of_kinds(stripe, masks, h) : mask_of_codes(stripe, of_code, h);
    }
    scratch_back(scratch, mark);
}

// ---- which way

enum { COST_LOOKS = 64, COST_HISTORY_DAYS = 15 * 365 };

static int64_t history_length(DayRange days) // of the years that most records go back
{
    int64_t length = (int64_t)days.last - days.first + 1;
    if (length > COST_HISTORY_DAYS) length = COST_HISTORY_DAYS;
    return length < 0 ? 0 : length;
}

static int64_t share(int64_t count, DayRange days, int32_t first, int32_t last)
{
    int32_t from = days.first > first ? days.first : first;
    int32_t until = days.last < last ? days.last : last;
    return until < from ? 0 : count * (until - from + 1) / (last - first + 1);
}

int64_t stripe_postings(const Stripe *stripe, CodeList codes)
{
    int64_t postings = 0;
    for (size_t i = 0; i < codes.count; i++) {
        uint16_t local = local_of(stripe, codes.ids[i]);
        if (local == UINT16_MAX) continue;
        postings += stripe->code[local + 1].first - stripe->code[local].first;
    }
    return postings;
}

int64_t postings_cost(size_t codes, int64_t postings, DayRange days)
{
    return (int64_t)codes * COST_CODE_NS + postings * history_length(days) / COST_HISTORY_DAYS;
}

// Looks at some of many codes.
int64_t stripe_cost(const Stripe *stripe, CodeList codes, DayRange days)
{
    size_t step = codes.count / COST_LOOKS + 1;
    int64_t postings = 0;
    for (size_t i = 0; i < codes.count; i += step) {
        uint16_t local = local_of(stripe, codes.ids[i]);
        if (local == UINT16_MAX) continue;
        const StripeCode *code = &stripe->code[local];
        postings += share(code[1].first - code[0].first, days, code->first_day, code->last_day);
    }
    return (int64_t)codes.count * COST_CODE_NS + postings * (int64_t)step;
}

int64_t stripe_cost_among(const Stripe *stripe, int64_t people, DayRange days)
{
    int64_t each = stripe->persons == 0 ? 0 : stripe->events / stripe->persons;
    return COST_START_NS +
           people * (COST_PERSON_NS + each * history_length(days) / COST_HISTORY_DAYS);
}
