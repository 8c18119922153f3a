// db_scratch.c -- SQLite in memory, without a file, a log or a cache of statements.
#include "core/scratch.h"

#include <sqlite3.h>

struct Scratch {
    Arena *arena; // it stands in it
    sqlite3 *lite;
};

struct ScratchInsert {
    sqlite3_stmt *stmt;
};

Err scratch_open(Scratch **out)
{
    Arena *arena = arena_new();
    Scratch *scratch = ARENA_NEW(arena, Scratch);
    scratch->arena = arena;
    int flags =
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(":memory:", &scratch->lite, flags, NULL) != SQLITE_OK) {
        scratch_close(scratch);
        return ERR_FAULT;
    }
    *out = scratch;
    return ERR_OK;
}

void scratch_close(Scratch *scratch)
{
    if (scratch == NULL) return;
    (void)sqlite3_close(scratch->lite);
    arena_free(scratch->arena);
}

Err scratch_run(Scratch *scratch, Str sql)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    const char *text = arena_c(arena, sql);
    return sqlite3_exec(scratch->lite, text, NULL, NULL, NULL) == SQLITE_OK ? ERR_OK : ERR_FAULT;
}

Err scratch_prepare(Scratch *scratch, Str sql, ScratchInsert **out)
{
    ScratchInsert *insert = ARENA_NEW(scratch->arena, ScratchInsert);
    if (sqlite3_prepare_v2(scratch->lite, sql.ptr, (int)sql.len, &insert->stmt, NULL) !=
        SQLITE_OK) {
        return ERR_FAULT;
    }
    *out = insert;
    return ERR_OK;
}

void scratch_put_i64(ScratchInsert *insert, int at, int64_t n)
{
    (void)sqlite3_bind_int64(insert->stmt, at, n);
}

void scratch_put_real(ScratchInsert *insert, int at, double n)
{
    (void)sqlite3_bind_double(insert->stmt, at, n);
}

void scratch_put_text(ScratchInsert *insert, int at, Str text)
{
    (void)sqlite3_bind_text64(insert->stmt, at, text.ptr == NULL ? "" : text.ptr, text.len,
                              SQLITE_STATIC, SQLITE_UTF8);
}

void scratch_put_none(ScratchInsert *insert, int at)
{
    (void)sqlite3_bind_null(insert->stmt, at);
}

Err scratch_step(ScratchInsert *insert)
{
    int rc = sqlite3_step(insert->stmt);
    (void)sqlite3_reset(insert->stmt);
    return rc == SQLITE_DONE ? ERR_OK : ERR_FAULT;
}

void scratch_insert_end(ScratchInsert *insert)
{
    if (insert != NULL) (void)sqlite3_finalize(insert->stmt);
}

Err scratch_ask(Scratch *scratch, Str sql, ScratchRow *row, void *arg)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(scratch->lite, sql.ptr, (int)sql.len, &stmt, NULL) != SQLITE_OK) {
        return ERR_FAULT;
    }
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        row(arg, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
            sqlite3_column_type(stmt, 1) == SQLITE_NULL);
    }
    (void)sqlite3_finalize(stmt);
    return rc == SQLITE_DONE ? ERR_OK : ERR_FAULT;
}

const char *scratch_why(const Scratch *scratch)
{
    return sqlite3_errmsg(scratch->lite);
}
