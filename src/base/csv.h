// csv.h -- tables of text from practice systems read row by row, and tables for spreadsheets.
//
// Reads RFC 4180 and what is really sent: a byte order mark, CR LF, LF and CR mixed, quotes, lines
// within quotes, rows too short or too long (marked, not refused), windows-1252. Memory is bounded
// by one row and one chunk, whatever the size of the file.
//     csv_feed(reader, chunk); while ((step = csv_next(reader, &row)) == CSV_ROW) use(row);
//     step is then CSV_MORE (feed again, or csv_feed_end), CSV_END or CSV_FAULT.
#ifndef CSV_H
#define CSV_H

#include "base/base.h"

enum {
    CSV_FIELDS_MAX = 512,             // in a row
    CSV_ROW_BYTES_MAX = 1024 * 1024,  // line ends within quotes included
    CSV_CHUNK_BYTES_MAX = 1024 * 1024 // in one csv_feed
};

typedef enum CsvEncoding {
    CSV_DETECT,      // a row that is not UTF-8 is read as windows-1252
    CSV_UTF8,        // invalid bytes become U+FFFD
    CSV_WINDOWS_1252 // every row
} CsvEncoding;

typedef struct CsvOptions {
    char separator; // 0 for ','
    CsvEncoding encoding;
    bool trim; // leave out blanks around fields, quoted ones too
} CsvOptions;

typedef struct CsvRow {
    const Str *fields; // UTF-8; valid until the next call on this reader
    size_t count;      // at least 1: an empty line is one empty field
    int64_t line;      // where it begins, from 1
    bool blank;        // nothing but blanks in any field
    bool ragged;       // not as many fields as the first row that was not blank
    bool misquoted;    // text followed a closing quote; it was kept
    bool converted;    // came as windows-1252, or had bytes replaced
} CsvRow;

typedef enum CsvStep { CSV_ROW, CSV_MORE, CSV_END, CSV_FAULT } CsvStep;

typedef struct CsvReader CsvReader;

CsvReader *csv_reader_new(CsvOptions options);
void csv_reader_free(CsvReader *reader);     // NULL is allowed
void csv_reader_free_at(CsvReader **reader); // for CLEANUP(csv_reader_free_at)

// Gives it the next bytes (copied), at most CSV_CHUNK_BYTES_MAX, when csv_next has asked for more.
void csv_feed(CsvReader *reader, Str chunk);
void csv_feed_end(CsvReader *reader); // no more: the last row needs no line end
CsvStep csv_next(CsvReader *reader, CsvRow *out);
// Why it stopped, as a sentence ("The row that begins on line 7 has too many fields."), after
// CSV_FAULT; "" before. Lives as long as the reader.
Str csv_fault(const CsvReader *reader);

// ---- writing: RFC 4180 rows with CR LF. A field that a spreadsheet would run as a formula (it
// begins with = + - @, tab, CR, LF or NUL) gets a ' before it; numbers of ours go in by
// csv_put_i64, which leaves a minus alone.
typedef struct CsvOut {
    Buf *buf;
    bool started; // the row has a field already
} CsvOut;

CsvOut csv_out(Buf *buf);
void csv_put_field(CsvOut *out, Str field);
void csv_put_i64(CsvOut *out, int64_t value);
void csv_end_row(CsvOut *out);
void csv_put_heads(CsvOut *out, const char *const *heads, size_t count); // a row of names

#endif
