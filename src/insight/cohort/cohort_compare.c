// cohort_compare.c -- runs two definitions and tells their people and their rules apart.
#include "insight/cohort/cohort_compare.h"

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_use.h"

// ---- people

static void tell_apart(Ctx *c, CohortComparison *out)
{
    const CohortRun *a = &out->a;
    const CohortRun *b = &out->b;
    size_t most = (a->people_count > b->people_count ? a->people_count : b->people_count) + 1;
    for (size_t i = 0; i < COMPARE_SIDES; i++) {
        out->people[i] = ARENA_ARRAY(c->arena, PersonId, most);
    }
    size_t i = 0;
    size_t k = 0;
    while (i < a->people_count || k < b->people_count) {
        bool no_b = k == b->people_count;
        bool no_a = i == a->people_count;
        int64_t left = no_a ? INT64_MAX : a->people[i].v;
        int64_t right = no_b ? INT64_MAX : b->people[k].v;
        CompareSide side = left < right ? ONLY_A : left > right ? ONLY_B : IN_BOTH;
        out->people[side][out->count[side]++] = side == ONLY_B ? b->people[k] : a->people[i];
        i += side != ONLY_B;
        k += side != ONLY_A;
    }
}

// ---- rules

typedef struct Lines { // of one definition, as read from top to bottom
    Str text[DEFINITION_RULES_MAX];
    Str words[DEFINITION_RULES_MAX];
    int depth[DEFINITION_RULES_MAX];
    size_t count;
} Lines;

static Str line_words(Arena *arena, const CodeSets *sets, const CohortRule *rule)
{
    static const char *const GROUPS[] = {"All of these", "Any of these", "None of these"};
    if (rule->kind == RULE_SOME) return arena_fmt(arena, "At least %d of these", rule->count);
    return rule_is_group(rule) ? str_from_c(GROUPS[rule->kind]) : rule_words(arena, sets, rule);
}

static void add_lines(Ctx *c, const CodeSets *sets, const CohortRule *rule, int depth, Lines *out)
{
    out->text[out->count] = rule_text(c->arena, rule);
    out->depth[out->count] = depth;
    out->words[out->count++] = line_words(c->arena, sets, rule);
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        add_lines(c, sets, inner, depth + 1, out);
    }
}

static bool same_line(const Lines *a, size_t i, const Lines *b, size_t k)
{
    return a->depth[i] == b->depth[k] && str_eq(a->text[i], b->text[k]);
}

// The longest run of lines that both have in the same order stays; the others are of one alone.
static void join_lines(Ctx *c, const Lines *a, const Lines *b, CohortComparison *out)
{
    size_t width = b->count + 1;
    uint16_t *longest = ARENA_ARRAY(c->arena, uint16_t, (a->count + 1) * width);
    for (size_t i = a->count; i-- > 0;) {
        for (size_t k = b->count; k-- > 0;) {
            uint16_t down = longest[(i + 1) * width + k];
            uint16_t right = longest[i * width + k + 1];
            longest[i * width + k] = same_line(a, i, b, k)
                                         ? (uint16_t)(longest[(i + 1) * width + k + 1] + 1)
                                     : down > right ? down
                                                    : right;
        }
    }
    out->lines = ARENA_ARRAY(c->arena, CompareLine, a->count + b->count + 1);
    size_t i = 0;
    size_t k = 0;
    while (i < a->count || k < b->count) {
        bool both = i < a->count && k < b->count && same_line(a, i, b, k);
        bool first = both || k == b->count ||
                     (i < a->count && longest[(i + 1) * width + k] >= longest[i * width + k + 1]);
        out->lines[out->line_count++] = first
                                            ? (CompareLine){a->words[i], a->depth[i], true, both}
                                            : (CompareLine){b->words[k], b->depth[k], false, true};
        i += first;
        k += both || !first;
    }
}

// ---- both

// "KEY" or "KEY@HASH".
static Err find_side(Ctx *c, Str word, const Definition **out)
{
    size_t at = 0;
    if (!str_find(word, STR("@"), &at)) return definition_find(c, word, out);
    KeptDefinition kept;
    Definition *definition = ARENA_NEW(c->arena, Definition);
    Str why = STR("");
    TRY(definition_at(c, str_slice(word, 0, at), str_slice(word, at + 1, word.len), &kept));
    Err err = definition_read(c->arena, cohort_sets(c), kept.text, definition, &why);
    if (err == ERR_INVALID) return ctx_issue(c, STR(""), why);
    *out = definition;
    return err;
}

static Err run_side(Ctx *c, Str word, CohortRun *out)
{
    const Definition *definition = NULL;
    TRY(find_side(c, word, &definition));
    TRY(cohort_ask(c, &(CohortQuestion){definition, 0, c->today}, out));
    if (out->people != NULL) return ERR_OK;
    cohort_run_end(out);
    return ERR_NOT_FOUND; // a role that counts and does not see who
}

Err cohort_compare(Ctx *c, Str a, Str b, CohortComparison *out)
{
    *out = (CohortComparison){.line_count = 0};
    TRY(run_side(c, a, &out->a));
    Err err = run_side(c, b, &out->b);
    if (err != ERR_OK) {
        cohort_run_end(&out->a);
        return err;
    }
    Lines *lines = ARENA_ARRAY(c->arena, Lines, 2);
    add_lines(c, cohort_sets(c), out->a.evaluation->definition->root, 0, &lines[0]);
    add_lines(c, cohort_sets(c), out->b.evaluation->definition->root, 0, &lines[1]);
    join_lines(c, &lines[0], &lines[1], out);
    tell_apart(c, out);
    return ERR_OK;
}

void cohort_comparison_end(CohortComparison *comparison)
{
    cohort_run_end(&comparison->a);
    cohort_run_end(&comparison->b);
}
