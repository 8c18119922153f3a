// cohort_eval.c -- each rule over everybody at once: ranges of postings into bits.
#include "insight/cohort/cohort_eval.h"

#include "insight/cohort/cohort_frailty.h"

CaseloadFacts caseload_facts_new(Arena *arena, uint32_t numbers)
{
    CaseloadFacts facts = {
        .contact_last = ARENA_ARRAY(arena, int32_t, (size_t)numbers + 1),
        .plan_until = ARENA_ARRAY(arena, int32_t, (size_t)numbers + 1),
        .on_caseload = ARENA_ARRAY(arena, uint8_t, (size_t)numbers + 1),
        .declined = ARENA_ARRAY(arena, uint8_t, (size_t)numbers + 1),
    };
    for (uint32_t p = 0; p < numbers; p++) facts.contact_last[p] = INT32_MIN;
    for (uint32_t p = 0; p < numbers; p++) facts.plan_until[p] = INT32_MIN;
    return facts;
}

int64_t bits_count(const uint64_t *bits, size_t words)
{
    int64_t count = 0;
    for (size_t w = 0; w < words; w++) count += __builtin_popcountll(bits[w]);
    return count;
}

// What is being asked of one stripe.
typedef struct Asked {
    const Evaluation *e;
    const LiveStripe *of;
    ColumnScratch *scratch;
    size_t first_word; // of the stripe in a set of bits of everybody
} Asked;

static Truth truth_of(const Asked *a, const CohortRule *rule)
{
    const Truth *whole = &a->e->truths[rule->index];
    return (Truth){whole->met + a->first_word, whole->unknown + a->first_word};
}

static DayRange window(const Evaluation *e, const CohortRule *rule)
{
    Date after = rule->months == 0 ? DATE_NONE : date_add_months(e->as_at, -rule->months);
    return day_range(after, e->as_at);
}

static void mark_sets(const Asked *a, const CohortRule *rule, uint64_t *bits)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        stripe_mark(a->of->stripe, codes_of_set(a->e->columns, rule->sets[s]), window(a->e, rule),
                    bits);
    }
}

// The latest day in the window on which each person has an event of any of the sets.
static void latest_days(const Asked *a, const CohortRule *rule, uint16_t *days)
{
    for (size_t s = 0; s < rule->name_count; s++) {
        stripe_latest_days(a->of->stripe, codes_of_set(a->e->columns, rule->sets[s]),
                           window(a->e, rule), days);
    }
}

// What was said to have ended on a later day is not there any more; on the same day it still is.
static void eval_has(const Asked *a, const CohortRule *rule, Truth *truth)
{
    mark_sets(a, rule, truth->met);
    if (rule->ended == 0) return;
    CohortRule end = {.kind = RULE_HAS, .sets = {rule->ended - 1}, .name_count = 1};
    uint16_t *begun = SCRATCH_PERSONS(a->scratch, uint16_t);
    uint16_t *ended = SCRATCH_PERSONS(a->scratch, uint16_t);
    latest_days(a, rule, begun);
    latest_days(a, &end, ended);
    for (uint32_t p = 0; p < a->of->stripe->persons; p++) {
        if (ended[p] > begun[p]) truth->met[p / 64] &= ~(UINT64_C(1) << (p % 64));
    }
}

static void eval_has_no(const Asked *a, const CohortRule *rule, Truth *truth)
{
    mark_sets(a, rule, truth->met);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->met[w] = ~truth->met[w];
}

static void eval_conditions(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const CodeSets *sets = a->e->columns->sets;
    Tally tally = tally_new(a->scratch);
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!str_starts(code_set_at(sets, s)->name, STR("ltc-"))) continue;
        size_t mark = scratch_mark(a->scratch);
        CohortRule one = {.kind = RULE_HAS, .sets = {(int)s}, .name_count = 1};
        uint64_t *bits = scratch_bits(a->scratch);
        mark_sets(a, &one, bits);
        tally_add(&tally, bits);
        scratch_back(a->scratch, mark);
    }
    tally_at_least(&tally, (unsigned)rule->count, truth->met);
}

// Different days on which somebody has any of the sets: two codes for one stay count once.
static void eval_count(const Asked *a, const CohortRule *rule, Truth *truth)
{
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
    uint16_t *days = SCRATCH_PERSONS(a->scratch, uint16_t);
    stripe_count_days(a->of->stripe, (CodeList){ids, count}, window(a->e, rule), a->scratch, days);
    bits_at_least(days, (uint16_t)rule->count, truth->met);
}

// The latest value within the window; of two on one day the higher. Without any: not recorded.
static void eval_latest(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const ColumnMeasure *measure = measure_of(a->e->columns, rule->measure);
    Picked picked = picked_new(a->scratch);
    if (measure != NULL) {
        stripe_pick(a->of->stripe, measure, window(a->e, rule), PICK_LATEST, &picked);
    }
    bool over = rule->kind == RULE_LATEST_OVER;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->unknown[w] = ~picked.has[w];
        for (uint64_t left = picked.has[w]; left != 0; left &= left - 1) {
            uint32_t p = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            double value = picked.value[p];
            if (over ? value > rule->bound : value < rule->bound) bit_set(truth->met, p);
        }
    }
}

// An age is reached by whoever was born on the same day so many years earlier, or before: the last
// day of February stands for the 29th, which date_add_years and date_age_years agree on.
static void eval_age(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Stripe *stripe = a->of->stripe;
    Date last = date_add_years(a->e->as_at, -rule->count);
    uint64_t *known = scratch_bits(a->scratch);
    bits_between(stripe->born, stripe->persons, DATE_NONE.days + 1, a->e->as_at.days, known);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->unknown[w] = ~known[w];
    if (rule->kind == RULE_AGE_AT_LEAST) {
        bits_between(stripe->born, stripe->persons, DATE_NONE.days + 1, last.days, truth->met);
    } else {
        bits_between(stripe->born, stripe->persons, last.days + 1, a->e->as_at.days, truth->met);
    }
}

static void eval_frailty(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const uint64_t *bits = a->e->frailty + a->first_word * 64;
    for (uint32_t p = 0; p < a->of->stripe->persons; p++) {
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
static void eval_person(const Asked *a, const CohortRule *rule, Truth *truth)
{
    const Evaluation *e = a->e;
    const Stripe *stripe = a->of->stripe;
    size_t first = a->first_word * 64;
    Date after = rule->months == 0 ? DATE_NONE : date_add_months(e->as_at, -rule->months);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        bool met = false;
        if (rule->kind == RULE_REGISTERED) {
            met = stripe->registration[p] == REGISTRATION_CURRENT;
        } else if (rule->kind == RULE_PRACTICE) {
            met = at_practice(e, rule, stripe->practice[p]);
        } else if (rule->kind == RULE_NO_CONTACT) {
            met = e->facts.contact_last[first + p] <= after.days;
        } else if (rule->kind == RULE_NO_PLAN) {
            met = e->facts.plan_until[first + p] < e->as_at.days;
        } else {
            met = e->facts.on_caseload[first + p] == 0;
        }
        if (met) bit_set(truth->met, p);
    }
}

// Kleene's logic: not recorded stays so unless another rule decides.
static void join_group(const Asked *a, const CohortRule *rule, Truth *truth)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t everybody = a->of->live[w];
        uint64_t all_met = everybody;
        uint64_t all_possible = everybody;
        uint64_t any_met = 0;
        uint64_t any_possible = 0;
        for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
            Truth t = truth_of(a, inner);
            all_met &= t.met[w];
            all_possible &= t.met[w] | t.unknown[w];
            any_met |= t.met[w];
            any_possible |= t.met[w] | t.unknown[w];
        }
        if (rule->kind == RULE_ALL) {
            truth->met[w] = all_met;
            truth->unknown[w] = all_possible & ~all_met;
        } else if (rule->kind == RULE_ANY) {
            truth->met[w] = any_met;
            truth->unknown[w] = any_possible & ~any_met;
        } else {
            truth->met[w] = everybody & ~any_possible;
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

static void answer(const Asked *a, const CohortRule *rule, Truth *truth)
{
    switch (rule->kind) {
    case RULE_AGE_AT_LEAST:
    case RULE_AGE_UNDER: eval_age(a, rule, truth); break;
    case RULE_FRAILTY: eval_frailty(a, rule, truth); break;
    case RULE_CONDITIONS: eval_conditions(a, rule, truth); break;
    case RULE_HAS: eval_has(a, rule, truth); break;
    case RULE_HAS_NO: eval_has_no(a, rule, truth); break;
    case RULE_COUNT: eval_count(a, rule, truth); break;
    case RULE_LATEST_OVER:
    case RULE_LATEST_UNDER: eval_latest(a, rule, truth); break;
    default: eval_person(a, rule, truth); break;
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) { // nothing is true of a record that is not live
        truth->met[w] &= a->of->live[w];
        truth->unknown[w] &= a->of->live[w];
    }
}

static bool is_group(const CohortRule *rule)
{
    return rule->kind == RULE_ALL || rule->kind == RULE_ANY || rule->kind == RULE_NONE;
}

static TruthKey key_of(const Evaluation *e, const CohortRule *rule)
{
    return (TruthKey){e->definition->version, rule->index, e->as_at};
}

// Room for every rule's answer, and what was answered before.
static void prepare(Evaluation *e, const CohortRule *rule, bool *known)
{
    Truth *truth = &e->truths[rule->index];
    *truth = (Truth){ARENA_ARRAY(e->arena, uint64_t, e->words + 1),
                     ARENA_ARRAY(e->arena, uint64_t, e->words + 1)};
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        prepare(e, inner, known);
    }
    if (!is_group(rule) && is_lasting(rule->kind)) {
        TruthKey key = key_of(e, rule);
        known[rule->index] =
            truth_find(cohort_truths(e->columns), &key, truth->met, truth->unknown);
    }
}

static void keep(const Evaluation *e, const CohortRule *rule, const bool *known)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        keep(e, inner, known);
    }
    if (is_group(rule) || !is_lasting(rule->kind) || known[rule->index]) return;
    const Truth *truth = &e->truths[rule->index];
    TruthKey key = key_of(e, rule);
    truth_keep(cohort_truths(e->columns), &key, truth->met, truth->unknown);
}

typedef struct Asking {
    const Evaluation *e;
    const bool *known; // by rule: answered before
} Asking;

static void eval_rule(const Asked *a, const CohortRule *rule, const bool *known)
{
    Truth truth = truth_of(a, rule);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        eval_rule(a, inner, known);
    }
    if (known[rule->index]) return;
    size_t mark = scratch_mark(a->scratch);
    if (is_group(rule)) {
        join_group(a, rule, &truth);
    } else {
        answer(a, rule, &truth);
    }
    scratch_back(a->scratch, mark);
}

static Err eval_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Asking *asking = arg;
    Asked a = {asking->e, of, scratch, index * STRIPE_WORDS};
    eval_rule(&a, asking->e->definition->root, asking->known);
    return ERR_OK;
}

void evaluate(Evaluation *e)
{
    const CohortRule *root = e->definition->root;
    e->words = e->columns->words;
    e->truths = ARENA_ARRAY(e->arena, Truth, (size_t)e->definition->rules);
    bool *known = ARENA_ARRAY(e->arena, bool, (size_t)e->definition->rules);
    prepare(e, root, known);
    if (rule_asks(root, RULE_FRAILTY)) {
        e->frailty = frailty_bits(e->columns, e->arena, e->as_at);
    }
    Asking asking = {e, known};
    Err err = columns_run(e->columns->pool, e->columns->view, NULL, eval_stripe, &asking);
    assert(err == ERR_OK); // without limits nothing stops it
    (void)err;
    keep(e, root, known);
}
