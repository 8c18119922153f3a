// plan_compare.h -- two versions side by side, down to the words. Private to the room.
#ifndef PLAN_COMPARE_H
#define PLAN_COMPARE_H

#include "care/plan/plan_store.h"

typedef struct PlanText { // a paragraph, or a run of words in it
    Str text;
    bool changed;                // the other version does not have it
    const struct PlanText *runs; // of a paragraph that the other version has in other words
    size_t run_count;            // 0: all of it is changed, or nothing
} PlanText;
typedef struct PlanDiff { // one heading
    Str label;
    PlanText *a, *b;
    size_t a_count, b_count;
    bool changed;
} PlanDiff;
enum { PLAN_PARAS_MAX = 400, PLAN_DIFFS_MAX = 5 + 2 * PLAN_GOALS_MAX };

// What one heading says in two versions. Both texts must outlive the arena's use.
PlanDiff plan_diff_of(Arena *arena, Str label, Str a, Str b);
// At most PLAN_DIFFS_MAX rows in the arena, in the order of the plan. Goals are matched by their
// ref, so a goal that was reworded is the same goal.
PlanDiff *plan_diff(Arena *arena, const Plan *a, const Plan *b, size_t *count_out);

#endif
