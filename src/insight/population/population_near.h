// population_near.h -- a person of an extract: known, new, or a question for people.
#ifndef POPULATION_NEAR_H
#define POPULATION_NEAR_H

#include "insight/population/population.h"

typedef enum ImportedAs {
    IMPORTED_SAME,
    IMPORTED_ADDED,
    IMPORTED_CHANGED,
    IMPORTED_NEAR
} ImportedAs;

typedef struct Imported {
    ImportedAs what;
    int64_t practice; // whose person it is, 0 none
    int64_t slot;     // > 0: the person; < 0: minus the near match that holds the events for now
} Imported;

// Inside a change. An earlier decision about the same row is kept to. Errors: those of
// person_import and practice_ensure.
MUST_USE Err near_import(Ctx *c, int64_t batch_id, const PersonImport *from, Str practice_ods,
                         Imported *out);

// Inside a change: some questions of a batch go with it, answered or not; *gone_out says how many,
// 0 when none is left.
MUST_USE Err near_drop(Ctx *c, int64_t batch_id, size_t *gone_out);
// Inside a housekeeping change, before the batch is applied: events of rows that were decided about
// before become the decided person's.
MUST_USE Err near_settle(Ctx *c, int64_t batch_id);

#endif
