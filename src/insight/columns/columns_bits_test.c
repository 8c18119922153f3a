// columns_bits_test.c -- sets made from columns, many persons at a time, against one by one.
#include "insight/columns/columns.h"
#include "test/test.h"

enum { ROUNDS = 40 };

static uint32_t pick(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33) % below;
}

// Whole words, a rest behind them, nobody.
static uint32_t some_persons(uint64_t *seed)
{
    static const uint32_t EDGES[] = {0, 1, 63, 64, 65, 128, 1000, STRIPE_PERSONS_MAX};
    return EDGES[pick(seed, COUNT_OF(EDGES))];
}

static uint64_t *words_new(Test *t)
{
    uint64_t *words = ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS);
    memset(words, 0xA5, STRIPE_WORDS * sizeof *words); // what was in a set does not stay
    return words;
}

TEST(who_is_between_two_numbers_is_as_one_by_one)
{
    static const int32_t EDGES[] = {INT32_MIN, INT32_MIN + 1, -25568, -1, 0, 1, 20908, INT32_MAX};
    uint64_t seed = 1;
    int32_t *column = ARENA_ARRAY(t->arena, int32_t, STRIPE_PERSONS_MAX);
    uint64_t *bits = words_new(t);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t persons = some_persons(&seed);
        for (uint32_t p = 0; p < persons; p++) column[p] = EDGES[pick(&seed, COUNT_OF(EDGES))];
        int32_t low = EDGES[pick(&seed, COUNT_OF(EDGES))];
        int32_t high = EDGES[pick(&seed, COUNT_OF(EDGES))];
        uint32_t wrong = 0;
        bits_between(column, persons, low, high, bits);
        for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
            wrong += bit_on(bits, p) != (p < persons && column[p] >= low && column[p] <= high);
        }
        CHECK_I64(wrong, 0);
    }
}

TEST(whose_byte_is_allowed_is_as_one_by_one)
{
    uint64_t seed = 2;
    uint8_t *column = ARENA_ARRAY(t->arena, uint8_t, STRIPE_PERSONS_MAX);
    uint64_t *bits = words_new(t);
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t allowed[256] = {0};
        uint32_t persons = some_persons(&seed);
        uint32_t low = pick(&seed, 256);
        uint32_t high = low + pick(&seed, 256 - low);
        for (uint32_t n = low; n <= high && round % 4 != 0; n++) allowed[n] = 1;
        if (round % 4 == 1) allowed[pick(&seed, 256)] ^= 1; // with a gap, or one apart
        for (uint32_t p = 0; p < persons; p++) column[p] = (uint8_t)pick(&seed, 256);
        uint32_t wrong = 0;
        bits_allowed(column, persons, allowed, bits);
        for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
            wrong += bit_on(bits, p) != (p < persons && allowed[column[p]] != 0);
        }
        CHECK_I64(wrong, 0);
    }
}

TEST(who_has_at_least_so_many_is_as_one_by_one)
{
    static const uint16_t EDGES[] = {0, 1, 2, 5, 32767, 32768, 65534, UINT16_MAX};
    uint64_t seed = 3;
    uint16_t *count = ARENA_ARRAY(t->arena, uint16_t, STRIPE_PERSONS_MAX);
    uint64_t *bits = words_new(t);
    for (size_t i = 0; i < COUNT_OF(EDGES); i++) {
        uint32_t wrong = 0;
        for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
            count[p] = EDGES[pick(&seed, COUNT_OF(EDGES))];
        }
        bits_at_least(count, EDGES[i], bits);
        for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
            wrong += bit_on(bits, p) != (count[p] >= EDGES[i]);
        }
        CHECK_I64(wrong, 0);
    }
}

TEST(a_tally_reads_what_was_added)
{
    uint64_t seed = 4;
    Tally tally = {.added = 0};
    uint8_t *want = ARENA_ARRAY(t->arena, uint8_t, STRIPE_PERSONS_MAX);
    uint8_t *read = ARENA_ARRAY(t->arena, uint8_t, STRIPE_PERSONS_MAX);
    for (int i = 0; i < TALLY_PLANES; i++) {
        tally.plane[i] = ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS);
    }
    for (int set = 0; set < TALLY_MAX; set++) {
        uint64_t *bits = ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS);
        for (uint32_t p = 0; p < STRIPE_PERSONS_MAX; p++) {
            if (p % 7 != 0 && pick(&seed, 3) > 0) continue; // every seventh person is in all
            bit_set(bits, p);
            want[p]++;
        }
        tally_add(&tally, bits);
    }
    tally_read(&tally, read);
    CHECK(memcmp(want, read, STRIPE_PERSONS_MAX) == 0);
    CHECK_I64(read[7], TALLY_MAX);
}
