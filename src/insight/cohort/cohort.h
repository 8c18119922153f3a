// cohort.h -- questions to the whole registered population, and the people who answer them.
//
// Definitions are files of the project (assets/cohorts) or kept by people (cohort_kept.h). A run
// counts whom each rule leaves, names the people with the facts that made them match, and counts
// those left out and why. Only who is within the actor's scope is ever seen; a run that listed
// people is kept and journalled.
#ifndef COHORT_H
#define COHORT_H

#include "care/person/person.h"
#include "insight/cohort/cohort_about.h"
#include "insight/cohort/cohort_left_out.h"
#include "nhs/code_set.h"

typedef struct Reason {  // one fact that made a rule true
    Str text;            // "Moderate frailty: 10 of 36 deficits"
    Str code;            // may be empty
    Date on;             // may be DATE_NONE
    int depth;           // 1: a detail of the reason above
    bool by_decile;      // of a deprivation decile: one person's reasons name its release
    const double *score; // an imported one, else NULL: one person's reasons name who worked it out
} Reason;

typedef struct FrailtyIndex {
    int deficits; // 0..36
    Str score;    // deficits / 36: "0.28"
    Str band;     // "Fit", "Mild", "Moderate", "Severe"
    Reason *each; // every deficit with its code and date
    size_t each_count;
} FrailtyIndex;

typedef struct CodedSummary { // what the columns know of one person, for the head of the record
    int deficits;             // of the frailty index: 0..36
    Str band;                 // as of a FrailtyIndex
    Str *conditions;          // long-term conditions, as cohorts count them: "Heart failure"
    size_t condition_count;
} CodedSummary;
// Needs the clinical class. *out lives in c->arena. Errors: ERR_BUSY (columns are being built),
// ERR_NOT_FOUND (not in them yet: came with an import that is being taken in).
MUST_USE Err coded_summary(Ctx *c, const Grant *grant, CodedSummary *out);

enum { COHORT_REASONS_MAX = 128, COHORT_STEPS_MAX = 256, COHORTS_MAX = 64, COHORT_RUN_DAYS = 7 };

typedef struct CohortStep { // one line of "how each rule narrows the list"
    Str text;
    int64_t count;        // who is left after it
    int64_t not_recorded; // of those before it: the fact it asks for is not recorded
} CohortStep;

typedef struct CohortRun {
    CohortSummary about;
    const CohortUsed *used;
    size_t used_count;
    Date as_at;
    Date data_on;           // of the oldest extract within the scope, DATE_NONE: not known
    int64_t generation;     // of the population
    int64_t practice;       // 0: the whole scope
    bool updating;          // newer data has come and is being taken in
    int64_t registered;     // of the scope: the "M" of "N of M"
    int64_t left_secondary; // in figures: registered, not among them: opted out of such uses
    CohortStep steps[COHORT_STEPS_MAX];
    size_t step_count;
    CohortLeftOut left_out;
    PersonId *people;  // by id
    Date *born;        // of each of people, for sorting, as the two below
    uint8_t *deficits; // of the frailty index
    int64_t *practices;
    size_t people_count;
    const uint64_t *asked_of, *listed;   // bits by the columns' numbers: of the scope, of people
    const struct Evaluation *evaluation; // what reasons are found from
    struct CohortColumns *held;
} CohortRun;

// All that the actor may use, as cohort_list_from: for a choice among them.
MUST_USE Err cohort_list(Ctx *c, CohortSummary **out, size_t *count_out);
// Runs a definition within the actor's scope; practice 0 means all of it. Not kept by itself.
// Errors: ERR_NOT_FOUND (key, a practice outside the scope, or not for this role), ERR_BUSY.
MUST_USE Err cohort_run(Ctx *c, Str key, int64_t practice, CohortRun *out);
void cohort_run_end(CohortRun *run); // lets go of the columns: CLEANUP(cohort_run_end)
typedef enum ReasonDepth { WITHOUT_DETAILS, WITH_DETAILS } ReasonDepth; // those of depth 1
// The facts that made one person of a run match.
MUST_USE Err cohort_reasons(Ctx *c, const CohortRun *run, PersonId person, ReasonDepth depth,
                            Reason **out, size_t *count_out);
// Keeps the run with the ids of its people, journalled, unless the actor's latest one is equal.
// For COHORT_RUN_DAYS the actor then has to do with these people (RELATIONSHIP_COHORT).
MUST_USE Err cohort_keep(Ctx *c, const CohortRun *run);

// ---- the engine: made by app/ after the store is open, put at core->engine.
typedef struct CohortEngine CohortEngine;
// `path` of the column file, NULL for memory only. Errors: ERR_INVALID with *why_out.
MUST_USE Err cohort_engine_new(Arena *arena, const char *path, CohortEngine **out, Str *why_out);
// The same with a deployment's code sets beside or above the program's.
MUST_USE Err cohort_engine_with(Arena *arena, const char *path, const CodeFiles *files,
                                CohortEngine **out, Str *why_out);
// Columns are built by a thread from here on (without it: by whoever asks first). It ends in
// cohort_engine_free; the Core must live until then.
// Asks by itself, after a start or an import, what a room's pages will ask of the new columns; what
// it says is nobody's. Before cohort_engine_start. Errors inside it are its own.
typedef void CohortAhead(Ctx *c);
void cohort_engine_ahead(CohortEngine *engine, CohortAhead *asks);
MUST_USE Err cohort_engine_start(CohortEngine *engine, const Core *core);
void cohort_engine_free(CohortEngine *engine); // NULL is allowed

#include "insight/cohort/cohort_ask.h"
#include "insight/cohort/cohort_check.h"
#include "insight/cohort/cohort_figures.h"
#include "insight/cohort/cohort_held.h"
#include "insight/cohort/cohort_history.h"
#include "insight/cohort/cohort_kept.h"
#include "insight/cohort/cohort_names.h"
#include "insight/cohort/cohort_shape.h"
#include "insight/cohort/cohort_stages.h"
#include "insight/cohort/cohort_standing.h"
#include "insight/cohort/cohort_values.h"
#include "insight/cohort/cohort_wait.h"

int64_t cohort_follow_waiting(Ctx *c); // newly listed in what the actor follows; -1: not known now
extern const Room COHORT_ROOM;

#endif
