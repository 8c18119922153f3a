// population_imports.h -- what was brought in, taken back, and what people have to decide about it.
// Part of the door population.h.
#ifndef POPULATION_IMPORTS_H
#define POPULATION_IMPORTS_H

typedef enum BatchState { // stored as numbers
    BATCH_LOADING = 1,    // nobody sees its events yet
    BATCH_APPLIED = 2,
    BATCH_UNDONE = 3,
    BATCH_FAILED = 4, // nothing of it was kept
} BatchState;

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
} Batch;

enum { BATCHES_MAX = 200 };
MUST_USE Err batch_get(Ctx *c, Str ref, Batch *out);             // ERR_NOT_FOUND
MUST_USE Err batch_list(Ctx *c, Batch **out, size_t *count_out); // newest first, BATCHES_MAX
// Takes a whole batch back: its events, the people it added, what it changed about others.
// Errors: ERR_NOT_FOUND, ERR_CONFLICT (version, or not applied), those of person_import_undo.
MUST_USE Err batch_undo(Ctx *c, Str ref, int64_t version);
// Undoes what a stopped program left half loaded. At the start of serve, and before each import.
MUST_USE Err population_recover(Ctx *c);

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
    int64_t version;
} NearMatch;

enum { NEAR_MATCHES_MAX = 500 };
MUST_USE Err near_list(Ctx *c, NearMatch **out, size_t *count_out); // open ones, oldest first
MUST_USE Err near_count(Ctx *c, int64_t *out);
// By its ref. same: the events that waited become the known person's, whose details stay as they
// are. Otherwise a new person without an NHS number gets them. Journalled. Errors: ERR_NOT_FOUND,
// ERR_CONFLICT (version), those of person_import.
MUST_USE Err near_decide(Ctx *c, Str ref, int64_t version, bool same);

#endif
