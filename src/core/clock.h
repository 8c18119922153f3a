// clock.h -- the only place where the time is read.
//
// Rules get the time as c->now. A demonstration or a test lends its own Clock, so that "today" can
// be any day; tests freeze it.
#ifndef CLOCK_H
#define CLOCK_H

#include "base/date.h"

typedef struct Clock {
    int64_t shift_ms; // added to the machine's time
    bool frozen;      // `at` is the answer, always
    Instant at;
} Clock;

Instant clock_now(const Clock *clock); // NULL: the machine's time
// A clock that shows the present time of day on `today` (London), and runs on.
Clock clock_on(Date today);
// Milliseconds since some moment, never set back: for measuring and deadlines.
int64_t clock_ticks_ms(void);

#endif
