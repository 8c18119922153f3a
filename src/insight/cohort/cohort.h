// cohort.h -- questions to the whole registered population, and the people who answer them.
#ifndef COHORT_H
#define COHORT_H

#include "care/person/person.h"

typedef struct Reason { // one fact that made a rule true
    Str text;           // "Moderate frailty: 10 of 36 deficits"
    Str code;           // may be empty
    Date on;
} Reason;

typedef struct FrailtyIndex {
    int deficits; // 0..36
    Str band;     // "Fit", "Mild", "Moderate", "Severe"
    Reason *each; // every deficit with its code and date
    size_t each_count;
} FrailtyIndex;

// eFI of one person from the columns. Errors: ERR_BUSY (columns are being built).
MUST_USE Err frailty_of_person(Ctx *c, const Grant *grant, FrailtyIndex *out);

extern const Room COHORT_ROOM;

#endif
