// cohort_held.h -- who has a code of a set, and on which days: part of the door cohort.h.
//
// For rooms that count by month or look for what is missing from records. Facts stand as the
// practices sent them; people who left or died are among them.
#ifndef COHORT_HELD_H
#define COHORT_HELD_H

#include "insight/cohort/cohort.h"

typedef struct HeldAsk {
    const Str *sets; // names of code sets
    size_t set_count;
    Date from, until;         // both included
    const int64_t *practices; // whose registered people, ascending: without any, no rows
    size_t practice_count;
} HeldAsk;

typedef struct HeldDay {
    PersonId person;
    int64_t practice; // store id of the person's practice as the columns know it
    Date on;
    uint16_t set; // index into HeldAsk.sets
} HeldDay;

enum { HELD_SETS_MAX = 64, HELD_DAYS_MAX = 2000000 };
// How many codes each set has: -1 no such set, 0 none known. No columns are needed.
MUST_USE Err cohort_set_codes(Ctx *c, const Str *sets, size_t count, int64_t *out);
// One row for each set, person and day, in that order; sets that are not there give none. In
// c->arena. Errors: ERR_BUSY (columns are being built), ERR_TOO_LARGE.
MUST_USE Err cohort_held(Ctx *c, const HeldAsk *ask, HeldDay **out, size_t *count_out);
// The practice of each person as the columns know it, 0: not there or none. Errors: ERR_BUSY.
MUST_USE Err cohort_practices(Ctx *c, const PersonId *people, size_t count, int64_t *out);

typedef struct Matching { // somebody who meets every rule
    PersonId person;
    int64_t practice;
} Matching;
// Everybody registered in the run's scope who meets its rules and does not object to sharing for
// direct care, whatever else stands against offers, by id; before cohort_run_end. For lists that
// offer nobody anything.
MUST_USE Err cohort_matching(Ctx *c, const CohortRun *run, Matching **out, size_t *count_out);

// Which practices' last extracts are old or smaller than before, in sentences; "" when none is. To
// be said wherever people are asked about. In c->arena.
MUST_USE Err cohort_extract_warnings(Ctx *c, Str *out);

// A number that follows from the columns and the store alone. Counted anew when either has changed
// since, on another day and for another account; else what was counted then.
typedef struct NumberAsked {
    Str what; // names the question wholly: the room's word, its subject, version and choices
    Err (*count)(Ctx *c, void *arg, int64_t *out);
    void *arg;
    bool record; // it follows from people's records alone: what the team does changes nothing
} NumberAsked;
// Errors: ERR_BUSY (columns are being built); those of count, which are not kept.
MUST_USE Err cohort_number_now(Ctx *c, const NumberAsked *asked, int64_t *out);
// How many cohort_run would list. Errors: as cohort_run.
MUST_USE Err cohort_people_now(Ctx *c, Str key, int64_t *out);

#include "insight/cohort/cohort_members.h"

#endif
