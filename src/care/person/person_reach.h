// person_reach.h -- by what somebody can be reached: part of the door person.h, for campaigns.
#ifndef PERSON_REACH_H
#define PERSON_REACH_H

#include "care/person/person.h"

typedef struct PersonReach {
    bool address, phone, email; // some is recorded; of a protected address too
    bool interpreter;
    int imd_decile; // 1 most deprived .. 10; 0 not recorded
    int imd_year;   // release of the index, 0 with decile 0
} PersonReach;
// In the order of `ids`, in c->arena; all false for somebody who is gone. Tells no address.
MUST_USE Err person_reach(Ctx *c, const PersonId *ids, size_t count, PersonReach **out);

typedef struct
    PersonLetter { // for an envelope; address "" when none is recorded or it is protected
    Str name;      // "Mrs Grace OKAFOR"
    Str address, postcode;
    bool is_protected;
} PersonLetter;
// In the order of `ids`, for a list that is limited by its own rule and journalled.
MUST_USE Err person_letters(Ctx *c, const PersonId *ids, size_t count, PersonLetter **out);

#endif
