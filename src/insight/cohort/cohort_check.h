// cohort_check.h -- the engine against SQL over the same store: part of the door cohort.h.
#ifndef COHORT_CHECK_H
#define COHORT_CHECK_H

#include "insight/cohort/cohort.h"

typedef struct CohortCheck {
    int64_t people;    // who were asked about
    int64_t different; // of them: the two do not say the same
} CohortCheck;

// Answers a definition for everybody twice, by the columns and by SQL over people and events read
// anew into memory (about 60 bytes for each event in a code set), and compares. Shows nobody.
// What this team did is taken from the same reading by both. Errors: ERR_NOT_FOUND (key),
// ERR_FORBIDDEN, ERR_BUSY, ERR_UNSUPPORTED (a rule without SQL), ERR_FAULT.
MUST_USE Err cohort_check(Ctx *c, Str key, CohortCheck *out);

#endif
