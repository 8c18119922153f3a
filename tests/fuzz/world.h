// world.h -- a store with people for the targets that read into one; a failed check is a crash.
#ifndef FUZZ_WORLD_H
#define FUZZ_WORLD_H

#include "test/cohorts.h"

// The people of test/cohorts.h and one with an NHS number (WORLD_NUMBER), with an engine. The same
// store serves WORLD_INPUTS_MAX inputs, then a new one is made. c->arena is fresh; acts as the
// program.
enum { WORLD_INPUTS_MAX = 200 };
#define WORLD_NUMBER 9990000018
Test *world_begin(void);
void world_end(Test *t); // after each input

int world_file(Str bytes); // a file in memory, at its start; the descriptor is the caller's

void must(bool holds);

#endif
