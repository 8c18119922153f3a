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
// Takes back whom a batch that loads or is being undone added and changed, and its near matches, in
// pieces that other people's saves come between. It stays in its state. Errors: ERR_BUSY (`told`
// said stop), those of person_take_back.
typedef bool UndoTold(void *arg, int64_t done, int64_t total, Str what); // true: stop
MUST_USE Err batch_take_back(Ctx *c, const Batch *b, UndoTold *told, void *arg);
// batch_undo that tells how far it is, of all its walks over the people together.
MUST_USE Err batch_undo_told(Ctx *c, Str ref, int64_t version, UndoTold *told, void *arg);
// batch_undo as a job, named by the batch's job_ref. Errors: as batch_undo, ERR_BUSY.
MUST_USE Err batch_undo_start(Ctx *c, Str ref, int64_t version);
MUST_USE Err batch_undo_work(Ctx *c, Job *job, Str arg); // the job: "REF VERSION"

// Inside a change: the entry that vouches for the packs of a batch which now counts; `sealed` is
// from batch_loading_seal.
MUST_USE Err batch_seal_packs(Ctx *c, Str ref, Str sealed);
// The seal that the packs of a batch which is loading will have when it is applied.
MUST_USE Err batch_loading_seal(Ctx *c, Str ref, Str *out);
// Inside a change: the entry that vouches for all codes and units.
MUST_USE Err batch_seal_words(Ctx *c);

// Of the rows of this room: for their entries and `trellis verify`.
extern const Seal BATCH_SEAL, PACKS_SEAL, WORDS_SEAL;
extern const Seal NEAR_SEAL; // population_near.c
extern const Seal MAP_SEAL;  // population_columns.c

#endif
