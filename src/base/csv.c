// csv.c -- rows of separated fields, read from chunks and written to a buffer.
//
// The bytes of a chunk are copied behind the unfinished row of the last one; fields are views of
// that copy, and quoted ones are unquoted in place. A row that is not whole is tried again, from
// its start, when more has come.
#include "base/csv.h"

#include "base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { SENTENCE_BYTES = 120, GROWN_BY_CONVERSION = 3 };

struct CsvReader {
    CsvOptions options;
    char *bytes;
    size_t cap;
    size_t at;  // of the next row
    size_t len; // of what has been fed and kept
    Str fields[CSV_FIELDS_MAX];
    bool raw[CSV_FIELDS_MAX]; // its quotes are still in it
    size_t count;
    size_t columns; // of the first row that was not blank; 0 before it
    int64_t line;   // where the next row begins
    Buf converted;  // the fields of a row that was not UTF-8
    bool started;   // the byte order mark has been looked for
    bool ended;     // nothing more will be fed
    bool skip_lf;   // the last row ended with a CR that was the last byte then
    bool any_raw;   // in the row at hand, as are the next two
    bool misquoted;
    int64_t newlines; // within quotes
    char sentence[SENTENCE_BYTES];
};

CsvReader *csv_reader_new(CsvOptions options)
{
    CsvReader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) abort();
    reader->options = options;
    if (reader->options.separator == '\0') reader->options.separator = ',';
    assert(strchr("\"\r\n", reader->options.separator) == NULL);
    reader->line = 1;
    reader->converted = buf_new((size_t)CSV_ROW_BYTES_MAX * GROWN_BY_CONVERSION);
    return reader;
}

void csv_reader_free(CsvReader *reader)
{
    if (reader == NULL) return;
    free(reader->bytes);
    buf_free(&reader->converted);
    free(reader);
}

void csv_reader_free_at(CsvReader **reader)
{
    csv_reader_free(*reader);
    *reader = NULL;
}

void csv_feed(CsvReader *reader, Str chunk)
{
    assert(chunk.len <= CSV_CHUNK_BYTES_MAX && !reader->ended);
    if (reader->sentence[0] != '\0') return;
    size_t left = reader->len - reader->at;
    assert(left <= CSV_ROW_BYTES_MAX); // csv_next was called until it asked for more
    if (left > 0 && reader->at > 0) memmove(reader->bytes, reader->bytes + reader->at, left);
    reader->at = 0;
    reader->len = left;
    if (reader->cap < left + chunk.len) {
        char *bytes = realloc(reader->bytes, left + chunk.len);
        if (bytes == NULL) abort();
        reader->bytes = bytes;
        reader->cap = left + chunk.len;
    }
    if (chunk.len > 0) memcpy(reader->bytes + left, chunk.ptr, chunk.len);
    reader->len += chunk.len;
}

void csv_feed_end(CsvReader *reader)
{
    reader->ended = true;
}

Str csv_fault(const CsvReader *reader)
{
    return str_from_c(reader->sentence);
}

// A reader that has stopped does not start again.
static CsvStep fault(CsvReader *reader, const char *what)
{
    snprintf(reader->sentence, sizeof reader->sentence, "The row that begins on line %lld %s.",
             (long long)reader->line, what);
    return CSV_FAULT;
}

// ---- one row

// The first separator, CR or LF of [at, end), or end.
static char *field_end(char *at, const char *end, char separator)
{
#ifdef __SSE2__
    const __m128i separators = _mm_set1_epi8(separator);
    const __m128i cr = _mm_set1_epi8('\r');
    const __m128i lf = _mm_set1_epi8('\n');
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i stops =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, separators),
                         _mm_or_si128(_mm_cmpeq_epi8(bytes, cr), _mm_cmpeq_epi8(bytes, lf)));
        int found = _mm_movemask_epi8(stops);
        if (found != 0) return at + __builtin_ctz((unsigned)found);
    }
#endif
    while (at < end && *at != separator && *at != '\r' && *at != '\n') at++;
    return at;
}

// Counts the line ends in a quoted part: LF, CR LF and CR alone are one each.
static int64_t lines_in(const char *at, const char *end)
{
    int64_t lines = 0;
    for (; at < end; at++) {
        if (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n'))) lines++;
    }
    return lines;
}

// The field whose opening quote is at `at`. One with quotes to be taken out is left as it stands
// until the row is known to be whole, and *raw_out is set. Returns where it ends (a separator, a
// line end or `end`), or NULL when its closing quote has not come yet.
static char *quoted_field(CsvReader *reader, char *at, char *end, Str *out, bool *raw_out)
{
    char *close = at + 1;
    bool pairs = false; // of ""
    for (;; close += 2) {
        close = close < end ? memchr(close, '"', (size_t)(end - close)) : NULL;
        if (close == NULL) return NULL;
        if (close + 1 == end || close[1] != '"') break;
        pairs = true;
    }
    char *stop = field_end(close + 1, end, reader->options.separator);
    if (field_end(at, close, '\n') != close) reader->newlines += lines_in(at, close);
    bool misquoted = stop != close + 1;
    reader->misquoted |= misquoted;
    *raw_out = pairs || misquoted;
    *out = *raw_out ? (Str){at, (size_t)(stop - at)} : (Str){at + 1, (size_t)(close - at - 1)};
    return stop;
}

// "a ""b"" c" to a "b" c, in place. What follows the closing quote is kept as it is.
static Str unquote(char *field, size_t len)
{
    size_t kept = 0;
    size_t i = 1;
    for (; i < len; i++) {
        if (field[i] == '"') {
            if (i + 1 == len || field[i + 1] != '"') break;
            i++;
        }
        field[kept++] = field[i];
    }
    for (i++; i < len; i++) field[kept++] = field[i];
    return (Str){field, kept};
}

typedef enum RowScan { ROW_WHOLE, ROW_PARTIAL, ROW_UNCLOSED, ROW_WIDE } RowScan;

// Finds the fields of the row at reader->at. *stop_out is its line end, or the end of the bytes.
static RowScan scan_row(CsvReader *reader, char **stop_out)
{
    char *at = reader->bytes + reader->at;
    char *end = reader->bytes + reader->len;
    reader->any_raw = false;
    reader->misquoted = false;
    reader->newlines = 0;
    for (size_t count = 0; count < CSV_FIELDS_MAX; count++) {
        bool raw = false;
        char *stop = NULL;
        if (at < end && *at == '"') {
            stop = quoted_field(reader, at, end, &reader->fields[count], &raw);
            if (stop == NULL) return reader->ended ? ROW_UNCLOSED : ROW_PARTIAL;
            reader->any_raw |= raw;
        } else {
            stop = field_end(at, end, reader->options.separator);
            reader->fields[count] = (Str){at, (size_t)(stop - at)};
        }
        reader->raw[count] = raw;
        if (stop == end && !reader->ended) return ROW_PARTIAL;
        if (stop == end || *stop != reader->options.separator) {
            reader->count = count + 1;
            *stop_out = stop;
            return ROW_WHOLE;
        }
        at = stop + 1;
    }
    return ROW_WIDE;
}

// ---- encodings

static bool is_ascii(const char *at, size_t len)
{
    uint64_t word = 0;
    for (; len >= sizeof word; at += sizeof word, len -= sizeof word) {
        memcpy(&word, at, sizeof word);
        if ((word & 0x8080808080808080ULL) != 0) return false;
    }
    for (; len > 0; at++, len--) {
        if ((unsigned char)*at >= 0x80) return false;
    }
    return true;
}

static bool fields_are_utf8(const CsvReader *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        if (!utf8_valid(reader->fields[i])) return false;
    }
    return true;
}

// Makes the fields UTF-8 that are not. `bytes` is the length of the row.
static void convert(CsvReader *reader, size_t bytes)
{
    bool replace = reader->options.encoding == CSV_UTF8;
    buf_clear(&reader->converted);
    for (size_t i = 0; i < reader->count; i++) {
        Str field = reader->fields[i];
        uint32_t point = 0;
        if (!replace) utf8_add_windows_1252(&reader->converted, field);
        for (size_t at = 0; replace && at < field.len;) {
            at += utf8_next(field, at, &point);
            utf8_add(&reader->converted, point);
        }
        reader->fields[i].len = reader->converted.len; // where it ends; see below
    }
    assert(buf_ok(&reader->converted) && reader->converted.len <= bytes * GROWN_BY_CONVERSION);
    const char *whole = buf_str(&reader->converted).ptr; // the buffer moves no more
    size_t from = 0;
    for (size_t i = 0; i < reader->count; i++) {
        size_t to = reader->fields[i].len;
        reader->fields[i] = (Str){whole + from, to - from};
        from = to;
    }
}

// True when the row had to be changed.
static bool make_utf8(CsvReader *reader, const char *row, size_t bytes)
{
    if (is_ascii(row, bytes)) return false;
    if (reader->options.encoding != CSV_WINDOWS_1252 && fields_are_utf8(reader)) return false;
    convert(reader, bytes);
    return true;
}

// ---- rows

// Skips a UTF-8 mark. False when the file is UTF-16, which spreadsheets call "Unicode text".
static bool skip_mark(CsvReader *reader)
{
    Str text = {reader->bytes, reader->len};
    reader->started = true;
    if (str_starts(text, STR("\xEF\xBB\xBF"))) reader->at = 3;
    return !str_starts(text, STR("\xFF\xFE")) && !str_starts(text, STR("\xFE\xFF"));
}

static bool is_blank(const CsvReader *reader)
{
    for (size_t i = 0; i < reader->count; i++) {
        if (str_trim(reader->fields[i]).len > 0) return false;
    }
    return true;
}

// Moves on past the row that ends at `stop`.
static void advance(CsvReader *reader, const char *stop)
{
    const char *end = reader->bytes + reader->len;
    reader->line += reader->newlines;
    if (stop < end) {
        reader->line++;
        bool cr = *stop++ == '\r';
        if (cr && stop < end) {
            if (*stop == '\n') stop++;
            cr = false;
        }
        reader->skip_lf = cr; // its LF may come with the next bytes
    }
    reader->at = (size_t)(stop - reader->bytes);
}

static CsvRow finish_row(CsvReader *reader, const char *row, const char *stop)
{
    for (size_t i = 0; reader->any_raw && i < reader->count; i++) {
        if (!reader->raw[i]) continue;
        char *field = reader->bytes + (reader->fields[i].ptr - reader->bytes); // ours to change
        reader->fields[i] = unquote(field, reader->fields[i].len);
    }
    CsvRow out = {.fields = reader->fields, .count = reader->count, .line = reader->line};
    out.misquoted = reader->misquoted;
    out.converted = make_utf8(reader, row, (size_t)(stop - row));
    for (size_t i = 0; reader->options.trim && i < reader->count; i++) {
        reader->fields[i] = str_trim(reader->fields[i]);
    }
    out.blank = is_blank(reader);
    if (!out.blank && reader->columns == 0) reader->columns = reader->count;
    out.ragged = !out.blank && reader->count != reader->columns;
    return out;
}

// Why the row that was scanned cannot be taken, or NULL.
static const char *row_problem(RowScan scan, size_t bytes)
{
    if (scan == ROW_WIDE) return "has too many fields";
    if (scan == ROW_UNCLOSED) return "has a quotation mark that is never closed";
    if (bytes > CSV_ROW_BYTES_MAX) {
        return "is too long: perhaps a quotation mark is never closed";
    }
    return NULL;
}

CsvStep csv_next(CsvReader *reader, CsvRow *out)
{
    enum { MARK_BYTES = 3 };
    char *stop = NULL;
    if (reader->sentence[0] != '\0') return CSV_FAULT;
    if (!reader->started) {
        if (reader->len < MARK_BYTES && !reader->ended) return CSV_MORE;
        if (!skip_mark(reader)) return fault(reader, "is UTF-16: save the file as CSV UTF-8");
    }
    if (reader->skip_lf && reader->at < reader->len) {
        reader->skip_lf = false;
        if (reader->bytes[reader->at] == '\n') reader->at++;
    }
    if (reader->at == reader->len) return reader->ended ? CSV_END : CSV_MORE;

    RowScan scan = scan_row(reader, &stop);
    const char *row = reader->bytes + reader->at;
    size_t bytes = scan == ROW_WHOLE ? (size_t)(stop - row) : reader->len - reader->at;
    const char *problem = row_problem(scan, bytes);
    if (problem != NULL) return fault(reader, problem);
    if (scan == ROW_PARTIAL) return CSV_MORE;
    *out = finish_row(reader, row, stop);
    advance(reader, stop);
    return CSV_ROW;
}

// ---- writing

CsvOut csv_out(Buf *buf)
{
    return (CsvOut){.buf = buf};
}

static void separate(CsvOut *out)
{
    if (out->started) buf_add_char(out->buf, ',');
    out->started = true;
}

static bool is_formula(Str field)
{
    // The ending NUL of the set counts too.
    return field.len > 0 && memchr("=+-@\t\r\n", field.ptr[0], sizeof "=+-@\t\r\n") != NULL;
}

static bool needs_quotes(Str field)
{
    for (size_t i = 0; i < field.len; i++) {
        char c = field.ptr[i];
        if (c == '"' || c == ',' || c == '\r' || c == '\n') return true;
    }
    return field.len > 0 && (field.ptr[0] == ' ' || field.ptr[field.len - 1] == ' ');
}

void csv_put_field(CsvOut *out, Str field)
{
    Str part = {NULL, 0};
    separate(out);
    bool quotes = needs_quotes(field);
    if (quotes) buf_add_char(out->buf, '"');
    if (is_formula(field)) buf_add_char(out->buf, '\'');
    Str rest = field;
    for (bool first = true; quotes && str_split(&rest, '"', &part); first = false) {
        if (!first) buf_add(out->buf, STR("\"\""));
        buf_add(out->buf, part);
    }
    buf_add(out->buf, quotes ? STR("\"") : field);
}

void csv_put_i64(CsvOut *out, int64_t value)
{
    separate(out);
    buf_add_i64(out->buf, value);
}

void csv_end_row(CsvOut *out)
{
    buf_add(out->buf, STR("\r\n"));
    out->started = false;
}

void csv_put_heads(CsvOut *out, const char *const *heads, size_t count)
{
    for (size_t i = 0; i < count; i++) csv_put_field(out, str_from_c(heads[i]));
    csv_end_row(out);
}
