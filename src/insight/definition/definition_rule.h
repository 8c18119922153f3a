// definition_rule.h -- one rule of a cohort's definition: every form of the language is read into
// this tree or written from it, and the evaluator answers it. Part of the door definition.h.
#ifndef DEFINITION_RULE_H
#define DEFINITION_RULE_H

#include "base/date.h"
#include "nhs/code_set.h"

enum {
    RULE_SETS_MAX = 16, // names in one rule
    RULE_MONTHS_MAX = 1200,
    RULE_DAYS_MAX = 36600,
    RULE_YEARS_MAX = 130,
    RULE_COUNT_MAX = 1000,
    RULE_POINTS_MAX = 40,
    RULE_NAME_CHARS_MAX = 60,
};

typedef enum RuleKind {
    RULE_ALL,
    RULE_ANY,
    RULE_NONE,
    RULE_SOME,         // at least count of its rules
    RULE_AGE_AT_LEAST, // count years
    RULE_AGE_UNDER,
    RULE_AGE_BETWEEN, // count to high years
    RULE_BIRTHDAY,    // bands: bit 1 << a BirthMonth
    RULE_SEX,         // count is a RuleSex
    RULE_REGISTERED,
    RULE_REGISTERED_FOR, // at least months
    RULE_PRACTICE,       // one of names
    RULE_DEPRIVATION,    // count to high: deciles
    RULE_ETHNICITY,      // bands: bit 1 << EthnicGroup
    RULE_LANGUAGE,       // one of names
    RULE_INTERPRETER,
    RULE_FRAILTY,    // bands: bit 1 << FrailtyBand
    RULE_DEFICITS,   // at least count deficits of the frailty index
    RULE_CONDITIONS, // at least count registers "ltc-..."
    RULE_CHARLSON,   // at least count
    RULE_CHARLSON_2011,
    RULE_CAMBRIDGE,   // at least value
    RULE_SCORE,       // imported score names[0], at least value
    RULE_HAS,         // an event of one of sets within the window
    RULE_HAS_NO,      // none of them
    RULE_COUNT,       // events of sets on at least count different days within the window
    RULE_COUNT_CODES, // at least count different codes of sets
    RULE_VALUE,       // the picked value of measure compares with bound
    RULE_CHANGE,      // the latest value differs from the earliest by more than bound
    RULE_THEN,        // an event of sets[0], on a later day within days one of sets[1]
    RULE_CONTACT,     // one recorded here within months
    RULE_NO_CONTACT,
    RULE_PLAN,
    RULE_NO_PLAN, // agreed and in date
    RULE_ON_CASELOAD,
    RULE_NOT_ON_CASELOAD,
    RULE_DECLINED,
    RULE_ACTIVATION, // bands: bit 1 << (level - 1)
    RULE_OPEN_REFERRAL,
    RULE_COHORT, // who meets the rules of the definition names[0]
    RULE_NOT_COHORT,
    RULE_KINDS
} RuleKind;

typedef enum RulePick { LATEST_VALUE = 1, EARLIEST_VALUE, HIGHEST_VALUE, LOWEST_VALUE } RulePick;
typedef enum RuleCompare { // both ends of "between" belong to it
    COMPARE_OVER = 1,
    COMPARE_UNDER,
    COMPARE_AT_LEAST,
    COMPARE_AT_MOST,
    COMPARE_BETWEEN
} RuleCompare;
typedef enum RuleDirection { CHANGE_ROSE = 1, CHANGE_FELL } RuleDirection;

typedef enum WindowKind {
    WINDOW_EVER,
    WINDOW_WITHIN,   // after the same day n months (or days) earlier
    WINDOW_BEFORE,   // before day `to`
    WINDOW_SINCE,    // on day `from` or later
    WINDOW_BETWEEN,  // both days belong to it
    WINDOW_MORE_THAN // on the same day n months (or days) earlier, or before
} WindowKind;

typedef struct RuleWindow {
    WindowKind kind;
    bool days; // n counts days, else months
    int n;
    Date from, to;
} RuleWindow;

typedef struct CohortRule {
    RuleKind kind;
    int line;  // in the text, 0: from JSON
    int index; // in the order of reading, from 0
    int count, high;
    int months; // of contacts and registration
    int days;   // of RULE_THEN
    unsigned bands;
    RuleWindow window;
    int pick, compare, direction;
    double value, value_to; // as written, in `unit` where there is a measure
    double bound, bound_to; // the same in the measure's first unit
    const Measure *measure;
    const MeasureUnit *unit;
    const CodeScore *score;   // of the rules that ask for one
    Str names[RULE_SETS_MAX]; // of sets, practices, languages, a score or a cohort, as written
    int sets[RULE_SETS_MAX];
    size_t name_count;
    int ended; // of RULE_HAS: 1 + the set of which a later event ends it; 0: nothing does
    Str ended_name, note;     // the note: lines that stood before it after '#'
    struct CohortRule *first; // of a group's rules
    struct CohortRule *next;  // in the same group
} CohortRule;

bool rule_is_group(const CohortRule *rule);
// The days a window holds as at a day: after *after_out (DATE_NONE: from the first), up to and
// including *until_out, which is never later than as_at.
void rule_window_days(const RuleWindow *window, Date as_at, Date *after_out, Date *until_out);
Str rule_unanswered(const CohortRule *rule); // why this program cannot answer it, "" when it can

#endif
