#include "test/test.h"

TEST(room_is_written_by_who_asked_for_it)
{
    CLEANUP(buf_free) Buf buf = buf_new(5);
    buf_add(&buf, STR("ab"));
    char *room = buf_room(&buf, 3);
    CHECK(room != NULL);
    if (room == NULL) return;
    room[0] = 'c';
    buf.len += 1;
    CHECK_STR(buf_str(&buf), "abc");
    CHECK(buf_ok(&buf));
    CHECK(buf_room(&buf, 3) == NULL);
    CHECK(!buf_ok(&buf));
}

TEST(bytes_of_every_kind_are_added)
{
    CLEANUP(buf_free) Buf buf = buf_new(1000);
    CHECK_STR(buf_str(&buf), "");
    buf_add(&buf, STR("a"));
    buf_add_c(&buf, "bc");
    buf_add_char(&buf, '-');
    buf_add_i64(&buf, INT64_MIN);
    buf_fmt(&buf, "|%03d", 7);
    CHECK_STR(buf_str(&buf), "abc--9223372036854775808|007");
    CHECK(buf_ok(&buf));
}

TEST(past_its_maximum_it_is_marked_and_keeps_what_it_had)
{
    CLEANUP(buf_free) Buf buf = buf_new(5);
    buf_add(&buf, STR("abcde"));
    CHECK(buf_ok(&buf));
    buf_add_char(&buf, 'f');
    CHECK(!buf_ok(&buf));
    CHECK_STR(buf_str(&buf), "abcde");
    buf_clear(&buf);
    CHECK(buf_ok(&buf));
    buf_add(&buf, STR("abcdef"));
    buf_add(&buf, STR("x")); // would fit, but then the content would have a hole
    CHECK(!buf_ok(&buf));
    CHECK_STR(buf_str(&buf), "");
}

TEST(formatted_text_may_fill_it_to_the_last_byte)
{
    CLEANUP(buf_free) Buf buf = buf_new(300);
    buf_fmt(&buf, "%300d", 1);
    CHECK(buf_ok(&buf));
    CHECK_I64(buf.len, 300);
    CLEANUP(buf_free) Buf small = buf_new(3);
    buf_fmt(&small, "%d", 1234);
    CHECK(!buf_ok(&small));
    CLEANUP(buf_free) Buf large = buf_new(20000);
    buf_fmt(&large, "%9999d", 1); // outside data may be long: no fixed room inside
    CHECK_I64(large.len, 9999);
}

TEST(room_is_given_up_to_the_maximum)
{
    CLEANUP(buf_free) Buf buf = buf_new(300);
    char *at = buf_more(&buf, 299);
    CHECK(at != NULL && at == buf.ptr);
    memset(at, 'x', 299);
    CHECK(buf_more(&buf, 2) == NULL);
    CHECK(!buf_ok(&buf));
    CHECK_I64(buf.len, 299);
}

TEST(it_grows_with_its_content_whole)
{
    CLEANUP(buf_free) Buf buf = buf_new(100000);
    for (int i = 0; i < 20000; i++) buf_add_char(&buf, (char)('a' + i % 26));
    CHECK(buf_ok(&buf));
    CHECK_I64(buf.len, 20000);
    for (int i = 0; i < 20000; i++) CHECK(buf.ptr[i] == (char)('a' + i % 26));
}
