// gzip_test.c -- what was made smaller is the same page, and its length tells nothing.
#include "core/gzip.h"
#include "test/test.h"

#include <pthread.h>
#include <zlib.h>

static Buf page_of(size_t bytes)
{
    Buf page = buf_new(1 << 20);
    while (page.len < bytes) buf_fmt(&page, "<p>line %zu of a page</p>\n", page.len);
    return page;
}

static void check_back(Test *t, const Buf *body, Str before)
{
    CHECK(body->len < before.len / 2);
    char *back = arena_alloc_raw(t->arena, before.len + 100);
    z_stream zip = {.next_in = (Bytef *)body->ptr,
                    .avail_in = (uInt)body->len,
                    .next_out = (Bytef *)back,
                    .avail_out = (uInt)before.len + 100};
    CHECK(inflateInit2(&zip, 31) == Z_OK);
    CHECK(inflate(&zip, Z_FINISH) == Z_STREAM_END);
    CHECK(str_eq(((Str){back, zip.total_out}), before));
    CHECK_I64(zip.avail_in, 0); // nothing behind it
    (void)inflateEnd(&zip);
}

TEST(a_page_comes_back_whole)
{
    CLEANUP(buf_free) Buf body = page_of(60000);
    Str before = arena_str(t->arena, buf_str(&body));
    CHECK(gzip_body(NULL, &body));
    check_back(t, &body, before);
}

// The memory of one page serves the next: nothing of the first is in the second.
TEST(pages_made_with_the_same_memory_are_whole)
{
    Gzips *gzips = gzips_new(t->arena);
    for (size_t bytes = 60000; bytes > 2000; bytes /= 2) {
        CLEANUP(buf_free) Buf body = page_of(bytes);
        CLEANUP(buf_free) Buf alone = page_of(bytes);
        Str before = arena_str(t->arena, buf_str(&body));
        CHECK(gzip_body(gzips, &body) && gzip_body(NULL, &alone));
        check_back(t, &body, before);
        CHECK(body.len <= alone.len + GZIP_NAME_MAX && alone.len <= body.len + GZIP_NAME_MAX);
    }
    CLEANUP(buf_free) Buf small = page_of(100);
    CHECK(!gzip_body(gzips, &small));
    gzips_free(gzips);
    gzips_free(NULL);
}

enum { MAKERS = 24, PAGES_EACH = 40 }; // more makers than there is kept memory

typedef struct Maker {
    pthread_t thread;
    Gzips *gzips;
    bool whole;
} Maker;

static void *make_pages(void *arg)
{
    Maker *maker = arg;
    maker->whole = true;
    for (size_t i = 0; i < PAGES_EACH; i++) {
        CLEANUP(buf_free) Buf body = page_of(3000 + i * 500);
        CLEANUP(buf_free) Buf back = page_of(3000 + i * 500);
        Str before = buf_str(&back);
        char out[32 * 1024];
        maker->whole = maker->whole && gzip_body(maker->gzips, &body);
        z_stream zip = {.next_in = (Bytef *)body.ptr,
                        .avail_in = (uInt)body.len,
                        .next_out = (Bytef *)out,
                        .avail_out = sizeof out};
        maker->whole = maker->whole && inflateInit2(&zip, 31) == Z_OK &&
                       inflate(&zip, Z_FINISH) == Z_STREAM_END &&
                       str_eq(((Str){out, zip.total_out}), before);
        (void)inflateEnd(&zip);
    }
    return NULL;
}

TEST(many_at_once_are_each_whole)
{
    Gzips *gzips = gzips_new(t->arena);
    Maker makers[MAKERS] = {0};
    for (size_t i = 0; i < MAKERS; i++) {
        makers[i].gzips = gzips;
        CHECK(pthread_create(&makers[i].thread, NULL, make_pages, &makers[i]) == 0);
    }
    for (size_t i = 0; i < MAKERS; i++) {
        CHECK(pthread_join(makers[i].thread, NULL) == 0);
        CHECK(makers[i].whole);
    }
    gzips_free(gzips);
}

TEST(the_same_page_has_many_lengths)
{
    size_t least = SIZE_MAX;
    size_t most = 0;
    for (int i = 0; i < 64; i++) {
        CLEANUP(buf_free) Buf body = page_of(5000);
        CHECK(gzip_body(NULL, &body));
        least = body.len < least ? body.len : least;
        most = body.len > most ? body.len : most;
    }
    CHECK(most - least > GZIP_NAME_MAX / 2); // fails by chance once in a million million runs
    CHECK(most - least <= GZIP_NAME_MAX);
}

TEST(short_broken_or_random_bodies_are_left_alone)
{
    CLEANUP(buf_free) Buf small = page_of(100);
    CHECK(!gzip_body(NULL, &small));
    CHECK(str_starts(buf_str(&small), STR("<p>line 0")));
    CLEANUP(buf_free) Buf over = buf_new(2000);
    for (int i = 0; i < 3; i++) buf_fmt(&over, "%0999d", 7);
    CHECK(over.over && !gzip_body(NULL, &over));
    CLEANUP(buf_free) Buf noise = buf_new(4096);
    uint32_t seed = 1;
    for (int i = 0; i < 4096; i++) {
        seed = seed * 1664525U + 1013904223U;
        buf_add_char(&noise, (char)(seed >> 24));
    }
    CHECK(!gzip_body(NULL, &noise));
    CHECK_I64(noise.len, 4096);
}

TEST(only_text_is_made_smaller)
{
    (void)t;
    CHECK(gzip_gains(STR("")) && gzip_gains(STR("text/csv; charset=utf-8")));
    CHECK(gzip_gains(STR("application/json")));
    CHECK(!gzip_gains(STR("application/pdf")) && !gzip_gains(STR("font/woff2")));
}
