// rooms.h -- the one list of rooms, and what the machine has to be told about them.
#ifndef ROOMS_H
#define ROOMS_H

#include "core/core.h"

const Room *const *rooms_all(size_t *count_out);

// Fills rooms, words, person_of_ref and home_of_role of the core, and checks the table of routes.
// Errors: ERR_INVALID with a sentence that names the row.
MUST_USE Err rooms_install(Arena *arena, Core *core, Str *why_out);

#endif
