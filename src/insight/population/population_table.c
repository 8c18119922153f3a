// population_table.c -- one face over CSV and HTML: the next row, wherever it comes from.
#include "insight/population/population_table.h"

#include "base/csv.h"

struct Table {
    Arena *arena;
    Source *source;
    CsvReader *csv; // NULL: HTML
    HtmlTable *html;
    Str rest;   // of the chunk, for HTML
    bool ended; // the file
    Str fault;
    Str cells[TABLE_CELLS_MAX];
};

static bool looks_like_html(Str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_slice(text, 3, text.len);
    return str_starts(str_trim(text), STR("<"));
}

Table *table_open(int fd)
{
    Arena *arena = arena_new();
    Table *t = ARENA_NEW(arena, Table);
    t->arena = arena;
    t->source = source_open(fd);
    SourceStep step = source_read(t->source, &t->rest);
    if (step == SOURCE_FAULT) t->fault = source_fault(t->source);
    if (step != SOURCE_GOT) t->rest = (Str){0};
    t->ended = step != SOURCE_GOT;
    if (looks_like_html(t->rest)) {
        t->html = html_table_new(arena);
        return t;
    }
    t->csv = csv_reader_new((CsvOptions){.trim = true});
    if (t->rest.len > 0) {
        csv_feed(t->csv, t->rest);
    } else {
        csv_feed_end(t->csv);
    }
    return t;
}

void table_expect(Table *t, int64_t bytes)
{
    source_expect(t->source, bytes);
}

void table_close(Table **at)
{
    Table *t = *at;
    if (t == NULL) return;
    source_close(&t->source);
    csv_reader_free(t->csv);
    if (t->html != NULL) html_table_free(t->html);
    arena_free(t->arena);
    *at = NULL;
}

static TableStep failed(Table *t, Str sentence)
{
    t->fault = sentence;
    return TABLE_FAULT;
}

static Str without_no_break(Str cell)
{
    bool may =
        cell.len > 1 && ((uint8_t)cell.ptr[0] == 0xC2 || (uint8_t)cell.ptr[cell.len - 1] == 0xA0);
    if (!may) return cell;
    while (str_starts(cell, STR("\xC2\xA0"))) cell = str_trim(str_slice(cell, 2, cell.len));
    while (str_ends(cell, STR("\xC2\xA0"))) cell = str_trim(str_slice(cell, 0, cell.len - 2));
    return cell;
}

// Gives the reader of rows more bytes of the file, or says that there are none. False: a fault.
static bool feed_csv(Table *t)
{
    Str chunk;
    SourceStep more = source_read(t->source, &chunk);
    if (more == SOURCE_FAULT) return false;
    if (more == SOURCE_GOT) {
        csv_feed(t->csv, chunk);
    } else {
        csv_feed_end(t->csv);
    }
    return true;
}

static TableStep next_csv(Table *t, TableRow *out)
{
    for (;;) {
        CsvRow row;
        CsvStep step = csv_next(t->csv, &row);
        if (step == CSV_FAULT) return failed(t, csv_fault(t->csv));
        if (step == CSV_END) return TABLE_END;
        if (step == CSV_MORE) {
            if (!feed_csv(t)) return failed(t, source_fault(t->source));
            continue;
        }
        *out = (TableRow){.cells = t->cells, .line = row.line, .blank = true};
        out->count = row.count < TABLE_CELLS_MAX ? row.count : TABLE_CELLS_MAX;
        out->damaged = row.misquoted || row.count > TABLE_CELLS_MAX;
        for (size_t i = 0; i < out->count; i++) {
            t->cells[i] = without_no_break(row.fields[i]);
            if (t->cells[i].len > 0) out->blank = false;
        }
        return TABLE_ROW;
    }
}

static TableStep next_html(Table *t, TableRow *out)
{
    for (;;) {
        if (html_table_next(t->html, &t->rest, out)) return TABLE_ROW;
        if (html_table_bad(t->html)) {
            return failed(t, STR("A row of the report is too long to be a row of people."));
        }
        if (t->ended && html_table_open(t->html)) {
            return failed(t, STR("The report ends in the middle of a table. Export it again."));
        }
        if (t->ended) return TABLE_END;
        SourceStep more = source_read(t->source, &t->rest);
        if (more == SOURCE_FAULT) return failed(t, source_fault(t->source));
        if (more == SOURCE_END) {
            t->ended = true;
            t->rest = (Str){0};
        }
    }
}

TableStep table_next(Table *t, TableRow *out)
{
    if (t->fault.len > 0) return TABLE_FAULT;
    return t->csv != NULL ? next_csv(t, out) : next_html(t, out);
}

Str table_fault(const Table *t)
{
    return t->fault;
}

int64_t table_taken(const Table *t)
{
    return source_taken(t->source);
}
