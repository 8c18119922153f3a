// cohort_offering.h -- offering support to people of a list, and who of them is new to us: part of
// cohort_pages.h.
#ifndef COHORT_OFFERING_H
#define COHORT_OFFERING_H

#include "insight/cohort/cohort_pages.h"

typedef struct CohortOfferRow {
    Str ref, name, nhs;
    Str stop; // why it cannot be offered, "" when it can
    const Reason *reasons;
    size_t reason_count;
} CohortOfferRow;

typedef struct CohortOfferPage {
    Page page;
    CohortSummary about;
    Str offer, back; // the form's address; the page of the list where one was
    const CohortOfferRow *rows;
    size_t row_count, can_count;
    UiTable table;
    UiField priority;
    Str sentence;
} CohortOfferPage;

typedef struct CohortOffered {
    size_t offered;  // put on the caseload
    size_t standing; // had a case already: not touched
    size_t gone;     // no longer on the list
} CohortOffered;
// Offers support to people of a run that is made anew here: who left the list since is not offered.
MUST_USE Err cohort_offer(Ctx *c, Str key, const Str *refs, size_t ref_count, int priority,
                          CohortOffered *out);

// New to us: never a case, never an agreed plan, never spoken to. How many of a run's people are;
// with `narrow` only they are left in the run, which is then not to be kept.
MUST_USE Err cohort_new_to_us(Ctx *c, CohortRun *run, bool narrow, int64_t *count_out);

#endif
