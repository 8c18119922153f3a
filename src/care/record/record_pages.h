// record_pages.h -- what the pages of this room show. Private to the room.
#ifndef RECORD_PAGES_H
#define RECORD_PAGES_H

#include "care/record/record_read.h"
#include "core/ui.h"

typedef struct RecordDay {
    Date day;
    const Moment *moments;
    size_t count;
} RecordDay;

typedef struct RecordTask {
    const Task *task;
    UiDue due;
    Str from;      // "Contact, 10 November 2026"
    Str from_href; // "" when it came from nothing that has a page
    Str href;
    Str done_action;
} RecordTask;

enum {
    RECORD_TASKS_SHOWN = 5,
    RECORD_MOMENTS_SHOWN = 14,
    RECORD_FACTS_MAX = 12,
    RECORD_REASONS_MAX = 12,
    RECORD_PAGE_MOMENTS = 40,
    RECORD_SEEN_ROWS = 50
};

typedef struct RecordPage {
    Page page;
    PersonFrame frame;
    Str called; // "Grace"
    Str caption;
    RecordRead read;
    PlanSummary plan;
    Str plan_line;
    UiDue review;
    RecordTask tasks[RECORD_TASKS_SHOWN];
    size_t task_count, task_total;
    UiPair facts[RECORD_FACTS_MAX];
    size_t fact_count;
    UiTone priority_tone;
    Str priority; // "" when not on a caseload
    Str reasons[RECORD_REASONS_MAX];
    size_t reason_count;
    bool more_reasons; // there are records behind them, on the page of the case
    RecordDay *days;
    size_t day_count;
    size_t moment_shown, moment_total;
    bool facts_hidden;
    UiField type;
    bool may_contact, may_task, may_plan, may_offer, asks_cohorts;
    Str add_task, add_contact, timeline_href; // addresses
    Str cohort_name;
    Str last_seen; // "Priya Nair, 24 November 2026, 10:12", "" nobody
} RecordPage;

typedef struct TimelinePage {
    Page page;
    PersonFrame frame;
    Str base;
    RecordDay *days;
    size_t day_count;
    bool facts_hidden;
    bool facts_older;
    bool filtered;
    UiField type, text;
    UiFilter filter;
    UiFilterChip chips[3];
    Str until;             // as in the address, "" for today
    Str older, older_href; // a day before which not everything is here, "" none; what was left out
    UiPages pages;
} TimelinePage;

typedef struct SeenLook { // one line: a look, or a list looked at several times on one day
    const AccessRow *row; // the newest
    int times;
} SeenLook;
// The newest `max` lines at most, from rows newest first; lists of one colleague, kind and day
// stand once. *taken_out: how many rows were told of.
size_t seen_fold(const AccessRow *rows, size_t count, SeenLook *out, size_t max, size_t *taken_out);
Err record_seen(Ctx *c, const Request *req, Response *res);

typedef struct SeenRow {
    Str at, who, role, what;
} SeenRow;

typedef struct ReasonRow {
    Str at, who, role, words, until;
    bool emergency;
    Str found; // by whom it was looked at, and with what outcome
} ReasonRow;

typedef struct SeenPage {
    Page page;
    PersonFrame frame;
    ReasonRow *reasons;
    size_t reason_count;
    SeenRow *rows;
    size_t row_count;
    Str older; // "" none
} SeenPage;

// Fills where row->task came from: `from` and `from_href`.
MUST_USE Err record_task_from(Ctx *c, const RecordRead *read, RecordTask *row);
UiIcon moment_icon(const Moment *m);
Str moment_colour(MomentKind kind);
Str moment_meta(Arena *arena, const Moment *m); // "11:40, Priya Nair"

#endif
