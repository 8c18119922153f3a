// population_meaning.h -- what the numbers of event rows mean: each code and unit looked up once.
#ifndef POPULATION_MEANING_H
#define POPULATION_MEANING_H

#include "insight/population/population.h"

typedef struct CodeWords {
    int32_t id;
    Str system, code, term;
} CodeWords;

typedef struct UnitName {
    int32_t id;
    Str name;
} UnitName;

typedef struct Meanings { // by id, each once
    CodeWords *codes;
    size_t code_count;
    UnitName *units;
    size_t unit_count;
} Meanings;

// Of every code, coded answer and unit of the rows, in c->arena. Errors: ERR_FAULT (a code is not
// there).
MUST_USE Err meanings_of(Ctx *c, const EventRow *const *rows, size_t count, Meanings *out);
const CodeWords *meaning_code(const Meanings *meanings, int32_t id); // NULL: none of those
Str meaning_unit(const Meanings *meanings, const EventRow *row);     // "": it has none

// The different codes of the rows, ascending, without their answers, in c->arena.
size_t codes_of_rows(Ctx *c, const EventRow *const *rows, size_t count, int32_t **out);

#endif
