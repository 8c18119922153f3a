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

MUST_USE Err code_words(Ctx *c, int32_t id, CodeWords *out); // of a code in use. ERR_FAULT

enum { FACT_HASH_CHARS = 16 };
typedef struct SentFact {
    // The person's ref, "-", a hash of all that the fact says, and "-2" for the second of two equal
    // ones: the same in every extract that repeats it, and after a rebuilt store.
    Str id;
    const EventRow *row;
    const CodeWords *code;
    const CodeWords *answer; // NULL: none
    Str unit;
    const FactSource *source;
} SentFact;

// Everything that is known, newest first, those without a date last. `ref`: of the same person.
// Errors: ERR_FAULT.
MUST_USE Err facts_of_person(Ctx *c, const Grant *grant, Str ref, SentFact **out,
                             size_t *count_out);

// The person's ref in a fact's id. False: no such id can be.
bool fact_person_ref(Str id, Str *out);

#endif
