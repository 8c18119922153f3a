// population.h -- the registered population as the practices send it: people and coded events.
//
// An import is looked at first (dry run), journalled as one batch, undone as one batch. Events are
// facts of others: person, date, code, value, where they came from. Never changed by hand.
#ifndef POPULATION_H
#define POPULATION_H

#include "care/person/person.h"

typedef enum EventKind { // stored as numbers
    EVENT_CONDITION = 1,
    EVENT_OBSERVATION = 2,
    EVENT_PROCEDURE = 3,
    EVENT_ENCOUNTER = 4,
    EVENT_MEDICINE = 5,
    EVENT_IMMUNISATION = 6,
    EVENT_ALLERGY = 7,
    EVENT_CARE_PLAN = 8,
} EventKind;

typedef struct Event {
    EventKind kind;
    Date on;
    Str system; // "snomed", "loinc", "rxnorm", "cvx", "local"
    Str code;
    Str term;
    bool has_value;
    double value;
    Str unit;
} Event;

enum { EVENTS_OF_PERSON_MAX = 2000 };
// Newest first; kind 0 means all.
MUST_USE Err event_of_person(Ctx *c, const Grant *grant, EventKind kind, size_t limit, Event **out,
                             size_t *count_out);

// For the population engine: every event in person order, pulled in one read transaction.
typedef struct EventRow {
    int64_t person;
    int32_t day;
    int32_t code_id;
    uint8_t kind;
    uint8_t has_value;
    int32_t unit_id;
    double value;
} EventRow;
typedef Err EventSink(void *arg, const EventRow *rows, size_t count);
MUST_USE Err event_stream(Ctx *c, EventSink *sink, void *arg);
typedef struct Code {
    int32_t id;
    Str system;
    Str code;
    Str term;
} Code;
MUST_USE Err code_list(Ctx *c, Code **out, size_t *count_out); // every code in use, by id
MUST_USE Err unit_list(Ctx *c, Str **out,
                       size_t *count_out); // unit_id is the index; 0 is "no unit"
int64_t population_generation(Ctx *c);     // goes up with every batch applied or undone

extern const Room POPULATION_ROOM;

#endif
