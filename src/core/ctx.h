// ctx.h -- what every rule gets: who asks, when, with which memory and which store.
//
// One Ctx per request, job or test. Rules take `Ctx *c` first, read the clock from c->now only, put
// what they return in c->arena, and say what was wrong by ctx_issue + ERR_INVALID.
#ifndef CTX_H
#define CTX_H

#include "access_table.h" // generated from app/access.csv: Role, DataClass, Cap
#include "core/db.h"

typedef struct Core Core; // the running program: config, stores, rooms; core/core.h

enum { ISSUES_MAX = 64, ORGS_MAX = 512 };

typedef struct PersonId { // whom a record is about; internal, never in a URL
    int64_t v;
} PersonId;

typedef struct Actor {
    int64_t account_id; // 0: the program itself (demo, migration, job without a user)
    Str name;           // as colleagues see it, "Priya Nair"
    Role role;
    const int64_t *orgs; // organisations the account works for
    size_t org_count;
} Actor;

typedef struct Issue {
    Str field; // the form field it belongs to, "" for the whole form
    Str text;  // a sentence that says what to do
} Issue;

typedef struct Ctx {
    Arena *arena;
    Db *db; // a reader with one read transaction; inside a change, the writer
    const Core *core;
    Actor actor;
    Instant now;
    Date today;  // of `now`, in London
    Str request; // reference shown on error pages and in both logs, "7QK4-M2XD"
    Str session; // hash of the session token, "" outside a session
    struct SessionState *session_state; // core/session's own; NULL outside a session
    Str purpose;                        // why: "direct-care", or the reason stated
    Str here; // path that shows this page again, "" when none does: for signing in after a pause
    Issue issues[ISSUES_MAX];
    size_t issue_count;
    int journalled;               // entries appended in the running change
    bool changing;                // a change is running: c->db is the writer
    bool changed;                 // one that journalled is durable: whoever asked must not be told
                                  // that nothing was
    const atomic_bool *cancelled; // set: nobody waits for the answer any more; NULL: cannot be
    const char *refused; // why the last change failed by ERR_FAULT, NULL if it did not: for the log
} Ctx;

// Adds a sentence beside a field; more than ISSUES_MAX are dropped. Returns ERR_INVALID always, so
// that a rule can `return ctx_issue(...)`, or collect several and return at the end.
Err ctx_issue(Ctx *c, Str field, Str text);
bool ctx_can(const Ctx *c, Cap cap);
bool ctx_works_for(const Ctx *c, int64_t org); // one of the actor's organisations; 0 never is
// What takes long asks now and then, and gives ERR_BUSY back. Nothing is cancelled inside a change.
bool ctx_cancelled(const Ctx *c);

// Runs `change` as one transaction: all of it becomes durable, or nothing. While it runs c->db is
// the writer, so rules that read can be called from it; a change inside a change joins it: it is
// kept or undone with the outer one, so pass its error on. Afterwards c->db sees what is newest.
// A change that wrote something and journalled nothing is refused (house law 6; c->refused).
// Errors: those of change; ERR_BUSY; ERR_FAULT.
typedef Err Change(Ctx *c, void *arg);
MUST_USE Err ctx_change(Ctx *c, Change *change, void *arg);

// The same for housekeeping statements only (sessions, drafts, job progress): no journal entry.
// Any other write in it is refused.
MUST_USE Err ctx_housekeep(Ctx *c, Change *change, void *arg);

// A new opaque id for URLs and FHIR: 20 characters of [0-9a-z], 100 random bits, in c->arena.
Str ref_new(Ctx *c);
enum { REF_CHARS = 20 };

#endif
