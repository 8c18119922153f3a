// cohort_ahead.h -- a thread that works ahead of the first question asked of new columns.
//
// What takes everybody's events (the code sets, the coding gaps) would keep whoever asks first
// after a start or an import waiting. It is worked out once the columns stood still for a moment,
// by one thread with rests between, and kept where the pages look: nothing is shown that would not
// be counted the same when it is asked for.
#ifndef COHORT_AHEAD_H
#define COHORT_AHEAD_H

#include "base/base.h"

#include <pthread.h>

typedef void AheadWork(void *arg);
typedef struct Ahead {
    pthread_t thread;
    pthread_mutex_t lock; // of what follows
    pthread_cond_t wake;
    int64_t told; // how often there were other columns
    bool stop;
    bool started;
    AheadWork *work;
    void *arg;
} Ahead;

MUST_USE Err ahead_start(Ahead *ahead, AheadWork *work, void *arg); // Errors: ERR_FAULT
void ahead_tell(Ahead *ahead); // there are other columns; nothing when it was not started
void ahead_end(Ahead *ahead);  // comes back when no work runs; the same

#endif
