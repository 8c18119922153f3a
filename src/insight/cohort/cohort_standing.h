// cohort_standing.h -- whether somebody may be offered support now: part of the door cohort.h.
//
// One rule for every list that offers support, when it is made and as long as it is worked on: who
// died, left, opted out of being contacted or objects to sharing for direct care is asked no more.
#ifndef COHORT_STANDING_H
#define COHORT_STANDING_H

#include "insight/cohort/cohort.h"

typedef struct CohortStanding {
    Registration registration; // REGISTRATION_LEFT also of somebody whose record is gone
    bool objects;              // opted out, or objects to sharing for direct care
    int64_t practice;          // of now
} CohortStanding;
// As the record says now, in the order of `people`; objections as the newest columns know them.
// *updating_out: newer extracts are being taken in, which may hold another. In c->arena.
// Errors: ERR_BUSY (columns are being built).
MUST_USE Err cohort_standing(Ctx *c, const PersonId *people, size_t count, CohortStanding **out,
                             bool *updating_out);

// Whether each objects to sharing for direct care, and is therefore on no list of people here; who
// only does not want to be contacted is. In c->arena. Errors: ERR_BUSY.
MUST_USE Err cohort_objecting(Ctx *c, const PersonId *people, size_t count, bool **out);

// Everybody who has opted out of secondary uses of their record up to today, registered or not, by
// id: for figures that are not for people's own care. In c->arena. Errors: ERR_BUSY.
MUST_USE Err cohort_secondary_out(Ctx *c, PersonId **out, size_t *count_out);

#endif
