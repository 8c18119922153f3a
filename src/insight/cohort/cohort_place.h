// cohort_place.h -- where on a cohort's list somebody is: its filter, order and page. What is
// opened from the list takes it along in the address, so that one comes back to where one was.
#ifndef COHORT_PLACE_H
#define COHORT_PLACE_H

#include "core/route.h"

enum { COHORT_SORTS = 8 };
extern const char *const COHORT_SORT_WORDS[COHORT_SORTS]; // "need" ...; then each the other way

typedef struct CohortPlace {
    Str key;
    Str sort;         // one of COHORT_SORT_WORDS
    int64_t practice; // 0: all
    int64_t page;     // from 1
    bool fresh;       // only who is new to us
    bool newly;       // on the list of who newly qualifies, which has pages only
} CohortPlace;

// As the address of this request says, which routes declare as COHORT_PLACE_FIELDS.
CohortPlace cohort_place_of(const Request *req);
#define COHORT_PLACE_FIELDS "practice sort page known from"

// "/cohorts/KEY" + tail (like "/review") + what an address takes along: "?sort=age&page=3", "" at
// the beginning of the whole list.
Str cohort_place_along(Ctx *c, const CohortPlace *place, Str tail);
// The page of the list itself.
Str cohort_place_back(Ctx *c, const CohortPlace *place);

#endif
