// cohort_apart.c -- one cohort of many, asked so that the others stand when it cannot be.
#include "insight/cohort/cohort_apart.h"

Err cohort_apart(Ctx *c, CohortApart *ask, void *arg, Str *problem_out)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    own.issue_count = 0;
    *problem_out = STR("");
    Err err = ask(&own, arg);
    if (err != ERR_INVALID) return err;
    *problem_out =
        own.issue_count > 0 ? arena_str(c->arena, own.issues[0].text) : STR("It cannot be read.");
    return ERR_OK;
}
