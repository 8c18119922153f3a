// plan_pages.h -- what the pages of the plan show. Private to the room.
#ifndef PLAN_PAGES_H
#define PLAN_PAGES_H

#include "care/plan/plan_store.h"
#include "core/page.h"
#include "core/ui.h"

typedef struct PlanActionView {
    const PlanAction *action;
    UiDue due;
    size_t number;    // from 1
    Str task_address; // posts this action as a task, "" when it cannot
    bool is_task;     // an open task says the same
} PlanActionView;
typedef struct PlanGoalView {
    const PlanGoal *goal;
    size_t number;   // from 1
    Str id;          // of its heading
    Str meta;        // "Importance 9 of 10. Confidence 6 of 10."
    Str tag, colour; // "On track", "green"
    PlanActionView *actions;
    Str edit, remove; // addresses, "" when not edited here
    int64_t version;  // of its part
    bool current;     // the one being edited
} PlanGoalView;
typedef struct PlanTextView {
    Str id, heading, text, edit;
} PlanTextView;
enum { PLAN_TEXTS = 4, PLAN_UNSAVED_MAX = 6, PLAN_VERSIONS_OPEN = 10 }; // the others are folded

typedef struct PlanVersionRow {
    Str title; // "Version 3"
    Str state; // "Agreed by Grace Okafor, in person"
    Str href;
    Str compare; // with the one before, "" for the first
} PlanVersionRow;

typedef struct PlanShow { // the plan for reading: agreed, draft, or an earlier version
    Page page;
    PersonFrame frame;
    const Plan *plan;
    Str heading, caption, base; // base: /people/x/plan
    bool can_edit, can_agree, empty, is_version;
    Str notice; // "This is version 2. Version 3 followed it ...", "" none
    Str edit;   // where editing starts
    Str print, print_large, pdf, pdf_large;
    PlanTextView texts[PLAN_TEXTS];
    PlanGoalView *goals;
    UiPair facts[6];
    size_t fact_count;
    Str prompts[PLAN_PROMPTS]; // what was talked over before this version
    size_t prompt_count;
    UiDue review;
    PlanVersionRow *versions;
    size_t version_count;
    Str who_types;                          // "Tom Ashworth is writing in About me.", "" nobody
    PlanTextView unsaved[PLAN_UNSAVED_MAX]; // where the actor typed and did not save
    size_t unsaved_count;
    Str printed; // "Printed 24 November 2026, 10:12 by Priya Nair."
} PlanShow;

// Shared by the files of the pages (plan_view.c).
Str plan_path(Ctx *c, const Request *req, const char *rest);
PlanGoalView *plan_goal_views(Ctx *c, const Plan *plan);
MUST_USE Err plan_show_of(Ctx *c, const Request *req, const Plan *plan, PlanShow *m);
// The version that "version" of the query names, else what others see, else the draft.
MUST_USE Err plan_of_query(Ctx *c, const Request *req, Plan *out);

// The handlers beside those of plan_web.c.
Err plan_edit_start(Ctx *c, const Request *req, Response *res);
Err plan_edit_show(Ctx *c, const Request *req, Response *res);
Err plan_edit_save(Ctx *c, const Request *req, Response *res);
Err plan_edit_type(Ctx *c, const Request *req, Response *res);
Err plan_goal_add(Ctx *c, const Request *req, Response *res);
Err plan_goal_remove(Ctx *c, const Request *req, Response *res);
Err plan_goal_restore(Ctx *c, const Request *req, Response *res);
Err plan_agree_show(Ctx *c, const Request *req, Response *res);
Err plan_agree_save(Ctx *c, const Request *req, Response *res);
Err plan_compare_show(Ctx *c, const Request *req, Response *res);
Err plan_pdf(Ctx *c, const Request *req, Response *res);

#endif
