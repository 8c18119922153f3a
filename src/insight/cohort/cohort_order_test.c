// cohort_order_test.c -- a list by name stands in the store's order; who is on none.
#include "core/config.h"
#include "core/core.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_more_pages.h"
#include "insight/cohort/cohort_pages.h"
#include "insight/population/population.h"
#include "test/cohorts.h"
#include "work/team/team.h"

static void load_namesakes(Test *t, int count)
{
    CLEANUP(load_end) Loader *load = NULL;
    BatchStart start = {.format = STR("test"), .file_name = STR("more"), .extract_on = t->c->today};
    CHECK_OK(load_begin(t->c, &start, &load));
    int32_t codes[2] = {0};
    CHECK_OK(load_code(load, STR("snomed"), STR("160689007"), STR("Housebound"), &codes[0]));
    CHECK_OK(load_code(load, STR("snomed"), STR("105529008"), STR("Lives alone"), &codes[1]));
    for (int i = 0; i < count; i++) {
        PersonImport in = {.source_id = arena_fmt(t->arena, "more%d", i)};
        in.person = (Person){.family = STR("BAKER"),
                             .given = arena_fmt(t->arena, "Test %03d", (i * 37) % count),
                             .born = {-9000},
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Practice X26101")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        cohorts_codes(t, load, slot, "ha");
    }
    CHECK_OK(load_apply(load, NULL));
}

// The list by name is that of the store's own order, forwards and backwards.
static void by_name_as_stored(Test *t, const CohortRun *run)
{
    PersonId *all = NULL;
    size_t all_count = 0;
    CHECK_OK(person_by_name(t->c, &all, &all_count));
    size_t *order = NULL;
    size_t *back = NULL;
    CHECK_OK(cohort_sorted(t->c, run, STR("name"), &order));
    CHECK_OK(cohort_sorted(t->c, run, STR("-name"), &back));
    size_t next = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        while (next < all_count && all[next].v != run->people[order[i]].v) next++;
        CHECK(next < all_count);
        CHECK_I64((int64_t)back[run->people_count - 1 - i], (int64_t)order[i]);
    }
}

TEST(a_list_by_name_knows_names_that_were_corrected_since)
{
    CohortEngine *engine = cohorts_begin(t);
    load_namesakes(t, 80);
    store_refresh(t->c->core->store, t->c->db);
    CLEANUP(cohort_run_end) CohortRun run; // of columns that do not know what follows
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK(columns_order(run.evaluation->columns->view).place != NULL);
    by_name_as_stored(t, &run);
    test_sql(t, "UPDATE person SET family_key = 'aaa', version = 1, changed_at = 4102444800000 "
                "WHERE family_key = 'frost' OR given_key = 'test 007'");
    by_name_as_stored(t, &run);
    test_sql(t, "UPDATE person SET family_key = given_key, version = 1, changed_at = 4102444800000 "
                "WHERE family_key = 'baker'"); // more than are put in one by one
    by_name_as_stored(t, &run);
    cohort_engine_free(engine);
}

static Err seal_person(Ctx *c, void *arg)
{
    return person_import_seal(c, arg, 1);
}

TEST(a_correction_reaches_the_columns)
{
    CohortEngine *engine = cohorts_begin(t);
    PersonId frost = cohorts_person(t, "FROST");
    for (int round = 0; round < 2; round++) {
        CohortColumns *columns = NULL;
        bool updating = true;
        CHECK_OK(engine_columns(t->c, &columns, &updating));
        CHECK(!updating);
        uint32_t local = 0;
        int64_t at = columns_number(columns->view, frost);
        CHECK(at >= 0);
        const Stripe *stripe = columns_stripe(columns->view, (uint32_t)at, &local)->stripe;
        CHECK(stripe->language[local] == person_language_key(round == 0 ? STR("") : STR("URDU")));
        CHECK_I64(stripe->marks[local], round == 0 ? 0 : MARK_INTERPRETER);
        CHECK_I64(stripe->ethnicity[local], round == 0 ? 0 : 'J' - 'A' + 1);
        CHECK_I64(stripe->registered_on[local], round == 0 ? INT32_MIN : 9000);
        cohort_columns_let_go(columns);
        test_sql(t, "UPDATE person SET language = 'Urdu', interpreter = 1, ethnicity = 'J', "
                    "registration_on = 9000, version = 1, changed_at = 1 WHERE family = 'FROST'");
        CHECK_OK(ctx_change(t->c, seal_person, &frost)); // as the rule that corrects does
    }
    cohort_engine_free(engine);
}

// What was asked of one list: by id, and each with what is their own.
static void by_id_with_their_own(Test *t, size_t many)
{
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, (int64_t)many);
    for (size_t i = 0; i < run.people_count; i++) {
        CHECK(i == 0 || run.people[i - 1].v < run.people[i].v);
        PersonFact *facts = NULL;
        size_t count = 0;
        CHECK_OK(person_facts_of(t->c, &run.people[i], 1, &facts, &count));
        CHECK_I64((int64_t)count, 1);
        CHECK_I64(facts[0].born.days, run.born[i].days);
    }
}

TEST(whoever_was_corrected_stands_on_a_list_where_they_stood)
{
    CohortEngine *engine = cohorts_begin(t);
    load_namesakes(t, 40);
    by_id_with_their_own(t, 43);
    PersonId *all = NULL;
    size_t count = 0;
    CHECK_OK(person_by_name(t->c, &all, &count));
    for (size_t round = 0; round < 3; round++) { // one, some, and some others
        for (size_t i = 0; i < count; i++) {
            if (i % (round == 0 ? count : 4) != round % 4) continue;
            Str set = arena_fmt(t->arena,
                                "UPDATE person SET born = born - %zu, version = 1, "
                                "changed_at = %zu WHERE id = %lld",
                                i + 1, round * 100 + i, (long long)all[i].v);
            test_sql(t, arena_c(t->arena, set));
            CHECK_OK(ctx_change(t->c, seal_person, &all[i]));
        }
        by_id_with_their_own(t, 43);
    }
    cohort_engine_free(engine);
}

TEST(a_release_of_deprivation_reaches_the_columns)
{
    CohortEngine *engine = cohorts_begin(t);
    PersonId frost = cohorts_person(t, "FROST");
    Area area = {.lsoa = "E0100000", .decile = 9};
    int64_t changed = 0;
    test_sql(t, "UPDATE person SET lsoa = 'E01000001', imd_decile = 0 WHERE family = 'FROST'");
    for (int round = 0; round < 2; round++) {
        CohortColumns *columns = NULL;
        bool updating = true;
        uint32_t local = 0;
        CHECK_OK(engine_columns(t->c, &columns, &updating));
        int64_t at = columns_number(columns->view, frost);
        const Stripe *stripe = columns_stripe(columns->view, (uint32_t)at, &local)->stripe;
        CHECK_I64(stripe->imd[local], round == 0 ? 0 : 9);
        cohort_columns_let_go(columns);
        area.lsoa[LSOA_BYTES - 1] = '1';
        if (round == 0) CHECK_OK(area_release_load(t->c, 2025, &area, 1, &changed));
    }
    CHECK_I64(changed, 1);
    cohort_engine_free(engine);
}

TEST(only_releases_whose_deciles_people_have_are_named)
{
    CohortEngine *engine = cohorts_begin(t);
    Area area = {.lsoa = "E0100000"};
    area.lsoa[LSOA_BYTES - 1] = '1';
    area.decile = 9;
    int64_t changed = 0;
    CohortData data = {0};
    test_sql(t, "UPDATE person SET lsoa = '', imd_decile = 0, imd_year = 0");
    CHECK_OK(area_release_load(t->c, 2019, &area, 1, &changed));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_data(t->c, &data));
    test_check_contains(t, data.days, STR("Deprivation"), false, __FILE__, __LINE__);
    test_sql(t, "UPDATE person SET lsoa = 'E01000001' WHERE family = 'FROST'");
    CHECK_OK(area_release_load(t->c, 2025, &area, 1, &changed));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.days, " Deprivation by area: Indices of Deprivation 2025.");
    test_sql(t, "UPDATE person SET imd_decile = 3, imd_year = 2019 WHERE family = 'ADAMS'");
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.days, " Deprivation by area: Indices of Deprivation 2025, 2019.");
    cohort_engine_free(engine);
}

TEST(one_day_of_all_practices_is_said_once)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortData data = {0};
    test_sql(t, "UPDATE practice SET extract_on = 20777");
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.days, "Data as at 20 November 2026, from all 2 practices.");
    test_sql(t, "UPDATE practice SET extract_on = 20778 WHERE ods_code = 'X26102'");
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.days,
                   "Practice X26101 20 November 2026; Practice X26102 21 November 2026.");
    cohort_engine_free(engine);
}

TEST(practices_that_no_list_holds_are_told)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortData data = {0};
    Str said = STR("");
    CHECK_OK(cohort_data(t->c, &data));
    CHECK(!str_find(data.warnings, STR("Lists and rules"), &(size_t){0}));
    for (int i = 0; i < PRACTICES_MAX; i++) { // beside the two that are there
        int64_t id = 0;
        CHECK_OK(practice_ensure(t->c, arena_fmt(t->c->arena, "Z%05d", i), STR("Zulu"), &id));
    }
    const char *told = "Lists and rules by practice hold 512 practices: people of 2 others are in "
                       "the whole network only.";
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.warnings, told);
    CHECK_OK(cohort_extract_warnings(t->c, &said));
    CHECK_CONTAINS(said, told);
    cohort_engine_free(engine);
}

TEST(a_cohort_is_refused_over_an_old_extract_when_the_setting_says_so)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Config config = *t->c->core->config;
    test_core(t)->config = &config;
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run)); // told, not refused
    cohort_run_end(&run);
    CohortData data = {0};
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.warnings, "The last extract of Practice X26102 is");
    config.refuse_stale_extracts = true;
    CHECK_ERR(cohort_run(t->c, STR("carers"), 0, &run), ERR_BUSY);
    CHECK_CONTAINS(cohort_wait_of(t->c).text, "days old. Cohorts wait for the next extract.");
    Practice other;
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &other));
    CHECK_OK(cohort_run(t->c, STR("carers"), other.id, &run)); // its extract is in order
    cohort_engine_free(engine);
}

static int64_t opted_out_now(Test *t)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    return run.left_out.opted_out;
}

TEST(who_objects_to_sharing_for_direct_care_is_on_no_list)
{
    CohortEngine *engine = cohorts_begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'FROST'");
    int64_t before = opted_out_now(t);
    cohorts_opt_out(t, "9990000018,Type 1,opted out,2026-01-05\n9990000018,National data,opted out,"
                       "2026-01-05\n");
    CHECK_I64(opted_out_now(t), before); // of other uses than direct care
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n");
    CHECK_I64(opted_out_now(t), before + 1);
    cohorts_opt_out(t, "9990000018,Direct care,withdrawn,2026-01-05\n"); // of one day: it stands
    CHECK_I64(opted_out_now(t), before + 1);
    cohorts_opt_out(t, "9990000018,Direct care,withdrawn,2026-02-01\n");
    CHECK_I64(opted_out_now(t), before);
    cohort_engine_free(engine);
}

// ---- uses beyond a person's own care

// How many registered people figures leave out, and how many they count.
static int64_t counted(Test *t, int64_t *left_out)
{
    CohortRun run = {0};
    const Definition *definition = NULL;
    CHECK_OK(cohort_definition(t->c, STR("housebound-alone"), &definition));
    CHECK_OK(cohort_tally(t->c, definition, &run));
    *left_out = run.left_secondary;
    cohort_run_end(&run);
    return run.registered;
}

TEST(who_opted_out_of_secondary_uses_is_in_no_figure_and_on_every_list)
{
    CohortEngine *engine = cohorts_begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'FROST'");
    CohortRun run = {0};
    PersonId *out = NULL;
    size_t count = 0;
    int64_t left = 0;
    Actor program = t->c->actor;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    size_t listed = run.people_count;
    int64_t registered = run.registered;
    cohort_run_end(&run);
    static const char *const KINDS[] = {"National data", "Type 1"};
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        cohorts_opt_out(
            t, arena_c(t->arena, arena_fmt(t->arena, "9990000018,%s,opted out,2026-01-0%zu\n",
                                           KINDS[i], i + 1)));
        CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
        CHECK_I64(run.people_count, listed); // direct care
        CHECK_I64(run.registered, registered);
        CHECK_I64(run.left_secondary, 0);
        cohort_run_end(&run);
        CHECK_OK(cohort_secondary_out(t->c, &out, &count));
        CHECK_I64(count, 1);
        test_actor(t, ROLE_PCN_MANAGER);
        CHECK_I64(counted(t, &left), registered - 1);
        CHECK_I64(left, 1);
        t->c->actor = program;
        cohorts_opt_out(
            t, arena_c(t->arena, arena_fmt(t->arena, "9990000018,%s,withdrawn,2026-01-0%zu\n",
                                           KINDS[i], i + 2)));
        CHECK_OK(cohort_secondary_out(t->c, &out, &count));
        CHECK_I64(count, 0);
        test_actor(t, ROLE_PCN_MANAGER);
        CHECK_I64(counted(t, &left), registered);
        CHECK_I64(left, 0);
        t->c->actor = program;
    }
    cohort_engine_free(engine);
}
