// campaign_contacted_test.c -- who was contacted in the last days is left out of a new list.
#include "core/seal.h"
#include "insight/campaign/campaign_store.h"
#include "test/cohorts.h"

enum { DAYS = 28 };

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET phone = '0161 496 0001', version = version + 1");
    return engine;
}

static void contacted(Test *t, const char *family, ContactOutcome outcome, int days_ago)
{
    static int number;
    Instant at = {t->c->now.ms - (int64_t)days_ago * 24 * 60 * 60 * 1000};
    test_sql(t, arena_fmt(t->arena,
                          "INSERT INTO contact (ref, person_id, mode, outcome, at, minutes, "
                          "present, interpreter_used, own_words, done, next_step, next_owner, "
                          "no_next_reason, by_account, by_name, in_error, error_reason, "
                          "changed_at, version) VALUES ('contacted-%d', %lld, 1, %d, %lld, 5, '', "
                          "0, '', 'x', '', 0, 'none', 1, 'Tom Ashworth', 0, '', %lld, 1)",
                          ++number, (long long)cohorts_person(t, family).v, (int)outcome,
                          (long long)at.ms, (long long)t->c->now.ms)
                    .ptr);
}

static Campaign made(Test *t, int days)
{
    Str ref = STR("");
    Campaign k = {0};
    CHECK_OK(campaign_make(t->c,
                           &(CampaignNew){.cohort = STR("housebound-alone"),
                                          .name = STR("Winter calls"),
                                          .order_by = ORDER_NEED,
                                          .people = 100,
                                          .contact_days = days},
                           &ref));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_get(t->c, ref, &k));
    return k;
}

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

static Str page_of_campaign(Test *t, const Campaign *k)
{
    Response res = {.body = buf_new((size_t)1024 * 1024)};
    Request req = {.method = STR("GET"), .param_count = 1, .params = {{STR("campaign"), k->ref}}};
    for (size_t i = 0; i < CAMPAIGN_ROOM.route_count; i++) {
        const Route *route = &CAMPAIGN_ROOM.routes[i];
        bool show =
            strcmp(route->method, "GET") == 0 && strcmp(route->path, "/campaigns/:campaign") == 0;
        if (show) req.route = route;
    }
    CHECK(req.route != NULL);
    if (req.route == NULL) return STR("");
    CHECK_OK(req.route->handler(t->c, &req, &res));
    Str html = arena_str(t->arena, buf_str(&res.body));
    buf_free(&res.body);
    return html;
}

TEST(who_was_spoken_with_or_written_to_lately_is_left_out_and_counted)
{
    CohortEngine *engine = begin(t);
    for (int days = 20; days > 3; days--) contacted(t, "FROST", CONTACT_SPOKE, days);
    contacted(t, "FROST", CONTACT_LEFT_MESSAGE, 3);
    contacted(t, "FROST", CONTACT_NO_ANSWER, 1);
    contacted(t, "ADAMS", CONTACT_NO_ANSWER, 2); // was not reached: may be asked
    contacted(t, "BAKER", CONTACT_SPOKE, DAYS);  // the first day that counts
    Campaign k = made(t, DAYS);
    CHECK_I64(k.contact_days, DAYS);
    AskedPerson frost = asked(t, &k, "FROST");
    CHECK_I64(frost.state, ASK_LEFT_OUT);
    CHECK_I64(frost.why, LEAVE_OUT_CONTACTED);
    Str on = date_long(t->arena, date_add_days(t->c->today, -3)); // the latest that reached them
    CHECK_STR(frost.words, arena_fmt(t->arena, "Left a message or letter on %s", on.ptr).ptr);
    CHECK_CONTAINS(asked(t, &k, "BAKER").words, "Spoken with on ");
    CHECK_I64(asked(t, &k, "ADAMS").state, ASK_WAITING);
    Str html = page_of_campaign(t, &k);
    CHECK_CONTAINS(html, "Was contacted in the 28 days before the list was made");
    CHECK_CONTAINS(html, "Left out: Was contacted not long ago. Spoken with on ");
    cohort_engine_free(engine);
}

TEST(who_was_contacted_before_these_days_or_in_error_is_asked)
{
    CohortEngine *engine = begin(t);
    contacted(t, "BAKER", CONTACT_SPOKE, DAYS + 1);
    contacted(t, "FROST", CONTACT_SPOKE, 2);
    test_sql(t, arena_fmt(t->arena, "UPDATE contact SET in_error = 1 WHERE person_id = %lld",
                          (long long)cohorts_person(t, "FROST").v)
                    .ptr);
    Campaign k = made(t, DAYS);
    CHECK_I64(asked(t, &k, "BAKER").state, ASK_WAITING);
    CHECK_I64(asked(t, &k, "FROST").state, ASK_WAITING);
    cohort_engine_free(engine);
}

TEST(nobody_is_left_out_for_a_contact_where_no_days_are_asked_for)
{
    CohortEngine *engine = begin(t);
    contacted(t, "FROST", CONTACT_SPOKE, 0);
    Campaign k = made(t, 0);
    CHECK_I64(k.contact_days, 0);
    CHECK_I64(asked(t, &k, "FROST").state, ASK_WAITING);
    CHECK_I64(test_count(t, "campaign_contact_gap"), 0);
    CHECK_LACKS(page_of_campaign(t, &k), "Was contacted");
    cohort_engine_free(engine);
}

TEST(the_days_are_vouched_for_by_an_entry_of_their_own)
{
    CohortEngine *engine = begin(t);
    contacted(t, "FROST", CONTACT_SPOKE, 1);
    Campaign k = made(t, DAYS);
    Str before;
    Str after;
    Str campaign;
    CHECK_OK(seal_of(t->c, &CONTACT_GAP_SEAL, k.ref, &before));
    CHECK_OK(seal_of(t->c, &CAMPAIGN_SEAL, k.ref, &campaign));
    CHECK_I64((int64_t)before.len, SEAL_CHARS);
    test_sql(t, "UPDATE campaign_contact_gap SET days = 1");
    CHECK_OK(seal_of(t->c, &CONTACT_GAP_SEAL, k.ref, &after));
    CHECK(!str_eq(before, after));
    CHECK_OK(seal_of(t->c, &CAMPAIGN_SEAL, k.ref, &after));
    CHECK_STR(after, arena_c(t->arena, campaign)); // holds what it held of campaigns of before
    cohort_engine_free(engine);
}

TEST(days_are_a_number_up_to_a_year)
{
    CohortEngine *engine = begin(t);
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Winter calls"),
                        .order_by = ORDER_NEED,
                        .people = 1,
                        .contact_days = CAMPAIGN_CONTACT_DAYS_MAX + 1};
    Str ref;
    CHECK_ERR(campaign_make(t->c, &from, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "contact_days");
    cohort_engine_free(engine);
}
