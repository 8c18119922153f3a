// cohort_columns.h -- the whole population in memory, laid out for questions.
//
// Persons are numbered densely in the order of their ids. Events stand twice: by code and then day
// ("postings": who, when, which value), and as each person's list of places in the postings, by
// day. Columns never change once made; they are held by counting and swapped whole.
#ifndef COHORT_COLUMNS_H
#define COHORT_COLUMNS_H

#include "insight/cohort/cohort_truth.h"
#include "insight/population/population.h"
#include "nhs/code_set.h"

enum {
    COLUMNS_PERSONS_MAX = 4000000,
    COLUMNS_EVENTS_MAX = 1 << 30,
    COLUMNS_CODES_MAX = 2000000,
    COLUMNS_UNITS_MAX = 65535,
    COLUMNS_DAY_ZERO = -25567, // 1 January 1900 as days since 1970: day 0 here
    COLUMNS_DAYS = 65536,      // up to 5 June 2079
    DEFICITS_CODED = 35,
    DEFICIT_POLYPHARMACY = 35, // the bit of the 36th
    DEFICITS = 36,
};

typedef struct TextAt { // a piece of the columns' text
    uint32_t at;
    uint32_t len;
} TextAt;

typedef struct ColumnPersons { // one value each, all by the dense number
    const int64_t *id;
    const int32_t *born; // days since 1970, INT32_MIN when not recorded
    const int64_t *practice;
    const uint8_t *registration; // enum Registration
    const uint8_t *sex;          // enum RuleSex; RULE_ANY_SEX when not known
    const uint8_t *imd;          // 1..10, 0 not recorded
    const uint8_t *opted_out;
} ColumnPersons;

typedef struct Columns {
    int64_t generation;
    uint32_t persons, codes, units;
    uint64_t events, values;
    ColumnPersons person;
    // by code
    const uint64_t *code_start;  // codes + 1: its postings are [start, next start)
    const uint64_t *value_start; // its first value, or UINT64_MAX when it never has one
    const TextAt *code_system, *code_code, *code_term;
    const uint8_t *code_medicine; // used for a medicine
    // postings
    const uint32_t *event_person;
    const uint16_t *event_day;
    const double *value;        // NaN: this one came without a value
    const uint16_t *value_unit; // which unit, 0 none
    // by person
    const uint64_t *person_start;  // persons + 1
    const uint32_t *person_events; // places in the postings, by day
    const TextAt *unit;
    const char *text;
    struct ColumnsLife *life; // holders, memory, what was computed from them
} Columns;

Columns *columns_hold(Columns *columns);
void columns_release(Columns *columns); // NULL is allowed

// ---- questions to columns
Str columns_text(const Columns *columns, TextAt at);
int64_t columns_person(const Columns *columns, PersonId id); // dense number, -1: not there
uint32_t columns_code_of(const Columns *columns, uint64_t event);
// The postings of a code on days in (after, until]: [*from_out, *to_out).
void columns_range(const Columns *columns, uint32_t code, Date after, Date until,
                   uint64_t *from_out, uint64_t *to_out);
Date columns_day(const Columns *columns, uint64_t event);
// The value of an event in the measure's first unit; false when there is none or no known unit.
bool columns_value(const Columns *columns, uint32_t code, uint64_t event, const Measure *measure,
                   double *out);
// Codes in use that belong to a set or carry a measure, ascending.
const uint32_t *columns_set_codes(const Columns *columns, int set, size_t *count_out);
const uint32_t *columns_measure_codes(const Columns *columns, const Measure *measure,
                                      size_t *count_out);

const uint16_t *columns_code_sets(const Columns *columns, uint32_t code, size_t *count_out);
bool columns_code_measured(const Columns *columns, uint32_t code); // by any measure

// ---- frailty (cohort_frailty.c): 36 bits a person, bit 35 is polypharmacy
// Kept with the columns for the as-at days asked first (64), else computed into the arena.
const uint64_t *columns_frailty(const Columns *columns, Arena *arena, Date as_at);
int columns_deficit_set(const Columns *columns, int deficit); // the code set of deficit 0..34
const CodeSets *columns_sets(const Columns *columns);
TruthCache *columns_truths(const Columns *columns); // what rules answered before

#endif
