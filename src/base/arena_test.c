#include "test/test.h"

#include <sys/wait.h>
#include <unistd.h>

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

TEST(a_list_grows_by_doubling_and_keeps_what_it_holds)
{
    int64_t *list = NULL;
    size_t cap = 0;
    size_t times = 0;
    memset(arena_alloc_raw(t->arena, 60000), 'x', 60000);
    arena_reset(t->arena); // so that the memory is not zero by luck
    for (size_t i = 0; i < 1000; i++) {
        const int64_t *before = list;
        ARENA_GROW(t->arena, list, i, &cap);
        times += list != before;
        CHECK(cap > i);
        for (size_t k = i; k < cap; k++) CHECK(list[k] == 0);
        list[i] = (int64_t)i + 1;
    }
    CHECK_I64(cap, 1024);
    CHECK_I64(times, 7); // 16, 32, 64, 128, 256, 512, 1024
    for (size_t i = 0; i < 1000; i++) CHECK(list[i] == (int64_t)i + 1);
}

TEST(a_list_with_room_stays_where_it_is)
{
    size_t cap = 3;
    char *list = arena_alloc(t->arena, cap, 1);
    char *first = list;
    size_t used = arena_used(t->arena);
    ARENA_GROW(t->arena, list, 2, &cap);
    CHECK(list == first && cap == 3 && arena_used(t->arena) == used);
    ARENA_GROW(t->arena, list, 3, &cap);
    CHECK(list != first && cap == 6);
}

// A process of its own: one that has no room for a list must end, never go on with a smaller one.
static bool ends(size_t cap, size_t size)
{
    pid_t pid = fork();
    if (pid == 0) {
        char one = 0;
        (void)close(STDERR_FILENO);
        (void)arena_grow(arena_new(), &one, cap, &cap, size);
        _exit(0);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return false;
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

TEST(a_list_that_no_memory_can_hold_ends_the_process)
{
    CHECK(ends(SIZE_MAX / 2 + 1, 1)); // twice as many is no number
    CHECK(ends((size_t)1 << 60, 16)); // nor are their bytes
    CHECK(ends((size_t)1 << 61, 1));  // memory is full
    CHECK(!ends(0, 1));
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
    CHECK_STR(ARENA_JOIN(t->arena, STR("7"), (Str){NULL, 0}, STR("-"), STR("abc")), "7-abc");
    CHECK_I64(arena_fmt(t->arena, "%100000d", 1).len, 100000);
}

TEST(an_arena_can_be_freed_by_leaving_the_block)
{
    CLEANUP(arena_free_at) Arena *own = arena_new();
    CHECK(arena_alloc(own, 1, 1) != NULL);
    arena_free(NULL);
}
