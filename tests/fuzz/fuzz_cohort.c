// fuzz_cohort.c -- any text is a definition or gets a sentence; what is read is the same again from
// its text and its JSON, and can be said in words.
#include "insight/definition/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_rule(const CohortRule *rule, int depth, int *count)
{
    must(depth < DEFINITION_DEPTH_MAX && rule->index == *count);
    (*count)++;
    must(rule->months >= 0 && rule->months <= RULE_MONTHS_MAX);
    must(rule_is_group(rule) == (rule->first != NULL));
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        check_rule(inner, depth + 1, count);
    }
}

static void check_forms(Arena *arena, const CodeSets *sets, const Definition *definition)
{
    Str why = {0};
    Definition again;
    Str text = definition_text(arena, definition);
    must(definition_parse(arena, sets, text, &again, &why) == ERR_OK);
    must(str_eq(text, definition_text(arena, &again)));
    Str json = definition_json(arena, definition);
    must(definition_from_json(arena, sets, json, &again, &why) == ERR_OK);
    must(str_eq(text, definition_text(arena, &again)));
    must(definition_words(arena, sets, definition).len > 0);
    must(definition_fhir_group(arena, sets, definition).len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const CodeSets *sets; // read once: the program's own
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): holds the sets
    static Arena *kept;
    Str why = {0};
    if (kept == NULL) {
        kept = arena_new();
        must(code_sets_read(kept, &sets, &why) == ERR_OK);
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Definition definition;
    Str text = arena_str(arena, (Str){(const char *)data, size});
    Err err = definition_parse(arena, sets, text, &definition, &why);
    if (err != ERR_OK) {
        must(err == ERR_INVALID && why.len > 0 && why.len < 4096);
        return 0;
    }
    int count = 0;
    check_rule(definition.root, 0, &count);
    must(count == definition.rules && count <= DEFINITION_RULES_MAX);
    must(definition.key.len > 0 && definition.version.len == 16);
    check_forms(arena, sets, &definition);
    return 0;
}
