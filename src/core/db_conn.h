// db_conn.h -- one connection, as the store and the migrator see it. Nobody else includes this.
//
// A writer may run works (db_work_begin ... db_work_end) inside a transaction; a reader refuses
// every write; a private connection is both, in memory.
#ifndef DB_CONN_H
#define DB_CONN_H

#include "core/store.h"

typedef enum DbMode { DB_WRITER, DB_READER, DB_PRIVATE } DbMode;

enum {
    DB_READER_MS = 5000,           // time budget of one reading statement on a lent connection
    DB_VALUE_BYTES_MAX = 64 << 20, // one value or row
    DB_WHY_BYTES_MAX = 300,
    WAL_PAGES_CHECKPOINT = 1000, // the log is copied into the file when it is this long
    WAL_PAGES_MAX = 16000, // from here the writer waits a little for readers to let it start anew
};

typedef struct DbOptions {
    const char *path; // NULL with DB_PRIVATE only
    DbMode mode;
    bool access_store;
    bool fresh; // the file has just been made: convert it to WAL with synchronous=EXTRA
    bool bulk;  // a larger page cache
} DbOptions;

// Errors: ERR_FAULT; `why` (DB_WHY_BYTES_MAX) then holds the store's own words.
MUST_USE Err db_open(const DbOptions *options, Db **out, char *why);
void db_close(Db *db); // NULL is allowed; a writer copies its log into the file first

MUST_USE Err db_begin(Db *db); // a writer takes the write lock at once
MUST_USE Err db_commit(Db *db);
void db_rollback(Db *db);
bool db_in_transaction(const Db *db); // false after SQLite undid everything by itself

// One piece of work in a savepoint. db_work_end keeps it when `err` is ERR_OK and nothing of it was
// refused unseen; returns what the work's caller gets.
typedef struct DbWork {
    bool wrote;
    Err spoiled;
} DbWork;
MUST_USE Err db_work_begin(Db *db, DbWork *saved);
MUST_USE Err db_work_end(Db *db, const DbWork *saved, Err err);

MUST_USE Err db_script(Db *db, const char *sql); // several statements without results: migrations
// How often a statement that ran before was planned anew: a parameter that is compared with what a
// partial index names has it done at every run.
int db_replanned(Db *db, StatementId id);
bool db_has_table(Db *db, const char *table);
int64_t db_count_rows(Db *db, const char *table); // -1: no such table; for tests
MUST_USE Err db_copy(Db *from, Db *to);           // every page, as one read transaction sees them

// Copies the log into the file if it is long enough; waits up to 100 ms for readers only when it is
// very long. Outside a transaction, on the writer only.
void db_checkpoint(Db *db);

bool db_io_failed(const Db *db); // a write or its flush to disk failed: nothing may be trusted more

#endif
