// caseload_test.c -- what must be true of cases.
#include "base/json.h"
#include "care/caseload/caseload.h"
#include "care/caseload/caseload_fhir.h"
#include "care/caseload/caseload_pages.h"
#include "test/people.h"
#include "work/team/team.h"

static Case offered(Test *t, const Grant *g)
{
    CaseOffer offer = {.priority = PRIORITY_HIGH,
                       .cohort = STR("frailty-admissions"),
                       .reasons = STR("Moderate frailty: 10 of 36 deficits\n2 admissions")};
    Case k = {0};
    CHECK_OK(case_offer(t->c, g, &offer, &k));
    CHECK_OK(case_of_person(t->c, g, &k));
    return k;
}

static Err give_up(Test *t, const Grant *g, Case *k)
{
    CHECK_OK(case_count_attempt(t->c, g));
    CHECK_OK(case_of_person(t->c, g, k));
    return case_no_answer(t->c, g, k->version, DATE_NONE);
}

TEST(a_second_offer_is_shown_the_case_that_stands)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case first = offered(t, g);
    CaseOffer again = {.priority = PRIORITY_LOW};
    Case standing = {0};
    CHECK_ERR(case_offer(t->c, g, &again, &standing), ERR_CONFLICT);
    CHECK(str_eq(standing.ref, first.ref));
    CHECK_I64(test_count(t, "care_case"), 1);
    CHECK_OK(case_accept(t->c, g, first.version));
    CHECK_ERR(case_offer(t->c, g, &again, &standing), ERR_CONFLICT);
}

TEST(support_is_never_offered_to_those_who_died_left_or_said_no_contact)
{
    static const Registration HOW[] = {REGISTRATION_DIED, REGISTRATION_LEFT};
    static const int64_t NUMBERS[] = {9998787084, 9997632648};
    for (size_t i = 0; i < COUNT_OF(HOW); i++) {
        PersonId id = test_person_who(t, i == 0 ? "Okafor" : "Fairweather", NUMBERS[i], HOW[i]);
        const Grant *g = test_grant(t, id, CLASS_CARE);
        CaseOffer offer = {.priority = PRIORITY_HIGH};
        Case standing = {0};
        t->c->issue_count = 0;
        CHECK_ERR(case_offer(t->c, g, &offer, &standing), ERR_INVALID);
        CHECK_I64(t->c->issue_count, 1);
    }
    CHECK_I64(test_count(t, "care_case"), 0);
}

TEST(an_offer_is_accepted_once_by_somebody_who_saw_its_latest_version)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_ERR(case_accept(t->c, g, k.version + 1), ERR_CONFLICT);
    CHECK_OK(case_accept(t->c, g, k.version));
    CHECK_ERR(case_accept(t->c, g, k.version + 1), ERR_CONFLICT);
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK(k.state == CASE_OPEN && k.accepted_at.ms == t->c->now.ms);
}

TEST(a_decline_needs_a_reason_and_may_be_asked_again_only_later)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_ERR(case_decline(t->c, g, k.version, STR(""), DATE_NONE), ERR_INVALID);
    CHECK_ERR(case_decline(t->c, g, k.version, STR("Not now"), t->c->today), ERR_INVALID);
    Date later = date_add_months(t->c->today, 6);
    CHECK_OK(case_decline(t->c, g, k.version, STR("Not now, ask me in spring"), later));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK(k.state == CASE_DECLINED);
    CHECK_STR(k.end_reason, "Not now, ask me in spring");
    CHECK_I64(k.ask_again.days, later.days);
    CHECK_ERR(case_accept(t->c, g, k.version), ERR_CONFLICT);
}

TEST(who_said_no_can_be_offered_support_again_and_the_old_case_stays)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_OK(give_up(t, g, &k));
    Case again = offered(t, g);
    CHECK(!str_eq(k.ref, again.ref));
    CHECK_I64(test_count(t, "care_case"), 2);
}

TEST(giving_up_needs_an_attempt_and_a_day_to_ask_again)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_ERR(case_no_answer(t->c, g, k.version, DATE_NONE), ERR_INVALID);
    t->c->issue_count = 0;
    CHECK_OK(case_count_attempt(t->c, g));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK_ERR(case_no_answer(t->c, g, k.version, t->c->today), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "try_again");
    t->c->issue_count = 0;
    CHECK_OK(give_up(t, g, &k));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK(k.state == CASE_NO_ANSWER);
    CHECK_I64(k.ask_again.days, date_add_months(t->c->today, 6).days);
    k = offered(t, g);
    CHECK_OK(case_count_attempt(t->c, g));
    Date later = date_add_days(t->c->today, 10);
    CHECK_OK(case_no_answer(t->c, g, k.version + 1, later));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK_I64(k.ask_again.days, later.days);
}

TEST(only_an_open_case_is_closed_and_only_an_offer_is_declined)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_ERR(case_close(t->c, g, k.version, STR("Goals met")), ERR_CONFLICT);
    CHECK_OK(case_accept(t->c, g, k.version));
    CHECK_ERR(case_decline(t->c, g, k.version + 1, STR("No"), DATE_NONE), ERR_CONFLICT);
    CHECK_OK(case_close(t->c, g, k.version + 1, STR("Goals met")));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK(k.state == CASE_CLOSED && k.closed_at.ms == t->c->now.ms);
}

TEST(the_relationship_of_a_lead_ends_30_days_after_the_case)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    PersonId other = test_person(t, "Fairweather", 9997632648);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    RelationshipKind kind = RELATIONSHIP_NONE;
    Case k = offered(t, g);
    CHECK_OK(case_relationship(t->c, id, &kind));
    CHECK(kind == RELATIONSHIP_CASELOAD);
    CHECK_OK(case_relationship(t->c, other, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    t->c->now.ms += 1;
    CHECK_OK(give_up(t, g, &k));
    t->c->now.ms += 29LL * DAY_MS;
    CHECK_OK(case_relationship(t->c, id, &kind));
    CHECK(kind == RELATIONSHIP_CASELOAD);
    t->c->now.ms += 2LL * DAY_MS;
    CHECK_OK(case_relationship(t->c, id, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
}

TEST(the_journal_holds_the_case_as_an_episode_of_care)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    CHECK_OK(case_accept(t->c, g, k.version));
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("case"), k.ref, &rows, &count));
    CHECK_I64(count, 2);
    JsonErr err;
    const Json *body = json_parse(t->arena, rows[1].body, (JsonLimits){0}, &err);
    CHECK_STR(json_str(json_get(body, "resourceType")), "EpisodeOfCare");
    CHECK_STR(json_str(json_get(body, "status")), "active");
}

TEST(the_journal_says_whom_a_case_opens_the_record_to)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    Account gp;
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("helen.marsh"),
                                          .name = STR("Dr Helen Marsh"),
                                          .role = ROLE_GP_SUPERVISOR},
                            STR("otter willow teapot 27"), &gp));
    CaseSetting to = {
        .stage = STAGE_ACTIVE, .priority = PRIORITY_HIGH, .supervisor_account = gp.id};
    CHECK_OK(case_set(t->c, g, k.version, &to));
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("case"), k.ref, &rows, &count));
    CHECK_I64(count, 2);
    Str body = rows[1].body;
    CHECK_CONTAINS(body, "Dr Helen Marsh");
    CHECK(str_find(body, gp.ref, &(size_t){0})); // another account of that name is not the same
}

TEST(facts_for_cohorts_come_in_person_order_with_the_latest_date)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    Case k = offered(t, g);
    CHECK_OK(case_decline(t->c, g, k.version, STR("Not now"), DATE_NONE));
    CaseFact *facts = NULL;
    size_t count = 0;
    CHECK_OK(case_facts(t->c, &facts, &count));
    CHECK_I64(count, 1);
    CHECK(facts[0].person.v == id.v && facts[0].state == CASE_DECLINED);
    CHECK_I64(facts[0].on.days, t->c->today.days);
}

TEST(each_change_of_a_case_is_an_entry_with_another_body)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    JournalRow *rows = NULL;
    size_t count = 0;
    t->c->now.ms += 60000;
    CHECK_OK(case_decline(t->c, g, k.version, STR("Not now"), DATE_NONE));
    t->c->now.ms += 60000;
    CHECK_OK(journal_history(t->c, STR("case"), k.ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK(!str_eq(rows[0].body, rows[1].body));
}

TEST(nobody_without_a_caseload_page_is_made_the_lead)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Case k = offered(t, g);
    Account clerk;
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("janet.cole"),
                                          .name = STR("Janet Cole"),
                                          .role = ROLE_PRACTICE_STAFF},
                            STR("otter willow teapot 27"), &clerk));
    CaseSetting to = {.stage = STAGE_ACTIVE, .priority = PRIORITY_HIGH, .lead_account = clerk.id};
    CHECK_ERR(case_set(t->c, g, k.version, &to), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "lead");
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK(k.lead_account != clerk.id);
    UiOption *options = NULL;
    size_t count = 0;
    CHECK_OK(team_choices(t->c, CHOOSE_LEAD, &options, &count));
    CHECK_I64(count, 0);
}

TEST(the_list_says_why_in_more_than_the_age_and_without_the_records_behind)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    CaseOffer offer = {.priority = PRIORITY_HIGH,
                       .reasons = STR("Aged 78\nModerate frailty: 10 of 36 deficits\n"
                                      "- Arthritis [396275006] (30 Jul 2014)\n2 admissions")};
    Case k = {0};
    CHECK_OK(case_offer(t->c, g, &offer, &k));
    test_actor(t, ROLE_CARE_COORDINATOR);
    CaseloadAsk ask = {.view = VIEW_TEAM};
    CaseloadList list = {0};
    CHECK_OK(caseload_list(t->c, &ask, &list));
    CHECK_I64(list.count, 1);
    CHECK_OK(caseload_show(t->c, list.rows, list.count));
    CHECK_STR(list.rows[0].why, "Aged 78; Moderate frailty: 10 of 36 deficits; 2 admissions");
}

static size_t team_of(Test *t, int64_t *told)
{
    CaseloadAsk ask = {.view = VIEW_TEAM};
    CaseloadList list = {0};
    CHECK_OK(caseload_list(t->c, &ask, &list));
    *told = list.team;
    ask.view = VIEW_MINE;
    CHECK_OK(caseload_list(t->c, &ask, &list));
    CHECK_I64(list.team, *told); // the count beside the view is that of the view
    ask.view = VIEW_TEAM;
    CHECK_OK(caseload_list(t->c, &ask, &list));
    return list.count;
}

TEST(a_gp_sees_the_whole_team_with_people_of_their_own_practices)
{
    Case k = {0};
    int64_t told = 0;
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    CHECK_OK(case_offer(t->c, g, &(CaseOffer){.priority = PRIORITY_HIGH}, &k));
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64(team_of(t, &told), 1);
    CHECK_I64(told, 1);
    test_sql(t, "INSERT INTO practice (id, ref, ods_code, name, version)"
                " VALUES (2, 'bbbbbbbbbbbbbbbbbbbb', 'X26102', 'Riverside Practice', 1)");
    test_sql(t, "UPDATE person SET practice_id = 2");
    CHECK_I64(team_of(t, &told), 0);
    CHECK_I64(told, 0);
    test_actor(t, ROLE_CARE_COORDINATOR); // covers for colleagues of the whole network
    CHECK_I64(team_of(t, &told), 1);
    CHECK_I64(told, 1);
    test_actor(t, ROLE_GP_SUPERVISOR);
    test_sql(t, arena_fmt(t->c->arena, "UPDATE care_case SET supervisor_account = %lld",
                          (long long)t->c->actor.account_id)
                    .ptr);
    CHECK_I64(team_of(t, &told), 1); // whom they look after, wherever registered
}

// So many people of the practice more, each offered support one minute after the one before.
static void many_cases(Test *t, int count)
{
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) INSERT INTO person SELECT 10000 + i, 'many-' || i, NULL, "
                          "0, 'MANY' || i, given, prefix, preferred, born, gender, sex, died, "
                          "registration, registration_on, practice_id, address, postcode, phone, "
                          "mobile, email, language, interpreter, ethnicity, imd_decile, imd_year, "
                          "usual_gp, restricted, opted_out, NULL, batch_id, 'many' || i, NULL, "
                          "given_key, NULL, NULL, NULL, version, lsoa FROM person, n "
                          "WHERE family = 'Okafor'",
                          count)
                    .ptr);
    test_sql(t, "INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account, "
                "lead_name, supervisor_account, supervisor_name, cohort, reasons, end_reason, "
                "attempts, offered_at, changed_at, version) "
                "SELECT 'case-' || id, id, 1, 1, 1, 1, 'Priya', 0, '', '', '', '', 0, id * 60000, "
                "0, 1 FROM person WHERE family LIKE 'MANY%'");
}

static Str caseload_page(Test *t, const char *path, const char *view)
{
    enum { PAGE_BYTES_MAX = 16 * 1024 * 1024 };
    Pair query[] = {{STR("view"), str_from_c(view)}};
    for (size_t i = 0; i < CASELOAD_ROOM.route_count; i++) {
        const Route *route = &CASELOAD_ROOM.routes[i];
        if (strcmp(route->method, "GET") != 0 || strcmp(route->path, path) != 0) continue;
        Request req = {.method = STR("GET"), .route = route, .query = query, .query_count = 1};
        Response res = {.body = buf_new(PAGE_BYTES_MAX)};
        CHECK_OK(route->handler(t->c, &req, &res));
        Str body = arena_str(t->arena, buf_str(&res.body));
        buf_free(&res.body);
        return body;
    }
    CHECK(false);
    return STR("");
}

TEST(a_whole_team_of_more_than_its_list_holds_is_told_so)
{
    static const char NOTICE[] = "Of 20,001 people, those who were offered support first are "
                                 "looked at here: 20,000.";
    (void)test_person(t, "Okafor", 9998787084);
    many_cases(t, CASES_MAX);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_LACKS(caseload_page(t, "/caseload", "team"), "offered support first");
    test_actor(t, ROLE_NONE);
    Case k = {0};
    const Grant *g = test_grant(t, (PersonId){1}, CLASS_CARE);
    CHECK_OK(case_offer(t->c, g, &(CaseOffer){.priority = PRIORITY_HIGH}, &k));
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_CONTAINS(caseload_page(t, "/caseload", "team"), NOTICE);
    CHECK_LACKS(caseload_page(t, "/caseload", "mine"), "offered support first");
}

// Practices are asked for sixteen at a time, and who is looked after besides comes with each.
TEST(a_gp_of_many_practices_finds_each_standing_case_once)
{
    enum { PRACTICES = 40 };
    Case k = {0};
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    CHECK_OK(case_offer(t->c, g, &(CaseOffer){.priority = PRIORITY_HIGH}, &k));
    test_actor(t, ROLE_GP_SUPERVISOR);
    int64_t orgs[PRACTICES];
    for (size_t own = 0; own < PRACTICES; own += 13) {
        for (size_t i = 0; i < PRACTICES; i++) orgs[i] = 1000 + (int64_t)i;
        orgs[own] = 1;
        t->c->actor.orgs = orgs;
        t->c->actor.org_count = PRACTICES;
        Case *found = NULL;
        size_t count = 0;
        CHECK_OK(case_standing_near(t->c, &found, &count));
        CHECK_I64((int64_t)count, 1);
    }
    test_sql(t, arena_fmt(t->arena, "UPDATE care_case SET supervisor_account = %lld",
                          (long long)t->c->actor.account_id)
                    .ptr);
    int64_t told = 0;
    CHECK_I64((int64_t)team_of(t, &told), 1);
    CHECK_I64(told, 1);
}

TEST(each_lead_has_their_own_load_and_others_none)
{
    (void)test_person(t, "Okafor", 9998787084);
    many_cases(t, 9);
    test_sql(t, "UPDATE care_case SET lead_account = 7 WHERE ref IN ('case-10002', 'case-10003')");
    test_sql(t, "UPDATE care_case SET lead_account = 20 WHERE ref = 'case-10004'");
    LeadLoads loads;
    CHECK_OK(case_loads(t->c, &loads));
    static const int64_t WANTED[][2] = {{0, 0}, {1, 6}, {2, 0}, {7, 2}, {8, 0}, {20, 1}, {21, 0}};
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        CHECK_I64(load_of(&loads, WANTED[i][0]), WANTED[i][1]);
    }
}
