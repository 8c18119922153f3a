// person_address.c -- finds the shared addresses of some people, then who else lives there.
#include "base/utf8.h"
#include "care/person/person.h"
#include "core/ids.h"
#include "person_sql.h"

typedef struct Home {
    Str postcode, address; // both folded
    int64_t among;
} Home;

static int home_order(const void *left, const void *right)
{
    const Home *a = left;
    const Home *b = right;
    int order = str_cmp(a->postcode, b->postcode);
    return order != 0 ? order : str_cmp(a->address, b->address);
}

static Err homes_of(Ctx *c, const PersonId *people, size_t count, Home *homes, size_t *count_out)
{
    *count_out = 0;
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(people, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_HOMES, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            Str address = utf8_key(c->arena, row_view(&rows, PERSON_HOMES_ADDRESS));
            if (address.len == 0) continue;
            homes[(*count_out)++] =
                (Home){row_str(c->arena, &rows, PERSON_HOMES_POSTCODE_KEY), address, 1};
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    return ERR_OK;
}

// Each address once, with how many live there; those of fewer than `least` fall away.
static size_t shared_homes(Home *homes, size_t count, int64_t least)
{
    size_t kept = 0;
    if (count > 1) qsort(homes, count, sizeof *homes, home_order);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && home_order(&homes[kept - 1], &homes[i]) == 0) {
            homes[kept - 1].among++;
        } else {
            homes[kept++] = homes[i];
        }
    }
    size_t shared = 0;
    for (size_t i = 0; i < kept; i++) {
        if (homes[i].among >= least) homes[shared++] = homes[i];
    }
    return shared;
}

static bool is_among(const PersonId *people, size_t count, int64_t id)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (people[middle].v < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && people[low].v == id;
}

typedef struct Mates {
    Housemate *at; // HOUSEMATES_MAX
    size_t count;
} Mates;

static Err add_mates(Ctx *c, const Home *home, const PersonId *people, size_t count, Mates *mates)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_PERSON_AT_POSTCODE, ARGS(TEXT(home->postcode), I64(HOUSEMATES_MAX)));
    while (rows_next(&rows)) {
        int64_t id = row_i64(&rows, PERSON_AT_POSTCODE_ID);
        Str address = utf8_key(c->arena, row_view(&rows, PERSON_AT_POSTCODE_ADDRESS));
        if (!str_eq(address, home->address) || is_among(people, count, id)) continue;
        if (mates->count == HOUSEMATES_MAX) return ERR_TOO_LARGE;
        mates->at[mates->count++] =
            (Housemate){.id = {id},
                        .practice_id = row_i64(&rows, PERSON_AT_POSTCODE_PRACTICE_ID),
                        .among = home->among};
    }
    return rows.err;
}

static int mate_order(const void *left, const void *right)
{
    int64_t a = ((const Housemate *)left)->id.v;
    int64_t b = ((const Housemate *)right)->id.v;
    return (a > b) - (a < b);
}

Err person_housemates(Ctx *c, const PersonId *people, size_t count, int64_t least, Housemate **out,
                      size_t *count_out)
{
    Home *homes = ARENA_ARRAY(c->arena, Home, count + 1);
    Mates mates = {.at = ARENA_ARRAY(c->arena, Housemate, HOUSEMATES_MAX)};
    size_t home_count = 0;
    TRY(homes_of(c, people, count, homes, &home_count));
    home_count = shared_homes(homes, home_count, least);
    if (home_count > HOMES_MAX) return ERR_TOO_LARGE;
    for (size_t i = 0; i < home_count; i++) {
        TRY(add_mates(c, &homes[i], people, count, &mates));
    }
    if (mates.count > 1) qsort(mates.at, mates.count, sizeof *mates.at, mate_order);
    *out = mates.at;
    *count_out = mates.count;
    return ERR_OK;
}
