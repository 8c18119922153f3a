// cohort.c -- the rules: who may ask about whom, what a run is, and what is kept of it.
#include "insight/cohort/cohort.h"

#include "core/clock.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_objects.h"
#include "insight/cohort/cohort_one.h"
#include "insight/cohort/cohort_told.h"
#include "insight/cohort/cohort_use.h"
#include "work/team/team.h"

enum {
    COHORT_RUN_MS_MAX = 5000,                // for all its rules
    COHORT_RUN_BYTES_MAX = 256 * 1024 * 1024 // and for their answers
};

typedef struct Scope { // whose registered people the actor may ask about
    bool all;          // everybody who is registered with some practice
    bool secondary;    // without those who by today opted out of uses beyond their own care
    Date today;
    Practice *practices; // in the arena
    size_t count;
} Scope;

// The network's own staff ask about all its practices; practice and GP staff about their own.
bool cohort_sees_network(const Ctx *c)
{
    return c->actor.account_id == 0 || c->actor.role == ROLE_CARE_COORDINATOR ||
           c->actor.role == ROLE_PCN_MANAGER;
}

// Nobody asks how many and does not see who: figures are a month's, counted for statistics.
typedef enum Asking { ASKING_WHO, ASKING_STATISTICS } Asking;

static bool may_ask(const Ctx *c, Asking asking)
{
    if (c->actor.account_id == 0) return true; // the program itself
    if (asking == ASKING_WHO) {
        return ctx_can(c, CAP_COHORT_VIEW) && access_may(c, CLASS_COHORT, MODE_READ);
    }
    return ctx_can(c, CAP_EQUITY_RELEASE) && access_may(c, CLASS_STATISTICS, MODE_WRITE);
}

static Err scope_of(Ctx *c, int64_t practice, Scope *out)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    out->practices = all;
    out->count = 0;
    out->all = cohort_sees_network(c) && practice == 0;
    for (size_t i = 0; i < count; i++) {
        bool within = cohort_sees_network(c) || ctx_works_for(c, all[i].id);
        if (within && (practice == 0 || all[i].id == practice)) {
            out->practices[out->count++] = all[i];
        }
    }
    return practice != 0 && out->count == 0 ? ERR_NOT_FOUND : ERR_OK;
}

static bool in_scope(const Scope *scope, int64_t practice)
{
    if (scope->all) return practice != 0;
    for (size_t i = 0; i < scope->count; i++) {
        if (scope->practices[i].id == practice) return true;
    }
    return false;
}

// DATE_NONE: a practice gave no date. Whoever has not sent anything yet has nothing in it.
static Err oldest_extract(Ctx *c, const Scope *scope, Date *out)
{
    Date oldest = DATE_NONE;
    for (size_t i = 0; i < scope->count; i++) {
        bool counts = false;
        Date on = scope->practices[i].extract_on;
        TRY(extract_counts(c, &scope->practices[i], &counts));
        if (!counts) continue;
        *out = DATE_NONE;
        if (date_is_none(on)) return ERR_OK;
        if (date_is_none(oldest) || on.days < oldest.days) oldest = on;
    }
    *out = oldest;
    return ERR_OK;
}

static void add_step(CohortRun *run, Str text, int64_t count, int64_t not_recorded)
{
    if (run->step_count == COHORT_STEPS_MAX) return;
    run->steps[run->step_count++] = (CohortStep){text, count, not_recorded};
}

// Leaves in `bits` those who meet the rule; says how many are left and for how many of those before
// it nobody recorded what it asks for.
static void narrow(const Evaluation *e, const CohortRule *rule, uint64_t *bits, CohortRun *run)
{
    const RuleBits *truth = &e->truths[rule->index];
    int64_t not_recorded = 0;
    for (size_t w = 0; w < e->words; w++) {
        not_recorded += __builtin_popcountll(bits[w] & truth->unknown[w]);
        bits[w] &= truth->met[w];
    }
    Str text = rule_words(e->arena, e->columns->sets, rule);
    add_step(run, text, bits_count(bits, e->words), not_recorded);
}

// Whoever of one stripe is registered with a practice of the scope, now or once.
static void mark_scope(const Scope *scope, const LiveStripe *of, uint64_t *bits)
{
    uint64_t there[STRIPE_WORDS];
    const int32_t *practice = (const int32_t *)of->stripe->practice;
    memset(bits, 0, STRIPE_WORDS * sizeof *bits);
    if (scope->all) bits_between(practice, of->stripe->persons, 1, INT32_MAX, bits);
    for (size_t i = 0; !scope->all && i < scope->count; i++) {
        int32_t id = (int32_t)scope->practices[i].id;
        bits_between(practice, of->stripe->persons, id, id, there);
        for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] |= there[w];
    }
    for (size_t w = 0; w < STRIPE_WORDS; w++) bits[w] &= of->live[w];
}

// Takes whoever opted out of such uses from both sets; how many of them are registered.
static int64_t leave_out_secondary(const LiveStripe *of, const uint8_t *opted_out,
                                   const uint64_t *current, uint64_t *within)
{
    static const uint8_t STAYS[256] = {1};
    uint64_t stays[STRIPE_WORDS];
    int64_t left = 0;
    bits_allowed(opted_out + of->first, of->stripe->persons, STAYS, stays);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        left += __builtin_popcountll(current[w] & within[w] & ~stays[w]);
        within[w] &= stays[w];
    }
    return left;
}

// Registered people of the scope into *bits; those who met the rules but died or left are counted.
static void begin_with(const Evaluation *e, const Scope *scope, uint64_t *bits, CohortRun *run)
{
    static const uint8_t CURRENT[256] = {[REGISTRATION_CURRENT] = 1};
    const uint8_t *opted_out =
        scope->secondary ? cohort_secondary(e->arena, e->columns, scope->today) : NULL;
    const RuleBits *all = &e->truths[e->definition->root->index];
    uint64_t within[STRIPE_WORDS];
    for (size_t s = 0; s < e->columns->view->stripe_count; s++) {
        const LiveStripe *of = &e->columns->view->stripes[s];
        size_t first = s * STRIPE_WORDS;
        mark_scope(scope, of, within);
        bits_allowed(of->stripe->registration, of->stripe->persons, CURRENT, bits + first);
        if (opted_out != NULL) {
            run->left_secondary += leave_out_secondary(of, opted_out, bits + first, within);
        }
        for (size_t w = 0; w < STRIPE_WORDS; w++) {
            uint64_t gone = within[w] & ~bits[first + w] & all->met[first + w];
            bits[first + w] &= within[w];
            for (; gone != 0; gone &= gone - 1) {
                uint8_t registration =
                    of->stripe->registration[w * 64 + (size_t)__builtin_ctzll(gone)];
                run->left_out.died += registration == REGISTRATION_DIED;
                run->left_out.left += registration == REGISTRATION_LEFT;
            }
        }
    }
    run->registered = bits_count(bits, e->words);
    run->left_out.also = e->definition->also;
    Str text = run->practice != 0 ? arena_fmt(e->arena, "Registered with " STR_FMT,
                                              STR_ARG(scope->practices[0].name))
                                  : STR("Registered with the network's practices");
    add_step(run, text, run->registered, 0);
}

// What the definition lists all the same is counted, and stands not against it.
static bool stands(const Evaluation *e, unsigned also, int64_t *left_out, int64_t *listed)
{
    bool lists = (e->definition->also & also) != 0;
    *(lists ? listed : left_out) += 1;
    return !lists;
}

// Says why somebody who met the rules is not listed; false when nothing stands against it.
static bool left_out(const Evaluation *e, uint32_t at, CohortLeftOut *out)
{
    const CohortNow *now = e->now;
    out->also = e->definition->also;
    if (now->registration[at] == REGISTRATION_DIED) {
        out->died++;
    } else if (now->registration[at] != REGISTRATION_CURRENT) {
        out->left++;
    } else if (now->opted_out[at] != 0) {
        out->opted_out++;
    } else if (e->facts.on_caseload[at] != 0) {
        return stands(e, ALSO_ON_CASELOAD, &out->on_caseload, &out->also_on_caseload);
    } else if (e->facts.declined[at] != 0) {
        return stands(e, ALSO_DECLINED, &out->declined, &out->also_declined);
    } else {
        return false;
    }
    return true;
}

typedef struct Listed {
    int64_t id, practice;
    int32_t born;
    uint8_t deficits;
} Listed;

static int by_id(const void *a_, const void *b_)
{
    const Listed *a = a_;
    const Listed *b = b_;
    return a->id < b->id ? -1 : a->id > b->id;
}

// By id they stand already, but for those of a delta, who come last: few, who are sorted and then
// put in among the others from behind.
static void sort_listed(Arena *arena, Listed *list, size_t count)
{
    size_t ordered = 1;
    while (ordered < count && list[ordered - 1].id < list[ordered].id) ordered++;
    if (ordered >= count) return;
    size_t few = count - ordered;
    Listed *late = arena_alloc_raw(arena, few * sizeof *late);
    memcpy(late, list + ordered, few * sizeof *late);
    qsort(late, few, sizeof *late, by_id);
    for (size_t to = count; few > 0; to--) {
        bool behind = ordered == 0 || list[ordered - 1].id < late[few - 1].id;
        list[to - 1] = behind ? late[--few] : list[--ordered];
    }
}

// Everybody in `bits` against whom nothing stands, the others are taken out of it; by id, for those
// of a delta come last.
static void gather_listed(Ctx *c, const Evaluation *e, uint64_t *bits, CohortRun *run, Listed *out)
{
    const uint8_t *frailty = e->one != NULL ? NULL : frailty_counts(e->columns, c->arena, e->as_at);
    for (size_t w = 0; w < e->words; w++) {
        for (uint64_t left = bits[w]; left != 0; left &= left - 1) {
            uint32_t number = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            if (left_out(e, number, &run->left_out)) {
                bits[w] &= ~(1ULL << (number & 63));
                continue;
            }
            uint32_t p = 0;
            const Stripe *stripe = columns_stripe(e->columns->view, number, &p)->stripe;
            int deficits = frailty == NULL ? evaluation_deficits(e, number) : frailty[number];
            out[run->people_count++] =
                (Listed){stripe->id[p], stripe->practice[p], stripe->born[p], (uint8_t)deficits};
        }
    }
    sort_listed(c->arena, out, run->people_count);
}

static void list_people(Ctx *c, const Evaluation *e, uint64_t *bits, CohortRun *run)
{
    size_t matched = (size_t)bits_count(bits, e->words);
    Listed *listed = ARENA_ARRAY(c->arena, Listed, matched + 1);
    gather_listed(c, e, bits, run, listed);
    run->people = ARENA_ARRAY(c->arena, PersonId, matched + 1);
    run->born = ARENA_ARRAY(c->arena, Date, matched + 1);
    run->deficits = ARENA_ARRAY(c->arena, uint8_t, matched + 1);
    run->practices = ARENA_ARRAY(c->arena, int64_t, matched + 1);
    for (size_t i = 0; i < run->people_count; i++) {
        run->people[i] = (PersonId){listed[i].id};
        run->born[i] = (Date){listed[i].born};
        run->practices[i] = listed[i].practice;
        run->deficits[i] = listed[i].deficits;
    }
    add_step(run, arena_fmt(c->arena, "After leaving out %zu", matched - run->people_count),
             (int64_t)run->people_count, 0);
}

// How many would be listed.
static void count_people(const Evaluation *e, const uint64_t *bits, CohortRun *run)
{
    const uint64_t *met = evaluation_root(e)->met;
    for (size_t w = 0; w < e->words; w++) {
        for (uint64_t left = bits[w] & met[w]; left != 0; left &= left - 1) {
            uint32_t number = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            run->people_count += !left_out(e, number, &run->left_out);
        }
    }
}

static Err practice_codes(Ctx *c, Evaluation *e)
{
    Practice *all = NULL;
    TRY(practice_list(c, &all, &e->practice_count));
    PracticeCode *codes = ARENA_ARRAY(c->arena, PracticeCode, e->practice_count + 1);
    for (size_t i = 0; i < e->practice_count; i++) {
        codes[i] = (PracticeCode){all[i].ods_code, all[i].id};
    }
    e->practices = codes;
    return ERR_OK;
}

static bool any_asks(const UsedDefinitions *uses, RuleKind kind)
{
    for (size_t i = 0; i < uses->count; i++) {
        if (rule_asks(uses->at[i]->root, kind)) return true;
    }
    return false;
}

// Asks the store for what its rules need of other rooms.
static Err take_facts(Ctx *c, const UsedDefinitions *uses, Evaluation *e)
{
    bool contacts = any_asks(uses, RULE_NO_CONTACT) || any_asks(uses, RULE_CONTACT);
    bool plans = any_asks(uses, RULE_NO_PLAN) || any_asks(uses, RULE_PLAN);
    unsigned wanted = (contacts ? NOW_CONTACTS : 0U) | (plans ? NOW_PLANS : 0U) |
                      (any_asks(uses, RULE_OPEN_REFERRAL) ? NOW_REFERRALS : 0U);
    TRY(cohort_now(c, e->columns, e->as_at, wanted, &e->now));
    e->facts = e->now->facts;
    return practice_codes(c, e);
}

// Answers what it asks for first, each once, then itself.
static void answer_uses(const UsedDefinitions *uses, Evaluation *e, CohortRun *run)
{
    size_t count = uses->count - 1; // the last is its own
    const Evaluation **used = ARENA_ARRAY(e->arena, const Evaluation *, count + 1);
    CohortUsed *named = ARENA_ARRAY(e->arena, CohortUsed, count + 1);
    for (size_t i = 0; i < count; i++) {
        Evaluation *other = ARENA_NEW(e->arena, Evaluation);
        *other = *e;
        other->definition = uses->at[i];
        other->what = ANSWER_REASONS;
        other->used = used;
        other->used_count = i;
        evaluate(other);
        e->stopped = e->stopped || other->stopped;
        e->too_large = e->too_large || other->too_large;
        e->bytes_max = e->bytes_max > other->bytes ? e->bytes_max - other->bytes : 1;
        used[i] = other;
        named[i] = (CohortUsed){other->definition->key, other->definition->name,
                                other->definition->version};
    }
    e->used = used;
    e->used_count = count;
    run->used = named;
    run->used_count = count;
    if (!e->stopped) evaluate(e);
}

static const PersonId EVERYBODY = {0}; // else: of that one person alone

static Err run_on(Ctx *c, const Scope *scope, const UsedDefinitions *uses, PersonId person,
                  Evaluation *e, CohortRun *run)
{
    TRY(take_facts(c, uses, e));
    if (person.v != EVERYBODY.v) TRY(evaluation_narrow(e, person));
    e->until_ms = clock_ticks_ms() + COHORT_RUN_MS_MAX;
    answer_uses(uses, e, run);
    if (e->stopped && ctx_cancelled(c)) return ERR_BUSY; // nobody is there to be told
    if (e->stopped) {
        (void)ctx_issue(c, STR(""),
                        e->too_large
                            ? STR("This definition needs more memory than one question may take. "
                                  "Ask for less: fewer rules, or fewer other definitions.")
                            : STR("This definition takes longer than 5 seconds to answer. Ask for "
                                  "less: fewer rules, or fewer other definitions."));
        return ERR_BUSY;
    }
    uint64_t *bits = ARENA_ARRAY(c->arena, uint64_t, e->words + 1);
    begin_with(e, scope, bits, run);
    uint64_t *asked_of = ARENA_ARRAY(c->arena, uint64_t, e->words + 1);
    memcpy(asked_of, bits, e->words * sizeof *bits);
    run->asked_of = asked_of;
    run->listed = bits;
    const CohortRule *root = e->definition->root;
    if (e->what == ANSWER_ROOT) {
        count_people(e, bits, run);
        return ERR_OK;
    }
    if (root->kind == RULE_ALL) {
        for (const CohortRule *rule = root->first; rule != NULL; rule = rule->next) {
            narrow(e, rule, bits, run);
        }
    } else {
        narrow(e, root, bits, run);
    }
    list_people(c, e, bits, run);
    return ERR_OK;
}

// A question that the actor may ask, within the actor's scope.
static Err run_question(Ctx *c, const CohortQuestion *asked, PersonId person, Asking asking,
                        AnswerWhat what, CohortRun *out)
{
    UsedDefinitions *uses = ARENA_NEW(c->arena, UsedDefinitions);
    TRY(definition_uses(c, asked->definition, uses));
    Scope *scope = ARENA_NEW(c->arena, Scope);
    TRY(scope_of(c, asked->practice, scope));
    scope->secondary = asking != ASKING_WHO;
    scope->today = c->today;
    int64_t *practices = ARENA_ARRAY(c->arena, int64_t, scope->count + 1);
    for (size_t i = 0; i < scope->count; i++) practices[i] = scope->practices[i].id;
    TRY(cohort_extracts_allow(c, practices, scope->count));
    TRY(oldest_extract(c, scope, &out->data_on));
    CohortColumns *columns = NULL;
    TRY(engine_columns(c, &columns, &out->updating));
    Evaluation *e = ARENA_NEW(c->arena, Evaluation);
    *e = (Evaluation){.arena = c->arena,
                      .columns = columns,
                      .definition = asked->definition,
                      .as_at = asked->as_at,
                      .what = what,
                      .bytes_max = COHORT_RUN_BYTES_MAX,
                      .cancel = c->cancelled};
    out->evaluation = e;
    out->held = columns;
    out->about = cohort_summary(c->arena, engine_sets(engine_of(c)), asked->definition);
    out->about.ready_made =
        engine_definition(engine_of(c), asked->definition->key) == asked->definition;
    out->generation = columns->view->generation;
    Err err = run_on(c, scope, uses, person, e, out);
    if (err != ERR_OK) cohort_run_end(out);
    return err;
}

Err cohort_run_of(Ctx *c, Str key, PersonId person, CohortRun *out)
{
    *out = (CohortRun){.as_at = c->today};
    if (!may_ask(c, ASKING_WHO) || person.v == EVERYBODY.v) return ERR_NOT_FOUND;
    const Definition *definition = NULL;
    TRY(definition_find(c, key, &definition));
    CohortQuestion asked = {.definition = definition, .as_at = c->today};
    return run_question(c, &asked, person, ASKING_WHO, ANSWER_RULES, out);
}

Err cohort_ask(Ctx *c, const CohortQuestion *asked, CohortRun *out)
{
    assert(asked->as_at.days <= c->today.days);
    *out = (CohortRun){.as_at = asked->as_at, .practice = asked->practice};
    if (!may_ask(c, ASKING_WHO)) return ERR_NOT_FOUND;
    if (engine_of(c) == NULL) return ERR_BUSY;
    return run_question(c, asked, EVERYBODY, ASKING_WHO, ANSWER_STAGES, out);
}

Err cohort_tally(Ctx *c, const Definition *definition, CohortRun *out)
{
    *out = (CohortRun){.as_at = c->today};
    if (!may_ask(c, ASKING_STATISTICS)) return ERR_NOT_FOUND;
    if (engine_of(c) == NULL) return ERR_BUSY;
    CohortQuestion asked = {.definition = definition, .as_at = c->today};
    return run_question(c, &asked, EVERYBODY, ASKING_STATISTICS, ANSWER_STAGES, out);
}

Err cohort_match(Ctx *c, const CohortQuestion *asked, CohortRun *out)
{
    assert(asked->as_at.days <= c->today.days);
    *out = (CohortRun){.as_at = asked->as_at, .practice = asked->practice};
    if (!may_ask(c, ASKING_WHO)) return ERR_NOT_FOUND;
    if (engine_of(c) == NULL) return ERR_BUSY;
    return run_question(c, asked, EVERYBODY, ASKING_WHO, ANSWER_ROOT, out);
}

Err cohort_run(Ctx *c, Str key, int64_t practice, CohortRun *out)
{
    *out = (CohortRun){.as_at = c->today, .practice = practice};
    if (!may_ask(c, ASKING_WHO)) return ERR_NOT_FOUND;
    const Definition *definition = NULL;
    TRY(definition_find(c, key, &definition));
    CohortQuestion asked = {definition, practice, c->today};
    return run_question(c, &asked, EVERYBODY, ASKING_WHO, ANSWER_STAGES, out);
}

static Err count_definition(Ctx *c, void *arg, int64_t *out)
{
    CohortRun run = {.as_at = c->today};
    const Definition *const *definition = arg;
    CohortQuestion asked = {.definition = *definition, .as_at = c->today};
    TRY(run_question(c, &asked, EVERYBODY, ASKING_WHO, ANSWER_ROOT, &run));
    *out = (int64_t)run.people_count;
    cohort_run_end(&run);
    return ERR_OK;
}

Err cohort_people_now(Ctx *c, Str key, int64_t *out)
{
    if (!may_ask(c, ASKING_WHO)) return ERR_NOT_FOUND;
    const Definition *definition = NULL;
    TRY(definition_find(c, key, &definition));
    NumberAsked asked = {.what = arena_fmt(c->arena, "people " STR_FMT " " STR_FMT, STR_ARG(key),
                                           STR_ARG(definition->version)),
                         .count = count_definition,
                         .arg = &definition};
    return cohort_number_now(c, &asked, out);
}

void cohort_run_end(CohortRun *run)
{
    if (run->evaluation != NULL) cohort_now_let_go(run->evaluation->now);
    cohort_columns_let_go(run->held);
    run->held = NULL;
    run->evaluation = NULL;
}

// Deciles of two releases are not alike, and the columns keep none: one person's row says which.
static Err name_release(Ctx *c, PersonId person, Reason *reasons, size_t count)
{
    PersonReach *reach = NULL;
    for (size_t i = 0; i < count; i++) {
        if (!reasons[i].by_decile) continue;
        if (reach == NULL) TRY(person_reach(c, &person, 1, &reach));
        if (reach->imd_year == 0) continue;
        reasons[i].text = arena_fmt(c->arena, STR_FMT ", by the Index of Multiple Deprivation %d",
                                    STR_ARG(reasons[i].text), reach->imd_year);
    }
    return ERR_OK;
}

// The columns keep no coded answers: one person's row says who worked an imported score out.
static Err name_scorers(Ctx *c, PersonId person, Reason *reasons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Str by = STR("");
        if (reasons[i].score == NULL) continue;
        ScoreFact fact = {reasons[i].code, reasons[i].on, *reasons[i].score};
        TRY(score_source(c, person, &fact, &by));
        reasons[i].text = arena_fmt(c->arena, STR_FMT " (%s" STR_FMT ")", STR_ARG(reasons[i].text),
                                    by.len > 0 ? "" : "source not said", STR_ARG(by));
    }
    return ERR_OK;
}

static Err name_origins(Ctx *c, PersonId person, Reason *reasons, size_t count)
{
    TRY(name_release(c, person, reasons, count));
    return name_scorers(c, person, reasons, count);
}

Err cohort_reasons(Ctx *c, const CohortRun *run, PersonId person, ReasonDepth depth, Reason **out,
                   size_t *count_out)
{
    assert(run->evaluation != NULL);
    int64_t at = columns_number(run->evaluation->columns->view, person);
    if (at < 0) return ERR_NOT_FOUND;
    *out = ARENA_ARRAY(c->arena, Reason, COHORT_REASONS_MAX);
    *count_out = evaluation_reasons(run->evaluation, (uint32_t)at, depth, *out, COHORT_REASONS_MAX);
    if (depth == WITHOUT_DETAILS) return ERR_OK;
    return name_origins(c, person, *out, *count_out);
}

struct CohortAsker {
    Arena *arena;
    const Evaluation *e;
    Scope scope;
};

// A run answers for everybody no more than it has to.
static Err all_rules(Ctx *c, const Evaluation *of, const Evaluation **out)
{
    *out = evaluation_again(c->arena, of, ANSWER_RULES, clock_ticks_ms() + COHORT_RUN_MS_MAX);
    return (*out)->stopped ? ERR_BUSY : ERR_OK;
}

Err cohort_asker(Ctx *c, const CohortRun *run, CohortAsker **out)
{
    assert(run->evaluation != NULL);
    CohortAsker *asker = ARENA_NEW(c->arena, CohortAsker);
    asker->arena = c->arena;
    const Evaluation *e = run->evaluation;
    asker->e = e;
    if (e->what != ANSWER_RULES) TRY(all_rules(c, e, &asker->e));
    TRY(scope_of(c, run->practice, &asker->scope));
    asker->scope.today = c->today;
    *out = asker;
    return ERR_OK;
}

// -1: not of the scope, or not in the columns yet. Of such nothing is said, whoever it is.
static int64_t asked_number(const CohortAsker *asker, PersonId person)
{
    const Columns *view = asker->e->columns->view;
    int64_t at = columns_number(view, person);
    if (at < 0) return -1;
    uint32_t local = 0;
    const Stripe *stripe = columns_stripe(view, (uint32_t)at, &local)->stripe;
    return in_scope(&asker->scope, stripe->practice[local]) ? at : -1;
}

// Whoever does stands among those opted out: the record itself is read of few.
static bool objects_to_sharing(const CohortAsker *asker, int64_t at, PersonId person)
{
    const Evaluation *e = asker->e;
    return e->now->opted_out[at] != 0 && cohort_objects(e->columns, person, asker->scope.today);
}

size_t cohort_sharing(const CohortAsker *asker, const PersonId *ids, size_t count, PersonId *out)
{
    size_t sharing = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t at = asked_number(asker, ids[i]);
        if (at >= 0 && !objects_to_sharing(asker, at, ids[i])) out[sharing++] = ids[i];
    }
    return sharing;
}

size_t cohort_within(const CohortAsker *asker, const PersonId *ids, size_t count, PersonId *out)
{
    size_t within = 0;
    for (size_t i = 0; i < count; i++) {
        if (asked_number(asker, ids[i]) >= 0) out[within++] = ids[i];
    }
    return within;
}

Err cohort_told(Ctx *c, const CohortAsker *asker, PersonId person, CohortTold *out)
{
    const Evaluation *e = asker->e;
    int64_t at = asked_number(asker, person);
    if (at < 0) return ERR_NOT_FOUND;
    *out = (CohortTold){.objects = true, .left_out = STR("Objects to sharing for direct care")};
    if (objects_to_sharing(asker, at, person)) return ERR_OK;
    *out = (CohortTold){.rules = ARENA_ARRAY(asker->arena, RuleTold, (size_t)e->definition->rules),
                        .met = bit_on(e->truths[e->definition->root->index].met, (uint32_t)at)};
    out->rule_count = evaluation_told(e, (uint32_t)at, out->rules, (size_t)e->definition->rules);
    for (size_t i = 0; i < out->rule_count; i++) {
        TRY(name_origins(c, person, out->rules[i].facts, out->rules[i].fact_count));
    }
    CohortLeftOut reason = {0};
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    (void)left_out(e, (uint32_t)at, &reason);
    cohort_left_out_lines(&reason, lines);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if (lines[i].count > 0) out->left_out = str_from_c(lines[i].label);
    }
    out->on_caseload = reason.on_caseload > 0;
    return ERR_OK;
}

// The sets of codes that are long-term conditions and hold one of the person's events.
static size_t conditions_from(const CohortColumns *columns, uint32_t person, Date as_at, Str *names)
{
    const CodeSets *sets = columns->sets;
    bool has[CODE_SETS_MAX] = {false};
    History history = history_of(columns, person);
    for (uint32_t at = history.first; at < history.end; at++) {
        if (history_day(&history, at).days > as_at.days) break; // by day
        size_t count = 0;
        const uint16_t *in = sets_of_code(columns, history_code(&history, at), &count);
        for (size_t s = 0; s < count; s++) has[in[s]] = true;
    }
    size_t n = 0;
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        const CodeSet *set = code_set_at(sets, s);
        if (has[s] && str_starts(set->name, STR("ltc-"))) names[n++] = set->one;
    }
    return n;
}

// As a cohort of the day has counted them already, or for this person only.
static int deficits_now(Ctx *c, const CohortColumns *columns, uint32_t person)
{
    const uint8_t *counts = frailty_kept(columns, c->today);
    if (counts != NULL) return counts[person];
    return frailty_deficits(columns, c->arena, person, c->today);
}

Err coded_summary(Ctx *c, const Grant *grant, CodedSummary *out)
{
    assert(grant_covers(grant, CLASS_CLINICAL, MODE_READ));
    CohortColumns *columns = NULL;
    bool updating = false;
    *out = (CodedSummary){0};
    TRY(engine_columns(c, &columns, &updating));
    int64_t at = columns_number(columns->view, grant_person(grant));
    if (at >= 0) {
        out->deficits = deficits_now(c, columns, (uint32_t)at);
        out->band = str_from_c(frailty_band_name(frailty_band(out->deficits)));
        out->conditions = ARENA_ARRAY(c->arena, Str, code_sets_count(columns->sets));
        out->condition_count = conditions_from(columns, (uint32_t)at, c->today, out->conditions);
        for (size_t i = 0; i < out->condition_count; i++) {
            out->conditions[i] = arena_str(c->arena, out->conditions[i]);
        }
    }
    cohort_columns_let_go(columns);
    return at >= 0 ? ERR_OK : ERR_NOT_FOUND;
}
