// session.h -- accounts, signing in, and the cookie that says who asks.
//
// Passwords by argon2id (19 MiB, t=2). The cookie holds 256 random bits; the store holds only their
// SHA-256. The token turns over at sign-in; a session locks after 30 idle minutes and ends after
// 12 hours (both settings). Wrong passwords slow an account and an address down, never lock it.
#ifndef SESSION_H
#define SESSION_H

#include "core/route.h"

typedef enum AccountState {
    ACCOUNT_INVITED = 1,
    ACCOUNT_ACTIVE = 2,
    ACCOUNT_SUSPENDED = 3
} AccountState;

typedef struct Account {
    int64_t id;
    Str ref;
    Str username; // lower case, 3 to 64 of [a-z0-9.@_-]
    Str name;
    Role role;
    AccountState state;
    Instant last_sign_in; // {0}: never
    int64_t version;
} Account;

enum {
    PASSWORD_CHARS_MIN = 12,
    PASSWORD_CHARS_MAX = 128,
    USERNAME_CHARS_MAX = 64,
    NAME_CHARS_MAX = 300
};

// ---- accounts: the rules; pages are work/team's
MUST_USE Err account_get(Ctx *c, Str ref, Account *out);
MUST_USE Err account_by_id(Ctx *c, int64_t id, Account *out);
enum { ACCOUNTS_MAX = 20000 };                                       // no more are added
MUST_USE Err account_list(Ctx *c, Account **out, size_t *count_out); // all, by user name
MUST_USE Err account_orgs(Ctx *c, int64_t account_id, int64_t **out, size_t *count_out);
// Whether an active account of this role works for the organisation.
MUST_USE Err account_role_at(Ctx *c, Role role, int64_t org, bool *out);

// May an account have this role? Not while the role has no page of its own to land on.
bool account_role_offered(const Ctx *c, Role role);

typedef struct AccountNew {
    Str username; // 3 to 64 small letters, digits and . @ _ -
    Str name;
    Role role;
    const int64_t *orgs; // NULL with org_count 0: of no organisation
    size_t org_count;
} AccountNew;
// Creates an invited account and a one-time code (72 h) by which its owner chooses a password.
MUST_USE Err account_add(Ctx *c, const AccountNew *new, Account *out, Str *code_out);
// For the demo and the command line: an active account with this password.
MUST_USE Err account_create(Ctx *c, const AccountNew *new, Str password, Account *out);

MUST_USE Err account_set_state(Ctx *c, Str ref, int64_t version, AccountState state);
// Another role or other organisations; ends the account's sessions, so that both hold at once.
// Errors: ERR_INVALID, ERR_CONFLICT (version), ERR_NOT_FOUND.
MUST_USE Err account_set_role(Ctx *c, Str ref, int64_t version, Role role, const int64_t *orgs,
                              size_t org_count);
MUST_USE Err account_start_reset(Ctx *c, Str ref, Str *code_out); // starts, never sets

// Sets the password of the account whose one-time code this is, and ends its sessions.
// Errors: ERR_NOT_FOUND (code wrong, used or older than 72 hours), ERR_INVALID (weak password).
MUST_USE Err account_set_password(Ctx *c, Str code, Str password, Account *out);
MUST_USE Err account_by_code(Ctx *c, Str code, Account *out); // the same check, nothing changed
enum { CODE_HOURS = 72 };

// ---- signing in
typedef struct SignIn SignIn; // what slows guessing: failures lately, by account and by address
SignIn *sign_in_new(int at_once_max); // how many workers it may hold
void sign_in_free(SignIn *state);     // NULL is allowed

// Checks the password, ends the browser's old session, starts a new one and makes c->actor its
// account. Unknown names take as long and say the same as wrong passwords; each is in the access
// log.
// Errors: ERR_INVALID (issue on the whole form), ERR_TOO_MANY (issue says how long to wait).
MUST_USE Err session_sign_in(Ctx *c, Str username, Str password, Str peer, Str *cookie_out);
MUST_USE Err session_sign_out(Ctx *c, Str *cookie_out);

// ---- the session of a request
// Reads the cookie. ERR_SIGNED_OUT when there is none or it has ended (c->actor then still names
// the account of an ended session, so that a form can be kept as its draft).
MUST_USE Err session_open(Ctx *c, Str cookie_header);
// Why session_open said ERR_SIGNED_OUT: the session had been idle too long (its account is known).
bool session_locked(const Ctx *c);
// May the form of an ended session still be kept as a draft? Within a day, and not after signing
// out.
bool session_may_keep_draft(const Ctx *c);
MUST_USE Err session_put_flash(Ctx *c, Str message); // shown on the next page
// The token a form carries, masked anew for each page. Str in c->arena.
Str session_csrf(Ctx *c);
bool session_csrf_ok(const Ctx *c, Str token);
// Was it given out by another session of the actor's, of the last two days? Then the form was
// opened, and typed, by them.
bool session_csrf_was(Ctx *c, Str token);
Str session_take_flash(Ctx *c); // the message for this page, "" when none
int64_t session_seconds_left(const Ctx *c);

extern const Room SESSION_ROOM; // /sign-in /sign-out /session/keep /set-password/:code

#endif
