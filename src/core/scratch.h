// scratch.h -- a private database in memory for statements that are written at run time.
//
// For self-checks only: what a page or a rule needs stands in a room's .sql and runs on the store.
// Never holds anything longer than the check lasts; nothing of it reaches a disk.
#ifndef SCRATCH_H
#define SCRATCH_H

#include "core/db.h"

typedef struct Scratch Scratch;
typedef struct ScratchInsert ScratchInsert; // one statement with $1.. that runs many times

MUST_USE Err scratch_open(Scratch **out);
void scratch_close(Scratch *scratch); // NULL is allowed
// Runs one or more statements without results. Errors: ERR_FAULT (scratch_why says why).
MUST_USE Err scratch_run(Scratch *scratch, Str sql);
MUST_USE Err scratch_prepare(Scratch *scratch, Str sql, ScratchInsert **out);
void scratch_put_i64(ScratchInsert *insert, int at, int64_t n); // at: from 1
void scratch_put_real(ScratchInsert *insert, int at, double n);
void scratch_put_text(ScratchInsert *insert, int at, Str text); // lives until scratch_step
void scratch_put_none(ScratchInsert *insert, int at);
MUST_USE Err scratch_step(ScratchInsert *insert);
void scratch_insert_end(ScratchInsert *insert); // NULL is allowed
// Each row of a question: two whole numbers, the second may be NULL (*none).
typedef void ScratchRow(void *arg, int64_t first, int64_t second, bool none);
MUST_USE Err scratch_ask(Scratch *scratch, Str sql, ScratchRow *row, void *arg);
const char *scratch_why(const Scratch *scratch);

#endif
