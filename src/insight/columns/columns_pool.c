// columns_pool.c -- threads that take stripes from whoever asks, and the memory each works in.
#include "core/clock.h"
#include "insight/columns/columns.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SCRATCH_ALIGN = 64, WORKER_NICE = 5 };

struct ColumnScratch {
    char *base;
    size_t used;
};

typedef struct Run { // one question, on its asker's stack until it is answered
    PieceTask *task;
    void *arg;
    size_t count;
    const RunLimits *limits;
    int64_t until_ms; // of the clock's ticks, 0: no end
    size_t next;      // under the pool's lock: the first piece nobody has taken
    size_t working;   // and how many threads are at a piece
    Err err;          // of the first piece that failed
    size_t err_at;
    bool stopped; // budget or cancel: no more pieces are given out
    struct Run *later;
} Run;

struct ColumnPool {
    pthread_mutex_t lock; // of everything below and of every Run
    pthread_cond_t asked; // workers wait for it
    pthread_cond_t done;  // askers wait for it: a piece ended, or a scratch is free
    Run *first;
    bool stop;
    pthread_t threads[COLUMN_THREADS_MAX];
    size_t thread_count;
    ColumnScratch scratch[COLUMN_THREADS_MAX + COLUMN_ASKERS_MAX]; // threads' own, then askers'
    bool lent[COLUMN_ASKERS_MAX];
};

// ---- scratch

static void scratch_open(ColumnScratch *scratch)
{
    if (scratch->base != NULL) return;
    // Only what is touched takes memory.
    void *base = mmap(NULL, SCRATCH_BYTES_MAX, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) abort();
    // Arrays by person are read at random: large pages, where there are any, keep them in reach.
    (void)madvise(base, SCRATCH_BYTES_MAX, MADV_HUGEPAGE);
    *scratch = (ColumnScratch){.base = base};
}

void *scratch_take_raw(ColumnScratch *scratch, size_t count, size_t size)
{
    size_t bytes = (count * size + SCRATCH_ALIGN - 1) / SCRATCH_ALIGN * SCRATCH_ALIGN;
    if (count > SCRATCH_BYTES_MAX || bytes > SCRATCH_BYTES_MAX - scratch->used) abort();
    void *at = scratch->base + scratch->used;
    scratch->used += bytes;
    return at;
}

void *scratch_take(ColumnScratch *scratch, size_t count, size_t size)
{
    return memset(scratch_take_raw(scratch, count, size), 0, count * size);
}

uint64_t *scratch_bits(ColumnScratch *scratch)
{
    return scratch_take(scratch, STRIPE_WORDS, sizeof(uint64_t));
}

uint64_t *scratch_bits_raw(ColumnScratch *scratch)
{
    return scratch_take_raw(scratch, STRIPE_WORDS, sizeof(uint64_t));
}

size_t scratch_mark(const ColumnScratch *scratch)
{
    return scratch->used;
}

void scratch_back(ColumnScratch *scratch, size_t mark)
{
    assert(mark <= scratch->used);
    scratch->used = mark;
}

// ---- working

static bool must_stop(const Run *run)
{
    if (run->limits == NULL) return false;
    if (run->limits->cancel != NULL && atomic_load(run->limits->cancel)) return true;
    return run->until_ms != 0 && clock_ticks_ms() >= run->until_ms;
}

// Takes and does one piece of the run. Called and left with the lock held; false: none is left.
static bool work_once(ColumnPool *pool, Run *run, ColumnScratch *scratch)
{
    if (run->stopped || run->next == run->count) return false;
    if (must_stop(run)) {
        run->stopped = true;
        return false;
    }
    size_t piece = run->next++;
    run->working++;
    (void)pthread_mutex_unlock(&pool->lock);
    size_t mark = scratch_mark(scratch);
    Err err = run->task(run->arg, piece, scratch);
    scratch_back(scratch, mark);
    (void)sched_yield(); // whoever answers a page goes first
    (void)pthread_mutex_lock(&pool->lock);
    run->working--;
    if (err != ERR_OK && (run->err == ERR_OK || piece < run->err_at)) {
        run->err = err;
        run->err_at = piece;
    }
    if (run->working == 0) (void)pthread_cond_broadcast(&pool->done);
    return true;
}

static Run *run_with_work(const ColumnPool *pool)
{
    for (Run *run = pool->first; run != NULL; run = run->later) {
        if (!run->stopped && run->next < run->count) return run;
    }
    return NULL;
}

typedef struct Worker {
    ColumnPool *pool;
    size_t index;
} Worker;

static void *work(void *arg)
{
    Worker *worker = arg;
    ColumnPool *pool = worker->pool;
    // Behind the threads that answer pages; on Linux this is the thread's own.
    (void)setpriority(PRIO_PROCESS, (id_t)gettid(), WORKER_NICE);
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->stop) {
        Run *run = run_with_work(pool);
        if (run == NULL) {
            (void)pthread_cond_wait(&pool->asked, &pool->lock);
        } else {
            (void)work_once(pool, run, &pool->scratch[worker->index]);
        }
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

// ---- asking

static ColumnScratch *borrow(ColumnPool *pool)
{
    for (;;) {
        for (size_t i = 0; i < COLUMN_ASKERS_MAX; i++) {
            ColumnScratch *scratch = &pool->scratch[COLUMN_THREADS_MAX + i];
            if (pool->lent[i]) continue;
            scratch_open(scratch);
            pool->lent[i] = true;
            return scratch;
        }
        (void)pthread_cond_wait(&pool->done, &pool->lock);
    }
}

static void give_back(ColumnPool *pool, const ColumnScratch *scratch)
{
    pool->lent[scratch - &pool->scratch[COLUMN_THREADS_MAX]] = false;
    (void)pthread_cond_broadcast(&pool->done);
}

static void leave(ColumnPool *pool, const Run *run)
{
    Run **at = &pool->first;
    while (*at != run) at = &(*at)->later;
    *at = run->later;
}

Err columns_run_pieces(ColumnPool *pool, size_t count, const RunLimits *limits, PieceTask *task,
                       void *arg)
{
    Run run = {.task = task, .arg = arg, .count = count, .limits = limits};
    if (limits != NULL && limits->budget_ms > 0) {
        run.until_ms = clock_ticks_ms() + limits->budget_ms;
    }
    (void)pthread_mutex_lock(&pool->lock);
    ColumnScratch *scratch = borrow(pool);
    run.later = pool->first;
    pool->first = &run;
    if (count > 1 && pool->thread_count > 0) (void)pthread_cond_broadcast(&pool->asked);
    while (work_once(pool, &run, scratch)) {
    }
    while (run.working > 0) (void)pthread_cond_wait(&pool->done, &pool->lock);
    leave(pool, &run);
    give_back(pool, scratch);
    (void)pthread_mutex_unlock(&pool->lock);
    if (run.err != ERR_OK) return run.err;
    return run.stopped ? ERR_BUSY : ERR_OK;
}

typedef struct StripeRun {
    const Columns *columns;
    ColumnTask *task;
    void *arg;
} StripeRun;

static Err run_stripe(void *arg, size_t index, ColumnScratch *scratch)
{
    StripeRun *run = arg;
    return run->task(run->arg, &run->columns->stripes[index], index, scratch);
}

Err columns_run(ColumnPool *pool, const Columns *columns, const RunLimits *limits, ColumnTask *task,
                void *arg)
{
    StripeRun run = {columns, task, arg};
    return columns_run_pieces(pool, columns->stripe_count, limits, run_stripe, &run);
}

// ---- its life

Err columns_pool_new(Arena *arena, int threads, ColumnPool **out)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (threads <= 0) threads = processors > 0 ? (int)processors : 1;
    if (threads > COLUMN_THREADS_MAX) threads = COLUMN_THREADS_MAX;
    ColumnPool *pool = ARENA_NEW(arena, ColumnPool);
    Worker *workers = ARENA_ARRAY(arena, Worker, (size_t)threads);
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->asked, NULL) != 0 ||
        pthread_cond_init(&pool->done, NULL) != 0) {
        return ERR_FAULT;
    }
    for (int i = 1; i < threads; i++) {
        size_t index = pool->thread_count;
        workers[index] = (Worker){pool, index};
        scratch_open(&pool->scratch[index]);
        // Fewer threads give the same answers.
        if (pthread_create(&pool->threads[index], NULL, work, &workers[index]) != 0) break;
        pool->thread_count++;
    }
    *out = pool;
    return ERR_OK;
}

void columns_pool_free(ColumnPool *pool)
{
    if (pool == NULL) return;
    (void)pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    (void)pthread_cond_broadcast(&pool->asked);
    (void)pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->thread_count; i++) (void)pthread_join(pool->threads[i], NULL);
    for (size_t i = 0; i < COUNT_OF(pool->scratch); i++) {
        if (pool->scratch[i].base != NULL) {
            (void)munmap(pool->scratch[i].base, SCRATCH_BYTES_MAX);
        }
    }
    (void)pthread_cond_destroy(&pool->done);
    (void)pthread_cond_destroy(&pool->asked);
    (void)pthread_mutex_destroy(&pool->lock);
}
