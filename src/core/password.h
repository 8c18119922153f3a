// password.h -- which passwords are good enough, and how they are kept: argon2id, 19 MiB, twice.
#ifndef PASSWORD_H
#define PASSWORD_H

#include "core/session.h"

// Says in one sentence what is wrong with a new password, "" when nothing is.
Str password_fault(Arena *arena, Str password, Str username, Str name);

// About 80 ms and 19 MiB; at most PASSWORD_HASHES_MAX run at once in a server (others wait).
// Errors: ERR_FAULT (out of memory).
MUST_USE Err password_hash(Ctx *c, Str password, Str *out);
// The same time for every answer; hash "" (no such account) never fits. *stale_out: hash it anew.
bool password_fits(Ctx *c, Str hash, Str password, bool *stale_out);
enum { PASSWORD_HASHES_MAX = 2 };

#endif
