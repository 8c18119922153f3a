// columns_bits.h -- sets of a stripe's people, a bit each: added up, counted, made from a column.
#ifndef COLUMNS_BITS_H
#define COLUMNS_BITS_H

#include "insight/columns/columns.h"

enum { TALLY_PLANES = 7, TALLY_MAX = 127 };
typedef struct Tally { // in how many sets each person is, a bit of the number in each plane
    uint64_t *plane[TALLY_PLANES];
    unsigned added;
} Tally;
Tally tally_new(ColumnScratch *scratch);
void tally_add(Tally *tally, const uint64_t *bits); // at most TALLY_MAX times
void tally_at_least(const Tally *tally, unsigned least, uint64_t *bits);
void tally_read(const Tally *tally, uint8_t *count); // by person
int64_t bits_ones(const uint64_t *bits);
int64_t bits_ones_both(const uint64_t *a, const uint64_t *b);
// Write the whole set, whatever was in it: who is at least n in an array by person; in [low, high];
// whose byte is allowed.
void bits_at_least(const uint16_t *count, uint16_t least, uint64_t *bits);
void bits_between(const int32_t *column, uint32_t persons, int32_t low, int32_t high,
                  uint64_t *bits);
void bits_allowed(const uint8_t *column, uint32_t persons, const uint8_t allowed[256],
                  uint64_t *bits);
// Writes so many words, 64 persons each: whose number is not 0.
void bits_any(const uint32_t *number, size_t words, uint64_t *bits);
static inline bool bit_on(const uint64_t *bits, uint32_t at)
{
    return (bits[at / 64] >> (at % 64) & 1) != 0;
}
static inline void bit_set(uint64_t *bits, uint32_t at)
{
    bits[at / 64] |= UINT64_C(1) << (at % 64);
}

#endif
