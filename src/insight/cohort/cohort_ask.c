// cohort_ask.c -- what a question that is still being written is asked with.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_use.h"

const CodeSets *cohort_sets(const Ctx *c)
{
    const CohortEngine *engine = engine_of(c);
    return engine == NULL ? NULL : engine_sets(engine);
}

Err cohort_definition(Ctx *c, Str key, const Definition **out)
{
    return definition_find(c, key, out);
}
