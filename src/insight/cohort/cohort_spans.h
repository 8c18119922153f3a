// cohort_spans.h -- where the codes of each set stand in each stripe, found once for a view.
//
// A set of a thousand codes is a thousand places in every stripe. Looked up for each question, they
// cost more than the events behind them; here they lie side by side.
#ifndef COHORT_SPANS_H
#define COHORT_SPANS_H

#include "insight/cohort/cohort_columns.h"

// Of the columns' view, in the arena; its sets, medicines and conditions must be known by now.
CohortSpans *cohort_spans_new(const CohortColumns *columns, Arena *arena);

// stripe: its place in the whole view.
CodeSpans spans_of_set(const CohortColumns *columns, size_t stripe, int set);
CodeSpans spans_of_medicines(const CohortColumns *columns, size_t stripe);
// columns->conditions by the stripe's own numbers of codes; NULL: there are more than 64.
const uint64_t *conditions_of_codes(const CohortColumns *columns, size_t stripe);

#endif
