// columns_people.h -- a few people of a stripe, one after the other: for this room's kernels only.
#ifndef COLUMNS_PEOPLE_H
#define COLUMNS_PEOPLE_H

#include "insight/columns/columns_history.h"

typedef struct People { // of a set of bits
    uint32_t *who;
    size_t count;
    bool whole; // each one's history is read from its beginning
} People;

static inline People people_among(const uint64_t *among, DayRange days, ColumnScratch *scratch)
{
    People people = {.who = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof *people.who),
                     .whole = days.first <= 0};
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = among[w]; left != 0; left &= left - 1) {
            people.who[people.count++] = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
        }
    }
    return people;
}

// Their records lie far apart: those of a few people ahead are asked for while one is read, where
// they stand a few people before that; with the first those of all who come soon.
static inline uint32_t next_of(const Stripe *stripe, const People *people, size_t i)
{
    enum { PLACES_AHEAD = 12, PEOPLE_AHEAD = 4, LINE = 32, LINES_MAX = 16 };
    size_t place_end = i + PLACES_AHEAD < people->count ? i + PLACES_AHEAD + 1 : people->count;
    size_t record_end = i + PEOPLE_AHEAD < people->count ? i + PEOPLE_AHEAD + 1 : people->count;
    for (size_t n = i == 0 ? 0 : i + PLACES_AHEAD; n < place_end; n++) {
        __builtin_prefetch(&stripe->person_first[people->who[n]]);
    }
    for (size_t n = i == 0 ? 0 : i + PEOPLE_AHEAD; n < record_end; n++) {
        const uint32_t *place = &stripe->person_first[people->who[n]];
        uint32_t from = place[0];
        uint32_t end = place[1] > from ? place[1] - 1 : from;
        if (!people->whole && end - from > LINE) from = end - LINE;
        if (end - from > LINES_MAX * LINE) from = end - LINES_MAX * LINE;
        for (uint32_t at = from; at < end; at += LINE) __builtin_prefetch(&stripe->person_code[at]);
        __builtin_prefetch(&stripe->person_code[end]);
        __builtin_prefetch(&stripe->person_day[end]);
    }
    return people->who[i];
}

#endif
