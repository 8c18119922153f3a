// referral_fhir.h -- a referral as FHIR R4 ServiceRequest. Private to the room.
#ifndef REFERRAL_FHIR_H
#define REFERRAL_FHIR_H

#include "care/referral/referral.h"

typedef struct ReferralWhole {
    const Referral *referral;
    const ReferralStep *steps;
    size_t step_count;
    Str person_ref, owner_ref;
} ReferralWhole;
// Its whole state with every step, in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err referral_fhir(Ctx *c, const ReferralWhole *whole, Str *out);

#endif
