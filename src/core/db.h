// db.h -- named statements and rows: what rooms know of the database (the store: core/store.h).
//
// Rooms run statements on c->db and change things inside ctx_change (core/ctx.h).
// Not here: any SQL (it stands in .sql files), any SQLite call (db_sqlite.c).
#ifndef DB_H
#define DB_H

#include "base/base.h"
#include "base/date.h"
#include "core/statement.h" // StatementId and the generated STATEMENTS

#include <stdatomic.h>

typedef struct Store Store;
typedef struct Db Db; // one connection; in use by one thread at a time

typedef enum ValKind { VAL_NULL, VAL_I64, VAL_TEXT, VAL_BYTES } ValKind;

typedef struct Val {
    ValKind kind;
    int64_t i64;
    Str str; // TEXT and BYTES; must live until the statement has run
} Val;

Val val_day(Date date);
Val val_i64_or_none(int64_t n);
Val val_text_or_none(Str text);
#define I64(x)    ((Val){.kind = VAL_I64, .i64 = (int64_t)(x)})
#define TEXT(x)   ((Val){.kind = VAL_TEXT, .str = (x)})
#define BYTES(x)  ((Val){.kind = VAL_BYTES, .str = (x)})
#define NONE      ((Val){.kind = VAL_NULL})
#define DAY(date) val_day(date) // DATE_NONE is stored as NULL
#define AT(when)  I64((when).ms)
// NULL when 0 or empty: for columns where "not recorded" and "" must not be two things.
#define I64_OR_NONE(x)  val_i64_or_none(x)
#define TEXT_OR_NONE(x) val_text_or_none(x)
#define ARGS(...)       ((const Val[]){__VA_ARGS__}), COUNT_OF(((const Val[]){__VA_ARGS__}))
#define NO_ARGS         NULL, 0

typedef struct Rows {
    Db *db;
    void *stmt;
    StatementId id;
    bool spare; // prepared for this once, because the cached one was already running
    Err err;    // why rows_next said false; ERR_OK at the natural end
} Rows;

// Runs a reading statement. Use: CLEANUP(rows_close) Rows rows = db_query(...); while
// (rows_next(&rows)) ... then pass on rows.err. A write with RETURNING runs here too, inside a
// change. rows.err: as db_exec; ERR_BUSY also when the statement's time (db_allow_ms) is over or
// it is cancelled (db_heed).
Rows db_query(Db *db, StatementId id, const Val *args, size_t count);
bool rows_next(Rows *rows);
void rows_close(Rows *rows);
int64_t row_i64(const Rows *rows, int col); // 0 for NULL
bool row_null(const Rows *rows, int col);
Str row_str(Arena *arena, const Rows *rows, int col); // TEXT or BYTES, copied; empty for NULL
Str row_view(const Rows *rows, int col);              // not copied: valid until the next rows_next
Date row_date(const Rows *rows, int col);             // NULL gives DATE_NONE
Instant row_at(const Rows *rows, int col);

// Runs a writing statement inside a change. changed_out may be NULL.
// Errors: ERR_CONFLICT (a unique or foreign key stands against it), ERR_FAULT, ERR_BUSY.
MUST_USE Err db_exec(Db *db, StatementId id, const Val *args, size_t count, int64_t *changed_out);
int64_t db_last_id(const Db *db); // the id made by the last INSERT on this connection

// How long one statement may run on this connection; 0: no limit. A lent reader starts with 5 s.
void db_allow_ms(Db *db, int64_t ms);
// Ends what runs on a reader by ERR_BUSY once *cancelled is set; NULL: nothing does, as when lent.
void db_heed(Db *db, const atomic_bool *cancelled);
const char *db_why(const Db *db); // the last failure, for the log: names, never values

// Has the running work written anything outside housekeeping? The journal asks, ctx_change refuses.
bool db_wrote(const Db *db);
bool db_is_writer(const Db *db);

#endif
