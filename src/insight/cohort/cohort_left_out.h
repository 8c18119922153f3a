// cohort_left_out.h -- who meets the rules and is not listed, by reason: part of the door cohort.h.
#ifndef COHORT_LEFT_OUT_H
#define COHORT_LEFT_OUT_H

#include "base/arena.h"

typedef struct CohortLeftOut { // how many, by reason; each person counted once
    int64_t died, left, opted_out, on_caseload, declined;
    // Of two reasons a definition may list them all the same ("also"): then so many are listed.
    unsigned also;
    int64_t also_on_caseload, also_declined;
} CohortLeftOut;

// The same as lines, in the order in which they are told on every list and in figures.
enum { COHORT_LEFT_OUT_KINDS = 5 };
typedef struct CohortLeftOutLine {
    const char *label; // "Already on a caseload"
    int64_t count;     // left out
    bool listed;       // all the same: so many, and nobody is left out by it
    int64_t listed_count;
} CohortLeftOutLine;
void cohort_left_out_lines(const CohortLeftOut *out,
                           CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS]);
Str cohort_left_out_value(Arena *arena, const CohortLeftOutLine *line); // "18", "18, listed too"

#endif
