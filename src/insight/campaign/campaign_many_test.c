// campaign_many_test.c -- a list on which thousands are left out before the first who can be asked.
#include "insight/campaign/campaign_store.h"
#include "insight/campaign/campaign_tally.h"
#include "insight/cohort/cohort.h"
#include "test/cohorts.h"

enum { UNREACHABLE = 2100, REACHED = 60 };

static const Route *route_of(const char *method, const char *path)
{
    for (size_t i = 0; i < CAMPAIGN_ROOM.route_count; i++) {
        const Route *route = &CAMPAIGN_ROOM.routes[i];
        if (strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0) return route;
    }
    return NULL;
}

static Response page_of_list(Test *t, const char *path, const char *number)
{
    Response res;
    Pair page[] = {{STR("page"), str_from_c(number)}};
    CHECK_OK(cohorts_ask(t, route_of("GET", path), "", page, 1, &res));
    return res;
}

// Nobody of the first `many` can be reached, and all of them stand before the others, who can.
static void load_many(Test *t, int many, int reached)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("many"),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (int i = 0; i < many + reached; i++) {
        bool last = i >= many;
        PersonImport in = {.source_id = arena_fmt(t->arena, "many%d", i)};
        in.person = (Person){.family = last ? STR("REACHED") : STR("UNREACHED"),
                             .given = arena_fmt(t->arena, "Test%d", i),
                             .born = date_add_days(t->c->today, last ? -30000 : -36000 + i),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .phone = last ? STR("0161 496 0001") : STR(""),
                             .practice_name = STR("Practice X26101")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        cohorts_codes(t, load, slot, "ha");
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

TEST(who_can_be_asked_is_found_behind_thousands_who_cannot)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    load_many(t, UNREACHABLE, 1);
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Many"),
                        .order_by = ORDER_NEED,
                        .people = CAMPAIGN_PEOPLE_MAX};
    Str ref = STR("");
    Campaign k;
    CampaignPeople people;
    CHECK_OK(campaign_make(t->c, &from, &ref));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_get(t->c, ref, &k));
    CHECK_OK(campaign_everybody(t->c, &k, &people));
    size_t asked = 0;
    for (size_t i = 0; i < people.count; i++) {
        PersonRow *row = NULL;
        if (people.at[i].state != ASK_WAITING) continue;
        CHECK_OK(person_rows(t->c, &people.at[i].person, 1, &row));
        asked += str_starts(row->name, STR("REACHED"));
    }
    CHECK_I64((int64_t)asked, 1);
    CHECK_I64(k.beyond, 0); // all were looked at
    CHECK_CONTAINS(k.left_out, "More left out by the rules of this list than it names: ");
    cohort_engine_free(engine);
}

static Campaign made_of(Test *t, const char *cohort)
{
    CampaignNew from = {.cohort = str_from_c(cohort),
                        .name = STR("Many"),
                        .order_by = ORDER_NEED,
                        .people = CAMPAIGN_PEOPLE_MAX};
    Str ref = STR("");
    Campaign k = {0};
    CHECK_OK(campaign_make(t->c, &from, &ref));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_get(t->c, ref, &k));
    return k;
}

TEST(everybody_whom_somebody_is_to_ask_has_a_page)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    load_many(t, 0, REACHED);
    Campaign k = made_of(t, "housebound-alone");
    CampaignColleague who = {.account = t->c->actor.account_id, .a_week = 100};
    CHECK_OK(campaign_share(t->c, k.ref, k.version, &(ShareOut){.colleagues = &who, .count = 1}));
    CHECK_OK(campaign_start(t->c, k.ref, k.version + 1));
    store_refresh(t->c->core->store, t->c->db);
    CampaignToday today;
    CHECK_OK(campaign_today(t->c, &today));
    CHECK(today.to_ask >= REACHED);
    Response res = page_of_list(t, "/outreach", "1");
    CHECK_I64((int64_t)res.shown_count, 50);
    CHECK_CONTAINS(buf_str(&res.body),
                   arena_fmt(t->arena, "of %lld people to ask now.", (long long)today.to_ask).ptr);
    buf_free(&res.body);
    res = page_of_list(t, "/outreach", "2");
    CHECK_I64((int64_t)res.shown_count, today.to_ask - 50);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(every_campaign_has_a_page)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    load_many(t, 0, 1);
    Campaign k = made_of(t, "housebound-alone");
    for (int i = 0; i < 60; i++) {
        test_sql(t,
                 arena_fmt(t->arena,
                           "INSERT INTO campaign (ref, state, name, cohort, cohort_name, "
                           "definition_version, run, as_at, offer, confirm, order_by, "
                           "gap_months, listed, beyond, left_out, made_account, made_name, "
                           "made_at, started_name, closed_name, close_note, changed_at, version) "
                           "SELECT 'again%d', 1, 'Again %d.', cohort, cohort_name, "
                           "definition_version, run, as_at, offer, confirm, order_by, "
                           "gap_months, listed, beyond, left_out, made_account, made_name, "
                           "made_at, '', '', '', changed_at, 1 FROM campaign WHERE id = %lld",
                           i, i, (long long)k.id)
                     .ptr);
    }
    Response res = page_of_list(t, "/campaigns", "1");
    CHECK_CONTAINS(buf_str(&res.body), "Again 59.");
    CHECK_LACKS(buf_str(&res.body), "Again 1.");
    buf_free(&res.body);
    res = page_of_list(t, "/campaigns", "2");
    CHECK_CONTAINS(buf_str(&res.body), "Again 1.");
    CHECK_CONTAINS(buf_str(&res.body), "Showing 51 to 61 of 61 campaigns.");
    buf_free(&res.body);
    test_actor(t, ROLE_PCN_MANAGER);
    CampaignTally *tallies = NULL;
    size_t count = 0;
    CHECK_OK(campaign_tallies(t->c, &tallies, &count));
    CHECK(count == 61); // of the month's figures, which have no pages
    cohort_engine_free(engine);
}

TEST(of_who_objects_to_sharing_a_campaign_tells_nothing_of_the_record)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    load_many(t, 0, 1);
    Campaign k = made_of(t, "housebound-alone");
    const Route *page = route_of("GET", "/campaigns/:campaign");
    Pair waiting[] = {{STR("show"), STR("waiting")}};
    Request req = {.route = page,
                   .method = STR("GET"),
                   .param_count = 1,
                   .params = {{STR("campaign"), k.ref}},
                   .query = waiting,
                   .query_count = 1};
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'REACHED'");
    for (int objects = 0; objects <= 1; objects++) {
        if (objects == 1) cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n");
        Response res = {.body = buf_new((size_t)1024 * 1024)};
        CHECK_OK(page->handler(t->c, &req, &res));
        Str html = buf_str(&res.body);
        size_t at = 0;
        CHECK(str_find(html, STR(">Housebound ("), &at) == (objects == 0));
        CHECK(str_find(html, STR("This person asked not to be contacted"), &at) == objects);
        buf_free(&res.body);
    }
    cohort_engine_free(engine);
}
