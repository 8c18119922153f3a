// equity_settle.h -- what may be shown of sets of people that are part of each other. Private to
// the room.
//
// Whoever reads two cohorts' figures side by side knows whose people are part of whose, since a
// cohort's rules stand on its page, and that two stages with the same rules are the same people.
// So the figures of a whole release are settled together: the same people have the same figures
// wherever they stand, and more is held back until every count from 1 to 4 may be one of
// FIGURE_VALUES_MIN even for a reader who has all of them, knows of every set exactly how many
// people it has, and of every two whether one is part of the other.
//
// That is shown by a world for each of those values: some sets, together, have one more person in
// one group and one fewer in another. Which sets those must be follows from the one that is asked
// about: a part of it with as many people there loses one too, and a set that holds it and has no
// more people there gains one too. Every world found so is one that the reader cannot tell from the
// true one; where none is found the figures in the way of the nearest are held back.
#ifndef EQUITY_SETTLE_H
#define EQUITY_SETTLE_H

#include "base/base.h"

enum {
    SETTLE_DIMENSIONS_MAX = 12,
    SETTLE_SAMPLE_WORDS = 2048, // of 64 people: of more, counts alone say what may be a part
};

typedef struct SettleSet {
    uint64_t hash;         // of all its people: the same set has the same one
    const uint64_t *bits;  // the first SETTLE_SAMPLE_WORDS at most
    const int64_t *counts; // by place: a dimension's groups side by side, then the next dimension's
    int64_t *figures;      // likewise, as they may stand by themselves; held back more by settling
    bool fixed;            // how many of each group they are is known exactly
    bool asked;            // none and few are not told apart (figure_asked)
} SettleSet;

typedef struct Settle Settle;
// The arena holds everything until the end. `columns`: groups of each dimension.
Settle *settle_new(Arena *arena, const size_t *columns, size_t dimension_count, size_t words);
// Copies what is new of it; gives its place among the sets. The same set again holds back what
// either has held back.
uint32_t settle_add(Settle *s, const SettleSet *set);
void settle_all(Settle *s);
// Of a set, by place.
const int64_t *settle_figures(const Settle *s, uint32_t set);
uint64_t settle_hash(const uint64_t *bits, size_t words);

#endif
