// person_facts.c -- everybody in one read, for the population engine.
#include "care/person/person.h"
#include "core/ids.h"
#include "person_sql.h"

enum { FACTS_FIRST = 4096 };

uint64_t person_language_key(Str language)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < language.len; i++) {
        unsigned char ch = (unsigned char)language.ptr[i];
        if (ch >= 'A' && ch <= 'Z') ch |= 32;
        hash = (hash ^ ch) * UINT64_C(1099511628211);
    }
    return language.len == 0 ? 0 : hash | (hash == 0);
}

uint8_t person_ethnicity_number(Str category)
{
    bool letter = category.len == 1 && category.ptr[0] >= 'A' && category.ptr[0] <= 'Z';
    return letter ? (uint8_t)(category.ptr[0] - 'A' + 1) : 0;
}

// Of every statement of facts (-- columns: facts).
static PersonFact fact_of(const Rows *rows)
{
    Gender sex = (Gender)row_i64(rows, PERSON_FACTS_SEX);
    Gender gender = (Gender)row_i64(rows, PERSON_FACTS_GENDER);
    return (PersonFact){
        .id = {row_i64(rows, PERSON_FACTS_ID)},
        .born = row_date(rows, PERSON_FACTS_BORN),
        .died = row_date(rows, PERSON_FACTS_DIED),
        .registration = (Registration)row_i64(rows, PERSON_FACTS_REGISTRATION),
        .practice_id = row_i64(rows, PERSON_FACTS_PRACTICE_ID),
        .sex = sex != GENDER_NOT_KNOWN ? sex : gender,
        .imd_decile = (int)row_i64(rows, PERSON_FACTS_IMD_DECILE),
        .opted_out = row_i64(rows, PERSON_FACTS_OPTED_OUT) != 0,
        .interpreter = row_i64(rows, PERSON_FACTS_INTERPRETER) != 0,
        .registration_on = row_date(rows, PERSON_FACTS_REGISTRATION_ON),
        .ethnicity = person_ethnicity_number(row_view(rows, PERSON_FACTS_ETHNICITY)),
        .language = person_language_key(row_view(rows, PERSON_FACTS_LANGUAGE)),
    };
}

static Err facts_of(Ctx *c, StatementId statement, PersonFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, statement, NO_ARGS);
    size_t cap = FACTS_FIRST;
    size_t count = 0;
    PersonFact *facts = ARENA_ARRAY(c->arena, PersonFact, cap);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, facts, count, &cap);
        facts[count++] = fact_of(&rows);
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = facts;
    *count_out = count;
    return ERR_OK;
}

Err person_facts_of(Ctx *c, const PersonId *ids, size_t count, PersonFact **out, size_t *count_out)
{
    PersonFact *facts = ARENA_ARRAY(c->arena, PersonFact, count + 1);
    size_t found = 0;
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_PERSON_FACTS_OF, ask.at, IDS_AT_ONCE);
        while (found < count && rows_next(&rows)) facts[found++] = fact_of(&rows);
        TRY(rows.err);
    }
    *out = facts;
    *count_out = found;
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
        ARENA_GROW(c->arena, traits, count, &cap);
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

Err person_languages(Ctx *c, const PersonId *ids, size_t count, Str **out)
{
    Str *languages = ARENA_ARRAY(c->arena, Str, count + 1);
    size_t at = 0;
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_PERSON_LANGUAGES_OF, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            int64_t id = row_i64(&rows, PERSON_LANGUAGES_OF_ID);
            while (at < count && ids[at].v < id) at++;
            if (at == count || ids[at].v != id) continue;
            languages[at] = row_str(c->arena, &rows, PERSON_LANGUAGES_OF_LANGUAGE);
        }
        TRY(rows.err);
    }
    *out = languages;
    return ERR_OK;
}

static Err ids_of(Rows *rows, Arena *arena, PersonId **out, size_t *count_out)
{
    size_t cap = FACTS_FIRST;
    size_t count = 0;
    PersonId *ids = ARENA_ARRAY(arena, PersonId, cap);
    while (rows_next(rows)) {
        ARENA_GROW(arena, ids, count, &cap);
        ids[count++] = (PersonId){row_i64(rows, 0)};
    }
    if (rows->err != ERR_OK) return rows->err;
    *out = ids;
    *count_out = count;
    return ERR_OK;
}

Err person_by_name(Ctx *c, PersonId **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_BY_NAME, NO_ARGS);
    return ids_of(&rows, c->arena, out, count_out);
}

Err person_changed_after(Ctx *c, Instant at, PersonId **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_CHANGED_AFTER, ARGS(AT(at)));
    return ids_of(&rows, c->arena, out, count_out);
}

Err person_name_keys(Ctx *c, const PersonId *ids, size_t count, PersonNameKey **out)
{
    PersonNameKey *keys = ARENA_ARRAY(c->arena, PersonNameKey, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close)
        Rows rows = db_query(c->db, SQL_PERSON_NAME_KEYS, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            IDS_EACH (i, ask, row_i64(&rows, PERSON_NAME_KEYS_ID)) {
                keys[from + i] =
                    (PersonNameKey){row_str(c->arena, &rows, PERSON_NAME_KEYS_FAMILY_KEY),
                                    row_str(c->arena, &rows, PERSON_NAME_KEYS_GIVEN_KEY)};
            }
        }
        TRY(rows.err);
    }
    *out = keys;
    return ERR_OK;
}

int64_t person_corrections(Ctx *c)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_CORRECTIONS, NO_ARGS);
    if (!rows_next(&rows)) return 0;
    // The number fills the milliseconds up: two corrections in one are still told apart.
    return row_i64(&rows, PERSON_CORRECTIONS_LAST) * 1024 + row_i64(&rows, PERSON_CORRECTIONS_N);
}

Err person_of_number(Ctx *c, int64_t nhs_number, PersonId *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_BY_NHS_NUMBER, ARGS(I64(nhs_number)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    PersonId id = {row_i64(&rows, PERSON_BY_BORN_ID)};
    if (rows_next(&rows)) return ERR_CONFLICT;
    TRY(rows.err);
    *out = id;
    return ERR_OK;
}

int person_name_cmp(const PersonNameKey *a, PersonId a_id, const PersonNameKey *b, PersonId b_id)
{
    int cmp = str_cmp(a->family, b->family);
    if (cmp == 0) cmp = str_cmp(a->given, b->given);
    return cmp != 0 ? cmp : person_id_cmp(&a_id, &b_id);
}
