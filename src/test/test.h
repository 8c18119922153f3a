// test.h -- a test is a function that gets a fresh arena and Ctx, and goes on after a failed check.
//
// Tests stand beside what they test, in *_test.c. The runner speaks TAP; its first argument picks
// the tests whose file or name contains it: trellis-tests src/base/str_test.c
#ifndef TEST_H
#define TEST_H

#include "base/base.h"

typedef struct Ctx Ctx;

typedef struct Test {
    Arena *arena;  // fresh for each test
    Ctx *c;        // on an empty in-memory store, fixed clock; include test/fixture.h to use it
    void *fixture; // fixture.c's own
    int failures;
    const char *skip_reason; // NULL unless the test gave up for want of something
} Test;

// Called before main by TEST. Aborts when there are more tests than the runner has room for.
void test_add(const char *file, const char *name, void (*func)(Test *t));
void test_check(Test *t, bool ok, const char *file, int line, const char *expr);
void test_check_str(Test *t, Str got, Str want, const char *file, int line);
void test_check_i64(Test *t, int64_t got, int64_t want, const char *file, int line);
void test_check_err(Test *t, Err got, Err want, const char *file, int line);
void test_check_contains(Test *t, Str text, Str part, bool wanted, const char *file, int line);
void test_skip(Test *t, const char *reason); // the caller returns after it

#define TEST(name)                                                                                 \
    static void name(Test *t);                                                                     \
    __attribute__((constructor)) static void name##_add(void)                                      \
    {                                                                                              \
        test_add(__FILE__, #name, name);                                                           \
    }                                                                                              \
    static void name(Test *t)

// `t` is the test's own. Each says on failure what was there and what was wanted.
#define CHECK(expr)           test_check(t, (expr), __FILE__, __LINE__, #expr)
#define CHECK_STR(str, lit)   test_check_str(t, (str), str_from_c(lit), __FILE__, __LINE__)
#define CHECK_I64(got, want)  test_check_i64(t, (int64_t)(got), (int64_t)(want), __FILE__, __LINE__)
#define CHECK_ERR(call, want) test_check_err(t, (call), (want), __FILE__, __LINE__)
#define CHECK_OK(call)        test_check_err(t, (call), ERR_OK, __FILE__, __LINE__)

// `text` is a Str: of a Buf, buf_str(&buf).
#define CHECK_CONTAINS(text, lit)                                                                  \
    test_check_contains(t, (text), str_from_c(lit), true, __FILE__, __LINE__)
#define CHECK_LACKS(text, lit)                                                                     \
    test_check_contains(t, (text), str_from_c(lit), false, __FILE__, __LINE__)

#endif
