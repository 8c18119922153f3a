// fixture.c -- migrates once, then every test gets a copy of that store.
#include "test/fixture.h"

#include "core/db_conn.h"
#include "core/journal.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIR_BYTES_MAX = 64 };

typedef struct Fixture { // behind t->fixture
    Ctx ctx;
    struct Core core;
    Config config;
    Store *store;
    Store *access_store;
    char dir[DIR_BYTES_MAX]; // "" until asked for
    Clock clock;
} Fixture;

static Store *templates[2]; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

static const int64_t ORGS[] = {1};

// A test cannot go on without its store, and there is nobody to tell but the runner's reader.
_Noreturn static void give_up(const char *what, Str why)
{
    fprintf(stderr, "# fixture: %s: " STR_FMT "\n", what, STR_ARG(why));
    abort();
}

static Store *store_of(bool access_store)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Store **model = &templates[access_store];
    Str why = STR("");
    StoreOptions options = {.access_store = access_store};
    if (*model == NULL && store_open(arena, &options, model, &why) != ERR_OK) {
        give_up("migrations", why);
    }
    Store *store = NULL;
    if (store_clone(*model, &store) != ERR_OK) give_up("copy", why);
    return store;
}

void fixture_open(Test *t)
{
    Fixture *f = calloc(1, sizeof *f); // not in the test's arena: tests of the arena count it
    if (f == NULL) abort();
    f->store = store_of(false);
    f->access_store = store_of(true);
    f->config = (Config){.network_name = STR("Test Primary Care Network"),
                         .data_dir = STR(""),
                         .idle_lock_minutes = 30,
                         .session_hours = 12,
                         .upload_bytes_max = 1 << 20,
                         .people_amber = 50,
                         .people_red = 70};
    f->core =
        (struct Core){.config = &f->config, .store = f->store, .access_store = f->access_store};
    f->ctx = (Ctx){.arena = t->arena,
                   .core = &f->core,
                   .actor = {.name = STR("Trellis")},
                   .request = STR("TEST-0001"),
                   .session = STR(""),
                   .purpose = STR("direct-care")};
    if (!instant_parse_iso(STR("2026-11-24T10:12:00Z"), &f->ctx.now)) abort();
    f->ctx.today = instant_date_london(f->ctx.now);
    // What asks the core's clock stands on the same day, and not on the day the tests are run.
    f->clock = (Clock){.shift_ms = f->ctx.now.ms - clock_now(NULL).ms};
    f->core.clock = &f->clock;
    if (store_borrow(f->store, &f->ctx.db) != ERR_OK) give_up("reader", STR(""));
    t->fixture = f;
    t->c = &f->ctx;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about;
    (void)kind;
    (void)where;
    return remove(path);
}

void fixture_close(Test *t)
{
    Fixture *f = t->fixture;
    store_return(f->store, f->ctx.db);
    store_close(f->store);
    store_close(f->access_store);
    // NOLINTNEXTLINE(concurrency-mt-unsafe): a test that has ended has one thread
    if (f->dir[0] != '\0') nftw(f->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(f);
}

void fixture_end(void)
{
    for (size_t i = 0; i < COUNT_OF(templates); i++) store_close(templates[i]);
}

void test_actor(Test *t, Role role)
{
    t->c->actor = role == ROLE_NONE ? (Actor){.name = STR("Trellis")}
                                    : (Actor){.account_id = 100 + (int64_t)role,
                                              .name = str_from_c(ROLE_NAMES[role]),
                                              .role = role,
                                              .orgs = ORGS,
                                              .org_count = COUNT_OF(ORGS)};
}

struct Core *test_core(Test *t)
{
    Fixture *f = t->fixture;
    return &f->core;
}

int64_t test_count(Test *t, const char *table)
{
    const Fixture *f = t->fixture;
    Db *access = NULL;
    int64_t count = db_count_rows(t->c->db, table);
    if (count < 0 && store_borrow(f->access_store, &access) == ERR_OK) {
        count = db_count_rows(access, table);
        store_return(f->access_store, access);
    }
    return count;
}

void test_sql(Test *t, const char *sql)
{
    if (db_script(t->c->db, sql) != ERR_OK) give_up(sql, str_from_c(db_why(t->c->db)));
}

static Err add_entry(Ctx *c, void *arg)
{
    (void)arg;
    return journal_append(c, &(JournalEntry){.kind = STR("test"),
                                             .id = STR("test"),
                                             .version = 1,
                                             .verb = STR("update"),
                                             .body = STR("{}")});
}

void test_written(Test *t, const char *sql)
{
    test_sql(t, sql);
    if (ctx_change(t->c, add_entry, NULL) != ERR_OK) give_up(sql, STR("no entry in the journal"));
}

const char *test_dir(Test *t)
{
    Fixture *f = t->fixture;
    if (f->dir[0] == '\0') {
        snprintf(f->dir, sizeof f->dir, "/tmp/trellis-test-XXXXXX");
        if (mkdtemp(f->dir) == NULL) give_up("temporary folder", str_from_c(f->dir));
    }
    return f->dir;
}
