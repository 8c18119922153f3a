// fuzz_html_table.c -- rows of a report must be the same however the text is cut.
#include "base/utf8.h"
#include "insight/population/population_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 1099511628211ULL;
}

static uint64_t read_all(Str text, size_t piece)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    HtmlTable *h = html_table_new(arena);
    uint64_t hash = 14695981039346656037ULL;
    for (size_t at = 0; at < text.len && !html_table_bad(h); at += piece) {
        Str part = str_slice(text, at, at + piece);
        TableRow row;
        while (html_table_next(h, &part, &row)) {
            must(row.count >= 1 && row.count <= TABLE_CELLS_MAX && row.line >= 1);
            hash = mix(hash, (uint64_t)row.line);
            hash = mix(hash, (uint64_t)(row.blank + 2 * row.damaged + 4 * row.restarts));
            for (size_t i = 0; i < row.count; i++) {
                must(utf8_valid(row.cells[i]));
                hash = mix(hash, str_hash(row.cells[i]));
            }
        }
        must(part.len == 0 || html_table_bad(h));
    }
    hash = mix(hash, html_table_bad(h) ? 1 : html_table_open(h) ? 2 : 3);
    html_table_free(h);
    return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str text = {(const char *)data, size};
    uint64_t whole = read_all(text, size + 1);
    must(read_all(text, 1) == whole);
    must(read_all(text, 7) == whole);
    return 0;
}
