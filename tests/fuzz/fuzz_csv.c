// fuzz_csv.c -- rows must be the same however the text is cut; what is written must read the same.
#include "base/csv.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    return (hash ^ value) * 1099511628211ULL;
}

static uint64_t row_hash(uint64_t hash, const CsvRow *row)
{
    must(row->count >= 1 && row->count <= CSV_FIELDS_MAX && row->line >= 1);
    hash = mix(hash, (uint64_t)row->line);
    hash = mix(hash, (uint64_t)(row->ragged + 2 * row->blank + 4 * row->misquoted));
    hash = mix(hash, row->converted);
    for (size_t i = 0; i < row->count; i++) {
        must(utf8_valid(row->fields[i]));
        hash = mix(hash, str_hash(row->fields[i]));
    }
    return hash;
}

static void rewrite(CsvOut *out, const CsvRow *row)
{
    for (size_t i = 0; i < row->count; i++) csv_put_field(out, row->fields[i]);
    csv_end_row(out);
}

// Reads all of it in pieces; what it saw comes back as a hash. `out` may be NULL.
static uint64_t read_all(Str text, CsvOptions options, size_t piece, CsvOut *out)
{
    CLEANUP(csv_reader_free_at) CsvReader *reader = csv_reader_new(options);
    uint64_t hash = 14695981039346656037ULL;
    CsvStep step = CSV_MORE;
    for (size_t at = 0; step == CSV_MORE; at += piece) {
        CsvRow row;
        if (at < text.len) {
            csv_feed(reader, str_slice(text, at, at + piece));
        } else {
            csv_feed_end(reader);
        }
        while ((step = csv_next(reader, &row)) == CSV_ROW) {
            hash = row_hash(hash, &row);
            if (out != NULL) rewrite(out, &row);
        }
    }
    return mix(hash, step == CSV_FAULT ? str_hash(csv_fault(reader)) : 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 100000) return 0;
    CsvOptions options = {.separator = (data[0] & 1U) != 0 ? ';' : ',',
                          .encoding = (CsvEncoding)((data[0] >> 1U) % 3),
                          .trim = (data[0] & 8U) != 0};
    size_t piece = data[1] == 0 ? 1 : data[1];
    Str text = {(const char *)data + 2, size - 2};
    CLEANUP(buf_free) Buf buf = buf_new((size_t)1024 * 1024);
    CsvOut out = csv_out(&buf);
    uint64_t whole = read_all(text, options, CSV_CHUNK_BYTES_MAX, &out);
    must(read_all(text, options, piece, NULL) == whole);

    // Written once more, nothing changes: every formula has its mark already.
    CLEANUP(buf_free) Buf again = buf_new((size_t)2 * 1024 * 1024);
    CsvOut out_again = csv_out(&again);
    must(buf_ok(&buf));
    (void)read_all(buf_str(&buf), (CsvOptions){0}, piece, &out_again);
    bool marked = str_starts(buf_str(&buf), STR("\xEF\xBB\xBF")); // taken for a byte order mark
    must(marked || str_eq(buf_str(&buf), buf_str(&again)));
    return 0;
}
