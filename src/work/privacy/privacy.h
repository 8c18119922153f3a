// privacy.h -- what somebody who looks after privacy does: reading the reasons that were stated to
// open a record, and writing down what was found.
//
// Here too: what those who lead or supervise somebody's support are told of it. The reasons
// themselves and their rules are core/reason's. No table of its own.
#ifndef PRIVACY_H
#define PRIVACY_H

#include "care/person/person.h"

typedef struct OpenedRecord { // somebody opened a record with a stated reason
    PersonRow person;
    Str who, at, words;
    bool emergency;
} OpenedRecord;

enum { OPENED_RECORDS_MAX = 5, OPENED_DAYS = 7 };

typedef struct OpenedRecords {
    OpenedRecord rows[OPENED_RECORDS_MAX];
    size_t count;
} OpenedRecords;

// Whether anybody's record was opened so lately: most days not, and nobody need be looked for.
MUST_USE Err privacy_opened_any(Ctx *c, bool *out);
// Of the last days, about these persons, by somebody other than the actor. Newest first.
MUST_USE Err privacy_opened(Ctx *c, const PersonId *persons, size_t count, OpenedRecords *out);
void privacy_opened_box(Buf *o,
                        const OpenedRecords *m); // a box of a page; nothing when there are none

extern const Room PRIVACY_ROOM; // /reasons

#endif
