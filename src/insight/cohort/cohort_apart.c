// cohort_apart.c -- one cohort of many, asked so that the others stand when it cannot be.
#include "insight/cohort/cohort_apart.h"

#include "insight/cohort/cohort_extracts.h"

Err cohort_apart(Ctx *c, CohortApart *ask, void *arg, Str *problem_out)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    own.issue_count = 0;
    Err err = ask(&own, arg);
    *problem_out = cohort_problem_of(&own, c->arena, err);
    return problem_out->len > 0 ? ERR_OK : err;
}
