#include "test/test.h"

TEST(memory_is_zeroed_and_aligned_even_when_reused)
{
    for (int round = 0; round < 2; round++) {
        for (size_t size = 1; size < 100; size += 7) {
            unsigned char *at = arena_alloc(t->arena, size, 1);
            CHECK((uintptr_t)at % 16 == 0);
            for (size_t i = 0; i < size; i++) CHECK(at[i] == 0);
            memset(at, 0xAA, size);
        }
        arena_reset(t->arena);
    }
}

TEST(pieces_do_not_overlap_and_large_ones_fit)
{
    char *first = arena_alloc(t->arena, 100, 1);
    char *large = arena_alloc(t->arena, 1024, 1024);
    char *after = arena_alloc(t->arena, 100, 1);
    memset(first, 1, 100);
    memset(large, 2, (size_t)1024 * 1024);
    memset(after, 3, 100);
    CHECK(first[99] == 1 && large[0] == 2 && large[1024 * 1024 - 1] == 2 && after[0] == 3);
}

TEST(used_counts_what_was_handed_out_and_reset_forgets_it)
{
    CHECK_I64(arena_used(t->arena), 0);
    (void)arena_alloc(t->arena, 3, 5);
    CHECK_I64(arena_used(t->arena), 16);
    for (int i = 0; i < 100; i++) (void)arena_alloc(t->arena, 1, 10000);
    CHECK(arena_used(t->arena) >= 1000000);
    arena_reset(t->arena);
    CHECK_I64(arena_used(t->arena), 0);
}

TEST(a_text_at_the_end_of_a_block_is_whole)
{
    for (size_t left = 0; left < 64; left++) {
        arena_reset(t->arena);
        (void)arena_alloc_raw(t->arena, (size_t)64 * 1024 - left);
        Str text = arena_fmt(t->arena, "%s and %d", "a text of thirty characters...", 12345);
        CHECK_STR(text, "a text of thirty characters... and 12345");
        CHECK(text.ptr[text.len] == '\0');
    }
}

TEST(nothing_can_be_allocated_too)
{
    CHECK(arena_alloc(t->arena, 0, 8) != NULL);
    CHECK(arena_alloc_raw(t->arena, 0) != NULL);
}

TEST(strings_are_copied_and_end_with_nul)
{
    char text[] = "word";
    memset(arena_alloc(t->arena, 64, 1), 'x', 64);
    arena_reset(t->arena); // so that the memory is not zero by luck
    Str copy = arena_str(t->arena, (Str){text, 4});
    text[0] = 'W';
    CHECK_STR(copy, "word");
    CHECK(copy.ptr[4] == '\0');
    CHECK(strcmp(arena_c(t->arena, STR("abc")), "abc") == 0);
    CHECK(strcmp(arena_c(t->arena, (Str){NULL, 0}), "") == 0);
}

TEST(formatted_text_has_no_length_limit)
{
    CHECK_STR(arena_fmt(t->arena, "%d-" STR_FMT, 7, STR_ARG(STR("abc"))), "7-abc");
    CHECK_I64(arena_fmt(t->arena, "%100000d", 1).len, 100000);
}

TEST(an_arena_can_be_freed_by_leaving_the_block)
{
    CLEANUP(arena_free_at) Arena *own = arena_new();
    CHECK(arena_alloc(own, 1, 1) != NULL);
    arena_free(NULL);
}
