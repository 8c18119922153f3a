// code_measure.h -- measures with their units, and values that stand for a condition.
//
// A measure is one quantity (HbA1c) that several codes carry in several units; its values are
// compared in its first unit only, and a unit we do not know is never guessed.
#ifndef CODE_MEASURE_H
#define CODE_MEASURE_H

#include "nhs/code_set.h"

enum { MEASURES_MAX = 64, UNITS_OF_MEASURE_MAX = 12, VALUE_RULES_MAX = 64 };

typedef struct MeasureUnit {
    Str unit;
    double factor, plus; // value in the first unit = value * factor + plus
    double from, below;  // a value without a unit belongs to the row whose range holds it
    bool by_range;       // false: never assumed
} MeasureUnit;

typedef struct Measure {
    Str name;  // "hba1c"
    Str label; // "HbA1c"
    CodeRow *rows;
    size_t count; // 0: no source confirms a code for it, so that it is never found in a record
    MeasureUnit units[UNITS_OF_MEASURE_MAX]; // the first is the one that values are shown in
    size_t unit_count;
} Measure;

typedef enum RuleSex { RULE_ANY_SEX, RULE_MALE, RULE_FEMALE } RuleSex;

typedef struct ValueRule { // a value strictly below or strictly above puts its person in the set
    Str set;
    const Measure *measure;
    RuleSex sex;
    bool has_below, has_above;
    double below, above;
} ValueRule;

size_t measures_count(const CodeSets *sets);
const Measure *measure_at(const CodeSets *sets, size_t index);
const Measure *measure_find(const CodeSets *sets, Str name); // NULL: no such measure
// The value in the measure's first unit. False: a unit that is not known, or none and out of range.
bool measure_value(const Measure *measure, double value, Str unit, double *out);

const ValueRule *value_rules(const CodeSets *sets, size_t *count_out);
bool value_rule_met(const ValueRule *rule, double value, RuleSex sex);

#endif
