// cohort_values.h -- the latest value of a measure by groups of people: part of the door cohort.h.
//
// One walk over the postings of the measure's codes and one over the people, however many groups.
// Nobody is dropped: who has no value is counted as such, who is in no group stands in the last.
#ifndef COHORT_VALUES_H
#define COHORT_VALUES_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_group_by.h"

enum { VALUE_AGE_BANDS = 5, VALUE_CELLS_MAX = 8192, VALUE_TALLIES_MAX = 8 << 20 };

typedef struct PeopleGroups { // everybody is in exactly one
    GroupBy by;
    const PeopleGroup *groups;
    size_t count; // the last: not recorded, or none of the others
    // How somebody's is found: by a byte of theirs, practice, day of birth, language, a bit.
    uint16_t of_byte[256];
    const uint16_t *of_practice; // by store id
    uint32_t practice_ids;
    int32_t born_by[VALUE_AGE_BANDS];
    int32_t as_at;
    uint64_t english;
    const uint64_t *trait; // bits by the columns' numbers: who is of the first of two
} PeopleGroups;

typedef enum TargetKind {
    TARGET_NONE,
    TARGET_AT_MOST,
    TARGET_UNDER,
    TARGET_AT_LEAST,
    TARGET_OVER
} TargetKind;

typedef struct GroupTrait {  // of GROUP_BY_TRAIT
    const Definition *rules; // of the record alone: no cohort, contact, plan or caseload
    Str label;               // "Is a carer"
} GroupTrait;

typedef struct ValuesAsked {
    const Measure *measure; // of cohort_sets
    int months;             // up to the run's day; 0: ever
    TargetKind target;
    double than;         // in the measure's first unit
    GroupBy by[2];       // the second may be GROUP_BY_NOTHING
    GroupTrait trait[2]; // where they are GROUP_BY_TRAIT
    bool medians;        // else they are 0
    bool leave_out;      // those who opted out of uses beyond their own care
} ValuesAsked;

typedef struct GroupValues {
    int64_t people;
    int64_t valued; // of them: have a value in the time asked for
    int64_t met;    // of those: meet the target; 0 without one
    double sum;     // of the values
    double median;  // of an even number the middle between the two; 0 without any
} GroupValues;

typedef struct ValuesTable {
    PeopleGroups by[2];
    const GroupValues *cells;  // [first * by[1].count + second]
    const GroupValues *firsts; // by group of the first
    GroupValues all;
    int64_t objected; // met the rules, and object to sharing for direct care: in no number
    int64_t left_out; // of the others: opted out of uses beyond their own care
    int area_oldest, area_newest; // as area_years, where deprivation is asked for
} ValuesTable;

// Of everybody registered within the scope who meets the rules and does not object, listed or not.
// Before cohort_run_end. Errors: ERR_BUSY (or cancelled), ERR_TOO_LARGE (too many groups).
MUST_USE Err cohort_values(Ctx *c, const CohortRun *run, const ValuesAsked *asked,
                           ValuesTable *out);
typedef enum ValuesWho {
    VALUES_ALL,
    VALUES_WITH,
    VALUES_WITHOUT,
    VALUES_MET,
    VALUES_NOT_MET
} ValuesWho;
typedef struct ValuesCell {
    Str group[2]; // keys; "": all of them
    ValuesWho who;
} ValuesCell;
typedef struct ValuedPerson {
    PersonId person;
    int64_t practice;
    bool has_value;
    double value;
    Date on;
} ValuedPerson;
// The people behind one number: the value farthest from the target first, those without one last,
// else by id. Errors: as cohort_values, ERR_NOT_FOUND (no such group).
MUST_USE Err cohort_values_people(Ctx *c, const CohortRun *run, const ValuesAsked *asked,
                                  const ValuesCell *cell, ValuedPerson **out, size_t *count_out);

// The groups of the first or second way (0 or 1) on a day, in c->arena: their keys and labels.
MUST_USE Err people_groups(Ctx *c, const ValuesAsked *asked, size_t which, Date as_at,
                           PeopleGroups *out);
// As cohort_ask for who may see whom, for what stands above: *out has no people.
MUST_USE Err cohort_match(Ctx *c, const CohortQuestion *asked, CohortRun *out);

#endif
