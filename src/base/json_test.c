#include "base/json.h"
#include "test/test.h"

static const Json *parse(Test *t, Str text)
{
    JsonErr err;
    const Json *root = json_parse(t->arena, text, (JsonLimits){0}, &err);
    if (root == NULL) {
        fprintf(stderr, "# %zu: " STR_FMT "\n", err.offset, STR_ARG(err.sentence));
    }
    CHECK(root != NULL);
    return root;
}

static JsonErr refused(Test *t, Str text, JsonLimits limits)
{
    JsonErr err = {0};
    // A copy of its exact size, so that the sanitizer sees a read past the end.
    char *copy = malloc(text.len + 1);
    if (copy == NULL) abort();
    if (text.len > 0) memcpy(copy, text.ptr, text.len);
    char *exact = realloc(copy, text.len > 0 ? text.len : 1);
    const Json *root = json_parse(t->arena, (Str){exact, text.len}, limits, &err);
    if (root != NULL) fprintf(stderr, "# accepted: " STR_FMT "\n", STR_ARG(text));
    CHECK(root == NULL);
    CHECK(err.sentence.len > 10 && err.line >= 1 && err.offset <= text.len);
    free(exact);
    return err;
}

TEST(values_of_every_kind_are_read)
{
    const Json *root = parse(
        t,
        STR(" {\"s\":\"x\",\"n\":-1.50e+2,\"t\":true,\"f\":false,\"z\":null,\"a\":[1,[],{}]}\r\n"));
    bool truth = false;
    CHECK(json_kind(root) == JSON_OBJECT && json_count(root) == 6);
    CHECK_STR(json_str(json_get(root, "s")), "x");
    CHECK_STR(json_text(json_get(root, "n")), "-1.50e+2");
    CHECK(json_bool(json_get(root, "t"), &truth) && truth);
    CHECK(json_bool(json_get(root, "f"), &truth) && !truth);
    CHECK(json_kind(json_get(root, "z")) == JSON_NULL);
    const Json *list = json_get_str(root, STR("a"));
    CHECK(json_kind(list) == JSON_ARRAY && json_count(list) == 3);
    CHECK(json_kind(json_at(list, 1)) == JSON_ARRAY && json_count(json_at(list, 1)) == 0);
    CHECK(json_kind(json_at(list, 2)) == JSON_OBJECT);
    CHECK_STR(json_key(json_at(root, 5)), "a");
    CHECK_STR(json_key(json_at(list, 0)), "");
}

TEST(a_value_may_stand_alone)
{
    CHECK_STR(json_str(parse(t, STR("\"a\""))), "a");
    CHECK_STR(json_text(parse(t, STR("0"))), "0");
    CHECK(json_kind(parse(t, STR("\t\n null "))) == JSON_NULL);
}

TEST(what_is_not_there_reads_as_nothing)
{
    const Json *root = parse(t, STR("{\"a\":[1],\"s\":\"x\"}"));
    int64_t n = 7;
    int scale = 7;
    bool truth = true;
    CHECK_STR(json_str(json_get(json_at(json_get(root, "no"), 0), "family")), "");
    CHECK(json_get(json_get(root, "s"), "a") == NULL && json_at(json_get(root, "a"), 1) == NULL);
    CHECK(json_kind(NULL) == JSON_MISSING && json_count(NULL) == 0);
    CHECK_STR(json_key(NULL), "");
    CHECK_STR(json_text(json_get(root, "s")), "");
    CHECK_STR(json_str(json_get(root, "a")), "");
    CHECK(!json_i64(NULL, &n) && !json_i64(json_get(root, "s"), &n) && n == 7);
    CHECK(!json_dec(NULL, &n, &scale) && n == 7 && scale == 7);
    CHECK(!json_bool(NULL, &truth) && !json_bool(json_get(root, "s"), &truth) && truth);
    CHECK(json_count(json_get(root, "s")) == 0);
}

TEST(strings_without_escapes_are_views_of_the_input)
{
    Str text = STR("{\"name\":\"Jos\xC3\xA9 with a long value here\"}");
    Str value = json_str(json_get(parse(t, text), "name"));
    CHECK(value.ptr == text.ptr + 9);
    CHECK_STR(value, "Jos\xC3\xA9 with a long value here");
}

TEST(escapes_are_decoded)
{
    CHECK_STR(json_str(parse(t, STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""))), "\"\\/\b\f\n\r\t");
    CHECK_STR(json_str(parse(t, STR("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\""))),
              "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    CHECK_STR(json_str(parse(t, STR("\"plain before \\n and plain after it\xC3\xA9\""))),
              "plain before \n and plain after it\xC3\xA9");
    CHECK_STR(json_str(json_get(parse(t, STR("{\"a\\u0062\":\"c\"}")), "ab")), "c");
}

TEST(numbers_keep_their_text_and_become_exact_values)
{
    int64_t n = 0;
    int scale = 0;
    CHECK_STR(json_text(json_at(parse(t, STR("[1.00]")), 0)), "1.00");
    CHECK(json_i64(parse(t, STR("-9223372036854775808")), &n) && n == INT64_MIN);
    CHECK(json_i64(parse(t, STR("-0")), &n) && n == 0);
    CHECK(!json_i64(parse(t, STR("1.0")), &n) && !json_i64(parse(t, STR("1e2")), &n));
    CHECK(!json_i64(parse(t, STR("9223372036854775808")), &n));

    CHECK(json_dec(parse(t, STR("1.00")), &n, &scale) && n == 100 && scale == 2);
    CHECK(json_dec(parse(t, STR("-0.05")), &n, &scale) && n == -5 && scale == 2);
    CHECK(json_dec(parse(t, STR("12e1")), &n, &scale) && n == 120 && scale == 0);
    CHECK(json_dec(parse(t, STR("1.5E-003")), &n, &scale) && n == 15 && scale == 4);
    CHECK(json_dec(parse(t, STR("0e999")), &n, &scale) && n == 0 && scale == 0);
    CHECK(json_dec(parse(t, STR("-9223372036854775808")), &n, &scale) && n == INT64_MIN);
    CHECK(!json_dec(parse(t, STR("1e19")), &n, &scale));
    CHECK(!json_dec(parse(t, STR("1e-19")), &n, &scale));
    CHECK(!json_dec(parse(t, STR("1e99999999999999999999")), &n, &scale));
    CHECK(!json_dec(parse(t, STR("9223372036854775808")), &n, &scale));
}

TEST(what_is_not_json_is_refused)
{
    const Str texts[] = {
        STR(""),
        STR(" "),
        STR("{"),
        STR("["),
        STR("[1"),
        STR("[1,"),
        STR("[1,]"),
        STR("[,1]"),
        STR("[1 2]"),
        STR("[1}"),
        STR("{]"),
        STR("{\"a\"}"),
        STR("{\"a\":}"),
        STR("{\"a\":1,}"),
        STR("{a:1}"),
        STR("{\"a\" 1}"),
        STR("{'a':1}"),
        STR("{1:1}"),
        STR("{\"a\":1"),
        STR("{\"a\""),
        STR("{\"a"),
        STR("{\"a\":"),
        STR("1 2"),
        STR("]"),
        STR("tru"),
        STR("True"),
        STR("nul"),
        STR("NaN"),
        STR("Infinity"),
        STR("-"),
        STR("01"),
        STR("-01"),
        STR("1."),
        STR(".1"),
        STR("1e"),
        STR("1e+"),
        STR("+1"),
        STR("0x1"),
        STR("1.e1"),
        STR("\""),
        STR("\"a"),
        STR("\"\\"),
        STR("\"\\\""),
        STR("\"\\x\""),
        STR("\"\\u12\""),
        STR("\"\\u12g4\""),
        STR("\"\\u\""),
        STR("\"a\nb\""),
        STR("\"\t\""),
        STR("\"a\0b\""),
        STR("\0"),
        STR("[1]\0"),
        STR("\xEF\xBB\xBF[]"),
        STR("[1]x"),
        STR("/**/1"),
        STR("[1]//"),
        STR("[\"\x01\",\"and enough to look at sixteen bytes\"]"),
        STR("\"\\\0\""),
        STR("\f1"),
        STR("\"\\u00e9\n\""),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) (void)refused(t, texts[i], (JsonLimits){0});
}

TEST(text_that_is_not_unicode_is_refused)
{
    const Str texts[] = {
        STR("\"\xFF\""),
        STR("\"\xC0\xAF\""),
        STR("\"\xED\xA0\x80\""),
        STR("\"\xF4\x90\x80\x80\""),
        STR("\"\xC3\""),
        STR("\"sixteen bytes and then \xE9 latin\""),
        STR("{\"\xFF\":1}"),
        STR("\"\\n\xFF\""),
        STR("\"\\u0000\""),
        STR("\"\\ud800\""),
        STR("\"\\udc00\""),
        STR("\"\\ud800\\u0041\""),
        STR("\"\\ud800x\""),
        STR("\"\\ud800\\ud800\""),
        STR("[\"\xFF\",\"and enough to look at sixteen bytes\"]"),
        STR("\"\\ud83d\\"),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) (void)refused(t, texts[i], (JsonLimits){0});
}

TEST(a_name_twice_is_refused_however_it_is_written)
{
    (void)refused(t, STR("{\"a\":1,\"a\":2}"), (JsonLimits){0});
    (void)refused(t, STR("{\"a\":1,\"b\":1,\"\\u0061\":2}"), (JsonLimits){0});
    (void)refused(t, STR("{\"\":1,\"\":2}"), (JsonLimits){0});
    JsonErr err = refused(t, STR("{\"x\":[0,{\"ab\":1,\n\"ab\":2}]}"), (JsonLimits){0});
    CHECK_STR(err.path, "x[1].ab");
    CHECK_I64(err.line, 2);
    CHECK_STR(err.sentence, "This name is given twice.");
    (void)parse(t, STR("[{\"a\":1},{\"a\":1}]"));
    (void)parse(t, STR("{\"ab\":1,\"ba\":2,\"aab\":3,\"abb\":4}"));
}

TEST(many_names_are_compared_too)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000000);
    buf_add_char(&buf, '{');
    for (int i = 0; i < 30000; i++) buf_fmt(&buf, "\"k%d\":%d,", i, i);
    Buf whole = buf;
    buf_add(&buf, STR("\"last\":1}"));
    const Json *root = parse(t, buf_str(&buf));
    CHECK_I64(json_count(root), 30001);
    CHECK_STR(json_text(json_get(root, "k29999")), "29999");
    CHECK_STR(json_key(json_at(root, 7)), "k7"); // their order stays
    buf.len = whole.len;
    buf_add(&buf, STR("\"k77\":1}"));
    JsonErr err = refused(t, buf_str(&buf), (JsonLimits){0});
    CHECK_STR(err.path, "k77");
}

TEST(errors_name_the_place)
{
    JsonErr err =
        refused(t, STR("{\"entry\":[0,1,2,\n{\"resource\":{\"id\":\"x\",\"value\":01}}]}"),
                (JsonLimits){0});
    CHECK_STR(err.path, "entry[3].resource.value");
    CHECK_I64(err.line, 2);
    CHECK_I64(err.offset, 47);
    CHECK_STR(refused(t, STR("[1,2,x]"), (JsonLimits){0}).path, "[2]");
    CHECK_STR(refused(t, STR("[[1 2]]"), (JsonLimits){0}).path, "[0]");
    CHECK_STR(refused(t, STR("x"), (JsonLimits){0}).path, "");
    err = refused(t, STR("{\"a\":1 \"b\":2}"), (JsonLimits){0});
    CHECK_STR(err.sentence, "A comma or a closing bracket is missing.");
    CHECK_I64(err.offset, 7);
}

TEST(limits_hold)
{
    JsonLimits shallow = {.depth = 2};
    JsonErr err = refused(t, STR("[[[]]]"), shallow);
    CHECK(!err.too_large);
    CHECK(json_parse(t->arena, STR("[[],[]]"), shallow, &err) != NULL);
    CHECK(refused(t, STR("[1,2]"), (JsonLimits){.bytes = 4}).too_large);
    CHECK(json_parse(t->arena, STR("[12]"), (JsonLimits){.bytes = 4}, &err) != NULL);
    CHECK(refused(t, STR("[1,2,3]"), (JsonLimits){.values = 3}).too_large);
    CHECK(json_parse(t->arena, STR("[1,2]"), (JsonLimits){.values = 3}, &err) != NULL);

    char deep[2 * JSON_DEPTH_DEFAULT + 2];
    memset(deep, '[', sizeof deep / 2);
    memset(deep + sizeof deep / 2, ']', sizeof deep / 2);
    (void)refused(t, (Str){deep, sizeof deep}, (JsonLimits){0});
    (void)parse(t, (Str){deep + 1, sizeof deep - 2});
    JsonLimits deepest = {.depth = JSON_DEPTH_MAX};
    CHECK(json_parse(t->arena, (Str){deep, sizeof deep}, deepest, &err) != NULL);
}

TEST(large_arrays_outgrow_the_first_stack)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000000);
    buf_add(&buf, STR("[{\"a\":[0"));
    for (int i = 1; i < 5000; i++) buf_fmt(&buf, ",%d", i);
    buf_add(&buf, STR("]},7]"));
    const Json *root = parse(t, buf_str(&buf));
    const Json *list = json_get(json_at(root, 0), "a");
    CHECK_I64(json_count(list), 5000);
    CHECK_STR(json_text(json_at(list, 4999)), "4999");
    CHECK_STR(json_text(json_at(root, 1)), "7");
}
