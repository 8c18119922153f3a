// demo_story.h -- the course of one person's support, as steps.
#ifndef DEMO_STORY_H
#define DEMO_STORY_H

#include "app/demo_notes.h"
#include "app/demo_steps.h"

enum { DEMO_NAMED_CASES = 12 }; // of DEMO_NAMED, from the first: on Priya Nair's caseload

typedef struct DemoLine { // one of the many on a caseload
    PersonId person;
    Str name;
    int who; // index of the staff
    DemoTopic topic;
    int number; // the how-manieth of the colleague: decides how things stand
    int due;    // so many of the colleague's tasks are due or overdue
    bool ended;
    DemoHealth health;
    int practice, decile, age;
    Dice dice;
} DemoLine;

void demo_line(DemoSteps *steps, DemoLine *line);
// Those with a story. Errors: ERR_FAULT (they are not in the store).
MUST_USE Err demo_named_work(DemoSteps *steps);

// Shared by both: a contact, a task and a plan, copied into the steps' arena.
void demo_add_contact(DemoSteps *steps, int days_ago, int hour, int minute, DemoStep step,
                      const Contact *contact);
void demo_add_task(DemoSteps *steps, int days_ago, DemoStep step, const TaskAdd *add);
void demo_add_plan(DemoSteps *steps, int days_ago, DemoStep step, const Plan *plan);
Date demo_day(const DemoSteps *steps, int days_from_today);

#endif
