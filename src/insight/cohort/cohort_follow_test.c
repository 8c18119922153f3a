// cohort_follow_test.c -- following: who is new, setting aside, schedules as who asked for them.
#include "care/caseload/caseload.h"
#include "core/config.h"
#include "core/core.h"
#include "insight/cohort/cohort_follow_store.h"
#include "insight/cohort/cohort_pages.h"
#include "test/cohorts.h"
#include "work/team/team.h"

#define KEY "housebound-alone"

static const Room *const ROOMS[] = {&COHORT_ROOM};

static CohortEngine *begin(Test *t, Role role)
{
    CohortEngine *engine = cohorts_begin(t);
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    cohorts_account(t, role);
    return engine;
}

static size_t newly(Test *t, PersonId *first)
{
    CohortFollow follow;
    PersonId *people = NULL;
    size_t count = 0;
    store_refresh(t->c->core->store, t->c->db);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR(KEY), 0, &run));
    CHECK_OK(cohort_follow_of(t->c, STR(KEY), &follow));
    CHECK_OK(cohort_newly(t->c, &run, &follow, &people, &count));
    if (first != NULL && count > 0) *first = people[0];
    return count;
}

// Somebody who was left out before is listed now.
static void let_in(Test *t, const char *family)
{
    test_written(t, arena_fmt(t->arena,
                              "UPDATE person SET opted_out = 0, version = version + 1 "
                              "WHERE family = '%s'",
                              family)
                        .ptr);
}

static void keep_out(Test *t, const char *family)
{
    test_written(t, arena_fmt(t->arena,
                              "UPDATE person SET opted_out = 1, version = version + 1 "
                              "WHERE family = '%s'",
                              family)
                        .ptr);
}

static CohortFollow followed(Test *t)
{
    CohortFollow follow = {0};
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_follow_of(t->c, STR(KEY), &follow));
    return follow;
}

static void next_days(Test *t, int days)
{
    t->c->now.ms += (int64_t)days * DAY_MS;
    t->c->today = date_add_days(t->c->today, days);
    Clock *clock = ARENA_NEW(t->arena, Clock);
    *clock = (Clock){.frozen = true, .at = t->c->now};
    test_core(t)->clock = clock;
}

static void run_due(Test *t)
{
    CHECK_OK(jobs_start_due(t->c->core));
    store_refresh(t->c->core->store, t->c->db);
}

TEST(who_joins_after_following_is_new_until_offered_or_set_aside)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    CHECK_I64((int64_t)newly(t, NULL), 0);
    let_in(t, "CLARK");
    PersonId first = {0};
    CHECK_I64((int64_t)newly(t, &first), 1);
    CHECK_I64(first.v, cohorts_person(t, "CLARK").v);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR(KEY), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    store_refresh(t->c->core->store, t->c->db);
    const Grant *grant = NULL;
    CHECK_OK(access_grant(t->c, first, CLASS_COHORT, MODE_READ, &grant));
    Date until = date_add_months(t->c->today, 1);
    CHECK_ERR(cohort_set_aside(t->c, grant, STR(KEY), STR(" "), until), ERR_INVALID);
    t->c->issue_count = 0;
    CHECK_ERR(cohort_set_aside(t->c, grant, STR(KEY), STR("Away"), t->c->today), ERR_INVALID);
    t->c->issue_count = 0;
    CHECK_OK(cohort_set_aside(t->c, grant, STR(KEY), STR("Away until spring"), until));
    CHECK_I64((int64_t)newly(t, NULL), 0);
    CHECK_OK(cohort_put_back(t->c, grant, STR(KEY)));
    CHECK_I64((int64_t)newly(t, NULL), 1);
    CHECK_OK(cohort_set_aside(t->c, grant, STR(KEY), STR("Away after all"), until));
    CHECK_I64((int64_t)newly(t, NULL), 0);
    next_days(t, date_days_between(t->c->today, until));
    CHECK_I64((int64_t)newly(t, NULL), 1); // the day has come
    cohort_engine_free(engine);
}

TEST(a_schedule_runs_when_due_and_opens_nobodys_details)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_WEEKLY, t->c->today));
    run_due(t);
    CHECK_I64(test_count(t, "cohort_scheduled"), 1); // the baseline only
    keep_out(t, "ADAMS");
    let_in(t, "CLARK");
    next_days(t, 7);
    run_due(t);
    run_due(t);
    CHECK_I64(test_count(t, "cohort_scheduled"), 2);
    CohortFollow follow = followed(t);
    CHECK_I64(follow.next_on.days, t->c->today.days + 7);
    CHECK_I64(follow.waiting, 1);
    CHECK_I64(cohort_follow_waiting(t->c), 1);
    CohortKeptRun run;
    PersonId *people = NULL;
    size_t count = 0;
    CHECK_OK(cohort_run_open(t->c, follow.latest, &run, &people, &count));
    CHECK_I64((int64_t)count, 3);
    CHECK_I64(run.account_id, t->c->actor.account_id);
    RelationshipKind kind = RELATIONSHIP_NONE;
    CHECK_OK(cohort_relationship(t->c, people[0], &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    NewlySince *since = NULL;
    PersonId clark = cohorts_person(t, "CLARK");
    next_days(t, 3);
    CHECK_OK(cohort_newly_since(t->c, &follow, &clark, 1, &since));
    CHECK_I64(since[0].on.days, t->c->today.days - 3);
    CHECK(!since[0].or_before);
    cohort_engine_free(engine);
}

TEST(days_without_the_program_are_run_once)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    next_days(t, 20);
    run_due(t);
    run_due(t);
    CHECK_I64(test_count(t, "cohort_scheduled"), 2);
    CHECK_I64(followed(t).next_on.days, t->c->today.days + 1);
    cohort_engine_free(engine);
}

TEST(a_schedule_over_an_old_extract_waits_a_day_and_says_why)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    Config config = *t->c->core->config;
    config.refuse_stale_extracts = true;
    test_core(t)->config = &config;
    test_written(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    next_days(t, 1);
    run_due(t);
    CohortFollow follow = followed(t);
    CHECK_CONTAINS(follow.said, "days old. Cohorts wait for the next extract. It is tried again");
    CHECK_I64(follow.state, FOLLOW_RUNS);
    CHECK_I64(follow.next_on.days, t->c->today.days + 1);
    int64_t version = follow.version;
    run_due(t); // a minute later
    CHECK_I64(followed(t).version, version);
    config.refuse_stale_extracts = false;
    next_days(t, 1);
    run_due(t);
    CHECK_STR(followed(t).said, "");
    CHECK_I64(test_count(t, "cohort_scheduled"), 2);
    cohort_engine_free(engine);
}

TEST(no_schedule_is_begun_before_the_columns_are_there)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    bool due = false;
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    next_days(t, 1);
    CHECK_OK(cohort_follow_due(t->c, &due));
    CHECK(due);
    test_core(t)->engine = NULL;
    CHECK_OK(cohort_follow_due(t->c, &due));
    CHECK(!due);
    cohort_engine_free(engine);
}

TEST(the_list_shows_the_other_cohorts_when_one_cannot_be_counted)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    Config config = *t->c->core->config;
    config.refuse_stale_extracts = true;
    test_core(t)->config = &config;
    test_written(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    Response res;
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts"), "", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "days old. Cohorts wait for the next extract.");
    CHECK_CONTAINS(buf_str(&res.body), "/cohorts/" KEY);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(a_schedule_runs_with_the_scope_of_who_asked)
{
    CohortEngine *engine = begin(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    next_days(t, 1);
    run_due(t);
    CohortKeptRun kept;
    PersonId *people = NULL;
    size_t count = 0;
    CHECK_OK(cohort_run_open(t->c, followed(t).latest, &kept, &people, &count));
    CLEANUP(cohort_run_end) CohortRun own;
    CHECK_OK(cohort_run(t->c, STR(KEY), 0, &own));
    CHECK_I64((int64_t)count, (int64_t)own.people_count);
    CHECK(count < 3); // of three in the network
    cohort_engine_free(engine);
}

TEST(a_schedule_of_a_suspended_account_stops_and_says_so)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    next_days(t, 1);
    test_sql(t, "UPDATE account SET state = 3");
    run_due(t);
    CohortFollow follow = followed(t);
    CHECK_I64(follow.state, FOLLOW_STOPPED);
    CHECK_CONTAINS(follow.said, "not active");
    CHECK_I64(test_count(t, "cohort_scheduled"), 1);
    next_days(t, 1);
    run_due(t);
    CHECK_I64(test_count(t, "cohort_scheduled"), 1);
    test_sql(t, "UPDATE account SET state = 2");
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    CHECK_I64(followed(t).state, FOLLOW_RUNS);
    test_sql(t, "UPDATE account SET role = 'link_worker'"); // may not ask any more
    next_days(t, 1);
    run_due(t);
    CHECK_I64(followed(t).state, FOLLOW_STOPPED);
    cohort_engine_free(engine);
}

TEST(the_pages_follow_show_who_is_new_and_set_aside)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    Response res;
    Pair form[] = {{STR("every"), STR("day")}, {STR("since"), STR("0")}};
    const Route *page = cohorts_route("GET", "/cohorts/:key/newly");
    CHECK_OK(cohorts_ask(t, page, KEY, NULL, 0, &res));
    CHECK_STR(res.location, "/cohorts/" KEY); // where it can be followed
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/follow"), KEY, form, 2, &res));
    buf_free(&res.body);
    let_in(t, "CLARK");
    CHECK_OK(cohorts_ask(t, page, KEY, NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "CLARK, Test");
    CHECK_LACKS(buf_str(&res.body), "ADAMS");
    CHECK_CONTAINS(buf_str(&res.body), "First found on 24 November 2026");
    CHECK_I64((int64_t)res.shown_count, 1);
    buf_free(&res.body);
    Str who = arena_fmt(t->arena, KEY "/" STR_FMT, STR_ARG(cohorts_ref(t, "CLARK")));
    const Route *aside = cohorts_route("POST", "/cohorts/:key/newly/:ref/aside");
    CHECK_OK(cohorts_ask(t, aside, who.ptr, NULL, 0, &res));
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "Enter why this person is set aside");
    buf_free(&res.body);
    Pair why[] = {{STR("reason"), STR("In hospital")}, {STR("until"), STR("in 2 months")}};
    CHECK_OK(cohorts_ask(t, aside, who.ptr, why, 2, &res));
    buf_free(&res.body);
    CHECK_STR(res.location, "/cohorts/" KEY "/newly");
    Pair list[] = {{STR("list"), STR("aside")}};
    CHECK_OK(cohorts_ask(t, page, KEY, list, 1, &res));
    CHECK_CONTAINS(buf_str(&res.body), "In hospital Until 24 January 2027");
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts"), "", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "0 newly listed since 24 November 2026");
    buf_free(&res.body);
    Str other = arena_fmt(t->arena, KEY "/" STR_FMT, STR_ARG(cohorts_ref(t, "LEE")));
    CHECK_ERR(cohorts_ask(t, aside, other.ptr, why, 2, &res), ERR_NOT_FOUND); // not listed
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/unfollow"), KEY, NULL, 0, &res));
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, page, KEY, NULL, 0, &res));
    CHECK_STR(res.location, "/cohorts/" KEY);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

// The page of the list stands in the address that the form goes to.
static Err post_on_page(Test *t, const char *path, Str ref, const Pair *form, size_t count,
                        Response *res)
{
    static const Pair PAGE[] = {{STR_INIT("page"), STR_INIT("3")}};
    const Route *route = cohorts_route("POST", path);
    Request req = {.route = route,
                   .method = STR("POST"),
                   .param_count = 2,
                   .params = {{STR("key"), STR(KEY)}, {STR("ref"), ref}},
                   .query = PAGE,
                   .query_count = COUNT_OF(PAGE),
                   .form = form,
                   .form_count = count};
    *res = (Response){.body = buf_new((size_t)1024 * 1024)};
    store_refresh(t->c->core->store, t->c->db);
    Err err = route->handler(t->c, &req, res);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

TEST(setting_aside_and_putting_back_lead_to_the_page_of_the_list_where_one_was)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    let_in(t, "CLARK");
    Response res;
    Str clark = cohorts_ref(t, "CLARK");
    Str who = arena_fmt(t->arena, KEY "/" STR_FMT, STR_ARG(clark));
    Pair page[] = {{STR("page"), STR("3")}};
    const Route *form = cohorts_route("GET", "/cohorts/:key/newly/:ref/aside");
    CHECK_OK(cohorts_ask(t, form, who.ptr, page, 1, &res));
    CHECK_CONTAINS(buf_str(&res.body), "/aside?page=3\"");
    CHECK_CONTAINS(buf_str(&res.body), "/newly?list=new&amp;page=3\"");
    buf_free(&res.body);
    Pair why[] = {{STR("reason"), STR("In hospital")}, {STR("until"), STR("in 2 months")}};
    CHECK_OK(post_on_page(t, "/cohorts/:key/newly/:ref/aside", clark, why, 2, &res));
    CHECK_STR(res.location, "/cohorts/" KEY "/newly?list=new&page=3");
    buf_free(&res.body);
    CHECK_OK(post_on_page(t, "/cohorts/:key/newly/:ref/back", clark, NULL, 0, &res));
    CHECK_STR(res.location, "/cohorts/" KEY "/newly?list=aside&page=3");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(who_follows_as_many_cohorts_as_are_listed_is_told)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    for (int i = 1; i < FOLLOWS_MAX; i++) {
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO cohort_follow (ref, definition, account_id, "
                              "account_name, every, since, baseline, latest, next_on, state, said, "
                              "version) SELECT 'f%d', 'other-%d', account_id, account_name, every, "
                              "since, baseline, latest, next_on, state, said, version FROM "
                              "cohort_follow WHERE definition = '" KEY "'",
                              i, i)
                        .ptr);
    }
    CHECK_ERR(cohort_follow_start(t->c, STR("carers"), FOLLOW_DAILY, t->c->today), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "You follow 64 cohorts already");
    t->c->issue_count = 0;
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_WEEKLY, t->c->today)); // one of them
    cohort_engine_free(engine);
}

// So many runs after the follow's latest, of the same people, a day apart.
static void add_runs(Test *t, const CohortFollow *follow, int runs)
{
    test_sql(t, "DELETE FROM cohort_scheduled WHERE ref LIKE '%-%'");
    test_sql(t, "DELETE FROM cohort_run WHERE ref LIKE '%-%'");
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) "
                          "INSERT INTO cohort_run SELECT id + i, ref || '-' || i, definition, "
                          "definition_version, as_at + i, data_on, generation, practice, "
                          "account_id, account_name, at, counts, people_count, people, version "
                          "FROM cohort_run, n WHERE ref = '" STR_FMT "'",
                          runs, STR_ARG(follow->latest))
                    .ptr);
    test_sql(t, arena_fmt(t->arena,
                          "INSERT INTO cohort_scheduled (ref, follow, joined, gone) "
                          "SELECT ref, '" STR_FMT "', 0, 0 FROM cohort_run "
                          "WHERE ref LIKE '" STR_FMT "-%%' ORDER BY id",
                          STR_ARG(follow->ref), STR_ARG(follow->latest))
                    .ptr);
}

TEST(the_first_day_is_found_however_many_runs_ago_it_is)
{
    CohortEngine *engine = begin(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_follow_start(t->c, STR(KEY), FOLLOW_DAILY, t->c->today));
    let_in(t, "CLARK");
    next_days(t, 1);
    run_due(t);
    Date first = t->c->today;
    CohortFollow follow = followed(t);
    NewlySince *since = NULL;
    PersonId clark = cohorts_person(t, "CLARK");
    add_runs(t, &follow, 100);
    next_days(t, 101);
    CHECK_OK(cohort_newly_since(t->c, &follow, &clark, 1, &since));
    CHECK_I64(since[0].on.days, first.days);
    CHECK(!since[0].or_before);
    add_runs(t, &follow, FOLLOW_RUNS_READ_MAX);
    CHECK_OK(cohort_newly_since(t->c, &follow, &clark, 1, &since));
    CHECK_I64(since[0].on.days, first.days + 1); // the earliest that was looked at
    CHECK(since[0].or_before);
    cohort_engine_free(engine);
}
