// cohort_use.c -- finds what a definition asks for, in the order in which it can be answered.
#include "insight/cohort/cohort_use.h"

#include "insight/cohort/cohort_engine.h"

typedef struct Gather {
    Arena *arena;
    UseFind *find;
    void *arg;
    UsedDefinitions *out;
    Str *why;
    const Definition *path[COHORT_USE_DEPTH_MAX + 1]; // from the asked one to the present one
    int depth;
    int rules; // of all gathered: each takes memory for everybody
} Gather;

bool rule_is_cohort(const CohortRule *rule)
{
    return rule->kind == RULE_COHORT || rule->kind == RULE_NOT_COHORT;
}

// Says what is wrong at the rule of the asked definition; of a deeper one its key is told.
static Err wrong(const Gather *g, const CohortRule *rule, Str sentence)
{
    const Definition *within = g->path[g->depth - 1];
    Str place = rule->line > 0 ? arena_fmt(g->arena, "line %d: ", rule->line) : STR("");
    if (g->depth > 1) place = arena_fmt(g->arena, "in cohort " STR_FMT ": ", STR_ARG(within->key));
    *g->why = arena_fmt(g->arena, STR_FMT STR_FMT, STR_ARG(place), STR_ARG(sentence));
    return ERR_INVALID;
}

static bool on_path(const Gather *g, Str key)
{
    for (int i = 0; i < g->depth; i++) {
        if (str_eq(g->path[i]->key, key)) return true;
    }
    return false;
}

static bool is_gathered(const Gather *g, Str key)
{
    for (size_t i = 0; i < g->out->count; i++) {
        if (str_eq(g->out->at[i]->key, key)) return true;
    }
    return false;
}

static Err gather(Gather *g, const Definition *definition);

static Err take_use(Gather *g, const CohortRule *rule)
{
    Str key = rule->names[0];
    if (on_path(g, key)) {
        Str sentence = arena_fmt(g->arena, "cohort " STR_FMT " would ask for itself", STR_ARG(key));
        return wrong(g, rule, sentence);
    }
    if (is_gathered(g, key)) return ERR_OK;
    if (g->depth == COHORT_USE_DEPTH_MAX) {
        return wrong(g, rule, STR("expected at most 8 cohorts that ask for each other in a row"));
    }
    const Definition *used = NULL;
    Err err = g->find(g->arg, key, &used);
    if (err == ERR_NOT_FOUND) {
        return wrong(g, rule,
                     arena_fmt(g->arena, "there is no cohort \"" STR_FMT "\" that you can use",
                               STR_ARG(key)));
    }
    if (err == ERR_INVALID) {
        return wrong(g, rule,
                     arena_fmt(g->arena, "cohort " STR_FMT " can no longer be read", STR_ARG(key)));
    }
    return err == ERR_OK ? gather(g, used) : err;
}

static Err take_rules(Gather *g, const CohortRule *rule)
{
    if (rule_is_cohort(rule)) TRY(take_use(g, rule));
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        TRY(take_rules(g, inner));
    }
    return ERR_OK;
}

static Err gather(Gather *g, const Definition *definition)
{
    g->path[g->depth++] = definition;
    TRY(take_rules(g, definition->root));
    g->depth--;
    if (g->out->count == COHORT_USES_MAX) {
        *g->why =
            arena_fmt(g->arena, "expected at most %d cohorts in one question", COHORT_USES_MAX);
        return ERR_INVALID;
    }
    g->rules += definition->rules;
    if (g->rules > COHORT_USE_RULES_MAX) {
        *g->why = arena_fmt(g->arena,
                            "expected at most %d rules in one question, with those of the cohorts "
                            "that it asks for",
                            COHORT_USE_RULES_MAX);
        return ERR_INVALID;
    }
    g->out->at[g->out->count++] = definition;
    return ERR_OK;
}

Err uses_gather(Arena *arena, const Definition *root, UseFind *find, void *arg,
                UsedDefinitions *out, Str *why_out)
{
    *out = (UsedDefinitions){.count = 0};
    Gather g = {.arena = arena, .find = find, .arg = arg, .out = out, .why = why_out};
    return gather(&g, root);
}

// ---- the whole tree

typedef struct Whole {
    Arena *arena;
    const UsedDefinitions *uses;
    int rules;
} Whole;

static const Definition *used_of(const UsedDefinitions *uses, Str key)
{
    for (size_t i = 0; i < uses->count; i++) {
        if (str_eq(uses->at[i]->key, key)) return uses->at[i];
    }
    return NULL;
}

static Err copy_rule(Whole *w, const CohortRule *from, CohortRule **out)
{
    if (w->rules == DEFINITION_WHOLE_RULES_MAX) return ERR_TOO_LARGE;
    CohortRule *rule = ARENA_NEW(w->arena, CohortRule);
    *rule = *from;
    rule->index = w->rules++;
    rule->first = NULL;
    rule->next = NULL;
    *out = rule;
    CohortRule **end = &rule->first;
    if (rule_is_cohort(from)) { // a group of one: itself, or none of it
        rule->kind = from->kind == RULE_COHORT ? RULE_ALL : RULE_NONE;
        const Definition *used = used_of(w->uses, from->names[0]);
        assert(used != NULL);
        return copy_rule(w, used->root, end);
    }
    for (const CohortRule *inner = from->first; inner != NULL; inner = inner->next) {
        TRY(copy_rule(w, inner, end));
        end = &(*end)->next;
    }
    return ERR_OK;
}

Err uses_whole(Arena *arena, const UsedDefinitions *uses, Definition *out)
{
    assert(uses->count > 0);
    const Definition *asked = uses->at[uses->count - 1];
    Whole w = {.arena = arena, .uses = uses};
    CohortRule *root = NULL;
    TRY(copy_rule(&w, asked->root, &root));
    *out = *asked;
    out->root = root;
    out->rules = w.rules;
    return ERR_OK;
}

// ---- from the store

static Err find_as_actor(void *arg, Str key, const Definition **out)
{
    Ctx *c = arg;
    size_t before = c->issue_count;
    Err err = definition_find(c, key, out);
    c->issue_count = before; // said of the rule instead
    return err;
}

Err definition_uses(Ctx *c, const Definition *root, UsedDefinitions *out)
{
    Str why = STR("");
    Err err = uses_gather(c->arena, root, find_as_actor, c, out, &why);
    return err == ERR_INVALID ? ctx_issue(c, STR("text"), why) : err;
}
