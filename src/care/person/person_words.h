// person_words.h -- a person in the words of a list: part of the door person.h.
//
// Said once, so that every list says the same of what is not recorded. Strings live in c->arena.
#ifndef PERSON_WORDS_H
#define PERSON_WORDS_H

#include "care/person/person.h"

Str person_row_nhs(Ctx *c, const PersonRow *p);      // "999 878 7084", or "not recorded"
Str person_row_age(Ctx *c, const PersonRow *p);      // "78 years" today, or "age not known"
Str person_row_born(Ctx *c, const PersonRow *p);     // "3 Feb 1948", "Date of birth not recorded"
Str person_row_born_age(Ctx *c, const PersonRow *p); // "3 Feb 1948 (78)", else as person_row_born

#endif
