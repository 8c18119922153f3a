// record_unsaved.h -- what the actor typed and did not save: part of the door record.h.
//
// Whoever closes the browser in mid-sentence has to be told where to go on: a contact that is only
// a draft is a contact that nobody else knows of.
#ifndef RECORD_UNSAVED_H
#define RECORD_UNSAVED_H

#include "care/record/record.h"

typedef struct Unsaved {
    PersonRow person;
    Str what; // "Contact", "Plan, My strengths"
    Str at;   // when it was last kept: "22 November 2026, 12:05"
    Str href; // the form, with what was typed in it
} Unsaved;
typedef struct UnsavedWork {
    Unsaved *rows;
    size_t count;
    bool more; // there are older ones, too
} UnsavedWork;
enum { UNSAVED_SHOWN_MAX = 10 };

// Contacts, parts of plans and details, newest first, at most UNSAVED_SHOWN_MAX, in c->arena.
// People whose record the actor may no longer open are left out.
MUST_USE Err record_unsaved(Ctx *c, UnsavedWork *out);
void record_unsaved_box(Buf *o, const UnsavedWork *m); // nothing when there is none

#endif
