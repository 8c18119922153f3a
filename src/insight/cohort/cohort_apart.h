// cohort_apart.h -- many cohorts asked for one page, each apart from the others.
#ifndef COHORT_APART_H
#define COHORT_APART_H

#include "insight/cohort/cohort.h"

// Asks one cohort in memory of its own: a run takes some bytes for everybody, and a page has many
// runs. What `ask` gives by `arg` and is to last has to be copied by it into another arena.
// *problem_out: why this one cannot be asked, in c->arena, "" when it was; the others are there all
// the same, also beside one that takes too long or waits for an extract. Errors: those of ask, but
// not ERR_INVALID; ERR_BUSY only when every cohort waits (the columns are being built).
typedef Err CohortApart(Ctx *own, void *arg);
MUST_USE Err cohort_apart(Ctx *c, CohortApart *ask, void *arg, Str *problem_out);

#endif
