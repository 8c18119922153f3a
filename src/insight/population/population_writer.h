// population_writer.h -- events are sorted, packed and written while the file is read on.
//
// One thread a load takes some hundred thousand events at a time. On a private store (tests),
// inside a change of the caller's, or where no thread can be had, the caller does the same work at
// once. Private to the room.
#ifndef POPULATION_WRITER_H
#define POPULATION_WRITER_H

#include "insight/population/population.h"

typedef struct PackWriter PackWriter;

enum { PACK_WRITER_EVENTS_MAX = LOAD_EVENTS_MAX };

// In `arena`, which like `c` must outlive it, and is only used by calls of the caller's thread.
PackWriter *pack_writer_new(Ctx *c, Arena *arena, int64_t batch_id);

// Takes *events, an array of PACK_WRITER_EVENTS_MAX (the last one may be smaller) with the ids of
// persons in it, below zero for a held row, and gives the caller another one instead. Waits for the
// events before. Errors: of the writes of those before, or of these when there is no thread.
MUST_USE Err pack_writer_take(PackWriter *w, EventRow **events, size_t count);

// All that was taken is durable. Errors: of the writes.
MUST_USE Err pack_writer_wait(PackWriter *w);

void pack_writer_free(PackWriter *w); // waits too; NULL is allowed

#endif
