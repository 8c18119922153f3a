// population_meaning.c -- the words of codes and units, sixteen a statement.
#include "insight/population/population_meaning.h"

#include "core/ids.h"
#include "population_sql.h"

size_t ids_once(Arena *arena, int32_t *ids, size_t count, int32_t *place)
{
    size_t size = 2;
    while (size < 2 * count) size *= 2;
    int32_t *table = ARENA_ARRAY(arena, int32_t, size); // place + 1; 0: empty
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t id = ids[i];
        place[i] = -1;
        if (id == 0) continue;
        size_t at =
            (size_t)((uint32_t)id * 2654435769U) & (size - 1); // Knuth's: ids in a row lie apart
        while (table[at] != 0 && ids[table[at] - 1] != id) at = (at + 1) & (size - 1);
        if (table[at] == 0) {
            ids[kept++] = id;
            table[at] = (int32_t)kept;
        }
        place[i] = table[at] - 1;
    }
    return kept;
}

// Of the IDS_AT_ONCE from `from` on.
static void ask_for(const int32_t *ids, size_t count, size_t from, Val ask[IDS_AT_ONCE])
{
    for (size_t i = 0; i < IDS_AT_ONCE; i++) ask[i] = from + i < count ? I64(ids[from + i]) : NONE;
}

static Err read_codes(Ctx *c, const int32_t *ids, size_t count, CodeWords *out)
{
    Val ask[IDS_AT_ONCE];
    size_t found = 0;
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        ask_for(ids, count, from, ask);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_CODES_OF, ask, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            size_t at = from + (size_t)row_i64(&rows, POPULATION_CODES_OF_PLACE);
            assert(at < count);
            out[at] = (CodeWords){row_str(c->arena, &rows, POPULATION_CODES_OF_SYSTEM),
                                  row_str(c->arena, &rows, POPULATION_CODES_OF_CODE),
                                  row_str(c->arena, &rows, POPULATION_CODES_OF_TERM)};
            found++;
        }
        TRY(rows.err);
    }
    return found == count ? ERR_OK : ERR_FAULT;
}

static Err read_units(Ctx *c, const int32_t *ids, size_t count, Str *out)
{
    Val ask[IDS_AT_ONCE];
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        ask_for(ids, count, from, ask);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UNITS_OF, ask, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            size_t at = from + (size_t)row_i64(&rows, POPULATION_UNITS_OF_PLACE);
            assert(at < count);
            out[at] = row_str(c->arena, &rows, POPULATION_UNITS_OF_NAME);
        }
        TRY(rows.err);
    }
    return ERR_OK;
}

// Of row i: its code at 2 i, its coded answer behind it.
static Err take_codes(Ctx *c, const EventRow *const *rows, size_t count, Meaning *out)
{
    int32_t *ids = arena_alloc_raw(c->arena, (2 * count + 1) * sizeof *ids);
    int32_t *place = arena_alloc_raw(c->arena, (2 * count + 1) * sizeof *place);
    for (size_t i = 0; i < count; i++) {
        ids[2 * i] = rows[i]->code_id;
        ids[2 * i + 1] = rows[i]->answer_id;
    }
    size_t used = ids_once(c->arena, ids, 2 * count, place);
    CodeWords *words = arena_alloc_raw(c->arena, (used + 1) * sizeof *words);
    TRY(read_codes(c, ids, used, words));
    for (size_t i = 0; i < count; i++) {
        if (place[2 * i] < 0) return ERR_FAULT;
        out[i].code = &words[place[2 * i]];
        if (place[2 * i + 1] >= 0) out[i].answer = &words[place[2 * i + 1]];
    }
    return ERR_OK;
}

static Err take_units(Ctx *c, const EventRow *const *rows, size_t count, Meaning *out)
{
    int32_t *ids = arena_alloc_raw(c->arena, (count + 1) * sizeof *ids);
    int32_t *place = arena_alloc_raw(c->arena, (count + 1) * sizeof *place);
    for (size_t i = 0; i < count; i++) ids[i] = rows[i]->has_value ? rows[i]->unit_id : 0;
    size_t used = ids_once(c->arena, ids, count, place);
    Str *names = ARENA_ARRAY(c->arena, Str, used + 1); // one that is not there is ""
    TRY(read_units(c, ids, used, names));
    for (size_t i = 0; i < count; i++) {
        if (place[i] >= 0) out[i].unit = names[place[i]];
    }
    return ERR_OK;
}

Err meanings_of(Ctx *c, const EventRow *const *rows, size_t count, Meaning **out)
{
    *out = ARENA_ARRAY(c->arena, Meaning, count + 1);
    TRY(take_codes(c, rows, count, *out));
    return take_units(c, rows, count, *out);
}
