// session.c -- signing in and out, and what the cookie of a request means.
#include "core/session.h"

#include "base/utf8.h"
#include "core/account.h"
#include "core/clock.h"
#include "core/core.h"
#include "core/decode.h"
#include "core/password.h"
#include "core/sign_in.h"
#include "session_sql.h"

enum {
    TOUCH_MS = 60 * 1000,              // a session's last use is written at most this often
    DRAFT_GRACE_MS = 24 * 3600 * 1000, // after which an ended session keeps nothing more
    FLASH_BYTES_MAX = 300,
    COOKIE_CHARS = 43,
    USERNAME_BYTES_MAX = 256,
};

static const char *cookie_name(const Ctx *c)
{
    return c->core->config->secure_cookies ? "__Host-trellis" : "trellis";
}

static Str cookie_text(Ctx *c, Str token, bool ends)
{
    return arena_fmt(c->arena, "%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax%s%s", cookie_name(c),
                     STR_ARG(token), c->core->config->secure_cookies ? "; Secure" : "",
                     ends ? "; Max-Age=0" : "");
}

typedef struct Write { // of housekeeping: one statement, its values
    StatementId id;
    const Val *args;
    size_t count;
} Write;

static Err write_one(Ctx *c, void *arg)
{
    const Write *w = arg;
    return db_exec(c->db, w->id, w->args, w->count, NULL);
}

#define HOUSEKEEP(c_, id_, ...)                                                                    \
    ctx_housekeep((c_), write_one,                                                                 \
                  &(Write){(id_), (const Val[]){__VA_ARGS__},                                      \
                           sizeof((const Val[]){__VA_ARGS__}) / sizeof(Val)})

// ---- the session of a request

static int64_t idle_ms(const Ctx *c)
{
    return (int64_t)c->core->config->idle_lock_minutes * 60 * 1000;
}

static int64_t whole_ms(const Ctx *c)
{
    return (int64_t)c->core->config->session_hours * 3600 * 1000;
}

static Err read_session(Ctx *c, Str hash, AccountState *account_out, bool *stopped_out)
{
    SessionState *state = ARENA_NEW(c->arena, SessionState);
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_SESSION_GET, ARGS(BYTES(hash)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_SIGNED_OUT;
    Str key = row_view(&rows, 1);
    if (key.len != CSRF_KEY_BYTES) return ERR_FAULT;
    memcpy(state->csrf_key, key.ptr, CSRF_KEY_BYTES);
    state->started_at = row_at(&rows, 2);
    state->seen_at = row_at(&rows, 3);
    state->flash = row_str(c->arena, &rows, 5);
    *stopped_out = !row_null(&rows, 4);
    *account_out = (AccountState)row_i64(&rows, 8);
    c->actor = (Actor){.account_id = row_i64(&rows, 0),
                       .name = row_str(c->arena, &rows, 6),
                       .role = role_of_key(row_view(&rows, 7))};
    c->session = hash;
    c->session_state = state;
    return ERR_OK;
}

static void forget(Ctx *c)
{
    c->actor = (Actor){.role = ROLE_NONE};
    c->session = STR("");
    c->session_state = NULL;
}

Err session_open(Ctx *c, Str cookie_header)
{
    Str token = decode_cookie(cookie_header, str_from_c(cookie_name(c)));
    if (token.len != COOKIE_CHARS) return ERR_SIGNED_OUT;
    AccountState account = ACCOUNT_SUSPENDED;
    bool stopped = false;
    TRY(read_session(c, token_hash(c->arena, token), &account, &stopped));
    SessionState *state = c->session_state;
    if (stopped || account != ACCOUNT_ACTIVE || c->actor.role == ROLE_NONE) {
        forget(c);
        return ERR_SIGNED_OUT;
    }
    int64_t idle = c->now.ms - state->seen_at.ms;
    state->expired = c->now.ms - state->started_at.ms >= whole_ms(c);
    state->locked = idle >= idle_ms(c);
    if (state->expired || state->locked) {
        state->may_keep_draft = idle < idle_ms(c) + DRAFT_GRACE_MS;
        return ERR_SIGNED_OUT;
    }
    int64_t *orgs = NULL;
    TRY(account_orgs(c, c->actor.account_id, &orgs, &c->actor.org_count));
    c->actor.orgs = orgs;
    if (idle < TOUCH_MS) return ERR_OK;
    state->seen_at = c->now;
    return HOUSEKEEP(c, SQL_SESSION_TOUCH, BYTES(c->session), AT(c->now));
}

bool session_locked(const Ctx *c)
{
    return c->session_state != NULL && (c->session_state->locked || c->session_state->expired);
}

bool session_may_keep_draft(const Ctx *c)
{
    return c->session_state != NULL && c->session_state->may_keep_draft;
}

int64_t session_seconds_left(const Ctx *c)
{
    const SessionState *state = c->session_state;
    if (state == NULL) return 0;
    int64_t idle = state->seen_at.ms + idle_ms(c);
    int64_t whole = state->started_at.ms + whole_ms(c);
    int64_t left = (idle < whole ? idle : whole) - c->now.ms;
    return left > 0 ? left / 1000 : 0;
}

// The same secret looks different on every page, so that a compressed answer cannot betray it.
Str session_csrf(Ctx *c)
{
    if (c->session_state == NULL) return STR("");
    unsigned char bytes[2 * CSRF_KEY_BYTES];
    secret_random(bytes, CSRF_KEY_BYTES);
    for (size_t i = 0; i < CSRF_KEY_BYTES; i++) {
        bytes[CSRF_KEY_BYTES + i] = bytes[i] ^ c->session_state->csrf_key[i];
    }
    return secret_base64(c->arena, bytes, sizeof bytes);
}

// The secret behind the mask.
static bool key_of_token(Str token, unsigned char key[static CSRF_KEY_BYTES])
{
    unsigned char bytes[2 * CSRF_KEY_BYTES];
    if (!secret_from_base64(token, bytes, sizeof bytes)) return false;
    for (size_t i = 0; i < CSRF_KEY_BYTES; i++) key[i] = bytes[i] ^ bytes[CSRF_KEY_BYTES + i];
    return true;
}

bool session_csrf_ok(const Ctx *c, Str token)
{
    unsigned char key[CSRF_KEY_BYTES];
    if (c->session_state == NULL || !key_of_token(token, key)) return false;
    return secret_equal(key, c->session_state->csrf_key, CSRF_KEY_BYTES);
}

bool session_csrf_was(Ctx *c, Str token)
{
    unsigned char key[CSRF_KEY_BYTES];
    if (c->session_state == NULL || !key_of_token(token, key)) return false;
    Str bytes = {(const char *)key, CSRF_KEY_BYTES};
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_CSRF_OF, ARGS(I64(c->actor.account_id), BYTES(bytes)));
    return rows_next(&rows);
}

Err session_put_flash(Ctx *c, Str message)
{
    if (c->session_state == NULL) return ERR_OK;
    message = utf8_cut(message, FLASH_BYTES_MAX);
    return HOUSEKEEP(c, SQL_SESSION_FLASH, BYTES(c->session), TEXT(message));
}

Str session_take_flash(Ctx *c)
{
    if (c->session_state == NULL || c->session_state->flash.len == 0) return STR("");
    Str message = c->session_state->flash;
    c->session_state->flash = STR("");
    // Shown twice is better than not at all: a store that is busy now does not hide it.
    (void)!HOUSEKEEP(c, SQL_SESSION_FLASH, BYTES(c->session), TEXT(STR("")));
    return message;
}

// ---- signing in

typedef struct Rehash {
    int64_t account_id;
    Str hash;
} Rehash;

// The same password, at today's cost: the seal of the account covers its hash, so this is an entry.
static Err rehash(Ctx *c, void *arg)
{
    const Rehash *r = arg;
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_SET_PASSWORD, ARGS(I64(r->account_id), TEXT(r->hash)),
                NULL));
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_REHASH, ARGS(I64(r->account_id)), NULL));
    return account_journal(c, r->account_id, STR("rehash-password"));
}

typedef struct Secret {
    int64_t account_id; // 0: no such account
    Str password_hash;
    AccountState state;
    int64_t failures;
} Secret;

static Err find_secret(Ctx *c, Str username, Secret *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_SESSION_ACCOUNT_SECRET, ARGS(TEXT(username)));
    if (!rows_next(&rows)) return rows.err;
    *out = (Secret){row_i64(&rows, 0), row_str(c->arena, &rows, 1), (AccountState)row_i64(&rows, 2),
                    row_i64(&rows, 3)};
    return ERR_OK;
}

// A session is a key to the record: one that was put in around the journal is found.
const Seal SESSION_SEAL = {"session", "session", {SESSION_SEALED_SESSIONS_STATEMENT}};

static Err journal_session(Ctx *c, int64_t account_id)
{
    Str id = arena_fmt(c->arena, "%lld-%lld", (long long)account_id, (long long)c->now.ms);
    return journal_append(c, &(JournalEntry){.kind = STR("session"),
                                             .id = id,
                                             .version = 1,
                                             .verb = STR("sign-in"),
                                             .body = STR("{}"),
                                             .seal = &SESSION_SEAL});
}

typedef struct Start {
    Secret secret;
    Str old_session;
    Str token_hash;
    Str csrf_key;
    Str flash;
} Start;

static Err start(Ctx *c, void *arg)
{
    const Start *s = arg;
    if (s->old_session.len > 0) {
        TRY(db_exec(c->db, SQL_SESSION_STOP, ARGS(BYTES(s->old_session), AT(c->now)), NULL));
    }
    TRY(db_exec(c->db, SQL_SESSION_ACCOUNT_SIGNED_IN, ARGS(I64(s->secret.account_id), AT(c->now)),
                NULL));
    TRY(db_exec(c->db, SQL_SESSION_SWEEP, ARGS(I64(c->now.ms - INT64_C(2) * DRAFT_GRACE_MS)),
                NULL));
    TRY(db_exec(c->db, SQL_SESSION_START,
                ARGS(BYTES(s->token_hash), I64(s->secret.account_id), BYTES(s->csrf_key),
                     AT(c->now), TEXT(s->flash)),
                NULL));
    return journal_session(c, s->secret.account_id);
}

static Err refuse(Ctx *c, const Secret *secret, const char *why)
{
    c->actor = (Actor){.account_id = secret->account_id};
    TRY(access_log(
        c,
        &(AccessEntry){.verb = VERB_REFUSED, .what = STR("/sign-in"), .detail = str_from_c(why)}));
    c->actor = (Actor){.role = ROLE_NONE};
    if (secret->account_id != 0) {
        TRY(HOUSEKEEP(c, SQL_SESSION_ACCOUNT_FAILED, I64(secret->account_id)));
    }
    return ERR_OK;
}

static Err too_many(Ctx *c, int64_t wait)
{
    if (wait == SIGN_IN_CROWDED) {
        (void)ctx_issue(c, STR(""),
                        STR("Many people are signing in just now. Wait a second, then try again"));
        return ERR_TOO_MANY;
    }
    (void)ctx_issue(
        c, STR("username"),
        arena_fmt(c->arena,
                  "There were too many wrong passwords. Wait %lld second%s, then try again",
                  (long long)wait, wait == 1 ? "" : "s"));
    return ERR_TOO_MANY;
}

static Err begin_session(Ctx *c, const Secret *secret, Str *cookie_out)
{
    unsigned char *key = arena_alloc(c->arena, CSRF_KEY_BYTES, 1);
    secret_random(key, CSRF_KEY_BYTES);
    Str token = token_new(c->arena);
    Start s = {
        .secret = *secret,
        .old_session = c->session,
        .token_hash = token_hash(c->arena, token),
        .csrf_key = {(const char *)key, CSRF_KEY_BYTES},
        .flash = STR(""),
    };
    if (secret->failures > 0) { // its owner should know that somebody tried
        s.flash = arena_fmt(c->arena, "%lld wrong password%s since you last signed in.",
                            (long long)secret->failures,
                            secret->failures == 1 ? " was entered" : "s were entered");
    }
    Account account;
    TRY(account_by_id(c, secret->account_id, &account));
    c->actor = (Actor){.account_id = account.id, .name = account.name, .role = account.role};
    Err err = ctx_change(c, start, &s);
    if (err != ERR_OK) c->actor = (Actor){.role = ROLE_NONE};
    TRY(err);
    *cookie_out = cookie_text(c, token, false);
    return ERR_OK;
}

typedef struct Typed { // into the form of signing in
    Str username;
    Str password;
    Str peer;
} Typed;

static Err check_password(Ctx *c, const Typed *typed, Secret *out, bool *stale_out)
{
    SignIn *sign_in = c->core->sign_in;
    int64_t wait = sign_in_begin(sign_in, typed->username, typed->peer, clock_ticks_ms());
    if (wait != 0) return too_many(c, wait);

    Err err = find_secret(c, typed->username, out);
    bool fits = err == ERR_OK && password_fits(c, out->password_hash, typed->password, stale_out);
    bool may = fits && out->state == ACCOUNT_ACTIVE;
    sign_in_end(sign_in, typed->username, typed->peer, may, clock_ticks_ms());
    TRY(err);
    if (may) return ERR_OK;
    TRY(refuse(c, out, fits ? "account not active" : "wrong name or password"));
    return ctx_issue(c, STR("username"),
                     STR("Check your user name and password. They do not match an account that "
                         "can sign in"));
}

Err session_sign_in(Ctx *c, Str username, Str password, Str peer, Str *cookie_out)
{
    username = arena_lower(c->arena, str_slice(str_trim(username), 0, USERNAME_BYTES_MAX));
    Secret secret = {0};
    bool stale = false;
    TRY(check_password(c, &(Typed){username, password, peer}, &secret, &stale));
    TRY(begin_session(c, &secret, cookie_out));
    if (!stale) return ERR_OK;
    Rehash anew = {.account_id = secret.account_id};
    TRY(password_hash(c, password, &anew.hash));
    return ctx_change(c, rehash, &anew);
}

Err session_sign_out(Ctx *c, Str *cookie_out)
{
    *cookie_out = cookie_text(c, STR(""), true);
    if (c->session.len == 0) return ERR_OK;
    TRY(HOUSEKEEP(c, SQL_SESSION_STOP, BYTES(c->session), AT(c->now)));
    return ERR_OK;
}
