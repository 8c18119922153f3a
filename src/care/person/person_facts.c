// person_facts.c -- everybody in one read, for the population engine.
#include "care/person/person.h"
#include "person_sql.h"

enum { FACTS_FIRST = 4096 };

// Both statements select the same columns in the same order.
static Err facts_of(Ctx *c, StatementId statement, PersonFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, statement, NO_ARGS);
    size_t cap = FACTS_FIRST;
    size_t count = 0;
    PersonFact *facts = ARENA_ARRAY(c->arena, PersonFact, cap);
    while (rows_next(&rows)) {
        if (count == cap) {
            PersonFact *wider = ARENA_ARRAY(c->arena, PersonFact, cap * 2);
            memcpy(wider, facts, cap * sizeof *facts);
            facts = wider;
            cap *= 2;
        }
        Gender sex = (Gender)row_i64(&rows, PERSON_FACTS_SEX);
        Gender gender = (Gender)row_i64(&rows, PERSON_FACTS_GENDER);
        facts[count++] = (PersonFact){
            .id = {row_i64(&rows, PERSON_FACTS_ID)},
            .born = row_date(&rows, PERSON_FACTS_BORN),
            .died = row_date(&rows, PERSON_FACTS_DIED),
            .registration = (Registration)row_i64(&rows, PERSON_FACTS_REGISTRATION),
            .practice_id = row_i64(&rows, PERSON_FACTS_PRACTICE_ID),
            .sex = sex != GENDER_NOT_KNOWN ? sex : gender,
            .imd_decile = (int)row_i64(&rows, PERSON_FACTS_IMD_DECILE),
            .opted_out = row_i64(&rows, PERSON_FACTS_OPTED_OUT) != 0,
        };
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = facts;
    *count_out = count;
    return ERR_OK;
}

Err person_facts(Ctx *c, PersonFact **out, size_t *count_out)
{
    return facts_of(c, SQL_PERSON_FACTS, out, count_out);
}

Err person_facts_changed(Ctx *c, PersonFact **out, size_t *count_out)
{
    return facts_of(c, SQL_PERSON_FACTS_CHANGED, out, count_out);
}

Err person_traits(Ctx *c, PersonTrait **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_TRAITS, NO_ARGS);
    size_t cap = FACTS_FIRST;
    size_t count = 0;
    PersonTrait *traits = ARENA_ARRAY(c->arena, PersonTrait, cap);
    while (rows_next(&rows)) {
        if (count == cap) {
            PersonTrait *wider = ARENA_ARRAY(c->arena, PersonTrait, cap * 2);
            memcpy(wider, traits, cap * sizeof *traits);
            traits = wider;
            cap *= 2;
        }
        traits[count++] = (PersonTrait){
            .id = {row_i64(&rows, PERSON_TRAITS_ID)},
            .registration_on = row_date(&rows, PERSON_TRAITS_REGISTRATION_ON),
            .ethnicity = row_str(c->arena, &rows, PERSON_TRAITS_ETHNICITY),
            .language = row_str(c->arena, &rows, PERSON_TRAITS_LANGUAGE),
            .interpreter = row_i64(&rows, PERSON_TRAITS_INTERPRETER) != 0,
        };
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = traits;
    *count_out = count;
    return ERR_OK;
}
