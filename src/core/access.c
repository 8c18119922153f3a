// access.c -- the decision who may see or change what, and the proof of it that rules ask for.
//
// allow = the role's cell of roles x data classes holds the mode
//         and, where the cell says *, a relationship (or a stated reason) that opens the class
//         and, where it says !, a stated reason that still runs.
#include "core/access.h"

#include "access_sql.h"
#include "base/utf8.h"
#include "core/account.h"
#include "core/core.h"
#include "core/reason.h"

struct Grant {
    int64_t account_id;
    PersonId person;
    DataClass data;
    AccessMode mode;
    RelationshipKind relationship;
    bool program; // covers every class: the program acting for itself
};

enum {
    REASON_HOURS = 24,
    BREAK_GLASS_HOURS = 8,
    STATED_AGAIN_MS = 60 * 1000,
};

// What is not named in the table stays closed.
static bool opens(RelationshipKind kind, DataClass data, AccessMode mode)
{
    if (data <= CLASS_NONE || data >= CLASS_COUNT) return false;
    AccessCell bits = ACCESS_OPENS[kind][data];
    return (bits & (mode == MODE_WRITE ? ACCESS_WRITE : ACCESS_READ)) != 0;
}

static AccessCell cell_of(const Ctx *c, DataClass data)
{
    bool known = c->actor.role > ROLE_NONE && c->actor.role < ROLE_COUNT && data > CLASS_NONE &&
                 data < CLASS_COUNT;
    return known ? ACCESS_MATRIX[c->actor.role][data] : 0;
}

static bool cell_permits(AccessCell cell, AccessMode mode)
{
    return (cell & (mode == MODE_WRITE ? ACCESS_WRITE : ACCESS_READ)) != 0;
}

bool access_may(const Ctx *c, DataClass data, AccessMode mode)
{
    return cell_permits(cell_of(c, data), mode);
}

bool access_may_count(const Ctx *c, DataClass data)
{
    return (cell_of(c, data) & (ACCESS_READ | ACCESS_COUNT)) != 0;
}

bool access_any(const Ctx *c, DataClass data)
{
    return data == CLASS_NONE || cell_of(c, data) != 0;
}

static Err stated_reason(Ctx *c, PersonId person, RelationshipKind *out)
{
    *out = RELATIONSHIP_NONE;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_ACCESS_REASON,
                         ARGS(I64(c->actor.account_id), I64(person.v), AT(c->now)));
    if (rows_next(&rows)) *out = (RelationshipKind)row_i64(&rows, 0);
    return rows.err;
}

// The first relationship that opens this class: one that does not leaves room for another that
// does.
static Err relationship_for(Ctx *c, PersonId person, DataClass data, AccessMode mode,
                            RelationshipKind *out)
{
    *out = RELATIONSHIP_NONE;
    for (size_t i = 0; i < c->core->room_count; i++) {
        const Room *room = c->core->rooms[i];
        if (room->relationship == NULL) continue;
        RelationshipKind kind = RELATIONSHIP_NONE;
        TRY(room->relationship(c, person, &kind));
        if (kind == RELATIONSHIP_NONE || !opens(kind, data, mode)) continue;
        *out = kind;
        return ERR_OK;
    }
    return ERR_OK;
}

// The decision. *how is the relationship that opened it (RELATIONSHIP_NONE where none was needed).
static Err decide(Ctx *c, PersonId person, DataClass data, AccessMode mode, RelationshipKind *how)
{
    AccessCell cell = cell_of(c, data);
    *how = RELATIONSHIP_NONE;
    if (!cell_permits(cell, mode)) return ERR_NOT_FOUND;
    if ((cell & (ACCESS_NEEDS_RELATIONSHIP | ACCESS_NEEDS_REASON)) == 0) return ERR_OK;

    RelationshipKind reason = RELATIONSHIP_NONE;
    TRY(stated_reason(c, person, &reason));
    if ((cell & ACCESS_NEEDS_REASON) != 0 && reason == RELATIONSHIP_NONE) return ERR_FORBIDDEN;
    if ((cell & ACCESS_NEEDS_RELATIONSHIP) == 0) {
        *how = reason;
        return ERR_OK;
    }
    TRY(relationship_for(c, person, data, mode, how));
    if (*how == RELATIONSHIP_NONE && reason != RELATIONSHIP_NONE && opens(reason, data, mode)) {
        *how = reason;
    }
    return *how == RELATIONSHIP_NONE ? ERR_FORBIDDEN : ERR_OK;
}

static Err log_refusal(Ctx *c, PersonId person, DataClass data, AccessMode mode, Err err)
{
    Str detail =
        arena_fmt(c->arena, "%s %s: %s", mode == MODE_WRITE ? "change" : "see", CLASS_KEYS[data],
                  err == ERR_FORBIDDEN ? "no relationship" : "not for this role");
    return access_log(
        c, &(AccessEntry){
               .verb = VERB_REFUSED, .person = person, .what = STR("grant"), .detail = detail});
}

Err access_grant(Ctx *c, PersonId person, DataClass data, AccessMode mode, const Grant **out)
{
    RelationshipKind how = RELATIONSHIP_NONE;
    Err err = decide(c, person, data, mode, &how);
    if (err == ERR_NOT_FOUND || err == ERR_FORBIDDEN) {
        TRY(log_refusal(c, person, data, mode, err));
    }
    TRY(err);
    Grant *grant = ARENA_NEW(c->arena, Grant);
    *grant = (Grant){c->actor.account_id, person, data, mode, how, false};
    *out = grant;
    return ERR_OK;
}

// A relationship of the actor's own: a reason is looked up anew, for it may have ended.
static bool opens_also(const Ctx *c, const Grant *grant, DataClass data, AccessMode mode)
{
    AccessCell cell = cell_of(c, data);
    RelationshipKind how = grant->relationship;
    bool own =
        how != RELATIONSHIP_NONE && how != RELATIONSHIP_REASON && how != RELATIONSHIP_BREAK_GLASS;
    return own && !grant->program && grant->account_id == c->actor.account_id &&
           cell_permits(cell, mode) && (cell & ACCESS_NEEDS_REASON) == 0 && opens(how, data, mode);
}

Err access_also(Ctx *c, const Grant *grant, DataClass data, AccessMode mode, const Grant **out)
{
    if (!opens_also(c, grant, data, mode)) {
        return access_grant(c, grant->person, data, mode, out);
    }
    Grant *also = ARENA_NEW(c->arena, Grant);
    *also = *grant;
    also->data = data;
    also->mode = mode;
    *out = also;
    return ERR_OK;
}

Err access_opens(Ctx *c, PersonId person, DataClass data, AccessMode mode, bool *out)
{
    RelationshipKind how = RELATIONSHIP_NONE;
    Err err = decide(c, person, data, mode, &how);
    *out = err == ERR_OK;
    return err == ERR_NOT_FOUND || err == ERR_FORBIDDEN ? ERR_OK : err;
}

PersonId grant_person(const Grant *grant)
{
    return grant->person;
}

RelationshipKind grant_relationship(const Grant *grant)
{
    return grant->relationship;
}

bool grant_covers(const Grant *grant, DataClass data, AccessMode mode)
{
    if (grant == NULL) return false;
    if (grant->program) return true;
    return grant->data == data && (grant->mode == MODE_WRITE || mode == MODE_READ);
}

const Grant *access_program_grant(Ctx *c, PersonId person, DataClass data)
{
    assert(c->actor.account_id == 0);
    Grant *grant = ARENA_NEW(c->arena, Grant);
    *grant = (Grant){0, person, data, MODE_WRITE, RELATIONSHIP_NONE, true};
    return grant;
}

// ---- stating a reason

typedef struct State {
    PersonId person;
    RelationshipKind kind;
    Str reason;
} State;

const Seal REASON_SEAL = {"access-reason", "access_reason", {ACCESS_SEALED_STATEMENT}};

// A button pressed twice is one reason, to be reviewed once.
static Err stated_again(Ctx *c, const State *s, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_ACCESS_STATED_AGAIN,
                         ARGS(I64(c->actor.account_id), I64(s->person.v), I64(s->kind),
                              TEXT(s->reason), I64(c->now.ms - STATED_AGAIN_MS), AT(c->now)));
    *out = rows_next(&rows);
    return rows.err;
}

static Err state(Ctx *c, void *arg)
{
    const State *s = arg;
    bool again = false;
    TRY(stated_again(c, s, &again));
    if (again) return ERR_OK;
    int hours = s->kind == RELATIONSHIP_BREAK_GLASS ? BREAK_GLASS_HOURS : REASON_HOURS;
    int64_t until = c->now.ms + (int64_t)hours * 3600 * 1000;
    StatedReason stated = {.ref = ref_new(c),
                           .emergency = s->kind == RELATIONSHIP_BREAK_GLASS,
                           .words = s->reason,
                           .until = {until}};
    Str body;
    TRY(db_exec(c->db, SQL_ACCESS_ADD_REASON,
                ARGS(TEXT(stated.ref), I64(c->actor.account_id), I64(s->person.v), I64(s->kind),
                     TEXT(s->reason), AT(c->now), I64(until)),
                NULL));
    TRY(reason_body(c, &stated, &body));
    return journal_append(c, &(JournalEntry){.person = s->person,
                                             .kind = STR("access-reason"),
                                             .id = stated.ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = body,
                                             .seal = &REASON_SEAL});
}

Err access_stands(Ctx *c, PersonId person, RelationshipKind *out)
{
    return stated_reason(c, person, out);
}

bool access_needs_reason(const Ctx *c, DataClass data)
{
    return (cell_of(c, data) & ACCESS_NEEDS_REASON) != 0;
}

Err access_state_reason(Ctx *c, PersonId person, RelationshipKind kind, Str reason)
{
    assert(kind == RELATIONSHIP_REASON || kind == RELATIONSHIP_BREAK_GLASS);
    reason = str_trim(utf8_clean(c->arena, reason, UTF8_ONE_LINE));
    size_t chars = str_chars(reason);
    if (chars < REASON_CHARS_MIN) {
        return ctx_issue(c, STR("reason"),
                         STR("Enter why you need to open this record, in 10 characters or more"));
    }
    if (chars > REASON_CHARS_MAX) {
        return ctx_issue(c, STR("reason"), STR("Reason must be 500 characters or fewer"));
    }
    TRY(ctx_change(c, state, &(State){person, kind, reason}));
    bool emergency = kind == RELATIONSHIP_BREAK_GLASS;
    return access_log(c, &(AccessEntry){.verb = emergency ? VERB_BREAK_GLASS : VERB_WRITE,
                                        .person = person,
                                        .what = STR("reason"),
                                        .detail = reason});
}
