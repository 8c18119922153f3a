// person_changed.c -- whose row an entry of the journal vouches for.
#include "base/json.h"
#include "care/person/person_import.h"
#include "care/person/person_row.h"
#include "person_sql.h"

PersonChanges person_changes_new(Arena *arena, size_t most)
{
    // Room for very many, of which most often few come: only what is used is touched.
    PersonId *ids = arena_alloc_raw(arena, (most + 1) * sizeof *ids);
    return (PersonChanges){.ids = ids, .most = most};
}

void person_changes_add(PersonChanges *changes, PersonId id)
{
    if (changes->count == changes->most) {
        changes->unclear = true;
    } else {
        changes->ids[changes->count++] = id;
    }
}

// A ref that no row has is of somebody who was taken away.
static Err add_ref(Ctx *c, Str ref, PersonChanges *changes)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PERSON_ID_OF_REF, ARGS(TEXT(ref)));
    if (rows_next(&rows)) {
        person_changes_add(changes, (PersonId){row_i64(&rows, PERSON_ID_OF_REF_ID)});
    } else {
        changes->unclear = true;
    }
    return rows.err;
}

// Hidden or shown again with the batch that added them.
static Err add_batch(Ctx *c, Str batch, PersonChanges *changes)
{
    int64_t id = 0;
    if (!str_i64(batch, 0, INT64_MAX, &id)) return ERR_FAULT;
    if (id == 0) return ERR_OK; // the row of no batch: ids that are not given again
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PERSON_OF_BATCH,
                         ARGS(I64(id), I64(0), I64((int64_t)changes->most + 1)));
    while (!changes->unclear && rows_next(&rows)) {
        person_changes_add(changes, (PersonId){row_i64(&rows, PERSON_OF_BATCH_ID)});
    }
    return rows.err;
}

static Err add_one(Ctx *c, Str kind, Str id, PersonChanges *changes)
{
    if (str_eq(kind, str_from_c(PERSON_SEAL.kind))) return add_ref(c, id, changes);
    if (str_eq(kind, str_from_c(HIDDEN_SEAL.kind))) return add_batch(c, id, changes);
    return ERR_OK;
}

Err person_changes_take(Ctx *c, const JournalSeal *entry, PersonChanges *changes)
{
    if (!str_eq(entry->kind, STR(SEAL_KIND))) return add_one(c, entry->kind, entry->id, changes);
    bool ours = str_eq(entry->verb, str_from_c(PERSON_SEAL.kind)) ||
                str_eq(entry->verb, str_from_c(HIDDEN_SEAL.kind));
    if (!ours) return ERR_OK;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    JsonErr why = {0};
    const Json *body = json_parse(scratch, entry->seals, (JsonLimits){0}, &why);
    if (body == NULL) return ERR_FAULT;
    for (size_t i = 0; i < json_count(body) && !changes->unclear; i++) {
        TRY(add_one(c, entry->verb, json_key(json_at(body, i)), changes));
    }
    return ERR_OK;
}
