// fuzz_builder.c -- any form is rows of one tree, whatever is done to them; what can be read goes
// through the form and back unchanged; what cannot has a sentence.
#include "core/core.h"
#include "core/decode.h"
#include "insight/builder/builder_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_tree(const BuilderForm *form)
{
    must(form->row_count <= BUILDER_ROWS_MAX);
    for (size_t i = 0; i < form->row_count; i++) {
        const BuilderRow *row = &form->rows[i];
        int deepest = i == 0 ? 0 : row[-1].depth + (row_is_group(&row[-1]) ? 1 : 0);
        must(row->depth >= (i == 0 ? 0 : 1) && row->depth <= deepest);
        must(row_is_group(row) || subject_of(row->kind) != NULL);
    }
    must(form->row_count == 0 || row_is_group(&form->rows[0]));
}

static void change(BuilderForm *form, uint8_t by)
{
    size_t (*const changes[])(BuilderForm *, size_t) = {rows_add_rule, rows_add_group, rows_remove,
                                                        rows_move_up,  rows_move_down, rows_wrap,
                                                        rows_unwrap};
    if (form->row_count == 0) return;
    size_t at = changes[by % COUNT_OF(changes)](form, by / COUNT_OF(changes));
    must(at <= form->row_count);
    check_tree(form);
}

static void check_again(Ctx *c, const CodeSets *sets, const Definition *definition)
{
    BuilderForm form;
    Definition again;
    Str why = {0};
    bool complete = false;
    if (!rows_of_definition(c->arena, definition, &form)) return;
    check_tree(&form);
    Str text = rows_text(c, sets, &form, &complete);
    must(complete);
    must(definition_parse(c->arena, sets, text, &again, &why) == ERR_OK);
    must(str_eq(definition_text(c->arena, &again), definition_text(c->arena, definition)));
}

static void check_typed(Ctx *c, const CodeSets *sets, BuilderForm *form)
{
    Definition definition;
    Str why = {0};
    bool complete = false;
    form->key = STR("a");
    Str text = rows_text(c, sets, form, &complete);
    if (!complete || definition_parse(c->arena, sets, text, &definition, &why) != ERR_OK) {
        rows_blame(c, sets, form);
        must(c->issue_count > 0);
    } else {
        check_again(c, sets, &definition);
    }
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
    static const struct Core core; // no engine: names are not judged
    Ctx *c = ARENA_NEW(arena, Ctx);
    c->arena = arena;
    c->core = &core;
    c->today = (Date){20781};
    Str text = arena_str(arena, (Str){(const char *)data, size});
    Definition definition;
    if (definition_parse(arena, sets, text, &definition, &why) == ERR_OK) {
        check_again(c, sets, &definition);
        return 0;
    }
    Pair *pairs = NULL;
    Request req = {0};
    BuilderForm form;
    size_t head = size < 4 ? size : 4; // what is done to the rows
    Str body = str_slice(text, head, text.len);
    if (decode_urlencoded(arena, body, &pairs, &req.form_count) != ERR_OK) return 0;
    req.form = pairs;
    rows_typed(c, &req, &form);
    check_tree(&form);
    for (size_t i = 0; i < head; i++) change(&form, data[i]);
    check_typed(c, sets, &form);
    return 0;
}
