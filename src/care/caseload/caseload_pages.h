// caseload_pages.h -- the lists and pages of cases: what they show. Private to the room.
#ifndef CASELOAD_PAGES_H
#define CASELOAD_PAGES_H

#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "care/task/task.h"
#include "core/ui.h"

enum {
    CASELOAD_PAGE_ROWS = 25,
    QUIET_DAYS = 28,
    WHY_LINES_MAX = 3,
    CASE_REASONS_SHOWN_MAX = 64,
    CASELOAD_CSV_BYTES_MAX = 16 * 1024 * 1024
};

typedef enum CaseloadView {
    VIEW_MINE,
    VIEW_REVIEW,
    VIEW_QUIET,
    VIEW_IDLE,
    VIEW_MOVE_ON,
    VIEW_TEAM,
    VIEW_COUNT
} CaseloadView;

typedef struct CaseloadAsk { // what the address asks for; nothing in it is personal
    CaseloadView view;
    int64_t practice;  // 0 any
    Priority priority; // 0 any
    CaseStage stage;   // 0 any
    Str sort;          // "due", "name", "priority", "last"; "-" before it for the other way round
    int64_t page;
    Str words; // to be found in a name, number, reason or next action; "" any
    Str s;     // the opaque word they are kept under (core/draft): what addresses carry
} CaseloadAsk;
enum { CASELOAD_WORDS_BYTES_MAX = 100 };

typedef struct CaseloadRow {
    Case k;
    PersonRow person;
    Task next; // ref empty: none
    ContactLast last;
    PlanFact plan;
    Str nhs, age, why, plan_text, plan_note, practice; // by caseload_show
    Str last_text, last_how;                           // by caseload_show
    UiDue due;                                         // by caseload_show
} CaseloadRow;

typedef struct CaseloadList {
    CaseloadRow *rows; // all that match, sorted
    size_t count;
    size_t of; // in the view, before the filters
    CaseloadCounts counts;
    int64_t move_on, team;
} CaseloadList;

// Reads the actor's caseload (or the team's), filters and sorts it. Everything lives in c->arena.
MUST_USE Err caseload_list(Ctx *c, const CaseloadAsk *ask, CaseloadList *out);
// Fills in the texts of rows that are about to be shown.
MUST_USE Err caseload_show(Ctx *c, CaseloadRow *rows, size_t count);
// The same rows as a file, formula-safe, in c->arena; that it left is journalled. `what` says which
// list, without a name. Errors: ERR_TOO_LARGE.
MUST_USE Err caseload_export(Ctx *c, const CaseloadList *list, Str what, Str *out);

typedef struct CaseloadPage {
    Page page;
    Str caption;
    UiNavItem views[VIEW_COUNT + 1]; // and who may be asked again
    UiField words, practice, priority, stage;
    UiFilter filter;
    UiFilterChip chips[4];
    UiTable table;
    const CaseloadRow *rows;
    size_t row_count;
    UiPages foot;
    Str csv_href;
    bool can_export;
    bool can_find; // may see the cohorts
    bool team;     // shows whose caseload
    int64_t again; // may be asked again now
    Str more;      // that not everybody is looked at, "" they are
    Str hidden_view;
    Str empty_strong, empty_text, empty_href, empty_action;
} CaseloadPage;

typedef struct CasePage {
    Page page;
    PersonFrame frame;
    bool has_case;
    Case k;
    bool standing;
    UiPair facts[12];
    size_t fact_count;
    Str reasons[CASE_REASONS_SHOWN_MAX]; // why offered, a line each
    size_t reason_count;
    Str behind[CASE_REASONS_SHOWN_MAX]; // the records behind them, a line each
    size_t behind_count;
    Str behind_summary;
    Str base;    // "/people/<ref>/case"
    Str contact; // where an attempt is recorded
    Str task;    // where a task is added
    bool idle;   // accepted, and nothing is planned
    UiField stage, priority, lead, supervisor, reason, ask_again, try_again;
    Str never; // why support cannot be offered, "" when it can
    bool can_change;
    bool stale;
    Str called;
} CasePage;

#endif
