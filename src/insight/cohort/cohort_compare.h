// cohort_compare.h -- two definitions beside each other: whom only one finds, whom both, and why.
//
// Inside the room.
#ifndef COHORT_COMPARE_H
#define COHORT_COMPARE_H

#include "insight/cohort/cohort_pages.h"

typedef enum CompareSide { ONLY_A, IN_BOTH, ONLY_B, COMPARE_SIDES } CompareSide;

typedef struct CompareLine { // one rule of either, in the order of the first
    Str words;
    int depth;
    bool in_a, in_b;
} CompareLine;

typedef struct CohortComparison { // of two runs, both held until cohort_comparison_end
    CohortRun a, b;
    PersonId *people[COMPARE_SIDES]; // by id
    size_t count[COMPARE_SIDES];
    CompareLine *lines;
    size_t line_count;
} CohortComparison;

// Each is "KEY" or "KEY@HASH", an earlier version; both run now, on the same columns, by the actor.
// Errors: ERR_NOT_FOUND, ERR_INVALID with issues, ERR_BUSY, as cohort_run.
MUST_USE Err cohort_compare(Ctx *c, Str a, Str b, CohortComparison *out);
void cohort_comparison_end(CohortComparison *comparison);

typedef struct ComparePage {
    Page page;
    UiField a, b;
    bool asked;
    CohortSummary about_a, about_b;
    UiNavItem tabs[COMPARE_SIDES];
    Str sentence, problem;
    CohortData data;
    CohortWait busy; // instead of the answer
    const CompareLine *lines;
    size_t line_count;
    UiTable rules, table;
    const CohortPersonRow *rows;
    size_t row_count;
    UiPages foot;
    Str of;  // whose reasons the table tells
    Str key; // of the definition under which a person's facts open
} ComparePage;

Err cohort_compare_page(Ctx *c, const Request *req, Response *res);

#endif
