// people.c -- people for tests, made through the same door as an import makes them.
#include "test/people.h"

#include "work/team/team.h"

typedef struct Making {
    const PersonImport *from;
    PersonId id;
} Making;

static Err do_make(Ctx *c, void *arg)
{
    Making *m = arg;
    bool added = false;
    int64_t practice = 0;
    PersonImport from = *m->from;
    TRY(practice_ensure(c, STR("X26101"), STR("Millfield Surgery"), &practice));
    from.person.practice_id = practice;
    TRY(person_import(c, 1, &from, &m->id, &added));
    return person_import_seal(c, &m->id, 1);
}

PersonId test_person_who(Test *t, const char *family, int64_t nhs_number, Registration how)
{
    PersonImport from = {.person = {.nhs_number = nhs_number,
                                    .family = str_from_c(family),
                                    .given = STR("Grace"),
                                    .prefix = STR("Mrs"),
                                    .gender = GENDER_FEMALE,
                                    .sex = GENDER_FEMALE,
                                    .died = DATE_NONE,
                                    .registration = how,
                                    .registration_on = DATE_NONE,
                                    .practice_name = STR("Millfield Surgery")},
                         .source_id = str_from_c(family)};
    CHECK(date_from_ymd(1948, 2, 3, &from.person.born));
    if (how == REGISTRATION_DIED) CHECK(date_from_ymd(2026, 11, 1, &from.person.died));
    Making making = {.from = &from};
    CHECK_OK(ctx_change(t->c, do_make, &making));
    return making.id;
}

PersonId test_person(Test *t, const char *family, int64_t nhs_number)
{
    return test_person_who(t, family, nhs_number, REGISTRATION_CURRENT);
}

const Grant *test_grant(Test *t, PersonId person, DataClass data)
{
    return access_program_grant(t->c, person, data);
}
