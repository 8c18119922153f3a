// population_facts.h -- one person's facts with an id each and where they came from, for FHIR.
#ifndef POPULATION_FACTS_H
#define POPULATION_FACTS_H

#include "insight/population/population.h"

typedef struct SentRow { // one event and the batch that brought it last
    EventRow row;
    int64_t batch;
} SentRow;

// Oldest first, those without a date before them; each fact once. Errors: ERR_FAULT.
MUST_USE Err event_rows_sent(Ctx *c, const Grant *grant, SentRow **out, size_t *count_out);

typedef struct FactSource { // the import that brought it
    int64_t batch;
    Str ref, format;
    Str practice_ods; // "" when the file itself named the practices
    Date extract_on;  // DATE_NONE when not said
    Instant at;
} FactSource;

typedef struct CodeWords {
    int32_t id;
    Str system, code, term;
} CodeWords;

typedef struct CodesInUse { // by id, each once
    CodeWords *list;
    size_t count;
} CodesInUse;
// The words of every code and coded answer of the rows. Errors: ERR_FAULT (one is not there).
MUST_USE Err codes_in_use(Ctx *c, const SentRow *rows, size_t count, CodesInUse *out);
const CodeWords *code_words(const CodesInUse *codes, int32_t id); // NULL: none of those

enum { FACT_HASH_CHARS = 16 };
typedef struct SentFact {
    const EventRow *row;
    const CodeWords *code;
    const CodeWords *answer; // NULL: none
    Str unit;
    const FactSource *source;
    size_t nth; // 1, or 2 for the second of two equal ones
} SentFact;

// Everything that is known, newest first, those without a date last. Errors: ERR_FAULT.
MUST_USE Err facts_of_person(Ctx *c, const Grant *grant, SentFact **out, size_t *count_out);

// The person's ref, "-", a hash of all that the fact says, and "-2" for the second of two equal
// ones: the same in every extract that repeats it, and after a rebuilt store.
Str fact_id(Arena *arena, Str ref, const SentFact *fact);

typedef struct FactKey { // what such an id says
    Str ref;
    uint64_t hash;
    int64_t nth;
} FactKey;
bool fact_key(Str id, FactKey *out);                         // false: there can be no such id
bool fact_has_key(const SentFact *fact, const FactKey *key); // of one of the same person's

#endif
