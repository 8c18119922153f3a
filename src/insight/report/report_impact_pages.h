// report_impact_pages.h -- what the pages of before and after are drawn from. Private to the room.
#ifndef REPORT_IMPACT_PAGES_H
#define REPORT_IMPACT_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/report/report_impact.h"

typedef struct ImpactRow {
    const ImpactLine *line;
    Str before, after, fewer, more;
    Str href; // the people, "" for none
} ImpactRow;

typedef struct ImpactPage {
    Page page;
    const UiNavItem *views;
    size_t view_count;
    UiFilter filter;
    UiField month;
    Str csv_href;
    Str people, began; // "42 people", "whose support began from ... to ..."
    const ImpactRow *rows;
    size_t row_count;
    UiTable table;
    const ImpactLine *const *missing;
    size_t missing_count;
    CohortWait busy;
    Str none;      // why there is nothing for this month, "" when there is
    Str kept;      // a sentence: since when the numbers stand, "" when they are counted now
    Str opted_out; // a sentence: who is in no number
    bool figures;
} ImpactPage;

typedef struct ImpactPersonRow {
    PersonRow person;
    Str practice, began;
    int32_t before, after;
} ImpactPersonRow;

typedef struct ImpactPeoplePage {
    Page page;
    const ImpactLine *line;
    Str count, back;
    const ImpactPersonRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
} ImpactPeoplePage;

#endif
