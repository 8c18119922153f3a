// report_month_pages.h -- what the pages of months as reported are drawn from. Private to the room.
#ifndef REPORT_MONTH_PAGES_H
#define REPORT_MONTH_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/report/report_month.h"

typedef struct ReportedMonthRow {
    Str month, href, kept, data;
} ReportedMonthRow;

typedef struct ReportedListPage {
    Page page;
    const UiNavItem *views;
    size_t view_count;
    UiField month; // without options: nothing to keep, or not for this role
    const ReportedMonthRow *rows;
    size_t row_count;
    UiTable table;
} ReportedListPage;

typedef struct ReportedRow {
    Str label, meaning;
    Str reported, now; // "12 of 40", "fewer than 5", "not counted"
    Str change;        // "2 more", "no change"; "" where it is not said
} ReportedRow;

typedef struct ReportedSection {
    Str id, title;
    ReportedRow *rows;
    size_t row_count;
    UiTable table;
} ReportedSection;

typedef struct ReportedPage {
    Page page;
    Str title, caption, csv_href;
    Str busy; // "" or why there is nothing about now
    const ReportedSection *sections;
    size_t section_count;
    bool figures; // rounded, and no change is said
} ReportedPage;

Err report_months_page(Ctx *c, const Request *req, Response *res);
Err report_month_keep_form(Ctx *c, const Request *req, Response *res);
Err report_month_page(Ctx *c, const Request *req, Response *res);
Err report_month_csv(Ctx *c, const Request *req, Response *res);

#endif
