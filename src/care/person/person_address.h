// person_address.h -- who lives where others live, without saying where: part of the door person.h.
#ifndef PERSON_ADDRESS_H
#define PERSON_ADDRESS_H

#include "care/person/person.h"

typedef struct Housemate { // lives at an address of several of the people who were asked about
    PersonId id;
    int64_t practice_id;
    int64_t among; // how many of those live there
} Housemate;

enum { HOUSEMATES_MAX = 20000, HOMES_MAX = 2000 };
// Registered people, not of `people` (by id, ascending), whose postcode and address are those of at
// least `least` of them, by id; nobody with a protected address. In c->arena. For lists that ask
// whether a code is missing; no address is told. Errors: ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err person_housemates(Ctx *c, const PersonId *people, size_t count, int64_t least,
                               Housemate **out, size_t *count_out);

#endif
