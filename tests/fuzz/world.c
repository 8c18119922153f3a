// world.c -- what fuzz targets with a store stand on.
#include "world.h"

#include <sys/mman.h>
#include <unistd.h>

typedef struct World {
    Test test;
    CohortEngine *engine;
    int inputs;
} World;

static World world; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void must(bool holds)
{
    if (!holds) abort();
}

// ---- what test/cohorts.c checks with

void test_add(const char *file, const char *name, void (*func)(Test *t))
{
    (void)file;
    (void)name;
    (void)func;
}

void test_check(Test *t, bool ok, const char *file, int line, const char *expr)
{
    (void)t;
    if (!ok) fprintf(stderr, "%s:%d: %s\n", file, line, expr);
    must(ok);
}

void test_check_err(Test *t, Err got, Err want, const char *file, int line)
{
    test_check(t, got == want, file, line, err_name(got));
}

void test_check_i64(Test *t, int64_t got, int64_t want, const char *file, int line)
{
    test_check(t, got == want, file, line, "the number");
}

// ---- the world

static void add_numbered(Test *t)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"), .file_name = STR("one"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    PersonImport in = {.source_id = STR("numbered"),
                       .person = {.nhs_number = WORLD_NUMBER,
                                  .family = STR("OKAFOR"),
                                  .given = STR("Test"),
                                  .born = {-9000},
                                  .died = DATE_NONE,
                                  .registration = REGISTRATION_CURRENT,
                                  .registration_on = DATE_NONE,
                                  .lsoa = STR("E01000001"),
                                  .practice_name = STR("Practice")}};
    int32_t slot = 0;
    CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

static void open_world(void)
{
    Test *t = &world.test;
    *t = (Test){.arena = arena_new()};
    fixture_open(t);
    world.engine = cohorts_begin(t);
    add_numbered(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    cohorts_account(t, ROLE_PCN_MANAGER);
    world.inputs = 0;
}

Test *world_begin(void)
{
    Test *t = &world.test;
    if (t->arena != NULL && world.inputs >= WORLD_INPUTS_MAX) {
        cohort_engine_free(world.engine);
        fixture_close(t);
        arena_free(t->arena);
        t->arena = NULL;
    }
    if (t->arena == NULL) open_world();
    world.inputs++;
    test_actor(t, ROLE_NONE);
    t->c->arena = arena_new();
    t->c->issue_count = 0;
    return t;
}

void world_end(Test *t)
{
    store_refresh(t->c->core->store, t->c->db);
    arena_free(t->c->arena);
    t->c->arena = t->arena;
}

int world_file(Str bytes)
{
    int fd = memfd_create("input", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    must(lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}
