// cohort_ask.h -- a question that is still being written: part of the door cohort.h.
//
// The rules of a definition, as every form of the language holds them (insight/definition), and an
// answer to them before anybody keeps the definition.
#ifndef COHORT_ASK_H
#define COHORT_ASK_H

#include "insight/cohort/cohort.h"
#include "insight/definition/definition.h"
#include "work/team/team.h"

typedef struct CohortQuestion {
    const Definition *definition;
    int64_t practice; // 0: the whole scope
    Date as_at;       // not after today; registration and this team's work are as they are now
} CohortQuestion;

// The codes and measures that rules can name; NULL: the program runs without an engine.
const CodeSets *cohort_sets(const Ctx *c);
// The definition that cohort_run answers under a key. Errors: ERR_NOT_FOUND, ERR_BUSY.
MUST_USE Err cohort_definition(Ctx *c, Str key, const Definition **out);
// As cohort_run, of a definition that need not be kept. Not kept by itself, and logged by nobody.
// Errors: as cohort_run (not for a role that counts and does not see who), ERR_INVALID (a cohort
// that a rule asks for).
MUST_USE Err cohort_ask(Ctx *c, const CohortQuestion *asked, CohortRun *out);

#endif
