// cohort_shape.h -- who is left after each rule, by group and by age and sex: part of the door
// cohort.h.
//
// One walk in which everybody who was asked about is met once. Whole counts: for who may see whom.
#ifndef COHORT_SHAPE_H
#define COHORT_SHAPE_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_group_by.h"

// A stratum is a sex and a band of age on the run's day; women come first. In the last stand those
// whose sex or date of birth is not recorded, or whose sex is another.
enum {
    SHAPE_BANDS = 10,
    SHAPE_STRATA = 2 * SHAPE_BANDS + 1,
    SHAPE_DIVISIONS = 4, // deprivation fifth, ethnic group, language, practice
    SHAPE_TRAITS_MAX = 3,
    SHAPE_STAGES_MAX = 41,
};
extern const int SHAPE_YOUNGEST[SHAPE_BANDS]; // the age at which each band begins

// What few people have; each stands in none, one or several of these groups.
typedef struct ShapeTrait {
    const char *key, *label;
    const char *rule; // a line of a definition, two spaces in; docs/guide/cohorts.md
} ShapeTrait;
extern const ShapeTrait SHAPE_TRAITS[SHAPE_TRAITS_MAX];

typedef struct CohortDivision { // everybody stands in one of its groups
    GroupBy by;
    const PeopleGroup *groups;
    size_t count;       // the last: not recorded, or none of the others
    int64_t *left;      // [stage * count + group]
    int64_t *in_strata; // of the first stage: [stratum * count + group]
} CohortDivision;

typedef struct CohortShape {
    // Everybody asked about, then who is left after each rule, in the order of CohortRun.steps. Of
    // more rules than SHAPE_STAGES_MAX tells apart the last stage is what all the others leave.
    size_t stages;
    const Str *texts; // what each stage asks, in plain words
    int64_t *left;    // [stage * SHAPE_STRATA + stratum]
    CohortDivision divisions[SHAPE_DIVISIONS];
    CohortDivision traits;        // GROUP_BY_TRAIT; without those whose code set is not to be had
    int area_oldest, area_newest; // releases that the deciles of deprivation are of, 0 none
} CohortShape;

// Of a run that named people, before cohort_run_end; in c->arena. Does not depend on how many
// threads there are. Errors: ERR_BUSY (cancelled).
MUST_USE Err cohort_shape(Ctx *c, const CohortRun *run, CohortShape *out);

#endif
