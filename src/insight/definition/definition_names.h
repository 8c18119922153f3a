// definition_names.h -- the names in a definition that only a network can judge: its practices, the
// languages of its people, its other cohorts. Part of the door definition.h.
//
// The language takes any name of the right form, so that a definition can be read, shared and
// tested anywhere. Sets, measures, units and scores are judged by the reader.
#ifndef DEFINITION_NAMES_H
#define DEFINITION_NAMES_H

#include "insight/definition/definition.h"

typedef struct KnownNames { // what is known of them
    void *arg;
    // WORDS_PRACTICE, WORDS_LANGUAGE or WORDS_COHORT.
    Err (*is_known)(void *arg, SlotSource source, Str name, bool *out);
    // The names among which the nearest is looked for.
    Err (*known)(void *arg, SlotSource source, Str **out, size_t *count_out);
} KnownNames;

typedef struct UnknownName {
    SlotSource source;
    Str name;
    Str why; // "line 8, column 12: expected ..., found "X26110"; did you mean X26101?"
} UnknownName;

// Every name that is not known, in the order of the rules; `text` is what the definition was read
// from, "" when it was JSON (places are then "rule.rules[2].practices"). In the arena.
// Errors: those of KnownNames.
MUST_USE Err definition_unknown_names(Arena *arena, const Definition *definition, Str text,
                                      const KnownNames *known, UnknownName **out,
                                      size_t *count_out);

#endif
