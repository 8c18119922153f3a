// builder_fair.h -- groups of those whom the rules find, beside people of the same age and sex.
#ifndef BUILDER_FAIR_H
#define BUILDER_FAIR_H

#include "insight/builder/builder_state.h"
#include "insight/equity/equity.h"

enum { BUILDER_LESS_MAX = 20, BUILDER_GROUPS_SHOWN = 20 };

typedef struct BuilderDivision { // one way to tell people apart
    Str title;
    Str note; // the release of the deciles, or that not all groups are shown; "" of most
    const EquityBeside *groups;
    size_t group_count;
    const EquityBeside *shown; // of many groups those found least often, else all of them
    size_t shown_count;
    EquityChart chart;
    bool compared; // else too few are found for a chart
} BuilderDivision;

typedef struct BuilderFair {
    Str about;                      // whom it is about
    int64_t found;                  // who meet every rule
    Str none;                       // why no group is named below: a sentence, "" when some are
    const Str *less;                // sentences, by group
    size_t less_count, less_beyond; // beyond: for how many others there was no room
    BuilderDivision divisions[SHAPE_DIVISIONS + 1]; // the last: of traits
    size_t division_count;
} BuilderFair;

// Strings in the arena.
void builder_fair(Arena *arena, const Definition *definition, const CohortShape *shape,
                  BuilderFair *out);
int64_t builder_found(const CohortShape *shape); // who meet every rule

#endif
