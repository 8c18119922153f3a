// Every way of tampering with either log is found; an untouched store, a backup and a restored one
// are whole; a row changed around the journal is found.
#include "app/cli.h"
#include "app/files.h"
#include "app/verify.h"
#include "app/verify_rows.h"
#include "core/anchor.h"
#include "core/db_conn.h"
#include "test/fixture.h"

enum { ENTRIES = 20, ANCHORED = 15 };

static Str in(Test *t, const char *name)
{
    return arena_fmt(t->arena, "%s/%s", test_dir(t), name);
}

static Err entry(Ctx *c, void *arg)
{
    const int *number = arg;
    return journal_append(c, &(JournalEntry){.person = {*number},
                                             .kind = STR("thing"),
                                             .id = arena_fmt(c->arena, "id%d", *number),
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = STR("{\"says\":\"\xC3\xA9:,\"}"),
                                             .sealed = *number % 2 == 0 ? STR("seal") : STR("")});
}

static void write_logs(Test *t, Ctx *c, int from, int to)
{
    for (int i = from; i <= to; i++) {
        PersonId shown[] = {{i}, {i + 1}, {i}};
        CHECK_OK(ctx_change(c, entry, &i));
        CHECK_OK(access_log(c, &(AccessEntry){.verb = VERB_LIST,
                                              .what = STR("/list"),
                                              .persons = shown,
                                              .person_count = COUNT_OF(shown)}));
    }
}

static Store *open_store(Test *t, const char *folder, const char *file, bool access)
{
    Store *store = NULL;
    Str why = STR("");
    Str path = arena_fmt(t->arena, STR_FMT "/%s", STR_ARG(in(t, folder)), file);
    StoreOptions options = {.path = path.ptr, .access_store = access, .create = true};
    CHECK_OK(store_open(t->arena, &options, &store, &why));
    return store;
}

// Twenty entries in each log, the first fifteen anchored; some looks and changes after that.
static void make_logs(Test *t)
{
    struct Core core = {.store = open_store(t, "data", RECORD_FILE, false),
                        .access_store = open_store(t, "data", ACCESS_FILE, true)};
    Ctx c = *t->c;
    c.core = &core;
    c.db = NULL;
    Anchor *anchor = NULL;
    Str why = STR("");
    CHECK_OK(anchor_open(t->arena, &core, in(t, "data/" ANCHORS_FOLDER), &anchor, &why));
    write_logs(t, &c, 1, ANCHORED);
    CHECK_OK(anchor_now(anchor));
    CHECK_OK(anchor_close(anchor));
    write_logs(t, &c, ANCHORED + 1, ENTRIES);
    store_close(core.store);
    store_close(core.access_store);
}

static int run(int (*command)(int, char **), const char *a, Str from, const char *b, Str to)
{
    char words[4][600];
    snprintf(words[0], sizeof words[0], "%s", a);
    snprintf(words[1], sizeof words[1], STR_FMT, STR_ARG(from));
    snprintf(words[2], sizeof words[2], "%s", b);
    snprintf(words[3], sizeof words[3], STR_FMT, STR_ARG(to));
    char name[] = "trellis";
    char *argv[] = {name, words[0], words[1], words[2], words[3]};
    return command(5, argv);
}

static int verify(Test *t, Str folder, Str *said)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    int code = verify_chains(folder, STR(""), out);
    fclose(out);
    *said = arena_str(t->arena, (Str){text, len});
    free(text);
    return code;
}

static void tamper(Test *t, Str folder, const char *file, const char *sql)
{
    Db *db = NULL;
    char why[DB_WHY_BYTES_MAX];
    Str path = arena_fmt(t->arena, STR_FMT "/%s", STR_ARG(folder), file);
    DbOptions options = {.path = path.ptr, .mode = DB_WRITER};
    CHECK_OK(db_open(&options, &db, why));
    if (db == NULL) return;
    CHECK_OK(db_script(db, sql));
    db_close(db);
}

typedef struct Tampering {
    const char *sql;
    const char *found;
} Tampering;

static void expect_found(Test *t, const char *file, const Tampering *list, size_t count)
{
    make_logs(t);
    for (size_t i = 0; i < count; i++) {
        Str folder = in(t, arena_fmt(t->arena, "copy%zu", i).ptr);
        Str said;
        CHECK_I64(run(cli_backup, "--data", in(t, "data"), "--to", folder), 0);
        CHECK_I64(verify(t, folder, &said), 0);
        tamper(t, folder, file, list[i].sql);
        CHECK_I64(verify(t, folder, &said), 1);
        CHECK_CONTAINS(said, list[i].found);
    }
}

TEST(tampering_with_the_journal_is_found)
{
    static const Tampering LIST[] = {
        {"UPDATE journal SET body = '{}' WHERE seq = 5", "entry 5 was changed"},
        {"UPDATE journal SET actor_name = 'X' WHERE seq = 20", "entry 20 was changed"},
        {"UPDATE journal SET seal = 'other' WHERE seq = 6", "entry 6 was changed"},
        {"UPDATE journal SET seal = '' WHERE seq = 6", "entry 6 was changed"},
        {"UPDATE journal SET seal = 'seal' WHERE seq = 5", "entry 5 was changed"},
        {"DELETE FROM journal WHERE seq = 5", "what was between is missing"},
        {"DELETE FROM journal WHERE seq = 1", "what was between is missing"},
        {"UPDATE journal SET seq = -1 WHERE seq = 5; UPDATE journal SET seq = 5 WHERE seq = 6;"
         "UPDATE journal SET seq = 6 WHERE seq = -1;",
         "entry 5 does not follow"},
        {"UPDATE journal SET seq = -seq WHERE seq > 5;"
         "UPDATE journal SET seq = 1 - seq WHERE seq < 0;"
         "INSERT INTO journal SELECT 6, at, actor, actor_name, role, org, request, purpose, person,"
         " kind, 'forged', version, verb, body, hash, hash, seal FROM journal WHERE seq = 5",
         "entry 6 was changed"},
        {"DELETE FROM journal WHERE seq > 10", "its end was cut off"},
        {"DELETE FROM journal", "its end was cut off"},
    };
    expect_found(t, RECORD_FILE, LIST, COUNT_OF(LIST));
}

TEST(tampering_with_the_access_log_is_found)
{
    static const Tampering LIST[] = {
        {"UPDATE access_log SET actor = 9 WHERE seq = 5", "entry 5 was changed"},
        {"UPDATE access_log SET persons = x'' WHERE seq = 7", "entry 7 was changed"},
        {"DELETE FROM access_log WHERE seq = 5", "what was between is missing"},
        {"UPDATE access_log SET seq = -1 WHERE seq = 5;"
         "UPDATE access_log SET seq = 5 WHERE seq = 6;"
         "UPDATE access_log SET seq = 6 WHERE seq = -1;",
         "entry 5 does not follow"},
        {"DELETE FROM access_log WHERE seq > 10; DELETE FROM access_person WHERE seq > 10",
         "its end was cut off"},
        {"DELETE FROM access_person WHERE seq = 3 AND person = 4", "no longer says that entry 3"},
        {"INSERT INTO access_person VALUES (99, 3)", "lines that no entry accounts for"},
    };
    expect_found(t, ACCESS_FILE, LIST, COUNT_OF(LIST));
}

// Somebody with the file rewrites the tail with hashes that fit: only the anchor knows better.
TEST(a_rewritten_tail_is_found_by_its_anchor)
{
    make_logs(t);
    Str said;
    tamper(t, in(t, "data"), RECORD_FILE, "DELETE FROM journal WHERE seq > 14");
    struct Core core = {.store = open_store(t, "data", RECORD_FILE, false),
                        .access_store = open_store(t, "data", ACCESS_FILE, true)};
    Ctx c = *t->c;
    c.core = &core;
    c.db = NULL;
    write_logs(t, &c, 100, 106);
    store_close(core.store);
    store_close(core.access_store);
    CHECK_I64(verify(t, in(t, "data"), &said), 1);
    CHECK_CONTAINS(said, "entry 15 is not the one that was anchored");
}

TEST(a_backup_restores_into_an_empty_folder_only)
{
    make_logs(t);
    Str said;
    CHECK_I64(run(cli_backup, "--data", in(t, "data"), "--to", in(t, "backup")), 0);
    CHECK_I64(run(cli_backup, "--data", in(t, "data"), "--to", in(t, "backup")), 1);
    CHECK_I64(run(cli_restore, "--from", in(t, "backup"), "--data", in(t, "again")), 0);
    CHECK_I64(run(cli_restore, "--from", in(t, "backup"), "--data", in(t, "again")), 1);
    CHECK_I64(verify(t, in(t, "again"), &said), 0);
    CHECK_CONTAINS(said, "The journal: 20 entries, 1 anchored heads, whole.");
    CHECK_I64(run(cli_restore, "--from", in(t, "nowhere"), "--data", in(t, "third")), 1);
}

TEST(a_backup_is_made_while_the_server_writes)
{
    Store *store = open_store(t, "data", RECORD_FILE, false);
    Store *access = open_store(t, "data", ACCESS_FILE, true);
    struct Core core = {.store = store, .access_store = access};
    Ctx c = *t->c;
    c.core = &core;
    c.db = NULL;
    write_logs(t, &c, 1, 3);
    CHECK_I64(run(cli_backup, "--data", in(t, "data"), "--to", in(t, "backup")), 0);
    write_logs(t, &c, 4, 5); // the writer goes on
    store_close(store);
    store_close(access);
    Str said;
    CHECK_I64(verify(t, in(t, "backup"), &said), 0);
    CHECK_CONTAINS(said, "The journal: 3 entries");
    CHECK_I64(verify(t, in(t, "data"), &said), 0);
    CHECK_CONTAINS(said, "The journal: 5 entries");
}
