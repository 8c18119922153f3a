// cohorts.h -- twelve people with known facts, the engine that answers about them, and their pages.
#ifndef TEST_COHORTS_H
#define TEST_COHORTS_H

#include "insight/cohort/cohort.h"
#include "insight/population/population.h"
#include "test/fixture.h"

enum { COHORTS_PEOPLE = 12 };

// An engine in memory at core->engine, and everybody imported; cohort_engine_free is the caller's.
CohortEngine *cohorts_begin(Test *t);
// Imports the people [from, to) as one batch.
void cohorts_load(Test *t, size_t from, size_t to);

// Facts of somebody being imported, a letter each: h housebound, a alone, c carer ... (cohorts.c).
void cohorts_codes(Test *t, Loader *load, int32_t slot, const char *letters);

// Imports a file of opt-outs: lines of NHS number, kind, state and date.
void cohorts_opt_out(Test *t, const char *rows);
// Imports a file of scores: lines of NHS number, score, value, date and source.
void cohorts_scores(Test *t, const char *rows);

PersonId cohorts_person(Test *t, const char *family); // {0}: nobody
Str cohorts_ref(Test *t, const char *family);

// As test_actor, with an active account in the store: for what refers to it.
void cohorts_account(Test *t, Role role);

const Route *cohorts_route(const char *method, const char *path);
// Runs the handler of a route with ":key", or with "key/ref" also ":ref"; the form of a GET is its
// query. The caller frees res->body.
Err cohorts_ask(Test *t, const Route *route, const char *key, const Pair *form, size_t form_count,
                Response *res);

#endif
