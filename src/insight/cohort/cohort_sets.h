// cohort_sets.h -- which code sets a definition asks for, so that a run can say what they were.
#ifndef COHORT_SETS_H
#define COHORT_SETS_H

#include "base/json.h"
#include "insight/definition/definition.h"

// "sets": each with name, version, how many codes and the hash of them.
void rule_sets_json(Arena *arena, const CodeSets *sets, const CohortRule *rule, JsonOut *out);

#endif
