// population_pages.h -- what the pages of imports are drawn from.
#ifndef POPULATION_PAGES_H
#define POPULATION_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/population/population_near_pages.h"
#include "insight/population/population_report.h"
#include "insight/population/population_send_pages.h"
#include "insight/population/population_upload.h"

typedef struct BatchRow {
    Str ref;
    Str what; // "Extract, X26101, week47.csv"
    Str state;
    Str colour; // of the state's tag
    Str people; // "827 added, 3 changed"
    Str events;
    Str when; // "24 November 2026, 10:12, Priya Nair"
} BatchRow;

typedef struct WaitingRow { // a file that was sent and is neither applied nor dropped
    Str ref;
    Str name;
    Str state;
} WaitingRow;

typedef struct ImportsPage {
    Page page;
    ExtractsPart extracts;
    const BatchRow *rows;
    size_t row_count;
    const WaitingRow *waiting;
    size_t waiting_count;
    UiTable table;
    UiPages foot;
    int64_t near;    // people to decide about
    bool may_decide; // the actor may see who they are
    KindRow kinds[SEND_KINDS];
    UiTable kind_table;
} ImportsPage;

typedef struct ReportPart {
    const Report *report;
    bool areas; // of a release of deprivation
    UiTable table;
} ReportPart;

typedef struct ColumnRow { // one column of the file: what it looks like, never what it says
    Str name;              // of the header, or "Column 3"
    Str shape;             // "999 999 9999"
    UiField field;
} ColumnRow;

typedef struct Watched {    // a region of a page that shows a job
    bool running, stopping; // stopping: it still runs, to leave nothing half done
    int64_t every_ms;       // until it is asked for again, 0: not again
    Str progress;           // "Reading the file, 40% done"
    Str say;                // the same for the status line, in steps of 20%
    Str failed;             // why the job failed, "" otherwise
} Watched;

typedef struct FilePage {
    Page page;
    SentFile file;
    Str about; // whose it is and of which day, "" of a list
    Watched job;
    bool ask_columns;
    bool remembered;
    const ColumnRow *columns;
    size_t column_count;
    bool looked;
    ReportPart report;
} FilePage;

typedef struct BatchPage {
    Page page;
    Batch batch;
    BatchRow row;
    Watched job;
    bool can_undo;
    bool halfway;    // hidden, and nobody is taking it back
    bool may_decide; // it asks who somebody is, and the actor may say
    ReportPart report;
} BatchPage;

#endif
