// helper.h -- work done by another small program: bytes in, bytes out, in bounded time.
//
// A server that may not run programs (sandbox.h) still has to make documents. Before it locks
// itself in it forks a keeper, a process that holds no store and listens on one pair of sockets.
// For each job the keeper starts the program anew, gives it the bytes on its standard input and
// returns what came on its standard output: a document that makes the program fail harms no other.
#ifndef HELPER_H
#define HELPER_H

#include "base/base.h"

#include <stdatomic.h>

typedef struct Helper Helper;

enum {
    HELPER_IN_BYTES_MAX = 8 * 1024 * 1024,
    HELPER_OUT_BYTES_MAX = 64 * 1024 * 1024,
    HELPER_SECONDS = 20,      // for one job, then the program is killed
    HELPER_MEMORY_MIB = 1024, // of the program's address space
    HELPER_PROGRAM_CHARS_MAX = 1024,
};

// Forks the keeper of `program` (a path). Call before any thread is made and any store is opened.
// Errors: ERR_NOT_FOUND (no such program that can be run), ERR_FAULT.
MUST_USE Err helper_start(const char *program, Helper **out);

// Runs one job; others wait. The answer lives in the arena. When *gone is set nobody waits for it
// any more, and the program is ended; NULL: somebody always does.
// Errors: ERR_TOO_LARGE, ERR_BUSY (took too long, or nobody waits), ERR_FAULT (the program failed,
// or gave nothing).
MUST_USE Err helper_run(Helper *helper, Arena *arena, Str input, const atomic_bool *gone, Str *out);

void helper_stop(Helper *helper); // ends the keeper and waits for it; NULL is allowed

#endif
