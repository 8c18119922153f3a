// campaign_new_test.c -- the page that a campaign begins with: what it offers and what it warns of.
#include "insight/campaign/campaign.h"
#include "test/cohorts.h"

static const Route *route_of(const char *method, const char *path)
{
    for (size_t i = 0; i < CAMPAIGN_ROOM.route_count; i++) {
        const Route *route = &CAMPAIGN_ROOM.routes[i];
        if (strcmp(route->method, method) == 0 && strcmp(route->path, path) == 0) return route;
    }
    return NULL;
}

static Str new_page(Test *t, const Pair *query, size_t count)
{
    Response res;
    CHECK_OK(cohorts_ask(t, route_of("GET", "/campaigns/new"), "", query, count, &res));
    Str html = arena_str(t->arena, buf_str(&res.body));
    buf_free(&res.body);
    return html;
}

TEST(an_old_extract_is_told_before_people_are_chosen)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    CHECK_LACKS(new_page(t, NULL, 0), "days old");
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    CHECK_CONTAINS(new_page(t, NULL, 0), "days old");
    cohort_engine_free(engine);
}

TEST(every_cohort_can_be_chosen_however_many_there_are)
{
    enum { MANY = 130 };
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    for (int i = 0; i < MANY; i++) {
        Str file = arena_fmt(t->arena,
                             "cohort chosen-%d\nname Chosen %d.\npurpose Test\nowner Priya\n"
                             "offer plan\n\nall\n  registered\n",
                             i, i);
        KeptDefinition kept;
        CHECK_OK(definition_keep(t->c, &(DefinitionKeep){.text = file, .publish = true}, &kept));
        store_refresh(t->c->core->store, t->c->db);
    }
    Str html = new_page(t, NULL, 0);
    CHECK_CONTAINS(html, "Chosen 0.");
    for (int i = 0; i < MANY; i++) {
        CHECK_CONTAINS(html, arena_fmt(t->arena, "Chosen %d.", i).ptr);
    }
    cohort_engine_free(engine);
}

TEST(an_older_list_is_chosen_from_its_own_page)
{
    enum { RUNS = 12 };
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    for (int i = 1; i < RUNS; i++) {
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO cohort_run SELECT id + %d, 'run-%d', definition, "
                              "definition_version, as_at, data_on, generation, practice, "
                              "account_id, account_name, at - %d, counts, people_count, people, "
                              "version FROM cohort_run WHERE id = 1",
                              i, i, i)
                        .ptr);
    }
    Pair query[] = {{STR("cohort"), STR("housebound-alone")}, {STR("run"), STR("run-11")}};
    Str html = new_page(t, query, 1);
    CHECK_CONTAINS(html, "/cohorts/housebound-alone/runs\"");
    CHECK_LACKS(html, "run-11");
    CHECK_CONTAINS(new_page(t, query, 2), "value=\"run-11\" selected");
    query[1].value = STR("run-of-nobody");
    CHECK_LACKS(new_page(t, query, 2), "run-of-nobody");
    cohort_engine_free(engine);
}

TEST(a_form_that_is_sent_again_makes_no_second_list)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET phone = '0161 496 0001', version = version + 1");
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Winter calls"),
                        .order_by = ORDER_NEED,
                        .people = 1};
    Str first = STR("");
    Str again = STR("");
    CHECK_OK(campaign_make(t->c, &from, &first));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_make(t->c, &from, &again)); // the button was pressed twice
    CHECK_STR(again, arena_c(t->arena, first));
    CampaignNew other[] = {from, from, from, from, from, from};
    other[0].people = 5; // another list of the same name, not the same again
    other[1].order_by = ORDER_DEPRIVATION;
    other[2].gap_months = 3;
    other[3].confirm = true;
    other[4].practice = 2;
    other[5].contact_days = 28;
    for (size_t i = 0; i < COUNT_OF(other); i++) {
        t->c->issue_count = 0;
        CHECK_ERR(campaign_make(t->c, &other[i], &again), ERR_INVALID);
        CHECK_I64((int64_t)t->c->issue_count, 1);
        CHECK_STR(t->c->issues[0].field, "name");
    }
    t->c->issue_count = 0;
    t->c->now.ms += (int64_t)2 * 60 * 1000;
    CHECK_ERR(campaign_make(t->c, &from, &again), ERR_INVALID); // after going back
    CHECK_STR(t->c->issues[0].field, "name");
    CHECK_I64(test_count(t, "campaign"), 1);
    t->c->issue_count = 0;
    from.name = STR("Winter calls, again");
    CHECK_OK(campaign_make(t->c, &from, &again));
    cohort_engine_free(engine);
}

TEST(more_colleagues_than_fifty_can_share_a_campaign)
{
    enum { MANY = 230 };
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET phone = '0161 496 0001', version = version + 1");
    Str ref = STR("");
    CHECK_OK(campaign_make(t->c,
                           &(CampaignNew){.cohort = STR("housebound-alone"),
                                          .name = STR("Winter calls"),
                                          .order_by = ORDER_NEED,
                                          .people = 1},
                           &ref));
    store_refresh(t->c->core->store, t->c->db);
    for (int i = 0; i < MANY; i++) {
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO account (id, ref, username, name, role, state, version) "
                              "VALUES (%d, 'many-%d', 'many.%03d', 'Colleague %03d', "
                              "'link_worker', 2, 1)",
                              1000 + i, i, i, i)
                        .ptr);
    }
    Campaign k;
    CHECK_OK(campaign_get(t->c, ref, &k));
    CampaignColleague many[MANY] = {{0}};
    for (int i = 0; i < MANY; i++) many[i] = (CampaignColleague){.account = 1000 + i, .a_week = 1};
    ShareOut how = {.colleagues = many, .count = CAMPAIGN_COLLEAGUES_MAX + 1};
    CHECK_ERR(campaign_share(t->c, ref, k.version, &how), ERR_INVALID);
    CHECK_STR(t->c->issues[0].text, "Share the people out to 200 colleagues at most");
    t->c->issue_count = 0;
    how = (ShareOut){.colleagues = many + MANY - 60, .count = 60}; // the last ones by name
    CHECK_OK(campaign_share(t->c, ref, k.version, &how));
    store_refresh(t->c->core->store, t->c->db);
    Response res = {.body = buf_new((size_t)4 * 1024 * 1024)};
    Request req = {.route = route_of("GET", "/campaigns/:campaign"),
                   .method = STR("GET"),
                   .param_count = 1,
                   .params = {{STR("campaign"), ref}}};
    CHECK_OK(req.route->handler(t->c, &req, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Colleague 229"); // who was given people stands there
    CHECK_CONTAINS(buf_str(&res.body), "31 more colleagues could ask");
    CHECK_CONTAINS(buf_str(&res.body), ">Housebound (");
    CHECK_LACKS(buf_str(&res.body), "[160689007]"); // the asking page and the record say the code
    buf_free(&res.body);
    cohort_engine_free(engine);
}
