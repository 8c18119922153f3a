// cohort_left_out.h -- who meets the rules and is not listed, by reason: part of the door cohort.h.
#ifndef COHORT_LEFT_OUT_H
#define COHORT_LEFT_OUT_H

#include "base/base.h"

typedef struct CohortLeftOut { // how many, by reason; each person counted once
    int64_t died, left, opted_out, on_caseload, declined;
} CohortLeftOut;

// The same as lines, in the order in which they are told on every list and in figures.
enum { COHORT_LEFT_OUT_KINDS = 5 };
typedef struct CohortLeftOutLine {
    const char *label; // "Already on a caseload"
    int64_t count;
} CohortLeftOutLine;
void cohort_left_out_lines(const CohortLeftOut *out,
                           CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS]);

#endif
