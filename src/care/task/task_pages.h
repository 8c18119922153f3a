// task_pages.h -- what the pages of tasks show. Private to the room.
#ifndef TASK_PAGES_H
#define TASK_PAGES_H

#include "care/record/record.h"
#include "care/task/task.h"
#include "core/page.h"
#include "core/ui.h"
#include "insight/campaign/campaign.h"
#include "work/privacy/privacy.h"

typedef struct TaskRow {
    const Task *task;
    PersonRow person;
    Str nhs; // "999 878 7084", or "not recorded"
    Str age; // "78 years"
    UiDue due;
    Str record_href; // record a contact, with this task ticked as done
    Str task_href;
    Str done_action;
} TaskRow;

typedef struct TodayPage {
    Page page;
    OpenedRecords opened; // records of the actor's people
    CampaignToday outreach;
    UnsavedWork unsaved;
    Str day; // "Tuesday 24 November 2026"
    Str heading;
    UiTile tiles[6];
    size_t tile_count;
    UiNavItem tabs[4];
    TaskRow *rows;
    size_t row_count;
    int64_t all;   // tasks of the list, also those beyond the rows
    Str more;      // that there are more than the rows, ""
    int64_t idle;  // people of the actor's caseload without a next action
    int64_t again; // of those the actor led, may be asked again now
    int64_t newly; // in the cohorts that the actor follows; under 1 shows nothing
    bool team;     // shows whose task it is
    UiTable table;
    UiPages foot;
    Str empty_strong, empty_text, empty_href, empty_action;
    UiNotice done; // the task that was just done, with its undo
    bool just_done;
    Str back; // list to return to
} TodayPage;

enum { TASKS_DONE_A_PAGE = 50 };

typedef struct PersonTasksPage {
    Page page;
    PersonFrame frame;
    TaskRow *open;
    size_t open_count;
    TaskRow *ended;
    size_t ended_count;
    UiPages foot;   // of those that are done
    bool open_more; // more are open than are shown
    Str older;      // where those that were done earlier are, "" none
    Str add_href;
    bool can_change;
} PersonTasksPage;

typedef struct TaskFormPage {
    Page page;
    PersonFrame frame;
    Str heading;
    Str action;
    Str cancel;
    UiField what, detail, due, owner, waiting;
    int64_t version; // 0 for a new task
    bool stale;      // somebody changed it: both versions are shown
    UiPair *theirs;
    size_t theirs_count;
} TaskFormPage;

#endif
