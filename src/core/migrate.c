// migrate.c -- what is recorded must be a beginning of what we know; the rest is applied in order.
#include "core/migrate.h"

#include "core/clock.h"
#include "core/dialect.h"
#include "core/sha256.h"
#include "migrate_sql.h"

MigrationList migrate_list(bool access_store)
{
    return access_store ? (MigrationList){ACCESS_MIGRATIONS, ACCESS_MIGRATIONS_COUNT}
                        : (MigrationList){MIGRATIONS, MIGRATIONS_COUNT};
}

static Str fingerprint(const Migration *step, uint8_t hash[SHA256_BYTES])
{
    sha256(str_from_c(step->sql), hash);
    return (Str){(const char *)hash, SHA256_BYTES};
}

// One recorded step against the one we know at its place; false with a sentence.
static bool same_step(Arena *arena, const Rows *rows, const MigrationList *list, size_t at,
                      Str *why)
{
    int64_t number = row_i64(rows, 0);
    Str name = row_view(rows, 1);
    if (at >= list->count) {
        *why =
            arena_fmt(arena,
                      "The store was last used by a newer version of this program (it holds step "
                      "%lld, " STR_FMT "): install that version or restore a backup.",
                      (long long)number, STR_ARG(name));
        return false;
    }
    uint8_t hash[SHA256_BYTES];
    const Migration *step = &list->steps[at];
    if (number == step->number && str_eq(row_view(rows, 2), fingerprint(step, hash))) return true;
    *why = arena_fmt(arena,
                     "The store was built by other steps than this program's (step %lld, " STR_FMT
                     ", against %d, %s): use the version that made it.",
                     (long long)number, STR_ARG(name), step->number, step->name);
    return false;
}

// How many steps are recorded, after comparing each with ours.
static Err recorded(Arena *arena, Db *db, const MigrationList *list, bool access_store, Str *why,
                    size_t *out)
{
    *out = 0;
    if (!db_has_table(db, "schema_migration")) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows =
        db_query(db, access_store ? SQL_MIGRATE_ACCESS_APPLIED : SQL_MIGRATE_APPLIED, NO_ARGS);
    while (rows_next(&rows)) {
        if (!same_step(arena, &rows, list, *out, why)) return ERR_UNSUPPORTED;
        (*out)++;
    }
    if (rows.err != ERR_OK) {
        *why = arena_fmt(arena, "The store's list of steps cannot be read (%s).", db_why(db));
    }
    return rows.err;
}

static Err run_step(Arena *arena, Db *db, const Migration *step, bool access_store)
{
    Str sql;
    TRY(dialect_migration(arena, str_from_c(step->sql), DIALECT_SQLITE, &sql));
    TRY(db_script(db, arena_c(arena, sql)));
    uint8_t hash[SHA256_BYTES];
    return db_exec(db, access_store ? SQL_MIGRATE_ACCESS_RECORD : SQL_MIGRATE_RECORD,
                   ARGS(I64(step->number), TEXT(str_from_c(step->name)),
                        BYTES(fingerprint(step, hash)), AT(clock_now(NULL))),
                   NULL);
}

static Err apply(Arena *arena, Db *db, const Migration *step, bool access_store)
{
    TRY(db_begin(db));
    DbWork saved;
    Err err = db_work_begin(db, &saved);
    if (err == ERR_OK) err = db_work_end(db, &saved, run_step(arena, db, step, access_store));
    if (err == ERR_OK) err = db_commit(db);
    if (err != ERR_OK) db_rollback(db);
    return err;
}

Err migrate_forward(Arena *arena, Db *db, MigrationList list, bool access_store, Str *why)
{
    size_t done = 0;
    TRY(recorded(arena, db, &list, access_store, why, &done));
    for (size_t i = done; i < list.count; i++) {
        if (apply(arena, db, &list.steps[i], access_store) == ERR_OK) continue;
        *why = arena_fmt(arena, "Step %d, %s, could not be applied (%s); nothing of it was kept.",
                         list.steps[i].number, list.steps[i].name, db_why(db));
        return ERR_FAULT;
    }
    return ERR_OK;
}

Err migrate_check(Arena *arena, Db *db, MigrationList list, bool access_store, Str *why)
{
    size_t done = 0;
    TRY(recorded(arena, db, &list, access_store, why, &done));
    if (done == list.count) return ERR_OK;
    *why = arena_fmt(arena, "The store is older than this program: start the server once, so that "
                            "it brings the store up to date.");
    return ERR_UNSUPPORTED;
}
