// breakdown_pages.h -- what the pages of a breakdown are drawn from. Private to the room.
#ifndef BREAKDOWN_PAGES_H
#define BREAKDOWN_PAGES_H

#include "care/person/person.h"
#include "core/page.h"
#include "core/ui.h"
#include "insight/breakdown/breakdown_ask.h"

enum { BREAKDOWN_PAGE_ROWS = 50, BREAKDOWN_LOWER_MAX = 25 };
enum { BREAKDOWN_GROUPS_A_PAGE = 25, BREAKDOWN_ROWS_A_PAGE = 40 }; // rows: of all inner tables

typedef struct BreakdownNumber {
    Str text;
    Str href; // its people, "" of none
} BreakdownNumber;

typedef struct BreakdownRow {
    Str group;
    BreakdownNumber people, valued, without, met, missed;
    Str mean, median; // "not recorded" of nobody's
    Str share, range; // of the target or, without one, of those with a value
} BreakdownRow;

typedef struct BreakdownMark { // of the chart: places in its own units
    int y, point, from, to;
    bool drawn; // else there is nobody to have a share of
    Str label, value;
} BreakdownMark;

typedef struct BreakdownBlock { // a table with its chart
    Str id, heading;
    UiTable table;
    const BreakdownRow *rows;
    size_t row_count;
    const BreakdownMark *marks;
    size_t mark_count;
    int height, whole;   // whole: where everybody's share is drawn
    Str title, words;    // of the chart, for who does not see it
    Str note, note_href; // of a table that is cut short: how, and where all of it is
} BreakdownBlock;

typedef struct BreakdownPage {
    Page page;
    UiFilter filter;
    UiField of, value, within, target, than, by, and, at;
    CohortWait busy;
    Str heading, about; // what is shown; the cohort, "" everybody
    Str about_href;     // of the cohort, "" none
    Str sentences[5];
    size_t sentence_count;
    Str lower_heading;
    const Str *lower; // groups whose whole range is below everybody's share
    size_t lower_count;
    Str area; // which release the deciles are of, "" none
    bool target_set;
    const BreakdownBlock *blocks;
    size_t block_count;
    UiPages foot; // of the groups of the first way; pages 0: all stand here
    Str csv;      // "" for none
} BreakdownPage;

typedef struct BreakdownPersonRow {
    PersonRow person;
    Str nhs, born, practice;
    Str value, on; // "62 mmol/mol", "3 February 2026"
} BreakdownPersonRow;

typedef struct BreakdownPeoplePage {
    Page page;
    Str heading, about, count, back;
    const BreakdownPersonRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
} BreakdownPeoplePage;

// Everything of a page but its form.
MUST_USE Err breakdown_fill(Ctx *c, const BreakdownAsk *ask, const CohortRun *run,
                            BreakdownPage *m);
// The figures as a file, formula-safe; journalled. Errors: ERR_TOO_LARGE.
MUST_USE Err breakdown_export(Ctx *c, const BreakdownAsk *ask, const CohortRun *run, Str *out);
Err breakdown_people_page(Ctx *c, const Request *req, Response *res);

#endif
