// cohort_one.h -- a definition asked of one person alone: the cost does not grow with the others.
#ifndef COHORT_ONE_H
#define COHORT_ONE_H

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_now.h"

// The view of that person's stripe in which nobody else is live, and what was found of the person
// that everybody's answers take from arrays.
typedef struct OnePerson {
    uint32_t number;      // in that view
    size_t stripe_number; // of the stripe in the whole one
    int deficits;         // of the frailty index, when a rule asks for it
    int points[CODE_SCORES_MAX];
    uint64_t live[STRIPE_WORDS];
    LiveStripe stripe;
    Columns view;
    CohortColumns columns;
    CohortNow now;
} OnePerson;

// Leaves in e only this person, in e->arena: its columns and facts are then numbered by the
// narrowed view, and nothing is kept with the whole one, which must stay held. Before evaluate,
// once.
// Errors: ERR_NOT_FOUND (not in the columns).
MUST_USE Err evaluation_narrow(Evaluation *e, PersonId person);

// Of the person, by the number in e->columns: the frailty index's count.
int evaluation_deficits(const Evaluation *e, uint32_t person);

#endif
