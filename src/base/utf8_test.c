#include "base/utf8.h"
#include "test/test.h"

// Spelled by number: a linter rightly distrusts these characters in a source file.
static Str points(Test *t, const uint32_t *list, size_t count)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000);
    for (size_t i = 0; i < count; i++) utf8_add(&buf, list[i]);
    return arena_str(t->arena, buf_str(&buf));
}

#define POINTS(...)                                                                                \
    points(t, (const uint32_t[]){__VA_ARGS__},                                                     \
           sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t))

TEST(a_text_is_never_cut_inside_a_character)
{
    Str text = STR("caf\xC3\xA9 \xF0\x9F\x98\x80!"); // a letter of two bytes, a sign of four
    static const size_t FITS[] = {0, 1, 2, 3, 3, 5, 6, 6, 6, 6, 10, 11, 11};
    for (size_t most = 0; most < COUNT_OF(FITS); most++) {
        CHECK_I64(utf8_cut(text, most).len, FITS[most]);
        CHECK(utf8_valid(utf8_cut(text, most)));
    }
    CHECK_I64(utf8_cut((Str){NULL, 0}, 5).len, 0);
    CHECK_I64(utf8_cut(STR("\x80\x80\x80"), 2).len, 0); // not valid: nothing is better than half
}

TEST(every_code_point_is_encoded_and_read_back)
{
    CLEANUP(buf_free) Buf buf = buf_new(8);
    int wrong = 0;
    for (uint32_t point = 0; point <= 0x10FFFF; point++) {
        uint32_t back = 0;
        if (point >= 0xD800 && point <= 0xDFFF) continue;
        buf_clear(&buf);
        utf8_add(&buf, point);
        if (utf8_next(buf_str(&buf), 0, &back) != buf.len || back != point) wrong++;
        if (!utf8_valid(buf_str(&buf))) wrong++;
    }
    CHECK_I64(wrong, 0);
    buf_clear(&buf);
    utf8_add(&buf, 0xD800);
    CHECK_STR(buf_str(&buf), "\xEF\xBF\xBD");
    buf_clear(&buf);
    utf8_add(&buf, 0x110000);
    CHECK_STR(buf_str(&buf), "\xEF\xBF\xBD");
}

TEST(bytes_that_are_not_utf8_are_found_wherever_they_stand)
{
    const Str bad[] = {STR("\x80"),         STR("\xC0\x80"),         STR("\xC1\xBF"),
                       STR("\xC3"),         STR("\xE0\x9F\xBF"),     STR("\xE2\x82"),
                       STR("\xED\xA0\x80"), STR("\xED\xBF\xBF"),     STR("\xF0\x8F\xBF\xBF"),
                       STR("\xF0\x9F\x98"), STR("\xF4\x90\x80\x80"), STR("\xF5\x80\x80\x80"),
                       STR("\xFF"),         STR("\xE2\x28\xA1"),     STR("\xF0\x9F\x28\x80")};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CHECK(!utf8_valid(bad[i]));
        for (int lead = 0; lead < 20; lead++) {
            Str text = arena_fmt(t->arena, "%.*s" STR_FMT "abcdefghij", lead,
                                 "abcdefghijklmnopqrstuvwxyz", STR_ARG(bad[i]));
            CHECK(!utf8_valid(text));
        }
    }
    CHECK(utf8_valid(STR("")) && utf8_valid(STR("plain text of more than eight bytes")));
    CHECK(utf8_valid(STR("abcdefg\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")));
}

TEST(cleaning_leaves_good_text_where_it_is)
{
    Str text = STR("Jos\xC3\xA9 O'Brien");
    CHECK(utf8_clean(t->arena, text, UTF8_ONE_LINE).ptr == text.ptr);
    Str lines = STR("a\nb\tc");
    CHECK(utf8_clean(t->arena, lines, UTF8_KEEP_LINES).ptr == lines.ptr);
}

TEST(cleaning_drops_what_no_field_should_hold)
{
    CHECK_STR(utf8_clean(t->arena,
                         STR("a\0b\x01\x7F"
                             "c\xC2\x85"
                             "d"),
                         UTF8_ONE_LINE),
              "abcd");
    CHECK_STR(utf8_clean(t->arena, STR("a\r\nb\rc\nd\te"), UTF8_KEEP_LINES), "a\nb\nc\nd\te");
    CHECK_STR(utf8_clean(t->arena, STR("a\r\nb\tc"), UTF8_ONE_LINE), "a b c");
    Str reversed = POINTS('x', 0x202E, 'g', 'p', 'j', 0x2066, 0xFEFF, 0x200F, '.');
    CHECK_STR(utf8_clean(t->arena, reversed, UTF8_ONE_LINE), "xgpj.");
    CHECK_STR(utf8_clean(t->arena,
                         STR("a\xFF"
                             "b\xC3"),
                         UTF8_ONE_LINE),
              "a\xEF\xBF\xBD"
              "b\xEF\xBF\xBD");
    CHECK_STR(utf8_clean(t->arena, STR("\xE2\x80\xA8\xE2\x80\xA9"), UTF8_KEEP_LINES), "");
}

TEST(directions_are_noticed)
{
    const uint32_t controls[] = {0x202A, 0x202E, 0x2066, 0x2069, 0x200E, 0x200F, 0x61C};
    for (size_t i = 0; i < COUNT_OF(controls); i++) {
        CHECK(utf8_has_bidi_control(POINTS('a', controls[i], 'b')));
    }
    CHECK(!utf8_has_bidi_control(POINTS('a', 0x2065, 0x206A, 0x202F, 'b')));
    CHECK(!utf8_has_bidi_control(STR("\xE2\x80\x99"))); // an apostrophe
    CHECK(utf8_has_rtl(STR("abc \xD9\x85\xD8\xAD\xD9\x85\xD8\xAF")));
    CHECK(utf8_has_rtl(STR("\xD7\xA9")) && !utf8_has_rtl(STR("\xC5\xA0im")));
}

static void check_key(Test *t, const char *name, const char *key)
{
    CHECK_STR(utf8_key(t->arena, str_from_c(name)), key);
}

TEST(names_are_found_however_they_are_spelled)
{
    check_key(t, "\xC5\xA0imkov\xC3\xA1", "simkova");
    check_key(t,
              "\xC4\xB0"
              "brahim",
              "ibrahim");
    check_key(t, "I\xC5\x9F\xC4\xB1k", "isik");
    check_key(t, "\xC5\x81ukasz", "lukasz");
    check_key(t, "S\xC3\xB8ren", "soren");
    check_key(t, "Wei\xC3\x9F", "weiss");
    check_key(t,
              "STRA\xE1\xBA\x9E"
              "E",
              "strasse");
    check_key(t,
              "\xC3\x86thelr\xC3\xA6"
              "d",
              "aethelraed");
    check_key(t, "\xC5\x92uvre", "oeuvre");
    check_key(t, "\xC3\x9E\xC3\xB3r \xC3\x90\xC4\x90", "thor dd");
    check_key(t,
              "\xEF\xAC\x81"
              "nn",
              "finn");              // a ligature
    check_key(t, "e\xCC\x81", "e"); // e and a combining accent
    check_key(t, "Nguy\xE1\xBB\x85n", "nguyen");
}

TEST(apostrophes_vanish_and_other_marks_part_words)
{
    check_key(t, "O'Brien", "obrien");
    check_key(t,
              "O\xE2\x80\x99"
              "Brien",
              "obrien");
    check_key(t, "O`Brien", "obrien");
    check_key(t,
              "O\xC2\xB4"
              "Brien",
              "obrien");
    check_key(t,
              "O\xCA\xBC"
              "Brien",
              "obrien");
    check_key(t,
              "  Smith-Jones,  Mary\xC2\xA0"
              "Ann (Mrs.) ",
              "smith jones mary ann mrs");
    check_key(t, "\xC5\x89", "n"); // decomposes into an apostrophe and n
    check_key(t, "Smith\xE2\x80\x93Jones", "smith jones");
    check_key(t, "co\xC2\xADop", "coop"); // a soft hyphen
    check_key(t, "", "");
    check_key(t, " -.- ", "");
    check_key(t,
              "a\xFF"
              "b",
              "a b");
}

TEST(other_scripts_keep_their_letters)
{
    check_key(t, "\xD0\x98\xD0\x92\xD0\x90\xD0\x9D", "\xD0\xB8\xD0\xB2\xD0\xB0\xD0\xBD");
    check_key(t, "\xE6\x9D\x8E 9", "\xE6\x9D\x8E 9");
    check_key(t, "\xD9\x85\xD9\x8F\xD8\xAD", "\xD9\x85\xD8\xAD"); // a vowel mark goes
}

TEST(a_key_of_a_key_is_the_key)
{
    Str name = STR("  \xC5\xA0imkov\xC3\xA1-O'Brien \xC3\x9F \xEF\xB7\xBA ");
    Str key = utf8_key(t->arena, name);
    CHECK(str_eq(utf8_key(t->arena, key), key));
}

TEST(the_key_of_any_letter_is_its_own_key)
{
    int wrong = 0;
    for (uint32_t point = 0; point <= 0x1FFFF; point++) {
        Str key = utf8_key(t->arena, POINTS('a', point, 'b'));
        if (!utf8_valid(key) || !str_eq(utf8_key(t->arena, key), key)) wrong++;
        arena_reset(t->arena);
    }
    CHECK_I64(wrong, 0);
}

TEST(family_names_are_put_in_capitals)
{
    CHECK_STR(utf8_upper(t->arena, STR("Okafor")), "OKAFOR");
    CHECK_STR(utf8_upper(t->arena, STR("\xC5\xA0imkov\xC3\xA1")), "\xC5\xA0IMKOV\xC3\x81");
    CHECK_STR(utf8_upper(t->arena, STR("Wei\xC3\x9F")), "WEISS");
    CHECK_STR(utf8_upper(t->arena, STR("o'brien-\xFF")), "O'BRIEN-\xEF\xBF\xBD");
    CHECK_STR(utf8_upper(t->arena, STR("")), "");
}

TEST(windows_1252_becomes_utf8)
{
    CHECK_STR(utf8_from_windows_1252(t->arena, STR("Jos\xE9 \x80\x92\x96 \x81")),
              "Jos\xC3\xA9 \xE2\x82\xAC\xE2\x80\x99\xE2\x80\x93 \xEF\xBF\xBD");
    CLEANUP(buf_free) Buf buf = buf_new(100);
    utf8_add_windows_1252(&buf, STR("\x8A\xFF"));
    CHECK_STR(buf_str(&buf), "\xC5\xA0\xC3\xBF");
}
