// plan_typed.h -- a part of the plan as somebody typed it: before it is read as dates and numbers.
//
// The form, the kept typing and a saved part all become this, so one form page shows each of them.
// Private to the room.
#ifndef PLAN_TYPED_H
#define PLAN_TYPED_H

#include "care/plan/plan_store.h"
#include "core/form.h"

enum { PLAN_ROWS_MAX = PLAN_ACTIONS_MAX + 1 }; // one more, so that the limit can be told

typedef struct TypedAction {
    Str what, who, by, status, confidence;
} TypedAction;
typedef struct PlanTyped {
    Str text, review, words, importance, confidence, help, status;
    Str complete; // "yes", "no" or ""
    TypedAction actions[PLAN_ROWS_MAX];
    size_t action_count;
} PlanTyped;

// Fields of the form, with "choose_" + name to settle a conflict.
#define PLAN_TYPED_FIELDS                                                                          \
    "text review words importance confidence help status complete actions[].what actions[].who "   \
    "actions[].by actions[].status actions[].confidence"
#define PLAN_CHOOSE_FIELDS                                                                         \
    "choose_text choose_review choose_words choose_importance choose_confidence choose_help "      \
    "choose_status choose_actions"

PlanTyped plan_typed_of_form(Ctx *c, const Request *req); // rows that were removed leave no gap
PlanTyped plan_typed_of_part(Ctx *c, const PlanPart *part);
PlanTyped plan_typed_of_body(Ctx *c, Str body); // of PlanTyping; unreadable JSON gives nothing
Str plan_typed_body(Ctx *c, const PlanTyped *typed);
// Reads it into `out` (whose part and version are kept), with an issue beside each wrong field.
void plan_typed_read(Ctx *c, const PlanTyped *typed, PlanPart *out);
void plan_typed_drop_row(PlanTyped *typed, size_t row);
void plan_typed_drop_blank_rows(PlanTyped *typed);

typedef struct PlanClash { // a field that a colleague saved otherwise than it was typed here
    Str name;              // "text"
    Str label;             // "The text"
    Str theirs, mine;      // for reading
    bool both;             // both can be kept, one after the other
} PlanClash;
enum { PLAN_CLASHES_MAX = 8 };
size_t plan_clashes(Ctx *c, const PlanTyped *theirs, const PlanTyped *mine, PlanClash *out);
// Settles each clash as "choose_<name>" of the form says: "theirs", "both", else mine.
void plan_typed_settle(Ctx *c, const Request *req, const PlanTyped *theirs, PlanTyped *mine);

extern const char *const GOAL_STATUS_WORDS[];   // "on-track" ...: GoalStatus - 1 is the index
extern const char *const ACTION_STATUS_WORDS[]; // "doing" ...
enum { GOAL_STATUS_COUNT = GOAL_STOPPED, ACTION_STATUS_COUNT = ACTION_STOPPED };

#endif
