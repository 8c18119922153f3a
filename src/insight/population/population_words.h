// population_words.h -- codes and units by number: asked for in memory, written in one go.
#ifndef POPULATION_WORDS_H
#define POPULATION_WORDS_H

#include "insight/population/population.h"

enum { WORDS_SYSTEM_BYTES_MAX = 200, WORDS_CODE_BYTES_MAX = 200, WORDS_TERM_BYTES_MAX = 400 };

typedef struct Words Words; // lives in the arena given

MUST_USE Err words_of_codes(Ctx *c, Arena *arena, Words **out); // those the store has
MUST_USE Err words_of_units(Ctx *c, Arena *arena, Words **out);

// The number of (system, code); a new one remembers `term`, cut to WORDS_TERM_BYTES_MAX. Longer
// system or code: cut too. Errors: ERR_TOO_LARGE.
MUST_USE Err words_id(Words *w, Str system, Str code, Str term, int32_t *out);
int32_t words_next(const Words *w); // the number the next new one gets
bool words_waiting(const Words *w); // new ones that are not written yet
// Inside a housekeeping change: writes up to `most` of those; after its commit, words_written.
MUST_USE Err words_write_codes(Ctx *c, const Words *w, size_t most);
MUST_USE Err words_write_units(Ctx *c, const Words *w, size_t most);
void words_written(Words *w, size_t most);

#endif
