// cohort_place_test.c -- what is opened from a list leads back to the same page of it.
#include "insight/cohort/cohort_pages.h"
#include "test/cohorts.h"

static Request asked(const Pair *query, size_t count)
{
    Request req = {.method = STR("GET"), .param_count = 1, .query = query, .query_count = count};
    req.params[0] = (Pair){STR("key"), STR("carers")};
    return req;
}

TEST(a_place_on_a_list_is_taken_along_and_found_again)
{
    static const Pair QUERY[] = {{STR_INIT("practice"), STR_INIT("7")},
                                 {STR_INIT("sort"), STR_INIT("-age")},
                                 {STR_INIT("page"), STR_INIT("3")},
                                 {STR_INIT("known"), STR_INIT("new")}};
    Request req = asked(QUERY, COUNT_OF(QUERY));
    CohortPlace place = cohort_place_of(&req);
    CHECK(place.practice == 7 && place.page == 3 && place.fresh && !place.newly);
    CHECK_STR(cohort_place_back(t->c, &place),
              "/cohorts/carers?practice=7&sort=-age&known=new&page=3");
    CHECK_STR(cohort_place_along(t->c, &place, STR("/review")),
              "/cohorts/carers/review?practice=7&sort=-age&known=new&page=3");
    req = asked(NULL, 0);
    place = cohort_place_of(&req);
    CHECK_STR(cohort_place_back(t->c, &place), "/cohorts/carers");
    static const Pair NEWLY[] = {{STR_INIT("from"), STR_INIT("newly")},
                                 {STR_INIT("page"), STR_INIT("2")}};
    req = asked(NEWLY, COUNT_OF(NEWLY));
    place = cohort_place_of(&req);
    CHECK_STR(cohort_place_along(t->c, &place, STR("/offer")),
              "/cohorts/carers/offer?from=newly&page=2");
    CHECK_STR(cohort_place_back(t->c, &place), "/cohorts/carers/newly?page=2");
    static const Pair WRONG[] = {{STR_INIT("practice"), STR_INIT("-7")},
                                 {STR_INIT("sort"), STR_INIT("\"><b>")},
                                 {STR_INIT("page"), STR_INIT("0")},
                                 {STR_INIT("from"), STR_INIT("//elsewhere")}};
    req = asked(WRONG, COUNT_OF(WRONG));
    place = cohort_place_of(&req);
    CHECK_STR(cohort_place_back(t->c, &place), "/cohorts/carers");
}

TEST(an_offer_leads_back_to_where_one_was)
{
    CohortEngine *engine = cohorts_begin(t);
    const Room *rooms[] = {&COHORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    const Pair query[] = {{STR("sort"), STR("age")}, {STR("page"), STR("1")}};
    const Pair form[] = {{STR("person"), cohorts_ref(t, "ADAMS")}};
    Request req = {.method = STR("POST"),
                   .param_count = 1,
                   .query = query,
                   .query_count = COUNT_OF(query),
                   .form = form,
                   .form_count = COUNT_OF(form)};
    req.params[0] = (Pair){STR("key"), STR("housebound-alone")};
    Response res = {.body = buf_new((size_t)4 * 1024 * 1024)};
    CHECK_OK(cohorts_route("POST", "/cohorts/:key/review")->handler(t->c, &req, &res));
    CHECK_CONTAINS(buf_str(&res.body), "action=\"/cohorts/housebound-alone/offer?sort=age\"");
    CHECK_CONTAINS(buf_str(&res.body), "href=\"/cohorts/housebound-alone?sort=age\"");
    buf_free(&res.body);
    res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    CHECK_OK(cohorts_route("POST", "/cohorts/:key/offer")->handler(t->c, &req, &res));
    CHECK_STR(
        res.location,
        arena_c(t->arena, arena_fmt(t->arena, "/cohorts/housebound-alone?sort=age&offered=" STR_FMT,
                                    STR_ARG(form[0].value))));
    buf_free(&res.body);
    cohort_engine_free(engine);
}
