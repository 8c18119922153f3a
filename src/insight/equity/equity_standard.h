// equity_standard.h -- how many are expected of a group for its ages and sexes. Private.
//
// Indirect standardisation: in every stratum (a band of age and a sex) the rate of everybody
// registered, times the group's people of the stratum, summed (Breslow and Day, Statistical Methods
// in Cancer Research II, 1987, p. 61 ff; the same that the Office for Health Improvement and
// Disparities publishes as indirectly standardised ratios). Counted from whole numbers; what is
// given of it is the sum, to the nearest one, never a rate of a stratum.
#ifndef EQUITY_STANDARD_H
#define EQUITY_STANDARD_H

#include "base/base.h"

enum { EQUITY_STRATA_MAX = 32 };

typedef struct EquityStrata { // sets of everybody registered, each in one of them
    size_t count, words;
    uint64_t *bits[EQUITY_STRATA_MAX];
    int64_t people[EQUITY_STRATA_MAX];
} EquityStrata;

// Adds those of `age` and of `sex`. In the arena.
void equity_stratum(Arena *arena, EquityStrata *strata, const uint64_t *age, const uint64_t *sex);
// Adds whoever is registered and in none yet: age or sex is not recorded, or another.
void equity_stratum_rest(Arena *arena, EquityStrata *strata, const uint64_t *registered);
// People of `bits` in each stratum, in the arena.
int64_t *equity_in_strata(Arena *arena, const EquityStrata *strata, const uint64_t *bits);
// Expected of a group: `group` its registered people by stratum, `there` those of everybody who are
// at a stage.
double equity_expected(const EquityStrata *strata, const int64_t *group, const int64_t *there);

#endif
