// cohort_place.c -- where on a list somebody is, read from an address and written into one.
#include "insight/cohort/cohort_place.h"

const char *const COHORT_SORT_WORDS[COHORT_SORTS] = {"need",  "age",  "practice",  "name",
                                                     "-need", "-age", "-practice", "-name"};

CohortPlace cohort_place_of(const Request *req)
{
    CohortPlace place = {.key = req_param(req, "key"), .sort = STR("need"), .page = req_page(req)};
    for (size_t i = 0; i < COHORT_SORTS; i++) {
        Str word = str_from_c(COHORT_SORT_WORDS[i]);
        if (str_eq(req_query(req, "sort"), word)) place.sort = word;
    }
    if (!str_i64(req_query(req, "practice"), 0, INT64_MAX, &place.practice)) place.practice = 0;
    place.fresh = str_eq(req_query(req, "known"), STR("new"));
    place.newly = str_eq(req_query(req, "from"), STR("newly"));
    return place;
}

static Str with(Ctx *c, Str query, const char *name, Str value)
{
    return arena_fmt(c->arena, STR_FMT "%s%s=" STR_FMT, STR_ARG(query), query.len == 0 ? "?" : "&",
                     name, STR_ARG(value));
}

static Str with_number(Ctx *c, Str query, const char *name, int64_t value)
{
    return with(c, query, name, arena_fmt(c->arena, "%lld", (long long)value));
}

// What is as it would be anyway is not said.
static Str list_query(Ctx *c, const CohortPlace *place, Str query)
{
    if (place->practice != 0) query = with_number(c, query, "practice", place->practice);
    if (!str_eq(place->sort, STR("need"))) query = with(c, query, "sort", place->sort);
    if (place->fresh) query = with(c, query, "known", STR("new"));
    return query;
}

static Str query_of(Ctx *c, const CohortPlace *place)
{
    Str query = STR("");
    query = place->newly ? with(c, query, "from", STR("newly")) : list_query(c, place, query);
    return place->page > 1 ? with_number(c, query, "page", place->page) : query;
}

Str cohort_place_along(Ctx *c, const CohortPlace *place, Str tail)
{
    return arena_fmt(c->arena, "/cohorts/" STR_FMT STR_FMT STR_FMT, STR_ARG(place->key),
                     STR_ARG(tail), STR_ARG(query_of(c, place)));
}

Str cohort_place_back(Ctx *c, const CohortPlace *place)
{
    if (!place->newly) return cohort_place_along(c, place, STR(""));
    CohortPlace list = {.key = place->key, .sort = STR("need"), .page = place->page};
    return cohort_place_along(c, &list, STR("/newly"));
}
