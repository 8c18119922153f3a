// cohort_figures.h -- cohorts in a month's figures: part of the door cohort.h.
//
// Who reads figures sees how many a cohort finds in the month's release (insight/equity) and
// nowhere else, and cannot choose what is counted there: questions of one's own, asked one beside
// another, would tell a single person however each answer is rounded.
#ifndef COHORT_FIGURES_H
#define COHORT_FIGURES_H

#include "insight/cohort/cohort.h"

// What the newest text of a key says of itself, for who may read it; `problem` says why it can no
// longer be read. Errors: ERR_NOT_FOUND (also withdrawn), ERR_BUSY.
MUST_USE Err cohort_about(Ctx *c, Str key, CohortSummary *out);
// Whether a month's figures count it: it is of the program, or published, and its text and that of
// every cohort it asks for was kept by somebody who may open whom it finds.
// Errors: those of reading.
MUST_USE Err cohort_in_figures(Ctx *c, Str key, bool *out);
// Whether nothing would come of keeping the newest text of a key once more: not when the actor may
// open whom it finds, and who kept it last may not.
MUST_USE Err cohort_stands_for(Ctx *c, Str key, bool *out);

#endif
