// cohort_use.h -- a definition together with those it asks for by `cohort KEY`.
//
// Inside the room, and for tests.
#ifndef COHORT_USE_H
#define COHORT_USE_H

#include "core/seal.h"
#include "insight/cohort/cohort_kept.h"
#include "insight/definition/definition.h"

typedef struct UsedDefinitions {
    const Definition *at[COHORT_USES_MAX]; // each after all that it asks for; the asked one last
    size_t count;
} UsedDefinitions;

// Who knows a definition by its key. Errors: ERR_NOT_FOUND; ERR_INVALID (can no longer be read).
typedef Err UseFind(void *arg, Str key, const Definition **out);

// Gathers what `root` asks for, each once. *why_out: "line 7: ...", in the arena.
// Errors: ERR_INVALID (a circle, too deep, too many, none of this key); others of `find`.
MUST_USE Err uses_gather(Arena *arena, const Definition *root, UseFind *find, void *arg,
                         UsedDefinitions *out, Str *why_out);

// `cohort KEY` and `not cohort KEY`: of which definition.
bool rule_is_cohort(const CohortRule *rule);

// The same tree with the rules of what it asks for in their place: for the oracle, which must not
// share the engine's way. Errors: ERR_TOO_LARGE (more than DEFINITION_WHOLE_RULES_MAX).
MUST_USE Err uses_whole(Arena *arena, const UsedDefinitions *uses, Definition *out);
enum { DEFINITION_WHOLE_RULES_MAX = 1500 };

// ---- from the store, as the actor may
// The newest text of a key, read. Errors: ERR_NOT_FOUND, ERR_INVALID with an issue (written before
// a set or a rule of this program was taken away), ERR_BUSY (no engine).
MUST_USE Err definition_find(Ctx *c, Str key, const Definition **out);
// With all it asks for. Errors: ERR_INVALID with an issue at "text".
MUST_USE Err definition_uses(Ctx *c, const Definition *root, UsedDefinitions *out);

// Inside a change: keeps the text of a ready-made definition, once for each version of it.
MUST_USE Err definition_remember(Ctx *c, const Definition *definition);

CohortSummary cohort_summary(Arena *arena, const CodeSets *sets, const Definition *definition);

extern const Seal DEFINITION_SEAL, DEFINITION_VERSION_SEAL;

#endif
