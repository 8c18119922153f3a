// equity_answers.c -- see equity_answers.h.
#include "insight/equity/equity_answers.h"

enum { REST_MOST = EQUITY_GROUP_MIN - 1 }; // people of a rest that is not shown

static FigureSpan meet(FigureSpan a, FigureSpan b)
{
    return (FigureSpan){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

static int64_t sum_up_to_most(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

static FigureSpan add(FigureSpan a, FigureSpan b)
{
    return (FigureSpan){a.lo + b.lo, sum_up_to_most(a.hi, b.hi)};
}

// ---- what a cohort's figures leave

static size_t stage_at(const EquitySubject *s, const char *key)
{
    size_t at = 0;
    while (at < s->stage_count && !str_eq(s->stages[at].key, str_from_c(key))) at++;
    return at;
}

// By the figures of one group at all stages, or of everybody: the stages after one are part of it,
// and it is part of those before it down to those found, who hold the ones whom the rules leave.
static FigureSpan known_by(const EquitySubject *s, size_t stage, const int64_t *figures)
{
    FigureSpan known = figure_span(figures[stage]);
    for (size_t i = stage + 1; i < s->stage_count; i++) {
        int64_t lo = figure_span(figures[i]).lo;
        if (lo > known.lo) known.lo = lo;
    }
    for (size_t i = stage; i > 0 && !s->stages[i].joins; i--) {
        known.hi = meet(known, figure_span(figures[i - 1])).hi;
    }
    return meet(known, (FigureSpan){0, figure_span(figures[0]).hi});
}

static bool has_rest(const EquityDimension *d)
{
    return d->group_count > 0 && str_eq(d->groups[d->group_count - 1], STR(EQUITY_REST));
}

static FigureSpan known_of_groups(const EquitySubject *s, size_t stage, const EquityDimension *d)
{
    FigureSpan all = {0, 0};
    int64_t figures[EQUITY_STAGES_MAX] = {0};
    for (size_t g = 0; g < d->group_count; g++) {
        for (size_t i = 0; i < s->stage_count; i++) figures[i] = d->figures[i * d->group_count + g];
        all = add(all, known_by(s, stage, figures));
    }
    if (has_rest(d)) return all;
    // Beside a trait stands everybody else; beside groups a rest of few.
    return add(all, (FigureSpan){0, d->group_count == 1 ? INT64_MAX : REST_MOST});
}

FigureSpan equity_stage_known(const EquitySubject *settled, const char *stage)
{
    size_t at = stage_at(settled, stage);
    if (at == settled->stage_count) return (FigureSpan){0, INT64_MAX};
    int64_t figures[EQUITY_STAGES_MAX] = {0};
    for (size_t i = 0; i < settled->stage_count; i++) figures[i] = settled->stages[i].people;
    FigureSpan known = known_by(settled, at, figures);
    for (size_t i = 0; i < settled->dimension_count; i++) {
        known = meet(known, known_of_groups(settled, at, &settled->dimensions[i]));
    }
    return known;
}

const EquityReach *equity_reach_beside(const EquityCampaigns *campaigns, Str cohort)
{
    const EquityReach *of_all = NULL;
    for (size_t i = 0; i < campaigns->reach_count; i++) {
        const EquityReach *reach = &campaigns->reaches[i];
        if (str_eq(reach->key, cohort)) return reach;
        if (str_eq(reach->key, STR(EQUITY_CASELOAD))) of_all = reach;
    }
    return of_all;
}

// ---- what a campaign's figures leave beside them

typedef struct Limits { // what is known from elsewhere
    int64_t asked;      // exactly
    FigureSpan offered, wanted;
} Limits;

static bool was_offered(size_t state)
{
    return state >= TALLY_WANTED && state <= TALLY_NO_ANSWER;
}

static FigureSpan span_at(const int64_t *figures, const Limits *limits, size_t state)
{
    FigureSpan span = meet(figure_span(figures[state]), (FigureSpan){0, limits->asked});
    return state == TALLY_WANTED ? meet(span, limits->wanted) : span;
}

// Of all states in which support was offered, or of all others, but the one left out.
static FigureSpan sum_of(const int64_t *figures, const Limits *limits, bool offered, size_t but)
{
    FigureSpan sum = {0, 0};
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        if (was_offered(i) == offered && i != but) sum = add(sum, span_at(figures, limits, i));
    }
    return sum;
}

enum { NO_STATE = CAMPAIGN_TALLY_STATES };

// How many were offered support of those asked, or were not: two sums, and both together a third.
static FigureSpan known_sum(const int64_t *figures, const Limits *limits, bool offered)
{
    FigureSpan own = sum_of(figures, limits, offered, NO_STATE);
    FigureSpan other = sum_of(figures, limits, !offered, NO_STATE);
    FigureSpan *own_or_other = offered ? &own : &other;
    *own_or_other = meet(*own_or_other, limits->offered);
    return meet(own, (FigureSpan){limits->asked - other.hi, limits->asked - other.lo});
}

static FigureSpan known_at(const int64_t *figures, const Limits *limits, size_t state)
{
    FigureSpan sum = known_sum(figures, limits, was_offered(state));
    FigureSpan beside = sum_of(figures, limits, was_offered(state), state);
    return meet(span_at(figures, limits, state),
                (FigureSpan){sum.lo - beside.hi, sum.hi - beside.lo});
}

static FigureSpan moved(int64_t n, int64_t of, FigureSpan known)
{
    int64_t up = known.hi - of;
    return (FigureSpan){n - (of - known.lo), sum_up_to_most(n, up)};
}

typedef struct Settling {
    const int64_t *counts;
    const EquityReach *reach;
    int64_t *figures;
    int64_t offered;          // of those asked
    Limits otherwise, in_all; // how many were offered support so is known
} Settling;

static bool is_few(int64_t n)
{
    return n > 0 && n < FIGURE_MIN;
}

static bool is_narrow(FigureSpan known)
{
    return known.hi - known.lo + 1 < FIGURE_VALUES_MIN;
}

// All figures of the cohort together may say exactly how many were offered support and how many of
// them accepted. Then a number has no more values than the sum that it is part of leaves.
static bool is_told_by_sums(const Settling *s, size_t state)
{
    int64_t wanted = s->counts[TALLY_WANTED];
    int64_t sum = was_offered(state) ? s->offered : s->otherwise.asked - s->offered;
    Limits exact = s->otherwise;
    exact.offered = (FigureSpan){s->offered, s->offered};
    if (state != TALLY_WANTED) {
        exact.wanted = (FigureSpan){wanted, wanted};
        if (was_offered(state)) sum -= wanted;
    }
    FigureSpan known = known_at(s->figures, &exact, state);
    int64_t want = sum + 1 < FIGURE_VALUES_MIN ? sum + 1 : FIGURE_VALUES_MIN;
    return known.hi - known.lo + 1 < want;
}

// Of the cohort's own number the answers say that it is theirs at least, and where nobody was
// offered support otherwise that it is theirs.
static bool cohort_is_told(const Settling *s)
{
    const EquityReach *reach = s->reach;
    if (!is_few(reach->offered)) return false;
    FigureSpan sum = known_sum(s->figures, &s->otherwise, true);
    if (reach->offered != s->offered) sum.hi = INT64_MAX;
    return is_narrow(meet(reach->offered_known, sum));
}

static bool is_told(const Settling *s, size_t state)
{
    if (state == NO_STATE) return cohort_is_told(s);
    if (!is_few(s->counts[state])) return false;
    return is_narrow(known_at(s->figures, &s->otherwise, state)) ||
           is_narrow(known_at(s->figures, &s->in_all, state)) || is_told_by_sums(s, state);
}

// What says least first.
static int64_t cost_of(const Settling *s, size_t state)
{
    return s->figures[state] == FIGURE_FEW ? 0 : 1 + s->counts[state];
}

// The figure that costs least of those that hide `told`, or of all; NO_STATE: none.
static size_t cheapest(Settling *s, size_t told, bool hides)
{
    size_t best = NO_STATE;
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        int64_t own = s->figures[i];
        if (own == FIGURE_HELD) continue;
        if (best < NO_STATE && cost_of(s, best) <= cost_of(s, i)) continue;
        s->figures[i] = FIGURE_HELD;
        if (!hides || !is_told(s, told)) best = i;
        s->figures[i] = own;
    }
    return best;
}

// False: nothing is said any more.
static bool hold_for(Settling *s, size_t told)
{
    size_t best = cheapest(s, told, true);
    if (best == NO_STATE) best = cheapest(s, told, false);
    if (best == NO_STATE) return false;
    s->figures[best] = FIGURE_HELD;
    return true;
}

void equity_answers_settle(const int64_t counts[CAMPAIGN_TALLY_STATES], const EquityReach *reach,
                           int64_t figures[CAMPAIGN_TALLY_STATES])
{
    assert(reach != NULL);
    Settling s = {.counts = counts, .figures = figures, .reach = reach};
    int64_t asked = 0;
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        figures[i] = figure_of(counts[i]);
        asked += counts[i];
        if (was_offered(i)) s.offered += counts[i];
    }
    int64_t wanted = counts[TALLY_WANTED];
    s.otherwise = (Limits){asked, moved(s.offered, reach->offered, reach->offered_known),
                           moved(wanted, reach->accepted, reach->accepted_known)};
    s.in_all =
        (Limits){asked, {0, s.offered + reach->offered_else}, {0, wanted + reach->accepted_else}};
    for (size_t i = 0; asked < FIGURE_MIN && i < CAMPAIGN_TALLY_STATES; i++) {
        figures[i] = FIGURE_HELD;
    }
    for (size_t i = 0; i <= NO_STATE; i++) {
        while (is_told(&s, i) && hold_for(&s, i)) continue;
    }
}
