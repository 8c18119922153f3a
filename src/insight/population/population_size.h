// population_size.h -- how much of each practice an import brings, and what that is compared with.
//
// A practice's extract that is cut short looks like any other file. What gives it away is that the
// whole extract before it had more people or more events of the same practice.
#ifndef POPULATION_SIZE_H
#define POPULATION_SIZE_H

#include "insight/population/population.h"

typedef struct Sizes Sizes; // counted while a batch loads
Sizes *sizes_new(Arena *arena);
void sizes_person(Sizes *sizes, int32_t slot, int64_t practice); // practice 0: none
void sizes_event(Sizes *sizes, int32_t slot);

// Is it of some practice much less than that practice's last whole extract?
MUST_USE Err sizes_are_small(Ctx *c, const Sizes *sizes, bool *out);
// Inside a change: keeps the sizes of a batch with an entry of their own.
MUST_USE Err sizes_keep(Ctx *c, const Sizes *sizes, int64_t batch, bool whole);

extern const Seal SIZES_SEAL;

// Marks each practice of a batch with the newest extract that counts: inside the change in which
// the batch ends to count, or counts again.
MUST_USE Err sizes_mark_extracts(Ctx *c, int64_t batch);

#endif
