// cohort_history.h -- the kept runs of a definition, and who came or went between two: part of the
// door cohort.h.
#ifndef COHORT_HISTORY_H
#define COHORT_HISTORY_H

#include "insight/cohort/cohort.h"

enum { COHORT_RUNS_A_PAGE = 50 };

typedef struct CohortKeptRun {
    Str ref;
    Str definition, version; // key, and the hash of its text then
    Date as_at, data_on;     // DATE_NONE: not known
    int64_t practice;        // 0: all of the scope of who asked
    int64_t account_id;
    Str by;
    Instant at;
    int64_t people;
    Str counts; // JSON: each rule and leave-out, as cohort_keep wrote it
} CohortKeptRun;

bool cohort_sees_network(const Ctx *c); // asks about all practices, whatever the actor's own

// Kept runs of a definition, newest first, from the nth (0) on, at most COHORT_RUNS_A_PAGE.
// *all_out: how many there are. Who asks about all practices sees everybody's runs, others their
// own: another's run may name people outside the actor's scope. Errors: ERR_NOT_FOUND (role).
MUST_USE Err cohort_runs(Ctx *c, Str key, int64_t from, CohortKeptRun **out, size_t *count_out,
                         int64_t *all_out);
// One of them with its people, by id, as they were listed then. Errors: ERR_NOT_FOUND.
MUST_USE Err cohort_run_open(Ctx *c, Str ref, CohortKeptRun *out, PersonId **people_out,
                             size_t *count_out);
typedef struct CohortKept { // the latest of the runs that the actor sees
    Instant at;             // {0}: none, also for a role that counts and does not see who
    Str by;
    int64_t people;
} CohortKept;
MUST_USE Err cohort_last_kept(Ctx *c, Str key, CohortKept *out);

// Of two ascending lists: who stands in `b` and not in `a`. In the arena.
size_t cohort_only_in(Arena *arena, const PersonId *a, size_t a_count, const PersonId *b,
                      size_t b_count, PersonId **out);

#endif
