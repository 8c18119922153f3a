// dialect.h -- a migration is written once; this turns it into the words of one store.
//
// Type tokens, in capitals: INT8 FLOAT8 TEXT BYTES BOOL JSON. BOOL is an integer with a check for 0
// or 1 (compare with = 1). "id INT8 PRIMARY KEY" gets its numbers from the store.
// Every SQLite table becomes STRICT; a line "-- sqlite: WITHOUT ROWID" in CREATE TABLE adds that.
// Lines between "-- only: sqlite" (or "-- only: postgres") and "-- only: all" reach that store
// alone: for triggers, which no two stores write alike.
#ifndef DIALECT_H
#define DIALECT_H

#include "base/base.h"

typedef enum Dialect { DIALECT_SQLITE, DIALECT_POSTGRES } Dialect;

enum { DIALECT_SQL_BYTES_MAX = 1024 * 1024 };

// Translates one migration; comments are dropped, lines keep their numbers. *out lives in `arena`.
// Errors: ERR_INVALID (a string or parenthesis is left open, or an unknown "-- only:"),
// ERR_TOO_LARGE.
MUST_USE Err dialect_migration(Arena *arena, Str sql, Dialect to, Str *out);

#endif
