// equity_finding.c -- see equity_finding.h.
#include "insight/equity/equity_finding.h"

#include "core/figure.h"

#include <math.h>

static bool given(int64_t figure)
{
    return figure >= FIGURE_MIN;
}

EquityReach equity_reach(EquityRange range)
{
    if (range.hi < 1) return REACH_UNDER;
    return range.lo > 1 ? REACH_OVER : REACH_ALIKE;
}

EquityLine equity_line(EquityFour f)
{
    EquityLine line = {.people = f.people, .of = f.of};
    line.has_share = f.people >= 0 && given(f.all);
    line.has_share_of = f.of >= 0 && given(f.all_of);
    if (line.has_share) line.share = (double)f.people / (double)f.all;
    if (line.has_share_of) line.share_of = (double)f.of / (double)f.all_of;
    line.compared = f.people != FIGURE_HELD && given(f.all) && given(f.of) && given(f.all_of);
    if (!line.compared) return line;
    FigureSpan may_be = figure_span(f.people);
    line.expected = (double)f.all * line.share_of;
    line.has_ratio = f.people >= 0;
    if (line.has_ratio) line.ratio = (double)f.people / line.expected;
    line.range = (EquityRange){equity_count_range(may_be.lo).lo / line.expected,
                               equity_count_range(may_be.hi).hi / line.expected};
    line.reach = equity_reach(line.range);
    return line;
}

EquityLine equity_line_expected(int64_t people, int64_t all, int64_t expected)
{
    static const double HALF = 0.5; // what rounding to the nearest one may hide
    EquityLine line = {.people = people, .of = FIGURE_HELD};
    line.has_share = people >= 0 && given(all);
    if (line.has_share) line.share = (double)people / (double)all;
    line.compared = people != FIGURE_HELD && given(all) && expected > 0;
    if (!line.compared) return line;
    FigureSpan may_be = figure_span(people);
    line.expected = (double)expected;
    line.has_share_of = true;
    line.share_of = line.expected / (double)all;
    line.has_ratio = people >= 0;
    if (line.has_ratio) line.ratio = (double)people / line.expected;
    line.range = (EquityRange){equity_count_range(may_be.lo).lo / (line.expected + HALF),
                               equity_count_range(may_be.hi).hi / (line.expected - HALF)};
    line.reach = equity_reach(line.range);
    return line;
}

bool equity_kept_share(int64_t people, int64_t of, double *share_out, EquityRange *range_out)
{
    if (people < 0 || !given(of) || people > of) return false;
    FigureSpan may_be = figure_span(people);
    int64_t hi = may_be.hi < of ? may_be.hi : of;
    int64_t lo = may_be.lo < hi ? may_be.lo : hi;
    *share_out = (double)people / (double)of;
    *range_out = (EquityRange){equity_share_range(lo, of).lo, equity_share_range(hi, of).hi};
    return true;
}

const EquityDimension *equity_dimension(const EquitySubject *s, Str key)
{
    for (size_t d = 0; d < s->dimension_count; d++) {
        if (str_eq(s->dimensions[d].key, key)) return &s->dimensions[d];
    }
    return NULL;
}

int equity_stage(const EquitySubject *s, Str key)
{
    for (size_t i = 0; i < s->stage_count; i++) {
        if (str_eq(s->stages[i].key, key)) return (int)i;
    }
    return -1;
}

int equity_group(const EquityDimension *d, Str name)
{
    for (size_t g = 0; g < d->group_count; g++) {
        if (str_eq(d->groups[g], name)) return (int)g;
    }
    return -1;
}

// What share of the group stays at a stage; of fewer than 5 the most that they may be.
static bool left_at(const EquityDimension *d, size_t group, size_t stage, double *out)
{
    int64_t before = d->figures[(stage - 1) * d->group_count + group];
    int64_t now = d->figures[stage * d->group_count + group];
    if (!given(before) || now == FIGURE_HELD) return false;
    *out = (double)(now == FIGURE_FEW ? FIGURE_MIN - 1 : now) / (double)before;
    return true;
}

// What share of everybody stays at a stage.
static bool all_left_at(const EquitySubject *s, size_t stage, double *out)
{
    int64_t before = s->stages[stage - 1].people;
    int64_t now = s->stages[stage].people;
    if (!given(before) || !given(now)) return false;
    *out = (double)now / (double)before;
    return true;
}

// What share of the group would stay, were they left as often as others of their age and sex.
// Nothing is expected of everybody registered: there the group's own number is.
static bool expected_left_at(const EquityDimension *d, size_t group, size_t stage, double *out)
{
    if (d->expected == NULL) return false;
    int64_t before =
        stage == 1 ? d->figures[group] : d->expected[(stage - 1) * d->group_count + group];
    int64_t now = d->expected[stage * d->group_count + group];
    if (before <= 0 || now <= 0) return false;
    *out = (double)now / (double)before;
    return true;
}

EquityCause equity_cause(const EquitySubject *s, const EquityDimension *d, size_t group,
                         bool adjusted)
{
    static const double TENTH_LESS = 0.9;
    EquityCause cause = {.stage = -1};
    double worst = TENTH_LESS;
    for (size_t i = 1; i < s->stage_count && str_starts(s->stages[i].key, STR("rule-")); i++) {
        double left = 0;
        double of_all = 0;
        bool told = adjusted ? expected_left_at(d, group, i, &of_all) : all_left_at(s, i, &of_all);
        if (!told || !left_at(d, group, i, &left)) break;
        if (left / of_all >= worst) continue;
        worst = left / of_all;
        cause = (EquityCause){(int)i, (int64_t)lround(left * 100), (int64_t)lround(of_all * 100)};
    }
    return cause;
}
