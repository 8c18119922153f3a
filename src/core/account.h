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

// Inside a change: appends the entry of the account as it now is; no secret is in it, but its seal
// covers the password's hash.
MUST_USE Err account_journal(Ctx *c, int64_t id, Str verb);
extern const Seal ACCOUNT_SEAL;
extern const Seal REASON_SEAL;  // of a stated reason
extern const Seal SESSION_SEAL; // of who is signed in

#endif
