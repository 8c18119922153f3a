// helper_test.c -- jobs given to plain programs of the system.
#include "core/helper.h"
#include "test/test.h"

TEST(a_job_comes_back_whole)
{
    Helper *helper = NULL;
    CHECK_OK(helper_start("/bin/cat", &helper));
    CLEANUP(buf_free) Buf large = buf_new(HELPER_IN_BYTES_MAX);
    while (large.len < (size_t)3 * 1024 * 1024) buf_add_c(&large, "a line of the document\n");
    Str out = STR("");
    CHECK_OK(helper_run(helper, t->arena, buf_str(&large), &out));
    CHECK(str_eq(out, buf_str(&large)));
    CHECK_OK(helper_run(helper, t->arena, STR("again"), &out));
    CHECK_STR(out, "again");
    helper_stop(helper);
}

TEST(a_program_that_fails_or_says_nothing_is_a_fault_and_the_next_job_runs)
{
    Helper *helper = NULL;
    CHECK_OK(helper_start("/bin/false", &helper));
    Str out = STR("untouched");
    CHECK_ERR(helper_run(helper, t->arena, STR("x"), &out), ERR_FAULT);
    CHECK_ERR(helper_run(helper, t->arena, STR("y"), &out), ERR_FAULT);
    CHECK_STR(out, "untouched");
    helper_stop(helper);
}

TEST(a_program_that_is_not_there_is_told_at_the_start)
{
    Helper *helper = NULL;
    CHECK_ERR(helper_start("/nonexistent/program", &helper), ERR_NOT_FOUND);
    CHECK(helper == NULL);
}

TEST(too_much_is_refused_before_it_is_sent)
{
    Helper *helper = NULL;
    CHECK_OK(helper_start("/bin/cat", &helper));
    char *much = arena_alloc(t->arena, HELPER_IN_BYTES_MAX + 1, 1);
    Str out = STR("");
    CHECK_ERR(helper_run(helper, t->arena, (Str){much, HELPER_IN_BYTES_MAX + 1}, &out),
              ERR_TOO_LARGE);
    helper_stop(helper);
}
