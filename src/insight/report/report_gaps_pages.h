// report_gaps_pages.h -- what the pages of coding gaps are drawn from. Private to the room.
#ifndef REPORT_GAPS_PAGES_H
#define REPORT_GAPS_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/report/report_gaps.h"

enum { GAP_PAGE_ROWS = 50 };

typedef struct GapRow {
    const ReportGap *gap;
    Str people; // "12"
    Str href;   // the list
} GapRow;

typedef struct GapsPage {
    Page page;
    const UiNavItem *views;
    size_t view_count;
    const GapRow *rows;
    size_t row_count;
    UiTable table;
    UiFilter filter;
    UiFilterChip chips[1];
    UiField practice; // without options: no filter
    const ReportGap *const *missing;
    size_t missing_count;
    CohortWait busy;
    Str warnings; // of extracts that are old or cut short, "" for none
} GapsPage;

typedef struct GapPersonRow {
    PersonRow person;
    Str nhs, born, practice;
    const Reason *reasons;
    size_t reason_count;
    Str note;
} GapPersonRow;

typedef struct GapPeoplePage {
    Page page;
    const ReportGap *gap;
    Str count, back, warnings;
    const GapPersonRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    Str csv_href; // "" for none
} GapPeoplePage;

Err report_gaps_page(Ctx *c, const Request *req, Response *res);
Err report_gap_people_page(Ctx *c, const Request *req, Response *res);
Err report_gap_people_csv(Ctx *c, const Request *req, Response *res);

// The parts of /reports, for the row of links under its head: those that the actor may see.
typedef enum ReportView {
    REPORT_VIEW_MONTHLY,
    REPORT_VIEW_IMPACT,
    REPORT_VIEW_REPORTED,
    REPORT_VIEW_GAPS, // the last: not for everybody
} ReportView;
const UiNavItem *report_views(Ctx *c, ReportView now, size_t *count_out);

#endif
