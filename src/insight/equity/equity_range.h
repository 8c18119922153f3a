// equity_range.h -- 95 % ranges of counts, ratios and shares, as the Office for Health Improvement
// and Disparities works them out (Technical Guide: confidence intervals; PHEindicatormethods). Part
// of the door equity.h.
#ifndef EQUITY_RANGE_H
#define EQUITY_RANGE_H

#include "base/base.h"

typedef struct EquityRange {
    double lo, hi;
} EquityRange;

// Of a count as a Poisson number: exact below 10, Byar's approximation from 10 (Breslow and Day,
// Statistical Methods in Cancer Research II, 1987, p. 69).
EquityRange equity_count_range(int64_t n);
// Of n of m, m > 0: Wilson's score interval (Wilson 1927; Newcombe 1998, method 3).
EquityRange equity_share_range(int64_t n, int64_t m);

#endif
