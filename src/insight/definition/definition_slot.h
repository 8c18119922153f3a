// definition_slot.h -- how each kind of rule is written: a pattern of words with slots in it.
// Part of the door definition.h.
//
// The text reader, the text printer, the JSON reader and the JSON writer walk the same patterns, so
// that a rule cannot mean one thing in one form and another in the next.
#ifndef DEFINITION_SLOT_H
#define DEFINITION_SLOT_H

#include "insight/definition/definition_rule.h"

typedef enum FrailtyBand {
    FRAILTY_FIT,      // 0 to 4 deficits
    FRAILTY_MILD,     // 5 to 8
    FRAILTY_MODERATE, // 9 to 12
    FRAILTY_SEVERE,   // 13 and more
    FRAILTY_BANDS
} FrailtyBand;

enum { ACTIVATION_LEVELS = 4 };

const char *frailty_band_name(FrailtyBand band); // "Moderate"

// When somebody's birthday is: in the month of the day that is asked about, in the one after it, or
// in one that is named (BIRTHDAY_JANUARY + 11 is December). 29 February is in February.
typedef enum BirthMonth { BIRTHDAY_THIS_MONTH, BIRTHDAY_NEXT_MONTH, BIRTHDAY_JANUARY } BirthMonth;
// The months a rule about birthdays asks for as at a day: bit 1 << 1 is January, 1 << 12 December.
unsigned rule_birth_months(const CohortRule *rule, Date as_at);

typedef enum SlotShape {
    SLOT_INT,     // a whole number
    SLOT_MONTHS,  // "6 months"
    SLOT_DAYS,    // "30 days"
    SLOT_WORD,    // one word
    SLOT_WORDS,   // one or more with "or" between them
    SLOT_PHRASES, // the same, each of one or more words
    SLOT_COMPARE, // "over 58 mmol/mol"
    SLOT_AMOUNT,  // "5 mmol/mol"
    SLOT_POINTS,  // a number without a unit
    SLOT_WINDOW,  // "within 6 months", or nothing
    SLOT_UNLESS,  // "unless since not-carer", or nothing
} SlotShape;

typedef enum SlotSource { // where the words of a slot come from
    WORDS_NONE,
    WORDS_CHOICE, // the n-th of choices: n from 1 in the field
    WORDS_BITS,   // the n-th of choices: a bit of the field
    WORDS_SET,
    WORDS_PRACTICE,
    WORDS_LANGUAGE,
    WORDS_SCORE,
    WORDS_COHORT,
    WORDS_MEASURE,
} SlotSource;

typedef struct Slot {
    const char *name; // in patterns, and the key in JSON
    SlotShape shape;
    SlotSource source;
    size_t field; // offset in CohortRule of the int, or the unsigned of WORDS_BITS
    int min, max; // of a number
    const char *const *choices;
    const char *what; // "an age in whole years"
} Slot;

typedef struct Pattern {
    RuleKind kind;
    const char *name; // in JSON
    const char *text; // "age {years} to {to-years}"
} Pattern;

extern const Slot SLOTS[]; // the last one's name is NULL
size_t patterns_count(void);
const Pattern *pattern_at(size_t index);
const Pattern *pattern_of(RuleKind kind); // NULL: a group
const char *group_name(RuleKind kind);    // "all"; "at-least" of RULE_SOME

// The next step of a pattern: a literal word, or a slot (*slot_out not NULL). False at the end.
bool pattern_step(Str *rest, Str *word_out, const Slot **slot_out);

// ---- a slot's value in a rule
int *slot_int(const Slot *slot, CohortRule *rule);
int slot_int_of(const Slot *slot, const CohortRule *rule);
int slot_min(const Slot *slot, const CohortRule *rule); // "to" is not below "from"
// Takes one word (or phrase); false when it is none of the slot's or there are too many.
bool slot_put(const Slot *slot, const CodeSets *sets, CohortRule *rule, Str word);
size_t slot_count(const Slot *slot, const CohortRule *rule);
Str slot_word(const Slot *slot, const CohortRule *rule, size_t index);
Str slot_known(const Slot *slot, const CodeSets *sets, size_t index); // "" after the last
bool slot_is_list(const Slot *slot);
// "a code set", "a whole number from 1 to 10": what belongs there, in the arena.
Str slot_what(Arena *arena, const Slot *slot, const CohortRule *rule);

// ---- numbers with a unit
enum { NUMBER_DIGITS_MAX = 9, NUMBER_DECIMALS_MAX = 6 };
bool number_read(Str text, double *out);            // "58", "7.25", "-2.5"; nothing else
void number_print(Buf *out, double value);          // the same again; any finite number
Str number_text(Arena *arena, double value);        // the same, in the arena
Str units_of(Arena *arena, const CohortRule *rule); // "a unit of hba1c (mmol/mol or %)"
bool unit_put(CohortRule *rule, Str unit);          // false: not a unit of the rule's measure
const char *compare_name(int compare);              // "at least"; NULL after the last
// What is common to all forms once every slot is filled: the fields that others derive.
void rule_settle(const CodeSets *sets, CohortRule *rule);
#define SCORE_MEASURE "score-" // measures of imported scores begin so
const Measure *score_measure(const CodeSets *sets, Str name); // NULL: no such imported score

#endif
