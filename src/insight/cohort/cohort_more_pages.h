// cohort_more_pages.h -- why one person is listed, and what pages of cohorts share.
#ifndef COHORT_MORE_PAGES_H
#define COHORT_MORE_PAGES_H

#include "insight/cohort/cohort_pages.h"

enum { WHY_LIMITS_MAX = 3 };
typedef struct WhyLimits { // of a score that the definition asks for
    Str score;
    const Str *lines; // what it leaves out
    size_t count;
} WhyLimits;

typedef struct CohortWhyPage {
    Page page;
    CohortSummary about;
    CohortPersonRow row;
    Str review; // where the form goes
    Str back;   // the page of the list where one was
    bool can_offer;
    bool opens;           // may open the whole record
    const Str *waiting;   // values that the frailty index asks for and no code is known of
    size_t waiting_count; // 0 when the index is not asked for
    Str coded;            // frailty as a clinician coded it, beside the index; "" likewise
    WhyLimits limits[WHY_LIMITS_MAX];
    size_t limit_count;
} CohortWhyPage;

// What stands in cohort_web.c and is used by the others.
// The rows of some people of a run, with the facts by which each is listed.
MUST_USE Err cohort_rows_of(Ctx *c, const CohortRun *run, const PersonId *ids, size_t count,
                            ReasonDepth depth, CohortPersonRow *rows);
// "?offered=<person>" after one person was offered support: where to go on with them, "" when that
// cannot be opened; and the box that says so.
MUST_USE Err cohort_offered_href(Ctx *c, const Request *req, Str *out);
void cohort_offered_box(Buf *o, Str href);
// Their names lead to each fact, and from there back to this place of the list.
void cohort_rows_lead_back(Ctx *c, const CohortPlace *place, CohortPersonRow *rows, size_t count);

// Where the codes of a run's definition were read: "Carer: 29 codes. Greater Manchester ...".
void cohort_origins(Ctx *c, const CohortRun *run, const Str **out, size_t *count_out);

Err cohort_list_of_all(Ctx *c, const Request *req, Response *res);
Err cohort_why_page(Ctx *c, const Request *req, Response *res);

#endif
