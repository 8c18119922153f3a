// person_area.c -- deciles by small area and release, and the people who live there.
#include "care/person/person_area.h"

#include "base/json.h"
#include "care/person/person_row.h"
#include "core/journal.h"
#include "person_sql.h"

enum { AREA_PIECE = 250, AREA_BODY_BYTES_MAX = 1024 };

const Seal AREA_SEAL = {"deprivation", "lsoa_decile", {PERSON_SEALED_AREAS_STATEMENT}};

bool area_code(Str text, char out[LSOA_BYTES])
{
    if (text.len != LSOA_BYTES) return false;
    char first = (char)(text.ptr[0] & ~32);
    if ((first != 'E' && first != 'W') || text.ptr[1] != '0' || text.ptr[2] != '1') return false;
    for (size_t i = 3; i < LSOA_BYTES; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') return false;
    }
    memcpy(out, text.ptr, LSOA_BYTES);
    out[0] = first;
    return true;
}

Err area_derive(Ctx *c, Person *p)
{
    if (p->lsoa.len == 0) return ERR_OK;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_AREA_GET, ARGS(TEXT(p->lsoa)));
    if (!rows_next(&rows)) return rows.err;
    p->imd_decile = (int)row_i64(&rows, PERSON_AREA_GET_DECILE);
    p->imd_year = (int)row_i64(&rows, PERSON_AREA_GET_RELEASE_YEAR);
    return ERR_OK;
}

// ---- a release

typedef struct Load {
    int year;
    const Area *areas;
    size_t count;
    Arena *scratch;
    int64_t last; // person of the last piece
    bool ended;
    int64_t changed;
} Load;

static Err store_areas(Ctx *c, const Load *load)
{
    TRY(db_exec(c->db, SQL_PERSON_AREA_DROP, ARGS(I64(load->year)), NULL));
    for (size_t i = 0; i < load->count; i++) {
        Str lsoa = {load->areas[i].lsoa, LSOA_BYTES};
        TRY(db_exec(c->db, SQL_PERSON_AREA_ADD,
                    ARGS(I64(load->year), TEXT(lsoa), I64(load->areas[i].decile)), NULL));
    }
    CLEANUP(buf_free) Buf buf = buf_new(AREA_BODY_BYTES_MAX);
    JsonOut out = json_out(&buf);
    json_obj_begin(&out);
    json_field_i64(&out, "release", load->year);
    json_field_i64(&out, "areas", (int64_t)load->count);
    json_obj_end(&out);
    return journal_append(c, &(JournalEntry){.kind = str_from_c(AREA_SEAL.kind),
                                             .id = arena_fmt(c->arena, "%d", load->year),
                                             .version = 1,
                                             .verb = STR("load"),
                                             .body = buf_str(&buf),
                                             .seal = &AREA_SEAL});
}

static Err people_piece(Ctx *c, Load *load, Person *people, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_AREA_PEOPLE, ARGS(I64(load->last), I64(AREA_PIECE)));
    size_t count = 0;
    while (count < AREA_PIECE && rows_next(&rows)) {
        people[count++] = (Person){
            .id = {row_i64(&rows, PERSON_AREA_PEOPLE_ID)},
            .ref = row_str(c->arena, &rows, PERSON_AREA_PEOPLE_REF),
            .lsoa = row_str(c->arena, &rows, PERSON_AREA_PEOPLE_LSOA),
            .imd_decile = (int)row_i64(&rows, PERSON_AREA_PEOPLE_IMD_DECILE),
            .imd_year = (int)row_i64(&rows, PERSON_AREA_PEOPLE_IMD_YEAR),
        };
    }
    *count_out = count;
    return rows.err;
}

// The version stays, as in an import: it counts corrections made here.
static Err derive_piece(Ctx *c, Load *load)
{
    Person *people = ARENA_ARRAY(c->arena, Person, AREA_PIECE);
    Str *refs = ARENA_ARRAY(c->arena, Str, AREA_PIECE);
    size_t count = 0;
    size_t changed = 0;
    TRY(people_piece(c, load, people, &count));
    for (size_t i = 0; i < count; i++) {
        Person to = people[i];
        TRY(area_derive(c, &to));
        if (to.imd_decile == people[i].imd_decile && to.imd_year == people[i].imd_year) continue;
        TRY(db_exec(c->db, SQL_PERSON_AREA_DERIVE,
                    ARGS(I64(to.id.v), I64(to.imd_decile), I64(to.imd_year)), NULL));
        refs[changed++] = to.ref;
    }
    load->ended = count < AREA_PIECE;
    if (count > 0) load->last = people[count - 1].id.v;
    load->changed += (int64_t)changed;
    return changed == 0 ? ERR_OK : seal_many(c, &PERSON_SEAL, refs, changed);
}

static Err load_release(Ctx *c, void *arg)
{
    Load *load = arg;
    TRY(store_areas(c, load));
    Err err = ERR_OK;
    Arena *kept = c->arena;
    c->arena = load->scratch; // a million people would fill the other one
    while (err == ERR_OK && !load->ended) {
        err = derive_piece(c, load);
        arena_reset(load->scratch);
    }
    c->arena = kept;
    return err;
}

Err area_release_load(Ctx *c, int year, const Area *areas, size_t count, int64_t *changed_out)
{
    assert(year >= AREA_YEAR_MIN && year <= AREA_YEAR_MAX && count > 0 && count <= AREAS_MAX);
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Load load = {.year = year, .areas = areas, .count = count, .scratch = scratch};
    TRY(ctx_change(c, load_release, &load));
    *changed_out = load.changed;
    return ERR_OK;
}

Err area_loads(Ctx *c, int64_t *out)
{
    return journal_count(c, str_from_c(AREA_SEAL.kind), out);
}

Err area_releases(Ctx *c, AreaRelease **out, size_t *count_out)
{
    AreaRelease *list = ARENA_ARRAY(c->arena, AreaRelease, AREA_RELEASES_MAX);
    size_t count = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_AREA_RELEASES, NO_ARGS);
    while (count < AREA_RELEASES_MAX && rows_next(&rows)) {
        list[count++] =
            (AreaRelease){.year = (int)row_i64(&rows, PERSON_AREA_RELEASES_RELEASE_YEAR),
                          .areas = (size_t)row_i64(&rows, PERSON_AREA_RELEASES_AREAS)};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err area_years(Ctx *c, int *oldest, int *newest)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_AREA_YEARS, NO_ARGS);
    *oldest = *newest = 0;
    if (!rows_next(&rows)) return rows.err;
    *oldest = (int)row_i64(&rows, PERSON_AREA_YEARS_OLDEST);
    *newest = (int)row_i64(&rows, PERSON_AREA_YEARS_NEWEST);
    return ERR_OK;
}

Str area_years_words(Arena *arena, int oldest, int newest)
{
    if (newest == 0) return STR("");
    if (oldest == newest) return arena_fmt(arena, "Index of Multiple Deprivation %d", newest);
    return arena_fmt(arena,
                     "Index of Multiple Deprivation, releases from %d to %d: deciles of different "
                     "releases are not quite alike",
                     oldest, newest);
}

Err area_release_loaded(Ctx *c, AreaRelease *release)
{
    JournalRow *rows = NULL;
    size_t count = 0;
    TRY(journal_history(c, str_from_c(AREA_SEAL.kind), arena_fmt(c->arena, "%d", release->year),
                        &rows, &count));
    if (count == 0) return ERR_OK;
    release->at = rows[count - 1].at;
    release->by = rows[count - 1].actor_name;
    return ERR_OK;
}
