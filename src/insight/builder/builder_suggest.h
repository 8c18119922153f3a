// builder_suggest.h -- rules that would find more of a group that is missed, each one counted.
//
// Nothing is guessed: a looser form of the rule that does most of it, and other signs of need that
// may stand beside it, are asked of everybody, and only what clearly closes the gap is told.
#ifndef BUILDER_SUGGEST_H
#define BUILDER_SUGGEST_H

#include "insight/builder/builder_fair.h"

enum { BUILDER_SUGGESTIONS_MAX = 6 };

typedef struct BuilderSuggestion {
    Str group;  // "Ethnic group, Asian or Asian British"
    Str change; // what would be written, in plain words
    Str effect; // how many of the group and of everybody would be found
    Str act;    // of the button that writes it: "use 2 with frailty mild or severe"
} BuilderSuggestion;

typedef struct BuilderSuggestions {
    BuilderSuggestion *each;
    size_t count;
    Str none; // why there is none, "" when there are some
} BuilderSuggestions;

// For the groups of `fair` that are found less often; strings in c->arena. Errors: as cohort_ask.
MUST_USE Err builder_suggest(Ctx *c, const BuilderState *state, const CohortShape *shape,
                             const BuilderFair *fair, BuilderSuggestions *out);

// Writes what a button asks for into rows of a definition that can be read; `act` after "use ".
// False: it is none that a page of ours sends, and nothing is changed.
bool suggestion_write(Ctx *c, BuilderForm *form, Str act);

#endif
