// store.c -- one writer thread that commits many works together, and readers that are lent out.
//
// Works queue up; the writer takes all that wait, runs each in a savepoint, commits once and wakes
// every caller after the commit is on disk. Nobody else writes or checkpoints, which also keeps us
// out of reach of the log-reset fault that SQLite has before 3.51.3.
#include "core/clock.h"
#include "core/db_conn.h"
#include "core/log.h"
#include "core/migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUEUE_MAX = 1024, BATCH_MAX = 256, WAIT_MS = 1000, PATH_BYTES_MAX = 1024 };

typedef struct Work { // on its caller's stack until it is done, or in an arena until it is settled
    StoreWork *run;
    void *arg;
    Err err;
    StoreSettled *settled; // NULL: somebody sleeps until it is done
    bool done;
    pthread_cond_t woken;
    struct Work *next;
} Work;

struct Store {
    StoreOptions options;
    char path[PATH_BYTES_MAX];
    int lock_fd; // -1: none
    Db *writer;  // NULL when looking only; in a private store it is the reader too
    pthread_t thread;
    bool threaded;
    bool stopping;

    pthread_mutex_t mutex;
    pthread_cond_t work_came;
    pthread_cond_t room_came; // in the queue
    pthread_cond_t reader_came;
    Work *first;
    Work *last;
    size_t queued;
    bool failed;
    Db *idle[READERS_MAX];
    size_t idle_count;
    size_t readers; // open ones, lent or idle

    pthread_mutex_t watch_mutex; // of the two below; held while it is called
    StoreCommitted *committed;   // NULL: nobody watches
    void *committed_arg;
};

// ---- the writer

static Err run_work(Db *db, StoreWork *run, void *arg)
{
    DbWork saved;
    TRY(db_work_begin(db, &saved));
    return db_work_end(db, &saved, run(db, arg));
}

// Everything that waits, up to BATCH_MAX; NULL when the store is closing and nothing is left.
static Work *take_batch(Store *store)
{
    pthread_mutex_lock(&store->mutex);
    while (store->first == NULL && !store->stopping) {
        pthread_cond_wait(&store->work_came, &store->mutex);
    }
    Work *batch = store->first;
    Work *last = batch;
    size_t taken = batch == NULL ? 0 : 1;
    while (last != NULL && last->next != NULL && taken < BATCH_MAX) {
        last = last->next;
        taken++;
    }
    if (last != NULL) {
        store->first = last->next;
        if (store->first == NULL) store->last = NULL;
        last->next = NULL;
    }
    store->queued -= taken;
    pthread_cond_broadcast(&store->room_came);
    pthread_mutex_unlock(&store->mutex);
    return batch;
}

static void tell_watcher(Store *store)
{
    pthread_mutex_lock(&store->watch_mutex);
    if (store->committed != NULL) store->committed(store->committed_arg);
    pthread_mutex_unlock(&store->watch_mutex);
}

void store_watch(Store *store, StoreCommitted *committed, void *arg)
{
    pthread_mutex_lock(&store->watch_mutex);
    store->committed = committed;
    store->committed_arg = arg;
    pthread_mutex_unlock(&store->watch_mutex);
}

static Err run_batch(Store *store, Work *batch)
{
    Db *db = store->writer;
    TRY(db_begin(db));
    for (Work *work = batch; work != NULL; work = work->next) {
        work->err = run_work(db, work->run, work->arg);
        // SQLite undid the works before this one too: none of them may be told it succeeded.
        if (!db_in_transaction(db)) return work->err;
    }
    Err err = db_commit(db);
    if (err != ERR_OK) db_rollback(db);
    return err;
}

// Answers every caller. When the commit failed, those that had succeeded are told ERR_FAULT.
static void wake_batch(Store *store, Work *batch, Err commit_err)
{
    Work *later = NULL; // told in their order, without the lock
    Work **last = &later;
    pthread_mutex_lock(&store->mutex);
    if (db_io_failed(store->writer)) store->failed = true;
    for (Work *work = batch; work != NULL;) {
        Work *next = work->next; // the caller's stack is gone once it wakes
        if (commit_err != ERR_OK && work->err == ERR_OK) {
            work->err = commit_err == ERR_BUSY ? ERR_BUSY : ERR_FAULT;
        }
        if (work->settled != NULL) {
            *last = work;
            last = &work->next;
        } else {
            work->done = true;
            pthread_cond_signal(&work->woken);
        }
        work = next;
    }
    *last = NULL;
    pthread_mutex_unlock(&store->mutex);
    for (Work *work = later; work != NULL;) {
        Work *next = work->next; // its arena too
        work->settled(work->arg, work->err);
        work = next;
    }
}

static void *writer_main(void *arg)
{
    Store *store = arg;
    for (Work *batch = take_batch(store); batch != NULL; batch = take_batch(store)) {
        bool failed_before = store->failed; // set by this thread alone
        Err err = failed_before ? ERR_BUSY : run_batch(store, batch);
        bool wrote = !failed_before && err == ERR_OK && db_wrote(store->writer);
        wake_batch(store, batch, err);
        if (wrote) tell_watcher(store);
        if (store->failed && !failed_before && store->options.failed != NULL) {
            store->options.failed(store->options.failed_arg, db_why(store->writer));
        }
        if (err != ERR_OK && !failed_before) {
            LogField fields[] = {LOG_REF("why", str_from_c(db_why(store->writer)))};
            log_line(LOG_ERROR, "commit-failed", fields, COUNT_OF(fields));
        }
        if (!store->failed) db_checkpoint(store->writer);
    }
    return NULL;
}

static struct timespec soon(void)
{
    int64_t ms = clock_ticks_ms() + WAIT_MS;
    return (struct timespec){.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000};
}

static void cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

// Queues the work and sleeps until the writer has answered it, where nobody else is to be told.
static Err hand_over(Store *store, Work *work)
{
    bool sleeps = work->settled == NULL;
    struct timespec until = soon();
    pthread_mutex_lock(&store->mutex);
    int waited = 0;
    while (store->queued >= QUEUE_MAX && waited == 0) {
        waited = pthread_cond_timedwait(&store->room_came, &store->mutex, &until);
    }
    if (store->queued >= QUEUE_MAX || store->failed || store->stopping) {
        pthread_mutex_unlock(&store->mutex);
        return ERR_BUSY;
    }
    if (store->last == NULL) {
        store->first = work;
    } else {
        store->last->next = work;
    }
    store->last = work;
    store->queued++;
    pthread_cond_signal(&store->work_came);
    while (sleeps && !work->done) pthread_cond_wait(&work->woken, &store->mutex);
    pthread_mutex_unlock(&store->mutex);
    return sleeps ? work->err : ERR_OK; // the other may be gone by now
}

// A private store: the caller's own thread is the writer.
static Err run_here(Store *store, StoreWork *run, void *arg)
{
    Db *db = store->writer;
    if (db_in_transaction(db)) return run_work(db, run, arg);
    TRY(db_begin(db));
    Err err = run_work(db, run, arg);
    Err commit_err = db_in_transaction(db) ? db_commit(db) : ERR_FAULT;
    if (commit_err != ERR_OK) db_rollback(db);
    if (commit_err == ERR_OK && db_wrote(db)) tell_watcher(store);
    return err != ERR_OK ? err : commit_err;
}

bool store_threaded(const Store *store)
{
    return store->threaded;
}

Err store_write(Store *store, StoreWork *run, void *arg)
{
    if (store->writer == NULL) return ERR_BUSY; // looking only
    if (!store->threaded) return run_here(store, run, arg);
    if (pthread_equal(pthread_self(), store->thread)) return run_work(store->writer, run, arg);

    Work work = {.run = run, .arg = arg};
    cond_init(&work.woken);
    Err err = hand_over(store, &work);
    pthread_cond_destroy(&work.woken);
    return err;
}

void store_write_later(Store *store, Arena *arena, StoreWork *work, void *arg,
                       StoreSettled *settled)
{
    if (store->writer == NULL || !store->threaded) {
        settled(arg, store_write(store, work, arg));
        return;
    }
    assert(!pthread_equal(pthread_self(), store->thread));
    Work *later = ARENA_NEW(arena, Work);
    *later = (Work){.run = work, .arg = arg, .settled = settled};
    Err err = hand_over(store, later);
    if (err != ERR_OK) settled(arg, err);
}

// ---- readers

// An idle reader, or leave to open one more (*out NULL).
static Err claim_reader(Store *store, Db **out)
{
    struct timespec until = soon();
    *out = NULL;
    pthread_mutex_lock(&store->mutex);
    int waited = 0;
    while (store->idle_count == 0 && store->readers == READERS_MAX && waited == 0) {
        waited = pthread_cond_timedwait(&store->reader_came, &store->mutex, &until);
    }
    Err err = ERR_OK;
    if (store->idle_count > 0) {
        *out = store->idle[--store->idle_count];
    } else if (store->readers < READERS_MAX) {
        store->readers++;
    } else {
        err = ERR_BUSY;
    }
    pthread_mutex_unlock(&store->mutex);
    return err;
}

static void drop_reader(Store *store, Db *db)
{
    db_close(db);
    pthread_mutex_lock(&store->mutex);
    store->readers--;
    pthread_cond_signal(&store->reader_came);
    pthread_mutex_unlock(&store->mutex);
}

static Err open_reader(Store *store, Db **out)
{
    DbOptions options = {
        .path = store->path, .mode = DB_READER, .access_store = store->options.access_store};
    char why[DB_WHY_BYTES_MAX];
    return db_open(&options, out, why);
}

Err store_borrow(Store *store, Db **out)
{
    if (store->options.path == NULL) {
        *out = store->writer;
        return ERR_OK;
    }
    Db *db = NULL;
    TRY(claim_reader(store, &db));
    Err err = db == NULL ? open_reader(store, &db) : ERR_OK;
    if (err == ERR_OK) err = db_begin(db);
    if (err != ERR_OK) {
        drop_reader(store, db);
        return err;
    }
    db_allow_ms(db, DB_READER_MS);
    db_heed(db, NULL);
    *out = db;
    return ERR_OK;
}

void store_return(Store *store, Db *db)
{
    if (db == NULL || store->options.path == NULL) return;
    db_rollback(db);
    if (db_in_transaction(db)) { // cannot happen unless rows are left open; do not lend it again
        drop_reader(store, db);
        return;
    }
    pthread_mutex_lock(&store->mutex);
    store->idle[store->idle_count++] = db;
    pthread_cond_signal(&store->reader_came);
    pthread_mutex_unlock(&store->mutex);
}

void store_rest(Store *store, Db *db)
{
    if (db != NULL && store->options.path != NULL) db_rollback(db);
}

void store_refresh(Store *store, Db *db)
{
    if (db == NULL || store->options.path == NULL) return;
    db_rollback(db);
    // A reader that cannot begin reads outside a transaction: each statement then sees its own
    // moment.
    if (db_begin(db) != ERR_OK) return;
}

// ---- opening and closing

static Store *store_new(const StoreOptions *options)
{
    Store *store = calloc(1, sizeof *store);
    if (store == NULL) abort();
    store->options = *options;
    store->lock_fd = -1;
    if (options->path != NULL) snprintf(store->path, sizeof store->path, "%s", options->path);
    pthread_mutex_init(&store->mutex, NULL);
    pthread_mutex_init(&store->watch_mutex, NULL);
    cond_init(&store->work_came);
    cond_init(&store->room_came);
    cond_init(&store->reader_came);
    return store;
}

// The folder must be for one user's eyes only: beside the store lie its log and its lock.
static Err check_folder(Arena *arena, const StoreOptions *options, Str *why)
{
    Str path = str_from_c(options->path);
    size_t cut = path.len;
    while (cut > 0 && path.ptr[cut - 1] != '/') cut--;
    const char *folder = cut == 0 ? "." : arena_c(arena, str_slice(path, 0, cut));
    struct stat about;
    if (options->create && mkdir(folder, 0700) != 0 && errno != EEXIST) {
        *why =
            arena_fmt(arena, "The folder %s cannot be made: %s.", folder, strerrordesc_np(errno));
        return ERR_FAULT;
    }
    if (stat(folder, &about) != 0 || !S_ISDIR(about.st_mode)) {
        *why = arena_fmt(arena, "There is no folder %s.", folder);
        return ERR_NOT_FOUND;
    }
    if ((about.st_mode & 077) != 0) {
        *why = arena_fmt(arena, "Other users can look into the folder %s: run chmod 700 on it.",
                         folder);
        return ERR_FORBIDDEN;
    }
    return ERR_OK;
}

static Err take_lock(Arena *arena, Store *store, Str *why)
{
    const char *path = arena_fmt(arena, "%s.lock", store->path).ptr;
    store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (store->lock_fd < 0) {
        *why = arena_fmt(arena, "The lock %s cannot be opened: %s.", path, strerrordesc_np(errno));
        return ERR_FAULT;
    }
    if (flock(store->lock_fd, LOCK_EX | LOCK_NB) == 0) return ERR_OK;
    *why = arena_fmt(arena, "Another process is using %s: stop it first.", store->path);
    return ERR_BUSY;
}

// Makes the file with its own rights before SQLite sees it; its log and index copy them.
static Err make_file(Arena *arena, const Store *store, bool *fresh, Str *why)
{
    *fresh = false;
    struct stat about;
    if (stat(store->path, &about) == 0) {
        *fresh = about.st_size == 0; // made, but stopped before the first step
        return ERR_OK;
    }
    if (!store->options.create) {
        *why = arena_fmt(arena, "There is no store at %s.", store->path);
        return ERR_NOT_FOUND;
    }
    int fd = open(store->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        *why = arena_fmt(arena, "The store %s cannot be made: %s.", store->path,
                         strerrordesc_np(errno));
        return ERR_FAULT;
    }
    close(fd);
    *fresh = true;
    return ERR_OK;
}

static Err open_writer(Arena *arena, Store *store, Str *why)
{
    DbOptions options = {.path = store->options.path,
                         .mode = store->options.path == NULL ? DB_PRIVATE : DB_WRITER,
                         .access_store = store->options.access_store,
                         .bulk = store->options.bulk};
    if (options.path != NULL) {
        TRY(check_folder(arena, &store->options, why));
        TRY(take_lock(arena, store, why));
        TRY(make_file(arena, store, &options.fresh, why));
    }
    char reason[DB_WHY_BYTES_MAX] = "";
    Err err = db_open(&options, &store->writer, reason);
    if (err != ERR_OK) {
        *why = arena_fmt(arena, "The store cannot be opened (%s).", reason);
        return err;
    }
    bool access = store->options.access_store;
    return migrate_forward(arena, store->writer, migrate_list(access), access, why);
}

static Err look(Arena *arena, Store *store, Str *why)
{
    struct stat about;
    if (stat(store->path, &about) != 0) {
        *why = arena_fmt(arena, "There is no store at %s.", store->path);
        return ERR_NOT_FOUND;
    }
    Db *db = NULL;
    Err err = store_borrow(store, &db);
    if (err != ERR_OK) {
        *why = arena_fmt(arena, "The store %s cannot be read.", store->path);
        return err;
    }
    bool access = store->options.access_store;
    err = migrate_check(arena, db, migrate_list(access), access, why);
    store_return(store, db);
    return err;
}

Err store_open(Arena *arena, const StoreOptions *options, Store **out, Str *why_out)
{
    assert(options->path == NULL || strlen(options->path) < PATH_BYTES_MAX);
    assert(options->path != NULL || !options->look_only);
    Store *store = store_new(options);
    Str why = STR("");
    Err err = options->look_only ? look(arena, store, &why) : open_writer(arena, store, &why);
    if (err == ERR_OK && options->path != NULL && !options->look_only) {
        store->threaded = pthread_create(&store->thread, NULL, writer_main, store) == 0;
        if (!store->threaded) {
            why = STR("The writer's thread cannot be started.");
            err = ERR_FAULT;
        }
    }
    if (err != ERR_OK) {
        store_close(store);
        if (why_out != NULL) *why_out = why;
        return err;
    }
    *out = store;
    return ERR_OK;
}

void store_close(Store *store)
{
    if (store == NULL) return;
    if (store->threaded) {
        pthread_mutex_lock(&store->mutex);
        store->stopping = true;
        pthread_cond_signal(&store->work_came);
        pthread_mutex_unlock(&store->mutex);
        pthread_join(store->thread, NULL);
    }
    assert(store->idle_count == store->readers); // every lent reader was given back
    for (size_t i = 0; i < store->idle_count; i++) db_close(store->idle[i]);
    db_close(store->writer); // the last connection: SQLite copies the log into the file
    if (store->lock_fd >= 0) close(store->lock_fd);
    pthread_cond_destroy(&store->work_came);
    pthread_cond_destroy(&store->room_came);
    pthread_cond_destroy(&store->reader_came);
    pthread_mutex_destroy(&store->mutex);
    pthread_mutex_destroy(&store->watch_mutex);
    free(store);
}

Err store_clone(Store *from, Store **out)
{
    assert(from->options.path == NULL);
    Store *store = store_new(&from->options);
    DbOptions options = {.mode = DB_PRIVATE, .access_store = from->options.access_store};
    char why[DB_WHY_BYTES_MAX];
    Err err = db_open(&options, &store->writer, why);
    if (err == ERR_OK) err = db_copy(from->writer, store->writer);
    if (err != ERR_OK) {
        store_close(store);
        return err;
    }
    *out = store;
    return ERR_OK;
}

Err store_backup(Store *store, const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EEXIST ? ERR_CONFLICT : ERR_FAULT;
    Db *from = NULL;
    Db *to = NULL;
    DbOptions options = {.path = path,
                         .mode = DB_WRITER,
                         .access_store = store->options.access_store,
                         .fresh = true};
    char why[DB_WHY_BYTES_MAX];
    Err err = db_open(&options, &to, why);
    if (err == ERR_OK) err = store_borrow(store, &from);
    if (err == ERR_OK) err = db_copy(from, to);
    store_return(store, from);
    db_close(to);
    if (err == ERR_OK && fsync(fd) != 0) err = ERR_FAULT;
    close(fd);
    if (err != ERR_OK) unlink(path);
    return err;
}
