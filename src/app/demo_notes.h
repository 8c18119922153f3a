// demo_notes.h -- what people of the demonstration say, and what colleagues did with them.
//
// Written so that the person could read it: plain, kind, in their own words. Nothing here is taken
// from anybody's record.
#ifndef DEMO_NOTES_H
#define DEMO_NOTES_H

#include "base/base.h"

typedef enum DemoTopic {
    TOPIC_FRAILTY,
    TOPIC_LONG_TERM,
    TOPIC_SOCIAL,
    TOPIC_COACH,
    TOPICS
} DemoTopic;

typedef struct DemoNote { // one conversation
    const char *said;     // the person's words
    const char *done;
    const char *next;
} DemoNote;

typedef struct DemoGoal { // of a plan, with its first action
    const char *matters;
    const char *words;
    const char *help;
    const char *action;
} DemoGoal;

const DemoNote *demo_first_notes(size_t *count_out); // the first conversation
const DemoNote *demo_notes(DemoTopic topic, size_t *count_out);
const DemoGoal *demo_goals(DemoTopic topic, size_t *count_out);
const char *const *demo_refusals(size_t *count_out); // why people said no
const char *const *demo_endings(size_t *count_out);  // why support ended

#endif
