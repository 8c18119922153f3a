// tsv.h -- tables that stand in the project as text: one row a line, fields separated by tabs.
//
// The first line names the columns, for people. Empty lines and lines that begin with '#' are
// passed over. There is no quoting: a field cannot hold a tab or a line end. What practices send
// is not read by this (csv.h is for that).
//     Tsv table = tsv_open(text, 3);
//     while (tsv_next(&table)) use(table.fields[0]);
//     if (table.err != ERR_OK) say(tsv_wrong(arena, &table, "birds.tsv"));
#ifndef TSV_H
#define TSV_H

#include "base/base.h"

enum { TSV_FIELDS_MAX = 16 };

typedef struct Tsv {
    Str fields[TSV_FIELDS_MAX]; // views of the text, without blanks around; "" beyond the last
    size_t count;               // of them in this row
    size_t columns;             // that a row must have
    int64_t line;               // of this row, from 1
    Err err;                    // ERR_INVALID: a row with too few or too many fields
    Str rest;
} Tsv;

// `text` must outlive the table. `columns`: how many fields a row has at least, 1..TSV_FIELDS_MAX.
Tsv tsv_open(Str text, size_t columns);
// The next row; false at the end, and when table->err says that this row is wrong.
bool tsv_next(Tsv *table);
// "birds.tsv line 3: too few columns, separate them by tabs", in the arena.
Str tsv_wrong(Arena *arena, const Tsv *table, const char *name);

#endif
