// people.h -- a practice, a person and a grant for tests of rooms.
#ifndef TEST_PEOPLE_H
#define TEST_PEOPLE_H

#include "care/person/person.h"
#include "test/fixture.h"

// A current person of a practice "Millfield Surgery", born 3 February 1948, with this NHS number.
PersonId test_person(Test *t, const char *family, int64_t nhs_number);
// The same with another registration: died people died on 1 November 2026.
PersonId test_person_who(Test *t, const char *family, int64_t nhs_number, Registration how);
// What the program itself may do. The test must act as the program (not after test_actor).
const Grant *test_grant(Test *t, PersonId person, DataClass data);

#endif
