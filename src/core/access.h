// access.h -- may this actor do this, to this person's data, for this reason?
//
// One decision for pages and interfaces alike: the role's capability, the cell of roles x data
// classes (app/access.csv), and where the cell asks for it a legitimate relationship or a stated
// reason. A Grant is the proof; only access.c makes one, and rules that touch a person's data take
// it.
#ifndef ACCESS_H
#define ACCESS_H

#include "core/journal.h"

typedef enum AccessMode { MODE_READ, MODE_WRITE } AccessMode;

// RelationshipKind (access_table.h, from app/access.csv): why an actor has to do with a person. Two
// are core's own: RELATIONSHIP_REASON (stated a reason, 24 hours) and RELATIONSHIP_BREAK_GLASS
// (stated an emergency, 8 hours, the lead is told); rooms answer for the others.

// A room's answer to "does this actor have to do with this person?": RELATIONSHIP_NONE or a kind.
// Listed in app/rooms.c; asked in that order until one answers.
typedef Err RelationshipFn(Ctx *c, PersonId person, RelationshipKind *out);

typedef struct Grant Grant; // one actor, one person, one data class, one mode, one relationship

// Errors: ERR_NOT_FOUND (the role may not, or no such person: the same answer), ERR_FORBIDDEN (the
// role may, but no relationship: the actor can state a reason). Both are in the access log already.
MUST_USE Err access_grant(Ctx *c, PersonId person, DataClass data, AccessMode mode,
                          const Grant **out);
// For another class of the person of a grant, which says already what the actor has to do with the
// person: asked again only where that opens this class not. Errors: as access_grant.
MUST_USE Err access_also(Ctx *c, const Grant *grant, DataClass data, AccessMode mode,
                         const Grant **out);
// Would access_grant give one? Nothing is logged: for a link that must not lead to a refusal.
MUST_USE Err access_opens(Ctx *c, PersonId person, DataClass data, AccessMode mode, bool *out);

PersonId grant_person(const Grant *grant);
RelationshipKind grant_relationship(const Grant *grant);
// A rule's first line: assert(grant_covers(g, CLASS_CARE, MODE_WRITE)). Write covers read.
bool grant_covers(const Grant *grant, DataClass data, AccessMode mode);

// For data about nobody in particular, or lists that the statement itself limits to the actor.
bool access_may(const Ctx *c, DataClass data, AccessMode mode);
// The same for figures without persons: reading covers counting.
bool access_may_count(const Ctx *c, DataClass data);
// Has the role anything to do with this class? (CLASS_NONE: yes.)
bool access_any(const Ctx *c, DataClass data);

// Grants without a request: the demo writer, imports and tests act as the program itself.
// Asserts that the actor is the program (account_id 0).
const Grant *access_program_grant(Ctx *c, PersonId person, DataClass data);

// Records a reason that opens a person's record for a while; journalled and in the access log.
// Errors: ERR_INVALID (reason shorter than 10 or longer than 500 characters), ERR_NOT_FOUND.
MUST_USE Err access_state_reason(Ctx *c, PersonId person, RelationshipKind kind, Str reason);
enum { REASON_CHARS_MIN = 10, REASON_CHARS_MAX = 500 };
// The reason of the actor's that runs now: RELATIONSHIP_NONE, _REASON or _BREAK_GLASS.
MUST_USE Err access_stands(Ctx *c, PersonId person, RelationshipKind *out);
// Does the actor's role see this class with a stated reason only, whatever the relationship?
bool access_needs_reason(const Ctx *c, DataClass data);

#endif
