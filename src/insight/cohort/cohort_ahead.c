// cohort_ahead.c -- see cohort_ahead.h.
#include "insight/cohort/cohort_ahead.h"

#include "core/clock.h"

#include <time.h>

enum {
    QUIET_MS = 500,  // without other columns, before it begins
    REST_TIMES = 20, // so many times as long as it worked it rests
};

// With the lock held: until other columns are told of, the end is, or the time has come. The clock
// is the machine's, which may be set: a wait is then too long or too short, no more.
static void wait_ms(Ahead *ahead, int64_t ms)
{
    int64_t until = clock_now(NULL).ms + ms;
    struct timespec at = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    (void)pthread_cond_timedwait(&ahead->wake, &ahead->lock, &at);
}

// With the lock held. Which columns stand still now; 0: the end has come.
static int64_t wait_for_still(Ahead *ahead, int64_t done)
{
    while (!ahead->stop && ahead->told == done) {
        (void)pthread_cond_wait(&ahead->wake, &ahead->lock);
    }
    int64_t seen = 0;
    int64_t began = 0;
    while (!ahead->stop && (seen != ahead->told || clock_now(NULL).ms - began < QUIET_MS)) {
        if (seen != ahead->told) began = clock_now(NULL).ms;
        seen = ahead->told;
        wait_ms(ahead, QUIET_MS);
    }
    return ahead->stop ? 0 : seen;
}

static void rest(Ahead *ahead, int64_t worked_ms)
{
    int64_t until = clock_now(NULL).ms + REST_TIMES * worked_ms;
    for (int64_t left = 1; !ahead->stop && left > 0;) {
        left = until - clock_now(NULL).ms;
        if (left > 0) wait_ms(ahead, left);
    }
}

static void *work_loop(void *arg)
{
    Ahead *ahead = arg;
    (void)pthread_mutex_lock(&ahead->lock);
    for (int64_t done = 0; (done = wait_for_still(ahead, done)) != 0;) {
        (void)pthread_mutex_unlock(&ahead->lock);
        int64_t began = clock_now(NULL).ms;
        ahead->work(ahead->arg);
        int64_t worked = clock_now(NULL).ms - began;
        (void)pthread_mutex_lock(&ahead->lock);
        rest(ahead, worked);
    }
    (void)pthread_mutex_unlock(&ahead->lock);
    return NULL;
}

Err ahead_start(Ahead *ahead, AheadWork *work, void *arg)
{
    *ahead = (Ahead){.work = work, .arg = arg};
    if (pthread_mutex_init(&ahead->lock, NULL) != 0) return ERR_FAULT;
    if (pthread_cond_init(&ahead->wake, NULL) != 0) return ERR_FAULT;
    if (pthread_create(&ahead->thread, NULL, work_loop, ahead) != 0) return ERR_FAULT;
    ahead->started = true;
    return ERR_OK;
}

void ahead_tell(Ahead *ahead)
{
    if (!ahead->started) return;
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->told++;
    (void)pthread_cond_signal(&ahead->wake);
    (void)pthread_mutex_unlock(&ahead->lock);
}

void ahead_end(Ahead *ahead)
{
    if (!ahead->started) return;
    (void)pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    (void)pthread_cond_signal(&ahead->wake);
    (void)pthread_mutex_unlock(&ahead->lock);
    (void)pthread_join(ahead->thread, NULL);
    (void)pthread_cond_destroy(&ahead->wake);
    (void)pthread_mutex_destroy(&ahead->lock);
    ahead->started = false;
}
