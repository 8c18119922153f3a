// codes_test.c -- the pages of code sets tell figures that nobody can be told from.
#include "core/figure.h"
#include "insight/codes/codes.h"
#include "insight/population/population.h"
#include "test/cohorts.h"

static Err ask(Test *t, const char *path, const char *name, const Pair *query, size_t count,
               Response *res)
{
    Request req = {.method = STR("GET"), .param_count = 1, .query = query, .query_count = count};
    for (size_t i = 0; i < CODES_ROOM.route_count; i++) {
        if (strcmp(CODES_ROOM.routes[i].path, path) == 0) req.route = &CODES_ROOM.routes[i];
    }
    if (req.route == NULL) return ERR_NOT_FOUND;
    req.params[0] = (Pair){STR("name"), str_from_c(name)};
    *res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    store_refresh(t->c->core->store, t->c->db);
    return req.route->handler(t->c, &req, res);
}

static bool says(const Response *res, const char *text)
{
    return str_find(buf_str(&res->body), str_from_c(text), &(size_t){0});
}

// What a code is there for and not who has it: that is of a month's figures.
TEST(who_reads_figures_is_told_nothing_of_now)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_PCN_MANAGER);
    Response res;
    CHECK_OK(ask(t, "/code-sets/:name", "carer", NULL, 0, &res));
    CHECK(says(&res, "Not counted") && says(&res, "counted with the next month"));
    CHECK(!says(&res, "fewer than 5") && !says(&res, "Seen") && !says(&res, "Never seen"));
    CHECK(!says(&res, "By practice") && !says(&res, "Events"));
    buf_free(&res.body);
    CHECK_OK(ask(t, "/code-sets", "", NULL, 0, &res));
    CHECK(says(&res, "Not counted") && !says(&res, "Events") && !says(&res, "fewer than 5"));
    buf_free(&res.body);
    CHECK_ERR(ask(t, "/code-sets-unknown", "", NULL, 0, &res), ERR_NOT_FOUND);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(small_figures_of_a_set_are_not_given)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Response res;
    CHECK_OK(ask(t, "/code-sets/:name", "carer", NULL, 0, &res)); // two people
    CHECK(says(&res, "fewer than 5"));
    CHECK(!says(&res, ">2<") && !says(&res, "2 people") && !says(&res, "1 people"));
    CHECK(says(&res, "Patient is a carer") || says(&res, "224484003"));
    CHECK(says(&res, "Never seen with us"));
    buf_free(&res.body);
    CHECK_ERR(ask(t, "/code-sets/:name", "no-such", NULL, 0, &res), ERR_NOT_FOUND);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(sets_are_found_by_name_and_a_view_holds_what_its_tab_says)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Response res;
    Pair query[] = {{STR("q"), STR("HEART FAIL")}};
    CHECK_OK(ask(t, "/code-sets", "", query, 1, &res));
    CHECK(says(&res, "/code-sets/ltc-heart-failure") && !says(&res, "/code-sets/carer"));
    buf_free(&res.body);
    Pair view[] = {{STR("view"), STR("unseen")}};
    CHECK_OK(ask(t, "/code-sets/:name", "housebound", view, 1, &res)); // its only code is seen
    CHECK(says(&res, "Every code of this set is seen with us."));
    buf_free(&res.body);
    Pair odd[] = {{STR("q"), STR("<b>\"&%")}};
    CHECK_OK(ask(t, "/code-sets", "", odd, 1, &res));
    CHECK(says(&res, "No set has this in its name") && !says(&res, "<b>"));
    buf_free(&res.body);
    CHECK_OK(ask(t, "/code-sets-unknown", "", NULL, 0, &res));
    CHECK(says(&res, "There is none."));
    buf_free(&res.body);
    cohort_engine_free(engine);
}

static void load_opt_outs(Test *t, int people)
{
    Loader *load = NULL;
    int32_t code = 0;
    BatchStart start = {.format = STR("test"), .file_name = STR("own"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    CHECK_OK(load_code(load, STR(OPT_OUT_SYSTEM), STR(OPT_OUT_TYPE_1), STR("Type 1"), &code));
    for (int i = 0; i < people; i++) {
        int32_t slot = 0;
        PersonImport in = {.source_id = arena_fmt(t->arena, "own%d", i)};
        in.person = (Person){.family = arena_fmt(t->arena, "OWN%d", i),
                             .born = date_add_years(t->c->today, -40 - i),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE};
        EventRow row = {.day = t->c->today.days - 50, .code_id = code, .kind = EVENT_OBSERVATION};
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        row.person = slot;
        CHECK_OK(load_event(load, &row));
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
}

TEST(a_code_that_the_program_made_itself_is_not_one_that_no_set_knows)
{
    CohortEngine *engine = cohorts_begin(t);
    Response res;
    load_opt_outs(t, FIGURE_MIN + 1);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(ask(t, "/code-sets-unknown", "", NULL, 0, &res));
    CHECK(says(&res, "There is none.") && !says(&res, "urn:trellis"));
    buf_free(&res.body);
    cohort_engine_free(engine);
}
