// equity_settle_test.c -- no count under 5 comes out of figures of sets that are part of each
// other: against every other world that shows the same figures, found by trying all.
#include "core/figure.h"
#include "insight/equity/equity_settle.h"
#include "test/test.h"

#include <string.h>

// Everybody, some of them, and two parts of those; a person is one of four groups.
enum { GROUPS = 4, SETS = 4, PEOPLE = 128, WORDS = PEOPLE / 64, VALUES = 64, ROUNDS = 400 };

typedef struct World {
    int64_t counts[SETS][GROUPS]; // as they are
    int64_t figures[SETS][GROUPS];
    int64_t sums[SETS];
    int64_t now[SETS][GROUPS];
    uint64_t seen[SETS][GROUPS]; // bit v: the count may be v
    uint64_t bits[SETS][WORDS];
} World;

static unsigned die(unsigned *seed, unsigned sides)
{
    *seed = *seed * 1103515245U + 12345U;
    return (*seed >> 16) % sides;
}

static void put(World *w, size_t set, size_t group, size_t person)
{
    w->bits[set][person / 64] |= UINT64_C(1) << (person % 64);
    w->counts[set][group]++;
    w->sums[set]++;
}

// Groups of 20 at least; of each some, of those some, and of those some again.
static World roll(unsigned *seed)
{
    World w = {0};
    unsigned odds[GROUPS];
    for (size_t g = 0; g < GROUPS; g++) odds[g] = 1 + die(seed, 12);
    for (size_t p = 0; p < PEOPLE; p++) {
        size_t group = p % GROUPS;
        put(&w, 0, group, p);
        if (die(seed, 20) >= odds[group]) continue;
        put(&w, 1, group, p);
        for (size_t set = 2; set < SETS; set++) {
            if (die(seed, 4) != 0) put(&w, set, group, p);
        }
    }
    for (size_t set = 0; set < SETS; set++) {
        for (size_t g = 0; g < GROUPS; g++) w.figures[set][g] = figure_of(w.counts[set][g]);
    }
    return w;
}

static void settle(Arena *arena, World *w)
{
    Settle *s = settle_new(arena, &(size_t){GROUPS}, 1, WORDS);
    uint32_t at[SETS];
    for (size_t set = 0; set < SETS; set++) {
        at[set] = settle_add(s, &(SettleSet){.hash = settle_hash(w->bits[set], WORDS),
                                             .bits = w->bits[set],
                                             .counts = w->counts[set],
                                             .figures = w->figures[set],
                                             .fixed = set == 0});
    }
    settle_all(s);
    for (size_t set = 0; set < SETS; set++) {
        memcpy(w->figures[set], settle_figures(s, at[set]), sizeof w->figures[set]);
    }
}

static bool may_be(const World *w, size_t set, size_t group, int64_t v)
{
    FigureSpan span = figure_span(w->figures[set][group]);
    return span.lo <= v && v <= span.hi && v <= w->now[set == 1 ? 0 : 1][group];
}

// Of a set of 1 to 4 nobody knows how many they are.
static bool sum_fits(const World *w, size_t set, int64_t sum)
{
    if (w->sums[set] > 0 && w->sums[set] < FIGURE_MIN) return sum > 0 && sum < FIGURE_MIN;
    return sum == w->sums[set];
}

// The worlds of one set, whatever is part of it; of the parts each is tried by itself below, since
// nothing but the whole ties them to each other.
static bool part_may_be(World *w, size_t set, size_t group, int64_t sum)
{
    if (group == GROUPS) {
        if (!sum_fits(w, set, sum)) return false;
        return true;
    }
    bool any = false;
    for (int64_t v = 0; v <= w->now[1][group]; v++) {
        if (!may_be(w, set, group, v)) continue;
        w->now[set][group] = v;
        any = part_may_be(w, set, group + 1, sum + v) || any;
    }
    return any;
}

static void see_part(World *w, size_t set, size_t group, int64_t sum)
{
    if (group == GROUPS) {
        if (!sum_fits(w, set, sum)) return;
        for (size_t g = 0; g < GROUPS; g++) w->seen[set][g] |= UINT64_C(1) << w->now[set][g];
        return;
    }
    for (int64_t v = 0; v <= w->now[1][group]; v++) {
        if (!may_be(w, set, group, v)) continue;
        w->now[set][group] = v;
        see_part(w, set, group + 1, sum + v);
    }
}

static void try_all(World *w, size_t group, int64_t sum)
{
    if (group == GROUPS) {
        if (!sum_fits(w, 1, sum)) return;
        for (size_t set = 2; set < SETS; set++) {
            if (!part_may_be(w, set, 0, 0)) return;
        }
        for (size_t g = 0; g < GROUPS; g++) w->seen[1][g] |= UINT64_C(1) << w->now[1][g];
        for (size_t set = 2; set < SETS; set++) see_part(w, set, 0, 0);
        return;
    }
    for (int64_t v = 0; v <= w->counts[0][group]; v++) {
        if (!may_be(w, 1, group, v)) continue;
        w->now[1][group] = v;
        try_all(w, group + 1, sum + v);
    }
}

static int64_t told(World *w)
{
    int64_t count = 0;
    memset(w->seen, 0, sizeof w->seen);
    memcpy(w->now, w->counts, sizeof w->now);
    try_all(w, 0, 0);
    for (size_t set = 1; set < SETS; set++) {
        if (w->sums[set] < FIGURE_MIN) continue;
        for (size_t g = 0; g < GROUPS; g++) {
            if (w->counts[set][g] == 0 || w->counts[set][g] >= FIGURE_MIN) continue;
            count += __builtin_popcountll(w->seen[set][g]) < FIGURE_VALUES_MIN;
        }
    }
    return count;
}

// What each table would show by itself, of sets that follow one another.
static void protect_alone(Arena *arena, World *w)
{
    for (size_t set = 1; set < SETS; set++) {
        figures_protect(arena, &(FigureTable){.groups = GROUPS,
                                              .stages = 1,
                                              .counts = w->counts[set],
                                              .figures = w->figures[set]});
    }
}

TEST(no_count_under_5_is_told_by_sets_that_are_part_of_each_other)
{
    unsigned seed = 3;
    int64_t rounded = 0;
    int64_t alone = 0;
    int64_t given = 0;
    for (int round = 0; round < ROUNDS; round++) {
        World w = roll(&seed);
        World each = w;
        rounded += told(&w) > 0;
        protect_alone(t->arena, &each);
        alone += told(&each) > 0;
        settle(t->arena, &w);
        CHECK_I64(told(&w), 0);
        for (size_t g = 0; g < GROUPS; g++) given += w.figures[1][g] != FIGURE_HELD;
    }
    CHECK(rounded > ROUNDS / 10); // by rounding alone
    CHECK(alone > 0);             // and by tables that are safe by themselves
    CHECK(given > ROUNDS);
}

TEST(the_same_people_have_the_same_figures_wherever_they_stand)
{
    unsigned seed = 5;
    World w = roll(&seed);
    Settle *s = settle_new(t->arena, &(size_t){GROUPS}, 1, WORDS);
    SettleSet set = {.hash = settle_hash(w.bits[1], WORDS),
                     .bits = w.bits[1],
                     .counts = w.counts[1],
                     .figures = w.figures[1]};
    CHECK_I64(settle_add(s, &set), 0);
    int64_t other[GROUPS];
    memcpy(other, w.figures[1], sizeof other);
    other[2] = FIGURE_HELD;
    set.figures = other;
    CHECK_I64(settle_add(s, &set), 0);
    CHECK_I64(settle_figures(s, 0)[2], FIGURE_HELD);
    CHECK_I64(settle_figures(s, 0)[1], w.figures[1][1]);
}
