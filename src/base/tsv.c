// tsv.c -- rows of a table of ours. A view walks over the text: nothing is copied.
#include "base/tsv.h"

Tsv tsv_open(Str text, size_t columns)
{
    assert(columns >= 1 && columns <= TSV_FIELDS_MAX);
    Tsv table = {.rest = text, .columns = columns};
    Str head;
    if (str_split(&table.rest, '\n', &head)) table.line = 1;
    return table;
}

static bool says_nothing(Str line)
{
    return str_trim(line).len == 0 || line.ptr[0] == '#';
}

bool tsv_next(Tsv *table)
{
    Str line;
    if (table->err != ERR_OK) return false;
    do {
        if (!str_split(&table->rest, '\n', &line)) return false;
        table->line++;
    } while (says_nothing(line));
    memset(table->fields, 0, sizeof table->fields);
    for (table->count = 0; table->count < TSV_FIELDS_MAX; table->count++) {
        Str field;
        if (!str_split(&line, '\t', &field)) break;
        table->fields[table->count] = str_trim(field);
    }
    if (line.ptr != NULL || table->count < table->columns) table->err = ERR_INVALID;
    return table->err == ERR_OK;
}

Str tsv_wrong(Arena *arena, const Tsv *table, const char *name)
{
    const char *what = table->count < table->columns ? "too few columns, separate them by tabs"
                                                     : "too many columns";
    return arena_fmt(arena, "%s line %lld: %s", name, (long long)table->line, what);
}
