// test.c -- the runner: cmocka catches crashes and speaks TAP, one group for all chosen tests.
#include "test/test.h"

#include "test/fixture.h"

#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

// cmocka.h wants the four headers before it.
#include <cmocka.h>

enum { TESTS_MAX = 4096, SHOWN_BYTES_MAX = 2000 };

typedef struct Entry {
    const char *file;
    const char *name;
    void (*func)(Test *t);
} Entry;

static Entry entries[TESTS_MAX]; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static size_t entries_count;     // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void test_add(const char *file, const char *name, void (*func)(Test *t))
{
    if (entries_count == TESTS_MAX) abort();
    entries[entries_count++] = (Entry){file, name, func};
}

void test_check(Test *t, bool ok, const char *file, int line, const char *expr)
{
    if (ok) return;
    t->failures++;
    fprintf(stderr, "# %s:%d: not true: %s\n", file, line, expr);
}

static Str shown(Str text)
{
    return str_slice(text, 0, SHOWN_BYTES_MAX);
}

void test_check_str(Test *t, Str got, Str want, const char *file, int line)
{
    if (str_eq(got, want)) return;
    t->failures++;
    fprintf(stderr, "# %s:%d: got \"" STR_FMT "\", wanted \"" STR_FMT "\"\n", file, line,
            STR_ARG(shown(got)), STR_ARG(shown(want)));
}

void test_check_i64(Test *t, int64_t got, int64_t want, const char *file, int line)
{
    if (got == want) return;
    t->failures++;
    fprintf(stderr, "# %s:%d: got %lld, wanted %lld\n", file, line, (long long)got,
            (long long)want);
}

void test_check_err(Test *t, Err got, Err want, const char *file, int line)
{
    if (got == want) return;
    t->failures++;
    fprintf(stderr, "# %s:%d: got %s, wanted %s\n", file, line, err_name(got), err_name(want));
}

void test_check_contains(Test *t, Str text, Str part, bool wanted, const char *file, int line)
{
    size_t at = 0;
    if (str_find(text, part, &at) == wanted) return;
    t->failures++;
    fprintf(stderr, "# %s:%d: \"" STR_FMT "\" is %s in \"" STR_FMT "\"\n", file, line,
            STR_ARG(part), wanted ? "not" : "there", STR_ARG(shown(text)));
}

void test_skip(Test *t, const char *reason)
{
    t->skip_reason = reason;
}

static int threads_now(void)
{
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    if (tasks == NULL) abort();
    for (const struct dirent *one = readdir(tasks); one != NULL; one = readdir(tasks)) {
        count += one->d_name[0] != '.';
    }
    (void)closedir(tasks);
    return count;
}

static void *nothing(void *arg)
{
    return arg;
}

// The thread sanitizer starts one of its own with the first: that is no test's.
static void start_first_thread(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) != 0) abort();
    (void)pthread_join(thread, NULL);
}

// A thread that a test leaves behind waits in memory that the next one is given: it takes the call
// that was meant for a thread of that test, which then hangs. A joined one may take a moment to go.
static void check_threads(Test *t, int before)
{
    enum { TRIES = 100, TRY_MS = 10 };
    for (int i = 0; i < TRIES && threads_now() > before; i++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = (long)TRY_MS * 1000 * 1000}, NULL);
    }
    if (threads_now() <= before) return;
    t->failures++;
    fprintf(stderr, "# %d threads were left running\n", threads_now() - before);
}

static void run_one(void **state)
{
    const Entry *entry = *state;
    int threads = threads_now();
    Test t = {.arena = arena_new()};
    fixture_open(&t);
    entry->func(&t);
    fixture_close(&t);
    check_threads(&t, threads);
    arena_free(t.arena);
    if (t.failures > 0) {
        fail_msg("%s: %d checks failed in %s", entry->file, t.failures, entry->name);
    }
    // Not by cmocka's skip(): 1.1.5 writes "not ok" for it. test.sh counts these lines.
    if (t.skip_reason != NULL) printf("# skip %s: %s\n", entry->name, t.skip_reason);
}

static int by_file(const void *left, const void *right)
{
    const Entry *a = left;
    const Entry *b = right;
    return strcmp(a->file,
                  b->file); // glibc's qsort is stable here: a file's tests keep their order
}

int main(int argc, char **argv)
{
    static struct CMUnitTest chosen[TESTS_MAX];
    const char *filter = argc > 1 ? argv[1] : "";
    size_t count = 0;
    qsort(entries, entries_count, sizeof entries[0], by_file);
    for (size_t i = 0; i < entries_count; i++) {
        Entry *entry = &entries[i];
        if (strstr(entry->file, filter) == NULL && strstr(entry->name, filter) == NULL) continue;
        chosen[count++] =
            (struct CMUnitTest){.name = entry->name, .test_func = run_one, .initial_state = entry};
    }
    if (count == 0) {
        fprintf(stderr, "no test's file or name contains \"%s\"\n", filter);
        return 2;
    }
    start_first_thread();
    setvbuf(stdout, NULL, _IOLBF, 0); // a crash must not swallow what went before
    cmocka_set_message_output(CM_OUTPUT_TAP);
    int failed = _cmocka_run_group_tests("tests", chosen, count, NULL, NULL);
    fixture_end();
    return failed == 0 ? 0 : 1;
}
