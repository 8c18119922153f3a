// columns_bits.c -- sets of people as bits: counted, added up, made from a column of a stripe.
#include "insight/columns/columns.h"

enum { BLOCK = 64 }; // persons in a word

// Eight bytes that are 0 or 1 as the bits of one: each is moved to its place in the top byte.
static inline uint64_t byte_of(const uint8_t *eight)
{
    uint64_t bytes = 0;
    memcpy(&bytes, eight, sizeof bytes);
    return (bytes * UINT64_C(0x0102040810204080)) >> 56;
}

static inline uint64_t word_of(const uint8_t *yes)
{
    uint64_t word = 0;
    for (int i = 0; i < 8; i++) word |= byte_of(yes + (ptrdiff_t)8 * i) << (8 * i);
    return word;
}

// Without an instruction for it the compiler calls a function for each word: this is as fast.
static inline int64_t ones(uint64_t word)
{
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (int64_t)((word * UINT64_C(0x0101010101010101)) >> 56);
}

int64_t bits_ones(const uint64_t *bits)
{
    int64_t count = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) count += ones(bits[w]);
    return count;
}

int64_t bits_ones_both(const uint64_t *a, const uint64_t *b)
{
    int64_t count = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) count += ones(a[w] & b[w]);
    return count;
}

void bits_at_least(const uint16_t *count, uint16_t least, uint64_t *bits)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint8_t yes[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) yes[i] = count[w * BLOCK + i] >= least;
        bits[w] = word_of(yes);
    }
}

static void clear(uint64_t *bits)
{
    memset(bits, 0, STRIPE_WORDS * sizeof *bits);
}

void bits_between(const int32_t *column, uint32_t persons, int32_t low, int32_t high,
                  uint64_t *bits)
{
    uint32_t p = 0;
    clear(bits);
    for (; p + BLOCK <= persons; p += BLOCK) {
        uint8_t yes[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) {
            yes[i] = (uint8_t)((column[p + i] >= low) & (column[p + i] <= high));
        }
        bits[p / BLOCK] |= word_of(yes);
    }
    for (; p < persons; p++) {
        if (column[p] >= low && column[p] <= high) bit_set(bits, p);
    }
}

// Bytes in [low, high]: compared sixteen at a time, where a table is looked up one by one.
static void bits_within(const uint8_t *column, uint32_t persons, uint8_t low, uint8_t high,
                        uint64_t *bits)
{
    uint32_t p = 0;
    uint8_t span = (uint8_t)(high - low);
    for (; p + BLOCK <= persons; p += BLOCK) {
        uint8_t yes[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) yes[i] = (uint8_t)(column[p + i] - low) <= span;
        bits[p / BLOCK] |= word_of(yes);
    }
    for (; p < persons; p++) {
        if ((uint8_t)(column[p] - low) <= span) bit_set(bits, p);
    }
}

// The allowed values when they stand together, as a year or one kind does; false: they do not.
static bool is_range(const uint8_t allowed[256], uint8_t *low_out, uint8_t *high_out)
{
    int low = 0;
    int high = 255;
    while (low < 256 && allowed[low] == 0) low++;
    while (high > low && allowed[high] == 0) high--;
    for (int i = low; i <= high; i++) {
        if (allowed[i] == 0) return false;
    }
    *low_out = (uint8_t)low;
    *high_out = (uint8_t)high;
    return low <= high;
}

void bits_allowed(const uint8_t *column, uint32_t persons, const uint8_t allowed[256],
                  uint64_t *bits)
{
    uint8_t low = 0;
    uint8_t high = 0;
    clear(bits);
    if (is_range(allowed, &low, &high)) {
        bits_within(column, persons, low, high, bits);
        return;
    }
    uint32_t p = 0;
    for (; p + BLOCK <= persons; p += BLOCK) {
        uint8_t yes[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) yes[i] = allowed[column[p + i]] != 0;
        bits[p / BLOCK] |= word_of(yes);
    }
    for (; p < persons; p++) {
        if (allowed[column[p]] != 0) bit_set(bits, p);
    }
}

// ---- in how many sets

Tally tally_new(ColumnScratch *scratch)
{
    Tally tally = {.added = 0};
    for (int i = 0; i < TALLY_PLANES; i++) tally.plane[i] = scratch_bits(scratch);
    return tally;
}

// Adds one to 64 numbers at a time, as one adds on paper: the carry goes to the next plane. A plane
// after the other, so that the compiler can take several words at once.
static void add_plane(uint64_t *restrict plane, uint64_t *restrict carry)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t had = plane[w];
        plane[w] = had ^ carry[w];
        carry[w] &= had;
    }
}

void tally_add(Tally *tally, const uint64_t *bits)
{
    uint64_t carry[STRIPE_WORDS];
    memcpy(carry, bits, sizeof carry);
    // Only as many planes as the number of sets so far has digits: higher carries are nothing.
    tally->added++;
    for (int i = 0; i < TALLY_PLANES && tally->added >> i != 0; i++) {
        add_plane(tally->plane[i], carry);
    }
}

void tally_at_least(const Tally *tally, unsigned least, uint64_t *bits)
{
    if (least > TALLY_MAX) return;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t more = 0;
        uint64_t same = UINT64_MAX;
        for (int i = TALLY_PLANES - 1; i >= 0; i--) { // the highest digit decides first
            uint64_t digit = (least >> i & 1) != 0 ? UINT64_MAX : 0;
            more |= same & tally->plane[i][w] & ~digit;
            same &= ~(tally->plane[i][w] ^ digit);
        }
        bits[w] |= more | same;
    }
}

void tally_read(const Tally *tally, uint8_t *count)
{
    for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
        unsigned sum = 0;
        for (int i = 0; i < TALLY_PLANES; i++) {
            sum |= (unsigned)(tally->plane[i][p / 64] >> (p % 64) & 1) << i;
        }
        count[p] = (uint8_t)sum;
    }
}
