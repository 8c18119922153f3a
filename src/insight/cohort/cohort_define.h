// cohort_define.h -- a cohort's definition: read from its text, kept as a tree, said in words.
//
//     cohort diabetes-above-target
//     name Diabetes above target
//     purpose Why people are looked for
//     owner Who answers for the definition
//     offer What they are offered
//
//     all
//       has diabetes
//       latest hba1c over 58 mmol/mol within 15 months
//       any
//         no contact within 6 months
//         no plan in date
//
// Two spaces go one level in. A rule is met, not met, or not recorded (the fact it asks for is
// nowhere); all, any and none carry "not recorded" on as it should be (Kleene). "within N months"
// means after the same day N months earlier (the last day of a shorter month), up to the as-at day.
#ifndef COHORT_DEFINE_H
#define COHORT_DEFINE_H

#include "nhs/code_set.h"

enum {
    DEFINITION_BYTES_MAX = 64 * 1024,
    DEFINITION_DEPTH_MAX = 8,
    DEFINITION_RULES_MAX = 64,
    DEFINITION_WORDS_MAX = 64, // in one line
    RULE_SETS_MAX = 16,
    RULE_MONTHS_MAX = 1200,
    RULE_YEARS_MAX = 130,
    RULE_COUNT_MAX = 1000,
};

typedef enum RuleKind {
    RULE_ALL,
    RULE_ANY,
    RULE_NONE,
    RULE_AGE_AT_LEAST, // years: count
    RULE_AGE_UNDER,
    RULE_REGISTERED,
    RULE_PRACTICE,    // one of names
    RULE_FRAILTY,     // bands: bit 1 << FrailtyBand
    RULE_CONDITIONS,  // at least count registers "ltc-..."
    RULE_HAS,         // an event of one of sets, ever or within months, unless ended since
    RULE_HAS_NO,      // none of them
    RULE_COUNT,       // events of sets on at least count different days within months
    RULE_LATEST_OVER, // the latest value of measure is over bound
    RULE_LATEST_UNDER,
    RULE_NO_CONTACT, // none recorded here within months
    RULE_NO_PLAN,    // none agreed, or its review is past
    RULE_NOT_ON_CASELOAD,
} RuleKind;

typedef struct CohortRule {
    RuleKind kind;
    int line;
    int index; // in the order of reading, from 0
    int count;
    int months; // 0: ever
    unsigned bands;
    double bound; // in the measure's first unit
    const Measure *measure;
    Str names[RULE_SETS_MAX]; // of sets or practices, as written
    int sets[RULE_SETS_MAX];
    int ended; // of RULE_HAS: 1 + the set of which a later event ends it; 0: nothing does
    size_t name_count;
    struct CohortRule *first; // of a group's rules
    struct CohortRule *next;  // in the same group
} CohortRule;

typedef struct Definition {
    Str key, name, purpose, owner, offer;
    Str version; // 16 hexadecimal digits of its text
    const CohortRule *root;
    int rules; // how many, groups too
} Definition;

// Everything lives in the arena and views `text`, which must outlive it. *why_out: "line 7: ...".
// Errors: ERR_INVALID.
MUST_USE Err definition_read(Arena *arena, const CodeSets *sets, Str text, Definition *out,
                             Str *why_out);

bool rule_asks(const CohortRule *rule, RuleKind kind); // it or a rule within it
Str rule_words(Arena *arena, const CodeSets *sets, const CohortRule *rule); // "Aged 65 or over"
Str definition_words(Arena *arena, const CodeSets *sets, const Definition *definition);

// The texts of the program's own definitions, in the order they are shown; "" after the last.
Str definition_file(size_t index);

#endif
