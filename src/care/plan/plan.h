// plan.h -- the one personalised care and support plan of a person, and its agreed versions.
//
// Headings follow the PRSB personalised care and support plan. The working draft belongs to the
// person and is shared by colleagues, in parts (a section, or one goal) with a version each; what
// is typed and not yet saved is kept for each colleague. Agreeing makes an immutable version. Two
// people in one part: the second sees both and loses nothing.
#ifndef PLAN_H
#define PLAN_H

#include "care/person/person.h"

enum {
    PLAN_GOALS_MAX = 12,
    PLAN_ACTIONS_MAX = 12,
    PLAN_TEXT_CHARS_MAX = 10000,
    PLAN_LINE_CHARS_MAX = 500,
    PLAN_VERSIONS_MAX = 10000, // of one person; agreeing makes no more
    PLAN_EXPIRES_MONTHS = 12,  // after it was agreed, unless an earlier review was agreed
};

typedef enum GoalStatus { // stored as numbers: add at the end, never renumber
    GOAL_NOT_STARTED = 1,
    GOAL_ON_TRACK = 2,
    GOAL_NEEDS_CHANGE = 3,
    GOAL_ACHIEVED = 4,
    GOAL_STOPPED = 5
} GoalStatus;
typedef enum ActionStatus {
    ACTION_PLANNED = 1,
    ACTION_DOING = 2,
    ACTION_DONE = 3,
    ACTION_STOPPED = 4
} ActionStatus;

typedef struct PlanAction {
    Str what;
    Str who;
    Date by; // DATE_NONE: no day was named
    ActionStatus status;
    int confidence; // 1 to 10, 0 not asked
} PlanAction;
typedef struct PlanGoal {
    Str ref;        // the part of the draft it is edited as; FHIR id of the contained Goal
    Str words;      // in the person's own words
    int importance; // 1 to 10, 0 not asked
    int confidence; // 1 to 10, 0 not asked
    Str help;       // what would help
    GoalStatus status;
    PlanAction actions[PLAN_ACTIONS_MAX];
    size_t action_count;
} PlanGoal;
typedef struct Plan {
    Str ref; // of the version; a draft has the plan's own
    PersonId person;
    int number; // of the version: 1, 2, 3 ...; a draft has the number it will get
    bool agreed;
    Str about, matters, strengths, needs;
    PlanGoal goals[PLAN_GOALS_MAX];
    size_t goal_count;
    Date review;      // when it will be looked at again
    Str agreed_by;    // name of the person or their representative
    Str agreed_role;  // of a representative, "" when the person agreed
    Str agreed_how;   // "In person", "By telephone" ...
    Str reason;       // why it could not be agreed, "" when it was
    unsigned prompts; // bit n: the nth of PLAN_PROMPT_WORDS was talked over, in a version
    Instant agreed_at;
    Str author_name;
    int64_t version; // of the journalled resource; of a draft, for the form that agrees it
} Plan;

typedef struct PlanSummary {
    bool has_agreed, has_draft;
    int number;             // of the agreed version that others see
    Date agreed_on, review; // of that version
    Str matters;            // of that version; of the draft when none is agreed
    int goals, actions, actions_done, actions_late; // of the same
} PlanSummary;
MUST_USE Err plan_summary(Ctx *c, const Grant *grant, PlanSummary *out); // never ERR_NOT_FOUND
typedef struct PlanFact {
    PersonId person;
    Date agreed_on;
    Date review;
} PlanFact;
MUST_USE Err plan_facts(Ctx *c, PlanFact **out,
                        size_t *count_out); // for cohorts and the caseload, in person order
// The same for these persons only, in their order; agreed_on DATE_NONE where there is no plan.
MUST_USE Err plan_facts_of(Ctx *c, const PersonId *persons, size_t count, PlanFact **out);
// Who reached a goal: one of the draft is achieved and was not taken out. In person order, for
// figures.
MUST_USE Err plan_goal_reached(Ctx *c, PersonId **out, size_t *count_out);
typedef struct PlanAgreed { // one agreed version: it never changes
    PersonId person;
    int number; // 1: the person's first plan
    Date on;
} PlanAgreed;
enum { PLANS_AGREED_MAX = 500000 };
// Every agreement from one day to another, both included, by time. For reports. In c->arena.
// Errors: ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err plans_agreed(Ctx *c, Date from, Date until, PlanAgreed **out, size_t *count_out);
typedef struct PlanEvent {
    Str ref;
    int number;
    Instant at;
    Str by;  // who agreed, or who recorded that it could not be
    Str how; // "In person"; or why it could not be agreed
} PlanEvent;
MUST_USE Err plan_events(Ctx *c, const Grant *grant, PlanEvent **out,
                         size_t *count_out); // for the timeline, newest first

// The last day of a plan agreed on a day: its review, at most 12 months later (29 Feb: 28 Feb).
Date plan_expires(Date agreed_on, Date review);

#include "care/plan/plan_edit.h"

extern const Room PLAN_ROOM;

#endif
