// cohort_pages.h -- what the cohort pages are drawn from, and what the room's files share.
#ifndef COHORT_PAGES_H
#define COHORT_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_follow_pages.h"
#include "insight/cohort/cohort_place.h"

enum { COHORT_PAGE_ROWS = 50, COHORT_OFFERS_MAX = 50 };

typedef struct CohortListRow {
    CohortSummary about;
    Str people;  // "1,471"; "" with a problem
    Str last;    // "30 June 2026, 10:41, 287 people, Priya Nair"
    Str problem; // why it cannot be counted, "" none
    bool due;    // its review day is past
} CohortListRow;

typedef struct CohortListPage {
    Page page;
    const CohortListRow *rows;
    size_t row_count;
    UiTable table;
    const CohortNewLine *followed;
    size_t followed_count;
    CohortData data; // without its warnings where every cohort waits: `busy` says which
    CohortWait busy; // instead of the list
    UiPages foot;
    const struct WithdrawnLine *withdrawn; // of the actor
    size_t withdrawn_count;
} CohortListPage;

typedef struct CohortBar {
    Str text;
    Str count;  // "1,471"
    int width;  // 0..100, of the first
    Str detail; // "214 have none recorded", may be empty
} CohortBar;

typedef struct CohortPersonRow {
    PersonRow person;
    Str href; // each fact; by cohort_rows_lead_back
    Str nhs;
    Str age;
    Str practice;
    const Reason *reasons;
    size_t reason_count;
    bool has_details; // some reason stands below another
} CohortPersonRow;

typedef struct CohortShowPage {
    Page page;
    const CohortRun *run;
    Str caption;
    Str count, of; // "312", "of 43,218 registered people, 7 in every 1,000"
    CohortData data;
    Str busy;
    Str unknown;      // names in its rules that are not known here, "" none
    Str review;       // where the form of those selected goes
    Str offered_href; // of the record of the one who was offered support just now, "" none
    const CohortBar *bars;
    size_t bar_count;
    UiPair left_out[5];
    Str left_out_total;
    Str standing, standing_tag, standing_tone; // which definition it is
    const CohortPersonRow *rows;
    size_t row_count;
    UiTable table;
    UiFilter filter;
    UiFilterChip chips[2];
    UiField practice, sort;
    UiField known; // everybody, or new to us only
    Str fresh;     // "120 of them are new to us"
    Str fresh_href;
    CohortFollowBox follow;
    UiField missing; // who is looked for among those who are not listed
    UiPages foot;
    bool select_all;    // everybody on the page is ticked
    Str selected;       // says so, "" when not
    Str select_href;    // the same page with everybody ticked, or nobody
    const Str *origins; // of the codes: "Carer: 29 codes. Greater Manchester ..."
    size_t origin_count;
    Str csv_href;
    Str zero;     // which rule took the count to 0
    bool frailty; // the index is asked for: its known errors are said
    bool can_offer, can_export;
} CohortShowPage;

bool cohort_listed(const CohortRun *run, PersonId person);
// Would be listed but for a case that somebody else began.
bool cohort_has_case(const CohortRun *run, PersonId person);
// A file of all rows in this order, formula-safe; journalled. Errors: ERR_TOO_LARGE.
MUST_USE Err cohort_export(Ctx *c, const CohortRun *run, const size_t *order, Str detail, Str *out);

MUST_USE Err cohort_relationship(Ctx *c, PersonId person, RelationshipKind *out);
extern const Seal RUN_SEAL; // of a run's row: for its entry and `trellis verify`

#include "insight/cohort/cohort_offering.h"

#endif
