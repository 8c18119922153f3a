// cohort_about.h -- what a cohort says of itself: part of the door cohort.h.
#ifndef COHORT_ABOUT_H
#define COHORT_ABOUT_H

#include "base/base.h"
#include "base/date.h"

typedef enum DefinitionState { // stored as numbers: add at the end, never renumber
    DEFINITION_READY = 0,      // of the program, never stored
    DEFINITION_DRAFT = 1,
    DEFINITION_PUBLISHED = 2,
    DEFINITION_WITHDRAWN = 3,
} DefinitionState;

typedef struct CohortSummary { // of a definition
    Str key, name, purpose, owner, offer;
    Str words;             // the rules in plain words
    Str version;           // hash of its text
    Str confirm;           // the role that must confirm a list before it is used ("gp"), "" nobody
    int target;            // people to be reached, 0: not said
    Date review;           // when its writer wanted to look at it again, DATE_NONE: not said
    DefinitionState state; // of a list's rows
    bool ready_made;       // of a run: the program's own; else a reader may have written it
    Str problem;           // why it can no longer be read, then only key and name are set; else ""
} CohortSummary;

typedef struct CohortUsed { // another definition that took part in a run by `cohort KEY`
    Str key, name, version;
} CohortUsed;

#endif
