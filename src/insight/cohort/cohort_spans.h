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
// The masks of columns->conditions, and into *of_code which of them each code of the stripe has, by
// its own numbers; NULL: there are more than 64 conditions or 256 masks.
const uint64_t *condition_kinds(const CohortColumns *columns, size_t stripe,
                                const uint8_t **of_code);

#endif
