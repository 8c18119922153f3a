// columns_history.h -- one person's own events of a stripe: for this room's kernels only.
#ifndef COLUMNS_HISTORY_H
#define COLUMNS_HISTORY_H

#include "insight/columns/columns.h"

static inline uint16_t local_of(const Stripe *stripe, uint32_t id)
{
    return id < stripe->ids ? stripe->local[id] : UINT16_MAX;
}

// The first place in [low, high) whose day is at least `day`.
static inline uint32_t first_from(const uint16_t *days, uint32_t low, uint32_t high, int32_t day);

typedef struct History { // one person's events, by day
    uint32_t from, to;
} History;

// The person's events in the days: by day, so that only those are walked over. Both ends are looked
// for from the last event on, in steps that grow: most questions are about late days, and a record
// is read from memory that nobody has touched, line by line.
static inline History history_of(const Stripe *stripe, uint32_t person, DayRange days)
{
    enum { STEP_FIRST_LATE = 8 };
    const uint16_t *day = stripe->person_day;
    const int32_t bound[] = {days.last + 1, days.first};
    uint32_t first = stripe->person_first[person];
    uint32_t high = stripe->person_first[person + 1];
    uint32_t end[] = {first, first};
    for (int i = 0; i < 2 && bound[i] > 0; i++) {
        uint32_t low = first;
        for (uint32_t step = STEP_FIRST_LATE; step < high - low; step *= 2) {
            if (day[high - step] < bound[i]) {
                low = high - step + 1;
                break;
            }
            high -= step;
        }
        high = first_from(day, low, high, bound[i]);
        end[i] = high;
    }
    return (History){.from = end[1], .to = end[0]};
}

static inline uint32_t first_from(const uint16_t *days, uint32_t low, uint32_t high, int32_t day)
{
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (days[middle] < day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// By local number: the flag for each code of the list that the stripe has.
static inline void flag_codes(const Stripe *stripe, CodeList codes, uint8_t flag, uint8_t *flags)
{
    for (size_t i = 0; i < codes.count; i++) {
        uint16_t local = local_of(stripe, codes.ids[i]);
        if (local != UINT16_MAX) flags[local] |= flag;
    }
}

// On how many different days the person has any of the flagged codes.
static inline uint16_t history_days(const Stripe *stripe, const uint8_t *flags, DayRange days,
                                    uint32_t person)
{
    History h = history_of(stripe, person, days);
    uint32_t count = 0;
    int32_t last = -1;
    for (uint32_t e = h.from; e < h.to; e++) {
        if (flags[stripe->person_code[e]] == 0 || stripe->person_day[e] == last) continue;
        last = stripe->person_day[e];
        count++;
    }
    return (uint16_t)(count < UINT16_MAX ? count : UINT16_MAX);
}

#endif
