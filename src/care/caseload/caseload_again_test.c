// caseload_again_test.c -- who is asked later: the latest answer, its day, and who sees whom.
#include "care/caseload/caseload_again.h"
#include "test/people.h"

enum { DAYS_LATER = 30 };

static Case offered(Test *t, const Grant *g)
{
    CaseOffer offer = {
        .priority = PRIORITY_LOW, .cohort = STR("carers"), .reasons = STR("Is a carer")};
    Case k = {0};
    CHECK_OK(case_offer(t->c, g, &offer, &k));
    CHECK_OK(case_of_person(t->c, g, &k));
    return k;
}

static const Grant *said_no(Test *t, PersonId person, Date again)
{
    const Grant *g = test_grant(t, person, CLASS_CARE);
    CHECK_OK(case_decline(t->c, g, offered(t, g).version, STR("Too busy"), again));
    return g;
}

static AgainList listed(Test *t, bool team, AgainWhen when)
{
    AgainAsk ask = {.team = team, .when = when};
    AgainList list = {0};
    CHECK_OK(caseload_again(t->c, &ask, &list));
    return list;
}

// What a coordinator sees, who asked them all; the test acts as the program again.
static AgainList seen(Test *t, AgainWhen when)
{
    Actor program = t->c->actor;
    int64_t due = 0;
    test_actor(t, ROLE_CARE_COORDINATOR);
    test_sql(t, arena_fmt(t->arena, "UPDATE care_case SET lead_account = %lld",
                          (long long)t->c->actor.account_id)
                    .ptr);
    AgainList list = listed(t, false, when);
    CHECK_OK(caseload_again_due(t->c, &due));
    if (when == AGAIN_NOW) CHECK_I64(due, (int64_t)list.count);
    t->c->actor = program;
    return list;
}

TEST(who_said_no_is_listed_until_the_next_offer_and_may_be_asked_on_the_day)
{
    Date day = date_add_days(t->c->today, DAYS_LATER);
    const Grant *g = said_no(t, test_person(t, "Okafor", 9998787084), day);
    AgainList list = seen(t, AGAIN_ANY);
    CHECK_I64((int64_t)list.count, 1);
    CHECK(list.rows[0].when == AGAIN_LATER);
    CHECK_STR(list.rows[0].k.end_reason, "Too busy");
    t->c->today = date_add_days(day, -1);
    CHECK_I64((int64_t)seen(t, AGAIN_NOW).count, 0);
    t->c->today = day;
    CHECK_I64((int64_t)seen(t, AGAIN_NOW).count, 1);
    Case k = offered(t, g); // stands: nobody is to be asked
    CHECK_I64((int64_t)seen(t, AGAIN_ANY).count, 0);
    CHECK_OK(case_decline(t->c, g, k.version, STR("Still no"), DATE_NONE));
    list = seen(t, AGAIN_ANY); // the later answer, which names no day
    CHECK_I64((int64_t)list.count, 1);
    CHECK(list.rows[0].when == AGAIN_NEVER);
    CHECK_STR(list.rows[0].k.end_reason, "Still no");
    k = offered(t, g);
    CHECK_OK(case_accept(t->c, g, k.version));
    CHECK_OK(case_of_person(t->c, g, &k));
    CHECK_OK(case_close(t->c, g, k.version, STR("Moved on")));
    CHECK_I64((int64_t)seen(t, AGAIN_ANY).of, 0); // supported since: not a no
}

TEST(whose_day_has_come_is_first_and_who_may_not_be_asked_is_counted)
{
    Date soon = date_add_days(t->c->today, 1);
    Date later = date_add_days(t->c->today, DAYS_LATER);
    (void)said_no(t, test_person(t, "Never", 0), DATE_NONE);
    (void)said_no(t, test_person(t, "Later", 0), later);
    (void)said_no(t, test_person(t, "Soon", 0), soon);
    PersonId gone = test_person(t, "Gone", 0);
    (void)said_no(t, gone, soon);
    test_sql(t, arena_fmt(t->arena, "UPDATE person SET registration = 2 WHERE id = %lld",
                          (long long)gone.v)
                    .ptr);
    t->c->today = soon;
    AgainList list = seen(t, AGAIN_ANY);
    CHECK_I64((int64_t)list.count, 3);
    CHECK_I64((int64_t)list.apart, 1);
    CHECK(str_starts(list.rows[0].person.name, STR("SOON")));
    CHECK(str_starts(list.rows[1].person.name, STR("LATER")));
    CHECK(str_starts(list.rows[2].person.name, STR("NEVER")));
}

TEST(a_gp_sees_who_said_no_in_their_own_practices_and_whom_they_look_after)
{
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64((int64_t)listed(t, false, AGAIN_ANY).of, 0); // a colleague asked
    CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, 1);
    test_sql(t, "INSERT INTO practice (id, ref, ods_code, name, version)"
                " VALUES (2, 'bbbbbbbbbbbbbbbbbbbb', 'X26102', 'Riverside Practice', 1)");
    test_sql(t, "UPDATE person SET practice_id = 2");
    CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, 0);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, 1);
    test_actor(t, ROLE_GP_SUPERVISOR);
    test_sql(t, arena_fmt(t->arena, "UPDATE care_case SET supervisor_account = %lld",
                          (long long)t->c->actor.account_id)
                    .ptr);
    CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, 1);
    CHECK_I64((int64_t)listed(t, false, AGAIN_ANY).of, 0); // mine are those that I led
}

TEST(for_whom_no_caseload_is_shown_nobody_is_counted)
{
    int64_t due = -1;
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    test_actor(t, ROLE_PRIVACY_OFFICER);
    CHECK_OK(caseload_again_due(t->c, &due));
    CHECK_I64(due, 0);
}

static Err send_offer(Test *t, Str ref, Response *res)
{
    const Pair form[] = {{STR("person"), ref}};
    Request req = {.method = STR("POST"), .form = form, .form_count = 1};
    *res = (Response){.body = buf_new((size_t)64 * 1024)};
    Err err = caseload_again_offer(t->c, &req, res);
    buf_free(&res->body);
    return err;
}

static Err offer_again(Test *t, Str ref)
{
    Response res;
    return send_offer(t, ref, &res);
}

static Err hand_back(Ctx *c, void *from)
{
    return case_hand_back(c, from);
}

TEST(an_offer_that_went_back_before_anybody_tried_is_no_answer)
{
    PersonId person = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, person, CLASS_CARE);
    CaseFrom from = {.person = person, .cohort = STR("carers")};
    (void)offered(t, g);
    CHECK_OK(ctx_change(t->c, hand_back, &from));
    CHECK_I64((int64_t)seen(t, AGAIN_ANY).of, 0);
    (void)offered(t, g);
    CHECK_OK(case_count_attempt(t->c, g));
    CHECK_OK(ctx_change(t->c, hand_back, &from));
    CHECK(seen(t, AGAIN_ANY).rows[0].when == AGAIN_LATER);
    static const Role ROLES[] = {ROLE_CARE_COORDINATOR, ROLE_GP_SUPERVISOR};
    for (int tried = 1; tried >= 0; tried--) {
        for (size_t i = 0; i < COUNT_OF(ROLES); i++) {
            test_actor(t, ROLES[i]);
            CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, tried);
        }
        test_sql(t, "UPDATE care_case SET attempts = 0");
    }
}

static int64_t listed_for(Test *t, AgainSaid said, int why)
{
    AgainAsk ask = {.team = true, .said = said, .why = why};
    AgainList list = {0};
    CHECK_OK(caseload_again(t->c, &ask, &list));
    return (int64_t)list.count;
}

TEST(who_said_no_is_told_apart_from_who_did_not_answer)
{
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    (void)said_no(t, test_person(t, "Quiet", 0), DATE_NONE);
    (void)said_no(t, test_person(t, "Silent", 0), DATE_NONE);
    test_sql(t, "UPDATE care_case SET state = 4, attempts = 3 WHERE person_id > 1");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64(listed_for(t, AGAIN_SAID_ANY, 0), 3);
    CHECK_I64(listed_for(t, AGAIN_SAID_NO, 0), 1);
    CHECK_I64(listed_for(t, AGAIN_UNANSWERED, 0), 2);
}

TEST(a_reason_finds_only_whom_the_reader_may_open)
{
    static const Room *const ROOMS[] = {&CASELOAD_ROOM};
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    static const char *const SAID[] = {"Too busy, caring or working",
                                       "Too busy, caring or working: my husband"};
    static const char *const NOT_SAID[] = {"Too busy", "Too busy, caring or workings", ""};
    for (int opens = 0; opens < 2; opens++) {
        test_actor(t, ROLE_CARE_COORDINATOR);
        for (size_t i = 0; i < COUNT_OF(SAID); i++) {
            test_sql(t, arena_fmt(t->arena, "UPDATE care_case SET end_reason = '%s'", SAID[i]).ptr);
            CHECK_I64(listed_for(t, AGAIN_SAID_ANY, DECLINE_TOO_BUSY), opens);
            CHECK_I64(listed_for(t, AGAIN_SAID_NO, DECLINE_TOO_BUSY), opens);
            CHECK_I64(listed_for(t, AGAIN_UNANSWERED, DECLINE_TOO_BUSY), 0);
            CHECK_I64(listed_for(t, AGAIN_SAID_ANY, DECLINE_NO_NEED), 0);
        }
        for (size_t i = 0; i < COUNT_OF(NOT_SAID); i++) {
            test_sql(
                t, arena_fmt(t->arena, "UPDATE care_case SET end_reason = '%s'", NOT_SAID[i]).ptr);
            CHECK_I64(listed_for(t, AGAIN_SAID_ANY, DECLINE_TOO_BUSY), 0);
        }
        test_sql(t, "UPDATE care_case SET end_reason = 'Not now: in spring'");
        CHECK_I64(listed_for(t, AGAIN_SAID_NO, AGAIN_WHY_NOT_NOW), opens);
        test_sql(t, "UPDATE care_case SET state = 4, attempts = 3");
        CHECK_I64(listed_for(t, AGAIN_SAID_ANY, AGAIN_WHY_NOT_NOW), 0); // a reason of a no
        test_sql(t, arena_fmt(t->arena,
                              "UPDATE care_case SET state = 3, lead_account = %lld, "
                              "offered_at = offered_at - 1",
                              (long long)t->c->actor.account_id)
                        .ptr);
    }
}

TEST(filters_that_are_on_stand_beside_the_list_and_each_is_taken_off_alone)
{
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    test_actor(t, ROLE_CARE_COORDINATOR);
    const Pair asked[] = {{STR("of"), STR("team")},
                          {STR("when"), STR("never")},
                          {STR("said"), STR("no")},
                          {STR("why"), STR("4")}};
    Request req = {.method = STR("GET"), .query = asked, .query_count = COUNT_OF(asked)};
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    CHECK_OK(caseload_again_list(t->c, &req, &res));
    Str page = buf_str(&res.body);
    CHECK_CONTAINS(page, "<span class=\"app-count\">3</span>");
    CHECK_CONTAINS(page, "?of=team&amp;when=any&amp;practice=0&amp;said=no&amp;why=4\">No day is");
    CHECK_CONTAINS(page, "?of=team&amp;when=never&amp;practice=0&amp;said=any&amp;why=4\">Said no");
    CHECK_CONTAINS(page, "?of=team&amp;when=never&amp;practice=0&amp;said=no&amp;why=0\">Too busy");
    CHECK_CONTAINS(page, "Whom a colleague took off a campaign");
    buf_free(&res.body);
}

static void check_page(Test *t, const char *query, bool words)
{
    const Pair asked[] = {{STR("of"), str_from_c(query)}};
    Request req = {.method = STR("GET"), .query = asked, .query_count = 1};
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    CHECK_OK(caseload_again_list(t->c, &req, &res));
    Str page = buf_str(&res.body);
    size_t at = 0;
    CHECK_I64((int64_t)res.shown_count, 1);
    CHECK_CONTAINS(page, "OKAFOR");
    CHECK_CONTAINS(page, "Offered from the cohort carers"); // by its key where no engine runs
    CHECK(str_find(page, STR(">Too busy<"), &at) == words); // not the filter's choice
    CHECK(str_find(page, STR("Why is in the record"), &at) == !words);
    buf_free(&res.body);
    res = (Response){.body = buf_new((size_t)1024 * 1024)};
    CHECK_OK(caseload_again_csv(t->c, &req, &res));
    Str file = buf_str(&res.body);
    CHECK_I64((int64_t)res.shown_count, 1);
    CHECK_CONTAINS(file, "OKAFOR");
    CHECK(str_find(file, STR("Too busy"), &at) == words);
    CHECK(str_find(file, STR("Why is in the record"), &at) == !words);
    buf_free(&res.body);
}

TEST(why_somebody_said_no_is_for_whom_their_record_opens)
{
    static const Room *const ROOMS[] = {&CASELOAD_ROOM};
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    (void)said_no(t, test_person(t, "Okafor", 9998787084), DATE_NONE);
    test_actor(t, ROLE_CARE_COORDINATOR);
    check_page(t, "team", false);
    test_sql(t, arena_fmt(t->arena,
                          "UPDATE care_case SET lead_account = %lld, offered_at = offered_at - 1",
                          (long long)t->c->actor.account_id)
                    .ptr);
    check_page(t, "team", true);
    check_page(t, "mine", true);
    t->c->now.ms += 31LL * DAY_MS; // what they had to do with each other has ended
    check_page(t, "mine", false);
}

TEST(what_was_said_is_one_record_behind_and_gives_way_to_the_next)
{
    PersonId person = test_person(t, "Okafor", 9998787084);
    Date day = date_add_days(t->c->today, 1);
    const Grant *g = test_grant(t, person, CLASS_CARE);
    CHECK_OK(case_decline(t->c, g, offered(t, g).version, STR("My husband\nis told"), day));
    Actor program = t->c->actor;
    for (int i = 0; i < 2; i++) {
        t->c->today = date_add_days(day, i);
        t->c->now.ms += DAY_MS;
        test_actor(t, ROLE_CARE_COORDINATOR);
        CHECK_OK(offer_again(t, listed(t, true, AGAIN_NOW).rows[0].person.ref));
        t->c->actor = program;
        Case k = {0};
        CHECK_OK(case_of_person(t->c, g, &k));
        CHECK_STR(k.reasons, i == 0 ? "Asked again: said no on 24 Nov 2026\n"
                                      "- Said on 24 Nov 2026: My husband is told\nIs a carer"
                                    : "Asked again: said no on 25 Nov 2026\n"
                                      "- Said on 25 Nov 2026: Still no\nIs a carer");
        CHECK_OK(case_decline(t->c, g, k.version, STR("Still no"), date_add_days(day, i + 1)));
    }
}

TEST(an_offer_sent_twice_leads_to_the_case_both_times)
{
    Date day = date_add_days(t->c->today, 1);
    Response res;
    (void)said_no(t, test_person(t, "Okafor", 9998787084), day);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str ref = listed(t, true, AGAIN_ANY).rows[0].person.ref;
    t->c->today = day;
    for (int i = 0; i < 2; i++) {
        CHECK_OK(send_offer(t, ref, &res));
        CHECK(str_starts(res.location, STR("/people/")));
    }
    test_sql(t, "UPDATE care_case SET lead_account = 0");
    CHECK_OK(send_offer(t, ref, &res)); // a colleague was quicker
    CHECK(str_starts(res.location, STR("/caseload/again")));
}

TEST(support_is_offered_again_from_the_day_on_and_what_they_said_stays)
{
    Date day = date_add_days(t->c->today, DAYS_LATER);
    PersonId person = test_person(t, "Okafor", 9998787084);
    (void)said_no(t, person, day);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str ref = listed(t, true, AGAIN_ANY).rows[0].person.ref;
    t->c->today = date_add_days(day, -1);
    CHECK_OK(offer_again(t, ref)); // it is said that the day has not come
    CHECK_I64(test_count(t, "care_case"), 1);
    t->c->today = day;
    CHECK_OK(offer_again(t, ref));
    CHECK_OK(offer_again(t, ref)); // sent twice
    CHECK_I64(test_count(t, "care_case"), 2);
    Case *mine = NULL;
    size_t count = 0;
    CHECK_OK(case_mine(t->c, &mine, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK(mine[0].priority == PRIORITY_LOW);
    CHECK_STR(mine[0].cohort, "carers");
    CHECK_STR(mine[0].reasons, "Asked again: said no on 24 Nov 2026\n"
                               "- Said on 24 Nov 2026: Too busy\nIs a carer");
    CHECK_I64((int64_t)listed(t, true, AGAIN_ANY).of, 0);
}

// The person waits in a running campaign, for the actor to ask them.
static void put_in_campaign(Test *t, PersonId person)
{
    test_sql(t, "INSERT INTO campaign (id, ref, state, name, cohort, cohort_name, "
                "definition_version, run, as_at, offer, confirm, order_by, gap_months, listed, "
                "beyond, left_out, made_account, made_name, made_at, started_name, closed_name, "
                "close_note, changed_at, version) VALUES (1, 'cccccccccccccccccccc', 2, "
                "'Winter calls', 'carers', 'Carers', '1', '', 0, 'plan', 0, 1, 6, 1, 0, '', 1, "
                "'Priya Nair', 0, '', '', '', 0, 1)");
    test_sql(t, arena_fmt(t->arena,
                          "INSERT INTO campaign_person (ref, campaign_id, person_id, practice_id, "
                          "state, standing, why, words, account_id, account_name, place, "
                          "ask_from, reasons, answered_name, changed_at, version) VALUES "
                          "('dddddddddddddddddddd', 1, %lld, 1, 3, 1, 0, '', %lld, 'Priya Nair', "
                          "1, %d, '', '', 0, 1)",
                          (long long)person.v, (long long)t->c->actor.account_id,
                          (int)t->c->today.days)
                    .ptr);
}

static void check_row(Test *t, const char *has, const char *lacks)
{
    Request req = {.method = STR("GET")};
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    test_sql(t, arena_fmt(t->arena, "UPDATE care_case SET lead_account = %lld",
                          (long long)t->c->actor.account_id)
                    .ptr);
    CHECK_OK(caseload_again_list(t->c, &req, &res));
    CHECK_CONTAINS(buf_str(&res.body), has);
    CHECK_LACKS(buf_str(&res.body), lacks);
    buf_free(&res.body);
}

TEST(who_waits_in_a_campaign_is_asked_there_and_nowhere_else)
{
    Date day = date_add_days(t->c->today, 1);
    PersonId person = test_person(t, "Okafor", 9998787084);
    (void)said_no(t, person, day);
    t->c->today = day;
    test_actor(t, ROLE_CARE_COORDINATOR);
    check_row(t, "Offer again", "campaign Winter calls");
    put_in_campaign(t, person);
    check_row(t, "To be asked in the campaign Winter calls", "Offer again");
    check_row(t, "/outreach\">Record", "Offer again");
    CHECK_OK(offer_again(t, listed(t, true, AGAIN_NOW).rows[0].person.ref));
    CHECK_I64(test_count(t, "care_case"), 1);
    static const char *const NOT_NOW[] = {
        "UPDATE campaign_person SET ask_again = ask_from + 1",
        "UPDATE campaign_person SET ask_again = NULL, state = 8",
        "UPDATE campaign_person SET state = 3, ask_from = ask_from + 1",
        "UPDATE campaign_person SET ask_from = ask_from - 1, account_id = account_id + 1",
    };
    for (size_t i = 0; i < COUNT_OF(NOT_NOW); i++) { // not yet, or by a colleague
        test_sql(t, NOT_NOW[i]);
        check_row(t, "To be asked in the campaign Winter calls", "/outreach\">Record");
    }
    test_sql(t, "UPDATE campaign_person SET account_id = account_id - 1");
    check_row(t, "/outreach\">Record", "Offer again");
    test_sql(t, "UPDATE campaign SET confirm = 1"); // and no GP has
    check_row(t, "To be asked in the campaign Winter calls", "/outreach\">Record");
    test_sql(t, "UPDATE campaign SET confirm = 0, state = 1"); // not begun
    check_row(t, "To be asked in the campaign Winter calls", "/outreach\">Record");
    test_sql(t, "UPDATE campaign_person SET standing = 0");
    check_row(t, "Offer again", "campaign Winter calls");
}
