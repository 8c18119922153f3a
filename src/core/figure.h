// figure.h -- counts of people, shown so that nobody can be told from them.
//
// A count from 1 to 4 is not given and the others are rounded to the nearest 5, as the Government
// Statistical Service advises for tables made from administrative sources. Where sums would still
// tell one that is not given, more is held back: the smallest other figure beside it (secondary
// suppression).
#ifndef FIGURE_H
#define FIGURE_H

#include "base/base.h"

enum {
    FIGURE_MIN = 5,        // the first count that is given
    FIGURE_ASKED_MIN = 10, // the same where the reader chose the question
    FIGURE_STEP = 5,       // what counts are rounded to
    FIGURE_VALUES_MIN = 3, // a count that is not given may be one of at least so many
    FIGURE_FEW = -1,       // a figure: 1 to 4
    FIGURE_HELD = -2,      // a figure: held back, nothing is said
    FIGURE_ASKED_FEW = -3, // a figure: under FIGURE_ASKED_MIN, 0 among it
};

// What may be shown of a count on its own: 0, FIGURE_FEW, or the nearest 5.
int64_t figure_of(int64_t n);
// The same where 0 and few are not told apart: of counts that a reader knows to overlap, or whose
// question the reader chose. FIGURE_ASKED_FEW, or the nearest 5.
int64_t figure_asked(int64_t n);
// "0", "fewer than 5", "fewer than 10", "not given", "1,235".
Str figure_text(Arena *arena, int64_t figure);

typedef struct FigureSpan { // what a reader knows of a count: it lies in [lo, hi]
    int64_t lo, hi;
} FigureSpan;
FigureSpan figure_span(int64_t figure);

// People by group (each is in one) at stages that follow one another: those of a stage are part of
// those of the stage before it or, where it `joins`, hold all of them and others too.
typedef struct FigureTable {
    size_t groups, stages;
    const int64_t *counts; // [stage * groups + group]
    const bool *joins;     // by stage; NULL: none does
    bool first_fixed;      // the first stage is shown elsewhere: it is taken as known exactly
    int64_t *figures;      // of counts: FIGURE_HELD where the caller holds one back
} FigureTable;
enum { FIGURE_GROUPS_MAX = 2048, FIGURE_STAGES_MAX = 64 };

// Holds back more of the figures until every count from 1 to 4 may be one of FIGURE_VALUES_MIN even
// for a reader who knows the exact sum of each stage and the whole table; of a stage whose sum is
// not given either, all. Each step is exact: the table is a network, how far a count can go a flow.
void figures_protect(Arena *arena, const FigureTable *table);
// How many values the count of a place may have for that reader, at most `most`.
int64_t figure_values(Arena *arena, const FigureTable *table, size_t place, int64_t most);

// Whole counts of which figures are shown side by side: matching = people + all that were left out,
// people = the sum of the parts.
typedef struct FigureSums {
    int64_t matching, people;
    const int64_t *left_out, *parts;
    size_t left_out_count, part_count;
} FigureSums;
// Would the figures of the parts, beside those of their sums, leave one that is not given fewer
// than FIGURE_VALUES_MIN values it may have?
bool figure_sums_tell(Arena *arena, const FigureSums *sums);

#endif
