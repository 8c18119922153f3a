// equity_values.c -- see equity_values.h. The targets are those of the Quality and Outcomes
// Framework; the other steps are levels that NICE names for diabetes and high blood pressure.
#include "insight/equity/equity_values.h"

#include "core/figure.h"

const EquityValueRule EQUITY_VALUE_RULES[EQUITY_VALUES] = {
    {.key = EQUITY_VALUES_PREFIX "hba1c",
     .name = "HbA1c of people with diabetes",
     .of_label = "Have diabetes",
     .of = "  has ltc-diabetes or diabetes\n",
     .label = "HbA1c",
     .measure = "hba1c",
     .unit = "mmol/mol",
     .target = 58,
     .steps = {100, 86, 75, 64, 58, 53, 48}},
    {.key = EQUITY_VALUES_PREFIX "systolic-bp",
     .name = "Systolic blood pressure of people with high blood pressure",
     .of_label = "Have high blood pressure",
     .of = "  has ltc-hypertension\n",
     .label = "Systolic blood pressure",
     .measure = "systolic-bp",
     .unit = "mmHg",
     .target = 140,
     .steps = {180, 160, 150, 140, 130, 120}},
};

size_t equity_value_steps(const EquityValueRule *rule)
{
    size_t count = 0;
    while (rule->steps[count] != 0) count++;
    return count;
}

size_t equity_value_target(const EquityValueRule *rule)
{
    size_t at = 0;
    while (rule->steps[at] != rule->target) at++;
    return VALUE_STEPS + at;
}

// Of a step: what is given is FIGURE_ASKED_MIN at least.
static FigureSpan step_span(int64_t figure)
{
    FigureSpan span = figure_span(figure);
    if (figure > 0 && span.lo < FIGURE_ASKED_MIN) span.lo = FIGURE_ASKED_MIN;
    return span;
}

EquityMedian equity_median(const EquityValueRule *rule, int64_t recorded, const int64_t *steps)
{
    EquityMedian out = {0};
    if (recorded < EQUITY_VALUE_MIN) return out;
    FigureSpan all = figure_span(recorded);
    for (size_t i = 0; rule->steps[i] != 0; i++) {
        FigureSpan most = step_span(steps[i]); // at most this number
        if (most.hi > all.hi) most.hi = all.hi;
        if (2 * most.lo > all.hi) {
            out.has_hi = true;
            out.hi = rule->steps[i];
        }
        if (2 * most.hi < all.lo && !out.has_lo) {
            out.has_lo = true;
            out.lo = rule->steps[i];
        }
    }
    out.given = out.has_lo || out.has_hi;
    return out;
}

// ---- what lies between two steps

static FigureSpan span_at(size_t stage, int64_t figure)
{
    return stage < VALUE_STEPS ? figure_span(figure) : step_span(figure);
}

static FigureSpan fall(FigureSpan a, FigureSpan b)
{
    FigureSpan out = {a.lo > b.hi ? a.lo - b.hi : 0, INT64_MAX};
    if (a.hi != INT64_MAX) out.hi = a.hi - b.lo;
    return out;
}

static int64_t add_open(int64_t a, int64_t b)
{
    return a == INT64_MAX || b == INT64_MAX ? INT64_MAX : a + b;
}

static FigureSpan group_fall(const EquityDimension *d, size_t group, size_t from, size_t to)
{
    return fall(span_at(from, d->figures[from * d->group_count + group]),
                span_at(to, d->figures[to * d->group_count + group]));
}

// For a reader who takes it that nobody is outside the groups shown.
static bool falls_tell(const EquitySubject *s, const EquityDimension *d, size_t from, size_t to)
{
    FigureSpan all = fall(span_at(from, s->stages[from].people), span_at(to, s->stages[to].people));
    FigureSpan sum = {0, 0};
    for (size_t g = 0; g < d->group_count; g++) {
        FigureSpan one = group_fall(d, g, from, to);
        sum = (FigureSpan){sum.lo + one.lo, add_open(sum.hi, one.hi)};
    }
    for (size_t g = 0; g < d->group_count; g++) {
        FigureSpan one = group_fall(d, g, from, to);
        if (all.hi != INT64_MAX && one.hi > all.hi - (sum.lo - one.lo)) {
            one.hi = all.hi - (sum.lo - one.lo);
        }
        if (sum.hi != INT64_MAX && one.lo < all.lo - (sum.hi - one.hi)) {
            one.lo = all.lo - (sum.hi - one.hi);
        }
        bool few = one.lo > 0 && one.lo < FIGURE_MIN;
        if (few && one.hi - one.lo + 1 < FIGURE_VALUES_MIN) return true;
    }
    return false;
}

static void hold(const EquityDimension *d, size_t stage)
{
    for (size_t g = 0; g < d->group_count; g++) {
        d->figures[stage * d->group_count + g] = FIGURE_HELD;
    }
}

static void hold_small(const EquitySubject *s, const EquityDimension *d)
{
    for (size_t g = 0; g < d->group_count; g++) {
        if (d->figures[VALUE_RECORDED * d->group_count + g] >= EQUITY_VALUE_MIN) continue;
        for (size_t i = VALUE_STEPS; i < s->stage_count; i++) {
            d->figures[i * d->group_count + g] = FIGURE_HELD;
        }
    }
}

void equity_values_hold(EquitySubject *subject)
{
    for (size_t k = 0; k < subject->dimension_count; k++) {
        const EquityDimension *d = &subject->dimensions[k];
        hold_small(subject, d);
        if (d->group_count < 2) continue; // a trait: most people are in no group
        for (size_t to = VALUE_STEPS; to < subject->stage_count; to++) {
            bool told = false;
            for (size_t from = VALUE_RECORDED; from < to; from++) {
                told = told || falls_tell(subject, d, from, to);
            }
            if (told) hold(d, to);
        }
    }
}
