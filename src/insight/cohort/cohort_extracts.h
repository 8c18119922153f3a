// cohort_extracts.h -- whether a cohort may use the extracts it would stand on.
#ifndef COHORT_EXTRACTS_H
#define COHORT_EXTRACTS_H

#include "insight/cohort/cohort.h"

// With the setting refuse_stale_extracts: ERR_BUSY with a sentence in c->issues when an extract of
// one of these practices is old or was cut short.
MUST_USE Err cohort_extracts_allow(Ctx *c, const int64_t *practices, size_t practice_count);

// What a list of cohorts says in the row of one that answered `err`: that it cannot be read, takes
// too long or waits for an extract. "": every cohort waits (the columns are being built), or the
// error is another.
Str cohort_problem_of(const Ctx *run, Arena *arena, Err err);

#endif
