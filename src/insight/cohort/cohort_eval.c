// cohort_eval.c -- a whole definition over everybody: stripe by stripe, each rule, then its group.
#include "core/clock.h"
#include "core/sha256.h"
#include "insight/cohort/cohort_asked.h"
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

const Evaluation *evaluation_used(const Evaluation *e, Str key)
{
    size_t at = 0;
    while (at < e->used_count && !str_eq(e->used[at]->definition->key, key)) at++;
    assert(at < e->used_count); // gathered before anything is asked
    return e->used[at];
}

const Truth *evaluation_root(const Evaluation *e)
{
    return &e->truths[e->definition->root->index];
}

static Truth truth_of(const Asked *a, const CohortRule *rule)
{
    const Truth *whole = &a->e->truths[rule->index];
    return (Truth){whole->met + a->first_word, whole->unknown + a->first_word};
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

static void add_ones(uint16_t *count, const uint64_t *bits)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        for (uint64_t left = bits[w]; left != 0; left &= left - 1) {
            count[w * 64 + (size_t)__builtin_ctzll(left)]++;
        }
    }
}

// At least count of the rules: surely, or perhaps, whatever is not recorded may be.
static void join_some(const Asked *a, const CohortRule *rule, Truth *truth)
{
    uint16_t *surely = SCRATCH_PERSONS(a->scratch, uint16_t);
    uint16_t *perhaps = SCRATCH_PERSONS(a->scratch, uint16_t);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        Truth t = truth_of(a, inner);
        add_ones(surely, t.met);
        add_ones(perhaps, t.met);
        add_ones(perhaps, t.unknown);
    }
    bits_at_least(surely, (uint16_t)rule->count, truth->met);
    bits_at_least(perhaps, (uint16_t)rule->count, truth->unknown);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->unknown[w] &= ~truth->met[w];
}

// Its answer hangs on the columns alone, not on what is done here from hour to hour.
static bool is_lasting(RuleKind kind)
{
    static const RuleKind LASTING[] = {RULE_AGE_AT_LEAST, RULE_AGE_UNDER,   RULE_AGE_BETWEEN,
                                       RULE_SEX,          RULE_DEPRIVATION, RULE_ETHNICITY,
                                       RULE_LANGUAGE,     RULE_INTERPRETER, RULE_REGISTERED_FOR,
                                       RULE_FRAILTY,      RULE_DEFICITS,    RULE_CONDITIONS,
                                       RULE_HAS,          RULE_HAS_NO,      RULE_COUNT,
                                       RULE_VALUE,        RULE_COUNT_CODES, RULE_CHANGE,
                                       RULE_THEN,         RULE_CHARLSON,    RULE_CHARLSON_2011,
                                       RULE_CAMBRIDGE,    RULE_SCORE,       RULE_ACTIVATION};
    for (size_t i = 0; i < COUNT_OF(LASTING); i++) {
        if (LASTING[i] == kind) return true;
    }
    return false;
}

static bool is_of_record(RuleKind kind)
{
    return (kind >= RULE_FRAILTY && kind <= RULE_THEN) || kind == RULE_ACTIVATION;
}

static void answer(const Asked *a, const CohortRule *rule, Truth *truth)
{
    if (is_of_record(rule->kind)) {
        answer_record(a, rule, truth);
    } else {
        answer_person(a, rule, truth);
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) { // nothing is true of a record that is not live
        truth->met[w] &= a->of->live[w];
        truth->unknown[w] &= a->of->live[w];
    }
}

// By what the rule itself says: a definition that is being written asks again for all but one rule.
static TruthKey key_of(const Evaluation *e, const CohortRule *rule)
{
    uint8_t hash[SHA256_BYTES];
    sha256(rule_text(e->arena, rule), hash);
    return (TruthKey){str_slice(sha256_hex(e->arena, hash), 0, TRUTH_VERSION_CHARS), 0, e->as_at};
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
    if (!rule_is_group(rule) && is_lasting(rule->kind)) {
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
    if (rule_is_group(rule) || !is_lasting(rule->kind) || known[rule->index]) return;
    const Truth *truth = &e->truths[rule->index];
    TruthKey key = key_of(e, rule);
    truth_keep(cohort_truths(e->columns), &key, truth->met, truth->unknown);
}

typedef struct Asking {
    const Evaluation *e;
    const bool *known; // by rule: answered before
} Asking;

static Err eval_rule(const Asked *a, const CohortRule *rule, const bool *known)
{
    Truth truth = truth_of(a, rule);
    if (a->e->until_ms != 0 && clock_ticks_ms() > a->e->until_ms) return ERR_BUSY;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        TRY(eval_rule(a, inner, known));
    }
    if (known[rule->index]) return ERR_OK;
    size_t mark = scratch_mark(a->scratch);
    if (rule_is_group(rule)) {
        (rule->kind == RULE_SOME ? join_some : join_group)(a, rule, &truth);
    } else {
        answer(a, rule, &truth);
    }
    scratch_back(a->scratch, mark);
    return ERR_OK;
}

static Err eval_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Asking *asking = arg;
    Asked a = {asking->e, of, scratch, index * STRIPE_WORDS};
    return eval_rule(&a, asking->e->definition->root, asking->known);
}

static void take_scores(Evaluation *e, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        take_scores(e, inner);
    }
    if (rule->score == NULL) return;
    size_t at = (size_t)(rule->score - code_score_at(e->columns->sets, 0));
    e->points[at] = score_points(e->columns, e->arena, rule->score, e->as_at);
}

void evaluate(Evaluation *e)
{
    const CohortRule *root = e->definition->root;
    e->words = e->columns->words;
    e->truths = ARENA_ARRAY(e->arena, Truth, (size_t)e->definition->rules);
    bool *known = ARENA_ARRAY(e->arena, bool, (size_t)e->definition->rules);
    prepare(e, root, known);
    if (rule_asks(root, RULE_FRAILTY) || rule_asks(root, RULE_DEFICITS)) {
        e->frailty = frailty_bits(e->columns, e->arena, e->as_at);
    }
    take_scores(e, root);
    Asking asking = {e, known};
    Err err = columns_run(e->columns->pool, e->columns->view, NULL, eval_stripe, &asking);
    assert(err == ERR_OK || e->until_ms != 0); // nothing else stops it
    e->stopped = err != ERR_OK;
    if (!e->stopped) keep(e, root, known);
}
