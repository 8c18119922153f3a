// verify_rows.h -- is every present row what the journal last said of it?
//
// Uses the rooms' own render: this half of `trellis verify` finds a row that was changed around the
// journal, not a fault of the program's own making.
#ifndef VERIFY_ROWS_H
#define VERIFY_ROWS_H

#include "core/core.h"

// Compares each thing's newest entry with its room's render, and prints counts and the first
// differences. Rows that never had an entry (as imported, version 0) are not looked at.
// Returns as verify_chains.
int verify_rows(Arena *arena, Str data_dir, const Room *const *rooms, size_t room_count, FILE *out);

#endif
