// person_words.c -- number, age and date of birth as lists show them.
#include "care/person/person.h"
#include "core/html.h"
#include "nhs/nhs_number.h"

Str person_row_nhs(Ctx *c, const PersonRow *p)
{
    return nhs_number_or(c->arena, p->nhs_number, STR("not recorded"));
}

Str person_row_age(Ctx *c, const PersonRow *p)
{
    int age = date_age_years(p->born, c->today);
    return age < 0 ? STR("age not known") : html_count_of(c->arena, age, "year", "years");
}

Str person_row_born(Ctx *c, const PersonRow *p)
{
    return date_is_none(p->born) ? STR("Date of birth not recorded")
                                 : date_medium(c->arena, p->born);
}

Str person_row_born_age(Ctx *c, const PersonRow *p)
{
    int age = date_age_years(p->born, c->today);
    Str born = person_row_born(c, p);
    return age < 0 ? born : arena_fmt(c->arena, STR_FMT " (%d)", STR_ARG(born), age);
}
