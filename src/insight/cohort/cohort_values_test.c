// cohort_values_test.c -- values by group against a slow, obvious count of the same facts, and on a
// store: who is among them.
#include "care/person/person.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_values_pass.h"
#include "test/cohorts.h"
#include "test/fixture.h"

#include <math.h>

enum { PERSONS = 120, EVENTS_MAX = 3000, ROUNDS = 60, TODAY_DAYS = 20908, PRACTICES = 3 };

typedef struct World {
    uint64_t seed;
    Arena *arena;
    ColumnPerson persons[PERSONS];
    EventRow events[EVENTS_MAX];
    size_t event_count;
    const CodeSets *sets;
    ColumnPool *pool;
    CohortColumns *columns;
    uint64_t *who;
    bool among[PERSONS], has_trait[PERSONS];
    uint64_t *trait;
    Date as_at;
} World;

static const Code CODE_LIST[] = {
    {1, STR_INIT("snomed"), STR_INIT("999791000000106"), STR_INIT("HbA1c")},
    {2, STR_INIT("loinc"), STR_INIT("4548-4"), STR_INIT("HbA1c")},
    {3, STR_INIT("snomed"), STR_INIT("44054006"), STR_INIT("Diabetes")},
};
static const Str UNITS[] = {STR_INIT(""), STR_INIT("mmol/mol"), STR_INIT("%"), STR_INIT("odd")};

static uint32_t pick(World *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(w->seed >> 33) % below;
}

static void make_people(World *w)
{
    w->event_count = 0;
    for (size_t i = 0; i < PERSONS; i++) {
        w->persons[i] = (ColumnPerson){
            .id = {(int64_t)(2 * i + 7)},
            .born = pick(w, 10) == 0 ? DATE_NONE : (Date){TODAY_DAYS - (int)pick(w, 34000)},
            .practice = pick(w, PRACTICES + 2), // one of nobody's, one unknown
            .registration = REGISTRATION_CURRENT,
            .sex = (uint8_t)pick(w, 3),
            .imd = (uint8_t)pick(w, 11),
            .ethnicity = (uint8_t)pick(w, 27),
            .marks = (uint8_t)pick(w, 2),
            .language = pick(w, 3) == 0   ? 0
                        : pick(w, 2) == 0 ? person_language_key(STR("english"))
                                          : person_language_key(STR("Urdu"))};
        for (uint32_t n = pick(w, 8); n > 0; n--) {
            int32_t unit = (int32_t)pick(w, 4);
            double value = unit == 2 ? 5 + pick(w, 60) / 10.0 : 40 + pick(w, 40);
            // Days near the edges of the window come up often, and two on one day.
            int32_t ago = pick(w, 3) == 0 ? (int32_t)(364 + pick(w, 3)) : (int32_t)pick(w, 700);
            w->events[w->event_count++] = (EventRow){.person = w->persons[i].id.v,
                                                     .day = TODAY_DAYS + 20 - ago,
                                                     .code_id = (int32_t)(1 + pick(w, 3)),
                                                     .kind = EVENT_OBSERVATION,
                                                     .has_value = pick(w, 6) > 0,
                                                     .unit_id = unit,
                                                     .value = value};
        }
    }
}

static void make_columns(Test *t, World *w)
{
    ColumnSource source = {.generation = 3,
                           .persons = w->persons,
                           .person_count = PERSONS,
                           .codes = CODE_LIST,
                           .code_count = COUNT_OF(CODE_LIST),
                           .units = UNITS,
                           .unit_count = COUNT_OF(UNITS),
                           .stripe_persons = 1 + pick(w, 2 * PERSONS)};
    ColumnBuilder *builder = NULL;
    Columns *view = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    CHECK_OK(column_builder_add(builder, w->events, w->event_count));
    CHECK_OK(column_builder_finish(builder, &view));
    column_builder_free(builder);
    CHECK_OK(cohort_columns_new(view, w->pool, w->sets, &w->columns));
    w->who = ARENA_ARRAY(w->arena, uint64_t, w->columns->words + 1);
    w->trait = ARENA_ARRAY(w->arena, uint64_t, w->columns->words + 1);
    uint32_t most = pick(w, 2) == 0 ? 10 : 2; // few people are asked by their histories
    for (size_t i = 0; i < PERSONS; i++) {
        w->among[i] = pick(w, most) == 0;
        int64_t at = columns_number(view, w->persons[i].id);
        if (w->among[i]) bit_set(w->who, (uint32_t)at);
        w->has_trait[i] = pick(w, 4) == 0;
        if (w->has_trait[i]) bit_set(w->trait, (uint32_t)at);
    }
}

// ---- the slow count: one person and one group, straight from the header's words

static bool latest(const World *w, size_t person, int months, double *out)
{
    const Measure *hba1c = measure_find(w->sets, STR("hba1c"));
    int32_t after = months == 0 ? INT32_MIN : date_add_months(w->as_at, -months).days;
    int32_t day = INT32_MIN;
    bool has = false;
    for (size_t i = 0; i < w->event_count; i++) {
        const EventRow *e = &w->events[i];
        double value = 0;
        if (e->person != w->persons[person].id.v || e->code_id == 3 || !e->has_value) continue;
        if (e->day <= after || e->day > w->as_at.days) continue;
        if (!measure_value(hba1c, e->value, UNITS[e->unit_id], &value)) continue;
        if (has && (e->day < day || (e->day == day && value <= *out))) continue;
        has = true;
        day = e->day;
        *out = value;
    }
    return has;
}

static Str slow_ethnic(uint8_t number)
{
    static const char *const LETTERS[] = {"ABC", "DEFG", "HJKLR", "MNP", "S"};
    static const char *const KEYS[] = {"white", "mixed", "asian", "black", "other"};
    for (size_t i = 0; number != 0 && i < COUNT_OF(LETTERS); i++) {
        if (strchr(LETTERS[i], 'A' + number - 1) != NULL) return str_from_c(KEYS[i]);
    }
    return STR("rest");
}

static Str slow_category(const World *w, uint8_t number)
{
    char letter = (char)('A' + number - 1);
    bool known = number != 0 && strchr("ABCDEFGHJKLMNPRSZ", letter) != NULL;
    return known ? arena_lower(w->arena, (Str){&letter, 1}) : STR("rest");
}

static Str slow_age(const World *w, Date born)
{
    static const char *const AGES[] = {"0", "18", "40", "65", "80"};
    static const int FROM[] = {0, 18, 40, 65, 80};
    if (date_is_none(born) || born.days > w->as_at.days) return STR("rest");
    size_t band = COUNT_OF(FROM) - 1;
    while (date_age_years(born, w->as_at) < FROM[band]) band--;
    return str_from_c(AGES[band]);
}

static Str slow_language(uint64_t language)
{
    if (language == 0) return STR("rest");
    return language == person_language_key(STR("English")) ? STR("english") : STR("another");
}

static Str slow_number(const World *w, const char *head, int64_t number, int64_t most)
{
    bool known = number >= 1 && number <= most;
    return known ? arena_fmt(w->arena, "%s%lld", head, (long long)number) : STR("rest");
}

static Str slow_group(const World *w, GroupBy by, size_t person)
{
    const ColumnPerson *p = &w->persons[person];
    static const char *const SEXES[] = {"rest", "male", "female"};
    switch (by) {
    case GROUP_BY_PRACTICE: return slow_number(w, "P", p->practice, PRACTICES);
    case GROUP_BY_FIFTH: return slow_number(w, "", (p->imd + 1) / 2, 5);
    case GROUP_BY_TENTH: return slow_number(w, "", p->imd, 10);
    case GROUP_BY_ETHNIC: return slow_ethnic(p->ethnicity);
    case GROUP_BY_CATEGORY: return slow_category(w, p->ethnicity);
    case GROUP_BY_SEX: return str_from_c(SEXES[p->sex]);
    case GROUP_BY_LANGUAGE: return slow_language(p->language);
    case GROUP_BY_TRAIT: return w->has_trait[person] ? STR("yes") : STR("rest");
    case GROUP_BY_AGE: return slow_age(w, p->born);
    default: return STR("rest");
    }
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static void check_cell(Test *t, const World *w, const ValuesPass *pass, const ValuesTable *table,
                       size_t first, size_t second)
{
    const GroupValues *got = &table->cells[first * table->by[1].count + second];
    GroupValues want = {0};
    double values[PERSONS];
    for (size_t i = 0; i < PERSONS; i++) {
        double value = 0;
        if (!w->among[i] ||
            !str_eq(slow_group(w, table->by[0].by, i), table->by[0].groups[first].key) ||
            !str_eq(slow_group(w, table->by[1].by, i), table->by[1].groups[second].key)) {
            continue;
        }
        want.people++;
        if (!latest(w, i, pass->asked->months, &value)) continue;
        values[want.valued++] = value;
        want.sum += value;
        want.met += value <= pass->asked->than;
    }
    CHECK_I64(got->people, want.people);
    CHECK_I64(got->valued, want.valued);
    CHECK_I64(got->met, want.met);
    CHECK(fabs(got->sum - want.sum) < 1e-6);
    if (want.valued == 0) return;
    qsort(values, (size_t)want.valued, sizeof *values, by_value);
    size_t middle = (size_t)want.valued / 2;
    double median =
        want.valued % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    CHECK(fabs(got->median - median) < 1e-9);
}

// The list behind a number has as many people as the number says.
static void check_people(Test *t, const ValuesPass *pass, const ValuesTable *table, size_t first,
                         size_t second)
{
    const GroupValues *cell = &table->cells[first * table->by[1].count + second];
    const int64_t want[] = {[VALUES_ALL] = cell->people,
                            [VALUES_WITH] = cell->valued,
                            [VALUES_WITHOUT] = cell->people - cell->valued,
                            [VALUES_MET] = cell->met,
                            [VALUES_NOT_MET] = cell->valued - cell->met};
    for (size_t who = 0; who < COUNT_OF(want); who++) {
        ValuesWanted wanted = {{(int)first, (int)second}, (ValuesWho)who};
        ValuedPerson *people = NULL;
        size_t count = 0;
        CHECK_OK(values_gather(t->arena, pass, &wanted, &people, &count));
        CHECK_I64((int64_t)count, want[who]);
    }
}

static PeopleGroups groups_of(const World *w, GroupBy by)
{
    static const GroupPractice AT[PRACTICES] = {{1, {STR_INIT("P1"), STR_INIT("One")}},
                                                {2, {STR_INIT("P2"), STR_INIT("Two")}},
                                                {3, {STR_INIT("P3"), STR_INIT("Three")}}};
    if (by != GROUP_BY_TRAIT) return groups_make(w->arena, by, w->as_at, AT, PRACTICES);
    PeopleGroups groups = groups_trait(w->arena, STR("Has it"));
    groups.trait = w->trait;
    return groups;
}

static void check_round(Test *t, World *w)
{
    GroupBy first = (GroupBy)(1 + pick(w, GROUP_BYS - 1));
    GroupBy second = (GroupBy)pick(w, GROUP_BYS);
    ValuesAsked asked = {.measure = measure_find(w->sets, STR("hba1c")),
                         .months = pick(w, 2) == 0 ? 12 : 0,
                         .target = TARGET_AT_MOST,
                         .than = 40 + pick(w, 40),
                         .medians = true};
    ValuesPass pass = {.columns = w->columns,
                       .asked = &asked,
                       .measure = measure_of(w->columns, asked.measure),
                       .as_at = w->as_at,
                       .by = {groups_of(w, first), groups_of(w, second)},
                       .who = w->who};
    ValuesTable table;
    CHECK_OK(values_count(t->arena, &pass, &table));
    int64_t among = 0;
    for (size_t i = 0; i < PERSONS; i++) among += w->among[i];
    CHECK_I64(table.all.people, among);
    for (size_t a = 0; a < table.by[0].count; a++) {
        for (size_t b = 0; b < table.by[1].count; b++) {
            check_cell(t, w, &pass, &table, a, b);
            if (w->seed % 5 == 0) check_people(t, &pass, &table, a, b);
        }
    }
}

TEST(values_by_group_agree_with_a_slow_count_whatever_the_threads)
{
    World *w = ARENA_NEW(t->arena, World);
    Str why = STR("");
    *w = (World){.seed = 20261122, .arena = t->arena, .as_at = {TODAY_DAYS}};
    CHECK_OK(code_sets_read(t->arena, &w->sets, &why));
    for (int round = 0; round < ROUNDS; round++) {
        CHECK_OK(columns_pool_new(t->arena, 1 + round % 3, &w->pool));
        make_people(w);
        make_columns(t, w);
        check_round(t, w);
        cohort_columns_let_go(w->columns);
        columns_pool_free(w->pool);
    }
}

// ---- on a store

static CohortRun match(Test *t, const char *rules, Definition *definition)
{
    Str why = STR("");
    CohortRun run = {0};
    Str text =
        arena_fmt(t->arena, "cohort x\nname X\npurpose X\nowner X\noffer plan\n\nall\n%s", rules);
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c), text, definition, &why));
    CohortQuestion question = {.definition = definition, .as_at = t->c->today};
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_match(t->c, &question, &run));
    return run;
}

static GroupValues everybody(Test *t, bool leave_out, int64_t *left_out)
{
    Definition definition;
    CohortRun run = match(t, "  registered\n", &definition);
    ValuesAsked asked = {.measure = measure_find(cohort_sets(t->c), STR("hba1c")),
                         .by = {GROUP_BY_SEX, GROUP_BY_NOTHING},
                         .medians = true,
                         .leave_out = leave_out};
    ValuesTable table;
    CHECK_OK(cohort_values(t->c, &run, &asked, &table));
    cohort_run_end(&run);
    *left_out = table.left_out;
    return table.all;
}

TEST(who_died_or_left_since_is_in_no_group_and_who_opted_out_in_no_file)
{
    CohortEngine *engine = cohorts_begin(t);
    int64_t left_out = 0;
    test_actor(t, ROLE_CARE_COORDINATOR);
    int64_t before = everybody(t, false, &left_out).people;
    CHECK(before > 3 && left_out == 0);
    test_written(t, "UPDATE person SET registration = 2, version = 1 WHERE id = (SELECT max(id) "
                    "FROM person WHERE registration = 1 AND died IS NULL)");
    CHECK_I64(everybody(t, false, &left_out).people, before - 1);
    // Direct care goes on; what leaves the program does not hold them.
    test_actor(t, ROLE_NONE);
    test_written(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'ADAMS'");
    cohorts_opt_out(t, "9990000018,Type 1,opted out,2026-01-05\n");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64(everybody(t, false, &left_out).people, before - 1);
    CHECK_I64(left_out, 0);
    CHECK_I64(everybody(t, true, &left_out).people, before - 2);
    CHECK_I64(left_out, 1);
    cohort_engine_free(engine);
}

TEST(nobody_counts_for_who_is_gone)
{
    CohortEngine *engine = cohorts_begin(t);
    Definition definition;
    ValuesTable table;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CohortRun run = match(t, "  registered\n", &definition);
    ValuesAsked asked = {.measure = measure_find(cohort_sets(t->c), STR("hba1c")),
                         .by = {GROUP_BY_SEX, GROUP_BY_NOTHING}};
    atomic_bool gone = true;
    t->c->cancelled = &gone;
    CHECK_ERR(cohort_values(t->c, &run, &asked, &table), ERR_BUSY);
    t->c->cancelled = NULL;
    CHECK_OK(cohort_values(t->c, &run, &asked, &table));
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(who_objects_to_sharing_is_in_no_group_and_on_no_list)
{
    CohortEngine *engine = cohorts_begin(t);
    Definition definition;
    ValuesTable before;
    ValuesTable after;
    ValuedPerson *people = NULL;
    size_t count = 0;
    ValuesAsked asked = {.measure = measure_find(cohort_sets(t->c), STR("hba1c")),
                         .by = {GROUP_BY_SEX, GROUP_BY_NOTHING}};
    test_actor(t, ROLE_CARE_COORDINATOR);
    CohortRun run = match(t, "  registered\n", &definition);
    CHECK_OK(cohort_values(t->c, &run, &asked, &before));
    cohort_run_end(&run);
    // Who does not want offers of support is in numbers that offer nobody anything.
    test_written(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    run = match(t, "  registered\n", &definition);
    CHECK_OK(cohort_values(t->c, &run, &asked, &after));
    CHECK_I64(after.all.people, before.all.people);
    CHECK_I64(after.objected, 0);
    cohort_run_end(&run);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'ADAMS'");
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n");
    run = match(t, "  registered\n", &definition);
    CHECK_OK(cohort_values(t->c, &run, &asked, &after));
    CHECK_I64(after.all.people, before.all.people - 1);
    CHECK_I64(after.objected, 1);
    ValuesCell cell = {.who = VALUES_ALL};
    CHECK_OK(cohort_values_people(t->c, &run, &asked, &cell, &people, &count));
    CHECK_I64((int64_t)count, after.all.people);
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(values_are_for_who_may_see_whom)
{
    CohortEngine *engine = cohorts_begin(t);
    Definition definition;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CohortRun run = match(t, "  registered\n", &definition);
    cohort_run_end(&run);
    static const Role OTHERS[] = {ROLE_PCN_MANAGER, ROLE_LINK_WORKER, ROLE_HEALTH_COACH,
                                  ROLE_ADMINISTRATOR, ROLE_PRIVACY_OFFICER};
    for (size_t i = 0; i < COUNT_OF(OTHERS); i++) {
        test_actor(t, OTHERS[i]);
        CohortQuestion question = {.definition = &definition, .as_at = t->c->today};
        CHECK_ERR(cohort_match(t->c, &question, &run), ERR_NOT_FOUND);
    }
    cohort_engine_free(engine);
}
