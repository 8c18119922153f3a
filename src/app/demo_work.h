// demo_work.h -- whom the demonstration's colleagues support, and all that happened since.
#ifndef DEMO_WORK_H
#define DEMO_WORK_H

#include "app/demo_facts.h"

enum { DEMO_STAFF_MAX = DEMO_SIGN_INS_MAX };

typedef struct DemoStaff { // accounts in the order of demo_sign_ins
    Actor actors[DEMO_STAFF_MAX];
    size_t count;
} DemoStaff;

typedef struct DemoStory {
    Ctx *c;
    const DemoTown *town;
    const DemoCodes *codes;
    const DemoFacts *facts;
    const DemoStaff *staff;
    DemoMade *made;
} DemoStory;

// Offers, contacts, tasks and plans through the rooms' rules, in the order of time, each by the
// colleague who did it. Errors: those of the rules.
MUST_USE Err demo_work(DemoStory *story);

#endif
