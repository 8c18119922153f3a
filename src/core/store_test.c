// The store on a real file: threads, the lock, snapshots, a killed process, a full disk.
#include "core/db_conn.h"
#include "core/journal.h"
#include "job_sql.h"
#include "journal_sql.h"
#include "test/fixture.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, EACH = 40, CRASHES = 6, WAIT_MS = 10000 };

static const char *file_in(Test *t, const char *name)
{
    return arena_fmt(t->arena, "%s/%s", test_dir(t), name).ptr;
}

static Store *open_at(Test *t, const char *path)
{
    Store *store = NULL;
    Str why = STR("");
    StoreOptions options = {.path = path, .create = true};
    CHECK_OK(store_open(t->arena, &options, &store, &why));
    if (store == NULL) fprintf(stderr, "# " STR_FMT "\n", STR_ARG(why));
    return store;
}

static int64_t count_rows(Store *store, const char *table)
{
    Db *db = NULL;
    if (store_borrow(store, &db) != ERR_OK) return -1;
    int64_t count = db_count_rows(db, table);
    store_return(store, db);
    return count;
}

typedef struct Add {
    Str ref;
    Err then; // what the work says after it has written
} Add;

static Err add(Db *db, void *arg)
{
    const Add *a = arg;
    TRY(db_exec(db, SQL_JOB_ADD, ARGS(TEXT(a->ref), TEXT(STR("k")), BYTES(STR("")), I64(1), I64(2)),
                NULL));
    return a->then;
}

static Err add_within(Db *db, void *arg)
{
    Store *store = arg;
    Add outer = {STR("outer"), ERR_OK};
    Add lost = {STR("lost"), ERR_INVALID};
    Add inner = {STR("inner"), ERR_OK};
    TRY(add(db, &outer));
    if (store_write(store, add, &lost) != ERR_INVALID) return ERR_FAULT;
    return store_write(store, add, &inner);
}

typedef struct Hand {
    Store *store;
    int number;
    int kept;
    int wrong; // answers that were not what the work had said
} Hand;

static void *write_many(void *arg)
{
    Hand *hand = arg;
    for (int i = 0; i < EACH; i++) {
        char ref[32];
        int len = snprintf(ref, sizeof ref, "%d-%d", hand->number, i);
        Add a = {{ref, (size_t)len}, i % 3 == 0 ? ERR_INVALID : ERR_OK};
        Err err = store_write(hand->store, add, &a);
        if (err != a.then) hand->wrong++;
        if (err == ERR_OK) hand->kept++;
    }
    return NULL;
}

TEST(works_that_share_a_commit_fail_alone)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    pthread_t threads[THREADS];
    Hand hands[THREADS] = {0};
    for (int i = 0; i < THREADS; i++) {
        hands[i] = (Hand){.store = store, .number = i};
        CHECK(pthread_create(&threads[i], NULL, write_many, &hands[i]) == 0);
    }
    int kept = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_I64(hands[i].wrong, 0);
        kept += hands[i].kept;
    }
    CHECK_I64(count_rows(store, "job"), kept);
    store_close(store);

    store = open_at(t, file_in(t, "a.db"));
    CHECK_I64(count_rows(store, "job"), kept);
    store_close(store);
}

typedef struct Later {
    Add add;
    Err err;
    atomic_int *order; // how many were told before it
    int place;
    atomic_int told;
} Later;

static Err add_later(Db *db, void *arg)
{
    Later *later = arg;
    return add(db, &later->add);
}

static void settled(void *arg, Err err)
{
    Later *later = arg;
    later->err = err;
    later->place = atomic_fetch_add(later->order, 1);
    atomic_fetch_add(&later->told, 1);
}

TEST(work_that_nobody_waits_for_is_told_once_it_is_durable)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    Later *later = ARENA_ARRAY(t->arena, Later, EACH);
    atomic_int order = 0;
    int wanted = 0;
    for (int i = 0; i < EACH; i++) {
        later[i].add = (Add){arena_fmt(t->arena, "later-%d", i), i % 3 == 0 ? ERR_INVALID : ERR_OK};
        later[i].order = &order;
        store_write_later(store, t->arena, add_later, &later[i], settled);
        if (i % 3 != 0) wanted++;
    }
    for (int ms = 0; ms < WAIT_MS && atomic_load(&order) < EACH; ms++) usleep(1000);
    CHECK_I64(count_rows(store, "job"), wanted);
    for (int i = 0; i < EACH; i++) {
        CHECK_I64(atomic_load(&later[i].told), 1);
        CHECK_ERR(later[i].err, later[i].add.then);
        CHECK_I64(later[i].place, i);
    }
    store_close(store);
}

TEST(work_that_nobody_waits_for_is_done_before_its_store_closes)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    atomic_int order = 0;
    Later later = {.add = {STR("last"), ERR_OK}, .order = &order};
    store_write_later(store, t->arena, add_later, &later, settled);
    store_close(store);
    CHECK_I64(atomic_load(&later.told), 1);
    CHECK_OK(later.err);

    StoreOptions looking = {.path = file_in(t, "a.db"), .look_only = true};
    CHECK_OK(store_open(t->arena, &looking, &store, NULL));
    CHECK_I64(count_rows(store, "job"), 1);
    later = (Later){.add = {STR("refused"), ERR_OK}, .order = &order};
    store_write_later(store, t->arena, add_later, &later, settled);
    CHECK_I64(atomic_load(&later.told), 1); // before it came back
    CHECK_ERR(later.err, ERR_BUSY);
    store_close(store);
}

TEST(work_inside_work_is_undone_alone)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    CHECK_OK(store_write(store, add_within, store));
    CHECK_I64(count_rows(store, "job"), 2);
    store_close(store);
}

TEST(a_reader_sees_one_moment_until_refreshed)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    Db *db = NULL;
    CHECK_OK(store_borrow(store, &db));
    CHECK_I64(db_count_rows(db, "job"), 0);
    Add a = {STR("a"), ERR_OK};
    CHECK_OK(store_write(store, add, &a));
    CHECK_I64(db_count_rows(db, "job"), 0);
    store_refresh(store, db);
    CHECK_I64(db_count_rows(db, "job"), 1);
    CHECK_ERR(add(db, &a), ERR_FAULT); // a reader never writes
    store_return(store, db);
    store_close(store);
}

static Err note(Ctx *c, void *arg)
{
    (void)arg;
    return journal_append(c, &(JournalEntry){.kind = STR("thing"),
                                             .id = STR("x"),
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = STR("{}")});
}

TEST(a_page_sees_what_its_own_change_wrote)
{
    struct Core core = {.store = open_at(t, file_in(t, "a.db"))};
    Ctx c = *t->c;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    CHECK_I64(db_count_rows(c.db, "journal"), 0);
    CHECK_OK(ctx_change(&c, note, NULL));
    CHECK_I64(db_count_rows(c.db, "journal"), 1);
    store_return(core.store, c.db);
    store_close(core.store);
}

static Err note_while_the_page_rests(Ctx *c, void *arg)
{
    const Db *reader = arg;
    return db_in_transaction(reader) ? ERR_CONFLICT : note(c, NULL);
}

// Else the log could not start anew while anybody saves, and each save would wait for it.
TEST(a_page_that_waits_for_its_change_holds_no_old_moment)
{
    struct Core core = {.store = open_at(t, file_in(t, "a.db"))};
    Ctx c = *t->c;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    CHECK_I64(db_count_rows(c.db, "journal"), 0);
    CHECK_OK(ctx_change(&c, note_while_the_page_rests, c.db));
    CHECK(db_in_transaction(c.db));
    CHECK_I64(db_count_rows(c.db, "journal"), 1);
    store_return(core.store, c.db);
    store_close(core.store);
}

static void count_one(void *arg)
{
    atomic_int *count = arg;
    atomic_fetch_add(count, 1);
}

static Err note_and_refuse(Ctx *c, void *arg)
{
    TRY(note(c, arg));
    return ERR_INVALID;
}

// The watcher is called after whoever wrote: it is waited for.
static int told(atomic_int *count, int wanted)
{
    for (int ms = 0; ms < WAIT_MS && atomic_load(count) < wanted; ms++) usleep(1000);
    return atomic_load(count);
}

TEST(who_watches_is_told_of_each_commit_of_a_record)
{
    struct Core core = {.store = open_at(t, file_in(t, "a.db"))};
    Ctx c = *t->c;
    c.core = &core;
    atomic_int count = 0;
    CHECK_OK(store_borrow(core.store, &c.db));
    store_watch(core.store, count_one, &count);
    CHECK_OK(ctx_change(&c, note, NULL));
    CHECK_I64(told(&count, 1), 1);
    Add a = {STR("a"), ERR_OK}; // housekeeping
    CHECK_OK(store_write(core.store, add, &a));
    CHECK_ERR(ctx_change(&c, note_and_refuse, NULL), ERR_INVALID);
    CHECK_OK(ctx_change(&c, note, NULL));
    CHECK_I64(told(&count, 2), 2); // nothing came of the two between
    store_watch(core.store, NULL, NULL);
    CHECK_OK(ctx_change(&c, note, NULL));
    store_return(core.store, c.db);
    store_close(core.store);
    CHECK_I64(atomic_load(&count), 2);
}

TEST(a_second_server_on_the_same_file_is_refused)
{
    const char *path = file_in(t, "a.db");
    Store *store = open_at(t, path);
    Store *second = NULL;
    Str why = STR("");
    StoreOptions options = {.path = path, .create = true};
    CHECK_ERR(store_open(t->arena, &options, &second, &why), ERR_BUSY);
    CHECK_CONTAINS(why, "Another process is using");
    options.look_only = true; // looking is allowed, writing is not
    CHECK_OK(store_open(t->arena, &options, &second, &why));
    Add a = {STR("a"), ERR_OK};
    CHECK_ERR(store_write(second, add, &a), ERR_BUSY);
    CHECK_I64(count_rows(second, "job"), 0);
    store_close(second);
    store_close(store);
}

TEST(a_folder_that_others_can_read_is_refused)
{
    Store *store = NULL;
    Str why = STR("");
    StoreOptions options = {.path = file_in(t, "a.db"), .create = true};
    CHECK(chmod(test_dir(t), 0750) == 0);
    CHECK_ERR(store_open(t->arena, &options, &store, &why), ERR_FORBIDDEN);
    CHECK_CONTAINS(why, "chmod 700");
    CHECK(chmod(test_dir(t), 0700) == 0);
    store = open_at(t, options.path);
    struct stat about;
    CHECK(stat(options.path, &about) == 0 && (about.st_mode & 0777) == 0600);
    CHECK(stat(file_in(t, "a.db-wal"), &about) == 0 && (about.st_mode & 0777) == 0600);
    store_close(store);
}

TEST(an_absent_store_is_not_made_unless_asked)
{
    Store *store = NULL;
    Str why = STR("");
    CHECK_ERR(store_open(t->arena, &(StoreOptions){.path = file_in(t, "a.db")}, &store, &why),
              ERR_NOT_FOUND);
    CHECK_CONTAINS(why, "There is no store");
}

static Err add_thousands(Db *db, void *arg)
{
    (void)arg;
    for (int i = 0; i < 3000; i++) {
        char ref[16];
        int len = snprintf(ref, sizeof ref, "%d", i);
        Add a = {{ref, (size_t)len}, ERR_OK};
        TRY(add(db, &a));
    }
    return ERR_OK;
}

TEST(a_statement_that_takes_too_long_is_stopped)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    CHECK_OK(store_write(store, add_thousands, NULL));
    Db *db = NULL;
    CHECK_OK(store_borrow(store, &db));
    db_allow_ms(db, 1);
    Rows rows = db_query(db, SQL_JOB_LEFT, ARGS(I64(3000)));
    CHECK(rows_next(&rows));
    usleep(5000);
    while (rows_next(&rows)) {
    }
    CHECK_ERR(rows.err, ERR_BUSY);
    rows_close(&rows);
    store_return(store, db);
    store_close(store);
}

TEST(a_statement_that_is_cancelled_is_stopped_and_its_reader_goes_on)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    CHECK_OK(store_write(store, add_thousands, NULL));
    Db *db = NULL;
    atomic_bool cancelled = false;
    CHECK_OK(store_borrow(store, &db));
    db_heed(db, &cancelled);
    Rows rows = db_query(db, SQL_JOB_LEFT, ARGS(I64(3000)));
    CHECK(rows_next(&rows));
    atomic_store(&cancelled, true);
    while (rows_next(&rows)) {
    }
    CHECK_ERR(rows.err, ERR_BUSY);
    rows_close(&rows);
    store_return(store, db); // its transaction is ended all the same
    CHECK_I64(count_rows(store, "job"), 3000);
    store_close(store);
}

TEST(a_copy_made_while_in_use_is_whole)
{
    Store *store = open_at(t, file_in(t, "a.db"));
    Add a = {STR("a"), ERR_OK};
    CHECK_OK(store_write(store, add, &a));
    CHECK_OK(store_backup(store, file_in(t, "b.db")));
    CHECK_ERR(store_backup(store, file_in(t, "b.db")), ERR_CONFLICT);
    store_close(store);
    Store *copy = open_at(t, file_in(t, "b.db"));
    CHECK_I64(count_rows(copy, "job"), 1);
    store_close(copy);
}

// ---- a process that dies, a disk that is full

typedef struct Writer { // in the child: changes with an entry each, told to the parent when durable
    Test *t;
    Store *store;
    int tell;
    int number;
    int64_t most;
} Writer;

typedef struct Two {
    Str ref;
} Two;

static Err change_two(Ctx *c, void *arg)
{
    const Two *two = arg;
    Add a = {two->ref, ERR_OK};
    TRY(add(c->db, &a));
    return journal_append(c, &(JournalEntry){.kind = STR("job"),
                                             .id = two->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = STR("{\"padding\":\"0123456789\"}")});
}

static void *change_until_stopped(void *arg)
{
    const Writer *w = arg;
    Arena *arena = arena_new();
    struct Core core = {.store = w->store};
    Ctx c = {.arena = arena, .core = &core, .now = w->t->c->now};
    for (int32_t i = 0; i < w->most; i++) {
        int32_t told[2] = {w->number, i};
        Two two = {arena_fmt(arena, "%d-%d", w->number, i)};
        if (ctx_change(&c, change_two, &two) != ERR_OK) break;
        if (write(w->tell, told, sizeof told) != (ssize_t)sizeof told) break;
        if (i % 64 == 63) arena_reset(arena);
    }
    arena_free(arena);
    return NULL;
}

// The child: writes from four threads until it is killed or refused. Never returns.
_Noreturn static void child(Test *t, const char *path, int tell, int64_t bytes_max)
{
    Store *store = NULL;
    Str why = STR("");
    StoreOptions options = {.path = path, .create = true};
    if (store_open(t->arena, &options, &store, &why) != ERR_OK) _exit(3);
    if (bytes_max > 0) { // more than the log is long now
        struct stat log;
        if (stat(arena_fmt(t->arena, "%s-wal", path).ptr, &log) != 0) _exit(4);
        signal(SIGXFSZ, SIG_IGN);
        rlim_t most = (rlim_t)(log.st_size + bytes_max);
        struct rlimit limit = {most, most};
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(4);
    }
    pthread_t threads[4];
    Writer writers[4];
    for (int i = 0; i < 4; i++) {
        writers[i] = (Writer){t, store, tell, (int)getpid() * 8 + i, 1000000};
        if (pthread_create(&threads[i], NULL, change_until_stopped, &writers[i]) != 0) _exit(5);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    atomic_int order = 0;
    Later later = {.add = {STR("after"), ERR_OK}, .order = &order};
    if (store_write(store, add, &later.add) == ERR_OK) _exit(6);
    store_write_later(store, t->arena, add_later, &later, settled);
    _exit(atomic_load(&later.told) == 1 && later.err == ERR_BUSY ? 0 : 7);
}

// Reads what the child was told is durable and looks for each; returns how many there were.
static int64_t all_told_are_there(Test *t, Store *store, int from)
{
    Db *db = NULL;
    CHECK_OK(store_borrow(store, &db));
    int32_t told[2];
    int64_t count = 0;
    while (read(from, told, sizeof told) == (ssize_t)sizeof told) {
        char ref[32];
        int len = snprintf(ref, sizeof ref, "%d-%d", told[0], told[1]);
        CLEANUP(rows_close)
        Rows rows = db_query(db, SQL_JOB_GET, ARGS(TEXT(((Str){ref, (size_t)len}))));
        CHECK(rows_next(&rows));
        count++;
    }
    CHECK_I64(db_count_rows(db, "job"), db_count_rows(db, "journal")); // both or neither
    store_return(store, db);
    return count;
}

static int64_t write_and_kill(Test *t, const char *path, int after_ms)
{
    int ends[2];
    if (pipe(ends) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(t, path, ends[1], 0);
    }
    close(ends[1]);
    usleep((useconds_t)after_ms * 1000);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    Store *store = open_at(t, path);
    int64_t told = store == NULL ? -1 : all_told_are_there(t, store, ends[0]);
    store_close(store);
    close(ends[0]);
    return told;
}

TEST(what_was_acknowledged_outlives_a_killed_process)
{
    int64_t told = 0;
    for (int i = 0; i < CRASHES; i++) {
        told += write_and_kill(t, file_in(t, "a.db"), 120 + (37 * i));
    }
    CHECK(told > 0);
}

TEST(a_write_that_the_disk_refuses_leaves_nothing_half)
{
    const char *path = file_in(t, "a.db"); // before the fork: the folder is made on first use
    int ends[2];
    CHECK(pipe(ends) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        child(t, path, ends[1], 300000);
    }
    close(ends[1]);
    int status = 0;
    waitpid(pid, &status, 0);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0); // refused, and refused again afterwards
    Store *store = open_at(t, path);
    CHECK(all_told_are_there(t, store, ends[0]) > 0);
    store_close(store);
    close(ends[0]);
}

TEST(a_full_disk_is_an_error_until_there_is_room)
{
    const char *dir = test_dir(t);
    if (mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=700") != 0) {
        test_skip(t, "only root can make a small disk");
        return;
    }
    Store *store = open_at(t, file_in(t, "a.db"));
    FILE *filler = fopen(file_in(t, "filler"), "w");
    while (filler != NULL && fputs("0123456789abcdef", filler) >= 0 && fflush(filler) == 0) {
    }
    Err err = ERR_OK;
    int kept = 0;
    for (int i = 0; i < 200 && err == ERR_OK; i++) {
        Add a = {arena_fmt(t->arena, "%d", i), ERR_OK};
        err = store_write(store, add, &a);
        if (err == ERR_OK) kept++;
    }
    CHECK_ERR(err, ERR_BUSY);
    CHECK_I64(count_rows(store, "job"), kept);
    atomic_int order = 0;
    Later later = {.add = {STR("later"), ERR_OK}, .order = &order};
    store_write_later(store, t->arena, add_later, &later, settled);
    for (int ms = 0; ms < WAIT_MS && atomic_load(&order) == 0; ms++) usleep(1000);
    CHECK_ERR(later.err, ERR_BUSY);
    CHECK_I64(count_rows(store, "job"), kept);
    CHECK(filler != NULL && ftruncate(fileno(filler), 0) == 0);
    Add a = {STR("again"), ERR_OK};
    CHECK_OK(store_write(store, add, &a));
    CHECK_I64(count_rows(store, "job"), kept + 1);
    store_close(store);
    if (filler != NULL) fclose(filler);
    CHECK(umount(dir) == 0);
}
