// figure_test.c -- no count under 5 can be worked out from the other figures of its page.
#include "core/figure.h"
#include "test/test.h"

#include <string.h>

TEST(a_count_is_given_rounded_or_not_at_all)
{
    CHECK_STR(figure_text(t->arena, figure_of(0)), "0");
    CHECK_STR(figure_text(t->arena, figure_of(1)), "fewer than 5");
    CHECK_STR(figure_text(t->arena, figure_of(4)), "fewer than 5");
    CHECK_STR(figure_text(t->arena, figure_of(5)), "5");
    CHECK_STR(figure_text(t->arena, figure_of(7)), "5");
    CHECK_STR(figure_text(t->arena, figure_of(8)), "10");
    CHECK_STR(figure_text(t->arena, figure_of(1237)), "1,235");
    CHECK_STR(figure_text(t->arena, FIGURE_HELD), "not given");
}

TEST(none_and_few_are_not_told_apart_of_what_a_reader_asked)
{
    CHECK_I64(figure_asked(0), FIGURE_ASKED_FEW);
    CHECK_I64(figure_asked(FIGURE_ASKED_MIN - 1), FIGURE_ASKED_FEW);
    CHECK_I64(figure_asked(FIGURE_ASKED_MIN), 10);
    CHECK_I64(figure_asked(13), 15);
    CHECK_STR(figure_text(t->arena, FIGURE_ASKED_FEW), "fewer than 10");
    FigureSpan span = figure_span(FIGURE_ASKED_FEW);
    CHECK(span.lo == 0 && span.hi == FIGURE_ASKED_MIN - 1);
}

TEST(a_reader_knows_of_a_figure_which_counts_it_may_be)
{
    for (int64_t n = 0; n < 200; n++) {
        FigureSpan span = figure_span(figure_of(n));
        CHECK(span.lo <= n && n <= span.hi);
        CHECK(figure_of(span.lo) == figure_of(n) && figure_of(span.hi) == figure_of(n));
        CHECK(span.lo == 0 || figure_of(span.lo - 1) != figure_of(n));
        CHECK(figure_of(span.hi + 1) != figure_of(n));
    }
}

typedef struct Case {
    int64_t people;
    int64_t left_out[2];
    int64_t parts[4];
    bool told;
} Case;

static const Case CASES[] = {
    {3, {0, 0}, {3, 0, 0, 0}, false},     // one part of several
    {4, {0, 0}, {2, 2, 0, 0}, false},     // two share fewer than 5
    {4, {0, 0}, {1, 2, 1, 0}, true},      // three share fewer than 5: 1 or 2 each
    {4, {0, 0}, {1, 1, 1, 1}, true},      // four share fewer than 5: one each
    {28, {0, 0}, {12, 12, 4, 0}, true},   // two of 12 and a sum of 28 leave 4
    {64, {0, 0}, {20, 21, 21, 2}, false}, // large figures say nothing
    {1, {1, 2}, {1, 0, 0, 0}, true},      // who was left out, from fewer than 5
    {3, {2, 2}, {3, 0, 0, 0}, false},     // who was left out, from 7
    {0, {0, 0}, {0, 0, 0, 0}, false},     // nobody at all
};

TEST(a_figure_under_5_is_not_told_by_the_parts_of_a_sum)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const Case *k = &CASES[i];
        FigureSums sums = {.matching = k->people + k->left_out[0] + k->left_out[1],
                           .people = k->people,
                           .left_out = k->left_out,
                           .left_out_count = COUNT_OF(k->left_out),
                           .parts = k->parts,
                           .part_count = COUNT_OF(k->parts)};
        CHECK_STR(figure_sums_tell(t->arena, &sums) ? STR("told") : STR("not told"),
                  k->told ? "told" : "not told");
    }
}

// ---- tables: against every other world that shows the same figures, found by trying all

enum { GROUPS = 3, STAGES = 3, PLACES = GROUPS * STAGES, VALUES = 16, ROUNDS = 60 };

typedef struct World {
    const FigureTable *table;
    int64_t now[PLACES];
    int64_t sums[STAGES];
    uint32_t seen[PLACES]; // bit v: the place may be v
} World;

static bool follows(const World *w, size_t place)
{
    size_t stage = place / GROUPS;
    if (stage == 0) return true;
    bool joins = w->table->joins != NULL && w->table->joins[stage];
    int64_t before = w->now[place - GROUPS];
    return joins ? w->now[place] >= before : w->now[place] <= before;
}

static bool may_be(const FigureTable *table, size_t place, int64_t v)
{
    FigureSpan span = figure_span(table->figures[place]);
    if (v < span.lo || v > span.hi) return false;
    if (!table->first_fixed) return true;
    return v <= table->counts[place % GROUPS] && (place >= GROUPS || v == table->counts[place]);
}

static bool sum_fits(const World *w, size_t place)
{
    int64_t sum = 0;
    size_t stage = place / GROUPS;
    for (size_t p = stage * GROUPS; p <= place; p++) sum += w->now[p];
    return place % GROUPS == GROUPS - 1 ? sum == w->sums[stage] : sum <= w->sums[stage];
}

static void try_all(World *w, size_t place)
{
    if (place == PLACES) {
        for (size_t p = 0; p < PLACES; p++) w->seen[p] |= 1U << w->now[p];
        return;
    }
    for (int64_t v = 0; v < VALUES; v++) {
        if (!may_be(w->table, place, v)) continue;
        w->now[place] = v;
        if (follows(w, place) && sum_fits(w, place)) try_all(w, place + 1);
    }
}

static unsigned die(unsigned *seed, unsigned sides)
{
    *seed = *seed * 1103515245U + 12345U;
    return (*seed >> 16) % sides;
}

// Counts of a table in which each stage is part of the one before, or the last joins.
static void roll(unsigned *seed, bool joins, int64_t *counts)
{
    for (size_t g = 0; g < GROUPS; g++) {
        counts[g] = die(seed, 13);
        counts[GROUPS + g] = die(seed, (unsigned)counts[g] + 1);
        int64_t mid = counts[GROUPS + g];
        counts[(size_t)2 * GROUPS + g] =
            joins ? mid + die(seed, (unsigned)(counts[g] - mid) + 1) : die(seed, (unsigned)mid + 1);
    }
}

static World worlds(const FigureTable *table)
{
    World w = {.table = table};
    for (size_t p = 0; p < PLACES; p++) w.sums[p / GROUPS] += table->counts[p];
    try_all(&w, 0);
    return w;
}

TEST(how_far_a_count_can_go_is_what_trying_every_world_finds)
{
    unsigned seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t counts[PLACES];
        int64_t figures[PLACES];
        bool joins[STAGES] = {false, false, round % 2 == 1};
        roll(&seed, joins[2], counts);
        for (size_t p = 0; p < PLACES; p++) figures[p] = figure_of(counts[p]);
        figures[die(&seed, PLACES)] = FIGURE_HELD;
        FigureTable table = {GROUPS, STAGES, counts, joins, true, figures};
        World w = worlds(&table);
        for (size_t p = GROUPS; p < PLACES; p++) {
            CHECK_I64(figure_values(t->arena, &table, p, VALUES), __builtin_popcount(w.seen[p]));
        }
    }
}

TEST(what_is_held_back_leaves_every_small_count_three_values)
{
    unsigned seed = 11;
    int held = 0;
    int needed = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t counts[PLACES];
        int64_t figures[PLACES];
        roll(&seed, false, counts);
        for (size_t p = 0; p < PLACES; p++) figures[p] = figure_of(counts[p]);
        FigureTable table = {GROUPS, STAGES, counts, NULL, true, figures};
        World before = worlds(&table);
        figures_protect(t->arena, &table);
        World after = worlds(&table);
        bool all_held = true;
        for (size_t p = GROUPS; p < PLACES; p++) {
            held += figures[p] == FIGURE_HELD;
            all_held = all_held && figures[p] == FIGURE_HELD;
        }
        for (size_t p = GROUPS; p < PLACES && !all_held; p++) {
            if (counts[p] == 0 || counts[p] >= FIGURE_MIN) continue;
            if (after.sums[p / GROUPS] < FIGURE_MIN) {
                CHECK_I64(figures[p], FIGURE_HELD);
                continue;
            }
            needed += __builtin_popcount(before.seen[p]) < FIGURE_VALUES_MIN;
            CHECK(__builtin_popcount(after.seen[p]) >= FIGURE_VALUES_MIN);
        }
    }
    CHECK(needed > 0 && held > 0 && held < ROUNDS * (PLACES - GROUPS));
}

TEST(large_tables_lose_nothing)
{
    const int64_t counts[] = {1200, 3400, 560, 610, 1490, 230, 300, 701, 88};
    int64_t figures[9];
    for (size_t p = 0; p < 9; p++) figures[p] = figure_of(counts[p]);
    FigureTable table = {3, 3, counts, NULL, true, figures};
    figures_protect(t->arena, &table);
    for (size_t p = 0; p < 9; p++) CHECK(figures[p] == figure_of(counts[p]));
}
