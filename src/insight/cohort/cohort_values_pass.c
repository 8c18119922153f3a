// cohort_values_pass.c -- one walk for the values and one over the people, stripe by stripe; then
// the medians of each group.
#include "insight/cohort/cohort_values_pass.h"

#include <math.h>

typedef struct CellTally { // of one cell in one stripe
    uint32_t people, valued, met;
    double sum;
} CellTally;

typedef struct Walking {
    const ValuesPass *pass;
    DayRange days;
    size_t cells;
    CellTally *tallies; // [stripe * cells + cell]
    // For medians: the values of a stripe from its first number on, and their cells.
    double *value;
    uint16_t *cell;
    uint32_t *valued; // by stripe
    // For a list: the people of a stripe from its place on.
    const ValuesWanted *wanted;
    ValuedPerson *people;
    size_t *first, *found; // by stripe
} Walking;

// Over the postings of the codes, or over the histories of the people when they are few.
static Picked latest_of(const Walking *k, const LiveStripe *of, const uint64_t *who,
                        ColumnScratch *scratch)
{
    Picked picked = picked_new(scratch);
    const ColumnMeasure *measure = k->pass->measure;
    int64_t people = bits_ones(who);
    if (people == 0) return picked;
    if (stripe_cost_among(of->stripe, people, k->days) <
        stripe_cost(of->stripe, measure->codes, k->days)) {
        PickAsked asked = {measure, k->days, PICK_LATEST};
        stripe_pick_among(of->stripe, &asked, who, scratch, &picked);
    } else {
        stripe_pick(of->stripe, measure, k->days, PICK_LATEST, &picked);
    }
    return picked;
}

static const uint64_t *live_of(const Walking *k, const LiveStripe *of, size_t index,
                               ColumnScratch *scratch)
{
    const uint64_t *who = k->pass->who + index * STRIPE_WORDS;
    uint64_t *live = scratch_bits(scratch);
    for (size_t w = 0; w < STRIPE_WORDS; w++) live[w] = who[w] & of->live[w];
    return live;
}

// ---- in which cell each person is

// Of the last word also of nobody: no bit asks for those.
enum { WORD = 64 };
static uint16_t *cells_of(const Walking *k, const LiveStripe *of, ColumnScratch *scratch)
{
    const PeopleGroups *by = k->pass->by;
    uint16_t *cell = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *cell);
    groups_read(&by[0], of, cell);
    if (by[1].count == 1) return cell;
    size_t mark = scratch_mark(scratch);
    uint16_t *second = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *second);
    uint16_t seconds = (uint16_t)by[1].count; // VALUE_CELLS_MAX fit
    groups_read(&by[1], of, second);
    for (uint32_t from = 0; from < of->stripe->persons; from += WORD) { // many at a time
        uint16_t *to = cell + from;
        const uint16_t *add = second + from;
        for (uint32_t i = 0; i < WORD; i++) to[i] = (uint16_t)(to[i] * seconds + add[i]);
    }
    scratch_back(scratch, mark);
    return cell;
}

// ---- counting

// People beside each other are often of one cell: added up in turns, nobody waits for the last.
enum { LANES = 4, VALUE_LANES = 2, DENSE = 16 };

static void count_people(const uint64_t *who, const uint16_t *cell, uint32_t *lanes)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        const uint16_t *at = cell + w * 64;
        uint64_t left = who[w];
        if (__builtin_popcountll(left) < DENSE) {
            for (; left != 0; left &= left - 1) lanes[at[__builtin_ctzll(left)] * (size_t)LANES]++;
            continue;
        }
        for (size_t i = 0; left != 0; i++, left >>= 1) {
            lanes[at[i] * (size_t)LANES + i % LANES] += (uint32_t)(left & 1);
        }
    }
}

typedef struct ValueTally {
    double sum;
    uint32_t valued, met;
} ValueTally;

// The values that meet a target, both ends included; none: from more than to.
typedef struct Meeting {
    double from, to;
} Meeting;

static Meeting meeting_of(const ValuesAsked *asked)
{
    switch (asked->target) {
    case TARGET_AT_MOST: return (Meeting){-INFINITY, asked->than};
    case TARGET_UNDER: return (Meeting){-INFINITY, nextafter(asked->than, -INFINITY)};
    case TARGET_AT_LEAST: return (Meeting){asked->than, INFINITY};
    case TARGET_OVER: return (Meeting){nextafter(asked->than, INFINITY), INFINITY};
    default: return (Meeting){INFINITY, -INFINITY};
    }
}

static bool meets(Meeting meeting, double value)
{
    return (value >= meeting.from) & (value <= meeting.to);
}

static void count_values(const uint64_t *who, const Picked *picked, const uint16_t *cell,
                         Meeting meeting, ValueTally *lanes)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = who[w] & picked->has[w]; left != 0; left &= left - 1) {
            size_t p = w * 64 + (size_t)__builtin_ctzll(left);
            ValueTally *tally = &lanes[cell[p] * (size_t)VALUE_LANES + p % VALUE_LANES];
            tally->valued++;
            tally->met += meets(meeting, picked->value[p]);
            tally->sum += picked->value[p];
        }
    }
}

// The values themselves, for the medians, in the order of people.
static void keep_values(const Walking *k, const LiveStripe *of, const uint64_t *who,
                        const Picked *picked, const uint16_t *cell)
{
    uint32_t kept = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = who[w] & picked->has[w]; left != 0; left &= left - 1) {
            size_t p = w * 64 + (size_t)__builtin_ctzll(left);
            k->value[of->first + kept] = picked->value[p];
            k->cell[of->first + kept++] = cell[p];
        }
    }
    k->valued[of - k->pass->columns->view->stripes] = kept;
}

static Err count_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Walking *k = arg;
    const uint64_t *who = live_of(k, of, index, scratch);
    Picked picked = latest_of(k, of, who, scratch);
    const uint16_t *cell = cells_of(k, of, scratch);
    uint32_t *people = scratch_take(scratch, k->cells * LANES, sizeof *people);
    ValueTally *values = scratch_take(scratch, k->cells * VALUE_LANES, sizeof *values);
    count_people(who, cell, people);
    count_values(who, &picked, cell, meeting_of(k->pass->asked), values);
    CellTally *tallies = k->tallies + index * k->cells;
    for (size_t i = 0; i < k->cells; i++) {
        CellTally *tally = &tallies[i];
        for (size_t lane = 0; lane < LANES; lane++) tally->people += people[i * LANES + lane];
        for (size_t lane = 0; lane < VALUE_LANES; lane++) {
            const ValueTally *part = &values[i * VALUE_LANES + lane];
            tally->valued += part->valued;
            tally->met += part->met;
            tally->sum += part->sum;
        }
    }
    if (k->value != NULL) keep_values(k, of, who, &picked, cell);
    return ERR_OK;
}

// ---- medians

// A number in the order of the values: the sign turned, so that it compares as a whole number.
static inline uint64_t key_of(double value)
{
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 != 0 ? ~bits : bits | UINT64_C(1) << 63;
}

static inline double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 != 0 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// The one that would stand at place `at` if they were sorted: each step leaves those of one of many
// equal parts of what they lie between. Changes the order of keys.
enum { PART_BITS = 11, PARTS = 1 << PART_BITS };
static uint64_t key_at(uint64_t *keys, size_t count, size_t at)
{
    for (;;) {
        uint64_t low = keys[0];
        uint64_t high = keys[0];
        for (size_t i = 1; i < count; i++) {
            low = keys[i] < low ? keys[i] : low;
            high = keys[i] > high ? keys[i] : high;
        }
        if (low == high) return low;
        int bits = 64 - __builtin_clzll(high - low);
        int shift = bits > PART_BITS ? bits - PART_BITS : 0;
        uint32_t counts[PARTS] = {0};
        for (size_t i = 0; i < count; i++) counts[(keys[i] - low) >> shift]++;
        uint64_t part = 0;
        while (at >= counts[part]) at -= counts[part++];
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            uint64_t key = keys[i];
            keys[kept] = key;
            kept += (key - low) >> shift == part;
        }
        count = kept;
    }
}

// The value before place `at` of those sorted, where `next` stands.
static double value_before(const double *values, size_t count, size_t at, double next)
{
    size_t less = 0;
    double highest = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        bool is_less = values[i] < next;
        less += is_less;
        highest = is_less && values[i] > highest ? values[i] : highest;
    }
    return less == at ? highest : next;
}

typedef struct Part { // values of one group, side by side
    size_t from, count;
    GroupValues *of;
} Part;

typedef struct Middling {
    const double *values;
    Part *parts;
} Middling;

static Err find_median(void *arg, size_t index, ColumnScratch *scratch)
{
    const Middling *m = arg;
    const Part *part = &m->parts[index];
    const double *values = m->values + part->from;
    if (part->count == 0) return ERR_OK;
    uint64_t *keys = scratch_take_raw(scratch, part->count, sizeof *keys);
    size_t middle = part->count / 2;
    for (size_t i = 0; i < part->count; i++) keys[i] = key_of(values[i]);
    double median = value_of(key_at(keys, part->count, middle));
    if (part->count % 2 == 0) {
        median = (median + value_before(values, part->count, middle, median)) / 2;
    }
    part->of->median = median;
    return ERR_OK;
}

// The values in the order of their cells: those of a group of the first kind stand together too.
static double *in_order_of_cells(Arena *arena, const Walking *k, const GroupValues *cells)
{
    const Columns *view = k->pass->columns->view;
    size_t *next = ARENA_ARRAY(arena, size_t, k->cells + 1);
    for (size_t i = 0; i < k->cells; i++) next[i + 1] = next[i] + (size_t)cells[i].valued;
    double *out = arena_alloc_raw(arena, (next[k->cells] + 1) * sizeof *out);
    for (size_t s = 0; s < view->stripe_count; s++) {
        size_t from = view->stripes[s].first;
        for (size_t i = 0; i < k->valued[s]; i++) {
            out[next[k->cell[from + i]]++] = k->value[from + i];
        }
    }
    return out;
}

static Err find_medians(Arena *arena, const Walking *k, GroupValues *cells, GroupValues *firsts,
                        GroupValues *all)
{
    size_t seconds = k->pass->by[1].count;
    size_t first_count = k->pass->by[0].count;
    Part *parts = ARENA_ARRAY(arena, Part, k->cells + first_count + 1);
    size_t count = 0;
    size_t from = 0;
    parts[count++] = (Part){0, (size_t)all->valued, all}; // the longest is begun first
    for (size_t i = 0; i < first_count; i++) {
        if (seconds > 1) parts[count++] = (Part){from, (size_t)firsts[i].valued, &firsts[i]};
        for (size_t j = 0; j < seconds; j++) {
            GroupValues *cell = &cells[i * seconds + j];
            parts[count++] = (Part){from, (size_t)cell->valued, cell};
            from += (size_t)cell->valued;
        }
    }
    Middling m = {in_order_of_cells(arena, k, cells), parts};
    TRY(columns_run_pieces(k->pass->columns->pool, count, &k->pass->limits, find_median, &m));
    for (size_t i = 0; seconds == 1 && i < first_count; i++) firsts[i].median = cells[i].median;
    return ERR_OK;
}

// ---- all together

static void add_values(GroupValues *to, const GroupValues *from)
{
    to->people += from->people;
    to->valued += from->valued;
    to->met += from->met;
    to->sum += from->sum;
}

// In the order of stripes, so that sums do not depend on who was done first.
static void add_up(const Walking *k, GroupValues *cells, GroupValues *firsts, GroupValues *all)
{
    size_t stripes = k->pass->columns->view->stripe_count;
    for (size_t s = 0; s < stripes; s++) {
        for (size_t i = 0; i < k->cells; i++) {
            const CellTally *tally = &k->tallies[s * k->cells + i];
            add_values(&cells[i], &(GroupValues){.people = tally->people,
                                                 .valued = tally->valued,
                                                 .met = tally->met,
                                                 .sum = tally->sum});
        }
    }
    for (size_t i = 0; i < k->cells; i++) add_values(&firsts[i / k->pass->by[1].count], &cells[i]);
    for (size_t i = 0; i < k->pass->by[0].count; i++) add_values(all, &firsts[i]);
}

static Err walking_new(const ValuesPass *pass, Walking *out)
{
    const ValuesAsked *asked = pass->asked;
    Date after = asked->months == 0 ? DATE_NONE : date_add_months(pass->as_at, -asked->months);
    *out = (Walking){.pass = pass,
                     .days = day_range(after, pass->as_at),
                     .cells = pass->by[0].count * pass->by[1].count};
    size_t stripes = pass->columns->view->stripe_count;
    bool small = out->cells <= VALUE_CELLS_MAX && out->cells * (stripes + 1) <= VALUE_TALLIES_MAX;
    return small ? ERR_OK : ERR_TOO_LARGE;
}

Err values_count(Arena *arena, const ValuesPass *pass, ValuesTable *out)
{
    Walking k;
    TRY(walking_new(pass, &k));
    const Columns *view = pass->columns->view;
    k.tallies = ARENA_ARRAY(arena, CellTally, k.cells * (view->stripe_count + 1));
    if (pass->asked->medians) {
        k.value = arena_alloc_raw(arena, ((size_t)view->numbers + 1) * sizeof *k.value);
        k.cell = arena_alloc_raw(arena, ((size_t)view->numbers + 1) * sizeof *k.cell);
        k.valued = ARENA_ARRAY(arena, uint32_t, view->stripe_count + 1);
    }
    TRY(columns_run(pass->columns->pool, view, &pass->limits, count_stripe, &k));
    GroupValues *cells = ARENA_ARRAY(arena, GroupValues, k.cells + 1);
    GroupValues *firsts = ARENA_ARRAY(arena, GroupValues, pass->by[0].count + 1);
    *out = (ValuesTable){.by = {pass->by[0], pass->by[1]}, .cells = cells, .firsts = firsts};
    add_up(&k, cells, firsts, &out->all);
    return pass->asked->medians ? find_medians(arena, &k, cells, firsts, &out->all) : ERR_OK;
}

// ---- who

static bool is_wanted(const Walking *k, bool has, double value)
{
    switch (k->wanted->who) {
    case VALUES_WITH: return has;
    case VALUES_WITHOUT: return !has;
    case VALUES_MET: return has && meets(meeting_of(k->pass->asked), value);
    case VALUES_NOT_MET: return has && !meets(meeting_of(k->pass->asked), value);
    default: return true;
    }
}

static bool in_cell(const Walking *k, uint16_t cell)
{
    const int *group = k->wanted->group;
    int seconds = (int)k->pass->by[1].count;
    return (group[0] < 0 || cell / seconds == group[0]) &&
           (group[1] < 0 || cell % seconds == group[1]);
}

static Err gather_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Walking *k = arg;
    const uint64_t *who = live_of(k, of, index, scratch);
    Picked picked = latest_of(k, of, who, scratch);
    const uint16_t *cell = cells_of(k, of, scratch);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = who[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            bool has = (picked.has[w] & left & -left) != 0;
            double value = has ? picked.value[p] : 0;
            if (!in_cell(k, cell[p]) || !is_wanted(k, has, value)) continue;
            k->people[k->first[index] + k->found[index]++] =
                (ValuedPerson){.person = {of->stripe->id[p]},
                               .practice = of->stripe->practice[p],
                               .has_value = has,
                               .value = value,
                               .on = has ? (Date){picked.day[p] + COLUMNS_DAY_ZERO} : DATE_NONE};
        }
    }
    return ERR_OK;
}

Err values_gather(Arena *arena, const ValuesPass *pass, const ValuesWanted *wanted,
                  ValuedPerson **out, size_t *count_out)
{
    Walking k;
    TRY(walking_new(pass, &k));
    const Columns *view = pass->columns->view;
    k.wanted = wanted;
    k.first = ARENA_ARRAY(arena, size_t, view->stripe_count + 1);
    k.found = ARENA_ARRAY(arena, size_t, view->stripe_count + 1);
    for (size_t s = 0; s < view->stripe_count; s++) {
        k.first[s + 1] = k.first[s] + (size_t)bits_ones(pass->who + s * STRIPE_WORDS);
    }
    k.people = arena_alloc_raw(arena, (k.first[view->stripe_count] + 1) * sizeof *k.people);
    TRY(columns_run(pass->columns->pool, view, &pass->limits, gather_stripe, &k));
    size_t count = 0;
    for (size_t s = 0; s < view->stripe_count; s++) {
        memmove(k.people + count, k.people + k.first[s], k.found[s] * sizeof *k.people);
        count += k.found[s];
    }
    *out = k.people;
    *count_out = count;
    return ERR_OK;
}
