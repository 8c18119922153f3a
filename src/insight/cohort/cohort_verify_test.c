// cohort_verify_test.c -- the nightly comparison finds what differs, is due at night, shows nobody.
#include "insight/cohort/cohort_follow_store.h"
#include "insight/cohort/cohort_verify.h"
#include "test/cohorts.h"

static const Room *const ROOMS[] = {&COHORT_ROOM};

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = cohorts_begin(t);
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    return engine;
}

static void at_hour(Test *t, int days, int hour)
{
    Clock *clock = ARENA_NEW(t->arena, Clock);
    Instant second;
    CHECK(instant_from_london(date_add_days(t->c->today, days), hour, 10, &t->c->now, &second) ==
          LOCAL_ONE);
    t->c->today = date_add_days(t->c->today, days);
    *clock = (Clock){.frozen = true, .at = t->c->now};
    test_core(t)->clock = clock;
}

static CohortVerified *checked(Test *t, size_t *count)
{
    CohortVerified *all = NULL;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_verified(t->c, &all, count));
    return all;
}

TEST(every_cohort_is_compared_once_a_night)
{
    CohortEngine *engine = begin(t);
    size_t count = 0;
    at_hour(t, 0, 12);
    CHECK_OK(jobs_start_due(t->c->core));
    CHECK_I64((checked(t, &count), (int64_t)count), 0); // not by day
    at_hour(t, 1, 2);
    CHECK_OK(jobs_start_due(t->c->core));
    CohortVerified *all = checked(t, &count);
    CHECK(count >= 6);
    for (size_t i = 0; i < count; i++) {
        CHECK_I64(all[i].result, VERIFY_SAME);
        CHECK_I64(all[i].people, COHORTS_PEOPLE);
    }
    int64_t rows = test_count(t, "cohort_self_check");
    at_hour(t, 0, 4);
    CHECK_OK(jobs_start_due(t->c->core));
    CHECK_I64(test_count(t, "cohort_self_check"), rows);
    at_hour(t, 1, 1);
    CHECK_OK(jobs_start_due(t->c->core));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(test_count(t, "cohort_self_check"), 2 * rows);
    cohort_engine_free(engine);
}

TEST(a_difference_is_found_and_told)
{
    CohortEngine *engine = begin(t);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run)); // the columns are made
    cohort_run_end(&run);
    // The store changes behind the columns, as a fault of theirs would look.
    test_sql(t, "UPDATE person SET born = born - 36525 WHERE family IN ('GREEN', 'JONES')");
    test_sql(t, "UPDATE person SET born = born + 23000 WHERE family = 'INGRAM'");
    store_refresh(t->c->core->store, t->c->db);
    Str ref = STR("");
    cohorts_account(t, ROLE_ADMINISTRATOR);
    CHECK_OK(job_start(t->c, &COHORT_JOBS[COHORT_JOB_VERIFY], STR(""), &ref));
    size_t count = 0;
    CohortVerified *all = checked(t, &count);
    int64_t different = 0;
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(all[i].definition, STR("diabetes-above-target"))) continue;
        CHECK_I64(all[i].result, VERIFY_DIFFERENT);
        different = all[i].different;
    }
    CHECK_I64(different, 1); // INGRAM is a child now, by SQL
    Response res;
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohort-checks"), "", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "For 1 of 12 people");
    CHECK_CONTAINS(buf_str(&res.body), "differs from SQL. Do not use its list");
    CHECK_LACKS(buf_str(&res.body), "INGRAM");
    CHECK_I64((int64_t)res.shown_count, 0);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

static bool stop_at_once(void *arg, size_t done, size_t total)
{
    size_t *asked = arg;
    (void)total;
    (*asked)++;
    return done > 0;
}

TEST(a_comparison_can_be_given_up)
{
    CohortEngine *engine = begin(t);
    size_t asked = 0;
    CohortChecked one = {.key = STR("carers")};
    CHECK_ERR(cohort_check_many(t->c, &one, 1, &(CohortCheckWatch){stop_at_once, &asked}),
              ERR_BUSY);
    CHECK_I64((int64_t)asked, 1);
    CHECK_I64(one.found.people, 0);
    CohortChecked none = {.key = STR("no-such")};
    CHECK_OK(cohort_check_many(t->c, &none, 1, NULL));
    CHECK(none.err == ERR_NOT_FOUND);
    cohort_engine_free(engine);
}
