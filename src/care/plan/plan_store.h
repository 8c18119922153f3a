// plan_store.h -- rows and their JSON, without a grant: for rules that have checked theirs.
// Private to the room.
#ifndef PLAN_STORE_H
#define PLAN_STORE_H

#include "care/plan/plan.h"

typedef struct PlanHead { // one row a person: which version stands, has the draft changed since
    bool there;
    Str ref;
    int number;        // of the newest version, 0: none
    int agreed_number; // of the newest agreed one, 0: none
    Date agreed_on, review;
    bool changed; // parts were saved since the newest version was agreed
    Instant changed_at;
    int64_t version;
} PlanHead;

// Of the rows: for their entries and `trellis verify`.
extern const Seal PLAN_SEAL;         // head and parts
extern const Seal PLAN_VERSION_SEAL; // what was agreed, or not
extern const Seal PLAN_STRAY_SEAL;   // parts without a head: nobody vouches for any

enum { PLAN_PARTS_MAX = 5 + 200, PLAN_BODY_BYTES_MAX = 4 * 1024 * 1024 }; // removed goals count

MUST_USE Err plan_head(Ctx *c, PersonId person, PlanHead *out); // absent: there is false
MUST_USE Err plan_load(Ctx *c, PersonId person, int number, Plan *out);
MUST_USE Err plan_load_draft(Ctx *c, PersonId person, Plan *out);
MUST_USE Err plan_load_parts(Ctx *c, PersonId person, PlanPart **out, size_t *count_out);
MUST_USE Err plan_load_part(Ctx *c, PersonId person, Str part, PlanPart *out);
MUST_USE Err plan_load_typings(Ctx *c, PersonId person, PlanTyping **out, size_t *count_out);

// The room's own JSON of a part and of a whole version, in the arena; ERR_TOO_LARGE.
MUST_USE Err plan_part_body(Arena *arena, const PlanPart *part, Str *out);
MUST_USE Err plan_body(Arena *arena, const Plan *plan, Str *out);
// And back; what is not there is empty. ERR_FAULT: it is not the JSON we wrote.
MUST_USE Err plan_part_read(Arena *arena, Str body, PlanPart *out);
MUST_USE Err plan_read(Arena *arena, Str body, Plan *out);

bool plan_part_is_goal(Str part);
bool plan_part_is_section(Str part); // one of the five fixed ones

#endif
