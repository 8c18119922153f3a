// cohort_asked.h -- one rule asked of one stripe: shared by the files of the evaluator only.
#ifndef COHORT_ASKED_H
#define COHORT_ASKED_H

#include "insight/cohort/cohort_eval.h"

typedef struct Asked {
    const Evaluation *e;
    const LiveStripe *of;
    ColumnScratch *scratch;
    size_t number;         // of the stripe in the whole view
    size_t first_word;     // of the stripe in a set of bits of everybody
    const uint64_t *among; // who is asked about: not NULL when few, and then nobody else matters
    const uint64_t *only;  // the same when not so few: NULL, the answer is for everybody
    bool met_alone;        // nobody looks at what the rule says is not recorded; unless it is kept
    Truth *truths;         // of the stripe, by CohortRule.index
    bool *begun;           // by the same: somebody is known
} Asked;

// Each writes the bits of its stripe into met and unknown, zero before; who is not live may be in
// them. A rule that is not theirs is left unanswered.
void answer_record(const Asked *a, const CohortRule *rule, Truth *truth); // events, values, scores
void answer_person(const Asked *a, const CohortRule *rule,
                   Truth *truth); // who it is, what was done

// What each rule costs of everybody in the first stripe, into e->costs.
void rules_costed(Evaluation *e);
// What the rule costs, about: of everybody in the stripe, and of so many people; nanoseconds.
// A rule that knows only one way costs most in the other.
int64_t rule_cost(const Asked *a, const CohortRule *rule);
int64_t rule_cost_among(const Asked *a, const CohortRule *rule, int64_t people);
// Of everybody, when nothing is looked at closely but for so many people.
int64_t rule_cost_only(const Asked *a, const CohortRule *rule, int64_t people);

#endif
