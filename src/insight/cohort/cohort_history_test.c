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
