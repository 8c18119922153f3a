// gzip_test.c -- what was made smaller is the same page, and its length tells nothing.
#include "core/gzip.h"
#include "test/test.h"

#include <zlib.h>

static Buf page_of(size_t bytes)
{
    Buf page = buf_new(1 << 20);
    while (page.len < bytes) buf_fmt(&page, "<p>line %zu of a page</p>\n", page.len);
    return page;
}

TEST(a_page_comes_back_whole)
{
    CLEANUP(buf_free) Buf body = page_of(60000);
    Str before = arena_str(t->arena, buf_str(&body));
    CHECK(gzip_body(&body));
    CHECK(body.len < before.len / 2);
    char *back = arena_alloc_raw(t->arena, before.len + 100);
    z_stream zip = {.next_in = (Bytef *)body.ptr,
                    .avail_in = (uInt)body.len,
                    .next_out = (Bytef *)back,
                    .avail_out = (uInt)before.len + 100};
    CHECK(inflateInit2(&zip, 31) == Z_OK);
    CHECK(inflate(&zip, Z_FINISH) == Z_STREAM_END);
    CHECK(str_eq(((Str){back, zip.total_out}), before));
    (void)inflateEnd(&zip);
}

TEST(the_same_page_has_many_lengths)
{
    size_t least = SIZE_MAX;
    size_t most = 0;
    for (int i = 0; i < 64; i++) {
        CLEANUP(buf_free) Buf body = page_of(5000);
        CHECK(gzip_body(&body));
        least = body.len < least ? body.len : least;
        most = body.len > most ? body.len : most;
    }
    CHECK(most - least > GZIP_NAME_MAX / 2); // fails by chance once in a million million runs
    CHECK(most - least <= GZIP_NAME_MAX);
}

TEST(short_broken_or_random_bodies_are_left_alone)
{
    CLEANUP(buf_free) Buf small = page_of(100);
    CHECK(!gzip_body(&small));
    CHECK(str_starts(buf_str(&small), STR("<p>line 0")));
    CLEANUP(buf_free) Buf over = buf_new(2000);
    for (int i = 0; i < 3; i++) buf_fmt(&over, "%0999d", 7);
    CHECK(over.over && !gzip_body(&over));
    CLEANUP(buf_free) Buf noise = buf_new(4096);
    uint32_t seed = 1;
    for (int i = 0; i < 4096; i++) {
        seed = seed * 1664525U + 1013904223U;
        buf_add_char(&noise, (char)(seed >> 24));
    }
    CHECK(!gzip_body(&noise));
    CHECK_I64(noise.len, 4096);
}

TEST(only_text_is_made_smaller)
{
    (void)t;
    CHECK(gzip_gains(STR("")) && gzip_gains(STR("text/csv; charset=utf-8")));
    CHECK(gzip_gains(STR("application/json")));
    CHECK(!gzip_gains(STR("application/pdf")) && !gzip_gains(STR("font/woff2")));
}
