// plan_edit.h -- reading versions, writing the draft, agreeing it: part of the door plan.h.
#ifndef PLAN_EDIT_H
#define PLAN_EDIT_H

#include "care/plan/plan.h"

// The parts a draft is edited in. A goal is a part of its own: "goal-<ref>".
#define PLAN_PART_ABOUT     "about"
#define PLAN_PART_MATTERS   "matters"
#define PLAN_PART_STRENGTHS "strengths"
#define PLAN_PART_NEEDS     "needs"
#define PLAN_PART_REVIEW    "review"
#define PLAN_PART_GOAL      "goal-" // and its ref

typedef struct PlanPart {
    Str part;
    Str text;      // of about, matters, strengths, needs
    Date review;   // of review
    PlanGoal goal; // of a goal
    bool complete; // "Have you completed this section?"
    bool removed;  // a goal that was taken out; it can be put back
    int place;     // order of goals
    Str by_name;   // who saved it last, "" never saved
    Instant saved_at;
    int64_t version; // 0: never saved
} PlanPart;

// Errors of all: ERR_NOT_FOUND where there is none. Text lives in c->arena.
MUST_USE Err plan_get(Ctx *c, const Grant *grant, int number, Plan *out); // a version
MUST_USE Err plan_current(Ctx *c, const Grant *grant, Plan *out);         // newest agreed version
MUST_USE Err plan_draft(Ctx *c, const Grant *grant, Plan *out); // the working draft, never absent
typedef struct PlanVersion { // how a version came about, without what it says; as in Plan
    Str ref;
    int number;
    bool agreed;
    Str agreed_by, agreed_role, agreed_how, reason;
    Instant agreed_at;
    Str author_name;
} PlanVersion;
// All of them, newest first.
MUST_USE Err plan_versions(Ctx *c, const Grant *grant, PlanVersion **out, size_t *count_out);
// A part that was never saved comes back empty with version 0; a goal that is not there does not.
MUST_USE Err plan_part(Ctx *c, const Grant *grant, Str part, PlanPart *out);
// All saved parts, removed goals too, in the order of the plan.
MUST_USE Err plan_parts(Ctx *c, const Grant *grant, PlanPart **out, size_t *count_out);

// Saves a part as it was left: `to->version` is the one that was on screen. Journalled as the FHIR
// CarePlan of the draft; ends what the actor was typing in that part.
// Errors: ERR_INVALID (issues beside the part's fields), ERR_CONFLICT (a colleague saved first),
// ERR_NOT_FOUND (no such goal or section).
MUST_USE Err plan_save_part(Ctx *c, const Grant *grant, const PlanPart *to);
// Adds a goal at the end; *part_out is its part. Errors: ERR_INVALID (12 goals are there already).
MUST_USE Err plan_add_goal(Ctx *c, const Grant *grant, const PlanGoal *goal, Str *part_out);
// Takes a goal out or puts it back. Errors: ERR_CONFLICT, ERR_NOT_FOUND, ERR_INVALID (12 goals).
MUST_USE Err plan_remove_goal(Ctx *c, const Grant *grant, Str part, int64_t version, bool removed);
// Saves a whole draft over what is there: for the demo and for imports. Errors: as plan_save_part.
MUST_USE Err plan_save(Ctx *c, const Grant *grant, const Plan *draft);

// What a colleague typed in a part and has not saved: url-like pairs as JSON, by the pages.
typedef struct PlanTyping {
    Str part;
    int64_t account_id;
    Str by_name;
    Str body;
    int64_t seen; // version of the part that was on screen
    Instant saved_at;
} PlanTyping;
enum { PLAN_TYPINGS_MAX = 100, PLAN_TYPING_BYTES_MAX = 512 * 1024 };
// Keeps it, durably, with no journal entry: it is not yet said. Errors: ERR_TOO_LARGE,
// ERR_NOT_FOUND (no such part).
MUST_USE Err plan_type(Ctx *c, const Grant *grant, const PlanTyping *typing);
MUST_USE Err plan_type_end(Ctx *c, const Grant *grant, Str part); // throws the actor's away
MUST_USE Err plan_typings(Ctx *c, const Grant *grant, PlanTyping **out, size_t *count_out);
typedef struct PlanUnsaved { // where the actor typed and did not save
    PersonId person;
    Str part;
    Instant saved_at; // when the typing was last kept
} PlanUnsaved;
// Of all people, newest first, at most PLAN_TYPINGS_MAX. Who may still open the plan is not asked.
MUST_USE Err plan_unsaved(Ctx *c, PlanUnsaved **out, size_t *count_out);
const char *plan_section_label(Str part); // "What matters to me"; goals for a goal

// What makes a plan a personalised one: prompts to talk over before it is agreed, not a gate.
enum { PLAN_PROMPTS = 5 };
extern const char *const PLAN_PROMPT_WORDS[PLAN_PROMPTS];

typedef struct PlanAgree {
    bool agreed;      // false: it could not be agreed, `reason` says why
    Str by;           // who agreed: the person, or a representative with a role
    Str role;         // "" when the person agreed
    Str how;          // one of PLAN_HOW
    Str reason;       // at least 10 characters when it could not be agreed
    unsigned prompts; // bit n: the nth was talked over
    int64_t version;  // of the draft that was read out
} PlanAgree;
extern const char *const PLAN_HOW[]; // "In person", "By telephone", "By video call", "In writing"
enum { PLAN_HOW_COUNT = 4, PLAN_REASON_CHARS_MIN = 10 };
// Makes version number + 1 of the draft as it stands: it never changes again. When it could not be
// agreed, the version that others see stays the last agreed one and the draft stays open.
// Errors: ERR_INVALID (nothing to agree, no review date, typing not saved, who or why missing),
// ERR_CONFLICT (the draft changed since).
MUST_USE Err plan_agree(Ctx *c, const Grant *grant, const PlanAgree *how, int *number_out);

const char *goal_status_name(GoalStatus status);     // "On track"
const char *action_status_name(ActionStatus status); // "Doing it"

#endif
