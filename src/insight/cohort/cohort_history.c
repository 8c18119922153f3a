// cohort_history.c -- who came or went between two runs, and by which rule and fact.
#include "insight/cohort/cohort_history_pages.h"

enum { CHANGES_MAX = 32, FACTS_OF_CHANGE_MAX = 8 };

typedef struct Changes {
    Arena *arena;
    const CodeSets *sets;
    CohortChange *out;
    size_t count;
} Changes;

static void add_change(Changes *k, Str text, const Reason *facts, size_t fact_count)
{
    if (k->count == CHANGES_MAX) return;
    k->out[k->count++] = (CohortChange){text, facts, fact_count};
}

// Facts of the rules within [from, until): of those that answer otherwise in `other`, or of all.
static size_t facts_of(Changes *k, const CohortTold *told, const CohortTold *other, size_t from,
                       size_t until, Reason **out)
{
    *out = ARENA_ARRAY(k->arena, Reason, FACTS_OF_CHANGE_MAX);
    size_t count = 0;
    for (int pass = 0; pass < 2 && count == 0; pass++) {
        for (size_t i = from; i < until; i++) {
            const RuleTold *rule = &told->rules[i];
            if (pass == 0 && rule->answer == other->rules[i].answer) continue;
            for (size_t f = 0; f < rule->fact_count && count < FACTS_OF_CHANGE_MAX; f++) {
                if (rule->facts[f].depth == 0) (*out)[count++] = rule->facts[f];
            }
        }
    }
    return count;
}

// The rules at the top that brought somebody in: met after, and not before.
static bool brought_in(const CohortTold *before, const CohortTold *after, size_t i)
{
    return after->rules[i].answer == ANSWER_MET && before->rules[i].answer != ANSWER_MET;
}

// Or that took them out. They were listed before, so that each was met then, whatever the record
// says of that day now.
static bool took_out(const CohortTold *after, size_t i)
{
    return after->rules[i].answer != ANSWER_MET;
}

static void add_rules(Changes *k, const CohortTold *before, const CohortTold *after, bool left)
{
    assert(before->rule_count == after->rule_count); // one definition
    for (size_t i = 0, next = 0; i < after->rule_count; i = next) {
        next = i + 1;
        while (next < after->rule_count && after->rules[next].depth > 0) next++;
        if (left ? !took_out(after, i) : !brought_in(before, after, i)) continue;
        const char *how = !left                                           ? "Now met"
                          : after->rules[i].answer == ANSWER_NOT_RECORDED ? "Nothing recorded for"
                                                                          : "No longer met";
        Str words = rule_words(k->arena, k->sets, after->rules[i].rule);
        Reason *facts = NULL;
        size_t fact_count = facts_of(k, after, before, i, next, &facts);
        add_change(k, arena_fmt(k->arena, "%s: " STR_FMT, how, STR_ARG(words)), facts, fact_count);
    }
}

Err cohort_changes(Ctx *c, const CohortPair *pair, PersonId person, bool left, CohortMoved *out)
{
    CohortTold before;
    CohortTold after;
    TRY(cohort_told(c, pair->before, person, &before));
    TRY(cohort_told(c, pair->after, person, &after));
    Changes k = {.arena = c->arena,
                 .sets = pair->sets,
                 .out = ARENA_ARRAY(c->arena, CohortChange, CHANGES_MAX)};
    if (!before.objects && !after.objects) add_rules(&k, &before, &after, left);
    if (left && after.left_out.len > 0) {
        add_change(&k, arena_fmt(c->arena, "Left out now: " STR_FMT, STR_ARG(after.left_out)), NULL,
                   0);
    }
    if (k.count == 0) {
        add_change(&k,
                   left ? STR("By the record of today every rule was met then and now: what is "
                              "recorded has changed since that run.")
                        : STR("By the record of today every rule was met then too: the facts came "
                              "with later data, or something stood against listing them then."),
                   NULL, 0);
    }
    out->changes = k.out;
    out->change_count = k.count;
    return ERR_OK;
}
