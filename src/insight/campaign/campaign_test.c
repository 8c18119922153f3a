// campaign_test.c -- from a list to answers: left out, confirmed, shared out, asked, closed.
#include "care/caseload/caseload.h"
#include "insight/campaign/campaign_store.h"
#include "insight/cohort/cohort.h"
#include "insight/population/population.h"
#include "test/fixture.h"
#include "work/team/team.h"

#include <fcntl.h>
#include <unistd.h>

enum { PEOPLE = 9, STAFF = 3 };

typedef struct Someone {
    const char *family;
    int age;
    const char *ods;
    const char *codes; // h housebound, a alone, e end of life care, x crisis
    int decile;
    bool phone;
} Someone;

static const Someone LIST[PEOPLE] = {
    {"ADAMS", 80, "X26101", "ha", 9, true},   {"BAKER", 70, "X26101", "ha", 1, true},
    {"CLARK", 75, "X26101", "hae", 1, true},  {"DAVIS", 85, "X26102", "ha", 5, false},
    {"EVANS", 66, "X26102", "ha", 0, true},   {"FROST", 90, "X26102", "ha", 2, true},
    {"GREEN", 50, "X26102", "h", 1, true},    {"HILLS", 60, "X26101", "ha", 3, true},
    {"INGRAM", 61, "X26101", "hax", 4, true},
};

static void load_codes(Test *t, Loader *load, int32_t slot, const char *letters)
{
    static const struct {
        char letter;
        const char *code;
    } KNOWN[] = {{'h', "160689007"}, {'a', "105529008"}, {'e', "526631000000108"}, {'x', "9001"}};
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        int32_t code = 0;
        if (strchr(letters, KNOWN[i].letter) == NULL) continue;
        CHECK_OK(load_code(load, STR("snomed"), str_from_c(KNOWN[i].code), STR("A term"), &code));
        EventRow row = {
            .person = slot, .day = t->c->today.days - 40, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
    }
}

static void load_people(Test *t)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("people"),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = 0; i < PEOPLE; i++) {
        const Someone *who = &LIST[i];
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person = (Person){.family = str_from_c(who->family),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -who->age),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .phone = who->phone ? STR("0161 496 0001") : STR(""),
                             .imd_decile = who->decile,
                             .imd_year = who->decile > 0 ? 2019 : 0,
                             .practice_name = arena_fmt(t->arena, "Practice %s", who->ods)};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, str_from_c(who->ods), &slot));
        load_codes(t, load, slot, who->codes);
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

typedef struct Network {
    CohortEngine *engine;
    Actor priya, beth, gp; // the GP works for the first practice
    int64_t first_practice;
} Network;

static Actor colleague(Test *t, const char *name, Role role, const int64_t *orgs, size_t count)
{
    static int number;
    Account account;
    CHECK_OK(account_create(
        t->c,
        &(AccountNew){.username = arena_fmt(t->arena, "user.nr%c", 'a' + number++ % 26),
                      .name = str_from_c(name),
                      .role = role,
                      .orgs = orgs,
                      .org_count = count},
        STR("otter willow teapot 27"), &account));
    return (Actor){.account_id = account.id,
                   .name = str_from_c(name),
                   .role = role,
                   .orgs = orgs,
                   .org_count = count};
}

static void begin(Test *t, Network *n)
{
    static const Room *const ROOMS[] = {&CASELOAD_ROOM, &CAMPAIGN_ROOM};
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &n->engine, &why));
    test_core(t)->engine = n->engine;
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    load_people(t);
    Practice first;
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &first));
    n->first_practice = first.id;
    int64_t *orgs = ARENA_ARRAY(t->arena, int64_t, 1);
    orgs[0] = first.id;
    n->priya = colleague(t, "Priya Nair", ROLE_CARE_COORDINATOR, orgs, 1);
    n->beth = colleague(t, "Beth Lowe", ROLE_LINK_WORKER, orgs, 1);
    n->gp = colleague(t, "Dr Helen Marsh", ROLE_GP_SUPERVISOR, orgs, 1);
    t->c->actor = n->priya;
}

static CampaignNew fresh(void)
{
    return (CampaignNew){.cohort = STR("housebound-alone"),
                         .name = STR("Winter calls"),
                         .order_by = ORDER_NEED,
                         .people = 100,
                         .gap_months = 6};
}

static Campaign made(Test *t, const CampaignNew *from)
{
    Str ref = STR("");
    Campaign k = {0};
    CHECK_OK(campaign_make(t->c, from, &ref));
    CHECK_OK(campaign_get(t->c, ref, &k));
    return k;
}

static AskedPerson asked_named(Test *t, const Campaign *k, const char *family)
{
    CampaignPeople people;
    CHECK_OK(campaign_everybody(t->c, k, &people));
    for (size_t i = 0; i < people.count; i++) {
        PersonRow *row = NULL;
        CHECK_OK(person_rows(t->c, &people.at[i].person, 1, &row));
        if (str_starts(row->name, str_from_c(family))) return people.at[i];
    }
    return (AskedPerson){0};
}

// Shared between Priya (2 a week) and Beth (1 a week), and started.
static Campaign running(Test *t, const Network *n, const CampaignNew *from)
{
    Campaign k = made(t, from);
    CampaignColleague who[] = {{.account = n->priya.account_id, .a_week = 2},
                               {.account = n->beth.account_id, .a_week = 1}};
    CHECK_OK(campaign_share(t->c, k.ref, k.version, &(ShareOut){.colleagues = who, .count = 2}));
    CHECK_OK(campaign_start(t->c, k.ref, k.version + 1));
    CHECK_OK(campaign_get(t->c, k.ref, &k));
    return k;
}

static const Grant *care_of(Test *t, PersonId person)
{
    const Grant *grant = NULL;
    CHECK_OK(access_grant(t->c, person, CLASS_CARE, MODE_WRITE, &grant));
    return grant;
}

static Answer no_answer(Test *t, ContactMode mode)
{
    return (Answer){.answer = ASK_WAITING,
                    .mode = mode,
                    .at = t->c->now,
                    .ask_again = DATE_NONE,
                    .next_due = DATE_NONE};
}

static void next_day(Test *t)
{
    t->c->now.ms += DAY_MS;
    t->c->today = date_add_days(t->c->today, 1);
    t->c->issue_count = 0;
}

TEST(a_list_says_of_everybody_why_they_are_not_asked)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = made(t, &from);
    CHECK_I64(k.listed, 8); // GREEN is not alone
    CHECK_I64(k.beyond, 0);
    CHECK_I64(asked_named(t, &k, "CLARK").why, LEAVE_OUT_END_OF_LIFE);
    CHECK_I64(asked_named(t, &k, "DAVIS").why, LEAVE_OUT_NO_WAY);
    AskedPerson frost = asked_named(t, &k, "FROST");
    CHECK(frost.state == ASK_WAITING && frost.standing);
    CHECK_I64(asked_named(t, &k, "ADAMS").place < asked_named(t, &k, "BAKER").place, 1); // older

    // A second campaign does not ask the same people.
    from.name = STR("Another");
    Str ref;
    CHECK_ERR(campaign_make(t->c, &from, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "cohort");
    cohort_engine_free(n.engine);
}

TEST(deprivation_comes_first_when_it_should_and_a_target_ends_the_list)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    from.order_by = ORDER_DEPRIVATION;
    from.people = 2;
    Campaign k = made(t, &from);
    CHECK_I64(asked_named(t, &k, "BAKER").state, ASK_WAITING); // decile 1
    CHECK_I64(asked_named(t, &k, "FROST").state, ASK_WAITING); // decile 2
    CHECK_I64(asked_named(t, &k, "EVANS").id, 0);              // decile not recorded: last
    CHECK_I64(k.beyond, 5);                                    // of 8: two asked, CLARK left out
    cohort_engine_free(n.engine);
}

TEST(whoever_was_asked_lately_is_left_out)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    Answer no = no_answer(t, CONTACT_TELEPHONE);
    no.answer = ASK_DECLINED;
    no.why = DECLINE_NO_NEED;
    no.minutes = 5;
    no.ask_again = date_add_days(t->c->today, 30);
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &no));
    t->c->actor = n.priya;
    CHECK_OK(campaign_close(t->c, k.ref, k.version, STR("Too early")));
    for (int i = 0; i < 40; i++) next_day(t); // the day to ask again has come, six months have not
    Campaign second = made(t, &from);
    CHECK_I64(asked_named(t, &second, "FROST").why, LEAVE_OUT_ASKED_LATELY);
    CHECK_I64(asked_named(t, &second, "BAKER").state, ASK_WAITING);
    cohort_engine_free(n.engine);
}

TEST(an_earlier_list_asks_only_who_is_still_on_it)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    {
        CLEANUP(cohort_run_end) CohortRun run;
        CHECK_OK(cohort_run(t->c, from.cohort, 0, &run));
        CHECK_OK(cohort_keep(t->c, &run));
    }
    CHECK_OK(cohort_runs(t->c, from.cohort, 0, &runs, &count, &all));
    from.run = runs[0].ref;
    test_sql(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'FROST'");
    Campaign k = made(t, &from);
    CHECK_STR(k.run, arena_c(t->arena, runs[0].ref));
    CHECK_I64(asked_named(t, &k, "FROST").id, 0); // was listed, and opted out since
    CHECK_CONTAINS(k.left_out, "no longer on it now: 1");
    CHECK_I64(k.listed, 7);
    from.cohort = STR("carers");
    from.name = STR("Carers");
    Str ref;
    CHECK_ERR(campaign_make(t->c, &from, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "run");
    cohort_engine_free(n.engine);
}

TEST(people_are_given_only_to_colleagues_who_ask)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = made(t, &from);
    CampaignColleague gp = {.account = n.gp.account_id, .a_week = 2};
    CHECK_ERR(campaign_share(t->c, k.ref, k.version, &(ShareOut){.colleagues = &gp, .count = 1}),
              ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "colleagues");
    CHECK_ERR(campaign_start(t->c, k.ref, k.version), ERR_INVALID); // nobody asks yet
    cohort_engine_free(n.engine);
}

TEST(who_opted_out_since_is_left_out_at_the_start)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = made(t, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    test_sql(t, arena_fmt(t->arena, "UPDATE person SET opted_out = 1 WHERE id = %lld",
                          (long long)frost.person.v)
                    .ptr);
    CampaignColleague who = {.account = n.priya.account_id, .a_week = 2};
    CHECK_OK(campaign_share(t->c, k.ref, k.version, &(ShareOut){.colleagues = &who, .count = 1}));
    CHECK_OK(campaign_start(t->c, k.ref, k.version + 1));
    frost = asked_named(t, &k, "FROST");
    CHECK_I64(frost.state, ASK_LEFT_OUT);
    CHECK_I64(frost.why, LEAVE_OUT_CHANGED);
    cohort_engine_free(n.engine);
}

TEST(sharing_gives_each_week_what_a_colleague_can_do)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    CampaignPeople people;
    CHECK_OK(campaign_everybody(t->c, &k, &people));
    int priya_now = 0;
    int beth_now = 0;
    for (size_t i = 0; i < people.count; i++) {
        const AskedPerson *a = &people.at[i];
        if (!a->standing) continue;
        CHECK(a->account != 0);
        bool now = date_cmp(a->ask_from, t->c->today) <= 0;
        priya_now += now && a->account == n.priya.account_id;
        beth_now += now && a->account == n.beth.account_id;
    }
    CHECK_I64(priya_now, 2);
    CHECK_I64(beth_now, 1);
    ToAsk *mine = NULL;
    size_t count = 0;
    CHECK_OK(campaign_mine(t->c, &mine, &count));
    CHECK_I64(count, 2);
    for (int i = 0; i < 7; i++) next_day(t);
    CHECK_OK(campaign_mine(t->c, &mine, &count));
    CHECK_I64(count, 4); // everybody else's turn has come too
    cohort_engine_free(n.engine);
}

TEST(a_yes_goes_straight_to_the_caseload_of_who_asked)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    const Grant *g = care_of(t, frost.person);
    Answer yes = no_answer(t, CONTACT_TELEPHONE);
    yes.answer = ASK_ACCEPTED;
    yes.minutes = 10;
    yes.words = STR("I would like that");
    yes.next_step = STR("First conversation");
    yes.next_due = date_add_days(t->c->today, 10);
    CHECK_ERR(campaign_record(t->c, g, frost.version + 1, &yes), ERR_CONFLICT); // seen an old one
    CHECK_I64(test_count(t, "contact"), 0);
    CHECK_OK(campaign_record(t->c, g, frost.version, &yes));
    Case its;
    CHECK_OK(case_of_person(t->c, g, &its));
    CHECK_I64(its.state, CASE_OPEN);
    CHECK_I64(its.lead_account, frost.account);
    CHECK_STR(its.cohort, "housebound-alone");
    CHECK(its.reasons.len > 0);
    CHECK_I64(test_count(t, "contact"), 1);
    CHECK_I64(test_count(t, "task"), 1);
    frost = asked_named(t, &k, "FROST");
    CHECK(frost.state == ASK_ACCEPTED && !frost.standing);
    CHECK_ERR(campaign_record(t->c, g, frost.version, &yes), ERR_NOT_FOUND); // asked once
    cohort_engine_free(n.engine);
}

TEST(that_nobody_was_reached_does_not_open_the_record)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    Answer nobody = no_answer(t, CONTACT_TELEPHONE);
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &nobody));
    frost = asked_named(t, &k, "FROST");
    Answer wrong = no_answer(t, CONTACT_TELEPHONE);
    wrong.answer = ASK_WRONG_DETAILS;
    wrong.words = STR("The number belongs to somebody else");
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &wrong));
    CHECK_I64(test_count(t, "contact"), 2);
    CHECK_I64(test_count(t, "care_case"), 0);
    RelationshipKind how = RELATIONSHIP_CASELOAD;
    CHECK_OK(case_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE);
    bool opens = true;
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CLINICAL, MODE_READ, &opens));
    CHECK(!opens);
    Actor asker = t->c->actor;
    t->c->actor = n.priya; // who has the right details gives the person back
    CHECK_OK(campaign_move(t->c, k.ref, &frost.ref, 1, asker.account_id));
    t->c->actor = asker;
    test_sql(t, "UPDATE person SET opted_out = 1 WHERE family = 'FROST'");
    frost = asked_named(t, &k, "FROST");
    CHECK_ERR(campaign_record(t->c, care_of(t, frost.person), frost.version, &nobody), ERR_INVALID);
    cohort_engine_free(n.engine);
}

TEST(giving_up_needs_three_days_and_two_ways)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    for (int i = 0; i < 3; i++) {
        Answer nobody = no_answer(t, CONTACT_TELEPHONE);
        CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &nobody));
        frost = asked_named(t, &k, "FROST");
        CHECK(frost.standing && frost.state == ASK_WAITING);
        next_day(t);
    }
    const Grant *g = care_of(t, frost.person);
    CHECK_ERR(campaign_stop(t->c, g, frost.version, DATE_NONE), ERR_INVALID); // one way only
    t->c->issue_count = 0;
    Answer letter = no_answer(t, CONTACT_WRITTEN);
    letter.message = true;
    CHECK_OK(campaign_record(t->c, g, frost.version, &letter));
    frost = asked_named(t, &k, "FROST");
    CHECK_I64(test_count(t, "care_case"), 0);
    CHECK_OK(campaign_stop(t->c, g, frost.version, DATE_NONE));
    frost = asked_named(t, &k, "FROST");
    CHECK(frost.state == ASK_NO_ANSWER && !frost.standing);
    Case its;
    CHECK_OK(case_of_person(t->c, g, &its));
    CHECK_I64(its.state, CASE_NO_ANSWER);
    CHECK_I64(its.attempts, 4);
    RelationshipKind how = RELATIONSHIP_CASELOAD;
    CHECK_OK(case_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE);
    cohort_engine_free(n.engine);
}

TEST(what_has_still_to_be_tried_is_said)
{
    ContactAttempts none = {0};
    CHECK_STR(campaign_still_to_try(t->arena, &none), "3 more attempts, each on another day");
    ContactAttempts two = {.count = 2, .modes = 1, .days = 2};
    CHECK_STR(campaign_still_to_try(t->arena, &two),
              "1 more attempt, on another day, one of them in another way");
    ContactAttempts one_way = {.count = 3, .modes = 1, .days = 3};
    CHECK_STR(campaign_still_to_try(t->arena, &one_way),
              "1 more attempt, in another way than before");
    ContactAttempts enough = {.count = 3, .modes = 2, .days = 3};
    CHECK_STR(campaign_still_to_try(t->arena, &enough), "");
}

TEST(not_now_comes_back_on_its_day)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    Answer later = no_answer(t, CONTACT_TELEPHONE);
    later.answer = ASK_NOT_NOW;
    later.minutes = 3;
    CHECK_ERR(campaign_record(t->c, care_of(t, frost.person), frost.version, &later), ERR_INVALID);
    t->c->issue_count = 0;
    later.ask_again = date_add_days(t->c->today, 2);
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &later));
    ToAsk *mine = NULL;
    size_t before = 0;
    size_t count = 0;
    CHECK_OK(campaign_mine(t->c, &mine, &before));
    bool opens = true;
    t->c->now.ms += 61 * 1000;
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CARE, MODE_READ, &opens));
    CHECK(!opens); // until that day nobody has to ask
    next_day(t);
    next_day(t);
    CHECK_OK(campaign_mine(t->c, &mine, &count));
    CHECK_I64(count, before + 1);
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CARE, MODE_WRITE, &opens));
    CHECK(opens);
    cohort_engine_free(n.engine);
}

TEST(nobody_is_asked_before_a_gp_of_the_practice_confirms)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    from.confirm = true;
    Campaign k = running(t, &n, &from);
    ToAsk *mine = NULL;
    size_t count = 0;
    CHECK_OK(campaign_mine(t->c, &mine, &count));
    CHECK_I64(count, 0);
    AskedPerson adams = asked_named(t, &k, "ADAMS");
    RelationshipKind how = RELATIONSHIP_NONE;
    t->c->actor = n.gp;
    CHECK_OK(campaign_relationship(t->c, adams.person, &how));
    CHECK_I64(how, RELATIONSHIP_COHORT); // may look at whom to confirm
    CHECK_OK(campaign_relationship(t->c, asked_named(t, &k, "FROST").person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE); // of another practice
    CampaignPeople seen;
    CHECK_OK(campaign_people(t->c, &k, &seen));
    for (size_t i = 0; i < seen.count; i++) CHECK_I64(seen.at[i].practice, n.first_practice);

    TakeOff whom = {&adams.ref, &adams.version, 1};
    CHECK_ERR(campaign_take_off(t->c, k.ref, &whom, STR("")), ERR_INVALID);
    t->c->issue_count = 0;
    int64_t old = adams.version - 1; // seen before it was shared out
    CHECK_ERR(campaign_take_off(t->c, k.ref, &(TakeOff){&adams.ref, &old, 1}, STR("In hospital")),
              ERR_CONFLICT);
    CHECK_OK(campaign_take_off(t->c, k.ref, &whom, STR("In hospital")));
    AskedPerson frost = asked_named(t, &k, "FROST");
    whom = (TakeOff){&frost.ref, &frost.version, 1};
    CHECK_ERR(campaign_take_off(t->c, k.ref, &whom, STR("In hospital")), ERR_NOT_FOUND);
    CHECK_OK(campaign_confirm(t->c, k.ref, k.version));
    CHECK_ERR(campaign_confirm(t->c, k.ref, k.version + 1), ERR_INVALID); // only once

    int64_t now = 0;
    for (int who = 0; who < 2; who++) {
        t->c->actor = who == 0 ? n.priya : n.beth;
        for (int i = 0; i < (who == 0 ? 28 : 0); i++) next_day(t);
        CHECK_OK(campaign_mine(t->c, &mine, &count));
        for (size_t i = 0; i < count; i++) CHECK_I64(mine[i].asked.practice, n.first_practice);
        now += (int64_t)count;
    }
    CHECK_I64(now, 3); // BAKER, HILLS, INGRAM
    cohort_engine_free(n.engine);
}

TEST(who_was_not_given_the_person_may_not_open_them)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    bool opens = true;
    t->c->actor = frost.account == n.priya.account_id ? n.beth : n.priya;
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CARE, MODE_WRITE, &opens));
    CHECK(!opens);
    t->c->actor = n.priya;
    int64_t other = frost.account == n.priya.account_id ? n.beth.account_id : n.priya.account_id;
    CHECK_OK(campaign_move(t->c, k.ref, &frost.ref, 1, other));
    t->c->actor = other == n.priya.account_id ? n.priya : n.beth;
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CARE, MODE_WRITE, &opens));
    CHECK(opens);
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CLINICAL, MODE_READ, &opens));
    CHECK(!opens); // asking needs no clinical summary
    cohort_engine_free(n.engine);
}

TEST(a_campaign_closes_with_a_word_for_everybody_left)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.priya.account_id ? n.priya : n.beth;
    Answer nobody = no_answer(t, CONTACT_TELEPHONE);
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &nobody));
    t->c->actor = n.priya;
    CHECK_ERR(campaign_close(t->c, k.ref, k.version, STR("")), ERR_INVALID);
    CHECK_ERR(campaign_close(t->c, k.ref, k.version - 1, STR("Done")), ERR_CONFLICT);
    CHECK_OK(campaign_close(t->c, k.ref, k.version, STR("Done")));
    CHECK_I64(asked_named(t, &k, "FROST").state, ASK_NO_ANSWER);
    CHECK_I64(asked_named(t, &k, "BAKER").state, ASK_NOT_ASKED);
    CHECK(!asked_named(t, &k, "BAKER").standing);
    t->c->issue_count = 0;
    CHECK_ERR(campaign_close(t->c, k.ref, k.version + 1, STR("Again")), ERR_INVALID);
    cohort_engine_free(n.engine);
}

// An offer that stands from this campaign, by whoever asks the person.
static AskedPerson offered(Test *t, const Network *n, const Campaign *k, const char *family)
{
    AskedPerson asked = asked_named(t, k, family);
    Case existing;
    t->c->actor = asked.account == n->priya.account_id ? n->priya : n->beth;
    CaseOffer offer = {.priority = PRIORITY_MEDIUM, .cohort = k->cohort};
    for (int i = 0; i < 28; i++) next_day(t); // everybody's turn has come
    CHECK_OK(case_offer(t->c, care_of(t, asked.person), &offer, &existing));
    t->c->now.ms += 1;
    t->c->actor = n->priya;
    return asked;
}

static const Grant *program_grant(Test *t, PersonId person)
{
    Actor actor = t->c->actor;
    t->c->actor = (Actor){0};
    const Grant *grant = access_program_grant(t->c, person, CLASS_CARE);
    t->c->actor = actor;
    return grant;
}

static Case case_of(Test *t, PersonId person)
{
    Case k = {0};
    CHECK_OK(case_of_person(t->c, program_grant(t, person), &k));
    return k;
}

TEST(a_standing_offer_goes_with_the_person_to_the_next_colleague)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = offered(t, &n, &k, "FROST");
    AskedPerson adams = offered(t, &n, &k, "ADAMS");
    const Actor *was = frost.account == n.priya.account_id ? &n.priya : &n.beth;
    const Actor *next = was == &n.priya ? &n.beth : &n.priya;
    CHECK_OK(campaign_move(t->c, k.ref, &frost.ref, 1, next->account_id));
    Case its = case_of(t, frost.person);
    CHECK_I64(its.state, CASE_OFFERED);
    CHECK_I64(its.lead_account, next->account_id);
    CHECK_STR(its.lead_name, arena_c(t->arena, next->name));
    CHECK_I64(case_of(t, adams.person).lead_account, adams.account); // not moved
    bool opens = true;
    t->c->actor = *was;
    CHECK_OK(access_opens(t->c, frost.person, CLASS_CARE, MODE_READ, &opens));
    CHECK(!opens);
    cohort_engine_free(n.engine);
}

TEST(an_offer_does_not_outlive_its_place_on_the_list)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = offered(t, &n, &k, "FROST");
    AskedPerson adams = offered(t, &n, &k, "ADAMS");
    AskedPerson baker = asked_named(t, &k, "BAKER");
    AskedPerson evans = offered(t, &n, &k, "EVANS");
    CHECK_OK(case_accept(t->c, program_grant(t, evans.person), case_of(t, evans.person).version));
    t->c->actor = n.gp; // offered by somebody who does not ask: theirs
    Case none;
    CaseOffer other = {.priority = PRIORITY_MEDIUM, .cohort = k.cohort};
    CHECK_OK(case_offer(t->c, program_grant(t, baker.person), &other, &none));
    t->c->actor = n.priya;
    TakeOff whom = {&adams.ref, &adams.version, 1};
    CHECK_OK(campaign_take_off(t->c, k.ref, &whom, STR("In hospital")));
    CHECK_I64(case_of(t, adams.person).state, CASE_NO_ANSWER);
    CHECK_I64(case_of(t, frost.person).state, CASE_OFFERED);
    CHECK_OK(campaign_close(t->c, k.ref, k.version, STR("Done")));
    CHECK_I64(case_of(t, frost.person).state, CASE_NO_ANSWER);
    CHECK_I64(case_of(t, evans.person).state, CASE_OPEN);
    CHECK_I64(case_of(t, baker.person).state, CASE_OFFERED);
    cohort_engine_free(n.engine);
}

// An objection to sharing for direct care, as a practice sends it: of FROST.
static void frost_objects(Test *t)
{
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'FROST'");
    Str text = STR("NHS number,Opt-out,State,Date\n9990000018,Direct care,opted out,2026-01-05\n");
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/opt-outs", test_dir(t)));
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    CHECK(fd >= 0 && write(fd, text.ptr, text.len) == (ssize_t)text.len);
    Report *report = NULL;
    Str ref = {0};
    ImportOptions options = {.extract_on = DATE_NONE};
    CHECK_OK(import_opt_outs(t->c, fd, STR("opt-outs.csv"), &options, &report, &ref));
    store_refresh(t->c->core->store, t->c->db);
}

static void frost_moves(Test *t, int64_t practice)
{
    test_sql(t, arena_fmt(t->arena,
                          "UPDATE person SET practice_id = %lld, version = version + 1 "
                          "WHERE family = 'FROST'",
                          (long long)practice)
                    .ptr);
    store_refresh(t->c->core->store, t->c->db);
}

TEST(who_objects_after_the_list_was_made_is_left_out_at_the_start)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = made(t, &from);
    frost_objects(t);
    CampaignColleague who = {.account = n.priya.account_id, .a_week = 2};
    CHECK_OK(campaign_share(t->c, k.ref, k.version, &(ShareOut){.colleagues = &who, .count = 1}));
    CHECK_OK(campaign_start(t->c, k.ref, k.version + 1));
    AskedPerson frost = asked_named(t, &k, "FROST");
    CHECK_I64(frost.state, ASK_LEFT_OUT);
    CHECK_I64(frost.why, LEAVE_OUT_CHANGED);
    cohort_engine_free(n.engine);
}

TEST(who_objects_while_people_are_asked_is_asked_no_more)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.beth.account_id ? n.beth : n.priya;
    const Grant *grant = care_of(t, frost.person);
    frost_objects(t);
    Answer yes = {.answer = ASK_ACCEPTED,
                  .mode = CONTACT_TELEPHONE,
                  .at = t->c->now,
                  .minutes = 5,
                  .ask_again = DATE_NONE,
                  .next_step = STR("First conversation"),
                  .next_due = date_add_days(t->c->today, 7)};
    CHECK_ERR(campaign_record(t->c, grant, frost.version, &yes), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "This person asked not to be contacted about support.");
    CHECK_I64(test_count(t, "care_case"), 0);
    cohort_engine_free(n.engine);
}

TEST(wrong_details_close_the_record_until_somebody_is_given_the_person)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    Campaign k = running(t, &n, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    t->c->actor = frost.account == n.beth.account_id ? n.beth : n.priya;
    Answer wrong = no_answer(t, CONTACT_TELEPHONE);
    wrong.answer = ASK_WRONG_DETAILS;
    wrong.words = STR("The number belongs to somebody else");
    RelationshipKind how = RELATIONSHIP_NONE;
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_OUTREACH);
    CHECK_OK(campaign_record(t->c, care_of(t, frost.person), frost.version, &wrong));
    t->c->now.ms += 61 * 1000;
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE); // nobody can check that the number was wrong
    t->c->actor = n.priya;
    CHECK_OK(campaign_move(t->c, k.ref, &frost.ref, 1, n.beth.account_id));
    CHECK_I64(asked_named(t, &k, "FROST").state, ASK_WAITING);
    t->c->actor = n.beth;
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_OUTREACH);
    cohort_engine_free(n.engine);
}

TEST(a_gp_sees_nobody_who_moved_away_and_who_moved_waits_for_no_other_gp)
{
    Network n;
    begin(t, &n);
    CampaignNew from = fresh();
    from.confirm = true;
    Practice second;
    CHECK_OK(practice_of_ods(t->c, STR("X26102"), &second));
    n.gp.orgs = &second.id; // FROST is registered there
    Campaign k = made(t, &from);
    AskedPerson frost = asked_named(t, &k, "FROST");
    RelationshipKind how = RELATIONSHIP_NONE;
    CampaignPeople seen;
    t->c->actor = n.gp;
    CHECK_OK(campaign_people(t->c, &k, &seen));
    size_t before = seen.count;
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_COHORT);
    frost_moves(t, n.first_practice);
    CHECK_OK(campaign_people(t->c, &k, &seen));
    CHECK_I64((int64_t)seen.count, (int64_t)before - 1);
    CHECK_OK(campaign_relationship(t->c, frost.person, &how));
    CHECK_I64(how, RELATIONSHIP_NONE);
    CHECK_OK(campaign_confirm(t->c, k.ref, k.version));
    t->c->actor = n.priya;
    Str *stops = NULL;
    CHECK_OK(campaign_stops(t->c, &frost, 1, true, NEWEST_COLUMNS, &stops));
    CHECK_STR(stops[0], "Has moved to another practice, whose GP has not confirmed the list.");
    CHECK_OK(campaign_stops(t->c, &frost, 1, false, NEWEST_COLUMNS, &stops));
    CHECK_STR(stops[0], "");
    cohort_engine_free(n.engine);
}

TEST(a_crisis_lately_leaves_out_where_the_deployment_has_its_codes)
{
    Network n;
    Str why = STR("");
    begin(t, &n);
    CampaignNew from = fresh();
    cohort_engine_free(n.engine);
    CodeFiles files = code_files();
    Str set =
        STR("# version 1\n# source Us\nset\tsystem\tcode\tterm\ncrisis\tsnomed\t9001\tCrisis\n");
    files.own[files.own_count++] = (CodeFile){STR("own.tsv"), set};
    CHECK_OK(cohort_engine_with(t->arena, NULL, &files, &n.engine, &why));
    CHECK_STR(why, "");
    test_core(t)->engine = n.engine;
    Campaign k = made(t, &from);
    CHECK_I64(asked_named(t, &k, "INGRAM").why, LEAVE_OUT_CRISIS);
    cohort_engine_free(n.engine);
}
