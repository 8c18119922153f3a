// demo_referrals.h -- referrals of the demonstration's named people.
#ifndef DEMO_REFERRALS_H
#define DEMO_REFERRALS_H

#include "app/demo_steps.h"

// Adds the steps of the person with this index of DEMO_NAMED; `step` says who they are and by whom.
void demo_tell_referrals(DemoSteps *steps, size_t named, DemoStep step);
// Does one of them (STEP_REFERRAL, STEP_REFERRAL_NEXT).
MUST_USE Err demo_do_referral(Ctx *c, const Grant *grant, const DemoStep *step);

#endif
