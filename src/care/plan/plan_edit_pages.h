// plan_edit_pages.h -- what the pages that change or compare the plan show. Private to the room.
#ifndef PLAN_EDIT_PAGES_H
#define PLAN_EDIT_PAGES_H

#include "care/plan/plan_compare.h"
#include "care/plan/plan_pages.h"
#include "care/plan/plan_typed.h"

typedef struct PlanStep {
    Str label, state, href;
    bool current, done, part;
} PlanStep;
enum { PLAN_STEPS = 6 };

enum { PLAN_CONFIDENCE_OPTIONS = 11 }; // not asked, then 1 to 10

typedef struct PlanRow { // an action being edited
    size_t i;
    TypedAction typed;
    Str what_error, who_error, by_error, status_error, confidence_error;
    UiOption statuses[ACTION_STATUS_COUNT];
    UiOption confidences[PLAN_CONFIDENCE_OPTIONS];
} PlanRow;

typedef struct PlanClashView {
    PlanClash clash;
    UiField choose;
} PlanClashView;

typedef struct PlanOther { // what a colleague types in this part and has not saved
    Str who;               // "Tom Ashworth, last typed 15:47"
    Str text;
} PlanOther;

typedef struct PlanEdit {
    Page page;
    PersonFrame frame;
    Str caption, base, action, autosave;
    PlanStep steps[PLAN_STEPS];
    Str step_title; // "Section 5 of 6: My goals and actions"
    Str heading;
    bool goals;   // the section of goals
    bool editing; // a form is open: text, review or one goal
    bool is_goal, is_review;
    Str saved; // "Saved 15:47", "" nothing typed yet
    int64_t version, seen;
    UiField text, review, words, importance, confidence, help, status, complete;
    PlanRow rows[PLAN_ROWS_MAX];
    size_t row_count;
    PlanRow blank; // for the page's script: the next row
    PlanGoalView *views;
    size_t view_count;
    Str add_goal;
    PlanGoalView *removed; // goals that can be put back
    size_t removed_count;
    bool clash;
    Str clash_by; // who saved, when
    PlanClashView clashes[PLAN_CLASHES_MAX];
    size_t clash_count;
    Str last_time, last_label; // the same section of the agreed version
    Str written;
    PlanOther others[8];
    size_t other_count;
    Str called; // "Grace"
    bool unsaved;
} PlanEdit;

typedef struct PlanAgreePage {
    PlanShow show; // the draft, to read out
    UiField who, by, role, how, reason;
    Str action;
    Str others; // colleagues who typed and did not save, "" none
    UiField prompts[PLAN_PROMPTS];
} PlanAgreePage;

typedef struct PlanComparePage {
    Page page;
    PersonFrame frame;
    Str base;
    UiField a, b; // which versions
    PlanDiff *rows;
    size_t row_count;
    Str a_title, b_title;
    size_t changes;
} PlanComparePage;

#endif
