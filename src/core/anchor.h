// anchor.h -- the heads of both chains, written down outside the stores.
//
// A chain alone cannot tell that its end was cut off. Every minute in which something was added,
// and at stop, a line "time chain seq hash" is appended to anchor.log in a folder of its own (best:
// on another disk, append-only) and flushed to disk. `trellis verify` compares.
#ifndef ANCHOR_H
#define ANCHOR_H

#include "core/core.h"

typedef struct Anchor Anchor;

enum { ANCHOR_SECONDS = 60 };
#define ANCHOR_FILE "anchor.log"

// The last numbers of both logs together: it grows with each entry. 0 when they cannot be read.
int64_t anchor_height(const Core *core);

// Starts anchoring into `dir` (made, 0700, when absent); *why_out gets a sentence on failure.
// Errors: ERR_FAULT.
MUST_USE Err anchor_open(Arena *arena, const Core *core, Str dir, Anchor **out, Str *why_out);

// Writes what changed since the last line now. Errors: ERR_BUSY, ERR_FAULT (the line may be
// missing).
Err anchor_now(Anchor *anchor);

// Stops, after a last anchor. Errors of that one: as anchor_now. NULL is allowed.
Err anchor_close(Anchor *anchor);

#endif
