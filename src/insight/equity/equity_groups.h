// equity_groups.h -- the groups people are told apart by, as rules of the cohort language.
// Part of the door equity.h.
#ifndef EQUITY_GROUPS_H
#define EQUITY_GROUPS_H

#include "insight/equity/equity.h"

typedef struct GroupRule {
    const char *label;
    const char *rule; // lines of a definition, two spaces in; docs/guide/cohorts.md
} GroupRule;

enum { EQUITY_RULED_GROUPS_MAX = 31 }; // of one dimension, each by a rule of the program

typedef struct DimensionRule {
    const char *key, *label;
    bool area;     // told apart by where people live: a release of the index says how
    bool one;      // a trait that few have: those without it are not a group to compare with
    bool stratum;  // what is adjusted for: not adjusted for itself
    uint64_t asks; // bits of the kinds of rule that ask for these groups; 0: none does
    GroupRule groups[EQUITY_RULED_GROUPS_MAX];
} DimensionRule;

extern const DimensionRule EQUITY_DIMENSION_RULES[];
extern const size_t EQUITY_DIMENSION_COUNT;

// Bands of age within which everybody is taken as alike when age and sex are adjusted for: of 10
// years, and apart at 18, where services for adults begin.
extern const char *const EQUITY_BAND_RULES[];
extern const size_t EQUITY_BAND_COUNT;
extern const char *const EQUITY_SEX_RULES[];
extern const size_t EQUITY_SEX_COUNT;

typedef struct PopulationRule { // each holds part of the people of the one before
    const char *key, *label;
    const char *rule;
} PopulationRule;
extern const PopulationRule EQUITY_POPULATION_RULES[];
extern const size_t EQUITY_POPULATION_COUNT;

#endif
