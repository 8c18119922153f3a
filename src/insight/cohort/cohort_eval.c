// cohort_eval.c -- a whole definition over everybody: stripe by stripe, each rule, then its group.
#include "core/clock.h"
#include "core/sha256.h"
#include "insight/cohort/cohort_asked.h"
#include "insight/cohort/cohort_one.h"
#include "insight/cohort/cohort_score.h"

enum { FEW_OF = 4 }; // one in so many: for the rest nothing is worth being known later
enum { DAYS_AT_ONCE = 1024 };

// Some are written, the others copied from those: as fast as memory is cleared.
static int32_t *never_days(Arena *arena, uint32_t numbers)
{
    size_t count = (size_t)numbers + 1;
    int32_t *days = arena_alloc_raw(arena, count * sizeof *days);
    size_t done = count < DAYS_AT_ONCE ? count : DAYS_AT_ONCE;
    for (size_t p = 0; p < done; p++) days[p] = INT32_MIN;
    for (size_t p = done; p < count; p += done) {
        size_t more = count - p < done ? count - p : done;
        memcpy(days + p, days, more * sizeof *days);
    }
    return days;
}

CaseloadFacts caseload_facts_new(Arena *arena, uint32_t numbers)
{
    return (CaseloadFacts){
        .contact_last = never_days(arena, numbers),
        .plan_until = never_days(arena, numbers),
        .referral_since = never_days(arena, numbers),
        .on_caseload = ARENA_ARRAY(arena, uint8_t, (size_t)numbers + 1),
        .declined = ARENA_ARRAY(arena, uint8_t, (size_t)numbers + 1),
    };
}

int64_t bits_count(const uint64_t *bits, size_t words)
{
    assert(words % STRIPE_WORDS == 0);
    int64_t count = 0;
    for (size_t w = 0; w < words; w += STRIPE_WORDS) count += bits_ones(bits + w);
    return count;
}

const Evaluation *evaluation_used(const Evaluation *e, Str key)
{
    size_t at = 0;
    while (at < e->used_count && !str_eq(e->used[at]->definition->key, key)) at++;
    assert(at < e->used_count); // gathered before anything is asked
    return e->used[at];
}

const RuleBits *evaluation_root(const Evaluation *e)
{
    return &e->truths[e->definition->root->index];
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
            Truth t = a->truths[inner->index];
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
        Truth t = a->truths[inner->index];
        add_ones(surely, t.met);
        add_ones(perhaps, t.met);
        add_ones(perhaps, t.unknown);
    }
    bits_at_least(surely, (uint16_t)rule->count, truth->met);
    bits_at_least(perhaps, (uint16_t)rule->count, truth->unknown);
    for (size_t w = 0; w < STRIPE_WORDS; w++) truth->unknown[w] &= ~truth->met[w];
}

static bool is_of_record(RuleKind kind)
{
    return (kind >= RULE_FRAILTY && kind <= RULE_THEN) || kind == RULE_ACTIVATION;
}

// Its answer hangs on the columns alone, not on what is done here from hour to hour, and costs more
// to find again than to keep.
static bool is_kept(const CohortRule *rule)
{
    return !rule_is_group(rule) && (is_of_record(rule->kind) || rule->kind == RULE_LANGUAGE ||
                                    rule->kind == RULE_REGISTERED_FOR);
}

static void narrow(uint64_t *restrict bits, const uint64_t *restrict of)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] &= of[w];
}

// Nothing is true of a record that is not live, and nothing is said of who was not asked about.
static void leave_only(const uint64_t *of, const Truth *truth)
{
    narrow(truth->met, of);
    narrow(truth->unknown, of);
}

// What is known now of those who were asked about joins what was known of others.
static void join(const uint64_t *asked, const Truth *fresh, const Truth *truth)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        truth->met[w] = (truth->met[w] & ~asked[w]) | (fresh->met[w] & asked[w]);
        truth->unknown[w] = (truth->unknown[w] & ~asked[w]) | (fresh->unknown[w] & asked[w]);
    }
}

// The places of word w that are nobody's: they count as known, so that a stripe of which everybody
// was asked is told by every bit.
static uint64_t nobodys(const Stripe *stripe, size_t w)
{
    if (stripe->persons >= (w + 1) * 64) return 0;
    return stripe->persons <= w * 64 ? UINT64_MAX : UINT64_MAX << (stripe->persons % 64);
}

// Only of who was asked about, or live: in another view of the same stripe others may be.
// first: nobody was known.
static void know(const Asked *a, const uint64_t *asked, bool first, const Truth *truth)
{
    if (first) {
        memcpy(truth->known, asked, STRIPE_WORDS * sizeof *asked);
    } else {
        for (size_t w = 0; w < STRIPE_WORDS; w++) truth->known[w] |= asked[w];
    }
    size_t last = a->of->stripe->persons / 64;
    for (size_t w = last; w < STRIPE_WORDS; w++) truth->known[w] |= nobodys(a->of->stripe, w);
}

// Who matters and was not asked about before. first: nobody was, and nothing is written yet.
static const uint64_t *wanted_of(ColumnScratch *scratch, const Truth *truth, bool first,
                                 const uint64_t *among)
{
    if (first) {
        truth_clear(truth);
        return among;
    }
    uint64_t *wanted = scratch_bits_raw(scratch);
    for (size_t w = 0; w < STRIPE_WORDS; w++) wanted[w] = among[w] & ~truth->known[w];
    return wanted;
}

// What is looked at closely for each person is left out for who does not matter.
static bool looks_closely(RuleKind kind)
{
    return kind == RULE_COUNT || kind == RULE_COUNT_CODES || kind == RULE_VALUE ||
           kind == RULE_CHANGE || kind == RULE_SCORE || kind == RULE_ACTIVATION;
}

// Of everybody, or, where that is cheaper, of those among whom it matters. A first answer is
// written where it stays.
static void answer(const Asked *asked, const CohortRule *rule, const uint64_t *among)
{
    Asked a = *asked;
    const Truth *truth = &a.truths[rule->index];
    bool first = !a.begun[rule->index];
    const uint64_t *wanted = wanted_of(a.scratch, truth, first, among);
    int64_t people = bits_ones(wanted);
    if (people == 0) return;
    bool only = looks_closely(rule->kind) && people < (int64_t)a.of->stripe->persons / FEW_OF;
    bool few = rule_cost_among(&a, rule, people) <
               (only ? rule_cost_only(&a, rule, people) : rule_cost(&a, rule));
    Truth fresh = *truth;
    if (!first) fresh = (Truth){scratch_bits(a.scratch), scratch_bits(a.scratch), NULL};
    a.among = few ? wanted : NULL;
    a.only = only ? wanted : NULL;
    if (is_of_record(rule->kind)) {
        answer_record(&a, rule, &fresh);
    } else {
        answer_person(&a, rule, &fresh);
    }
    const uint64_t *of = few || only ? wanted : a.of->live;
    if (first) {
        leave_only(of, &fresh);
    } else {
        join(of, &fresh, truth);
    }
    know(&a, of, first, truth);
    a.begun[rule->index] = true;
    const Evaluation *e = a.e;
    if (is_kept(rule) && e->one == NULL) {
        truth_keep(cohort_truths(e->columns), a.number, &e->keys[rule->index], truth);
    }
}

// By what the rule itself says: a definition that is being written asks again for all but one rule.
static TruthKey key_of(const Evaluation *e, const CohortRule *rule)
{
    uint8_t hash[SHA256_BYTES];
    TruthKey key = {.as_at = e->as_at};
    sha256(rule_text(e->arena, rule), hash);
    memcpy(&key.text, hash, sizeof key.text);
    return key;
}

static RuleBits bits_new(const Evaluation *e)
{
    size_t bytes = (e->words + 1) * sizeof(uint64_t); // each stripe fills its own
    return (RuleBits){arena_alloc_raw(e->arena, bytes), arena_alloc_raw(e->arena, bytes)};
}

static void prepare(Evaluation *e, const CohortRule *rule)
{
    bool stays = e->what != ANSWER_ROOT || rule == e->definition->root;
    if (stays) e->truths[rule->index] = bits_new(e);
    if (is_kept(rule) && e->one == NULL) e->keys[rule->index] = key_of(e, rule);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        prepare(e, inner);
    }
}

// Room for the answers of one stripe, with what was answered before; what was not is zeroed when it
// is asked for, just before it is written.
static void begin(const Asked *a, const CohortRule *rule)
{
    const Evaluation *e = a->e;
    RuleBits all = e->truths[rule->index];
    Truth *truth = &a->truths[rule->index];
    *truth = (Truth){all.met == NULL ? scratch_bits_raw(a->scratch) : all.met + a->first_word,
                     all.met == NULL ? scratch_bits_raw(a->scratch) : all.unknown + a->first_word,
                     rule_is_group(rule) ? NULL : scratch_bits_raw(a->scratch)};
    a->begun[rule->index] = false;
    if (is_kept(rule) && e->one == NULL) {
        a->begun[rule->index] =
            truth_find(cohort_truths(e->columns), a->number, &e->keys[rule->index], truth);
        if (a->begun[rule->index]) leave_only(a->of->live, truth);
    }
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        begin(a, inner);
    }
}

static Err eval_rule(const Asked *a, const CohortRule *rule, const uint64_t *among);

static bool is_within(const uint64_t *bits, const uint64_t *of)
{
    size_t w = 0;
    while (w < STRIPE_WORDS && (bits[w] & ~of[w]) == 0) w++;
    return w == STRIPE_WORDS;
}

// What is known of everybody who matters costs nothing.
static int64_t cost_of(const Asked *a, const CohortRule *rule, const uint64_t *among)
{
    if (!rule_is_group(rule)) {
        bool known = a->begun[rule->index] && is_within(among, a->truths[rule->index].known);
        return known ? 0 : rule_cost(a, rule);
    }
    int64_t cost = 0;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        cost += cost_of(a, inner, among);
    }
    return cost;
}

typedef struct Costed {
    const CohortRule *rule;
    int64_t cost;
} Costed;

// The cheapest first, of equals as written.
static size_t in_order(const Asked *a, const CohortRule *group, const uint64_t *among, bool by_cost,
                       Costed *out)
{
    size_t count = 0;
    for (const CohortRule *rule = group->first; rule != NULL; rule = rule->next) {
        int64_t cost = by_cost ? cost_of(a, rule, among) : 0;
        size_t at = count++;
        for (; at > 0 && out[at - 1].cost > cost; at--) out[at] = out[at - 1];
        out[at] = (Costed){rule, cost};
    }
    return count;
}

// Who does not meet a rule at the top for sure does not meet the definition: then nothing more is
// asked, unless it matters that something is not recorded.
static bool wants_met_alone(const Asked *a, const CohortRule *group)
{
    AnswerWhat what = a->e->what;
    return group == a->e->definition->root && group->kind == RULE_ALL &&
           (what == ANSWER_STAGES || what == ANSWER_ROOT);
}

// Each rule is asked of who may still meet all of them; they are left in the end.
static Err eval_all(const Asked *a, const CohortRule *group, const uint64_t *among, uint64_t *left)
{
    // How the list narrows is told of the rules at the top alone.
    bool by_cost = a->e->what != ANSWER_STAGES || group != a->e->definition->root;
    Costed *rules = scratch_take_raw(a->scratch, (size_t)a->e->definition->rules, sizeof *rules);
    size_t count = in_order(a, group, among, by_cost, rules);
    bool met_alone = wants_met_alone(a, group);
    Asked asked = *a;
    asked.met_alone = met_alone && a->e->what == ANSWER_ROOT;
    memcpy(left, among, STRIPE_WORDS * sizeof *left);
    for (size_t i = 0; i < count; i++) {
        TRY(eval_rule(&asked, rules[i].rule, left));
        Truth truth = a->truths[rules[i].rule->index];
        if (met_alone) {
            narrow(left, truth.met);
            continue;
        }
        for (size_t w = 0; w < STRIPE_WORDS; w++) left[w] &= truth.met[w] | truth.unknown[w];
    }
    return ERR_OK;
}

static Err eval_group(const Asked *asked, const CohortRule *group, const uint64_t *among)
{
    Asked own = *asked;
    const Asked *a = &own;
    own.met_alone = false; // of a rule below, "not recorded" may decide the group
    Truth truth = a->truths[group->index];
    if (group->kind == RULE_ALL && a->e->what != ANSWER_RULES) {
        uint64_t *left = scratch_bits_raw(a->scratch);
        TRY(eval_all(a, group, among, left));
        if (wants_met_alone(a, group)) { // whoever is left
            memcpy(truth.met, left, STRIPE_WORDS * sizeof *left);
            memset(truth.unknown, 0, STRIPE_WORDS * sizeof *truth.unknown);
            return ERR_OK;
        }
    } else {
        for (const CohortRule *inner = group->first; inner != NULL; inner = inner->next) {
            TRY(eval_rule(a, inner, among));
        }
    }
    (group->kind == RULE_SOME ? join_some : join_group)(a, group, &truth);
    leave_only(among, &truth);
    return ERR_OK;
}

static bool must_end(const Evaluation *e)
{
    if (e->cancel != NULL && atomic_load(e->cancel)) return true;
    return e->until_ms != 0 && clock_ticks_ms() > e->until_ms;
}

static Err eval_rule(const Asked *a, const CohortRule *rule, const uint64_t *among)
{
    if (must_end(a->e)) return ERR_BUSY;
    size_t mark = scratch_mark(a->scratch);
    Err err = ERR_OK;
    if (rule_is_group(rule)) {
        err = eval_group(a, rule, among);
    } else {
        answer(a, rule, among);
    }
    scratch_back(a->scratch, mark);
    return err;
}

static Err eval_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const Evaluation *e = arg;
    size_t rules = (size_t)e->definition->rules;
    Asked a = {.e = e,
               .of = of,
               .scratch = scratch,
               .number = e->one == NULL ? index : e->one->stripe_number,
               .first_word = index * STRIPE_WORDS,
               .truths = scratch_take_raw(scratch, rules, sizeof *a.truths),
               .begun = scratch_take_raw(scratch, rules, sizeof *a.begun)};
    begin(&a, e->definition->root);
    return eval_rule(&a, e->definition->root, of->live);
}

static void take_scores(Evaluation *e, const CohortRule *rule)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        take_scores(e, inner);
    }
    if (rule->score == NULL) return;
    size_t at = (size_t)(rule->score - code_score_at(e->columns->sets, 0));
    if (e->one != NULL) {
        ScoreLines score;
        score_explain(e->columns, e->arena, e->one->number, rule->score, e->as_at, &score);
        e->one->points[at] = score.points;
        return;
    }
    e->points[at] = score_points(e->columns, e->arena, rule->score, e->as_at);
}

static void take_frailty(Evaluation *e, const CohortRule *root)
{
    if (!rule_asks(root, RULE_FRAILTY) && !rule_asks(root, RULE_DEFICITS)) return;
    if (e->one != NULL) {
        e->one->deficits = evaluation_deficits(e, e->one->number);
    } else {
        e->frailty = frailty_counts(e->columns, e->arena, e->as_at);
    }
}

// A bit in each of two sets for everybody, by rule: the most that an answer may take is told
// before any of it is taken.
static bool within_memory(Evaluation *e)
{
    int64_t each = (int64_t)(2 * e->words * sizeof(uint64_t));
    e->bytes = each * e->definition->rules;
    return e->bytes_max == 0 || e->bytes <= e->bytes_max;
}

void evaluate(Evaluation *e)
{
    const CohortRule *root = e->definition->root;
    e->words = e->columns->words;
    e->too_large = !within_memory(e);
    e->stopped = e->too_large;
    if (e->too_large) return;
    e->truths = ARENA_ARRAY(e->arena, RuleBits, (size_t)e->definition->rules);
    e->keys = ARENA_ARRAY(e->arena, TruthKey, (size_t)e->definition->rules);
    rules_costed(e);
    prepare(e, root);
    take_frailty(e, root);
    take_scores(e, root);
    RunLimits limits = {.cancel = e->cancel};
    Err err = columns_run(e->columns->pool, e->columns->view, &limits, eval_stripe, e);
    assert(err == ERR_OK || e->until_ms != 0 || e->cancel != NULL); // nothing else stops it
    e->stopped = err != ERR_OK;
}

const Evaluation *evaluation_again(Arena *arena, const Evaluation *of, AnswerWhat what,
                                   int64_t until_ms)
{
    Evaluation *e = ARENA_NEW(arena, Evaluation);
    *e = *of;
    e->arena = arena;
    e->what = what;
    e->until_ms = until_ms;
    evaluate(e);
    return e;
}
