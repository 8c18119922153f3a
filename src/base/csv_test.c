#include "base/csv.h"
#include "test/test.h"

// "2r:field|field;" with the line, then marks: r ragged, b blank, m misquoted, c converted.
static void show_row(Buf *seen, const CsvRow *row)
{
    buf_fmt(seen, "%lld%s%s%s%s:", (long long)row->line, row->ragged ? "r" : "",
            row->blank ? "b" : "", row->misquoted ? "m" : "", row->converted ? "c" : "");
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0) buf_add_char(seen, '|');
        buf_add(seen, row->fields[i]);
    }
    buf_add_char(seen, ';');
}

// All rows of a text that is fed in pieces of `piece` bytes, and the fault that stopped it.
static Str read_in_pieces(Test *t, Str text, CsvOptions options, size_t piece)
{
    CLEANUP(csv_reader_free_at) CsvReader *reader = csv_reader_new(options);
    CLEANUP(buf_free) Buf seen = buf_new(100000);
    CsvStep step = CSV_MORE;
    CsvRow row;
    for (size_t at = 0; step == CSV_MORE; at += piece) {
        if (at < text.len) {
            csv_feed(reader, str_slice(text, at, at + piece));
        } else {
            csv_feed_end(reader);
        }
        while ((step = csv_next(reader, &row)) == CSV_ROW) show_row(&seen, &row);
    }
    if (step == CSV_FAULT) {
        buf_add_char(&seen, '!');
        buf_add(&seen, csv_fault(reader));
        CHECK(csv_next(reader, &row) == CSV_FAULT);
    }
    return arena_str(t->arena, buf_str(&seen));
}

// The same rows must come out whatever the pieces.
static void check_rows(Test *t, Str text, CsvOptions options, const char *rows)
{
    const size_t pieces[] = {100000, 1, 2, 3, 7, 16};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        CHECK_STR(read_in_pieces(t, text, options, pieces[i]), rows);
    }
}

TEST(rows_and_fields_are_told_apart)
{
    CsvOptions plain = {0};
    check_rows(t, STR("a,b,c\n1,2,3\n"), plain, "1:a|b|c;2:1|2|3;");
    check_rows(t, STR("a,b\n1,2"), plain, "1:a|b;2:1|2;"); // no line end at the end
    check_rows(t, STR(",\n,"), plain, "1b:|;2b:|;");
    check_rows(t, STR(""), plain, "");
    check_rows(t, STR("a longer first field,and a second one of some length\n"), plain,
               "1:a longer first field|and a second one of some length;");
    check_rows(t, STR("a;b,c\n"), (CsvOptions){.separator = ';'}, "1:a|b,c;");
    check_rows(t, STR("a\tb\n"), (CsvOptions){.separator = '\t'}, "1:a|b;");
}

TEST(line_ends_may_be_mixed)
{
    check_rows(t, STR("a\r\nb\nc\rd\r\n"), (CsvOptions){0}, "1:a;2:b;3:c;4:d;");
    check_rows(t, STR("a\r\n\r\nb"), (CsvOptions){0}, "1:a;2b:;3:b;");
    check_rows(t, STR("a\r\rb"), (CsvOptions){0}, "1:a;2b:;3:b;");
    check_rows(t, STR("a\r\n\nb"), (CsvOptions){0}, "1:a;2b:;3:b;");
    check_rows(t, STR("a\n\n\n"), (CsvOptions){0}, "1:a;2b:;3b:;");
}

TEST(quotes_hold_separators_lines_and_quotes)
{
    CsvOptions plain = {0};
    check_rows(t, STR("\"a,b\",\"c\"\"d\",\"\"\n"), plain, "1:a,b|c\"d|;");
    check_rows(t, STR("\"a\r\nb\nc\rd\",x\ny,z\n"), plain, "1:a\r\nb\nc\rd|x;5:y|z;");
    check_rows(t, STR("\"\"\"\"\n"), plain, "1:\";");
    check_rows(t, STR("\"a\""), plain, "1:a;");
    check_rows(t, STR("x,\"a\nb\"\r\nc,\"d\"\"\""), plain, "1:x|a\nb;3:c|d\";");
    check_rows(t, STR("a\"b,c\n"), plain, "1:a\"b|c;"); // a quote within is a quote
}

TEST(text_after_a_closing_quote_is_kept_and_marked)
{
    check_rows(t, STR("\"a\"b,c\n\"x\" \"y\",z\n"), (CsvOptions){0}, "1m:ab|c;2m:x \"y\"|z;");
}

TEST(a_quote_that_never_closes_stops_the_reading)
{
    check_rows(t, STR("a,b\nc,\"d\ne,f\n"), (CsvOptions){0},
               "1:a|b;!The row that begins on line 2 has a quotation mark that is never closed.");
}

TEST(ragged_and_blank_rows_are_marked_not_refused)
{
    check_rows(t, STR("\na,b\n1\n1,2,3\n , \n\n1,2\n"), (CsvOptions){0},
               "1b:;2:a|b;3r:1;4r:1|2|3;5b: | ;6b:;7:1|2;");
}

TEST(blanks_can_be_trimmed)
{
    check_rows(t, STR(" a ,\" b \"\t\n"), (CsvOptions){.trim = true}, "1m:a|b;");
    check_rows(t, STR(" a ,b \n"), (CsvOptions){0}, "1: a |b ;");
}

TEST(a_byte_order_mark_is_left_out)
{
    check_rows(t, STR("\xEF\xBB\xBF\"a\",b\n"), (CsvOptions){0}, "1:a|b;");
    check_rows(t, STR("\xEF\xBB\xBF"), (CsvOptions){0}, "");
    check_rows(t,
               STR("\xFF\xFE"
                   "a\0,\0"),
               (CsvOptions){0},
               "!The row that begins on line 1 is UTF-16: save the file as CSV UTF-8.");
}

TEST(windows_1252_is_detected_row_by_row)
{
    check_rows(t,
               STR("Jos\xC3\xA9,\xC3\xBC\nJos\xE9,O\x92"
                   "Brien\nx,y\n"),
               (CsvOptions){0},
               "1:Jos\xC3\xA9|\xC3\xBC;2c:Jos\xC3\xA9|O\xE2\x80\x99"
               "Brien;3:x|y;");
    check_rows(t, STR("\xC3\xA9\n"), (CsvOptions){.encoding = CSV_WINDOWS_1252},
               "1c:\xC3\x83\xC2\xA9;");
    check_rows(t, STR("a\xE9,b\n"), (CsvOptions){.encoding = CSV_UTF8}, "1c:a\xEF\xBF\xBD|b;");
    check_rows(t, STR("\"\xE9\"\"\",b\n"), (CsvOptions){0}, "1c:\xC3\xA9\"|b;");
}

TEST(limits_stop_the_reading_with_a_sentence)
{
    CLEANUP(buf_free) Buf wide = buf_new(10000);
    for (int i = 1; i < CSV_FIELDS_MAX; i++) buf_add_char(&wide, ',');
    buf_add_char(&wide, '\n');
    CsvOptions plain = {0};
    CHECK_I64(read_in_pieces(t, buf_str(&wide), plain, 10000).len, 3 + CSV_FIELDS_MAX);
    buf_add_char(&wide, ',');
    for (int i = 1; i < CSV_FIELDS_MAX; i++) buf_add_char(&wide, ',');
    CHECK_CONTAINS(read_in_pieces(t, buf_str(&wide), plain, 10000),
                   "!The row that begins on line 2 has too many fields.");

    size_t len = CSV_ROW_BYTES_MAX + 10;
    char *text = arena_alloc(t->arena, len, 1);
    memset(text, 'x', len);
    text[2] = '\n';
    text[3] = '"';
    const size_t pieces[] = {(size_t)1024 * 1024, 65536};
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        CHECK_CONTAINS(read_in_pieces(t, (Str){text, len}, plain, pieces[i]),
                       "1:xx;!The row that begins on line 2 is too long: perhaps a quotation");
    }
}

static void check_field(Test *t, Str field, const char *written)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000);
    CsvOut out = csv_out(&buf);
    csv_put_field(&out, field);
    CHECK_STR(buf_str(&buf), written);
}

TEST(fields_are_quoted_where_they_must_be)
{
    check_field(t, STR("plain"), "plain");
    check_field(t, STR(""), "");
    check_field(t, STR("a,b"), "\"a,b\"");
    check_field(t, STR("a\"b"), "\"a\"\"b\"");
    check_field(t, STR("\""), "\"\"\"\"");
    check_field(t, STR("a\nb"), "\"a\nb\"");
    check_field(t, STR(" a"), "\" a\"");
}

TEST(no_field_becomes_a_formula)
{
    check_field(t, STR("=1+1"), "'=1+1");
    check_field(t, STR("+1"), "'+1");
    check_field(t, STR("-1"), "'-1");
    check_field(t, STR("@SUM(A1)"), "'@SUM(A1)");
    check_field(t, STR("\tx"), "'\tx");
    check_field(t, STR("\rx"), "\"'\rx\"");
    check_field(t, STR("\nx"), "\"'\nx\"");
    check_field(t, STR("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
    check_field(t, STR("a=b"), "a=b");
    CLEANUP(buf_free) Buf buf = buf_new(100);
    CsvOut out = csv_out(&buf);
    csv_put_field(&out, STR("\0x"));
    CHECK(str_eq(buf_str(&buf), STR("'\0x")));
}

TEST(rows_are_written_and_read_back)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000);
    CsvOut out = csv_out(&buf);
    csv_put_heads(&out, (const char *const[]){"Name", "Of, at"}, 2);
    csv_put_field(&out, STR("a \"quoted\" one"));
    csv_put_i64(&out, -5);
    csv_put_field(&out, STR(""));
    csv_end_row(&out);
    csv_put_field(&out, STR("two\r\nlines"));
    csv_end_row(&out);
    CHECK_STR(buf_str(&buf),
              "Name,\"Of, at\"\r\n\"a \"\"quoted\"\" one\",-5,\r\n\"two\r\nlines\"\r\n");
    check_rows(t, buf_str(&buf), (CsvOptions){0},
               "1:Name|Of, at;2r:a \"quoted\" one|-5|;3r:two\r\nlines;");
}
