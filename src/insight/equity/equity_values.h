// equity_values.h -- values by group in figures that nobody can be told from. Private to the room.
//
// How high a measure is stands in a release as how many people's latest value is at most each of a
// few numbers: stages of a subject, counted and settled like all others. Nobody and few are not
// told apart there, and of groups with few values the steps are not given: that nobody of a group
// meets a target is something about each of them. The median is worked out from those figures when
// it is shown, as the two numbers between which it lies, and so tells nothing more. A mean is not
// given: it has no such form.
#ifndef EQUITY_VALUES_H
#define EQUITY_VALUES_H

#include "insight/equity/equity.h"

// Keys of its subjects begin so: no cohort's has a colon. They stand beside the sheets.
#define EQUITY_VALUES_PREFIX "values:"

enum {
    EQUITY_VALUES = 2,
    EQUITY_VALUE_STEPS_MAX = 10,
    EQUITY_VALUE_MIN = 20, // people with a value: of a group with fewer no step is given
};

typedef enum EquityValueStage { // of a subject, as they follow one another
    VALUE_REGISTERED,
    VALUE_OF,       // those the measure is asked of
    VALUE_RECORDED, // with a value within 12 months
    VALUE_STEPS,    // the first step, the highest
} EquityValueStage;

typedef struct EquityValueRule {
    const char *key;                       // "values:hba1c"
    const char *name;                      // "HbA1c of people with diabetes"
    const char *of_label, *of;             // "Have diabetes"; lines of a definition, two spaces in
    const char *label;                     // "HbA1c"
    const char *measure, *unit;            // as the language has them
    int target;                            // one of the steps; of the national indicators
    int steps[EQUITY_VALUE_STEPS_MAX + 1]; // falling; 0 ends them
} EquityValueRule;

extern const EquityValueRule EQUITY_VALUE_RULES[EQUITY_VALUES];

size_t equity_value_steps(const EquityValueRule *rule);
// At which of the subject's stages people meet the target.
size_t equity_value_target(const EquityValueRule *rule);

typedef struct EquityMedian { // over lo, at most hi
    bool given, has_lo, has_hi;
    int lo, hi;
} EquityMedian;
// By the figures of those with a value and of each step; not given of fewer than EQUITY_VALUE_MIN,
// or where the figures leave it open on both sides.
EquityMedian equity_median(const EquityValueRule *rule, int64_t recorded, const int64_t *steps);

// Holds back more of a subject's settled figures by group: all steps of a group whose own number of
// values is not given or too small, and steps until no number of 1 to 4 people between two of them
// has fewer than FIGURE_VALUES_MIN values it may have (groups that each fall by one at least, while
// everybody falls by no more than their sum, are one each).
void equity_values_hold(EquitySubject *subject);

#endif
