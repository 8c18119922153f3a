// anchor.c -- one small thread and one append-only file.
#include "core/anchor.h"

#include "core/log.h"
#include "core/sha256.h"
#include "journal_sql.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHAINS = 2, LINES_BYTES_MAX = 1024 };

struct Anchor {
    const Core *core;
    int fd;
    bool torn;               // the file does not end with a whole line
    int64_t written[CHAINS]; // seq of the last line of each chain
    pthread_mutex_t mutex;   // anchor_now: the thread and others
    pthread_mutex_t stop_mutex;
    pthread_cond_t stop;
    bool stopping;
    pthread_t thread;
    bool threaded;
};

// Adds the chain's line to `out` when it has grown.
static Err add_head(const Anchor *a, Arena *arena, size_t chain, int64_t *seq, Buf *out)
{
    Store *store = chain == 0 ? a->core->store : a->core->access_store;
    Db *db = NULL;
    TRY(store_borrow(store, &db));
    Rows rows = db_query(db, chain == 0 ? SQL_JOURNAL_HEAD : SQL_JOURNAL_ACCESS_HEAD, NO_ARGS);
    if (rows_next(&rows) && row_i64(&rows, 0) != a->written[chain]) {
        *seq = row_i64(&rows, 0);
        uint8_t hash[SHA256_BYTES] = {0};
        Str head = row_view(&rows, 1);
        memcpy(hash, head.ptr, head.len < sizeof hash ? head.len : sizeof hash);
        Str at = instant_iso(arena, clock_now(a->core->clock));
        buf_fmt(out, STR_FMT " %s %lld " STR_FMT "\n", STR_ARG(at),
                chain == 0 ? "journal" : "access", (long long)*seq,
                STR_ARG(sha256_hex(arena, hash)));
    }
    rows_close(&rows);
    store_return(store, db);
    return rows.err;
}

int64_t anchor_height(const Core *core)
{
    Store *const stores[CHAINS] = {core->store, core->access_store};
    const StatementId heads[CHAINS] = {SQL_JOURNAL_HEAD, SQL_JOURNAL_ACCESS_HEAD};
    int64_t height = 0;
    for (size_t i = 0; i < CHAINS; i++) {
        Db *db = NULL;
        if (stores[i] == NULL || store_borrow(stores[i], &db) != ERR_OK) return 0;
        Rows rows = db_query(db, heads[i], NO_ARGS);
        if (rows_next(&rows)) height += row_i64(&rows, 0);
        rows_close(&rows);
        store_return(stores[i], db);
    }
    return height;
}

static Err append(Anchor *a, Buf *lines)
{
    Str text = buf_str(lines);
    // One write, so that a line is torn only by a power cut; the next line then starts a new one.
    if (write(a->fd, text.ptr, text.len) != (ssize_t)text.len) {
        a->torn = true;
        return ERR_FAULT;
    }
    return fsync(a->fd) == 0 ? ERR_OK : ERR_FAULT;
}

Err anchor_now(Anchor *a)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    pthread_mutex_lock(&a->mutex);
    Buf lines = buf_new(LINES_BYTES_MAX);
    if (a->torn) buf_add_char(&lines, '\n');
    size_t before = lines.len;
    int64_t seq[CHAINS] = {a->written[0], a->written[1]};
    Err err = ERR_OK;
    for (size_t i = 0; i < CHAINS && err == ERR_OK; i++) {
        err = add_head(a, arena, i, &seq[i], &lines);
    }
    if (err == ERR_OK && lines.len > before) {
        err = append(a, &lines);
        if (err == ERR_OK) {
            a->torn = false;
            for (size_t i = 0; i < CHAINS; i++) a->written[i] = seq[i];
        }
    }
    buf_free(&lines);
    pthread_mutex_unlock(&a->mutex);
    return err;
}

static void *anchor_main(void *arg)
{
    Anchor *a = arg;
    pthread_mutex_lock(&a->stop_mutex);
    while (!a->stopping) {
        int64_t until_ms = clock_ticks_ms() + ((int64_t)ANCHOR_SECONDS * 1000);
        struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = (until_ms % 1000) * 1000000};
        pthread_cond_timedwait(&a->stop, &a->stop_mutex, &until);
        if (a->stopping) break;
        pthread_mutex_unlock(&a->stop_mutex);
        // Tried again in a minute; the operator hears of it each time.
        if (anchor_now(a) != ERR_OK) log_line(LOG_ERROR, "anchor-failed", NULL, 0);
        pthread_mutex_lock(&a->stop_mutex);
    }
    pthread_mutex_unlock(&a->stop_mutex);
    return NULL;
}

static Err open_file(Arena *arena, Anchor *a, Str dir, Str *why)
{
    const char *folder = arena_c(arena, dir);
    const char *path = arena_fmt(arena, "%s/" ANCHOR_FILE, folder).ptr;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        *why = arena_fmt(arena, "The folder for anchors %s cannot be made: %s.", folder,
                         strerrordesc_np(errno));
        return ERR_FAULT;
    }
    // Append-only (chattr +a) forbids everything but O_APPEND.
    a->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (a->fd < 0) {
        *why =
            arena_fmt(arena, "Anchors cannot be written to %s: %s.", path, strerrordesc_np(errno));
        return ERR_FAULT;
    }
    int in = open(path, O_RDONLY | O_CLOEXEC);
    char last = '\n';
    off_t size = in < 0 ? 0 : lseek(in, 0, SEEK_END);
    if (size > 0 && pread(in, &last, 1, size - 1) == 1) a->torn = last != '\n';
    if (in >= 0) close(in);
    // The new file's name must outlive a power cut as well.
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at >= 0) {
        (void)fsync(at);
        close(at);
    }
    return ERR_OK;
}

Err anchor_open(Arena *arena, const Core *core, Str dir, Anchor **out, Str *why_out)
{
    Anchor *a = calloc(1, sizeof *a);
    if (a == NULL) abort();
    a->core = core;
    a->fd = -1;
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&a->stop, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&a->mutex, NULL);
    pthread_mutex_init(&a->stop_mutex, NULL);
    Err err = open_file(arena, a, dir, why_out);
    // What the last run left without an anchor gets one now.
    if (err == ERR_OK && anchor_now(a) != ERR_OK) {
        *why_out = STR("The first anchor could not be written.");
        err = ERR_FAULT;
    }
    if (err == ERR_OK) {
        a->threaded = pthread_create(&a->thread, NULL, anchor_main, a) == 0;
        if (!a->threaded) {
            *why_out = STR("The anchors' thread cannot be started.");
            err = ERR_FAULT;
        }
    }
    if (err != ERR_OK) {
        (void)anchor_close(a);
        return err;
    }
    *out = a;
    return ERR_OK;
}

Err anchor_close(Anchor *a)
{
    if (a == NULL) return ERR_OK;
    Err err = ERR_OK;
    if (a->threaded) {
        pthread_mutex_lock(&a->stop_mutex);
        a->stopping = true;
        pthread_cond_signal(&a->stop);
        pthread_mutex_unlock(&a->stop_mutex);
        pthread_join(a->thread, NULL);
        err = anchor_now(a);
    }
    if (a->fd >= 0) close(a->fd);
    pthread_cond_destroy(&a->stop);
    pthread_mutex_destroy(&a->mutex);
    pthread_mutex_destroy(&a->stop_mutex);
    free(a);
    return err;
}
