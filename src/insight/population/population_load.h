// population_load.h -- people and events come in as one batch, seen when it is applied.
//
//     load_begin; load_person (a slot), load_code, load_event (by slot) ...; load_apply, load_end
// Part of the door population.h. People go in by person_import, some hundreds a change; events wait
// in memory, LOAD_EVENTS_MAX at most, and are written sorted and packed, a piece a write, so that
// other users' saves go on between. A dry run walks the same way and writes nothing.
#ifndef POPULATION_LOAD_H
#define POPULATION_LOAD_H

typedef struct Loader Loader;

typedef struct BatchStart {
    Str format;
    Str file_name;
    Str sha256; // "" when there is none
    int64_t bytes;
    Str practice_ods;
    Date extract_on;
    bool dry_run;
    bool changes_only; // it is not everything the practices have: never compared by size
    Str upload_ref;    // the file from a page it is: applied together; "" none
} BatchStart;

enum { LOAD_EVENTS_MAX = 500000, LOAD_PEOPLE_MAX = 250, LOAD_SLOTS_MAX = 8 * 1024 * 1024 };

// One batch loads at a time. load_end frees what the loader holds, also after a failure here.
// Errors: ERR_CONFLICT (another one is loading; a sentence in c->issues).
MUST_USE Err load_begin(Ctx *c, const BatchStart *start, Loader **out);
MUST_USE Err load_alone(Ctx *c); // the same without beginning one
Report *load_report(Loader *l);

// Takes a person; *slot_out names them for load_event from now on. What it points to is copied.
// Without a practice_id the practice is found or made by `practice_ods` ("" for none) and the
// person's practice_name.
MUST_USE Err load_person(Loader *l, const PersonImport *from, Str practice_ods, int32_t *slot_out);
// The same for somebody who is here already and stays as they are.
MUST_USE Err load_known(Loader *l, PersonId id, int32_t *slot_out);
// Numbers for a code and a unit, made when new. 0 for a unit: none, "" was given. Errors:
// ERR_TOO_LARGE (CODES_MAX, UNITS_MAX).
MUST_USE Err load_code(Loader *l, Str system, Str code, Str term, int32_t *out);
MUST_USE Err load_unit(Loader *l, Str name, int32_t *out);
// row->person is the slot. Values must be finite.
MUST_USE Err load_event(Loader *l, const EventRow *row);

// Makes the batch count: one journalled change. *ref_out (may be NULL) names it.
// Errors: ERR_INVALID (nothing was taken: that is no import).
MUST_USE Err load_apply(Loader *l, Str *ref_out);
// For CLEANUP. What was not applied is taken back; the batch stays in the list as failed.
void load_end(Loader **at);

#endif
