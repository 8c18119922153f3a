// columns_bits.c -- sets of people as bits: counted, added up, made from a column of a stripe.
#include "insight/columns/columns.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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

// Of 64 persons, a bit each: whose byte is at most `span` above `low`; whose count is at least
// `least`; whose number is in [low, high].
#ifdef __SSE2__
static inline __m128i sixteen(const void *at)
{
    return _mm_loadu_si128((const __m128i *)at);
}

static inline uint64_t part(__m128i yes, int at) // the highest bit of each of 16 bytes
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(yes) << at;
}

static uint64_t word_within(const uint8_t *column, uint8_t low, uint8_t span)
{
    const __m128i lows = _mm_set1_epi8((char)low);
    const __m128i spans = _mm_set1_epi8((char)span);
    uint64_t word = 0;
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i above = _mm_sub_epi8(sixteen(column + i), lows);
        word |= part(_mm_cmpeq_epi8(_mm_min_epu8(above, spans), above), i);
    }
    return word;
}

static uint64_t word_at_least(const uint16_t *count, uint16_t least)
{
    const __m128i leasts = _mm_set1_epi16((short)least);
    const __m128i zero = _mm_setzero_si128();
    uint64_t word = 0;
    for (int i = 0; i < BLOCK; i += 16) {
        __m128i first = _mm_subs_epu16(leasts, sixteen(count + i)); // what is missing
        __m128i second = _mm_subs_epu16(leasts, sixteen(count + i + 8));
        first = _mm_cmpeq_epi16(first, zero);
        word |= part(_mm_packs_epi16(first, _mm_cmpeq_epi16(second, zero)), i);
    }
    return word;
}

static inline __m128i outside(const int32_t *four, __m128i lows, __m128i highs)
{
    __m128i numbers = sixteen(four);
    return _mm_or_si128(_mm_cmplt_epi32(numbers, lows), _mm_cmpgt_epi32(numbers, highs));
}

static uint64_t word_between(const int32_t *column, int32_t low, int32_t high)
{
    const __m128i lows = _mm_set1_epi32(low);
    const __m128i highs = _mm_set1_epi32(high);
    uint64_t word = 0;
    for (int i = 0; i < BLOCK; i += 16) {
        const int32_t *at = column + i;
        __m128i first = _mm_packs_epi32(outside(at, lows, highs), outside(at + 4, lows, highs));
        __m128i second =
            _mm_packs_epi32(outside(at + 8, lows, highs), outside(at + 12, lows, highs));
        word |= part(_mm_packs_epi16(first, second), i);
    }
    return ~word;
}
#else
static uint64_t word_within(const uint8_t *column, uint8_t low, uint8_t span)
{
    uint8_t yes[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) yes[i] = (uint8_t)(column[i] - low) <= span;
    return word_of(yes);
}

static uint64_t word_at_least(const uint16_t *count, uint16_t least)
{
    uint8_t yes[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) yes[i] = count[i] >= least;
    return word_of(yes);
}

static uint64_t word_between(const int32_t *column, int32_t low, int32_t high)
{
    uint8_t yes[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        yes[i] = (uint8_t)((column[i] >= low) & (column[i] <= high));
    }
    return word_of(yes);
}
#endif

// Without an instruction for it the compiler calls a function for each word: this is as fast.
static inline int64_t ones(uint64_t word)
{
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (int64_t)((word * UINT64_C(0x0101010101010101)) >> 56);
}

static int64_t ones_of(const uint64_t *bits)
{
    int64_t count = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) count += ones(bits[w]);
    return count;
}

#ifdef __x86_64__
// With the instruction for it, which all but the oldest processors have.
__attribute__((target("popcnt"))) static int64_t ones_counted(const uint64_t *bits)
{
    int64_t count = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) count += __builtin_popcountll(bits[w]);
    return count;
}

int64_t bits_ones(const uint64_t *bits)
{
    return __builtin_cpu_supports("popcnt") ? ones_counted(bits) : ones_of(bits);
}
#else
int64_t bits_ones(const uint64_t *bits)
{
    return ones_of(bits);
}
#endif

int64_t bits_ones_both(const uint64_t *a, const uint64_t *b)
{
    int64_t count = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) count += ones(a[w] & b[w]);
    return count;
}

void bits_at_least(const uint16_t *count, uint16_t least, uint64_t *bits)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] = word_at_least(count + w * BLOCK, least);
}

void bits_any(const uint32_t *number, size_t words, uint64_t *bits)
{
    for (size_t w = 0; w < words; w++) {
        uint8_t yes[BLOCK];
        for (size_t i = 0; i < BLOCK; i++) yes[i] = number[w * BLOCK + i] != 0;
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
        bits[p / BLOCK] = word_between(column + p, low, high);
    }
    for (; p < persons; p++) {
        if (column[p] >= low && column[p] <= high) bit_set(bits, p);
    }
}

// Bytes in [low, high]: compared many at a time, where a table is looked up one by one.
static void bits_within(const uint8_t *column, uint32_t persons, uint8_t low, uint8_t high,
                        uint64_t *bits)
{
    uint32_t p = 0;
    uint8_t span = (uint8_t)(high - low);
    for (; p + BLOCK <= persons; p += BLOCK) {
        bits[p / BLOCK] = word_within(column + p, low, span);
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

// Eight bytes as a square of bits: bit j of byte i becomes bit i of byte j.
static inline uint64_t turned(uint64_t x)
{
    uint64_t move = (x ^ (x >> 7)) & UINT64_C(0x00AA00AA00AA00AA);
    x ^= move ^ (move << 7);
    move = (x ^ (x >> 14)) & UINT64_C(0x0000CCCC0000CCCC);
    x ^= move ^ (move << 14);
    move = (x ^ (x >> 28)) & UINT64_C(0x00000000F0F0F0F0);
    return x ^ move ^ (move << 28);
}

void tally_read(const Tally *tally, uint8_t *count)
{
    for (size_t byte = 0; byte < STRIPE_PERSONS_MAX / 8; byte++) {
        int shift = (int)(byte % 8) * 8;
        uint64_t eight = 0; // the same eight persons of each plane
        for (int i = 0; i < TALLY_PLANES; i++) {
            eight |= (tally->plane[i][byte / 8] >> shift & 0xFF) << (8 * i);
        }
        eight = turned(eight);
        memcpy(count + byte * 8, &eight, sizeof eight);
    }
}
