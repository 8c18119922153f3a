// draft.h -- what was typed and not yet saved: kept 14 days, for its writer's eyes.
#ifndef DRAFT_H
#define DRAFT_H

#include "core/route.h"

typedef struct Draft {
    Str key;         // the path its form is posted to: ROUTE_DRAFT needs no other name for it
    Str body;        // the form, url-encoded as sent, without its CSRF token
    int64_t version; // goes up with each save
    Instant saved_at;
} Draft;

enum {
    DRAFT_BYTES_MAX = BODY_BYTES_MAX,
    DRAFT_DAYS = 14,
    DRAFT_WORDS_MAX = 100,
    DRAFT_LIST_MAX = 50,
};

// Under which key a form of this route is kept, also when the session ends while it is typed:
// "<route's draft word>:<first parameter>", the path when the row has no word.
Str draft_key(Ctx *c, const Request *req);

// Saves the request's form as the actor's draft under `key`. Housekeeping: no journal entry.
MUST_USE Err draft_save(Ctx *c, Str key, const Request *req, Draft *out);
MUST_USE Err draft_find(Ctx *c, Str key, Draft *out); // ERR_NOT_FOUND
MUST_USE Err draft_drop(Ctx *c, Str key);
MUST_USE Err draft_count(Ctx *c, int64_t *out); // how many the actor has
// The actor's drafts whose key begins so, newest first, at most DRAFT_LIST_MAX, without bodies.
MUST_USE Err draft_list(Ctx *c, Str key_begins, Draft **out, size_t *count_out);
// The draft's fields in place of the request's: for redrawing a form from a draft.
MUST_USE Err draft_request(Ctx *c, const Draft *draft, const Request *like, Request *out);

// Words to search by name people: they stay here, and an address carries an opaque word for them.
// `what` keeps the searches of different pages apart. Of an account the newest DRAFT_WORDS_MAX are
// kept: nobody fills the disk by searching. *out: 20 characters.
MUST_USE Err draft_keep_words(Ctx *c, const char *what, const Request *req, Str *out);
// The form that was kept, as in draft_request. Errors: ERR_NOT_FOUND (an old link, or another's).
MUST_USE Err draft_words(Ctx *c, const char *what, Str s, const Request *like, Request *out);

#endif
