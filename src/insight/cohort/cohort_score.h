// cohort_score.h -- scores that add up conditions, for everybody and line by line for one person.
//
// A row counts when its set has an event up to the as-at day (within its months, or first so), the
// set it needs beside it is there too, and the row that takes its place is not. Points are added in
// hundredths, so that 2.46 + 1.30 + 0.51 is 4.27 and nothing else.
#ifndef COHORT_SCORE_H
#define COHORT_SCORE_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/definition/definition.h"

enum { POINT = 100, SCORE_LINES_MAX = SCORE_ROWS_MAX };

// Hundredths of everybody, by number, in the arena.
uint16_t *score_compute(const CohortColumns *columns, Arena *arena, const CodeScore *score,
                        Date as_at, KnownStripes known);

typedef struct ScoreLines {
    int points;    // hundredths, the same as score_compute says
    Reason *lines; // each condition that is there, with its latest fact and what it counts
    size_t count;
} ScoreLines;
void score_explain(const CohortColumns *columns, Arena *arena, uint32_t person,
                   const CodeScore *score, Date as_at, ScoreLines *out);

Str score_label(RuleKind kind);            // "Charlson index"
Str points_text(Arena *arena, int points); // "4", "4.27"
// What the score leaves out or counts in another way than it was published, a line each.
void score_limits(Arena *arena, const CodeScore *score, const Str **out, size_t *count_out);

#endif
