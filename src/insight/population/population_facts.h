// population_facts.h -- one person's facts with an id each and where they came from, for FHIR.
#ifndef POPULATION_FACTS_H
#define POPULATION_FACTS_H

#include "insight/population/population_meaning.h"

typedef struct SentRow { // one event and the batch that brought it last
    EventRow row;
    int64_t batch;
} SentRow;

typedef struct FactSource { // the import that brought it
    int64_t batch;
    Str ref, format;
    Str practice_ods; // "" when the file itself named the practices
    Date extract_on;  // DATE_NONE when not said
    Instant at;
    Str meta, extension; // what its facts say of it, as JSON; "" until the first is written
} FactSource;

typedef struct SentRows {
    SentRow *list; // oldest first, those without a date before them; each fact once
    size_t count;
    FactSource *sources; // every import that sent anything of the person
    size_t source_count;
    int64_t stamp; // not negative; another when anything of the person came, went or was decided
} SentRows;

// What is known of one kind; 0: of all. Errors: ERR_FAULT, ERR_TOO_LARGE.
MUST_USE Err event_rows_sent(Ctx *c, const Grant *grant, EventKind kind, SentRows *out);

enum { FACT_HASH_CHARS = 16 };
typedef struct SentFact {
    const EventRow *row;
    FactSource *source;
    size_t nth;   // 1, or 2 for the second of two equal ones
    Meaning says; // once facts_say was asked
} SentFact;

typedef struct Facts {
    SentFact *list; // newest first, those without a date last
    size_t count;
    int64_t stamp; // as of SentRows
} Facts;

// What is known of one kind, 0: of all. Errors: ERR_FAULT, ERR_TOO_LARGE.
MUST_USE Err facts_of_person(Ctx *c, const Grant *grant, EventKind kind, Facts *out);
// Looks up the words of those: only of what is sent or compared. Errors: ERR_FAULT.
MUST_USE Err facts_say(Ctx *c, SentFact *const *facts, size_t count);

// The person's ref, "-", a hash of all that the fact says, and "-2" for the second of two equal
// ones: the same in every extract that repeats it, and after a rebuilt store.
Str fact_id(Arena *arena, Str ref, const SentFact *fact);

typedef struct FactKey { // what such an id says
    Str ref;
    uint64_t hash;
    int64_t nth;
} FactKey;
bool fact_key(Str id, FactKey *out);                         // false: there can be no such id
bool fact_has_key(const SentFact *fact, const FactKey *key); // of one with its words
// Of the person's facts of one kind, as facts_of_person gives them, the one of the key, with its
// words. Errors: ERR_NOT_FOUND, ERR_FAULT.
MUST_USE Err fact_find(Ctx *c, const Facts *facts, const FactKey *key, const SentFact **out);

#endif
