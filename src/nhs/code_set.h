// code_set.h -- what codes mean: named sets of codes, and measures with their units.
//
// Read from assets/code-sets, which are part of the program; no code stands in C. A set can take in
// other sets. A measure is one quantity (HbA1c) that several codes carry in several units; its
// values are compared in its first unit only, and a unit we do not know is never guessed.
#ifndef CODE_SET_H
#define CODE_SET_H

#include "base/base.h"

enum {
    CODE_SETS_MAX = 512,
    CODE_ROWS_MAX = 40000, // after sets are taken in
    MEASURES_MAX = 64,
    UNITS_OF_MEASURE_MAX = 12,
    VALUE_RULES_MAX = 64,
    CODE_SET_INCLUDES_MAX = 16, // sets that one set may take in
    CODE_SOURCES_MAX = 64,
};

typedef struct CodeRow {
    Str system; // "snomed", "loinc"
    Str code;
    Str term;
    Str source; // key of a CodeSource; "" where the file's README says it
} CodeRow;

typedef struct CodeSource { // where codes were read
    Str key;                // "gm-sde"
    Str what;               // for people, with the day it was read
    Str licence;            // "" where only facts were taken
    Str where;              // address or repository and path
} CodeSource;

typedef struct CodeSet {
    Str name; // "efi-falls"
    Str one;  // "Falls": as people say it
    Str many; // "falls"
    Str note; // what is known to be wrong with the set, a sentence; may be empty
    CodeRow *rows;
    size_t count;
    uint16_t includes[CODE_SET_INCLUDES_MAX];
    size_t include_count;
} CodeSet;

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

typedef struct CodeSets CodeSets;

// The sets of the program itself; they live in the arena. *why_out says file, line and what was
// expected. Errors: ERR_INVALID (a file that was changed by hand and broken).
MUST_USE Err code_sets_read(Arena *arena, const CodeSets **out, Str *why_out);

// The same from given texts, for tests and for checking a deployment's own files.
typedef struct CodeFiles {
    Str sets[4]; // "set system code term [source]"; unused ones empty
    Str names, measures, units, values, scores, sources;
} CodeFiles;
MUST_USE Err code_sets_from(Arena *arena, const CodeFiles *files, const CodeSets **out,
                            Str *why_out);

size_t code_sets_count(const CodeSets *sets);
const CodeSet *code_set_at(const CodeSets *sets, size_t index);
int code_set_index(const CodeSets *sets, Str name); // -1: no such set
// Indices of the sets that hold a code, those that take it in included, ascending; count 0: none.
const uint16_t *code_sets_of(const CodeSets *sets, Str system, Str code, size_t *count_out);
bool code_set_holds(const CodeSets *sets, int index, Str system, Str code);

const CodeSource *code_source(const CodeSets *sets, Str key); // NULL: no such source

size_t measures_count(const CodeSets *sets);
const Measure *measure_at(const CodeSets *sets, size_t index);
const Measure *measure_find(const CodeSets *sets, Str name); // NULL: no such measure
// The value in the measure's first unit. False: a unit that is not known, or none and out of range.
bool measure_value(const Measure *measure, double value, Str unit, double *out);

const ValueRule *value_rules(const CodeSets *sets, size_t *count_out);
bool value_rule_met(const ValueRule *rule, double value, RuleSex sex);

// The rest of the door.
#include "nhs/code_score.h"

#endif
