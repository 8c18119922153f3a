// fuzz_tsv.c -- every row of a table has the fields it promises, in the text and in order.
#include "base/tsv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_row(const Tsv *table, Str text)
{
    const char *at = text.ptr;
    must(table->count >= table->columns && table->count <= TSV_FIELDS_MAX);
    for (size_t i = 0; i < table->count; i++) {
        Str field = table->fields[i];
        must(memchr(field.len == 0 ? "" : field.ptr, '\t', field.len) == NULL);
        must(memchr(field.len == 0 ? "" : field.ptr, '\n', field.len) == NULL);
        if (field.len == 0) continue;
        must(field.ptr >= at && field.ptr + field.len <= text.ptr + text.len);
        at = field.ptr + field.len;
    }
    for (size_t i = table->count; i < TSV_FIELDS_MAX; i++) must(table->fields[i].len == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    for (size_t columns = 1; columns <= TSV_FIELDS_MAX; columns += 5) {
        Tsv table = tsv_open(text, columns);
        int64_t line = 1;
        while (tsv_next(&table)) {
            must(table.line > line);
            line = table.line;
            check_row(&table, text);
        }
        if (table.err != ERR_OK) must(tsv_wrong(arena, &table, "fuzz").len > 0);
    }
    return 0;
}
