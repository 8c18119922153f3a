// cohort_now_test.c -- numbers that are kept: until something is written, for each account apart.
#include "care/caseload/caseload.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_objects.h"
#include "insight/cohort/cohort_offering.h"
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

// Does whatever a page asks for after its list come of what was read for the list?
static bool reads_once(Test *t)
{
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, KEY, 0, &run));
    const CohortNow *now = NULL;
    CHECK_OK(cohort_now(t->c, run.evaluation->columns, t->c->today, NOW_KNOWN, &now));
    bool once = now == run.evaluation->now;
    int64_t adams = columns_number(run.evaluation->columns->view, cohorts_person(t, "ADAMS"));
    CHECK_I64(now->known[adams], 1);
    cohort_now_let_go(now);
    return once;
}

TEST(what_was_asked_of_one_state_is_read_in_one_go_of_the_next)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str adams = cohorts_ref(t, "ADAMS");
    CohortOffered done;
    CHECK_OK(cohort_offer(t->c, KEY, &adams, 1, PRIORITY_HIGH, &done));
    test_written(t, "UPDATE care_case SET state = 5"); // closed, and known to us
    CHECK(!reads_once(t));                             // nobody could know
    test_written(t, "UPDATE care_case SET attempts = 1 WHERE id = 0");
    CHECK(reads_once(t));
    cohorts_load(t, 0, COHORTS_PEOPLE); // other columns
    CHECK(reads_once(t));
    test_written(t, "UPDATE care_case SET attempts = 1 WHERE id = 0");
    CohortRun run;
    CHECK_OK(cohort_run(t->c, KEY, 0, &run));
    cohort_run_end(&run);
    test_written(t, "UPDATE care_case SET attempts = 1 WHERE id = 0");
    CHECK(!reads_once(t)); // the state before was not asked for it
    cohort_engine_free(engine);
}

static Err count_times(Ctx *c, void *arg, int64_t *out)
{
    (void)c;
    *out = ++*(int64_t *)arg;
    return ERR_OK;
}

// How often it was counted until now.
static int64_t counted(Test *t, int64_t *times, bool record)
{
    int64_t number = 0;
    NumberAsked asked = {.what = record ? STR("of the record") : STR("of the work"),
                         .count = count_times,
                         .arg = times,
                         .record = record};
    CHECK_OK(cohort_number_now(t->c, &asked, &number));
    return number;
}

TEST(a_number_of_the_record_alone_outlasts_what_the_team_does)
{
    CohortEngine *engine = cohorts_begin(t);
    int64_t record = 0;
    int64_t work = 0;
    CHECK_I64(counted(t, &record, true), 1);
    CHECK_I64(counted(t, &work, false), 1);
    test_written(t, "UPDATE care_case SET attempts = 1 WHERE id = 0"); // a write of the team's work
    CHECK_I64(counted(t, &record, true), 1);
    CHECK_I64(counted(t, &work, false), 2);
    test_written(t, "UPDATE person SET address = 'Elsewhere', version = 1, changed_at = 5000"
                    " WHERE family = 'ADAMS'");
    CHECK_I64(counted(t, &record, true), 2);
    CHECK_I64(counted(t, &record, true), 2);
    t->c->today = date_add_days(t->c->today, 1);
    CHECK_I64(counted(t, &record, true), 3);
    cohort_engine_free(engine);
}

TEST(a_number_of_the_record_is_one_for_all_who_may_see_the_network)
{
    CohortEngine *engine = cohorts_begin(t);
    int64_t times = 0;
    t->c->actor.account_id = 0; // the program, ahead of whoever asks
    CHECK_I64(counted(t, &times, true), 1);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64(counted(t, &times, true), 1);
    test_actor(t, ROLE_GP_SUPERVISOR); // of the own practices
    CHECK_I64(counted(t, &times, true), 2);
    test_actor(t, ROLE_PCN_MANAGER); // who may not ask is not told what others were
    CHECK_I64(counted(t, &times, true), 3);
    cohort_engine_free(engine);
}

// Whoever was changed since stands in pieces, whose places begin anew: two people have one place.
TEST(one_persons_withdrawal_takes_back_nobody_elses_objection)
{
    CohortEngine *engine = cohorts_begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'ADAMS'");
    test_sql(t, "UPDATE person SET nhs_number = 9990000026 WHERE family = 'BAKER'");
    (void)people_now(t);
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-03-05\n"
                       "9990000018,Direct care,withdrawn,2026-04-05\n");
    (void)people_now(t);
    cohorts_opt_out(t, "9990000026,Direct care,opted out,2026-02-05\n");
    CohortColumns *columns = NULL;
    bool updating = false;
    CHECK_OK(engine_columns(t->c, &columns, &updating));
    CHECK_I64((int64_t)columns->view->stripe_count, 3);
    const uint8_t *objects = cohort_objectors(t->arena, columns, t->c->today);
    int64_t adams = columns_number(columns->view, cohorts_person(t, "ADAMS"));
    int64_t baker = columns_number(columns->view, cohorts_person(t, "BAKER"));
    CHECK(adams % STRIPE_PERSONS_MAX == baker % STRIPE_PERSONS_MAX && adams != baker);
    CHECK_I64(objects[adams], 0);
    CHECK_I64(objects[baker], 1);
    cohort_columns_let_go(columns);
    cohort_engine_free(engine);
}
