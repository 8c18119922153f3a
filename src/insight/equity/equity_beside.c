// equity_beside.c -- see equity_beside.h. The method is that of a release adjusted for age and sex
// (equity_standard.h), without what rounding may hide.
#include "core/figure.h"
#include "core/html.h"
#include "insight/equity/equity_pages.h"

#include <math.h>

typedef struct Group { // one of a division
    const CohortShape *shape;
    const CohortDivision *division;
    size_t at;
    bool asked; // some rule asks for groups of this division
} Group;

static int64_t people_at(const Group *group, size_t stage)
{
    return group->division->left[stage * group->division->count + group->at];
}

static int64_t all_at(const CohortShape *shape, size_t stage)
{
    int64_t all = 0;
    for (size_t s = 0; s < SHAPE_STRATA; s++) all += shape->left[stage * SHAPE_STRATA + s];
    return all;
}

// Were they left as often as everybody of their age and sex is.
static double expected_at(const Group *group, size_t stage)
{
    const CohortShape *shape = group->shape;
    double expected = 0;
    for (size_t s = 0; s < SHAPE_STRATA; s++) {
        int64_t here = group->division->in_strata[s * group->division->count + group->at];
        if (here == 0) continue;
        double rate = (double)shape->left[stage * SHAPE_STRATA + s] / (double)shape->left[s];
        expected += (double)here * rate;
    }
    return expected;
}

typedef struct Cause {
    size_t stage;          // 0: no rule keeps a tenth less of them than of others
    int64_t left, of_like; // per cent of those before the rule; as expected
} Cause;

// Of few people before a rule nothing is said.
static Cause cause_of(const Group *group)
{
    static const double TENTH_LESS = 0.9;
    Cause cause = {0};
    double worst = TENTH_LESS;
    for (size_t i = 1; i < group->shape->stages; i++) {
        int64_t before = people_at(group, i - 1);
        double expected = expected_at(group, i - 1);
        if (before < FIGURE_MIN || expected <= 0) break;
        double left = (double)people_at(group, i) / (double)before;
        double of_like = expected_at(group, i) / expected;
        if (of_like <= 0 || left / of_like >= worst) continue;
        worst = left / of_like;
        cause = (Cause){i, (int64_t)lround(left * 100), (int64_t)lround(of_like * 100)};
    }
    return cause;
}

static EquityLine line_of(const Group *group)
{
    size_t last = group->shape->stages - 1;
    int64_t all = all_at(group->shape, last);
    EquityLine line = {.people = people_at(group, last), .of = people_at(group, 0)};
    line.expected = expected_at(group, last);
    line.has_share = line.has_share_of = all > 0;
    line.compared = all >= EQUITY_STAGE_MIN && line.expected > 0;
    if (line.has_share) line.share = (double)line.people / (double)all;
    if (line.has_share_of) line.share_of = line.expected / (double)all;
    if (!line.compared) return line;
    EquityRange range = equity_count_range(line.people);
    line.range = (EquityRange){range.lo / line.expected, range.hi / line.expected};
    line.has_ratio = true;
    line.ratio = (double)line.people / line.expected;
    line.reach = equity_reach(line.range);
    // That none are found whom the rules do not ask for is no finding.
    bool none_left = group->asked && line.people == 0;
    if (line.reach == REACH_UNDER && none_left) line.reach = REACH_ASKED;
    return line;
}

static Str cause_words(Arena *arena, const Group *group)
{
    Cause cause = cause_of(group);
    if (cause.stage == 0) return STR("");
    Str rule = group->shape->texts[cause.stage];
    if (cause.left == 0 && people_at(group, cause.stage) == 0) {
        return arena_fmt(arena, " The rule \"" STR_FMT "\" leaves nobody of this group.",
                         STR_ARG(rule));
    }
    return arena_fmt(arena,
                     " The rule that does most of it: \"" STR_FMT
                     "\". It leaves %lld%% of this group, where %lld%% would be expected.",
                     STR_ARG(rule), (long long)cause.left, (long long)cause.of_like);
}

// A trait says by itself what it is about: "Has a learning disability".
static Str group_words(Arena *arena, const Group *group, const EquityRow *row)
{
    GroupBy by = group->division->by;
    if (by == GROUP_BY_TRAIT) return row->group;
    return arena_fmt(arena, STR_FMT ", " STR_FMT, STR_ARG(equity_division_label(by)),
                     STR_ARG(row->group));
}

static Str less_words(Arena *arena, const Group *group, const EquityRow *row)
{
    return arena_fmt(arena,
                     STR_FMT ": " STR_FMT " found, where " STR_FMT
                             " would be expected of people of the same age and sex. Ratio " STR_FMT
                             ", 95%% range " STR_FMT "." STR_FMT,
                     STR_ARG(group_words(arena, group, row)), STR_ARG(row->people),
                     STR_ARG(row->expected), STR_ARG(row->ratio), STR_ARG(row->range),
                     STR_ARG(cause_words(arena, group)));
}

Str equity_division_label(GroupBy by)
{
    switch (by) {
    case GROUP_BY_FIFTH: return STR("Deprivation fifth");
    case GROUP_BY_ETHNIC: return STR("Ethnic group");
    case GROUP_BY_LANGUAGE: return STR("Main language");
    case GROUP_BY_TRAIT: return STR("Learning disability, mental illness and carers");
    default: assert(by == GROUP_BY_PRACTICE); return STR("Practice");
    }
}

static bool asks_for(const Definition *definition, GroupBy by)
{
    switch (by) {
    case GROUP_BY_FIFTH: return rule_asks(definition->root, RULE_DEPRIVATION);
    case GROUP_BY_ETHNIC: return rule_asks(definition->root, RULE_ETHNICITY);
    case GROUP_BY_LANGUAGE: return rule_asks(definition->root, RULE_LANGUAGE);
    case GROUP_BY_TRAIT: return false;
    default: return rule_asks(definition->root, RULE_PRACTICE);
    }
}

size_t equity_beside(Arena *arena, const CohortShape *shape, const CohortDivision *division,
                     const Definition *definition, EquityBeside *out)
{
    Group group = {
        .shape = shape, .division = division, .asked = asks_for(definition, division->by)};
    size_t count = 0;
    for (group.at = 0; group.at < division->count; group.at++) {
        Str label = division->groups[group.at].label;
        EquityLine line = line_of(&group);
        if (line.of == 0) continue;
        out[count].row = equity_row(arena, label, &line);
        out[count].mark = equity_mark(&out[count].row, &line);
        out[count].less = out[count].about = STR("");
        out[count].cause = 0;
        out[count].compared = line.compared;
        out[count].found = line.people;
        out[count].ratio = line.ratio;
        if (line.reach == REACH_UNDER) {
            out[count].less = less_words(arena, &group, &out[count].row);
            out[count].about = group_words(arena, &group, &out[count].row);
            out[count].cause = cause_of(&group).stage;
        }
        count++;
    }
    return count;
}

Err equity_newest_month(Ctx *c, Str key, EquityMonth *out)
{
    EquityRelease *all = NULL;
    size_t count = 0;
    if (!ctx_can(c, CAP_EQUITY_VIEW)) return ERR_NOT_FOUND;
    TRY(equity_releases(c, &all, &count));
    if (count == 0) return ERR_NOT_FOUND;
    EquitySubject *s = ARENA_NEW(c->arena, EquitySubject);
    TRY(equity_subject(c, &all[0], key, s));
    int found = equity_stage(s, STR("identified"));
    if (found < 1) return ERR_NOT_FOUND;
    EquityPair pair = {.subject = s, .beside = s, .stage = found, .adjusted = true};
    EquityTold *told = ARENA_NEW(c->arena, EquityTold);
    equity_sentences(c->arena, &pair, STR(""), told);
    *out = (EquityMonth){.month = equity_month(c->arena, all[0].month),
                         .found = figure_text(c->arena, s->stages[found].people),
                         .less = told->list,
                         .less_count = told->count,
                         .less_beyond = told->beyond};
    return ERR_OK;
}
