// pdf_read.c -- the document model from JSON.
#include "app/pdf/pdf.h"
#include "base/json.h"
#include "base/utf8.h"

static const struct {
    const char *key;
    BlockKind kind;
} KINDS[] = {{"h1", BLOCK_H1},     {"h2", BLOCK_H2},       {"h3", BLOCK_H3},        {"p", BLOCK_P},
             {"list", BLOCK_LIST}, {"table", BLOCK_TABLE}, {"letter", BLOCK_LETTER}};

static Str clean(Arena *arena, const Json *node)
{
    return utf8_clean(arena, json_str(node), UTF8_KEEP_LINES);
}

static const Str *strings(Arena *arena, const Json *list, size_t count)
{
    Str *out = ARENA_ARRAY(arena, Str, count);
    for (size_t i = 0; i < count; i++) out[i] = clean(arena, json_at(list, i));
    return out;
}

// {"caption", "head": [..], "rows": [[..], ..]}: rows that are too short are filled with "".
static Err read_table(Arena *arena, const Json *table, Block *out)
{
    const Json *head = json_get(table, "head");
    const Json *rows = json_get(table, "rows");
    out->columns = json_count(head);
    if (out->columns == 0) return ERR_MALFORMED;
    if (out->columns > PDF_COLUMNS_MAX || json_count(rows) > PDF_ROWS_MAX) return ERR_TOO_LARGE;
    out->text = clean(arena, json_get(table, "caption"));
    out->item_count = out->columns * (json_count(rows) + 1);
    Str *cells = ARENA_ARRAY(arena, Str, out->item_count);
    for (size_t i = 0; i < out->item_count; i++) {
        const Json *row = i < out->columns ? head : json_at(rows, i / out->columns - 1);
        cells[i] = clean(arena, json_at(row, i % out->columns));
    }
    out->items = cells;
    return ERR_OK;
}

static Err read_letter(Arena *arena, const Json *letter, Block *out)
{
    const Json *to = json_get(letter, "to");
    const Json *from = json_get(letter, "from");
    out->columns = json_count(to);
    out->item_count = out->columns + json_count(from);
    const Json *mark = json_get(letter, "mark");
    if (out->columns == 0 || mark == NULL) return ERR_MALFORMED;
    out->text = clean(arena, mark);
    if (out->text.len == 0) out->text = STR("Letter"); // of a name without a sign that is drawn
    if (out->item_count > PDF_LETTER_LINES_MAX) return ERR_TOO_LARGE;
    Str *lines = ARENA_ARRAY(arena, Str, out->item_count);
    for (size_t i = 0; i < out->item_count; i++) {
        bool is_to = i < out->columns;
        lines[i] = clean(arena, json_at(is_to ? to : from, is_to ? i : i - out->columns));
    }
    out->items = lines;
    return ERR_OK;
}

static Err read_block(Arena *arena, const Json *node, Block *out)
{
    for (size_t i = 0; i < COUNT_OF(KINDS); i++) {
        const Json *value = json_get(node, KINDS[i].key);
        if (value == NULL) continue;
        out->kind = KINDS[i].kind;
        if (out->kind == BLOCK_TABLE) return read_table(arena, value, out);
        if (out->kind == BLOCK_LETTER) return read_letter(arena, value, out);
        if (out->kind != BLOCK_LIST) {
            out->text = clean(arena, value);
            return ERR_OK;
        }
        out->item_count = json_count(value);
        if (out->item_count > PDF_ROWS_MAX) return ERR_TOO_LARGE;
        out->items = strings(arena, value, out->item_count);
        return ERR_OK;
    }
    return ERR_MALFORMED;
}

bool pdf_is_letters(const PdfDoc *doc)
{
    return doc->block_count > 0 && doc->blocks[0].kind == BLOCK_LETTER;
}

Err pdf_read(Arena *arena, Str json, PdfDoc *out)
{
    JsonErr why = {0};
    const Json *root = json_parse(arena, json, (JsonLimits){.bytes = PDF_QUESTION_BYTES_MAX}, &why);
    if (json_kind(root) != JSON_OBJECT) return why.too_large ? ERR_TOO_LARGE : ERR_MALFORMED;
    const Json *blocks = json_get(root, "blocks");
    *out = (PdfDoc){.title = clean(arena, json_get(root, "title")),
                    .header = clean(arena, json_get(root, "header")),
                    .footer = clean(arena, json_get(root, "footer")),
                    .block_count = json_count(blocks)};
    (void)json_bool(json_get(root, "large"), &out->large);
    if (out->block_count > PDF_BLOCKS_MAX) return ERR_TOO_LARGE;
    out->blocks = ARENA_ARRAY(arena, Block, out->block_count);
    for (size_t i = 0; i < out->block_count; i++) {
        TRY(read_block(arena, json_at(blocks, i), &out->blocks[i]));
        bool is_stray = out->blocks[i].kind == BLOCK_LETTER && !pdf_is_letters(out);
        if (is_stray) return ERR_MALFORMED;
    }
    return ERR_OK;
}
