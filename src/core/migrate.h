// migrate.h -- brings a store forward to what this program knows, one recorded step at a time.
//
// A step is a file of db/migrations or db/access. What was applied stands in the store itself
// (table schema_migration: number, name, SHA-256 of the file, when), made by step 1. Never
// backward.
#ifndef MIGRATE_H
#define MIGRATE_H

#include "core/db_conn.h"

typedef struct MigrationList {
    const Migration *steps;
    size_t count;
} MigrationList;

MigrationList migrate_list(bool access_store); // the steps this program knows

// Applies what is missing, each step in a transaction of its own; *why gets one sentence on
// failure. Errors: ERR_UNSUPPORTED (the store is newer, or a recorded step is not ours), ERR_FAULT.
MUST_USE Err migrate_forward(Arena *arena, Db *db, MigrationList list, bool access_store, Str *why);

// Says whether everything is applied, changing nothing. Errors: as above.
MUST_USE Err migrate_check(Arena *arena, Db *db, MigrationList list, bool access_store, Str *why);

#endif
