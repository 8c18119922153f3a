// cohort_eval.c -- each rule over everybody at once: ranges of postings into bits.
#include "insight/cohort/cohort_eval.h"

#include "insight/cohort/cohort_frailty.h"

typedef struct Sighting { // somebody has an event on a day
    uint32_t person;
    uint16_t day;
} Sighting;

CaseloadFacts caseload_facts_new(Arena *arena, uint32_t persons)
{
    CaseloadFacts facts = {
        .contact_last = ARENA_ARRAY(arena, int32_t, (size_t)persons + 1),
        .plan_until = ARENA_ARRAY(arena, int32_t, (size_t)persons + 1),
        .on_caseload = ARENA_ARRAY(arena, uint8_t, (size_t)persons + 1),
        .declined = ARENA_ARRAY(arena, uint8_t, (size_t)persons + 1),
    };
    for (uint32_t p = 0; p < persons; p++) facts.contact_last[p] = INT32_MIN;
    for (uint32_t p = 0; p < persons; p++) facts.plan_until[p] = INT32_MIN;
    return facts;
}

int64_t bits_count(const uint64_t *bits, size_t words)
{
    int64_t count = 0;
    for (size_t w = 0; w < words; w++) count += __builtin_popcountll(bits[w]);
    return count;
}

static uint64_t *bits_new(const Evaluation *e)
{
    return ARENA_ARRAY(e->arena, uint64_t, e->words);
}

// Bits of persons that exist: the last word is not full.
static uint64_t everybody(const Evaluation *e, size_t word)
{
    uint32_t left = e->columns->persons - (uint32_t)(word * 64);
    return left >= 64 ? UINT64_MAX : (UINT64_C(1) << left) - 1;
}

static Date window_after(const Evaluation *e, const CohortRule *rule)
{
    return rule->months == 0 ? DATE_NONE : date_add_months(e->as_at, -rule->months);
}

static void mark_sets(const Evaluation *e, const CohortRule *rule, uint64_t *bits)
{
    Date after = window_after(e, rule);
    for (size_t s = 0; s < rule->name_count; s++) {
        size_t count = 0;
        const uint32_t *codes = columns_set_codes(e->columns, rule->sets[s], &count);
        for (size_t i = 0; i < count; i++) {
            uint64_t from = 0;
            uint64_t to = 0;
            columns_range(e->columns, codes[i], after, e->as_at, &from, &to);
            for (uint64_t at = from; at < to; at++) bit_set(bits, e->columns->event_person[at]);
        }
    }
}

// The latest day in the window on which each person has an event of any of the sets.
static void latest_days(const Evaluation *e, const CohortRule *rule, uint16_t *days)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        size_t count = 0;
        const uint32_t *codes = columns_set_codes(e->columns, rule->sets[s], &count);
        for (size_t i = 0; i < count; i++) {
            uint64_t from = 0;
            uint64_t to = 0;
            columns_range(e->columns, codes[i], window_after(e, rule), e->as_at, &from, &to);
            for (uint64_t at = from; at < to; at++) {
                uint16_t *day = &days[e->columns->event_person[at]];
                if (e->columns->event_day[at] > *day) *day = e->columns->event_day[at];
            }
        }
    }
}

// What was said to have ended on a later day is not there any more; on the same day it still is.
static void eval_has(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    mark_sets(e, rule, truth->met);
    if (rule->ended == 0) return;
    CohortRule end = {.kind = RULE_HAS, .sets = {rule->ended - 1}, .name_count = 1};
    uint16_t *begun = ARENA_ARRAY(e->arena, uint16_t, (size_t)e->columns->persons + 1);
    uint16_t *ended = ARENA_ARRAY(e->arena, uint16_t, (size_t)e->columns->persons + 1);
    latest_days(e, rule, begun);
    latest_days(e, &end, ended);
    for (uint32_t p = 0; p < e->columns->persons; p++) {
        if (ended[p] > begun[p]) truth->met[p / 64] &= ~(UINT64_C(1) << (p % 64));
    }
}

static void eval_has_no(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    mark_sets(e, rule, truth->met);
    for (size_t w = 0; w < e->words; w++) truth->met[w] = ~truth->met[w] & everybody(e, w);
}

static void eval_conditions(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    const CodeSets *sets = columns_sets(e->columns);
    uint16_t *have = ARENA_ARRAY(e->arena, uint16_t, (size_t)e->columns->persons + 1);
    uint64_t *bits = bits_new(e);
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!str_starts(code_set_at(sets, s)->name, STR("ltc-"))) continue;
        CohortRule one = {.kind = RULE_HAS, .sets = {(int)s}, .name_count = 1};
        memset(bits, 0, e->words * sizeof *bits);
        mark_sets(e, &one, bits);
        for (size_t w = 0; w < e->words; w++) {
            for (uint64_t left = bits[w]; left != 0; left &= left - 1) {
                uint32_t person = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
                if (++have[person] == rule->count) bit_set(truth->met, person);
            }
        }
    }
}

static int sighting_cmp(const void *a, const void *b)
{
    const Sighting *left = a;
    const Sighting *right = b;
    if (left->person != right->person) return left->person < right->person ? -1 : 1;
    return (int)left->day - (int)right->day;
}

// All events of the rule's sets in its window, into `out` unless it is NULL; how many.
static size_t sightings_of(const Evaluation *e, const CohortRule *rule, Sighting *out)
{
    Date after = window_after(e, rule);
    size_t total = 0;
    for (size_t s = 0; s < rule->name_count; s++) {
        size_t count = 0;
        const uint32_t *codes = columns_set_codes(e->columns, rule->sets[s], &count);
        for (size_t i = 0; i < count; i++) {
            uint64_t from = 0;
            uint64_t to = 0;
            columns_range(e->columns, codes[i], after, e->as_at, &from, &to);
            for (uint64_t at = from; out != NULL && at < to; at++) {
                out[total + (at - from)] =
                    (Sighting){e->columns->event_person[at], e->columns->event_day[at]};
            }
            total += to - from;
        }
    }
    return total;
}

// Different days on which somebody has any of the sets: two codes for one stay count once.
static void eval_count(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    size_t total = sightings_of(e, rule, NULL);
    Sighting *seen = ARENA_ARRAY(e->arena, Sighting, total + 1);
    (void)sightings_of(e, rule, seen);
    qsort(seen, total, sizeof *seen, sighting_cmp);
    int days = 0;
    for (size_t i = 0; i < total; i++) {
        bool same_person = i > 0 && seen[i].person == seen[i - 1].person;
        bool same_day = same_person && seen[i].day == seen[i - 1].day;
        days = !same_person ? 1 : days + (same_day ? 0 : 1);
        if (days == rule->count) bit_set(truth->met, seen[i].person);
    }
}

// The latest value within the window; of two on one day the higher. Without any: not recorded.
static void eval_latest(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    const Columns *columns = e->columns;
    uint16_t *day = ARENA_ARRAY(e->arena, uint16_t, (size_t)columns->persons + 1);
    double *value = ARENA_ARRAY(e->arena, double, (size_t)columns->persons + 1);
    uint64_t *has = bits_new(e);
    size_t count = 0;
    const uint32_t *codes = columns_measure_codes(columns, rule->measure, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t from = 0;
        uint64_t to = 0;
        columns_range(columns, codes[i], window_after(e, rule), e->as_at, &from, &to);
        for (uint64_t at = from; at < to; at++) {
            double now = 0;
            uint32_t person = columns->event_person[at];
            if (!columns_value(columns, codes[i], at, rule->measure, &now)) continue;
            uint16_t on = columns->event_day[at];
            bool first = !bit_on(has, person);
            if (first || on > day[person] || (on == day[person] && now > value[person])) {
                day[person] = on;
                value[person] = now;
                bit_set(has, person);
            }
        }
    }
    for (uint32_t p = 0; p < columns->persons; p++) {
        bool over = rule->kind == RULE_LATEST_OVER;
        if (!bit_on(has, p)) {
            bit_set(truth->unknown, p);
        } else if (over ? value[p] > rule->bound : value[p] < rule->bound) {
            bit_set(truth->met, p);
        }
    }
}

// An age is reached by whoever was born on the same day so many years earlier, or before: the last
// day of February stands for the 29th, which date_add_years and date_age_years agree on.
static void eval_age(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    Date last = date_add_years(e->as_at, -rule->count);
    for (uint32_t p = 0; p < e->columns->persons; p++) {
        int32_t born = e->columns->person.born[p];
        if (born == DATE_NONE.days || born > e->as_at.days) {
            bit_set(truth->unknown, p);
        } else if ((born <= last.days) == (rule->kind == RULE_AGE_AT_LEAST)) {
            bit_set(truth->met, p);
        }
    }
}

static void eval_frailty(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    const uint64_t *bits = columns_frailty(e->columns, e->arena, e->as_at);
    for (uint32_t p = 0; p < e->columns->persons; p++) {
        FrailtyBand band = frailty_band(__builtin_popcountll(bits[p]));
        if ((rule->bands & (1U << band)) != 0) bit_set(truth->met, p);
    }
}

static bool at_practice(const Evaluation *e, const CohortRule *rule, int64_t practice)
{
    for (size_t i = 0; i < e->practice_count; i++) {
        if (e->practices[i].id != practice) continue;
        for (size_t n = 0; n < rule->name_count; n++) {
            if (str_eq(e->practices[i].ods, rule->names[n])) return true;
        }
    }
    return false;
}

// Rules about one fixed fact of each person.
static void eval_person(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    Date after = window_after(e, rule);
    for (uint32_t p = 0; p < e->columns->persons; p++) {
        bool met = false;
        if (rule->kind == RULE_REGISTERED) {
            met = e->columns->person.registration[p] == REGISTRATION_CURRENT;
        } else if (rule->kind == RULE_PRACTICE) {
            met = at_practice(e, rule, e->columns->person.practice[p]);
        } else if (rule->kind == RULE_NO_CONTACT) {
            met = e->facts.contact_last[p] <= after.days;
        } else if (rule->kind == RULE_NO_PLAN) {
            met = e->facts.plan_until[p] < e->as_at.days;
        } else {
            met = e->facts.on_caseload[p] == 0;
        }
        if (met) bit_set(truth->met, p);
    }
}

// Kleene's logic: not recorded stays so unless another rule decides.
static void join_group(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    for (size_t w = 0; w < e->words; w++) {
        uint64_t all_met = everybody(e, w);
        uint64_t all_possible = everybody(e, w);
        uint64_t any_met = 0;
        uint64_t any_possible = 0;
        for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
            const Truth *t = &e->truths[inner->index];
            all_met &= t->met[w];
            all_possible &= t->met[w] | t->unknown[w];
            any_met |= t->met[w];
            any_possible |= t->met[w] | t->unknown[w];
        }
        if (rule->kind == RULE_ALL) {
            truth->met[w] = all_met;
            truth->unknown[w] = all_possible & ~all_met;
        } else if (rule->kind == RULE_ANY) {
            truth->met[w] = any_met;
            truth->unknown[w] = any_possible & ~any_met;
        } else {
            truth->met[w] = everybody(e, w) & ~any_possible;
            truth->unknown[w] = any_possible & ~any_met;
        }
    }
}

// Its answer hangs on the columns alone, not on what is done here from hour to hour.
static bool is_lasting(RuleKind kind)
{
    return kind == RULE_CONDITIONS || kind == RULE_HAS || kind == RULE_HAS_NO ||
           kind == RULE_COUNT || kind == RULE_LATEST_OVER || kind == RULE_LATEST_UNDER ||
           kind == RULE_FRAILTY || kind == RULE_AGE_AT_LEAST || kind == RULE_AGE_UNDER;
}

static void answer(const Evaluation *e, const CohortRule *rule, Truth *truth)
{
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER: eval_age(e, rule, truth); return;
    case RULE_FRAILTY: eval_frailty(e, rule, truth); return;
    case RULE_CONDITIONS: eval_conditions(e, rule, truth); return;
    case RULE_HAS: eval_has(e, rule, truth); return;
    case RULE_HAS_NO: eval_has_no(e, rule, truth); return;
    case RULE_COUNT: eval_count(e, rule, truth); return;
    case RULE_LATEST_OVER:
    case RULE_LATEST_UNDER: eval_latest(e, rule, truth); return;
    default: eval_person(e, rule, truth); return;
    }
}

static void eval_rule(const Evaluation *e, const CohortRule *rule)
{
    Truth *truth = &e->truths[rule->index];
    *truth = (Truth){bits_new(e), bits_new(e)};
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        eval_rule(e, inner);
    }
    if (rule->kind == RULE_ALL || rule->kind == RULE_ANY || rule->kind == RULE_NONE) {
        join_group(e, rule, truth);
        return;
    }
    TruthKey key = {e->definition->version, rule->index, e->as_at};
    bool lasting = is_lasting(rule->kind);
    TruthCache *kept = columns_truths(e->columns);
    if (lasting && truth_find(kept, &key, truth->met, truth->unknown)) return;
    answer(e, rule, truth);
    if (lasting) truth_keep(kept, &key, truth->met, truth->unknown);
}

void evaluate(Evaluation *e)
{
    e->words = ((size_t)e->columns->persons + 63) / 64;
    e->truths = ARENA_ARRAY(e->arena, Truth, (size_t)e->definition->rules);
    eval_rule(e, e->definition->root);
}
