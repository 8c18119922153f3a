// reason.h -- the reasons that were stated to open a record: the list, and what was found.
//
// access_state_reason writes them; here they are read again, and each is reviewed by somebody who
// looks after privacy. Not here: what a reason opens (core/access).
#ifndef REASON_H
#define REASON_H

#include "core/access.h"

typedef enum ReasonOutcome { // stored as numbers: add at the end, never renumber
    REASON_NOT_REVIEWED = 0,
    REASON_IN_ORDER = 1,
    REASON_ASKED = 2, // the colleague was asked: still to be settled
    REASON_NOT_IN_ORDER = 3,
    REASON_OUTCOME_COUNT
} ReasonOutcome;

typedef struct StatedReason {
    Str ref; // of its journal entries too
    int64_t account_id;
    PersonId person;
    bool emergency;
    Str words;
    Instant from, until;
    ReasonOutcome outcome;
    Str note;            // of the review
    Str reviewer;        // name, "" while nobody looked
    Instant reviewed_at; // {0} then
    int64_t version;
} StatedReason;

enum { REASON_ROWS_MAX = 200, REASON_NOTE_CHARS_MAX = 1000, REASON_NOTE_CHARS_MIN = 10 };

typedef enum ReasonList {
    REASONS_OPEN,    // to be reviewed, and those about which somebody was asked
    REASONS_SETTLED, // found in order, or not
} ReasonList;
// All below: newest first, at most REASON_ROWS_MAX, in c->arena.
MUST_USE Err reason_list(Ctx *c, ReasonList which, StatedReason **out, size_t *count_out);
MUST_USE Err reason_of_person(Ctx *c, PersonId person, StatedReason **out, size_t *count_out);
MUST_USE Err reason_since(Ctx *c, Instant since, StatedReason **out, size_t *count_out);
MUST_USE Err reason_get(Ctx *c, Str ref, StatedReason *out); // ERR_NOT_FOUND
int64_t reason_open_count(Ctx *c);                           // for a badge; -1: could not be had

// Writes down what was found; journalled. Whoever stated a reason does not review it.
// Errors: ERR_INVALID (no outcome, a note missing or too long, one's own), ERR_CONFLICT (version),
// ERR_NOT_FOUND.
MUST_USE Err reason_review(Ctx *c, Str ref, int64_t version, ReasonOutcome outcome, Str note);

MUST_USE Err reason_body(Ctx *c, const StatedReason *reason, Str *out); // for its entry

#endif
