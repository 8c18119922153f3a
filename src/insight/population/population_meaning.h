// population_meaning.h -- what the numbers of event rows mean: each code and unit looked up once.
#ifndef POPULATION_MEANING_H
#define POPULATION_MEANING_H

#include "insight/population/population.h"

typedef struct CodeWords {
    Str system, code, term;
} CodeWords;

typedef struct Meaning { // of one row
    const CodeWords *code;
    const CodeWords *answer; // NULL: none
    Str unit;                // "": none
} Meaning;

// One for each of the rows, in c->arena. Errors: ERR_FAULT (a code is not there).
MUST_USE Err meanings_of(Ctx *c, const EventRow *const *rows, size_t count, Meaning **out);

// Leaves each id once, in the order of their first places; place[i]: where ids[i] went. 0 is no id:
// its place is -1. Returns how many there are.
size_t ids_once(Arena *arena, int32_t *ids, size_t count, int32_t *place);

#endif
