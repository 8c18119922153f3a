// db_sqlite.c -- the only file that calls SQLite: connections, cached statements, rows, errors.
//
// Each connection is used by one thread at a time (NOMUTEX) and keeps every statement it has run.
// Values are bound by the number in their name, since SQLite numbers $n by first appearance.
#include "core/clock.h"
#include "core/db_conn.h"

#include <sqlite3.h>

enum {
    PROGRESS_STEPS = 4000, // of SQLite's machine, between two looks at the clock: well below 1 ms
    BUSY_MS = 2000, // longer than a request waits for a worker: those behind it are told first
    CHECKPOINT_WAIT_MS = 50,
    READER_CACHE_KIB = 8 * 1024,
    WRITER_CACHE_KIB = 64 * 1024,
    BULK_CACHE_KIB = 512 * 1024,
    LOG_BYTES_KEPT = 64 << 20, // the log file is cut to this when it starts anew
};

typedef enum Control { BEGIN_READ, BEGIN_WRITE, COMMIT, ROLLBACK, MARK, UNDO, RELEASE } Control;
enum { CONTROL_COUNT = RELEASE + 1 };

static const char *const CONTROL_SQL[CONTROL_COUNT] = {
    [BEGIN_READ] = "BEGIN",     [BEGIN_WRITE] = "BEGIN IMMEDIATE", [COMMIT] = "COMMIT",
    [ROLLBACK] = "ROLLBACK",    [MARK] = "SAVEPOINT work",         [UNDO] = "ROLLBACK TO work",
    [RELEASE] = "RELEASE work",
};

typedef struct Cached {
    sqlite3_stmt *stmt;
    uint8_t *argument; // of each of its parameters, in SQLite's order
    int parameters;
    bool running;
} Cached;

struct Db {
    sqlite3 *lite;
    Cached *cache; // by StatementId, STATEMENTS_COUNT of them
    sqlite3_stmt *control[CONTROL_COUNT];
    DbMode mode;
    bool access_store;
    int works;   // how deep in db_work_begin; 0: writes are refused
    bool wrote;  // the running work changed a row outside housekeeping
    Err spoiled; // a write of the running work failed where its caller could not see it
    bool io_failed;
    int log_pages;     // as of the last commit
    int checkpoint_at; // the length of the log from which the next checkpoint is tried
    int64_t budget_ms;
    int64_t deadline_ms;
    const atomic_bool *cancelled; // NULL: cannot be
    char why[DB_WHY_BYTES_MAX];
};

static Err err_of_constraint(int rc)
{
    bool clash = rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY ||
                 rc == SQLITE_CONSTRAINT_ROWID || rc == SQLITE_CONSTRAINT_FOREIGNKEY;
    return clash ? ERR_CONFLICT
                 : ERR_FAULT; // NOT NULL, CHECK, a wrong type: the rule let it through
}

static Err err_of(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE: return ERR_OK;
    case SQLITE_CONSTRAINT: return err_of_constraint(rc);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL: // until the operator has made room
    case SQLITE_INTERRUPT: return ERR_BUSY;
    case SQLITE_TOOBIG: return ERR_TOO_LARGE;
    default: return ERR_FAULT;
    }
}

// Keeps the words of a failure and notices the ones after which the file must not be written.
static Err failed(Db *db, const char *what, int rc)
{
    int kind = rc & 0xff;
    snprintf(db->why, sizeof db->why, "%s: %s (%d)", what, sqlite3_errmsg(db->lite), rc);
    if (db->mode != DB_READER &&
        (kind == SQLITE_IOERR || kind == SQLITE_CORRUPT || kind == SQLITE_NOTADB)) {
        db->io_failed = true;
    }
    return err_of(rc);
}

const char *db_why(const Db *db)
{
    return db->why;
}

bool db_io_failed(const Db *db)
{
    return db->io_failed;
}

// ---- opening

static int on_progress(void *arg)
{
    const Db *db = arg;
    if (db->cancelled != NULL && db->works == 0 && atomic_load(db->cancelled)) return true;
    return db->deadline_ms != 0 && clock_ticks_ms() > db->deadline_ms;
}

static int on_log_grown(void *arg, sqlite3 *lite, const char *name, int pages)
{
    (void)lite;
    (void)name;
    Db *db = arg;
    if (pages < db->log_pages) db->checkpoint_at = WAL_PAGES_CHECKPOINT; // it started anew
    db->log_pages = pages;
    return SQLITE_OK;
}

Err db_script(Db *db, const char *sql)
{
    int rc = sqlite3_exec(db->lite, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : failed(db, "script", rc);
}

static Err harden(Db *db)
{
    static const struct {
        int option;
        int value;
    } SETTINGS[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},     {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    for (size_t i = 0; i < COUNT_OF(SETTINGS); i++) {
        int rc = sqlite3_db_config(db->lite, SETTINGS[i].option, SETTINGS[i].value, NULL);
        if (rc != SQLITE_OK) return failed(db, "setting", rc);
    }
    // A reader that closes last must not copy the log into the file: that is the writer's alone.
    if (db->mode == DB_READER) {
        sqlite3_db_config(db->lite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    sqlite3_limit(db->lite, SQLITE_LIMIT_LENGTH, DB_VALUE_BYTES_MAX);
    sqlite3_busy_timeout(db->lite, BUSY_MS);
    sqlite3_progress_handler(db->lite, PROGRESS_STEPS, on_progress, db);
    return ERR_OK;
}

static Err set_up(Db *db, const DbOptions *options)
{
    TRY(harden(db));
    int cache_kib = db->mode == DB_READER ? READER_CACHE_KIB
                    : options->bulk       ? BULK_CACHE_KIB
                                          : WRITER_CACHE_KIB;
    char sql[200];
    // Temporary tables hold what people's records say: never in a file of their own.
    snprintf(sql, sizeof sql,
             "PRAGMA cache_size=-%d; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=0;", cache_kib);
    TRY(db_script(db, sql));
    if (db->mode != DB_WRITER) return ERR_OK;

    // EXTRA while the rollback journal of the conversion is on disk: without it a power cut can
    // bring that journal back to life.
    if (options->fresh) TRY(db_script(db, "PRAGMA synchronous=EXTRA"));
    snprintf(sql, sizeof sql,
             "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=%d; PRAGMA synchronous=FULL;",
             LOG_BYTES_KEPT);
    TRY(db_script(db, sql));
    sqlite3_wal_hook(db->lite, on_log_grown, db); // also turns automatic checkpoints off
    return ERR_OK;
}

Err db_open(const DbOptions *options, Db **out, char *why)
{
    assert((options->path == NULL) == (options->mode == DB_PRIVATE));
    Db *db = calloc(1, sizeof *db);
    Cached *cache = calloc(STATEMENTS_COUNT + 1, sizeof *cache);
    if (db == NULL || cache == NULL) abort();
    *db = (Db){.cache = cache, .mode = options->mode, .access_store = options->access_store};

    // Counting memory takes a lock that all threads share. Heard before the first connection only;
    // afterwards it is refused, and stands already.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE |
                (options->mode == DB_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    const char *path = options->path == NULL ? ":memory:" : options->path;
    int rc = sqlite3_open_v2(path, &db->lite, flags, NULL);
    Err err = rc == SQLITE_OK ? set_up(db, options) : failed(db, "open", rc);
    if (err != ERR_OK) {
        snprintf(why, DB_WHY_BYTES_MAX, "%s", db->why);
        db_close(db);
        return err == ERR_BUSY ? err : ERR_FAULT;
    }
    *out = db;
    return ERR_OK;
}

void db_close(Db *db)
{
    if (db == NULL) return;
    for (size_t i = 0; i < STATEMENTS_COUNT; i++) {
        sqlite3_finalize(db->cache[i].stmt);
        free(db->cache[i].argument);
    }
    for (size_t i = 0; i < CONTROL_COUNT; i++) sqlite3_finalize(db->control[i]);
    sqlite3_close_v2(db->lite);
    free(db->cache);
    free(db);
}

// ---- transactions

static Err control(Db *db, Control which)
{
    sqlite3_stmt **stmt = &db->control[which];
    int rc = SQLITE_OK;
    if (*stmt == NULL) {
        rc = sqlite3_prepare_v3(db->lite, CONTROL_SQL[which], -1, SQLITE_PREPARE_PERSISTENT, stmt,
                                NULL);
        if (rc != SQLITE_OK) return failed(db, CONTROL_SQL[which], rc);
    }
    const atomic_bool *cancelled = db->cancelled;
    db->cancelled = NULL; // never interrupted half way
    db->deadline_ms = 0;
    rc = sqlite3_step(*stmt);
    db->cancelled = cancelled;
    Err err = rc == SQLITE_DONE ? ERR_OK : failed(db, CONTROL_SQL[which], rc);
    sqlite3_reset(*stmt);
    return err;
}

Err db_begin(Db *db)
{
    db->why[0] = '\0'; // db_why tells of this page or work, or of nothing
    db->wrote = false; // and db_wrote of the works that were kept of this transaction
    return control(db, db->mode == DB_READER ? BEGIN_READ : BEGIN_WRITE);
}

Err db_commit(Db *db)
{
    return control(db, COMMIT);
}

void db_rollback(Db *db)
{
    if (db_in_transaction(db) && control(db, ROLLBACK) != ERR_OK) db->io_failed = true;
}

bool db_in_transaction(const Db *db)
{
    return sqlite3_get_autocommit(db->lite) == 0;
}

Err db_work_begin(Db *db, DbWork *saved)
{
    assert(db->mode != DB_READER);
    if (db->works == 0) db->why[0] = '\0';
    TRY(control(db, MARK));
    *saved = (DbWork){.wrote = db->wrote, .spoiled = db->spoiled};
    db->wrote = false;
    db->spoiled = ERR_OK;
    db->works++;
    return ERR_OK;
}

Err db_work_end(Db *db, const DbWork *saved, Err err)
{
    assert(db->works > 0);
    db->works--;
    if (err == ERR_OK) err = db->spoiled;
    db->wrote = saved->wrote || (err == ERR_OK && db->wrote);
    db->spoiled = saved->spoiled;
    // After a full disk or a failed write SQLite may have undone the whole transaction by itself.
    if (!db_in_transaction(db)) return err == ERR_OK ? ERR_FAULT : err;
    if (err != ERR_OK && control(db, UNDO) != ERR_OK) db->io_failed = true;
    if (control(db, RELEASE) != ERR_OK) return err == ERR_OK ? ERR_FAULT : err;
    return err;
}

void db_checkpoint(Db *db)
{
    assert(db->mode == DB_WRITER && !db_in_transaction(db));
    if (db->log_pages < WAL_PAGES_CHECKPOINT || db->log_pages < db->checkpoint_at) return;
    // A reader that holds an old page keeps the log from starting anew: tried again only when there
    // is as much more to copy, or every save would wait for that reader and for the disk.
    db->checkpoint_at = db->log_pages + WAL_PAGES_CHECKPOINT;
    int how = SQLITE_CHECKPOINT_PASSIVE;
    if (db->log_pages >= WAL_PAGES_MAX) {
        how = SQLITE_CHECKPOINT_RESTART;
        sqlite3_busy_timeout(db->lite, CHECKPOINT_WAIT_MS);
    }
    int rc = sqlite3_wal_checkpoint_v2(db->lite, NULL, how, NULL, NULL);
    sqlite3_busy_timeout(db->lite, BUSY_MS);
    if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) (void)failed(db, "checkpoint", rc);
}

int db_replanned(Db *db, StatementId id)
{
    sqlite3_stmt *stmt = db->cache[id.v].stmt;
    return stmt == NULL ? 0 : sqlite3_stmt_status(stmt, SQLITE_STMTSTATUS_REPREPARE, 0);
}

bool db_has_table(Db *db, const char *table)
{
    return sqlite3_table_column_metadata(db->lite, NULL, table, NULL, NULL, NULL, NULL, NULL,
                                         NULL) == SQLITE_OK;
}

int64_t db_count_rows(Db *db, const char *table)
{
    if (!db_has_table(db, table)) return -1; // also: the name is one of ours, nothing to escape
    char sql[200];
    sqlite3_stmt *stmt = NULL;
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    int64_t count = -1;
    if (sqlite3_prepare_v2(db->lite, sql, -1, &stmt, NULL) == SQLITE_OK &&
        sqlite3_step(stmt) == SQLITE_ROW) {
        count = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return count;
}

Err db_copy(Db *from, Db *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->lite, "main", from->lite, "main");
    if (backup == NULL) return failed(to, "copy", sqlite3_errcode(to->lite));
    sqlite3_backup_step(backup, -1);
    int rc = sqlite3_backup_finish(backup);
    return rc == SQLITE_OK ? ERR_OK : failed(to, "copy", rc);
}

bool db_wrote(const Db *db)
{
    return db->wrote;
}

bool db_is_writer(const Db *db)
{
    return db->works > 0;
}

int64_t db_last_id(const Db *db)
{
    return sqlite3_last_insert_rowid(db->lite);
}

void db_allow_ms(Db *db, int64_t ms)
{
    assert(ms >= 0);
    db->budget_ms = ms;
}

void db_heed(Db *db, const atomic_bool *cancelled)
{
    assert(db->mode != DB_WRITER); // what is begun to be written is written
    db->cancelled = cancelled;
}

// ---- statements

Val val_day(Date date)
{
    return date_is_none(date) ? NONE : I64(date.days);
}

Val val_i64_or_none(int64_t n)
{
    return n == 0 ? NONE : I64(n);
}

Val val_text_or_none(Str text)
{
    return text.len == 0 ? NONE : TEXT(text);
}

static int bind_one(sqlite3_stmt *stmt, int at, const Val *val)
{
    // An empty view may have no address, and SQLite takes no address for NULL.
    const char *bytes = val->str.len == 0 ? "" : val->str.ptr;
    switch (val->kind) {
    case VAL_I64: return sqlite3_bind_int64(stmt, at, val->i64);
    case VAL_TEXT:
        return sqlite3_bind_text64(stmt, at, bytes, val->str.len, SQLITE_STATIC, SQLITE_UTF8);
    case VAL_BYTES: return sqlite3_bind_blob64(stmt, at, bytes, val->str.len, SQLITE_STATIC);
    case VAL_NULL: break;
    }
    return sqlite3_bind_null(stmt, at);
}

// "$12" is argument 11.
static size_t number_of(const char *name)
{
    size_t number = 0;
    for (const char *at = name + 1; *at >= '0' && *at <= '9'; at++) {
        number = (number * 10) + (size_t)(*at - '0');
    }
    return number;
}

static int bind_all(sqlite3_stmt *stmt, const Cached *cached, const Val *args, size_t count)
{
    for (int at = 0; at < cached->parameters; at++) {
        assert(cached->argument[at] < count);
        int rc = bind_one(stmt, at + 1, &args[cached->argument[at]]);
        if (rc != SQLITE_OK) return rc;
    }
    return SQLITE_OK;
}

// Looked up by name once a statement, not once a run.
static void keep(Cached *cached, sqlite3_stmt *stmt)
{
    int total = sqlite3_bind_parameter_count(stmt);
    uint8_t *argument = calloc((size_t)total + 1, 1);
    if (argument == NULL) abort();
    for (int at = 0; at < total; at++) {
        size_t number = number_of(sqlite3_bind_parameter_name(stmt, at + 1));
        assert(number >= 1 && number <= UINT8_MAX);
        argument[at] = (uint8_t)(number - 1);
    }
    *cached = (Cached){.stmt = stmt, .argument = argument, .parameters = total};
}

// The cached statement, or a spare one when that is in the middle of its rows.
static Err take(Db *db, Rows *rows)
{
    const Statement *statement = &STATEMENTS[rows->id.v];
    Cached *cached = &db->cache[rows->id.v];
    rows->spare = cached->running;
    if (!rows->spare && cached->stmt != NULL) {
        rows->stmt = cached->stmt;
    } else {
        unsigned flags = rows->spare ? 0 : SQLITE_PREPARE_PERSISTENT;
        sqlite3_stmt *stmt = NULL;
        int rc = sqlite3_prepare_v3(db->lite, statement->sql, -1, flags, &stmt, NULL);
        if (rc != SQLITE_OK) return failed(db, statement->name, rc);
        rows->stmt = stmt;
        if (!rows->spare) keep(cached, stmt);
    }
    if (!rows->spare) cached->running = true;
    return ERR_OK;
}

static Rows start(Db *db, StatementId id, const Val *args, size_t count)
{
    assert(id.v < STATEMENTS_COUNT);
    const Statement *statement = &STATEMENTS[id.v];
    assert(statement->params == count);
    assert(statement->access_store == db->access_store);

    Rows rows = {.db = db, .id = id};
    if (statement->writes && db->works == 0) {
        snprintf(db->why, sizeof db->why, "%s: a write outside a change", statement->name);
        rows.err = ERR_FAULT;
        return rows;
    }
    rows.err = take(db, &rows);
    if (rows.err != ERR_OK) return rows;
    int rc = bind_all(rows.stmt, &db->cache[id.v], args, count);
    if (rc != SQLITE_OK) rows.err = failed(db, statement->name, rc);
    db->deadline_ms = db->budget_ms == 0 ? 0 : clock_ticks_ms() + db->budget_ms;
    return rows;
}

Rows db_query(Db *db, StatementId id, const Val *args, size_t count)
{
    return start(db, id, args, count);
}

bool rows_next(Rows *rows)
{
    if (rows->stmt == NULL || rows->err != ERR_OK) return false;
    Db *db = rows->db;
    const Statement *statement = &STATEMENTS[rows->id.v];
    int64_t before = sqlite3_total_changes64(db->lite);
    int rc = sqlite3_step(rows->stmt);
    if (statement->writes && !statement->housekeeping &&
        sqlite3_total_changes64(db->lite) != before) {
        db->wrote = true;
    }
    if (rc == SQLITE_ROW) return true;
    if (rc != SQLITE_DONE) rows->err = failed(db, statement->name, rc);
    // A finished statement gives its locks and its place in the cache back at once.
    Err err = rows->err;
    rows_close(rows);
    rows->err = err;
    return false;
}

void rows_close(Rows *rows)
{
    if (rows->stmt == NULL) return;
    Db *db = rows->db;
    int rc = sqlite3_reset(rows->stmt);
    // RETURNING read only in part: its foreign keys are checked here, where no caller would look.
    if (rc != SQLITE_OK && rows->err == ERR_OK && STATEMENTS[rows->id.v].writes) {
        db->spoiled = failed(db, STATEMENTS[rows->id.v].name, rc);
    }
    sqlite3_clear_bindings(rows->stmt); // they point into memory that may go now
    if (rows->spare) {
        sqlite3_finalize(rows->stmt);
    } else {
        db->cache[rows->id.v].running = false;
    }
    rows->stmt = NULL;
}

Err db_exec(Db *db, StatementId id, const Val *args, size_t count, int64_t *changed_out)
{
    assert(STATEMENTS[id.v].writes);
    CLEANUP(rows_close) Rows rows = start(db, id, args, count);
    while (rows_next(&rows)) {
    } // RETURNING rows that nobody asked for
    TRY(rows.err);
    if (changed_out != NULL) *changed_out = sqlite3_changes64(db->lite);
    return ERR_OK;
}

// ---- columns

static sqlite3_stmt *column(const Rows *rows, int col)
{
    assert(rows->stmt != NULL && col >= 0 && col < STATEMENTS[rows->id.v].columns);
    return rows->stmt;
}

int64_t row_i64(const Rows *rows, int col)
{
    return sqlite3_column_int64(column(rows, col), col);
}

bool row_null(const Rows *rows, int col)
{
    return sqlite3_column_type(column(rows, col), col) == SQLITE_NULL;
}

Str row_view(const Rows *rows, int col)
{
    sqlite3_value *value = sqlite3_column_value(column(rows, col), col); // found once, read thrice
    const void *bytes = sqlite3_value_type(value) == SQLITE_BLOB
                            ? sqlite3_value_blob(value)
                            : (const void *)sqlite3_value_text(value);
    return bytes == NULL ? STR("") : (Str){bytes, (size_t)sqlite3_value_bytes(value)};
}

Str row_str(Arena *arena, const Rows *rows, int col)
{
    return arena_str(arena, row_view(rows, col));
}

Date row_date(const Rows *rows, int col)
{
    return row_null(rows, col) ? DATE_NONE : (Date){(int32_t)row_i64(rows, col)};
}

Instant row_at(const Rows *rows, int col)
{
    return (Instant){row_i64(rows, col)};
}
