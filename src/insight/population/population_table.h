// population_table.h -- rows of a table in a file: CSV, or the HTML report that EMIS exports.
//
// The HTML reader knows tables only: tags that open and close rows and cells, character references,
// comments. It forgives what browsers forgive, keeps one row in memory, and runs nothing.
#ifndef POPULATION_TABLE_H
#define POPULATION_TABLE_H

#include "insight/population/population_source.h"

enum { TABLE_CELLS_MAX = 512, TABLE_ROW_BYTES_MAX = 1024 * 1024, TABLE_TAG_BYTES_MAX = 64 * 1024 };

typedef struct TableRow {
    const Str *cells; // UTF-8, trimmed of blanks and no-break spaces; valid until the next row
    size_t count;
    int64_t line;  // where it begins in the file, from 1
    bool blank;    // nothing in any cell
    bool damaged;  // text after a closing quote, cells that span others, too many cells
    bool restarts; // the first row of another table of the file
} TableRow;

typedef enum TableStep { TABLE_ROW, TABLE_END, TABLE_FAULT } TableStep;
typedef struct Table Table;

Table *table_open(int fd); // takes the file over; gzip too; CSV or HTML is told by its first bytes
void table_expect(Table *table, int64_t bytes); // see source_expect
void table_close(Table **at);                   // for CLEANUP; NULL is allowed
TableStep table_next(Table *table, TableRow *out);
Str table_fault(const Table *table);     // after TABLE_FAULT: a sentence
int64_t table_taken(const Table *table); // bytes of the file read, for progress

// The HTML reader alone: feed it pieces, take rows. For table_next and the fuzzer.
typedef struct HtmlTable HtmlTable;
HtmlTable *html_table_new(Arena *arena);
void html_table_free(HtmlTable *h);
// Reads on from *text, which moves; true: a row is in *out. False: it wants more.
bool html_table_next(HtmlTable *h, Str *text, TableRow *out);
bool html_table_open(const HtmlTable *h); // at the end of a file: it was cut off within a table
bool html_table_bad(const HtmlTable *h);  // a row or a tag was too long: stop

#endif
