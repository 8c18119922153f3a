// equity_groups.h -- the groups people are told apart by, as rules of the cohort language.
// Private to the room.
#ifndef EQUITY_GROUPS_H
#define EQUITY_GROUPS_H

#include "insight/equity/equity.h"

typedef struct GroupRule {
    const char *label;
    const char *rule; // lines of a definition, two spaces in; docs/guide/cohorts.md
} GroupRule;

typedef struct DimensionRule {
    const char *key, *label;
    bool one; // a trait that few have: those without it are not a group to compare with
    GroupRule groups[EQUITY_GROUPS_MAX - 1];
} DimensionRule;

extern const DimensionRule EQUITY_DIMENSION_RULES[];
extern const size_t EQUITY_DIMENSION_COUNT;

typedef struct PopulationRule { // each holds part of the people of the one before
    const char *key, *label;
    const char *rule;
} PopulationRule;
extern const PopulationRule EQUITY_POPULATION_RULES[];
extern const size_t EQUITY_POPULATION_COUNT;

#endif
