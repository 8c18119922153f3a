// person_reach.c -- by what somebody can be reached, for many people at once.
#include "care/person/person.h"
#include "core/ids.h"
#include "person_sql.h"

Err person_reach(Ctx *c, const PersonId *ids, size_t count, PersonReach **out)
{
    PersonReach *all = ARENA_ARRAY(c->arena, PersonReach, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_REACH, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            PersonReach reach = {
                .address = row_view(&rows, PERSON_REACH_ADDRESS).len > 0,
                .phone = row_view(&rows, PERSON_REACH_PHONE).len > 0 ||
                         row_view(&rows, PERSON_REACH_MOBILE).len > 0,
                .email = row_view(&rows, PERSON_REACH_EMAIL).len > 0,
                .interpreter = row_i64(&rows, PERSON_REACH_INTERPRETER) != 0,
                .imd_decile = (int)row_i64(&rows, PERSON_REACH_IMD_DECILE),
                .imd_year = (int)row_i64(&rows, PERSON_REACH_IMD_YEAR),
            };
            int64_t id = row_i64(&rows, PERSON_REACH_ID);
            IDS_EACH (i, ask, id) all[from + i] = reach;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}

// As on an envelope: title, given name, family name; the parts that there are.
static Str envelope_name(Ctx *c, const Rows *rows)
{
    Str prefix = row_view(rows, PERSON_REACH_PREFIX);
    Str given = row_view(rows, PERSON_REACH_GIVEN);
    return arena_fmt(c->arena, STR_FMT "%s" STR_FMT "%s" STR_FMT, STR_ARG(prefix),
                     prefix.len > 0 ? " " : "", STR_ARG(given), given.len > 0 ? " " : "",
                     STR_ARG(row_view(rows, PERSON_REACH_FAMILY)));
}

Err person_letters(Ctx *c, const PersonId *ids, size_t count, PersonLetter **out)
{
    PersonLetter *all = ARENA_ARRAY(c->arena, PersonLetter, count + 1);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(ids, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_REACH, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            PersonLetter letter = {.name = envelope_name(c, &rows),
                                   .is_protected = row_i64(&rows, PERSON_REACH_RESTRICTED) != 0};
            if (!letter.is_protected) {
                letter.address = row_str(c->arena, &rows, PERSON_REACH_ADDRESS);
                letter.postcode = row_str(c->arena, &rows, PERSON_REACH_POSTCODE);
            }
            int64_t id = row_i64(&rows, PERSON_REACH_ID);
            IDS_EACH (i, ask, id) all[from + i] = letter;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = all;
    return ERR_OK;
}
