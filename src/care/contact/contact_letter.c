// contact_letter.c -- which letters of many were marked as entered in error, one by one.
#include "care/contact/contact.h"
#include "contact_sql.h"
#include "core/ids.h"

static Err look_at(Ctx *c, const Ids *ask, LetterSent *letters)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_CONTACT_LETTERS_IN_ERROR, ask->at, COUNT_OF(ask->at));
    while (rows_next(&rows)) {
        Str ref = row_view(&rows, CONTACT_LETTERS_IN_ERROR_REF);
        IDS_EACH (i, *ask, row_i64(&rows, CONTACT_LETTERS_IN_ERROR_PERSON_ID)) {
            letters[i].in_error = letters[i].in_error || str_eq(letters[i].ref, ref);
        }
    }
    return rows.err;
}

Err contact_letters_in_error(Ctx *c, LetterSent *letters, size_t count)
{
    PersonId *persons = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) {
        persons[i] = letters[i].person;
        letters[i].in_error = false;
    }
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        TRY(look_at(c, &ask, letters + from));
    }
    return ERR_OK;
}
