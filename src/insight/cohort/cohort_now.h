// cohort_now.h -- what the store says of everybody, read once for each state of it.
//
// Whatever is written is journalled: as long as the journal's last entry is the same, so are the
// facts of other rooms, and so is any number that follows from them and the columns. The latest of
// both are kept with the columns. Inside a change nothing is taken from here, and nothing is kept.
#ifndef COHORT_NOW_H
#define COHORT_NOW_H

#include "insight/cohort/cohort_eval.h"

typedef struct CohortNow {
    CaseloadFacts facts;
    const uint8_t *registration; // by number, with what was corrected here since the columns
    const uint8_t *opted_out;    // or objects to sharing for direct care
    uint8_t *known;              // ever a case, a plan or a conversation here; with NOW_KNOWN
    struct NowLife *life;
} CohortNow;

// Of the facts: read when a rule asks for them.
enum { NOW_CONTACTS = 1, NOW_PLANS = 2, NOW_KNOWN = 4, NOW_REFERRALS = 8 };

// Held for the caller. as_at: the day that "not to be asked again yet" is told for.
MUST_USE Err cohort_now(Ctx *c, const CohortColumns *columns, Date as_at, unsigned wanted,
                        const CohortNow **out);
void cohort_now_let_go(const CohortNow *now); // NULL is allowed

// The view's number of each of run->people, which may be fewer than were listed.
void cohort_numbers(const CohortRun *run, uint32_t *out);

// before: that of the columns before, NULL for none: what pages asked of it is read in one go.
NowCache *now_cache_next(Arena *arena, NowCache *before); // ends before its arena
void now_cache_end(NowCache *cache);                      // NULL is allowed

#endif
