// seal.h -- what a journal entry says of every column of the rows it vouches for.
//
// The body of an entry is for people and interfaces and need not carry every column. The seal does:
// SHA-256 over the rows, so that `trellis verify` finds any change that went around the journal,
// and nothing of what was in the rows can be read from it. Rows that arrive in bulk are sealed some
// hundreds in one entry (seal_many).
#ifndef SEAL_H
#define SEAL_H

#include "core/ctx.h"

typedef struct Seal {
    const char *kind;   // of the entries that vouch for these rows
    const char *tables; // whose rows they are, space-separated: none may be left out unsaid
    // "($1 from, $2 to)": the thing's id, then every column that is to be vouched for, in order of
    // the id and then in one order always. A thing may have several rows.
    StatementId rows;
} Seal;

// The seal of one thing's rows as they stand, SEAL_CHARS of base64 in c->arena; "" when there are
// none. Errors: ERR_FAULT, ERR_BUSY.
MUST_USE Err seal_of(Ctx *c, const Seal *seal, Str id, Str *out);
enum { SEAL_CHARS = 43 };

// Every thing there is with its seal, in order of id.
typedef Err SealSink(void *arg, Str id, Str seal);
MUST_USE Err seal_each(Ctx *c, const Seal *seal, SealSink *sink, void *arg);

// Inside a change: journals the rows of many things as they now stand; those that are gone as gone.
// Errors: as journal_append.
MUST_USE Err seal_many(Ctx *c, const Seal *seal, const Str *ids, size_t count);
enum { SEALS_AN_ENTRY_MAX = 500 };
// The kind of such an entry; its verb is the kind of the things, its body {"<id>":"<seal>",...},
// where "" is one that is gone.
#define SEAL_KIND "seal"

#endif
