// report_pages.h -- what the pages of reports are drawn from. Private to the room.
#ifndef REPORT_PAGES_H
#define REPORT_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/report/report.h"
#include "insight/report/report_count.h"

enum { REPORT_MONTHS_MAX = 12, REPORT_CHOICES = 36, REPORT_PAGE_ROWS = 50, SECTIONS_MAX = 12 };

typedef struct ReportCell {
    Str text;  // "12", "fewer than 5"
    Str note;  // "of 40, 30%", may be empty
    Str href;  // the list it opens, "" for none
    Str label; // the column, on phones
    Str about; // the row, for those who hear the link alone
} ReportCell;

typedef struct ReportRow {
    Str label, meaning;
    Str href; // by practice, "" for none
    const ReportCell *cells;
    size_t cell_count;
} ReportRow;

typedef struct ReportSection {
    Str id, title;
    ReportRow *rows;
    size_t row_count;
    UiTable table;
} ReportSection;

typedef struct ReportMissing { // a line without codes
    Str label, set, refset;
} ReportMissing;

typedef struct ReportPage { // the whole report, or one line by practice
    Page page;
    Str title, caption, meaning;
    const UiNavItem *views; // of the whole report; NULL: none
    size_t view_count;
    CohortWait busy;
    Str data; // as at when
    Str none; // why no month is shown, "" when one is
    UiFilter filter;
    UiFilterChip chips[1];
    UiField month, practice;
    const ReportSection *sections;
    size_t section_count;
    const ReportMissing *missing;
    size_t missing_count;
    Str csv_href, back;
    UiPages foot; // of a line's practices; pages 0: all stand here
    Str line;     // key, "" for the whole report
    bool figures; // not who: rounded
    bool hidden;  // the practices' figures would tell one that is not given
} ReportPage;

typedef struct ReportPersonRow {
    PersonRow person;
    Str nhs, born, practice, on, note;
} ReportPersonRow;

typedef struct ReportPeoplePage {
    Page page;
    Str title, meaning, count, back;
    Str on_label; // what the day is
    const ReportPersonRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    Str csv_href; // "" for none
} ReportPeoplePage;

// Exact numbers and who they are; else figures, in which nobody can be told.
bool report_sees_people(const Ctx *c);
Str report_count_text(Ctx *c, int64_t n, bool exact); // "1,234"; as a figure when not exact
// The field that chooses a month, the last REPORT_CHOICES of them; only_over: not the present one.
void report_month_field(Ctx *c, bool only_over, ReportMonth month, UiField *out);
// The sentence about `people` who opted out of secondary uses and are in no number, in c->arena;
// "" when it is not known how many (negative).
Str report_opted_out(Ctx *c, int64_t people);
ReportMonth report_newest_over(const Ctx *c); // the latest month that is over
// "October 2026 was not kept.", or when it will be. In c->arena.
Str report_not_kept(Ctx *c, ReportMonth month);

#endif
