// cohort_check.h -- the engine against SQL over the same store: part of the door cohort.h.
#ifndef COHORT_CHECK_H
#define COHORT_CHECK_H

#include "insight/cohort/cohort.h"

typedef struct CohortCheck {
    int64_t people;    // who were asked about
    int64_t different; // of them: the two do not say the same
} CohortCheck;

// Answers a definition for everybody twice, by the columns and by SQL over people and events read
// anew into memory, and compares. Shows nobody. What this team did both take from one reading.
// Errors: ERR_NOT_FOUND (key), ERR_FORBIDDEN, ERR_BUSY, ERR_UNSUPPORTED (a rule without SQL),
// ERR_INVALID (it cannot be read any more), ERR_FAULT.
MUST_USE Err cohort_check(Ctx *c, Str key, CohortCheck *out);

// Several in one reading, CHECK_SLICE_PEOPLE people at a time: memory (about 60 bytes for each
// event in a code set) does not grow with the population.
enum { COHORT_CHECKS_AT_ONCE_MAX = 16, CHECK_SLICE_PEOPLE = 4000 };
typedef struct CohortChecked {
    Str key;           // the caller's; the rest is filled
    Str name, version; // "" when it cannot be asked
    Err err;           // why it was not compared: as cohort_check; the others go on
    CohortCheck found;
} CohortChecked;
typedef struct CohortCheckWatch {
    bool (*goes_on)(void *arg, size_t done, size_t total); // false: it is given up, ERR_BUSY
    void *arg;
} CohortCheckWatch;
// watch may be NULL. Errors: ERR_BUSY (also: newer data is being taken in), ERR_FAULT.
MUST_USE Err cohort_check_many(Ctx *c, CohortChecked *list, size_t count,
                               const CohortCheckWatch *watch);

// Counted over the same columns, and part of the same door.
#include "insight/cohort/cohort_coded.h"

#endif
