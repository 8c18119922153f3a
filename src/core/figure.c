// figure.c -- rounding, and what a reader can work out of sums.
#include "core/figure.h"

#include "core/html.h"

int64_t figure_of(int64_t n)
{
    if (n == 0) return 0;
    if (n < FIGURE_MIN) return FIGURE_FEW;
    return (n + FIGURE_STEP / 2) / FIGURE_STEP * FIGURE_STEP;
}

int64_t figure_asked(int64_t n)
{
    return n < FIGURE_ASKED_MIN ? FIGURE_ASKED_FEW : figure_of(n);
}

Str figure_text(Arena *arena, int64_t figure)
{
    if (figure == FIGURE_ASKED_FEW) return arena_fmt(arena, "fewer than %d", FIGURE_ASKED_MIN);
    if (figure == FIGURE_FEW) return STR("fewer than 5");
    return figure == FIGURE_HELD ? STR("not given") : html_count(arena, figure);
}

FigureSpan figure_span(int64_t figure)
{
    if (figure == FIGURE_HELD) return (FigureSpan){0, INT64_MAX};
    if (figure == FIGURE_ASKED_FEW) return (FigureSpan){0, FIGURE_ASKED_MIN - 1};
    if (figure == FIGURE_FEW) return (FigureSpan){1, FIGURE_MIN - 1};
    if (figure == 0) return (FigureSpan){0, 0};
    int64_t lo = figure - FIGURE_STEP / 2;
    return (FigureSpan){lo < FIGURE_MIN ? FIGURE_MIN : lo, figure + FIGURE_STEP / 2};
}

// ---- sums: followed as a reader would

static FigureSpan both(FigureSpan a, FigureSpan b)
{
    return (FigureSpan){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

// What a sum and its parts say about each other.
static void narrow(FigureSpan *sum, FigureSpan *parts, size_t count)
{
    FigureSpan all = {0, 0};
    for (size_t i = 0; i < count; i++) {
        all = (FigureSpan){all.lo + parts[i].lo, all.hi + parts[i].hi};
    }
    *sum = both(*sum, all);
    for (size_t i = 0; i < count; i++) {
        FigureSpan rest = {all.lo - parts[i].lo, all.hi - parts[i].hi};
        parts[i] = both(parts[i], (FigureSpan){sum->lo - rest.hi, sum->hi - rest.lo});
    }
}

static bool tells(int64_t n, FigureSpan known)
{
    return n > 0 && n < FIGURE_MIN && known.hi - known.lo + 1 < FIGURE_VALUES_MIN;
}

static FigureSpan span_of(int64_t n)
{
    return figure_span(figure_of(n));
}

// Four parts "fewer than 5" of a sum "fewer than 5" are one person each: until they say nothing
// new.
bool figure_sums_tell(Arena *arena, const FigureSums *s)
{
    enum { ROUNDS = 4 };
    size_t listed = s->left_out_count;
    FigureSpan matching = span_of(s->matching);
    FigureSpan *first = ARENA_ARRAY(arena, FigureSpan, listed + 1); // left out, and the people
    FigureSpan *second = ARENA_ARRAY(arena, FigureSpan, s->part_count + 1);
    for (size_t i = 0; i < listed; i++) first[i] = span_of(s->left_out[i]);
    first[listed] = span_of(s->people);
    for (size_t i = 0; i < s->part_count; i++) second[i] = span_of(s->parts[i]);
    for (int round = 0; round < ROUNDS; round++) {
        narrow(&matching, first, listed + 1);
        narrow(&first[listed], second, s->part_count);
    }
    bool told = tells(s->matching, matching) || tells(s->people, first[listed]);
    for (size_t i = 0; i < listed; i++) told = told || tells(s->left_out[i], first[i]);
    for (size_t i = 0; i < s->part_count; i++) told = told || tells(s->parts[i], second[i]);
    return told;
}
