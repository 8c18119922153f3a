// contact_letter.h -- letters that one colleague sent to many at once: part of the door contact.h.
#ifndef CONTACT_LETTER_H
#define CONTACT_LETTER_H

#include "care/contact/contact.h"

// For whoever runs a list of people who are written to, inside their change and by their
// capability, without a grant for the person: nothing is read out, and all that is written is that
// a letter was sent. `at`: when, not in the future; `done`: what it was about. A contact that left
// a message; counts as an attempt. Journalled. Errors: ERR_INVALID, ERR_FAULT.
MUST_USE Err contact_letter_sent(Ctx *c, PersonId person, Instant at, Str done, Str *ref_out);
// Marks it as entered in error; does nothing when it is so already. Errors: ERR_NOT_FOUND,
// ERR_FAULT.
MUST_USE Err contact_letter_undo(Ctx *c, PersonId person, Str ref, Str reason);

typedef struct LetterSent { // one such contact
    PersonId person;
    Str ref;
    bool in_error; // marked as entered in error since
} LetterSent;
// Fills in `in_error` of each. Nothing else is read of the people.
MUST_USE Err contact_letters_in_error(Ctx *c, LetterSent *letters, size_t count);

#endif
