// equity_standard.c -- see equity_standard.h.
#include "insight/equity/equity_standard.h"

static void add(EquityStrata *strata, uint64_t *bits)
{
    assert(strata->count < EQUITY_STRATA_MAX);
    int64_t people = 0;
    for (size_t w = 0; w < strata->words; w++) people += __builtin_popcountll(bits[w]);
    if (people == 0) return;
    strata->people[strata->count] = people;
    strata->bits[strata->count++] = bits;
}

void equity_stratum(Arena *arena, EquityStrata *strata, const uint64_t *age, const uint64_t *sex)
{
    uint64_t *bits = ARENA_ARRAY(arena, uint64_t, strata->words + 1);
    for (size_t w = 0; w < strata->words; w++) bits[w] = age[w] & sex[w];
    add(strata, bits);
}

void equity_stratum_rest(Arena *arena, EquityStrata *strata, const uint64_t *registered)
{
    uint64_t *bits = ARENA_ARRAY(arena, uint64_t, strata->words + 1);
    for (size_t w = 0; w < strata->words; w++) {
        bits[w] = registered[w];
        for (size_t i = 0; i < strata->count; i++) bits[w] &= ~strata->bits[i][w];
    }
    add(strata, bits);
}

int64_t *equity_in_strata(Arena *arena, const EquityStrata *strata, const uint64_t *bits)
{
    int64_t *counts = ARENA_ARRAY(arena, int64_t, strata->count + 1);
    for (size_t i = 0; i < strata->count; i++) {
        for (size_t w = 0; w < strata->words; w++) {
            counts[i] += __builtin_popcountll(strata->bits[i][w] & bits[w]);
        }
    }
    return counts;
}

double equity_expected(const EquityStrata *strata, const int64_t *group, const int64_t *there)
{
    double expected = 0;
    for (size_t i = 0; i < strata->count; i++) {
        expected += (double)group[i] * (double)there[i] / (double)strata->people[i];
    }
    return expected;
}
