// journal.h -- the append-only, hash-chained memory of every write, and the log of every look.
//
// The journal lives in the main store, in the same transaction as the write it records. The access
// log has the same shape without body, in a file of its own, committed before an answer leaves.
// hash = SHA-256(prev_hash || canonical entry); both heads are anchored outside the files.
#ifndef JOURNAL_H
#define JOURNAL_H

#include "core/openers.h"
#include "core/seal.h"

typedef struct JournalEntry {
    PersonId person;  // {0} when the write is about nobody in particular
    Str kind;         // "plan", "contact": the room's own noun
    Str id;           // the thing's opaque id
    int64_t version;  // after the write, from 1
    Str verb;         // "create", "update", "agree" ...
    Str body;         // the whole resource after the write: canonical JSON (FHIR where it has one)
    const Seal *seal; // the rows it vouches for: sealed as they stand; NULL: none, or
    Str sealed;       // their seal, made before; "" none
} JournalEntry;

// Appends one entry to the running change; kind, id, verb not empty. Errors: ERR_FAULT (also: not
// inside a change), ERR_TOO_LARGE.
MUST_USE Err journal_append(Ctx *c, const JournalEntry *entry);
// `rows` of a list leave the system: kind "export", a change of its own. Errors: also ERR_BUSY.
MUST_USE Err journal_export(Ctx *c, Str verb, Str list, size_t rows);

// The number of its last entry, 0 before the first: while it is the same, nothing has been written.
MUST_USE Err journal_head(Ctx *c, int64_t *out);

typedef struct JournalRow {
    int64_t seq;
    Instant at;
    Str actor_name;
    Role role;
    Str kind, id;
    int64_t version;
    Str verb, body;
} JournalRow;

enum { JOURNAL_ROWS_MAX = 500 };

MUST_USE Err journal_count(Ctx *c, Str kind, int64_t *out); // entries of a kind that has few
// All versions of one thing, oldest first, at most JOURNAL_ROWS_MAX. Rows live in c->arena.
MUST_USE Err journal_history(Ctx *c, Str kind, Str id, JournalRow **out, size_t *count_out);
// The same from the version after `after` on (0: from the first): for who has to see them all.
MUST_USE Err journal_history_after(Ctx *c, Str kind, Str id, int64_t after, JournalRow **out,
                                   size_t *count_out);

// What an entry says of rows; the strings are valid until the sink returns.
typedef struct JournalSeal {
    int64_t seq;
    PersonId person; // {0}: about nobody in particular
    Str kind;
    Str id;
    int64_t version;
    Str verb;
    Str seals; // the body of an entry that seals many (core/seal.h), else ""
    Str seal;
} JournalSeal;

// Every entry after `after` (0: from the first), oldest first: how `trellis verify` learns what
// each row must be, and the population engine what was written since it looked last.
typedef Err JournalSealSink(void *arg, const JournalSeal *entry);
MUST_USE Err journal_seals(Ctx *c, int64_t after, JournalSealSink *sink, void *arg);
MUST_USE Err journal_hash(Ctx *c, int64_t seq, Str *out); // of one entry, as bytes; "": none there

typedef enum Verb { // what an access-log line says was done
    VERB_NONE,
    VERB_VIEW,
    VERB_LIST,
    VERB_SEARCH,
    VERB_PRINT,
    VERB_EXPORT,
    VERB_WRITE,
    VERB_SIGN_IN,
    VERB_SIGN_OUT,
    VERB_REFUSED,
    VERB_BREAK_GLASS,
    VERB_PUBLIC, // pages without any record: sign-in form, help, assets
    VERB_COUNT
} Verb;

const char *verb_name(Verb verb);

typedef struct AccessEntry {
    Verb verb;
    PersonId person;         // {0} for lists and pages about nobody
    Str what;                // route path pattern, "/people/:person/plan"
    Str detail;              // filters of a list, reason, relationship; never a name or number
    const PersonId *persons; // those whose row was shown in a list
    size_t person_count;
} AccessEntry;

// Waits until the line is durable; without it nothing may be shown. Errors: ERR_BUSY, ERR_FAULT.
MUST_USE Err access_log(Ctx *c, const AccessEntry *entry);
// The same without waiting: as store_write_later. What `entry` points to must live until then.
typedef void Logged(void *arg, Err err);
void access_log_later(Ctx *c, const AccessEntry *entry, Logged *logged, void *arg);

typedef struct AccessRow {
    int64_t seq;
    Instant at;
    Str actor_name;
    Role role;
    Verb verb;
    Str what;
    Str detail;
} AccessRow;

// Who has seen this person's record, newest first: views, and lists that showed the person's row.
// before_seq 0 begins with the newest; at most JOURNAL_ROWS_MAX. Rows live in c->arena.
MUST_USE Err access_seen(Ctx *c, PersonId person, int64_t before_seq, size_t limit, AccessRow **out,
                         size_t *count_out);

// Who but the actor opened this person's record last: no lists, no refusals. ERR_NOT_FOUND: nobody.
MUST_USE Err access_opened(Ctx *c, PersonId person, Opener *out);

#endif
