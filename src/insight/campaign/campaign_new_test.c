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
