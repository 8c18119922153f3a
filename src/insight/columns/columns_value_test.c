// columns_value_test.c -- the value picked over postings against the one picked from each person's
// own history: as many events as take the fast way, and those at the ends of what fits into it.
#include "insight/columns/columns.h"
#include "test/test.h"

enum { PERSONS = 300, EVENTS = 4000, CODES = 4, ROUNDS = 40, DAY_LAST = COLUMNS_DAYS - 1 };

static const Code CODE_LIST[CODES] = {
    {1, STR_INIT("local"), STR_INIT("quarters"), STR_INIT("")},
    {2, STR_INIT("local"), STR_INIT("quarters too"), STR_INIT("")},
    {3, STR_INIT("local"), STR_INIT("whole"), STR_INIT("")},
    {4, STR_INIT("local"), STR_INIT("large"), STR_INIT("")},
};
static const Str UNIT_LIST[] = {STR_INIT(""), STR_INIT("a"), STR_INIT("b")};

typedef struct Made {
    uint64_t seed;
    ColumnPerson persons[PERSONS];
    EventRow events[EVENTS];
    UnitRule rules[COUNT_OF(UNIT_LIST)];
    uint64_t of[STRIPE_WORDS];
    Pick how;
    DayRange days;
    bool restricted, filled;
    int different, compared;
} Made;

static uint32_t pick(Made *m, uint32_t below)
{
    m->seed = m->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(m->seed >> 33) % below;
}

// Codes 1 and 2 have two decimals, 3 none, 4 does not fit into two bytes. Edges come up often.
static double value_of(Made *m, uint32_t code)
{
    static const double EDGES[] = {-32767, 32767, 0, -1, 1};
    if (code == 4) return 1e6 + pick(m, 50);
    double whole = pick(m, 8) == 0 ? EDGES[pick(m, COUNT_OF(EDGES))] : pick(m, 90) - 20.0;
    return code == 3 ? whole : whole / 100;
}

static int32_t day_of(Made *m)
{
    static const int32_t EDGES[] = {0, 1, DAY_LAST - 1, DAY_LAST};
    if (pick(m, 10) == 0) return COLUMNS_DAY_ZERO + EDGES[pick(m, COUNT_OF(EDGES))];
    return COLUMNS_DAY_ZERO + 40000 + (int32_t)pick(m, 60);
}

static void make(Made *m)
{
    bool one_unit = pick(m, 3) > 0;
    for (size_t p = 0; p < PERSONS; p++) m->persons[p] = (ColumnPerson){.id = {(int64_t)p + 1}};
    for (size_t i = 0; i < EVENTS; i++) {
        uint32_t code = 1 + pick(m, CODES);
        m->events[i] = (EventRow){.person = 1 + (int64_t)i * (PERSONS - 20) / EVENTS, // some none
                                  .day = day_of(m),
                                  .code_id = (int32_t)code,
                                  .kind = EVENT_OBSERVATION,
                                  .has_value = pick(m, 5) > 0,
                                  .unit_id = one_unit ? 1 : (int32_t)pick(m, 3)};
        if (m->events[i].has_value) m->events[i].value = value_of(m, code);
    }
    m->events[EVENTS - 1] = (EventRow){.person = PERSONS, // the most that fits, on the first day
                                       .day = COLUMNS_DAY_ZERO,
                                       .code_id = 1,
                                       .kind = EVENT_OBSERVATION,
                                       .has_value = true,
                                       .unit_id = 1,
                                       .value = 327.67};
    m->rules[0] = (UnitRule){.kind = UNIT_UNKNOWN};
    m->rules[1] = (UnitRule){.kind = UNIT_LINEAR, .factor = 10.93, .plus = -23.5};
    m->rules[2] = (UnitRule){.kind = UNIT_LINEAR, .factor = pick(m, 2) == 0 ? 1 : -2};
    if (pick(m, 4) == 0) m->rules[1].factor = -1; // what is less is more
    memset(m->of, 0, sizeof m->of);
    for (uint32_t p = 0; p < PERSONS; p++) {
        if (pick(m, 3) > 0) bit_set(m->of, p);
    }
}

static Err compare(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    Made *m = arg;
    static const uint32_t IDS[] = {1, 2, 3, 4};
    static const Measure RULES_ALONE = {.count = 0}; // no unit by range is looked up
    (void)index;
    size_t first = m->filled ? 1 : 0; // the others are added to what stands there
    ColumnMeasure measure = {{IDS + first, 1 + pick(m, (uint32_t)(CODES - first))},
                             m->rules,
                             COUNT_OF(UNIT_LIST),
                             &RULES_ALONE};
    ColumnMeasure before = {{IDS, first}, m->rules, COUNT_OF(UNIT_LIST), &RULES_ALONE};
    PickAsked asked = {&before, m->days, m->how};
    Picked fast = picked_new(scratch);
    Picked slow = picked_new(scratch);
    const uint64_t *among = m->restricted ? m->of : of->live;
    stripe_pick_among(of->stripe, &asked, among, scratch, &fast);
    stripe_pick_among(of->stripe, &asked, among, scratch, &slow);
    asked.measure = &measure;
    if (m->restricted) fast.of = m->of;
    stripe_pick(of->stripe, &measure, m->days, m->how, &fast);
    stripe_pick_among(of->stripe, &asked, among, scratch, &slow);
    for (uint32_t p = 0; p < of->stripe->persons; p++) {
        m->different += bit_on(fast.has, p) != bit_on(slow.has, p);
        if (!bit_on(fast.has, p) || !bit_on(slow.has, p)) continue;
        m->compared++;
        m->different += fast.day[p] != slow.day[p] || fast.value[p] != slow.value[p];
    }
    return ERR_OK;
}

static Columns *build(Test *t, const Made *m)
{
    ColumnSource source = {.generation = 1,
                           .persons = m->persons,
                           .person_count = PERSONS,
                           .codes = CODE_LIST,
                           .code_count = CODES,
                           .units = UNIT_LIST,
                           .unit_count = COUNT_OF(UNIT_LIST)};
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    CHECK_OK(column_builder_add(builder, m->events, EVENTS));
    CHECK_OK(column_builder_finish(builder, &columns));
    column_builder_free(builder);
    return columns;
}

TEST(a_value_is_the_same_from_postings_and_from_histories)
{
    Made *m = ARENA_NEW(t->arena, Made);
    ColumnPool *pool = NULL;
    m->seed = 20261122;
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    for (int round = 0; round < ROUNDS; round++) {
        make(m);
        Columns *columns = build(t, m);
        for (int i = 0; i < 8; i++) {
            m->how = (Pick)(i % 4);
            m->restricted = pick(m, 2) == 0;
            m->filled = pick(m, 2) == 0;
            m->days = pick(m, 2) == 0 ? (DayRange){0, DAY_LAST} : (DayRange){40010, 40040};
            CHECK_OK(columns_run(pool, columns, NULL, compare, m));
        }
        columns_let_go(columns);
    }
    CHECK_I64(m->different, 0);
    CHECK(m->compared > 10000);
    columns_pool_free(pool);
}
