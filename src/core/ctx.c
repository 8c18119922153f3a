// ctx.c -- issues, capabilities, changes and new references.
#include "core/core.h"

#include <sys/random.h>

Err ctx_issue(Ctx *c, Str field, Str text)
{
    if (c->issue_count < ISSUES_MAX) c->issues[c->issue_count++] = (Issue){field, text};
    return ERR_INVALID;
}

bool ctx_can(const Ctx *c, Cap cap)
{
    if (cap == CAP_NONE || cap >= CAP_COUNT || c->actor.role >= ROLE_COUNT) return false;
    return (ACCESS_CAPS[c->actor.role] >> cap & 1U) != 0;
}

bool ctx_works_for(const Ctx *c, int64_t org)
{
    for (size_t i = 0; org != 0 && i < c->actor.org_count; i++) {
        if (c->actor.orgs[i] == org) return true;
    }
    return false;
}

bool ctx_cancelled(const Ctx *c)
{
    return c->cancelled != NULL && !c->changing && atomic_load(c->cancelled);
}

typedef struct Running {
    Ctx *c;
    Change *change;
    void *arg;
    bool housekeeping;
} Running;

// On the writer's thread; the one that asked sleeps until the commit, so that the Ctx has one user.
static Err run_change(Db *writer, void *arg)
{
    Running *running = arg;
    Ctx *c = running->c;
    c->db = writer;
    c->journalled = 0;
    Err err = running->change(c, running->arg);
    // The writer's words are only here: afterwards c->db is the reader again.
    if (err == ERR_FAULT && db_why(writer)[0] != '\0') {
        c->refused = arena_c(c->arena, str_from_c(db_why(writer)));
    }
    if (err != ERR_OK || !db_wrote(writer)) return err;
    if (running->housekeeping) {
        c->refused = "a housekeeping change wrote to a record";
        return ERR_FAULT;
    }
    if (c->journalled == 0) {
        c->refused = "a change wrote to a record and journalled nothing";
        return ERR_FAULT;
    }
    return ERR_OK;
}

static Err change_as(Ctx *c, Change *change, void *arg, bool housekeeping)
{
    assert(c->core != NULL && c->core->store != NULL);
    if (c->changing) return change(c, arg); // joins: kept or undone with the outer one
    Db *reader = c->db;
    int journalled = c->journalled;
    c->changing = true;
    c->refused = NULL;
    store_rest(c->core->store, reader);
    Err err = store_write(c->core->store, run_change, &(Running){c, change, arg, housekeeping});
    c->changing = false;
    c->db = reader;
    if (housekeeping) c->journalled = journalled;
    if (!housekeeping && err == ERR_OK && c->journalled > 0) c->changed = true;
    // Show what was just written, or what somebody else wrote first.
    store_refresh(c->core->store, reader);
    return err;
}

Err ctx_change(Ctx *c, Change *change, void *arg)
{
    return change_as(c, change, arg, false);
}

Err ctx_housekeep(Ctx *c, Change *change, void *arg)
{
    return change_as(c, change, arg, true);
}

// SplitMix64 (Steele, Lea, Flood 2014): one step a letter.
static uint8_t next_byte(RefSource *refs)
{
    uint64_t x = refs->state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return (uint8_t)(x >> 56);
}

Str ref_new(Ctx *c)
{
    // 32 letters, 5 bits each; without i, l, o and u, which are misread or spell words.
    static const char LETTERS[] = "0123456789abcdefghjkmnpqrstvwxyz";
    uint8_t bytes[REF_CHARS];
    RefSource *refs = c->core == NULL ? NULL : c->core->refs;
    if (refs != NULL) {
        for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = next_byte(refs);
    } else if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) {
        abort(); // never interrupted below 256 bytes once the system has its randomness
    }
    char *ref = arena_alloc(c->arena, REF_CHARS + 1, 1);
    for (size_t i = 0; i < REF_CHARS; i++) ref[i] = LETTERS[bytes[i] % 32];
    return (Str){ref, REF_CHARS};
}
