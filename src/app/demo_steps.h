// demo_steps.h -- what happened, collected in any order, then done in the order of time.
#ifndef DEMO_STEPS_H
#define DEMO_STEPS_H

#include "app/demo_work.h"
#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "care/task/task.h"

typedef enum DemoStepKind {
    STEP_OFFER,
    STEP_ACCEPT,
    STEP_DECLINE,
    STEP_NO_ANSWER,
    STEP_CLOSE,
    STEP_SET,
    STEP_CONTACT,
    STEP_TASK,
    STEP_TASKS_DONE, // those that were due by then
    STEP_PLAN,       // saves a draft
    STEP_AGREE,
    STEP_REFERRAL,
    STEP_REFERRAL_NEXT, // what became of it
} DemoStepKind;

typedef struct DemoStep {
    Instant at;
    size_t order; // of steps at the same time
    DemoStepKind kind;
    PersonId person;
    int who;         // index of the staff
    Str text;        // reason of a decline or an end; name of who agreed
    Date ask_again;  // of a decline
    const void *arg; // CaseOffer, CaseSetting, Contact, TaskAdd, Plan, ReferralAdd ... by kind
} DemoStep;

enum { DEMO_STEPS_MAX = 20000, DEMO_STEPS_A_WRITE = 40 };

typedef struct DemoSteps {
    DemoStory *story;
    Arena *arena; // of all that steps point to
    DemoStep *steps;
    size_t count;
} DemoSteps;

void demo_steps_begin(DemoStory *story, DemoSteps *out);
// Copies the step. The time is `days_ago` before today at hour:minute in London.
void demo_step(DemoSteps *steps, int days_ago, int hour, int minute, DemoStep step);
MUST_USE Err demo_steps_run(DemoSteps *steps);

#endif
