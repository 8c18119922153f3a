// plan_compare.h -- two versions side by side, paragraph by paragraph. Private to the room.
#ifndef PLAN_COMPARE_H
#define PLAN_COMPARE_H

#include "care/plan/plan_store.h"

typedef struct PlanPara {
    Str text;
    bool changed; // the other version does not have it
} PlanPara;
typedef struct PlanDiff { // one heading
    Str label;
    PlanPara *a, *b;
    size_t a_count, b_count;
    bool changed;
} PlanDiff;
enum { PLAN_PARAS_MAX = 400, PLAN_DIFFS_MAX = 5 + 2 * PLAN_GOALS_MAX };

// At most PLAN_DIFFS_MAX rows in the arena, in the order of the plan. Goals are matched by their
// ref, so a goal that was reworded is the same goal.
PlanDiff *plan_diff(Arena *arena, const Plan *a, const Plan *b, size_t *count_out);

#endif
