// cohort_engine.h -- where the columns live: built by one thread, lent to requests by counting.
#ifndef COHORT_ENGINE_H
#define COHORT_ENGINE_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/definition/definition.h"

// The newest columns, held for the caller (cohort_columns_let_go). When they are older than the
// population the thread is told to build; without a thread they are built here and now.
// *updating_out: newer data is on its way. Errors: ERR_BUSY (none yet).
MUST_USE Err engine_columns(Ctx *c, CohortColumns **out, bool *updating_out);

// How long its thread rests when nobody asks and nothing is committed; before it is started.
void engine_look_every(CohortEngine *engine, int64_t ms);

size_t engine_definitions(const CohortEngine *engine, const Definition **out);
const Definition *engine_definition(const CohortEngine *engine, Str key); // NULL: no such key
const CodeSets *engine_sets(const CohortEngine *engine);
CohortEngine *engine_of(const Ctx *c); // NULL when the program runs without one

#endif
