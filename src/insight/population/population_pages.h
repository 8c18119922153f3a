// population_pages.h -- what the pages of imports are drawn from.
#ifndef POPULATION_PAGES_H
#define POPULATION_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/population/population_report.h"
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
    const BatchRow *rows;
    size_t row_count;
    const WaitingRow *waiting;
    size_t waiting_count;
    UiTable table;
    int64_t near;    // people to decide about
    bool may_decide; // the actor may see who they are
    UiField practice, practice_name, extract;
    Str file_error;
} ImportsPage;

typedef struct ReportPart {
    const Report *report;
    UiTable table;
} ReportPart;

typedef struct ColumnRow { // one column of the file: what it looks like, never what it says
    Str name;              // of the header, or "Column 3"
    Str shape;             // "999 999 9999"
    UiField field;
} ColumnRow;

typedef struct FilePage {
    Page page;
    SentFile file;
    bool running;
    Str progress; // "Reading the file, 40 of 100 MB"
    Str failed;   // why the last job failed, "" otherwise
    bool ask_columns;
    bool has_header;
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
    bool can_undo;
    ReportPart report;
} BatchPage;

typedef struct NearRow {
    NearMatch match;
    Str sent_name, sent_nhs;
    Person known;
    Str known_name, known_nhs;
} NearRow;

typedef struct NearPage {
    Page page;
    const NearRow *rows;
    size_t row_count;
} NearPage;

#endif
