// cohort_now_test.c -- numbers that are kept: until something is written, for each account apart.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_now.h"
#include "test/cohorts.h"

#define KEY STR("housebound-alone")

static int64_t people_now(Test *t)
{
    int64_t people = -1;
    CHECK_OK(cohort_people_now(t->c, KEY, &people));
    return people;
}

TEST(a_number_is_kept_until_something_is_written)
{
    CohortEngine *engine = cohorts_begin(t);
    CHECK_I64(people_now(t), 3);
    // Past the journal nothing is ever written; here it shows that the number was kept.
    test_sql(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    CHECK_I64(people_now(t), 3);
    test_written(t, "UPDATE person SET died = 20000, version = 1 WHERE family = 'BAKER'");
    CHECK_I64(people_now(t), 1);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, KEY, 0, &run));
    CHECK_I64((int64_t)run.people_count, 1);
    cohort_engine_free(engine);
}

TEST(a_kept_number_is_for_the_account_that_asked)
{
    CohortEngine *engine = cohorts_begin(t);
    CHECK_I64(people_now(t), 3);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, KEY, 0, &run));
    int64_t own = (int64_t)run.people_count;
    cohort_run_end(&run);
    CHECK(own < 3);
    CHECK_I64(people_now(t), own);
    test_actor(t, ROLE_PCN_MANAGER); // figures only
    int64_t people = 0;
    CHECK_ERR(cohort_people_now(t->c, KEY, &people), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(facts_of_a_state_outlast_the_next_one_for_who_holds_them)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun before;
    CohortRun after;
    CHECK_OK(cohort_run(t->c, KEY, 0, &before));
    CHECK_OK(cohort_run(t->c, KEY, 0, &after));
    CHECK(before.evaluation->now == after.evaluation->now); // read once
    cohort_run_end(&after);
    test_written(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    CHECK_OK(cohort_run(t->c, KEY, 0, &after));
    int64_t at = columns_number(before.evaluation->columns->view, cohorts_person(t, "ADAMS"));
    CHECK_I64(before.evaluation->now->opted_out[at], 0);
    CHECK_I64(after.evaluation->now->opted_out[at], 1);
    cohort_run_end(&before);
    cohort_run_end(&after);
    cohort_engine_free(engine);
}
