// population_batch.h -- the life of a batch as load.c and batch.c share it.
#ifndef POPULATION_BATCH_H
#define POPULATION_BATCH_H

#include "insight/population/population.h"

// Inside a change: writes the counts and the state of a batch that is loading, and the entry.
// Errors: ERR_CONFLICT (it is not loading any more).
MUST_USE Err batch_step(Ctx *c, const Batch *b, Str verb);
// Inside a change: appends the entry of what the row now says.
MUST_USE Err batch_journal(Ctx *c, Str ref, Str verb);
// Removes packs, codes and units of a batch that does not count, some thousands a write.
MUST_USE Err batch_clear(Ctx *c, int64_t id);
Err batch_render(Ctx *c, Str kind, Str id, Str *body_out); // for `trellis verify`

#endif
