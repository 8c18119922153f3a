// statement.h -- what the build knows about each named SQL statement and each migration.
//
// tools/sqlgen reads every .sql file, prepares each statement on a freshly migrated store and
// writes these tables. A statement is called by its generated id (SQL_ROOM_NAME), never by text.
#ifndef STATEMENT_H
#define STATEMENT_H

#include "base/base.h"

typedef struct StatementId {
    uint16_t v; // its place in STATEMENTS
} StatementId;

typedef struct Statement {
    const char *name; // "room.statement", for logs
    const char *sql;  // portable text, parameters are $1, $2, ...
    uint8_t params;
    uint8_t columns;   // of its result, 0 when it gives no rows
    bool writes;       // changes a table
    bool housekeeping; // a write that needs no journal entry
    bool access_store; // belongs to the access-log store, not to the main one
} Statement;

typedef struct Migration {
    uint16_t number; // 1, 2, 3 ... without a gap
    const char *name;
    const char *sql; // with type tokens: see core/dialect.h
} Migration;

extern const Statement STATEMENTS[];
extern const size_t STATEMENTS_COUNT;
extern const Migration MIGRATIONS[]; // of the main store
extern const size_t MIGRATIONS_COUNT;
extern const Migration ACCESS_MIGRATIONS[]; // of the access-log store
extern const size_t ACCESS_MIGRATIONS_COUNT;

#endif
