// cohort_values_pass.h -- values by group over columns, for who already knows whom. Private.
#ifndef COHORT_VALUES_PASS_H
#define COHORT_VALUES_PASS_H

#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_groups.h"

typedef struct ValuesPass {
    const CohortColumns *columns;
    const ValuesAsked *asked;
    const ColumnMeasure *measure;
    Date as_at;
    PeopleGroups by[2];
    const uint64_t *who; // bits by the view's numbers; only who is live counts
    RunLimits limits;
} ValuesPass;

// In the arena; the answer does not depend on how many threads there are. Errors: ERR_TOO_LARGE,
// ERR_BUSY (limits).
MUST_USE Err values_count(Arena *arena, const ValuesPass *pass, ValuesTable *out);
// Everybody of a cell, in the order of numbers. group: places, -1 all of them.
typedef struct ValuesWanted {
    int group[2];
    ValuesWho who;
} ValuesWanted;
MUST_USE Err values_gather(Arena *arena, const ValuesPass *pass, const ValuesWanted *wanted,
                           ValuedPerson **out, size_t *count_out);

#endif
