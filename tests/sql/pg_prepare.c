// pg_prepare.c -- every migration and every named statement on PostgreSQL, as TAP.
//
// Usage: pg_prepare CONNINFO. Each store's tables get a schema of their own.
#include "core/dialect.h"
#include "core/statement.h"

#include <libpq-fe.h>

typedef struct Run {
    PGconn *conn;
    Arena *arena;
    int number;
    int failed;
} Run;

static void report(Run *run, const char *kind, const char *name, PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    printf("%s %d - %s %s\n", ok ? "ok" : "not ok", ++run->number, kind, name);
    if (!ok) printf("# %s: %s", name, PQresultErrorMessage(res));
    run->failed += !ok;
    PQclear(res);
}

static void migrate(Run *run, const Migration *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Str sql = STR("");
        Err err = dialect_migration(run->arena, str_from_c(steps[i].sql), DIALECT_POSTGRES, &sql);
        assert(err == ERR_OK); // sqlgen has translated it before
        report(run, "migration", steps[i].name, PQexec(run->conn, arena_c(run->arena, sql)));
    }
}

static void schema(Run *run, const char *name)
{
    char sql[128];
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s; SET search_path TO %s", name, name);
    report(run, "schema", name, PQexec(run->conn, sql));
}

static void prepare(Run *run, bool access_store)
{
    for (size_t i = 0; i < STATEMENTS_COUNT; i++) {
        const Statement *s = &STATEMENTS[i];
        if (s->access_store != access_store) continue;
        report(run, "statement", s->name, PQprepare(run->conn, s->name, s->sql, 0, NULL));
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: pg_prepare CONNINFO\n", stderr);
        return 2;
    }
    Run run = {.conn = PQconnectdb(argv[1]), .arena = arena_new()};
    if (PQstatus(run.conn) != CONNECTION_OK) {
        printf("Bail out! %s", PQerrorMessage(run.conn));
        return 1;
    }
    PQclear(PQexec(run.conn, "SET client_min_messages TO warning"));
    schema(&run, "record");
    migrate(&run, MIGRATIONS, MIGRATIONS_COUNT);
    prepare(&run, false);
    schema(&run, "access_store");
    migrate(&run, ACCESS_MIGRATIONS, ACCESS_MIGRATIONS_COUNT);
    prepare(&run, true);
    printf("1..%d\n", run.number);
    PQfinish(run.conn);
    arena_free(run.arena);
    return run.failed == 0 ? 0 : 1;
}
