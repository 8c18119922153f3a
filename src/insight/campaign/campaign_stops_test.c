// campaign_stops_test.c -- who can be asked no more, on whose list they still stand.
#include "care/caseload/caseload.h"
#include "insight/campaign/campaign_store.h"
#include "test/cohorts.h"

typedef struct Town {
    CohortEngine *engine;
    Campaign k;
    AskedPerson frost;
    const Grant *grant;
} Town;

static AskedPerson asked(Test *t, const Campaign *k, const char *family)
{
    CampaignPeople people;
    PersonId person = cohorts_person(t, family);
    CHECK_OK(campaign_everybody(t->c, k, &people));
    for (size_t i = 0; i < people.count; i++) {
        if (people.at[i].person.v == person.v) return people.at[i];
    }
    return (AskedPerson){0};
}

static const Grant *care_of(Test *t, PersonId person)
{
    const Grant *grant = NULL;
    CHECK_OK(access_grant(t->c, person, CLASS_CARE, MODE_WRITE, &grant));
    return grant;
}

// A campaign that runs: the actor asks ADAMS, BAKER and FROST.
static void begin(Test *t, Town *town)
{
    static const Room *const ROOMS[] = {&CASELOAD_ROOM, &CAMPAIGN_ROOM};
    Str ref = STR("");
    *town = (Town){.engine = cohorts_begin(t)};
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET phone = '0161 496 0001', version = version + 1");
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Winter calls"),
                        .order_by = ORDER_NEED,
                        .people = 100};
    CHECK_OK(campaign_make(t->c, &from, &ref));
    CHECK_OK(campaign_get(t->c, ref, &town->k));
    CampaignColleague who = {.account = t->c->actor.account_id, .a_week = 9};
    CHECK_OK(
        campaign_share(t->c, ref, town->k.version, &(ShareOut){.colleagues = &who, .count = 1}));
    CHECK_OK(campaign_start(t->c, ref, town->k.version + 1));
    CHECK_OK(campaign_get(t->c, ref, &town->k));
    town->frost = asked(t, &town->k, "FROST");
    town->grant = care_of(t, town->frost.person);
}

static void dies(Test *t, const char *family)
{
    test_written(t, arena_fmt(t->arena,
                              "UPDATE person SET registration = %d, version = version + 1 "
                              "WHERE family = '%s'",
                              (int)REGISTRATION_DIED, family)
                        .ptr);
}

static Str page_at(Test *t, const char *method, const char *path, Request req, Err wanted)
{
    for (size_t i = 0; i < CAMPAIGN_ROOM.route_count; i++) {
        const Route *route = &CAMPAIGN_ROOM.routes[i];
        bool same = strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0;
        if (same) req.route = route;
    }
    req.method = str_from_c(method);
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    CHECK(req.route != NULL);
    t->c->issue_count = 0;
    if (req.route != NULL) CHECK_ERR(req.route->handler(t->c, &req, &res), wanted);
    Str html = arena_str(t->arena, buf_str(&res.body));
    buf_free(&res.body);
    return html;
}

static Str asking_page(Test *t, const Town *town, const char *method, const Pair *form, size_t n)
{
    Request req = {.grant = town->grant, .form = form, .form_count = n};
    return page_at(t, method, "/people/:person/outreach", req, ERR_OK);
}

TEST(what_was_typed_of_somebody_who_died_meanwhile_is_shown_once_more)
{
    Town town;
    begin(t, &town);
    CHECK_CONTAINS(asking_page(t, &town, "GET", NULL, 0), "How to reach");
    dies(t, "FROST");
    Str version = arena_fmt(t->arena, "%lld", (long long)town.frost.version);
    Pair form[] = {{STR("version"), version},
                   {STR("answer"), STR("no")},
                   {STR("why"), STR("1")},
                   {STR("mode"), STR("telephone")},
                   {STR("minutes"), STR("4")},
                   {STR("on"), date_iso(t->arena, t->c->today)},
                   {STR("time"), instant_clock(t->arena, t->c->now)},
                   {STR("words"), STR("Her sister was with her")}};
    Str html = asking_page(t, &town, "POST", form, COUNT_OF(form));
    CHECK_CONTAINS(html, "This person has died. Support cannot be offered.");
    CHECK_CONTAINS(html, "What you typed was not saved");
    CHECK_CONTAINS(html, "Her sister was with her");
    CHECK_CONTAINS(html, "Take off my list");
    CHECK_LACKS(html, "How to reach"); // nobody is rung in vain
    CHECK_LACKS(html, "Housebound (");
    CHECK_I64(test_count(t, "contact"), 0);
    CHECK_LACKS(asking_page(t, &town, "GET", NULL, 0), "was not saved");
    cohort_engine_free(town.engine);
}

TEST(who_died_is_taken_off_the_list_of_whoever_asks)
{
    Town town;
    ToAsk *mine = NULL;
    size_t before = 0;
    size_t after = 0;
    RelationshipKind how = RELATIONSHIP_NONE;
    begin(t, &town);
    CHECK_OK(campaign_mine(t->c, &mine, &before));
    dies(t, "FROST");
    Request show = {.param_count = 1, .params = {{STR("campaign"), town.k.ref}}};
    CHECK_CONTAINS(page_at(t, "GET", "/campaigns/:campaign", show, ERR_OK),
                   "This person has died.");
    CHECK_OK(campaign_leave_out(t->c, town.grant, town.frost.version));
    AskedPerson frost = asked(t, &town.k, "FROST");
    CHECK_I64(frost.state, ASK_LEFT_OUT);
    CHECK_I64(frost.why, LEAVE_OUT_CHANGED);
    CHECK_STR(frost.words, "This person has died. Support cannot be offered.");
    CHECK(!frost.standing);
    CHECK_OK(campaign_mine(t->c, &mine, &after));
    CHECK_I64((int64_t)after, (int64_t)before - 1);
    CHECK_OK(campaign_leave_out(t->c, town.grant, town.frost.version)); // a button pressed twice
    CHECK_I64(asked(t, &town.k, "FROST").version, frost.version);
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_OUTREACH);
    t->c->now.ms += 61 * 1000;
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE);
    CHECK_CONTAINS(page_at(t, "GET", "/campaigns/:campaign", show, ERR_OK),
                   "Left out: Could no longer be asked. This person has died.");
    cohort_engine_free(town.engine);
}

TEST(who_can_be_asked_is_not_taken_off_by_this_and_nobody_of_another)
{
    Town town;
    begin(t, &town);
    CHECK_ERR(campaign_leave_out(t->c, town.grant, town.frost.version), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "This person can be asked");
    t->c->issue_count = 0;
    dies(t, "FROST");
    CHECK_ERR(campaign_leave_out(t->c, town.grant, town.frost.version + 1), ERR_CONFLICT);
    test_sql(t, "UPDATE campaign_person SET account_id = account_id + 1");
    CHECK_ERR(campaign_leave_out(t->c, town.grant, town.frost.version), ERR_NOT_FOUND);
    CHECK_I64(asked(t, &town.k, "FROST").state, ASK_WAITING);
    cohort_engine_free(town.engine);
}

TEST(support_that_was_accepted_elsewhere_meanwhile_counts_as_accepted)
{
    Town town;
    Case k = {0};
    Str *stops = NULL;
    begin(t, &town);
    CaseOffer offer = {.priority = PRIORITY_MEDIUM,
                       .lead_account = t->c->actor.account_id,
                       .cohort = STR("another")};
    CHECK_OK(case_offer(t->c, town.grant, &offer, &k));
    CHECK_OK(case_of_person(t->c, town.grant, &k));
    CHECK_OK(case_accept(t->c, town.grant, k.version));
    CHECK_OK(campaign_stops(t->c, &town.frost, 1, false, ANY_COLUMNS, &stops));
    CHECK_CONTAINS(stops[0], "Has support already, led by ");
    CHECK_OK(campaign_leave_out(t->c, town.grant, town.frost.version));
    CHECK_I64(asked(t, &town.k, "FROST").state, ASK_ACCEPTED);
    CHECK_OK(case_of_person(t->c, town.grant, &k));
    CHECK_I64(k.state, CASE_OPEN);
    cohort_engine_free(town.engine);
}

TEST(an_offer_of_whoever_asked_ends_with_their_asking)
{
    Town town;
    Case k = {0};
    begin(t, &town);
    CaseOffer offer = {.priority = PRIORITY_MEDIUM,
                       .lead_account = t->c->actor.account_id,
                       .cohort = town.k.cohort};
    CHECK_OK(case_offer(t->c, town.grant, &offer, &k));
    dies(t, "FROST");
    CHECK_OK(campaign_leave_out(t->c, town.grant, town.frost.version));
    CHECK_OK(case_of_person(t->c, town.grant, &k));
    CHECK_I64(k.state, CASE_NO_ANSWER);
    cohort_engine_free(town.engine);
}

static Answer answer_of(Test *t, AskState state)
{
    return (Answer){.answer = state,
                    .mode = CONTACT_TELEPHONE,
                    .at = t->c->now,
                    .why = state == ASK_DECLINED ? DECLINE_NO_NEED : 0,
                    .minutes = state == ASK_WAITING || state == ASK_WRONG_DETAILS ? 0 : 5,
                    .words = STR("As she said"),
                    .ask_again = state == ASK_NOT_NOW ? date_add_days(t->c->today, 30) : DATE_NONE,
                    .next_step = state == ASK_ACCEPTED ? STR("First conversation") : STR(""),
                    .next_due = state == ASK_ACCEPTED ? t->c->today : DATE_NONE};
}

TEST(an_answer_that_is_sent_twice_is_recorded_once)
{
    static const AskState ANSWERS[] = {ASK_WAITING, ASK_WRONG_DETAILS, ASK_DECLINED, ASK_NOT_NOW,
                                       ASK_ACCEPTED};
    static const char *const FAMILIES[] = {"FROST", "FROST", "ADAMS", "BAKER", "BAKER"};
    Town town;
    RelationshipKind how = RELATIONSHIP_NONE;
    begin(t, &town);
    for (size_t i = 0; i < COUNT_OF(ANSWERS); i++) {
        t->c->issue_count = 0;
        if (ANSWERS[i] == ASK_ACCEPTED) { // whom the one before asked to come back to
            t->c->today = date_add_days(t->c->today, 30);
            t->c->now.ms += 30 * (int64_t)DAY_MS;
        }
        AskedPerson who = asked(t, &town.k, FAMILIES[i]);
        const Grant *grant = care_of(t, who.person);
        Answer a = answer_of(t, ANSWERS[i]);
        CHECK_OK(campaign_record(t->c, grant, who.version, &a));
        int64_t contacts = test_count(t, "contact");
        CHECK_OK(campaign_relationship(t->c, who.person, &how));
        CHECK_I64(how, RELATIONSHIP_OUTREACH);
        CHECK_OK(campaign_record(t->c, grant, who.version, &a));
        CHECK_I64(test_count(t, "contact"), contacts);
        a.mode = CONTACT_HOME_VISIT;
        CHECK_ERR(campaign_record(t->c, grant, who.version, &a), ERR_CONFLICT);
        t->c->now.ms += 61 * 1000;
        a.mode = CONTACT_TELEPHONE;
        CHECK_ERR(campaign_record(t->c, grant, who.version, &a), ERR_CONFLICT);
    }
    cohort_engine_free(town.engine);
}
