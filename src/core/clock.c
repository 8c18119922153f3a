// clock.c -- wall clock and tick counter of the machine.
#include "core/clock.h"

static int64_t read_ms(clockid_t which)
{
    struct timespec at = {0};
    if (clock_gettime(which, &at) != 0) abort();
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

Instant clock_now(const Clock *clock)
{
    if (clock != NULL && clock->frozen) return clock->at;
    int64_t shift = clock == NULL ? 0 : clock->shift_ms;
    return (Instant){read_ms(CLOCK_REALTIME) + shift};
}

Clock clock_on(Date today)
{
    Instant now = {read_ms(CLOCK_REALTIME)};
    int64_t days = (int64_t)today.days - instant_date_london(now).days;
    return (Clock){.shift_ms = days * DAY_MS};
}

int64_t clock_ticks_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}
