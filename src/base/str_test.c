#include "test/test.h"

TEST(views_are_compared_by_their_bytes)
{
    CHECK(str_eq(STR("abc"), STR("abc")));
    CHECK(!str_eq(STR("abc"), STR("abd")));
    CHECK(!str_eq(STR("abc"), STR("ab")));
    CHECK(str_eq(STR(""), (Str){NULL, 0}));
    CHECK(str_eq(STR("a\0b"), STR("a\0b")) && !str_eq(STR("a\0b"), STR("a\0c")));
    CHECK(str_cmp(STR("a"), STR("b")) < 0 && str_cmp(STR("b"), STR("a")) > 0);
    CHECK(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("ab"), STR("a")) > 0);
    CHECK(str_cmp(STR("z"), STR("\xC3\xA9")) < 0); // bytes, unsigned
    CHECK(str_cmp(STR(""), (Str){NULL, 0}) == 0);
}

TEST(case_folds_in_ascii_only)
{
    CHECK(str_eq_ascii_fold(STR("Content-TYPE"), STR("content-type")));
    CHECK(!str_eq_ascii_fold(STR("[x"), STR("{x"))); // 32 apart, but no letters
    CHECK(!str_eq_ascii_fold(STR("@"), STR("`")));
    CHECK(!str_eq_ascii_fold(STR("\xC3\x89"), STR("\xC3\xA9")));
}

TEST(a_hexadecimal_digit_has_its_value_and_nothing_else_has_one)
{
    static const char DIGITS[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) CHECK_I64(str_hex_digit(DIGITS[i]), i);
    CHECK_I64(str_hex_digit('A'), 10);
    CHECK_I64(str_hex_digit('F'), 15);
    for (const char *at = "g@G`/: "; *at != '\0'; at++) CHECK_I64(str_hex_digit(*at), -1);
    CHECK_I64(str_hex_digit('\0'), -1);
}

TEST(starts_and_ends)
{
    CHECK(str_starts(STR("abc"), STR("ab")) && str_starts(STR("abc"), STR("")));
    CHECK(!str_starts(STR("ab"), STR("abc")) && !str_starts(STR("xab"), STR("ab")));
    CHECK(str_ends(STR("abc"), STR("bc")) && str_ends(STR("abc"), STR("")));
    CHECK(!str_ends(STR("bc"), STR("abc")) && !str_ends(STR("bcx"), STR("bc")));
}

TEST(trim_takes_white_space_from_the_ends_only)
{
    CHECK_STR(str_trim(STR(" \t\r\n a b \f\v")), "a b");
    CHECK_STR(str_trim(STR(" \n ")), "");
    CHECK_STR(str_trim((Str){NULL, 0}), "");
}

TEST(slices_are_clamped)
{
    CHECK_STR(str_slice(STR("abcdef"), 2, 4), "cd");
    CHECK_STR(str_slice(STR("abc"), 1, 99), "bc");
    CHECK_STR(str_slice(STR("abc"), 5, 9), "");
    CHECK_STR(str_slice(STR("abc"), 2, 1), "");
}

TEST(find_gives_the_first_place)
{
    size_t at = 99;
    CHECK(str_find(STR("aabab"), STR("ab"), &at) && at == 1);
    CHECK(str_find(STR("ab"), STR("ab"), &at) && at == 0);
    at = 99;
    CHECK(!str_find(STR("abc"), STR("bd"), &at) && at == 99);
    CHECK(!str_find(STR("a"), STR("ab"), &at) && !str_find(STR("a"), STR(""), &at));
}

TEST(split_gives_every_part_empty_ones_too)
{
    Str rest = STR("a,,b,");
    Str part;
    CHECK(str_split(&rest, ',', &part));
    CHECK_STR(part, "a");
    CHECK(str_split(&rest, ',', &part));
    CHECK_STR(part, "");
    CHECK(str_split(&rest, ',', &part));
    CHECK_STR(part, "b");
    CHECK(str_split(&rest, ',', &part));
    CHECK_STR(part, "");
    CHECK(!str_split(&rest, ',', &part));
}

TEST(numbers_are_read_whole_and_within_bounds)
{
    int64_t n = 7;
    CHECK(str_i64(STR("0"), 0, 9, &n) && n == 0);
    CHECK(str_i64(STR("-42"), -100, 100, &n) && n == -42);
    CHECK(str_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &n) && n == INT64_MAX);
    CHECK(str_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &n) && n == INT64_MIN);
    const Str refused[] = {STR(""),    STR("-"),
                           STR("+1"),  STR("01"),
                           STR("-0"),  STR(" 1"),
                           STR("1 "),  STR("1.0"),
                           STR("1a"),  STR("11"),
                           STR("-11"), STR("9223372036854775808"),
                           STR("--1"), STR("99999999999999999999")};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        n = 7;
        CHECK(!str_i64(refused[i], -10, 10, &n));
        CHECK_I64(n, 7);
    }
    CHECK(!str_i64(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &n));
    CHECK(!str_i64(STR("20000000000000000000"), INT64_MIN, INT64_MAX, &n)); // wraps into range
    CHECK(!str_i64(STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &n));
}

TEST(numbers_are_written_as_they_are_read)
{
    static const int64_t NUMBERS[] = {0, 7, -1, 1000, INT32_MIN, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < COUNT_OF(NUMBERS); i++) {
        char text[STR_I64_CHARS];
        int64_t back = 1;
        CHECK(str_i64(str_of_i64(NUMBERS[i], text), INT64_MIN, INT64_MAX, &back));
        CHECK_I64(back, NUMBERS[i]);
    }
}

TEST(characters_are_counted_as_a_person_counts)
{
    CHECK_I64(str_chars(STR("abc")), 3);
    CHECK_I64(str_chars(STR("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")), 3);
    CHECK_I64(str_chars(STR("a\x80\x80z")), 4); // invalid bytes count one each
    CHECK_I64(str_chars(STR("")), 0);
}

TEST(hashes_differ_by_content)
{
    CHECK(str_hash(STR("")) == 14695981039346656037ULL);
    CHECK(str_hash(STR("a")) == 0xaf63dc4c8601ec8cULL); // the published FNV-1a vector
    CHECK(str_hash(STR("foobar")) == 0x85944171f73967e8ULL);
}

TEST(c_strings_become_views)
{
    CHECK_STR(str_from_c("abc"), "abc");
    CHECK_STR(str_from_c(NULL), "");
    static const Str TABLE[] = {STR_INIT("one"), STR_INIT("three")};
    CHECK_STR(TABLE[1], "three");
}
