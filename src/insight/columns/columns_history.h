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

// The person's events in the days: by day, so that only those are walked over.
static inline History history_of(const Stripe *stripe, uint32_t person, DayRange days)
{
    uint32_t from = stripe->person_first[person];
    uint32_t to = stripe->person_first[person + 1];
    History h = {.from = first_from(stripe->person_day, from, to, days.first)};
    h.to = first_from(stripe->person_day, h.from, to, days.last + 1);
    return h;
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

// ---- a few people, one after the other

typedef struct People { // of a set of bits
    uint32_t *who;
    size_t count;
} People;

static inline People people_among(const uint64_t *among, ColumnScratch *scratch)
{
    People people = {.who = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *people.who)};
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = among[w]; left != 0; left &= left - 1) {
            people.who[people.count++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
        }
    }
    return people;
}

// Their records lie far apart: those of a few people ahead are asked for while one is read.
static inline uint32_t next_of(const Stripe *stripe, const People *people, size_t i)
{
    enum { PEOPLE_AHEAD = 6 };
    if (i + PEOPLE_AHEAD < people->count) {
        uint32_t place = stripe->person_first[people->who[i + PEOPLE_AHEAD]];
        __builtin_prefetch(&stripe->person_code[place]);
        __builtin_prefetch(&stripe->person_day[place]);
    }
    return people->who[i];
}

#endif
