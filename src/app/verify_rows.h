// verify_rows.h -- is every row what the journal last said of it?
//
// Uses the rooms' own statements (Room.seals): this half of `trellis verify` finds a row that was
// changed, added or taken away around the journal, not a fault of the program's own making.
#ifndef VERIFY_ROWS_H
#define VERIFY_ROWS_H

#include "core/core.h"

// Compares the rows of each thing with its newest seal in the journal, and prints counts and the
// first differences. Returns as verify_chains.
int verify_rows(Arena *arena, Str data_dir, const Room *const *rooms, size_t room_count, FILE *out);

// The same for the store that c->db reads, with the rooms of c->core.
int verify_record(Ctx *c, FILE *out);

typedef struct VerifyOutside { // a table, or a column of one, that no entry vouches for
    const char *table;
    const char *column; // NULL: the whole table
    const char *why;
} VerifyOutside;

// Things of this kind go by themselves when their time is over: those that are gone are not missed.
bool verify_may_go(Str kind);

// Every table of the main store is covered by a seal or stands here (a test says so).
const VerifyOutside *verify_outside(size_t *count_out);

#endif
