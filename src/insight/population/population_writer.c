// population_writer.c -- the second thread of a load.
#include "insight/population/population_writer.h"

#include "core/core.h"
#include "insight/population/population_pack.h"
#include "population_sql.h"

#include <pthread.h>

enum { PIECE_BYTES = 1024 * 1024 };

typedef struct Piece { // one array of events on its way into the store
    int64_t batch_id;
    const EventRow *events;
    size_t count;
    size_t at, next; // written, and after the write that runs
} Piece;

struct PackWriter {
    Ctx *c;
    Arena *arena;
    int64_t batch_id;
    EventRow *spare; // what the caller gets for the array it gives
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t changed;
    Ctx as;          // whose it is, as it was when the events were given
    EventRow *taken; // NULL: nothing to do
    size_t count;
    bool stop;
    Err err; // the first failure; nothing is written after it
};

// A person below zero is a held row, whose events wait for what is decided about it.
static Err add_pack(Ctx *c, int64_t batch_id, const EventRow *rows, size_t count, Buf *buf)
{
    int64_t person = rows[0].person;
    buf_clear(buf);
    pack_write(buf, rows, count);
    assert(buf_ok(buf));
    return db_exec(c->db, SQL_POPULATION_PACK_ADD,
                   ARGS(I64(person > 0 ? person : 0), I64(batch_id),
                        I64_OR_NONE(person < 0 ? -person : 0), I64(count), BYTES(buf_str(buf))),
                   NULL);
}

// One write: packs up to PIECE_BYTES. piece->at itself moves only after the commit.
static Err write_some(Ctx *c, void *arg)
{
    Piece *p = arg;
    CLEANUP(buf_free) Buf buf = buf_new(PACK_BYTES_MAX);
    size_t bytes = 0;
    size_t from = p->at;
    while (from < p->count && bytes < PIECE_BYTES) {
        size_t until = from;
        while (until < p->count && p->events[until].person == p->events[from].person &&
               until - from < PACK_EVENTS_MAX) {
            until++;
        }
        TRY(add_pack(c, p->batch_id, p->events + from, until - from, &buf));
        bytes += buf.len;
        from = until;
    }
    p->next = from;
    return ERR_OK;
}

// Extracts come person by person: then only each person's own events want sorting.
static void sort_events(EventRow *events, size_t count)
{
    bool grouped = true;
    for (size_t i = 1; i < count && grouped; i++) {
        grouped = events[i - 1].person <= events[i].person;
    }
    size_t from = 0;
    for (size_t i = 1; i <= count; i++) {
        bool ends = i == count || (grouped && events[i].person != events[i - 1].person);
        if (!ends) continue;
        qsort(events + from, i - from, sizeof *events, event_row_cmp);
        from = i;
    }
}

static Err write_all(Ctx *c, int64_t batch_id, EventRow *events, size_t count)
{
    sort_events(events, count);
    Piece piece = {.batch_id = batch_id, .events = events, .count = count};
    for (; piece.at < count; piece.at = piece.next) TRY(ctx_housekeep(c, write_some, &piece));
    return ERR_OK;
}

// On a reader and in memory of the thread's own.
static Err write_apart(Ctx own, int64_t batch_id, EventRow *events, size_t count)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    own.arena = scratch;
    own.issue_count = 0;
    TRY(store_borrow(own.core->store, &own.db));
    Err err = write_all(&own, batch_id, events, count);
    store_return(own.core->store, own.db);
    return err;
}

static void *writer_loop(void *arg)
{
    PackWriter *w = arg;
    (void)pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->taken == NULL && !w->stop) (void)pthread_cond_wait(&w->changed, &w->lock);
        if (w->taken == NULL) break;
        EventRow *events = w->taken;
        size_t count = w->count;
        Ctx as = w->as;
        Err before = w->err;
        (void)pthread_mutex_unlock(&w->lock);
        Err err = before != ERR_OK ? before : write_apart(as, w->batch_id, events, count);
        (void)pthread_mutex_lock(&w->lock);
        w->err = err;
        w->spare = events;
        w->taken = NULL;
        (void)pthread_cond_broadcast(&w->changed);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

PackWriter *pack_writer_new(Ctx *c, Arena *arena, int64_t batch_id)
{
    PackWriter *w = ARENA_NEW(arena, PackWriter);
    *w = (PackWriter){.c = c, .arena = arena, .batch_id = batch_id};
    if (pthread_mutex_init(&w->lock, NULL) != 0 || pthread_cond_init(&w->changed, NULL) != 0) {
        abort(); // no resources are needed for either on Linux
    }
    w->has_thread =
        store_threaded(c->core->store) && pthread_create(&w->thread, NULL, writer_loop, w) == 0;
    return w;
}

Err pack_writer_wait(PackWriter *w)
{
    (void)pthread_mutex_lock(&w->lock);
    while (w->taken != NULL) (void)pthread_cond_wait(&w->changed, &w->lock);
    Err err = w->err;
    (void)pthread_mutex_unlock(&w->lock);
    return err;
}

Err pack_writer_take(PackWriter *w, EventRow **events, size_t count)
{
    // Inside a change of the caller's the writer is the caller's too: done here, as part of it.
    if (!w->has_thread || w->c->changing) {
        if (w->has_thread) TRY(pack_writer_wait(w));
        if (w->err == ERR_OK) w->err = write_all(w->c, w->batch_id, *events, count);
        return w->err;
    }
    TRY(pack_writer_wait(w));
    EventRow *given = w->spare;
    if (given == NULL) given = ARENA_ARRAY(w->arena, EventRow, PACK_WRITER_EVENTS_MAX);
    (void)pthread_mutex_lock(&w->lock);
    w->as = *w->c;
    w->taken = *events;
    w->count = count;
    (void)pthread_cond_broadcast(&w->changed);
    (void)pthread_mutex_unlock(&w->lock);
    *events = given;
    return ERR_OK;
}

void pack_writer_free(PackWriter *w)
{
    if (w == NULL) return;
    if (w->has_thread) {
        (void)pthread_mutex_lock(&w->lock);
        w->stop = true;
        (void)pthread_cond_broadcast(&w->changed);
        (void)pthread_mutex_unlock(&w->lock);
        (void)pthread_join(w->thread, NULL);
    }
    (void)pthread_cond_destroy(&w->changed);
    (void)pthread_mutex_destroy(&w->lock);
}
