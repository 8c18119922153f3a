// fuzz_cohort_json.c -- any JSON is a definition or gets a sentence; what is read has a text that
// reads as the same.
#include "insight/definition/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
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
    Definition again;
    Str json = arena_str(arena, (Str){(const char *)data, size});
    Err err = definition_from_json(arena, sets, json, &definition, &why);
    if (err != ERR_OK) {
        must(err == ERR_INVALID && why.len > 0 && why.len < 4096);
        return 0;
    }
    must(definition.rules <= DEFINITION_RULES_MAX && definition.version.len == 16);
    Str text = definition_text(arena, &definition);
    must(definition_parse(arena, sets, text, &again, &why) == ERR_OK);
    must(str_eq(text, definition_text(arena, &again)));
    must(str_eq(definition_json(arena, &definition), definition_json(arena, &again)));
    return 0;
}
