// cohort_history_pages.h -- what the pages of earlier runs are drawn from.
#ifndef COHORT_HISTORY_PAGES_H
#define COHORT_HISTORY_PAGES_H

#include "insight/cohort/cohort_told.h"

typedef struct CohortRunRow { // of the list of runs
    Str href, at, by, data, people, scope;
    Str change; // "3 joined, 1 left" against the one before it, "" for the first
    Str change_href;
    bool other_version; // of the definition than that of today
} CohortRunRow;

typedef struct CohortRunsPage {
    Page page;
    CohortSummary about;
    Str back;
    const CohortRunRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
} CohortRunsPage;

typedef struct CohortThenRow { // one person of an earlier run
    CohortPersonRow row;
    Str now, colour; // "Still listed", "No longer listed"
} CohortThenRow;

typedef struct CohortThenPage {
    Page page;
    CohortSummary about;
    Str back;
    UiPair facts[5];
    const CohortBar *bars;
    size_t bar_count;
    UiPair left_out[COHORT_LEFT_OUT_KINDS];
    const UiPair *sets; // code sets as they were, and whether they are the same now
    size_t set_count;
    const CohortThenRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    bool other_version;
    Str version;  // of the rules as they were
    UiField with; // another run to compare with
    Str compare_action;
    Str with_more; // that runs beyond a page are not among `with`, "" none
    Str campaign;  // where a campaign of this list begins, "" for who makes none
    Str outside;   // how many of them are not shown, and why; "" none
} CohortThenPage;

typedef struct CohortChange { // why one person came or went
    Str text;
    const Reason *facts;
    size_t fact_count;
} CohortChange;

typedef struct CohortMoved {
    CohortPersonRow row;
    const CohortChange *changes;
    size_t change_count;
} CohortMoved;

typedef struct CohortComparePage {
    Page page;
    CohortSummary about;
    Str back;
    Str sentence; // "From 20 to 24 November: 3 joined, 1 left, 309 stayed."
    Str versions; // said when the definition changed between them
    UiNavItem tabs[2];
    bool leavers; // whom the table shows
    const CohortMoved *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    Str outside;
} CohortComparePage;

Err cohort_runs_page(Ctx *c, const Request *req, Response *res);
Err cohort_then_page(Ctx *c, const Request *req, Response *res);
Err cohort_compare_runs_page(Ctx *c, const Request *req, Response *res);

typedef struct CohortPair { // one definition as at the days of two runs, by the record of today
    CohortAsker *before, *after;
    const CodeSets *sets;
} CohortPair;
// Why somebody came, or `left`, between them. Errors: ERR_NOT_FOUND (not of the scope).
MUST_USE Err cohort_changes(Ctx *c, const CohortPair *pair, PersonId person, bool left,
                            CohortMoved *out);

#endif
