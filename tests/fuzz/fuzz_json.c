// fuzz_json.c -- what is read and written must read the same; nothing may crash.
#include "base/json.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void visit(const Json *node)
{
    int64_t n = 0;
    int scale = 0;
    must(utf8_valid(json_str(node)) && utf8_valid(json_key(node)));
    if (json_kind(node) == JSON_NUMBER) must(json_is_number(json_text(node)));
    if (json_i64(node, &n)) must(json_dec(node, &n, &scale) && scale == 0);
    for (size_t i = 0; i < json_count(node); i++) {
        const Json *item = json_at(node, i);
        visit(item);
        if (json_kind(node) == JSON_OBJECT) must(json_get_str(node, json_key(item)) == item);
    }
}

static Str written(Arena *arena, const Json *root, bool pretty)
{
    CLEANUP(buf_free) Buf buf = buf_new((size_t)64 * 1024 * 1024);
    JsonOut out = json_out(&buf);
    out.pretty = pretty;
    json_put(&out, root);
    must(json_out_done(&out) && buf_ok(&buf));
    return arena_str(arena, buf_str(&buf));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    JsonErr err = {0};
    Str text = {(const char *)data, size};
    const Json *root = json_parse(arena, text, (JsonLimits){0}, &err);
    if (root == NULL) {
        must(err.offset <= size && err.line >= 1 && err.sentence.len > 0);
        must(json_parse(arena, text, (JsonLimits){0}, &err) == NULL);
        return 0;
    }
    visit(root);
    Str once = written(arena, root, false);
    const Json *again = json_parse(arena, once, (JsonLimits){0}, &err);
    must(again != NULL && str_eq(written(arena, again, false), once));
    const Json *pretty = json_parse(arena, written(arena, root, true), (JsonLimits){0}, &err);
    must(pretty != NULL && str_eq(written(arena, pretty, false), once));
    (void)json_parse(arena, text, (JsonLimits){.depth = 2, .values = 5}, &err);
    return 0;
}
