// population_meaning.c -- the words of codes and units, sixteen a statement.
#include "insight/population/population_meaning.h"

#include "core/ids.h"
#include "population_sql.h"

static int order(int32_t a, int32_t b)
{
    return (a > b) - (a < b);
}

static int id_cmp(const void *a, const void *b)
{
    return order(*(const int32_t *)a, *(const int32_t *)b);
}

static int code_cmp(const void *a, const void *b)
{
    return order(((const CodeWords *)a)->id, ((const CodeWords *)b)->id);
}

static int unit_cmp(const void *a, const void *b)
{
    return order(((const UnitName *)a)->id, ((const UnitName *)b)->id);
}

// Each once, ascending; how many there are.
static size_t each_once(int32_t *ids, size_t count)
{
    if (count > 1) qsort(ids, count, sizeof *ids, id_cmp);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || ids[kept - 1] != ids[i]) ids[kept++] = ids[i];
    }
    return kept;
}

size_t codes_of_rows(Ctx *c, const EventRow *const *rows, size_t count, int32_t **out)
{
    *out = arena_alloc_raw(c->arena, (count + 1) * sizeof **out);
    for (size_t i = 0; i < count; i++) (*out)[i] = rows[i]->code_id;
    return each_once(*out, count);
}

// Of the IDS_AT_ONCE from `from` on; the last stands for those that are not there.
static void ask_for(const int32_t *ids, size_t count, size_t from, Val ask[IDS_AT_ONCE])
{
    for (size_t i = 0; i < IDS_AT_ONCE; i++) {
        ask[i] = I64(ids[from + i < count ? from + i : count - 1]);
    }
}

static Err read_codes(Ctx *c, const Val *ask, Meanings *m, size_t *found)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_CODES_OF, ask, IDS_AT_ONCE);
    while (rows_next(&rows)) {
        CodeWords key = {.id = (int32_t)row_i64(&rows, POPULATION_CODES_OF_ID)};
        CodeWords *words = bsearch(&key, m->codes, m->code_count, sizeof key, code_cmp);
        assert(words != NULL);
        words->system = row_str(c->arena, &rows, POPULATION_CODES_OF_SYSTEM);
        words->code = row_str(c->arena, &rows, POPULATION_CODES_OF_CODE);
        words->term = row_str(c->arena, &rows, POPULATION_CODES_OF_TERM);
        ++*found;
    }
    return rows.err;
}

static Err take_codes(Ctx *c, const EventRow *const *rows, size_t count, Meanings *m)
{
    Val ask[IDS_AT_ONCE];
    int32_t *ids = arena_alloc_raw(c->arena, (2 * count + 1) * sizeof *ids);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        ids[used++] = rows[i]->code_id;
        if (rows[i]->answer_id != 0) ids[used++] = rows[i]->answer_id;
    }
    m->code_count = each_once(ids, used);
    m->codes = arena_alloc_raw(c->arena, (m->code_count + 1) * sizeof *m->codes);
    for (size_t i = 0; i < m->code_count; i++) m->codes[i] = (CodeWords){.id = ids[i]};
    size_t found = 0;
    for (size_t from = 0; from < m->code_count; from += IDS_AT_ONCE) {
        ask_for(ids, m->code_count, from, ask);
        TRY(read_codes(c, ask, m, &found));
    }
    return found == m->code_count ? ERR_OK : ERR_FAULT;
}

static Err read_units(Ctx *c, const Val *ask, Meanings *m)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_UNITS_OF, ask, IDS_AT_ONCE);
    while (rows_next(&rows)) {
        UnitName key = {.id = (int32_t)row_i64(&rows, POPULATION_UNITS_OF_ID)};
        UnitName *unit = bsearch(&key, m->units, m->unit_count, sizeof key, unit_cmp);
        assert(unit != NULL);
        unit->name = row_str(c->arena, &rows, POPULATION_UNITS_OF_NAME);
    }
    return rows.err;
}

static Err take_units(Ctx *c, const EventRow *const *rows, size_t count, Meanings *m)
{
    Val ask[IDS_AT_ONCE];
    int32_t *ids = arena_alloc_raw(c->arena, (count + 1) * sizeof *ids);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->has_value && rows[i]->unit_id != 0) ids[used++] = rows[i]->unit_id;
    }
    m->unit_count = each_once(ids, used);
    m->units = arena_alloc_raw(c->arena, (m->unit_count + 1) * sizeof *m->units);
    for (size_t i = 0; i < m->unit_count; i++) m->units[i] = (UnitName){ids[i], STR("")};
    for (size_t from = 0; from < m->unit_count; from += IDS_AT_ONCE) {
        ask_for(ids, m->unit_count, from, ask);
        TRY(read_units(c, ask, m));
    }
    return ERR_OK;
}

Err meanings_of(Ctx *c, const EventRow *const *rows, size_t count, Meanings *out)
{
    *out = (Meanings){0};
    TRY(take_codes(c, rows, count, out));
    return take_units(c, rows, count, out);
}

const CodeWords *meaning_code(const Meanings *meanings, int32_t id)
{
    CodeWords key = {.id = id};
    return bsearch(&key, meanings->codes, meanings->code_count, sizeof key, code_cmp);
}

Str meaning_unit(const Meanings *meanings, const EventRow *row)
{
    if (!row->has_value) return STR("");
    UnitName key = {.id = row->unit_id};
    const UnitName *unit =
        bsearch(&key, meanings->units, meanings->unit_count, sizeof key, unit_cmp);
    return unit == NULL ? STR("") : unit->name;
}
