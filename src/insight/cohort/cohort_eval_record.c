// cohort_eval_record.c -- rules about events and values: ranges of postings into bits.
#include "insight/cohort/cohort_asked.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_one.h"
#include "insight/cohort/cohort_score.h"
#include "insight/cohort/cohort_spans.h"

static DayRange window_of(const Asked *a, const CohortRule *rule)
{
    Date after;
    Date until;
    rule_window_days(&rule->window, a->e->as_at, &after, &until);
    return day_range(after, until);
}

// The ways of asking: of everybody, or of those among whom it matters.
static void mark_set(const Asked *a, int set, DayRange days, uint64_t *bits)
{
    const CohortColumns *columns = a->e->columns;
    if (a->among != NULL) {
        CodesAsked asked = {codes_of_set(columns, set), days};
        stripe_mark_among(a->of->stripe, &asked, a->among, a->scratch, bits);
    } else {
        spans_mark(a->of->stripe, spans_of_set(columns, a->number, set), days, bits);
    }
}

static void latest_days(const Asked *a, CodeList codes, DayRange days, uint16_t *latest)
{
    CodesAsked asked = {codes, days};
    if (a->among != NULL) {
        stripe_latest_days_among(a->of->stripe, &asked, a->among, a->scratch, latest);
    } else {
        stripe_latest_days(a->of->stripe, codes, days, latest);
    }
}

static void mark_sets(const Asked *a, const CohortRule *rule, uint64_t *bits)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        mark_set(a, rule->sets[s], window_of(a, rule), bits);
    }
}

// What was said to have ended on a later day is not there any more; on the same day it still is.
static void eval_has(const Asked *a, const CohortRule *rule, Truth *truth)
{
    mark_sets(a, rule, truth->met);
    if (rule->ended == 0) return;
    uint16_t *begun = SCRATCH_PERSONS(a->scratch, uint16_t);
    uint16_t *ended = SCRATCH_PERSONS(a->scratch, uint16_t);
    for (size_t s = 0; s < rule->name_count; s++) {
        latest_days(a, codes_of_set(a->e->columns, rule->sets[s]), window_of(a, rule), begun);
    }
    latest_days(a, codes_of_set(a->e->columns, rule->ended - 1), day_range(DATE_NONE, a->e->as_at),
                ended);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = truth->met[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            if (ended[p] > begun[p]) truth->met[w] &= ~(left & -left);
        }
    }
}

static void eval_has_no(const Asked *a, const CohortRule *rule, Truth *truth)
{
    mark_sets(a, rule, truth->met);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->met[w] = ~truth->met[w];
}

static void eval_conditions_among(const Asked *a, const CohortRule *rule, Truth *truth)
{
    CodeMasks masks = a->e->columns->conditions;
    uint64_t *mask = scratch_take_raw(a->scratch, STRIPE_PERSONS_MAX, sizeof *mask);
    masks.days = day_range(DATE_NONE, a->e->as_at);
    masks.enough = rule->count;
    masks.kinds = condition_kinds(a->e->columns, a->number, &masks.kind_of_code);
    stripe_mask_among(a->of->stripe, &masks, a->among, a->scratch, mask);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = a->among[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            if (__builtin_popcountll(mask[p]) >= rule->count) bit_set(truth->met, p);
        }
    }
}

static void eval_conditions(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const CodeSets *sets = a->e->columns->sets;
    DayRange days = day_range(DATE_NONE, a->e->as_at);
    if (a->among != NULL) {
        eval_conditions_among(a, rule, truth);
        return;
    }
    Tally tally = tally_new(a->scratch);
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!set_is_condition(sets, s)) continue;
        size_t mark = scratch_mark(a->scratch);
        uint64_t *bits = scratch_bits(a->scratch);
        spans_mark(a->of->stripe, spans_of_set(a->e->columns, a->number, (int)s), days, bits);
        tally_add(&tally, bits);
        scratch_back(a->scratch, mark);
    }
    if (rule->count <= TALLY_MAX) tally_at_least(&tally, (unsigned)rule->count, truth->met);
}

static int id_cmp(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

// The codes of all the rule's sets, each once.
static CodeList codes_of_rule(const Asked *a, const CohortRule *rule)
{
    if (rule->name_count == 1) return codes_of_set(a->e->columns, rule->sets[0]);
    size_t count = 0;
    for (size_t s = 0; s < rule->name_count; s++) {
        count += codes_of_set(a->e->columns, rule->sets[s]).count;
    }
    uint32_t *ids = scratch_take(a->scratch, count + 1, sizeof *ids);
    count = 0;
    for (size_t s = 0; s < rule->name_count; s++) {
        CodeList codes = codes_of_set(a->e->columns, rule->sets[s]);
        if (codes.count > 0) memcpy(ids + count, codes.ids, codes.count * sizeof *ids);
        count += codes.count;
    }
    qsort(ids, count, sizeof *ids, id_cmp);
    size_t different = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || ids[i] != ids[i - 1]) ids[different++] = ids[i];
    }
    return (CodeList){ids, different};
}

// The same as they stand in the stripe.
static CodeSpans spans_of_rule(const Asked *a, const CohortRule *rule)
{
    if (rule->name_count == 1) return spans_of_set(a->e->columns, a->number, rule->sets[0]);
    const Stripe *stripe = a->of->stripe;
    CodeList codes = codes_of_rule(a, rule);
    CodeSpan *spans = scratch_take_raw(a->scratch, codes.count + 1, sizeof *spans);
    size_t count = 0;
    for (size_t i = 0; i < codes.count; i++) {
        uint16_t local = codes.ids[i] < stripe->ids ? stripe->local[codes.ids[i]] : UINT16_MAX;
        if (local != UINT16_MAX) spans[count++] = code_span(stripe, local);
    }
    return (CodeSpans){spans, count};
}

// Over the postings; of more than that they hold for a person, and of few people, over histories.
static bool counts_by_postings(const Asked *a, const CohortRule *rule)
{
    return a->among == NULL && rule->count <= DIFFERENT_MAX;
}

// Different days: two codes for one stay count once. Or different codes. For one of them any event
// is enough.
static void eval_count(const Asked *a, const CohortRule *rule, Truth *truth)
{
    if (rule->count == 1) {
        mark_sets(a, rule, truth->met);
        return;
    }
    const uint64_t *among = a->among;
    if (among == NULL) among = a->only != NULL ? a->only : a->of->live;
    if (counts_by_postings(a, rule)) {
        DifferentAsked different = {window_of(a, rule), among, (uint16_t)rule->count,
                                    rule->kind == RULE_COUNT_CODES};
        spans_different(a->of->stripe, spans_of_rule(a, rule), &different, a->scratch, truth->met);
        return;
    }
    CodesAsked asked = {codes_of_rule(a, rule), window_of(a, rule)};
    uint16_t *count = scratch_take_raw(a->scratch, STRIPE_PERSONS_MAX, sizeof *count);
    if (a->among == NULL) {
        uint64_t *enough = scratch_bits(a->scratch);
        spans_at_least(a->of->stripe, spans_of_rule(a, rule), asked.days, (uint16_t)rule->count,
                       a->scratch, enough);
        for (size_t w = 0; w < STRIPE_WORDS; w++) enough[w] &= among[w];
        among = enough; // nobody has more of either than events
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = among[w]; left != 0; left &= left - 1) {
            count[w * 64 + (size_t)__builtin_ctzll(left)] = 0;
        }
    }
    (rule->kind == RULE_COUNT ? stripe_count_days_among : stripe_count_codes_among)(
        a->of->stripe, &asked, among, a->scratch, count);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = among[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            if (count[p] >= rule->count) bit_set(truth->met, p);
        }
    }
}

static Picked pick_values(const Asked *a, const CohortRule *rule, Pick pick)
{
    const ColumnMeasure *measure = measure_of(a->e->columns, rule->measure);
    Picked picked = picked_new(a->scratch);
    picked.of = a->only;
    PickAsked asked = {measure, window_of(a, rule), pick};
    if (measure == NULL) return picked;
    if (a->among != NULL) {
        stripe_pick_among(a->of->stripe, &asked, a->among, a->scratch, &picked);
    } else {
        stripe_pick(a->of->stripe, measure, asked.days, pick, &picked);
    }
    return picked;
}

static bool value_met(const CohortRule *rule, double value)
{
    switch ((RuleCompare)rule->compare) {
    case COMPARE_OVER: return value > rule->bound;
    case COMPARE_UNDER: return value < rule->bound;
    case COMPARE_AT_LEAST: return value >= rule->bound;
    case COMPARE_AT_MOST: return value <= rule->bound;
    case COMPARE_BETWEEN: return value >= rule->bound && value <= rule->bound_to;
    }
    return false;
}

// Without any value in the window: not recorded.
static void eval_value(const Asked *a, const CohortRule *rule, Truth *truth)
{
    static const Pick PICKS[] = {PICK_LATEST, PICK_EARLIEST, PICK_HIGHEST, PICK_LOWEST};
    Picked picked = pick_values(a, rule, PICKS[rule->pick - LATEST_VALUE]);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->unknown[w] = ~picked.has[w];
        for (uint64_t left = picked.has[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            if (value_met(rule, picked.value[p])) bit_set(truth->met, p);
        }
    }
}

// The latest against the earliest; values on fewer than two days are not recorded.
static void eval_change(const Asked *a, const CohortRule *rule, Truth *truth)
{
    Picked first = pick_values(a, rule, PICK_EARLIEST);
    Picked last = pick_values(a, rule, PICK_LATEST);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->unknown[w] = ~first.has[w];
        for (uint64_t left = first.has[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            double rise = last.value[p] - first.value[p];
            bool met = (rule->direction == CHANGE_ROSE ? rise : -rise) > rule->bound;
            if (first.day[p] == last.day[p]) {
                bit_set(truth->unknown, p);
            } else if (met) {
                bit_set(truth->met, p);
            }
        }
    }
}

static void eval_then(const Asked *a, const CohortRule *rule, Truth *truth)
{
    Sequence sequence = {.first = codes_of_set(a->e->columns, rule->sets[0]),
                         .next = codes_of_set(a->e->columns, rule->sets[1]),
                         .days = window_of(a, rule),
                         .min_days = 1,
                         .max_days = rule->days};
    if (a->among != NULL) {
        stripe_then_among(a->of->stripe, &sequence, a->among, a->scratch, truth->met);
    } else {
        stripe_then(a->of->stripe, &sequence, a->scratch, truth->met);
    }
}

static bool frailty_met(const CohortRule *rule, int deficits)
{
    return rule->kind == RULE_DEFICITS ? deficits >= rule->count
                                       : (rule->bands & (1U << frailty_band(deficits))) != 0;
}

static void eval_frailty(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const OnePerson *one = a->e->one;
    if (one != NULL) {
        if (frailty_met(rule, one->deficits)) bit_set(truth->met, one->number);
        return;
    }
    uint8_t allowed[256] = {0};
    for (int deficits = 0; deficits <= DEFICITS; deficits++) {
        allowed[deficits] = frailty_met(rule, deficits);
    }
    const uint8_t *counts = a->e->frailty + a->first_word * 64;
    bits_allowed(counts, a->of->stripe->persons, allowed, truth->met);
}

// Points are hundredths of the number that the rule names.
static void eval_points(const Asked *a, const CohortRule *rule, Truth *truth)
{
    size_t at = (size_t)(rule->score - code_score_at(a->e->columns->sets, 0));
    const OnePerson *one = a->e->one;
    double least = rule->kind == RULE_CAMBRIDGE ? rule->value : rule->count;
    int from = (int)(least * POINT) - 1; // near: what is enough is compared as it is written
    if (from < 0) from = 0;
    while (from <= UINT16_MAX && (double)from / POINT < least) from++;
    if (one != NULL) {
        if (one->points[at] >= from) bit_set(truth->met, one->number);
    } else if (from <= UINT16_MAX) {
        const uint16_t *points = a->e->points[at] + a->first_word * 64;
        bits_at_least(points, (uint16_t)from, truth->met);
    }
}

// The latest level that was recorded. A number that is no level is none of those asked for.
static void eval_activation(const Asked *a, const CohortRule *rule, Truth *truth)
{
    Picked picked = pick_values(a, rule, PICK_LATEST);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->unknown[w] = ~picked.has[w];
        for (uint64_t left = picked.has[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            for (int level = 1; level <= ACTIVATION_LEVELS; level++) {
                bool asked = (rule->bands >> (level - 1) & 1) != 0;
                if (asked && picked.value[p] == level) bit_set(truth->met, p);
            }
        }
    }
}

static void answer_score(const Asked *a, const CohortRule *rule, Truth *truth)
{
    switch (rule->kind) {
    case RULE_CONDITIONS: eval_conditions(a, rule, truth); return;
    case RULE_FRAILTY:
    case RULE_DEFICITS: eval_frailty(a, rule, truth); return;
    case RULE_SCORE: eval_value(a, rule, truth); return;
    case RULE_ACTIVATION: eval_activation(a, rule, truth); return;
    default:
        if (rule->score != NULL) eval_points(a, rule, truth);
        return;
    }
}

void answer_record(const Asked *a, const CohortRule *rule, Truth *truth)
{
    switch (rule->kind) {
    case RULE_HAS: eval_has(a, rule, truth); return;
    case RULE_HAS_NO: eval_has_no(a, rule, truth); return;
    case RULE_COUNT:
    case RULE_COUNT_CODES: eval_count(a, rule, truth); return;
    case RULE_VALUE: eval_value(a, rule, truth); return;
    case RULE_CHANGE: eval_change(a, rule, truth); return;
    case RULE_THEN: eval_then(a, rule, truth); return;
    default: answer_score(a, rule, truth); return;
    }
}
