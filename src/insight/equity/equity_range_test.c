// equity_range_test.c -- ranges against values that others published.
#include "insight/equity/equity_range.h"
#include "test/test.h"

#include <math.h>

static bool near(double got, double want)
{
    return fabs(got - want) < 0.00006 * (want > 1 ? want : 1);
}

typedef struct CountCase {
    int64_t n;
    double lo, hi;
} CountCase;

// Exact Poisson limits as the standard tables have them (Breslow and Day 1987, table 2.11).
static const CountCase EXACT[] = {
    {0, 0, 3.68888},          {1, 0.02532, 5.57164},    {2, 0.24221, 7.22469},
    {5, 1.62349, 11.66833},   {9, 4.11537, 17.08480},   {10, 4.79539, 18.39036},
    {20, 12.21652, 30.88838}, {50, 37.11058, 65.91842}, {100, 81.36400, 121.62734},
};

// Byar's formula worked out apart from the program.
static const CountCase BYAR[] = {
    {10, 4.78745, 18.39146},
    {20, 12.21143, 30.88988},
    {50, 37.10810, 65.92016},
    {100, 81.36211, 121.62794},
};

TEST(the_range_of_a_count_is_that_of_published_tables)
{
    for (size_t i = 0; i < COUNT_OF(EXACT); i++) {
        EquityRange got = equity_count_range(EXACT[i].n);
        double within = EXACT[i].n < 10 ? 0.00002 : 0.002;
        CHECK(fabs(got.lo - EXACT[i].lo) <= within * (EXACT[i].lo + 1));
        CHECK(fabs(got.hi - EXACT[i].hi) <= within * EXACT[i].hi);
    }
    for (size_t i = 0; i < COUNT_OF(BYAR); i++) {
        EquityRange got = equity_count_range(BYAR[i].n);
        CHECK(near(got.lo, BYAR[i].lo));
        CHECK(near(got.hi, BYAR[i].hi));
    }
}

typedef struct ShareCase {
    int64_t n, m;
    double lo, hi;
} ShareCase;

// Newcombe, Statistics in Medicine 1998; 17: 857-872, table I, method 3.
static const ShareCase SHARES[] = {
    {81, 263, 0.2553, 0.3662},
    {15, 148, 0.0624, 0.1605},
    {0, 20, 0, 0.1611},
    {1, 29, 0.0061, 0.1718},
};

TEST(the_range_of_a_share_is_that_of_newcombes_examples)
{
    for (size_t i = 0; i < COUNT_OF(SHARES); i++) {
        EquityRange got = equity_share_range(SHARES[i].n, SHARES[i].m);
        CHECK(near(got.lo, SHARES[i].lo));
        CHECK(near(got.hi, SHARES[i].hi));
    }
    EquityRange all = equity_share_range(20, 20);
    CHECK(near(all.lo, 1 - 0.1611) && all.hi >= 1);
}

TEST(ranges_hold_their_count_and_grow_with_it)
{
    EquityRange before = equity_count_range(0);
    for (int64_t n = 1; n < 3000; n++) {
        EquityRange now = equity_count_range(n);
        CHECK(now.lo < (double)n && (double)n < now.hi);
        CHECK(now.lo > before.lo && now.hi > before.hi);
        before = now;
    }
}
