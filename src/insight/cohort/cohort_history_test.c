// cohort_history_test.c -- kept runs looked back at, and who came or went between them.
#include "care/caseload/caseload.h"
#include "insight/cohort/cohort_told.h"
#include "test/cohorts.h"

static void keep(Test *t, const char *key)
{
    CLEANUP(cohort_run_end) CohortRun run;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_run(t->c, str_from_c(key), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    store_refresh(t->c->core->store, t->c->db);
}

TEST(kept_runs_are_listed_newest_first_and_opened_with_their_people)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    keep(t, "housebound-alone");
    test_sql(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    t->c->now.ms += DAY_MS;
    keep(t, "housebound-alone");
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    CHECK_OK(cohort_runs(t->c, STR("housebound-alone"), 0, &runs, &count, &all));
    CHECK_I64((int64_t)count, 2);
    CHECK_I64(all, 2);
    CHECK_I64(runs[0].people, 2);
    CHECK_I64(runs[1].people, 3);
    CohortKeptRun one;
    PersonId *before = NULL;
    PersonId *after = NULL;
    PersonId *gone = NULL;
    size_t before_count = 0;
    size_t after_count = 0;
    CHECK_OK(cohort_run_open(t->c, runs[1].ref, &one, &before, &before_count));
    CHECK_I64((int64_t)before_count, 3);
    CHECK_STR(one.definition, "housebound-alone");
    CHECK_OK(cohort_run_open(t->c, runs[0].ref, &one, &after, &after_count));
    CHECK_I64((int64_t)cohort_only_in(t->arena, after, after_count, before, before_count, &gone),
              1);
    CHECK_I64(gone[0].v, cohorts_person(t, "ADAMS").v);
    CHECK_I64((int64_t)cohort_only_in(t->arena, before, before_count, after, after_count, &gone),
              0);
    CHECK_ERR(cohort_run_open(t->c, STR("none"), &one, &after, &after_count), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(who_asks_about_own_practices_sees_own_runs_only)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    keep(t, "housebound-alone");
    CohortKeptRun *runs = NULL;
    CohortKeptRun one;
    PersonId *people = NULL;
    size_t count = 0;
    int64_t all = 0;
    CHECK_OK(cohort_runs(t->c, STR("housebound-alone"), 0, &runs, &count, &all));
    Str ref = runs[0].ref;
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_ERR(cohort_run_open(t->c, ref, &one, &people, &count), ERR_NOT_FOUND);
    keep(t, "housebound-alone");
    CHECK_OK(cohort_runs(t->c, STR("housebound-alone"), 0, &runs, &count, &all));
    CHECK_I64((int64_t)count, 1);
    CHECK_I64(runs[0].account_id, t->c->actor.account_id);
    CHECK_OK(cohort_run_open(t->c, runs[0].ref, &one, &people, &count));
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_ERR(cohort_runs(t->c, STR("housebound-alone"), 0, &runs, &count, &all), ERR_NOT_FOUND);
    CHECK_ERR(cohort_run_open(t->c, ref, &one, &people, &count), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

static Str newest(Test *t, const char *key)
{
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    CHECK_OK(cohort_runs(t->c, str_from_c(key), 0, &runs, &count, &all));
    return runs[0].ref;
}

TEST(who_joined_and_who_left_is_told_with_the_rule_and_the_fact)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    Date today = t->c->today;
    t->c->today = date_add_days(today, -30); // LEE was a carer still
    keep(t, "carers");
    Str before = newest(t, "carers");
    t->c->today = date_add_days(today, -50); // nobody was: all codes are 40 days old
    t->c->now.ms += 1000;
    keep(t, "carers");
    Str empty = newest(t, "carers");
    t->c->today = today;
    const Route *compare = cohorts_route("GET", "/cohorts/:key/runs/:ref/compare");
    Str where = arena_fmt(t->arena, "carers/" STR_FMT, STR_ARG(before));
    Pair left[] = {{STR("with"), STR("today")}, {STR("list"), STR("left")}};
    Response res;
    CHECK_OK(cohorts_ask(t, compare, where.ptr, left, 2, &res));
    Str html = buf_str(&res.body);
    CHECK_CONTAINS(html, "0 joined, 1 left, 1 stayed");
    CHECK_CONTAINS(html, "LEE, Test");
    CHECK_CONTAINS(html, "No longer met: Carer");
    CHECK_CONTAINS(html, "199361000000101");
    CHECK_LACKS(html, "HILLS");
    CHECK_I64((int64_t)res.shown_count, 1);
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, compare, where.ptr, left, 1, &res)); // nobody joined: who left is shown
    CHECK_CONTAINS(buf_str(&res.body), "LEE, Test");
    buf_free(&res.body);
    where = arena_fmt(t->arena, "carers/" STR_FMT, STR_ARG(empty));
    CHECK_OK(cohorts_ask(t, compare, where.ptr, left, 1, &res));
    html = buf_str(&res.body);
    CHECK_CONTAINS(html, "1 joined, 0 left, 0 stayed");
    CHECK_CONTAINS(html, "HILLS, Test");
    CHECK_CONTAINS(html, "Now met: Carer");
    CHECK_CONTAINS(html, "224484003");
    buf_free(&res.body);
    // The earlier of two runs comes first, whichever is opened.
    Pair both[] = {{STR("with"), before}};
    CHECK_OK(cohorts_ask(t, compare, where.ptr, both, 1, &res));
    CHECK_CONTAINS(buf_str(&res.body), "2 joined, 0 left");
    buf_free(&res.body);
    CHECK_ERR(cohorts_ask(t, compare, "diabetes-above-target/none", both, 1, &res), ERR_NOT_FOUND);
    buf_free(&res.body);
    where = arena_fmt(t->arena, "diabetes-above-target/" STR_FMT, STR_ARG(before));
    CHECK_ERR(cohorts_ask(t, compare, where.ptr, left, 2, &res), ERR_NOT_FOUND); // of another
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(a_leaver_who_meets_every_rule_is_told_the_leave_out)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    keep(t, "housebound-alone");
    test_sql(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    Str where =
        arena_fmt(t->arena, "housebound-alone/" STR_FMT, STR_ARG(newest(t, "housebound-alone")));
    Pair left[] = {{STR("with"), STR("today")}, {STR("list"), STR("left")}};
    Response res;
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts/:key/runs/:ref/compare"), where.ptr,
                         left, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Left out now: Opted out");
    buf_free(&res.body);
    CHECK_OK(
        cohorts_ask(t, cohorts_route("GET", "/cohorts/:key/runs/:ref"), where.ptr, NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Not listed now");
    CHECK_CONTAINS(buf_str(&res.body), "Today&#39;s answer");
    CHECK_I64((int64_t)res.shown_count, 3);
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts/:key/runs"), "housebound-alone", NULL, 0,
                         &res));
    CHECK_CONTAINS(buf_str(&res.body), "1 run kept");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(who_objects_to_sharing_is_counted_and_not_shown_in_an_earlier_run)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    keep(t, "housebound-alone");
    Str where =
        arena_fmt(t->arena, "housebound-alone/" STR_FMT, STR_ARG(newest(t, "housebound-alone")));
    const Route *then = cohorts_route("GET", "/cohorts/:key/runs/:ref");
    Response res;
    CHECK_OK(cohorts_ask(t, then, where.ptr, NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "ADAMS, Test");
    CHECK_I64((int64_t)res.shown_count, 3);
    buf_free(&res.body);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'ADAMS'");
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n");
    CHECK_OK(cohorts_ask(t, then, where.ptr, NULL, 0, &res));
    CHECK_LACKS(buf_str(&res.body), "ADAMS");
    CHECK_CONTAINS(
        buf_str(&res.body),
        "1 person of that run objects to sharing for direct care now, and is on no list.");
    CHECK_I64((int64_t)res.shown_count, 2);
    buf_free(&res.body);
    Pair left[] = {{STR("with"), STR("today")}, {STR("list"), STR("left")}};
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts/:key/runs/:ref/compare"), where.ptr,
                         left, 2, &res));
    CHECK_LACKS(buf_str(&res.body), "ADAMS");
    CHECK_CONTAINS(buf_str(&res.body), "0 joined, 1 left, 2 stayed");
    CHECK_CONTAINS(buf_str(&res.body), "objects to sharing for direct care now");
    CHECK_I64((int64_t)res.shown_count, 0);
    buf_free(&res.body);
    cohort_engine_free(engine);
}
