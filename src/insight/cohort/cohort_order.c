// cohort_order.c -- in what order a list stands: by need, age, practice or name.
#include "core/ids.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_pages.h"
#include "work/team/team.h"

typedef enum SortKey { SORT_NEED, SORT_NAME, SORT_AGE, SORT_PRACTICE } SortKey;

// A sort key and a place in one number, so that most lists are sorted as plain numbers: the place
// takes the low bits, a need the bits above it and a practice those above that.
enum {
    PLACE_BITS = 22,
    NEED_BITS = 27,
    NEED_MIDDLE = 1 << (NEED_BITS - 1),
    DIGIT_BITS = 8,
    DIGIT_VALUES = 1 << DIGIT_BITS,
    DEFICIT_WEIGHT = 1000000,
    MOVED_MAX = 64 // more are not put in one by one
};
static_assert(COLUMNS_PERSONS_MAX < 1 << PLACE_BITS, "a place must fit");
static_assert(DEFICITS * DEFICIT_WEIGHT < NEED_MIDDLE, "a need must fit");

static size_t digit_of(int64_t key, int shift)
{
    uint64_t above_nothing = (uint64_t)key ^ (UINT64_C(1) << 63); // the least number is 0
    return above_nothing >> shift & (DIGIT_VALUES - 1);
}

// Puts the keys in order by what stands above the place, digit by digit from the lowest; those of
// equal ones stay as they came, which is by place. A list is put in order for each page that shows
// fifty of it: comparing two at a time takes ten times as long.
static void sort_keys(Arena *arena, int64_t *keys, size_t count)
{
    int64_t *from = keys;
    int64_t *to = arena_alloc_raw(arena, (count + 1) * sizeof *to);
    for (int shift = PLACE_BITS; shift < 64 && count > 1; shift += DIGIT_BITS) {
        size_t start[DIGIT_VALUES + 1] = {0};
        for (size_t i = 0; i < count; i++) start[digit_of(from[i], shift) + 1]++;
        if (start[digit_of(from[0], shift) + 1] == count) continue; // the same in all
        for (size_t d = 0; d < DIGIT_VALUES; d++) start[d + 1] += start[d];
        for (size_t i = 0; i < count; i++) to[start[digit_of(from[i], shift)]++] = from[i];
        int64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != keys) memcpy(keys, from, count * sizeof *keys);
}

static SortKey sort_key(Str sort)
{
    if (str_ends(sort, STR("name"))) return SORT_NAME;
    if (str_ends(sort, STR("practice"))) return SORT_PRACTICE;
    return str_ends(sort, STR("age")) ? SORT_AGE : SORT_NEED;
}

// ---- by name: the order that the columns hold, and in it whoever was corrected since

typedef struct Named { // one person of the list
    size_t at;         // in run->people
    PersonId id;
} Named;

typedef struct ByName { // those whose place is known, in order
    const CohortRun *run;
    Named *list;
    size_t count;
    Named *moved; // and those whose name may be another by now
    size_t moved_count;
} ByName;

// Puts somebody where they belong by asking a few others' names, halving the list each time.
static Err put_in(Ctx *c, ByName *by, Named who)
{
    PersonNameKey *own = NULL;
    TRY(person_name_keys(c, &who.id, 1, &own));
    size_t low = 0;
    size_t high = by->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        PersonNameKey *other = NULL;
        TRY(person_name_keys(c, &by->list[middle].id, 1, &other));
        bool after = person_name_cmp(other, by->list[middle].id, own, who.id) < 0;
        low = after ? middle + 1 : low;
        high = after ? high : middle;
    }
    memmove(&by->list[low + 1], &by->list[low], (by->count - low) * sizeof *by->list);
    by->list[low] = who;
    by->count++;
    return ERR_OK;
}

static void known_places(Ctx *c, const uint32_t *places, const PersonId *changed, size_t count,
                         ByName *by)
{
    const CohortRun *run = by->run;
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, run->people_count + 1);
    size_t known = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        PersonId id = run->people[i];
        bool moved = places[i] == COLUMNS_NONE ||
                     (count > 0 && bsearch(&id, changed, count, sizeof id, person_id_cmp) != NULL);
        if (moved) {
            by->moved[by->moved_count++] = (Named){i, id};
        } else {
            keys[known++] = (int64_t)places[i] * (1 << PLACE_BITS) + (int64_t)i;
        }
    }
    sort_keys(c->arena, keys, known);
    for (size_t k = 0; k < known; k++) {
        size_t at = (size_t)keys[k] & ((1U << PLACE_BITS) - 1);
        by->list[k] = (Named){at, run->people[at]};
    }
    by->count = known;
}

// Everybody's place as the store has it this moment.
static Err places_now(Ctx *c, const CohortRun *run, uint32_t *places)
{
    PersonId *order = NULL;
    size_t count = 0;
    TRY(person_by_name(c, &order, &count));
    for (size_t k = 0; k < count; k++) {
        const PersonId *at =
            bsearch(&order[k], run->people, run->people_count, sizeof *order, person_id_cmp);
        if (at != NULL) places[at - run->people] = (uint32_t)k;
    }
    return ERR_OK;
}

// Everybody's place as the columns hold it; COLUMNS_NONE where they do not.
static Instant places_held(const CohortRun *run, uint32_t *places)
{
    ColumnOrder known = columns_order(run->evaluation->columns->view);
    cohort_numbers(run, places);
    for (size_t i = 0; i < run->people_count; i++) {
        bool has = known.place != NULL && places[i] != COLUMNS_NONE;
        places[i] = has ? known.place[places[i]] : COLUMNS_NONE;
    }
    return known.as_of;
}

// Everybody in order in *by: those who moved since are put in, or all are read when too many did.
static Err put_in_order(Ctx *c, uint32_t *places, const PersonId *changed, size_t count, ByName *by)
{
    known_places(c, places, changed, count, by);
    if (by->moved_count > MOVED_MAX) {
        TRY(places_now(c, by->run, places));
        by->moved_count = 0;
        known_places(c, places, NULL, 0, by);
    }
    for (size_t i = 0; i < by->moved_count; i++) TRY(put_in(c, by, by->moved[i]));
    return ERR_OK;
}

static Err sort_by_name(Ctx *c, const CohortRun *run, bool back, size_t *order)
{
    uint32_t *places = ARENA_ARRAY(c->arena, uint32_t, run->people_count + 1);
    Instant as_of = places_held(run, places);
    PersonId *changed = NULL;
    size_t count = 0;
    TRY(person_changed_after(c, as_of, &changed, &count));
    if (count > 1) qsort(changed, count, sizeof *changed, person_id_cmp);
    ByName by = {.run = run,
                 .list = ARENA_ARRAY(c->arena, Named, run->people_count + 1),
                 .moved = ARENA_ARRAY(c->arena, Named, run->people_count + 1)};
    TRY(put_in_order(c, places, changed, count, &by));
    for (size_t i = 0; i < by.count; i++) order[back ? by.count - 1 - i : i] = by.list[i].at;
    return ERR_OK;
}

// ---- by numbers

typedef struct Ranked { // a practice and its place among the names of all
    int64_t id;
    Str name;
    int64_t rank;
} Ranked;

typedef struct Ranks {
    Ranked *at; // by id
    size_t count;
} Ranks;

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const Ranked *)a)->name, ((const Ranked *)b)->name);
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const Ranked *)a)->id;
    int64_t right = ((const Ranked *)b)->id;
    return (left > right) - (left < right);
}

// Those of one name have one rank.
static Err rank_practices(Ctx *c, Ranks *out)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    Ranked *at = ARENA_ARRAY(c->arena, Ranked, count + 1);
    for (size_t i = 0; i < count; i++) at[i] = (Ranked){.id = all[i].id, .name = all[i].name};
    if (count > 1) qsort(at, count, sizeof *at, by_name);
    for (size_t i = 1; i < count; i++) {
        at[i].rank = str_eq(at[i].name, at[i - 1].name) ? at[i - 1].rank : (int64_t)i;
    }
    if (count > 1) qsort(at, count, sizeof *at, by_id);
    *out = (Ranks){at, count};
    return ERR_OK;
}

// Those without a practice come last.
static int64_t rank_of(const Ranks *ranks, int64_t practice)
{
    Ranked key = {.id = practice};
    const Ranked *own =
        ranks->count == 0 ? NULL : bsearch(&key, ranks->at, ranks->count, sizeof key, by_id);
    return own == NULL ? (int64_t)ranks->count : own->rank;
}

// Most deficits first; of equals the oldest: whoever was born first.
static int64_t need_of(const CohortRun *run, size_t i)
{
    int64_t born = date_is_none(run->born[i]) ? 0 : run->born[i].days;
    return born - (int64_t)run->deficits[i] * DEFICIT_WEIGHT;
}

static Err sort_by_number(Ctx *c, const CohortRun *run, SortKey key, bool back, size_t *order)
{
    Ranks ranks = {0};
    if (key == SORT_PRACTICE) TRY(rank_practices(c, &ranks));
    int64_t *keys = ARENA_ARRAY(c->arena, int64_t, run->people_count + 1);
    for (size_t i = 0; i < run->people_count; i++) {
        int64_t number = key == SORT_AGE ? run->born[i].days : need_of(run, i);
        if (back) number = -number;
        if (key == SORT_PRACTICE) {
            int64_t rank = rank_of(&ranks, run->practices[i]);
            number = (back ? -rank : rank) * (1 << NEED_BITS) + need_of(run, i) + NEED_MIDDLE;
        }
        keys[i] = number * (1 << PLACE_BITS) + (int64_t)i;
    }
    sort_keys(c->arena, keys, run->people_count);
    for (size_t i = 0; i < run->people_count; i++) {
        order[i] = (size_t)keys[i] & ((1U << PLACE_BITS) - 1);
    }
    return ERR_OK;
}

Err cohort_sorted(Ctx *c, const CohortRun *run, Str sort, size_t **out)
{
    SortKey key = sort_key(sort);
    bool back = str_starts(sort, STR("-"));
    *out = ARENA_ARRAY(c->arena, size_t, run->people_count + 1);
    return key == SORT_NAME ? sort_by_name(c, run, back, *out)
                            : sort_by_number(c, run, key, back, *out);
}
