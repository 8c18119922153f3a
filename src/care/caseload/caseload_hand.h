// caseload_hand.h -- an offer follows the list it came from: part of the door caseload.h.
#ifndef CASELOAD_HAND_H
#define CASELOAD_HAND_H

#include "care/caseload/caseload.h"

typedef struct CaseFrom { // which offer is meant
    PersonId person;
    int64_t lead;
    Str cohort;    // key of the definition
    Instant since; // offered then or later
} CaseFrom;
// For whoever changes that list, inside their change and by their capability, without a grant for
// the person: nothing is read out. The offer passes to a colleague at work, or ends as no answer
// (for 6 months when somebody tried). Does nothing when no such offer stands. Journalled.
// Errors: ERR_FAULT.
MUST_USE Err case_hand_over(Ctx *c, const CaseFrom *from, int64_t to, Str to_name);
MUST_USE Err case_hand_back(Ctx *c, const CaseFrom *from);
// As these: an attempt by letter is counted on the case that stands, if one does.
MUST_USE Err case_count_letter(Ctx *c, PersonId person);

#endif
