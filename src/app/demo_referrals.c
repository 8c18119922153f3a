// demo_referrals.c -- to whom the demonstration's named people were referred; what came of it.
#include "app/demo_referrals.h"

#include "app/demo_story.h"
#include "care/referral/referral.h"

enum { GRACE = 0, LUNCH = 8 }; // of DEMO_NAMED

typedef struct Told {
    size_t person;
    int sent; // days ago
    const char *service, *reach, *reason;
    ReferralWay way;
    int chase; // days from today
    struct {
        int ago; // 0: none
        ReferralStepKind kind;
        const char *words;
        int chase;
    } step;
} Told;

static const Told TOLD[] = {
    {GRACE,
     20,
     "Fenside Falls Service",
     "01632 960 114",
     "Grace fell in the bathroom. She wants to bath safely and to stand for two hymns.",
     REFERRAL_BY_EMAIL,
     1,
     {11, REFERRAL_ACCEPTED, "First visit offered at home, letter in large print", 7}},
    {LUNCH,
     16,
     "Sunrise Lunch Club",
     "01632 960 127",
     "Wants company on weekdays, near home",
     REFERRAL_BY_PHONE,
     1,
     {8, REFERRAL_DECLINED, "Full until February", 0}},
};

void demo_tell_referrals(DemoSteps *steps, size_t named, DemoStep step)
{
    for (size_t i = 0; i < COUNT_OF(TOLD); i++) {
        const Told *told = &TOLD[i];
        if (told->person != named) continue;
        ReferralAdd *add = ARENA_NEW(steps->arena, ReferralAdd);
        *add = (ReferralAdd){.service = str_from_c(told->service),
                             .reach = str_from_c(told->reach),
                             .reason = str_from_c(told->reason),
                             .way = told->way,
                             .consent = REFERRAL_AGREED,
                             .sent_on = demo_day(steps, -told->sent),
                             .chase_on = demo_day(steps, told->chase)};
        step.kind = STEP_REFERRAL;
        step.arg = add;
        demo_step(steps, told->sent, 16, 20, step);
        bool closes = referral_closes(told->step.kind);
        ReferralStepAdd *next = ARENA_NEW(steps->arena, ReferralStepAdd);
        *next =
            (ReferralStepAdd){.kind = told->step.kind,
                              .on = demo_day(steps, -told->step.ago),
                              .words = str_from_c(told->step.words),
                              .chase_on = closes ? DATE_NONE : demo_day(steps, told->step.chase)};
        step.kind = STEP_REFERRAL_NEXT;
        step.arg = next;
        demo_step(steps, told->step.ago, 16, 40, step);
    }
}

Err demo_do_referral(Ctx *c, const Grant *grant, const DemoStep *step)
{
    Str ref;
    if (step->kind == STEP_REFERRAL) return referral_add(c, grant, step->arg, &ref);
    Referral *all = NULL;
    size_t count = 0;
    TRY(referral_of_person(c, grant, &all, &count)); // the open one is the first
    return count == 0 ? ERR_FAULT : referral_step(c, grant, all->ref, all->version, step->arg);
}
