// caseload_brief.h -- cases in few words, for lists of many people: part of the door caseload.h.
#ifndef CASELOAD_BRIEF_H
#define CASELOAD_BRIEF_H

#include "care/caseload/caseload.h"

typedef struct CaseBrief { // the standing case of a person, else the latest that ended
    CaseState state;       // 0: never had one
    int64_t lead_account;
    Str lead_name;
    Instant offered_at, accepted_at, closed_at; // {0} unless
} CaseBrief;
// In the order of `persons`, in c->arena; for lists that are limited by their own rule.
MUST_USE Err case_briefs(Ctx *c, const PersonId *persons, size_t count, CaseBrief **out);

// Why nobody may offer this person support, in a sentence; "" when it may be offered.
Str case_never(Registration registration, bool opted_out);

// How many of those that the actor led may be asked again now; 0 for whom no caseload is shown.
MUST_USE Err caseload_again_due(Ctx *c, int64_t *out);

#endif
