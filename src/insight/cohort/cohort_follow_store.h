// cohort_follow_store.h -- what the files of following share: scheduled runs and their schedules.
#ifndef COHORT_FOLLOW_STORE_H
#define COHORT_FOLLOW_STORE_H

#include "insight/cohort/cohort_follow.h"

typedef struct CohortScheduled {
    Str follow; // ref, "" of a baseline
    int64_t joined, gone;
} CohortScheduled;
// Keeps a run that nobody has looked at: it opens nobody's details. In one change, journalled.
MUST_USE Err cohort_keep_scheduled(Ctx *c, const CohortRun *run, const CohortScheduled *why,
                                   Str *ref_out);
// Refs of the runs that a schedule made, newest first.
MUST_USE Err cohort_scheduled_of(Ctx *c, Str follow, size_t limit, Str **out, size_t *count_out);
extern const Seal SCHEDULED_SEAL;

// Schedules that are due today, of everybody.
MUST_USE Err cohort_follows_due(Ctx *c, size_t limit, CohortFollow **out, size_t *count_out);
// Writes every field that can change, at the version that was read. Errors: ERR_CONFLICT.
MUST_USE Err cohort_follow_change(Ctx *c, CohortFollow *to);
// The job: runs what is due, each as who asked for it.
Err cohort_follow_work(Ctx *c, Job *job, Str arg);
Err cohort_follow_due(Ctx *c, bool *out);
Date cohort_follow_next(FollowEvery every, Date from);

#endif
