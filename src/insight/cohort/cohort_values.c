// cohort_values.c -- values by group, of those who meet a run's rules.
#include "insight/cohort/cohort_values.h"

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_objects.h"
#include "insight/cohort/cohort_values_pass.h"

enum { VALUES_MS_MAX = 5000 }; // for all of one table or list

typedef struct Chosen {
    ValuesPass pass;
    int64_t objected, left_out;
} Chosen;

// Takes out whoever's byte, by number, is not among those that stay. How many they were.
static int64_t keep(const Evaluation *e, const uint8_t *bytes, const uint8_t *stay, uint64_t *who)
{
    uint64_t stays[STRIPE_WORDS];
    int64_t left = 0;
    for (size_t s = 0; s < e->columns->view->stripe_count; s++) {
        const LiveStripe *of = &e->columns->view->stripes[s];
        bits_allowed(bytes + of->first, of->stripe->persons, stay, stays);
        for (size_t w = 0; w < STRIPE_WORDS; w++) {
            left += __builtin_popcountll(who[s * STRIPE_WORDS + w] & ~stays[w]);
            who[s * STRIPE_WORDS + w] &= stays[w];
        }
    }
    return left;
}

// Whoever meets the rules, as the run's day says it; a rule asked before is not asked again.
static Err find_trait(Ctx *c, const Evaluation *of, const Definition *rules, const uint64_t **out)
{
    Evaluation *e = ARENA_NEW(c->arena, Evaluation);
    *e = *of;
    e->arena = c->arena;
    e->definition = rules;
    e->what = ANSWER_ROOT;
    e->used_count = 0;
    evaluate(e);
    *out = evaluation_root(e)->met;
    return e->stopped ? ERR_BUSY : ERR_OK;
}

// Who died or left by a correction made here is registered no more, whatever the columns say. Who
// objects to sharing for direct care is on no list of people, and so in no number that opens one.
static void leave_out(Ctx *c, const Evaluation *e, bool secondary, Chosen *to, uint64_t *who)
{
    static const uint8_t CURRENT[256] = {[REGISTRATION_CURRENT] = 1};
    static const uint8_t STAYS[256] = {1};
    (void)keep(e, e->now->registration, CURRENT, who);
    const uint8_t *objectors = cohort_objectors(c->arena, e->columns, c->today);
    if (objectors != NULL) to->objected = keep(e, objectors, STAYS, who);
    if (!secondary) return;
    to->left_out = keep(e, cohort_secondary(c->arena, e->columns, c->today), STAYS, who);
}

static Err choose(Ctx *c, const CohortRun *run, const ValuesAsked *asked, Chosen *out)
{
    const Evaluation *e = run->evaluation;
    assert(e != NULL && run->asked_of != NULL);
    const uint64_t *met = evaluation_root(e)->met;
    uint64_t *who = ARENA_ARRAY(c->arena, uint64_t, e->words + 1);
    for (size_t w = 0; w < e->words; w++) who[w] = run->asked_of[w] & met[w];
    *out = (Chosen){.pass = {.columns = e->columns,
                             .asked = asked,
                             .measure = measure_of(e->columns, asked->measure),
                             .as_at = run->as_at,
                             .who = who,
                             .limits = {.budget_ms = VALUES_MS_MAX, .cancel = c->cancelled}}};
    if (out->pass.measure == NULL) return ERR_NOT_FOUND;
    leave_out(c, e, asked->leave_out, out, who);
    for (size_t i = 0; i < COUNT_OF(asked->by); i++) {
        PeopleGroups *by = &out->pass.by[i];
        TRY(people_groups(c, asked, i, run->as_at, by));
        if (by->by == GROUP_BY_TRAIT) TRY(find_trait(c, e, asked->trait[i].rules, &by->trait));
    }
    return ERR_OK;
}

Err cohort_values(Ctx *c, const CohortRun *run, const ValuesAsked *asked, ValuesTable *out)
{
    Chosen chosen;
    TRY(choose(c, run, asked, &chosen));
    TRY(values_count(c->arena, &chosen.pass, out));
    out->objected = chosen.objected;
    out->left_out = chosen.left_out;
    bool area = false;
    for (size_t i = 0; i < COUNT_OF(asked->by); i++) {
        area = area || asked->by[i] == GROUP_BY_FIFTH || asked->by[i] == GROUP_BY_TENTH;
    }
    if (!area) return ERR_OK;
    return columns_area_years(c, chosen.pass.columns, &out->area_oldest, &out->area_newest);
}

// ---- who

static int by_id(const ValuedPerson *a, const ValuedPerson *b)
{
    return (a->person.v > b->person.v) - (a->person.v < b->person.v);
}

static int highest_first(const void *left, const void *right)
{
    const ValuedPerson *a = left;
    const ValuedPerson *b = right;
    if (a->has_value != b->has_value) return a->has_value ? -1 : 1;
    if (a->value != b->value) return a->value > b->value ? -1 : 1;
    return by_id(a, b);
}

static int lowest_first(const void *left, const void *right)
{
    const ValuedPerson *a = left;
    const ValuedPerson *b = right;
    if (a->has_value != b->has_value) return a->has_value ? -1 : 1;
    if (a->value != b->value) return a->value < b->value ? -1 : 1;
    return by_id(a, b);
}

// -1: all of them.
static Err place_of(const PeopleGroups *groups, Str key, int *out)
{
    *out = -1;
    if (key.len == 0) return ERR_OK;
    for (size_t i = 0; i < groups->count; i++) {
        if (!str_eq(groups->groups[i].key, key)) continue;
        *out = (int)i;
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

Err cohort_values_people(Ctx *c, const CohortRun *run, const ValuesAsked *asked,
                         const ValuesCell *cell, ValuedPerson **out, size_t *count_out)
{
    Chosen chosen;
    ValuesWanted wanted = {.who = cell->who};
    TRY(choose(c, run, asked, &chosen));
    for (size_t i = 0; i < COUNT_OF(wanted.group); i++) {
        TRY(place_of(&chosen.pass.by[i], cell->group[i], &wanted.group[i]));
    }
    TRY(values_gather(c->arena, &chosen.pass, &wanted, out, count_out));
    bool low = asked->target == TARGET_AT_LEAST || asked->target == TARGET_OVER;
    if (*count_out > 1) qsort(*out, *count_out, sizeof **out, low ? lowest_first : highest_first);
    return ERR_OK;
}
