// plan_fhir.h -- the plan as FHIR R4 CarePlan with contained Goals. Private to the room.
#ifndef PLAN_FHIR_H
#define PLAN_FHIR_H

#include "care/plan/plan_store.h"

typedef struct PlanFhir {
    const Plan *plan;
    const char *status; // "draft", "active", "revoked", "completed"
    int64_t version;
    Instant at;
    Str replaces; // ref of the agreed version before it, "" none
} PlanFhir;

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err plan_fhir(Ctx *c, const PlanFhir *from, Str *out);

// As the rows stand now: of the draft, or of a version. ERR_NOT_FOUND.
MUST_USE Err plan_fhir_draft(Ctx *c, PersonId person, Str *out);
MUST_USE Err plan_fhir_version(Ctx *c, PersonId person, int number, Plan *plan_out, Str *out);

#endif
