// account.h -- what session.c and account.c share; the door for others is session.h.
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "core/secret.h"
#include "core/session.h"

typedef struct SessionState { // of the running request
    unsigned char csrf_key[32];
    Str flash;
    Instant started_at;
    Instant seen_at;
    bool locked;  // ended because nobody used it
    bool expired; // ended because it was old
    bool may_keep_draft;
    bool draft_kept; // the form just sent was
} SessionState;

enum { CSRF_KEY_BYTES = 32 };

Role role_of_key(Str key); // ROLE_NONE when there is none

// The account as its journal entries show it: no secret. Errors: ERR_NOT_FOUND.
MUST_USE Err account_render(Ctx *c, Str kind, Str ref, Str *body_out);
// The refs of accounts after `after`: verify finds one that was slipped in. See Room.present.
MUST_USE Err account_present(Ctx *c, Str kind, Str after, Str *refs_out, size_t max,
                             size_t *count_out);

#endif
