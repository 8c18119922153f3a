// cohort_sets.c -- walks over the rules and marks the sets.
#include "insight/cohort/cohort_sets.h"

static void mark_prefix(const CodeSets *sets, Str prefix, bool *used)
{
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        used[s] = used[s] || str_starts(code_set_at(sets, s)->name, prefix);
    }
}

static bool names_sets(RuleKind kind)
{
    return kind >= RULE_HAS && kind <= RULE_THEN && kind != RULE_VALUE && kind != RULE_CHANGE;
}

static void rule_sets_used(const CodeSets *sets, const CohortRule *rule, bool *used)
{
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        rule_sets_used(sets, inner, used);
    }
    for (size_t i = 0; names_sets(rule->kind) && i < rule->name_count; i++) {
        used[rule->sets[i]] = true;
    }
    if (rule->ended > 0) used[rule->ended - 1] = true;
    if (rule->kind == RULE_CONDITIONS) mark_prefix(sets, STR("ltc-"), used);
    if (rule->kind == RULE_FRAILTY || rule->kind == RULE_DEFICITS) {
        mark_prefix(sets, STR("efi-"), used);
    }
    for (size_t i = 0; rule->score != NULL && i < rule->score->count; i++) {
        if (rule->score->rows[i].set >= 0) used[rule->score->rows[i].set] = true;
        if (rule->score->rows[i].with >= 0) used[rule->score->rows[i].with] = true;
    }
}

void rule_sets_json(Arena *arena, const CodeSets *sets, const CohortRule *rule, JsonOut *out)
{
    bool *used = ARENA_ARRAY(arena, bool, code_sets_count(sets) + 1);
    rule_sets_used(sets, rule, used);
    json_field_arr(out, "sets");
    for (size_t s = 0; s < code_sets_count(sets); s++) {
        if (!used[s]) continue;
        const CodeSet *set = code_set_at(sets, s);
        json_obj_begin(out);
        json_field_str(out, "set", set->name);
        json_field_opt(out, "version", set->version);
        json_field_i64(out, "codes", (int64_t)set->codes);
        json_field_str(out, "hash", set->hash);
        json_obj_end(out);
    }
    json_arr_end(out);
}
