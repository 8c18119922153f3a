// cohort_values_pass.c -- one walk for the values and one over the people, stripe by stripe; then
// the medians of each group.
#include "insight/cohort/cohort_values_pass.h"

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

static bool meets(const ValuesAsked *asked, double value)
{
    switch (asked->target) {
    case TARGET_AT_MOST: return value <= asked->than;
    case TARGET_UNDER: return value < asked->than;
    case TARGET_AT_LEAST: return value >= asked->than;
    case TARGET_OVER: return value > asked->than;
    default: return false;
    }
}

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

static Err count_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Walking *k = arg;
    const ValuesPass *pass = k->pass;
    const uint64_t *who = live_of(k, of, index, scratch);
    Picked picked = latest_of(k, of, who, scratch);
    GroupReader first = group_reader(&pass->by[0], of);
    GroupReader second = group_reader(&pass->by[1], of);
    uint32_t seconds = (uint32_t)pass->by[1].count;
    CellTally *tallies = k->tallies + index * k->cells;
    uint32_t kept = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = who[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            uint32_t cell = group_of(&first, p) * seconds + group_of(&second, p);
            CellTally *tally = &tallies[cell];
            tally->people++;
            if ((picked.has[w] & left & -left) == 0) continue;
            tally->valued++;
            tally->sum += picked.value[p];
            tally->met += meets(pass->asked, picked.value[p]);
            if (k->value == NULL) continue;
            k->value[of->first + kept] = picked.value[p];
            k->cell[of->first + kept++] = (uint16_t)cell;
        }
    }
    if (k->valued != NULL) k->valued[index] = kept;
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

// The one that would stand at place `at` if they were sorted: by the highest bits first, of those
// alike in them by the next. As many steps whatever the values are. Changes the order of keys.
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };
static uint64_t key_at(uint64_t *keys, size_t count, size_t at)
{
    for (int shift = 64 - DIGIT_BITS; count > 1; shift -= DIGIT_BITS) {
        uint32_t counts[DIGITS] = {0};
        int low = shift < 0 ? 0 : shift;
        for (size_t i = 0; i < count; i++) counts[keys[i] >> low & (DIGITS - 1)]++;
        uint64_t digit = 0;
        while (at >= counts[digit]) at -= counts[digit++];
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            if ((keys[i] >> low & (DIGITS - 1)) == digit) keys[kept++] = keys[i];
        }
        count = kept;
        if (low == 0) break; // all that are left are the same
    }
    return keys[0];
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
    if (part->count == 0) return ERR_OK;
    uint64_t *keys = scratch_take_raw(scratch, part->count, sizeof *keys);
    size_t middle = part->count / 2;
    for (size_t i = 0; i < part->count; i++) keys[i] = key_of(m->values[part->from + i]);
    part->of->median = value_of(key_at(keys, part->count, middle));
    if (part->count % 2 != 0) return ERR_OK;
    for (size_t i = 0; i < part->count; i++) keys[i] = key_of(m->values[part->from + i]);
    part->of->median = (part->of->median + value_of(key_at(keys, part->count, middle - 1))) / 2;
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
        parts[count++] = (Part){from, (size_t)firsts[i].valued, &firsts[i]};
        for (size_t j = 0; j < seconds; j++) {
            GroupValues *cell = &cells[i * seconds + j];
            parts[count++] = (Part){from, (size_t)cell->valued, cell};
            from += (size_t)cell->valued;
        }
    }
    Middling m = {in_order_of_cells(arena, k, cells), parts};
    return columns_run_pieces(k->pass->columns->pool, count, &k->pass->limits, find_median, &m);
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
    case VALUES_MET: return has && meets(k->pass->asked, value);
    case VALUES_NOT_MET: return has && !meets(k->pass->asked, value);
    default: return true;
    }
}

static bool in_group(int wanted, const GroupReader *r, uint32_t p)
{
    return wanted < 0 || group_of(r, p) == (uint32_t)wanted;
}

static Err gather_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Walking *k = arg;
    const uint64_t *who = live_of(k, of, index, scratch);
    Picked picked = latest_of(k, of, who, scratch);
    GroupReader first = group_reader(&k->pass->by[0], of);
    GroupReader second = group_reader(&k->pass->by[1], of);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = who[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            bool has = (picked.has[w] & left & -left) != 0;
            double value = has ? picked.value[p] : 0;
            if (!in_group(k->wanted->group[0], &first, p) ||
                !in_group(k->wanted->group[1], &second, p) || !is_wanted(k, has, value)) {
                continue;
            }
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
