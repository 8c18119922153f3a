// population.h -- the registered population as the practices send it: people and coded events.
//
// An import is looked at first (dry run), journalled as one batch, undone as one batch. Events are
// facts of others: person, date, code, value, where they came from. Never changed by hand.
#ifndef POPULATION_H
#define POPULATION_H

#include "care/person/person.h"
#include "work/team/team.h"

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
    Date on;    // DATE_NONE: the practice gave no date
    Str system; // "snomed", "loinc", "rxnorm", "cvx", "dmd", "local", or the sender's URL
    Str code;
    Str term;
    bool has_value;
    double value;
    Str unit;   // "" when there is none
    Str answer; // a coded answer in words ("Never smoked", "inpatient encounter"), else ""
    bool ended; // a condition that is over, a plan that is closed
} Event;

// For the population engine: every event in person order, by day within one person, pulled in one
// read transaction. day is INT32_MIN where the practice gave no date.
typedef struct EventRow {
    int64_t person;
    double value; // only with has_value
    int32_t day;
    int32_t code_id;
    int32_t unit_id;   // only with has_value; 0: no unit
    int32_t answer_id; // the code of a coded answer, 0: none
    uint8_t kind;
    uint8_t has_value;
    uint8_t ended;
} EventRow;
enum {
    EVENT_ROWS_MAX = 8192, // in one call of the sink; one person may span calls
    CODES_MAX = 1 << 20,   // different codes of all extracts together
    UNITS_MAX = 65535
};

enum { EVENTS_OF_PERSON_MAX = 2000 };
// One person's, newest first, those without a date last; kind 0 means all. One that several
// extracts sent stands once. limit is at most EVENTS_OF_PERSON_MAX. Errors: ERR_FAULT.
MUST_USE Err event_rows_of_person(Ctx *c, const Grant *grant, EventKind kind, size_t limit,
                                  EventRow **out, size_t *count_out);
// The same in words, row for row: asked for those that are shown. Errors: ERR_FAULT.
MUST_USE Err event_words(Ctx *c, const EventRow *rows, size_t count, Event **out);

typedef struct ScoreFact { // an imported score, as an explanation shows it
    Str code;              // "efi2"
    Date on;
    double value;
} ScoreFact;
// Who worked it out, as the list said that brought it, "" when that said nothing. For who is shown
// the score already, as the reason why somebody is listed; nothing else of the record is given.
MUST_USE Err score_source(Ctx *c, PersonId person, const ScoreFact *fact, Str *out);

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
int64_t population_generation(Ctx *c);     // goes up with every batch applied, undone or decided

// What the population is made of now: to tell what changed since an earlier look. A batch of then
// that is missing was undone; one with another version was decided upon (near matches).
typedef struct BatchStamp {
    int64_t id, version;
    Str ref;
} BatchStamp;
MUST_USE Err batch_stamps(Ctx *c, BatchStamp **out, size_t *count_out); // by id
// Everybody with events in a batch, by id.
MUST_USE Err batch_persons(Ctx *c, int64_t batch, PersonId **out, size_t *count_out);
// Everybody of whom anything was written after entry `seq` of the journal, but for the events of
// batches that came since, in no order: person_changed.h. Errors: ERR_FAULT, ERR_BUSY.
MUST_USE Err population_changed(Ctx *c, int64_t seq, PersonChanges *changes);
// As event_stream, of these people only (by id, ascending).
MUST_USE Err event_stream_of(Ctx *c, const PersonId *people, size_t count, EventSink *sink,
                             void *arg);

// The rest of the door.
#include "insight/population/population_import.h"  // files
#include "insight/population/population_imports.h" // batches and near matches
#include "insight/population/population_load.h" // the writing side: imports and the demonstration

extern const Room POPULATION_ROOM;

#endif
