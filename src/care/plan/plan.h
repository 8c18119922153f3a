// plan.h -- the one personalised care and support plan of a person, and its agreed versions.
//
// Headings follow the PRSB personalised care and support plan. A draft is kept as typed; agreeing
// makes an immutable version. Two people editing: the second sees both and loses nothing.
#ifndef PLAN_H
#define PLAN_H

#include "care/person/person.h"

enum {
    PLAN_GOALS_MAX = 12,
    PLAN_ACTIONS_MAX = 12,
    PLAN_TEXT_CHARS_MAX = 10000,
    PLAN_LINE_CHARS_MAX = 500
};

typedef enum GoalStatus {
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
    Date by;
    ActionStatus status;
    int confidence;
} PlanAction;
typedef struct PlanGoal {
    Str words;      // in the person's own words
    int importance; // 1 to 10, 0 not asked
    int confidence; // 1 to 10, 0 not asked
    Str help;       // what would help
    GoalStatus status;
    PlanAction actions[PLAN_ACTIONS_MAX];
    size_t action_count;
} PlanGoal;
typedef struct Plan {
    Str ref;
    PersonId person;
    int number; // of the version: agreed 1, 2, 3 ...; a draft has the number it will get
    bool agreed;
    Str about, matters, strengths, needs;
    PlanGoal goals[PLAN_GOALS_MAX];
    size_t goal_count;
    Date review;    // when it will be looked at again
    Str agreed_by;  // name of the person or their representative
    Str agreed_how; // "in person", "by telephone" ...; or why it could not be agreed
    Instant agreed_at;
    Str author_name;
    int64_t version; // of the draft, for the form
} Plan;

typedef struct PlanSummary {
    bool has_agreed, has_draft;
    int number;
    Date agreed_on, review;
    Str matters;
    int goals, actions, actions_done, actions_late;
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
typedef struct PlanEvent {
    int number;
    Instant at;
    Str by;
    Str how;
} PlanEvent;
MUST_USE Err plan_events(Ctx *c, const Grant *grant, PlanEvent **out,
                         size_t *count_out); // for the timeline

extern const Room PLAN_ROOM;

#endif
