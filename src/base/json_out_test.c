#include "base/json.h"
#include "test/test.h"

TEST(values_are_written_with_their_commas)
{
    CLEANUP(buf_free) Buf buf = buf_new(10000);
    JsonOut out = json_out(&buf);
    CHECK(!json_out_done(&out));
    json_obj_begin(&out);
    json_field_str(&out, "resourceType", STR("Task"));
    json_field_opt(&out, "absent", STR(""));
    json_field_opt(&out, "here", STR("x"));
    json_field_i64(&out, "n", -7);
    json_field_bool(&out, "yes", true);
    json_field_arr(&out, "list");
    json_put_bool(&out, false);
    json_put_null(&out);
    json_put_number(&out, STR("1.00"));
    json_put_written(&out, STR("[\"\\n\"]"));
    json_obj_begin(&out);
    json_obj_end(&out);
    json_arr_end(&out);
    json_field_obj(&out, "o");
    json_put_key(&out, STR("k\""));
    json_arr_begin(&out);
    json_arr_end(&out);
    json_obj_end(&out);
    CHECK(!json_out_done(&out));
    json_obj_end(&out);
    CHECK(json_out_done(&out));
    CHECK_STR(buf_str(&buf), "{\"resourceType\":\"Task\",\"here\":\"x\",\"n\":-7,\"yes\":true,"
                             "\"list\":[false,null,1.00,[\"\\n\"],{}],\"o\":{\"k\\\"\":[]}}");
}

TEST(pretty_text_has_one_value_on_a_line)
{
    CLEANUP(buf_free) Buf buf = buf_new(10000);
    JsonOut out = json_out(&buf);
    out.pretty = true;
    json_obj_begin(&out);
    json_field_i64(&out, "a", 1);
    json_field_arr(&out, "b");
    json_put_i64(&out, 2);
    json_put_i64(&out, 3);
    json_arr_end(&out);
    json_field_obj(&out, "c");
    json_obj_end(&out);
    json_obj_end(&out);
    CHECK_STR(buf_str(&buf), "{\n  \"a\": 1,\n  \"b\": [\n    2,\n    3\n  ],\n  \"c\": {}\n}");
}

static void check_written(Test *t, Str text, const char *json)
{
    CLEANUP(buf_free) Buf buf = buf_new(10000);
    JsonOut out = json_out(&buf);
    json_put_str(&out, text);
    CHECK_STR(buf_str(&buf), json);
}

TEST(strings_are_escaped_where_json_needs_it)
{
    check_written(t, STR("a\"b\\c/<d>"), "\"a\\\"b\\\\c/<d>\"");
    check_written(t, STR("\b\f\n\r\t\x01\x1f\x7f"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    check_written(t, STR("\xC3\xA9\xF0\x9F\x98\x80"), "\"\xC3\xA9\xF0\x9F\x98\x80\"");
    check_written(t, STR(""), "\"\"");
}

TEST(bad_bytes_become_the_replacement_character)
{
    check_written(t, STR("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
    check_written(t, STR("\xC3\xA9\xC3"), "\"\xC3\xA9\xEF\xBF\xBD\"");
    check_written(t, STR("a\0b"),
                  "\"a\xEF\xBF\xBD"
                  "b\"");
    check_written(t, STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void check_dec(Test *t, int64_t mantissa, int scale, const char *json)
{
    CLEANUP(buf_free) Buf buf = buf_new(100);
    JsonOut out = json_out(&buf);
    json_put_dec(&out, mantissa, scale);
    CHECK_STR(buf_str(&buf), json);
    JsonErr err;
    int64_t back = 0;
    int back_scale = 0;
    const Json *node = json_parse(t->arena, buf_str(&buf), (JsonLimits){0}, &err);
    CHECK(json_dec(node, &back, &back_scale) && back == mantissa && back_scale == scale);
}

TEST(decimals_are_written_exactly)
{
    check_dec(t, 100, 2, "1.00");
    check_dec(t, -5, 2, "-0.05");
    check_dec(t, 0, 3, "0.000");
    check_dec(t, 120, 0, "120");
    check_dec(t, INT64_MIN, 0, "-9223372036854775808");
    check_dec(t, INT64_MIN, 18, "-9.223372036854775808");
    check_dec(t, INT64_MAX, 18, "9.223372036854775807");
    check_dec(t, 1, 18, "0.000000000000000001");
}

TEST(number_text_is_judged_by_the_grammar)
{
    CHECK(json_is_number(STR("0")) && json_is_number(STR("-1.5e-3")));
    CHECK(!json_is_number(STR("")) && !json_is_number(STR("01")) && !json_is_number(STR("1 ")));
    CHECK(!json_is_number(STR("1.")) && !json_is_number(STR("-")) && !json_is_number(STR("1e")));
}

TEST(what_was_read_is_written_back_as_it_was)
{
    Str text = STR("{\"a\":[1.00,-0,1E+2,\"\\u0001\\\"\xC3\xA9\",true,false,null,{},[]],"
                   "\"\":{\"x\\ny\":\"\"}}");
    JsonErr err;
    CLEANUP(buf_free) Buf buf = buf_new(10000);
    JsonOut out = json_out(&buf);
    json_put(&out, json_parse(t->arena, text, (JsonLimits){0}, &err));
    CHECK(str_eq(buf_str(&buf), text));
    buf_clear(&buf);
    out = json_out(&buf);
    json_put(&out, NULL);
    CHECK_STR(buf_str(&buf), "null");
}

TEST(the_deepest_tree_can_be_written)
{
    char deep[2 * JSON_DEPTH_MAX];
    memset(deep, '[', sizeof deep / 2);
    memset(deep + sizeof deep / 2, ']', sizeof deep / 2);
    JsonErr err;
    CLEANUP(buf_free) Buf buf = buf_new(10000);
    JsonOut out = json_out(&buf);
    Str text = {deep, sizeof deep};
    json_put(&out, json_parse(t->arena, text, (JsonLimits){.depth = JSON_DEPTH_MAX}, &err));
    CHECK(str_eq(buf_str(&buf), text));
}

TEST(a_full_buffer_is_noticed_at_the_end)
{
    CLEANUP(buf_free) Buf buf = buf_new(5);
    JsonOut out = json_out(&buf);
    json_put_str(&out, STR("longer than five"));
    CHECK(!buf_ok(&buf));
}
