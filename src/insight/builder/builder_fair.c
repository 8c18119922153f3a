// builder_fair.c -- see builder_fair.h. What is said of each group is insight/equity's to say.
#include "insight/builder/builder_fair.h"

#include "core/html.h"

#include <math.h>

enum { DESCRIBED_BYTES_MAX = 16 * 1024 };

int64_t builder_found(const CohortShape *shape)
{
    int64_t found = 0;
    const int64_t *last = shape->left + (shape->stages - 1) * SHAPE_STRATA;
    for (size_t i = 0; i < SHAPE_STRATA; i++) found += last[i];
    return found;
}

static Str described(Arena *arena, const EquityBeside *groups, size_t count)
{
    CLEANUP(buf_free) Buf text = buf_new(DESCRIBED_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        const EquityRow *row = &groups[i].row;
        buf_fmt(&text, "%s" STR_FMT ": " STR_FMT " found", i > 0 ? "; " : "", STR_ARG(row->group),
                STR_ARG(row->people));
        if (row->range.len == 0) continue;
        buf_fmt(&text, ", " STR_FMT " expected, ratio " STR_FMT ", range " STR_FMT,
                STR_ARG(row->expected), STR_ARG(row->ratio), STR_ARG(row->range));
    }
    buf_add_char(&text, '.');
    return arena_str(arena, buf_str(&text));
}

static EquityChart chart_of(Arena *arena, const char *id, Str title, const EquityBeside *groups,
                            size_t count)
{
    EquityMark *marks = ARENA_ARRAY(arena, EquityMark, count);
    for (size_t i = 0; i < count; i++) marks[i] = groups[i].mark;
    return (EquityChart){
        .id = str_from_c(id),
        .title =
            arena_fmt(arena, STR_FMT ": people found beside the number expected", STR_ARG(title)),
        .described = described(arena, groups, count),
        .people = STR("found"),
        .marks = marks,
        .mark_count = count};
}

// The page is drawn anew after each change of a rule: of many practices it shows where to look.
static const EquityBeside *least_first(Arena *arena, const EquityBeside *groups, size_t count)
{
    if (count <= BUILDER_GROUPS_SHOWN) return groups;
    double *ratios = ARENA_ARRAY(arena, double, count);
    EquityBeside *out = ARENA_ARRAY(arena, EquityBeside, count);
    for (size_t i = 0; i < count; i++) ratios[i] = groups[i].compared ? groups[i].ratio : INFINITY;
    const size_t *order = ui_least_first(arena, ratios, count);
    for (size_t i = 0; i < count; i++) out[i] = groups[order[i]];
    return out;
}

static void add_division(Arena *arena, const Definition *definition, const CohortShape *shape,
                         const CohortDivision *from, BuilderFair *out)
{
    static const char *const IDS[GROUP_BYS] = {[GROUP_BY_FIFTH] = "deprivation",
                                               [GROUP_BY_ETHNIC] = "ethnicity",
                                               [GROUP_BY_LANGUAGE] = "language",
                                               [GROUP_BY_PRACTICE] = "practice",
                                               [GROUP_BY_TRAIT] = "traits"};
    EquityBeside *groups = ARENA_ARRAY(arena, EquityBeside, from->count + 1);
    size_t count = equity_beside(arena, shape, from, definition, groups);
    // Nobody to be compared with; whoever has not a trait stands beside those who have it.
    if (count < (from->by == GROUP_BY_TRAIT ? 1U : 2U)) return;
    BuilderDivision *division = &out->divisions[out->division_count++];
    Str title = equity_division_label(from->by);
    const EquityBeside *least = least_first(arena, groups, count);
    size_t shown = count < BUILDER_GROUPS_SHOWN ? count : BUILDER_GROUPS_SHOWN;
    *division = (BuilderDivision){.title = title,
                                  .groups = groups,
                                  .group_count = count,
                                  .shown = least,
                                  .shown_count = shown,
                                  .chart = chart_of(arena, IDS[from->by], title, least, shown)};
    Str by = area_years_words(arena, shape->area_oldest, shape->area_newest);
    if (from->by == GROUP_BY_FIFTH && by.len > 0) {
        division->note = arena_fmt(arena, "By the " STR_FMT ".", STR_ARG(by));
    }
    for (size_t i = 0; i < shown; i++) {
        division->compared = division->compared || least[i].mark.has_range;
    }
    if (shown == count) return;
    division->note =
        arena_fmt(arena,
                  division->compared ? "The %zu of %zu found least often beside what is expected."
                                     : "The first %zu of %zu: too few are found to compare them.",
                  shown, count);
}

static void find_less(Arena *arena, BuilderFair *out)
{
    Str *less = ARENA_ARRAY(arena, Str, BUILDER_LESS_MAX);
    size_t all = 0;
    for (size_t d = 0; d < out->division_count; d++) {
        const BuilderDivision *division = &out->divisions[d];
        for (size_t i = 0; i < division->group_count; i++) all += division->groups[i].less.len > 0;
        for (size_t i = 0; i < division->shown_count; i++) {
            Str said = division->shown[i].less;
            if (said.len > 0 && out->less_count < BUILDER_LESS_MAX) less[out->less_count++] = said;
        }
    }
    out->less = less;
    out->less_beyond = all - out->less_count;
}

void builder_fair(Arena *arena, const Definition *definition, const CohortShape *shape,
                  BuilderFair *out)
{
    int64_t found = builder_found(shape);
    *out = (BuilderFair){.about = arena_fmt(arena,
                                            STR_FMT " %s every rule, listed or not. Each group is "
                                                    "beside everybody registered of the same age "
                                                    "and sex.",
                                            STR_ARG(html_people(arena, found)),
                                            found == 1 ? "meets" : "meet")};
    for (size_t d = 0; d < SHAPE_DIVISIONS; d++) {
        add_division(arena, definition, shape, &shape->divisions[d], out);
    }
    add_division(arena, definition, shape, &shape->traits, out);
    out->found = found;
    find_less(arena, out);
    if (found < EQUITY_STAGE_MIN) {
        out->none = arena_fmt(arena, "Fewer than %d meet every rule: too few to compare groups.",
                              EQUITY_STAGE_MIN);
    } else if (out->less_count == 0) {
        out->none = STR("No group is found clearly less often than expected.");
    }
}
