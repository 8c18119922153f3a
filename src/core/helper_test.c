// helper_test.c -- jobs given to plain programs of the system.
#include "core/helper.h"
#include "test/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

TEST(a_job_comes_back_whole)
{
    Helper *helper = NULL;
    CHECK_OK(helper_start("/bin/cat", &helper));
    CLEANUP(buf_free) Buf large = buf_new(HELPER_IN_BYTES_MAX);
    while (large.len < (size_t)3 * 1024 * 1024) buf_add_c(&large, "a line of the document\n");
    Str out = STR("");
    CHECK_OK(helper_run(helper, t->arena, buf_str(&large), NULL, &out));
    CHECK(str_eq(out, buf_str(&large)));
    CHECK_OK(helper_run(helper, t->arena, STR("again"), NULL, &out));
    CHECK_STR(out, "again");
    helper_stop(helper);
}

TEST(a_program_that_fails_or_says_nothing_is_a_fault_and_the_next_job_runs)
{
    Helper *helper = NULL;
    CHECK_OK(helper_start("/bin/false", &helper));
    Str out = STR("untouched");
    CHECK_ERR(helper_run(helper, t->arena, STR("x"), NULL, &out), ERR_FAULT);
    CHECK_ERR(helper_run(helper, t->arena, STR("y"), NULL, &out), ERR_FAULT);
    CHECK_STR(out, "untouched");
    helper_stop(helper);
}

static void *hang_up(void *gone)
{
    usleep(200 * 1000);
    atomic_store((atomic_bool *)gone, true);
    return NULL;
}

TEST(a_job_that_nobody_waits_for_is_ended_and_the_next_one_runs)
{
    // It would be done after some seconds: only who ends it is told that it is busy.
    const char *path = arena_c(t->arena, arena_fmt(t->arena, "%s/slow", test_dir(t)));
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    static const char SCRIPT[] = "#!/bin/sh\nread word\n"
                                 "test \"$word\" = quick || sleep 5\necho done\n";
    CHECK(fd >= 0 && write(fd, SCRIPT, sizeof SCRIPT - 1) == (ssize_t)sizeof SCRIPT - 1);
    close(fd);
    Helper *helper = NULL;
    Str out = STR("");
    atomic_bool gone = false;
    pthread_t other = 0;
    CHECK_OK(helper_start(path, &helper));
    CHECK(pthread_create(&other, NULL, hang_up, &gone) == 0);
    CHECK_ERR(helper_run(helper, t->arena, STR("slow\n"), &gone, &out), ERR_BUSY);
    pthread_join(other, NULL);
    CHECK_ERR(helper_run(helper, t->arena, STR("quick\n"), &gone, &out), ERR_BUSY);
    atomic_store(&gone, false);
    CHECK_OK(helper_run(helper, t->arena, STR("quick\n"), &gone, &out));
    CHECK_STR(out, "done\n");
    CHECK_OK(helper_run(helper, t->arena, STR("quick\n"), NULL, &out));
    CHECK_STR(out, "done\n");
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
    CHECK_ERR(helper_run(helper, t->arena, (Str){much, HELPER_IN_BYTES_MAX + 1}, NULL, &out),
              ERR_TOO_LARGE);
    helper_stop(helper);
}
