// cohort_group_by.h -- the ways to tell people apart: part of the door cohort.h.
#ifndef COHORT_GROUP_BY_H
#define COHORT_GROUP_BY_H

#include "base/base.h"

typedef enum GroupBy { // how people are told apart
    GROUP_BY_NOTHING,  // everybody in one group
    GROUP_BY_PRACTICE,
    GROUP_BY_FIFTH, // of deprivation
    GROUP_BY_TENTH,
    GROUP_BY_ETHNIC,   // the five groups of the census
    GROUP_BY_CATEGORY, // ethnic category of the NHS Data Dictionary
    GROUP_BY_AGE,      // on the run's day
    GROUP_BY_SEX,
    GROUP_BY_LANGUAGE,
    GROUP_BY_TRAIT, // who meets a definition's rules, and who does not
    GROUP_BYS
} GroupBy;

typedef struct PeopleGroup {
    Str key; // "1", "asian", "X26101"
    Str label;
} PeopleGroup;

#endif
