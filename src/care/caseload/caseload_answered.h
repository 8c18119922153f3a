// caseload_answered.h -- cases that ended with a no or without an answer. Private to the room.
#ifndef CASELOAD_ANSWERED_H
#define CASELOAD_ANSWERED_H

#include "care/caseload/caseload.h"

// Mine: the actor led it. Near: or supervised it, or the person is registered with a practice of
// the actor's. All: of the network.
typedef enum AnsweredOf { ANSWERED_MINE, ANSWERED_NEAR, ANSWERED_ALL } AnsweredOf;
// Who said no or did not answer when support was last offered: the case of that offer, in id order,
// the first CASES_MAX. In c->arena.
MUST_USE Err case_answered(Ctx *c, AnsweredOf of, Case **out, size_t *count_out);

#endif
