// reference.h -- the language of cohorts a second time: slow, obvious, one person at a time.
//
// Written from docs/guide/cohorts.md alone, with its own dates and units, and sharing no code with
// the program: what both say is hardly wrong in both. Reads the text anew for every person.
#ifndef REFERENCE_H
#define REFERENCE_H

#include <stdbool.h>
#include <stddef.h>

enum { REF_NEVER = -1000000, REF_RULES_MAX = 256, REF_SETS_MAX = 512 };

// REF_DIFFERS: the program gives another answer when it asks only whom it must.
typedef enum RefAnswer { REF_NO, REF_YES, REF_NOT_RECORDED, REF_DIFFERS } RefAnswer;

typedef struct RefEvent {
    int person, day; // since 1970
    int code, unit;  // places in the tables below
    bool has_value, medicine;
    double value;
} RefEvent;

typedef struct RefPerson {
    int born, registered_on; // REF_NEVER: not recorded
    const char *practice;
    bool registered, interpreter;
    int sex; // 0 not recorded, 1 male, 2 female
    int decile;
    const char *ethnicity; // letter of the category, "" not recorded
    const char *language;
    int contact, plan_until, referral; // REF_NEVER: none
    bool on_caseload, declined;
} RefPerson;

typedef struct RefUnit {
    const char *measure, *unit;
    double factor, plus, from, below;
    bool by_range;
} RefUnit;

typedef struct RefValueRule { // a value beyond it is the deficit of the set
    const char *set, *measure;
    int sex; // 0: either
    bool has_below, has_above;
    double below, above;
} RefValueRule;

typedef struct RefScoreRow {  // a condition that is worth points
    const char *score, *set;  // set NULL: nothing counts as it
    const char *unless;       // nor does it beside this set; NULL: beside any
    const char *with;         // only beside this set in the last with_months; NULL: alone too
    int points;               // hundredths
    int first_months, within; // first recorded, or recorded, in the last months; 0: ever
    int with_months;
    int times, with_times; // on so many days of `within`, of with_months
} RefScoreRow;

typedef struct RefWorld {
    int today;
    const RefPerson *persons;
    const RefEvent *events;
    size_t event_count;
    const char *const *sets; // names
    size_t set_count;
    const bool (*holds)[REF_SETS_MAX]; // by code, then set
    const char *const *measures;       // by code, NULL: measures nothing
    const char *const *units;          // by RefEvent.unit, [0] ""
    const RefUnit *known;              // the table of units
    size_t known_count;
    const RefValueRule *values;
    size_t value_count;
    const RefScoreRow *scores;
    size_t score_count;
    const char *const *other_keys; // definitions that a text may ask for by `cohort KEY`
    const char *const *other_texts;
} RefWorld;

// The answer of every rule, groups too, in the order of the text. Returns how many there are.
int ref_answers(const RefWorld *world, int person, const char *text, RefAnswer *out);

#endif
