// equity_range.c -- see equity_range.h.
#include "insight/equity/equity_range.h"

#include <math.h>

static const double Z95 = 1.959963984540054; // of the normal distribution, two-sided
static const double TAIL = 0.025;

enum { EXACT_BELOW = 10, HALVINGS = 100 };

// Chance of n or fewer when `mean` is expected.
static double at_most(int64_t n, double mean)
{
    double term = exp(-mean);
    double sum = term;
    for (int64_t k = 1; k <= n; k++) {
        term *= mean / (double)k;
        sum += term;
    }
    return sum;
}

// The mean at which n or fewer have the chance `chance`: it falls as the mean grows.
static double mean_of(int64_t n, double chance)
{
    double lo = 0;
    double hi = 4 * EXACT_BELOW;
    for (int i = 0; i < HALVINGS; i++) {
        double mid = (lo + hi) / 2;
        if (at_most(n, mid) > chance) {
            lo = mid;
        } else {
            hi = mid;
        }
    }
    return lo;
}

EquityRange equity_count_range(int64_t n)
{
    assert(n >= 0);
    if (n < EXACT_BELOW) {
        return (EquityRange){n == 0 ? 0 : mean_of(n - 1, 1 - TAIL), mean_of(n, TAIL)};
    }
    double o = (double)n;
    double next = o + 1;
    double lo = 1 - 1 / (9 * o) - Z95 / (3 * sqrt(o));
    double hi = 1 - 1 / (9 * next) + Z95 / (3 * sqrt(next));
    return (EquityRange){o * lo * lo * lo, next * hi * hi * hi};
}

EquityRange equity_share_range(int64_t n, int64_t m)
{
    assert(n >= 0 && m > 0 && n <= m);
    double total = (double)m;
    double p = (double)n / total;
    double zz = Z95 * Z95;
    double middle = p + zz / (2 * total);
    double half = Z95 * sqrt(p * (1 - p) / total + zz / (4 * total * total));
    double whole = 1 + zz / total;
    double lo = (middle - half) / whole;
    double hi = (middle + half) / whole;
    return (EquityRange){n == 0 ? 0 : lo, n == m ? 1 : hi};
}
