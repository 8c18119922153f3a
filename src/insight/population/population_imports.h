// population_imports.h -- what was brought in, taken back, and what people have to decide about it.
// Part of the door population.h.
#ifndef POPULATION_IMPORTS_H
#define POPULATION_IMPORTS_H

typedef enum BatchState { // stored as numbers
    BATCH_LOADING = 1,    // nobody sees its events and the people it adds yet
    BATCH_APPLIED = 2,
    BATCH_UNDONE = 3,
    BATCH_FAILED = 4,  // nothing of it was kept
    BATCH_UNDOING = 5, // hidden, and being taken back piece by piece
} BatchState;

Str batch_state_word(BatchState state); // "undoing", as the journal and the command line say it

typedef struct Batch {
    int64_t id;
    Str ref;
    BatchState state;
    Str format;    // "FHIR R4", "GP extract", "Demonstration"
    Str file_name; // as sent, shown only
    Str sha256;    // hex; "" for a folder of files
    int64_t bytes;
    Str practice_ods; // "" when the file itself names the practices
    Date extract_on;  // DATE_NONE when not said
    Str account_name;
    Instant started_at, ended_at; // ended {0} while loading
    int64_t people_added, people_changed, people_near, events, refused;
    Str report; // JSON: population_report.h
    int64_t version;
    Str job_ref; // of the job that takes it back, "" none
} Batch;

enum { BATCHES_A_PAGE = 50 };
MUST_USE Err batch_get(Ctx *c, Str ref, Batch *out); // ERR_NOT_FOUND
// The latest that counts of a format: its ref, file, end, account and events. ERR_NOT_FOUND.
MUST_USE Err batch_last_of(Ctx *c, Str format, Batch *out);
// Newest first, from the nth (0) on, at most BATCHES_A_PAGE.
MUST_USE Err batch_list(Ctx *c, int64_t from, Batch **out, size_t *count_out);
MUST_USE Err batch_count(Ctx *c, int64_t *out);
// Takes a whole batch back: its events, the people it added, what it changed about others. First it
// is hidden, whole and at once; then it goes in pieces, and a stop of the program only interrupts
// that. Refused as long as it is whole, later finished.
// Errors: ERR_NOT_FOUND, ERR_CONFLICT (version, not applied, another import runs, or a sentence in
// c->issues: see person_take_back), ERR_BUSY.
MUST_USE Err batch_undo(Ctx *c, Str ref, int64_t version);
// Takes back what a stopped program left half loaded or half undone. At the start of serve, and
// before each import.
MUST_USE Err population_recover(Ctx *c);

// ---- is what the practices sent new, and all of it?

enum { EXTRACT_SMALLER_PERCENT = 10 };

typedef struct ExtractState { // of one practice
    int64_t practice;
    Str name, ods;
    Date on;                              // of its last extract, DATE_NONE: none said
    int64_t days;                         // since then
    int64_t people, events;               // of its last whole extract, 0: none known
    int64_t people_before, events_before; // and of the one before
    bool old;                             // more than EXTRACT_OLD_DAYS (team.h)
    bool smaller;                         // by more than EXTRACT_SMALLER_PERCENT
} ExtractState;
// Of those that sent something that counts, by name.
MUST_USE Err extract_states(Ctx *c, ExtractState **out, size_t *count_out);
// Does anything count that this practice sent? Not of one whose only import was stopped or undone.
MUST_USE Err extract_counts(Ctx *c, const Practice *practice, bool *out);
// A sentence or two for everybody who uses its figures; "" when it is neither old nor smaller.
Str extract_warning(Arena *arena, const ExtractState *state);

// ---- near matches: is this somebody we know? Never answered by guess.

typedef enum NearState { NEAR_OPEN = 1, NEAR_SAME = 2, NEAR_DIFFERENT = 3 } NearState;

typedef struct NearMatch {
    int64_t id;
    Str ref;
    int64_t batch_id;
    Str batch_ref;
    PersonId person; // who is known
    Person sent;     // as the extract has them
    Str source_id;
    NearState state;
    Str decided_by; // "" while open; so is what follows
    Instant decided_at;
    PersonId decided; // whose the events are
    bool added;       // the decision added that person
    int64_t version;
} NearMatch;

enum { NEAR_A_PAGE = 20 };
// From the nth (0) on, at most NEAR_A_PAGE: those that wait, the oldest first, and those decided,
// the latest first; and how many there are of each.
MUST_USE Err near_list(Ctx *c, int64_t from, NearMatch **out, size_t *count_out);
MUST_USE Err near_decided(Ctx *c, int64_t from, NearMatch **out, size_t *count_out);
MUST_USE Err near_count(Ctx *c, int64_t *out);
MUST_USE Err near_decided_count(Ctx *c, int64_t *out);
// By its ref. same: the events that waited become the known person's, whose details stay as they
// are. Otherwise a new person without an NHS number gets them. Journalled. Errors: ERR_NOT_FOUND,
// ERR_CONFLICT (version), those of person_import.
MUST_USE Err near_decide(Ctx *c, Str ref, int64_t version, bool same);
// Opens the question again: the events wait as before, a person whom the decision added goes.
// Journalled. Errors: ERR_NOT_FOUND, ERR_CONFLICT (version, or that person is in use by now).
MUST_USE Err near_take_back(Ctx *c, Str ref, int64_t version);

#endif
