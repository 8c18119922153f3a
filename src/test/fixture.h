// fixture.h -- what a test of a rule stands on: a Ctx with a store of its own.
//
// t->c reads and writes a fresh in-memory store with every migration (and an access log beside it);
// its clock stands at 2026-11-24T10:12:00Z, a Tuesday; its actor is the program itself.
#ifndef FIXTURE_H
#define FIXTURE_H

#include "core/core.h"
#include "test/test.h"

// Acts as somebody with this role from now on: account 100 + role, working for organisation 1.
// There is no row for the account; ROLE_NONE gives the program back.
void test_actor(Test *t, Role role);

struct Core *test_core(Test *t); // the same as t->c->core, to be filled in further

int64_t test_count(Test *t,
                   const char *table);   // rows of a table of either store, -1: no such table
void test_sql(Test *t, const char *sql); // on the main store, around every rule and journal
void test_written(Test *t,
                  const char *sql); // the same with an entry in the journal, as the program does
const char *test_dir(Test *t);      // a new folder (0700), removed with all in it after the test

// ---- for the runner
void fixture_open(Test *t);
void fixture_close(Test *t);
void fixture_end(void); // after the last test

#endif
