// population_batch.c -- batches: listed, journalled, and cleared of what they brought.
#include "insight/population/population_batch.h"

#include "base/json.h"
#include "insight/population/population_files.h"
#include "population_sql.h"

enum { CLEAR_PACKS = 200, CLEAR_WORDS = 5000, BODY_BYTES = 16 * 1024 };

const Seal BATCH_SEAL = {"batch", "batch", {POPULATION_SEALED_STATEMENT}};
const Seal PACKS_SEAL = {"events-of-batch", "event_pack", {POPULATION_SEALED_PACKS_STATEMENT}};
static const Seal LOADING = {"events-of-batch",
                             "event_pack",
                             {POPULATION_SEALED_PACKS_LOADING_STATEMENT}};
const Seal WORDS_SEAL = {"words-of-events", "code unit", {POPULATION_SEALED_WORDS_STATEMENT}};

static Batch batch_of_row(Ctx *c, const Rows *rows)
{
    return (Batch){.id = row_i64(rows, 0),
                   .ref = row_str(c->arena, rows, 1),
                   .state = (BatchState)row_i64(rows, 2),
                   .format = row_str(c->arena, rows, 3),
                   .file_name = row_str(c->arena, rows, 4),
                   .sha256 = row_str(c->arena, rows, 5),
                   .bytes = row_i64(rows, 6),
                   .practice_ods = row_str(c->arena, rows, 7),
                   .extract_on = row_date(rows, 8),
                   .account_name = row_str(c->arena, rows, 9),
                   .started_at = row_at(rows, 10),
                   .ended_at = row_at(rows, 11),
                   .people_added = row_i64(rows, 12),
                   .people_changed = row_i64(rows, 13),
                   .people_near = row_i64(rows, 14),
                   .events = row_i64(rows, 15),
                   .refused = row_i64(rows, 16),
                   .report = row_str(c->arena, rows, 17),
                   .version = row_i64(rows, 18),
                   .job_ref = row_str(c->arena, rows, 19)};
}

Err batch_get(Ctx *c, Str ref, Batch *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_BATCH_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = batch_of_row(c, &rows);
    return ERR_OK;
}

Err batch_last_of(Ctx *c, Str format, Batch *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_BATCH_LAST_OF, ARGS(TEXT(format)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (Batch){.ref = row_str(c->arena, &rows, POPULATION_BATCH_LAST_OF_REF),
                   .file_name = row_str(c->arena, &rows, POPULATION_BATCH_LAST_OF_FILE_NAME),
                   .ended_at = row_at(&rows, POPULATION_BATCH_LAST_OF_ENDED_AT),
                   .account_name = row_str(c->arena, &rows, POPULATION_BATCH_LAST_OF_ACCOUNT_NAME),
                   .events = row_i64(&rows, POPULATION_BATCH_LAST_OF_EVENTS)};
    return ERR_OK;
}

Err batch_list(Ctx *c, int64_t from, Batch **out, size_t *count_out)
{
    Batch *list = ARENA_ARRAY(c->arena, Batch, BATCHES_A_PAGE);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_POPULATION_BATCH_LIST, ARGS(I64(BATCHES_A_PAGE), I64(from)));
    while (count < BATCHES_A_PAGE && rows_next(&rows)) list[count++] = batch_of_row(c, &rows);
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

Err batch_count(Ctx *c, int64_t *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_BATCH_COUNT, NO_ARGS);
    *out = rows_next(&rows) ? row_i64(&rows, POPULATION_BATCH_COUNT_N) : 0;
    return rows.err;
}

Err batch_was_applied(Ctx *c, Str sha256, Str practice_ods, bool *out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_POPULATION_BATCH_BY_HASH, ARGS(TEXT(sha256), TEXT(practice_ods)));
    *out = rows_next(&rows);
    return rows.err;
}

Str batch_state_word(BatchState state)
{
    static const char *const WORDS[] = {"", "loading", "applied", "undone", "failed", "undoing"};
    return str_from_c(WORDS[state]);
}

static Str batch_body(Arena *arena, const Batch *b)
{
    CLEANUP(buf_free) Buf buf = buf_new(BODY_BYTES);
    JsonOut out = json_out(&buf);
    json_obj_begin(&out);
    json_field_str(&out, "batch", b->ref);
    json_field_i64(&out, "version", b->version);
    json_field_str(&out, "state", batch_state_word(b->state));
    json_field_str(&out, "format", b->format);
    json_field_str(&out, "file", b->file_name);
    json_field_opt(&out, "sha256", b->sha256);
    json_field_i64(&out, "bytes", b->bytes);
    json_field_opt(&out, "practice", b->practice_ods);
    json_field_opt(&out, "extract", date_iso(arena, b->extract_on));
    json_field_str(&out, "by", b->account_name);
    json_field_str(&out, "started", instant_iso(arena, b->started_at));
    json_field_i64(&out, "peopleAdded", b->people_added);
    json_field_i64(&out, "peopleChanged", b->people_changed);
    json_field_i64(&out, "peopleToDecide", b->people_near);
    json_field_i64(&out, "events", b->events);
    json_field_i64(&out, "refused", b->refused);
    json_obj_end(&out);
    assert(buf_ok(&buf));
    return arena_str(arena, buf_str(&buf));
}

Err batch_journal(Ctx *c, Str ref, Str verb)
{
    Batch b;
    TRY(batch_get(c, ref, &b));
    return journal_append(c, &(JournalEntry){.kind = STR("batch"),
                                             .id = b.ref,
                                             .version = b.version,
                                             .verb = verb,
                                             .body = batch_body(c->arena, &b),
                                             .seal = &BATCH_SEAL});
}

Err batch_loading_seal(Ctx *c, Str ref, Str *out)
{
    return seal_of(c, &LOADING, ref, out);
}

Err batch_seal_packs(Ctx *c, Str ref, Str sealed)
{
    if (sealed.len == 0) return ERR_OK; // it has none
    return journal_append(c, &(JournalEntry){.kind = str_from_c(PACKS_SEAL.kind),
                                             .id = ref,
                                             .version = 1,
                                             .verb = STR("apply"),
                                             .body = STR("{}"),
                                             .sealed = sealed});
}

Err batch_seal_words(Ctx *c)
{
    return seal_many(c, &WORDS_SEAL, (const Str[]){STR("code"), STR("unit")}, 2);
}

Err batch_step(Ctx *c, const Batch *b, Str verb)
{
    int64_t changed = 0;
    Val ended = b->state == BATCH_LOADING ? NONE : AT(c->now);
    TRY(db_exec(c->db, SQL_POPULATION_BATCH_STEP,
                ARGS(I64(b->id), I64(b->state), ended, I64(b->people_added), I64(b->people_changed),
                     I64(b->people_near), I64(b->events), I64(b->refused), TEXT(b->report),
                     I64(b->state != BATCH_LOADING)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return batch_journal(c, b->ref, verb);
}

// ---- cleared

static Err clear_some(Ctx *c, void *arg)
{
    int64_t *id_then_gone = arg;
    return db_exec(c->db, SQL_POPULATION_PACKS_DROP, ARGS(I64(id_then_gone[0]), I64(CLEAR_PACKS)),
                   &id_then_gone[1]);
}

// Codes and units that only this batch brought: told by their numbers, if no batch came after it.
static Err clear_words(Ctx *c, void *arg)
{
    int64_t *id_then_gone = arg;
    int64_t id = id_then_gone[0];
    int64_t code_from = 0;
    int64_t unit_from = 0;
    {
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_POPULATION_BATCH_CODES, ARGS(I64(id)));
        if (!rows_next(&rows)) return rows.err;
        id_then_gone[1] = 0;
        if (row_i64(&rows, 2) > 0) return ERR_OK;
        code_from = row_i64(&rows, 0);
        unit_from = row_i64(&rows, 1);
    }
    int64_t codes = 0;
    int64_t units = 0;
    TRY(db_exec(c->db, SQL_POPULATION_CODES_DROP, ARGS(I64(code_from), I64(CLEAR_WORDS)), &codes));
    TRY(db_exec(c->db, SQL_POPULATION_UNITS_DROP, ARGS(I64(unit_from), I64(CLEAR_WORDS)), &units));
    id_then_gone[1] = codes + units;
    return codes + units == 0 ? ERR_OK : batch_seal_words(c);
}

// Packs last: as long as there are some, population_recover knows that it is not done.
Err batch_clear(Ctx *c, int64_t id)
{
    int64_t id_then_gone[2] = {id, 1};
    while (id_then_gone[1] > 0) TRY(ctx_change(c, clear_words, id_then_gone));
    id_then_gone[1] = 1;
    while (id_then_gone[1] > 0) TRY(ctx_housekeep(c, clear_some, id_then_gone));
    return ERR_OK;
}
