// cohort_anew.h -- all columns built anew by a thread of their own, beside those that are shown.
//
// Whoever shows what changed goes on meanwhile: the new base is of the moment at which it was
// begun, and what came since is read when it is taken. Begun, taken and ended by one thread.
#ifndef COHORT_ANEW_H
#define COHORT_ANEW_H

#include "core/core.h"
#include "insight/cohort/cohort_refresh.h"

#include <pthread.h>

typedef struct Anew {
    const Core *core;
    const char *path;        // of the kept file, NULL for memory only
    void (*told)(void *arg); // on the thread itself, when there is something to take
    void *arg;
    pthread_t thread;
    bool runs; // begun, and not taken
    atomic_bool stop;
    atomic_bool ended;
    Columns *made;    // when ended; NULL: it failed
    int64_t again_ms; // of clock_ticks_ms: not begun before, since one failed
} Anew;

// Nothing when one runs, when there is no thread to be had, or when one failed not long ago: a disk
// that is full would keep a processor busy for nothing.
void anew_begin(Anew *anew);
Columns *anew_take(Anew *anew); // held for the caller; NULL: none has come
void anew_end(Anew *anew);      // stops it and lets go of what it made

#endif
