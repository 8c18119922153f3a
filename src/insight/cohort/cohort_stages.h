// cohort_stages.h -- who meets which rule, over the whole network: part of the door cohort.h.
//
// For statistics without names (insight/equity): sets of bits over everybody, by the columns'
// numbers. Nobody is listed by it and nothing is kept.
#ifndef COHORT_STAGES_H
#define COHORT_STAGES_H

#include "insight/cohort/cohort.h"

// Runs a definition over every practice, whatever the actor's own are. Ended by cohort_run_end.
// Errors: ERR_NOT_FOUND (not for this role), ERR_BUSY.
MUST_USE Err cohort_tally(Ctx *c, const Definition *definition, CohortRun *out);

typedef struct CohortStages {
    size_t words;          // of 64 people in each set
    size_t count;          // the first is everybody registered, then each rule after the one before
    const uint64_t **bits; // by stage: who is left
    Str *texts;            // of the rule, in plain words
} CohortStages;
// Of a run that is not ended; in the arena.
CohortStages cohort_stages(Ctx *c, const CohortRun *run);
// Whose bit is a person's, -1: nobody's.
int64_t cohort_number(const CohortRun *run, PersonId person);
// Do the bits of two runs stand for the same people? Both not ended.
bool cohort_same_numbers(const CohortRun *a, const CohortRun *b);

#endif
