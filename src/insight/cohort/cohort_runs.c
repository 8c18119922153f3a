// cohort_runs.c -- what is kept of a run: who was listed to whom, so that it can be accounted for,
// and so that the people listed can be reached by who works through the list.
#include "base/json.h"
#include "cohort_sql.h"
#include "core/sha256.h"
#include "insight/cohort/cohort_pages.h"

enum { PEOPLE_BYTES_MAX = 32 * 1024 * 1024, COUNTS_BYTES_MAX = 64 * 1024, VARINT_BITS = 7 };

typedef struct KeepArg {
    const CohortRun *run;
    Str counts;
    Str people;
    Str ref;
} KeepArg;

// Ids ascending, each as its distance from the one before, seven bits a byte, low bits first.
static void pack_people(const CohortRun *run, Buf *out)
{
    int64_t before = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        uint64_t gap = (uint64_t)(run->people[i].v - before);
        before = run->people[i].v;
        for (; gap >= 0x80; gap >>= VARINT_BITS) buf_add_char(out, (char)(gap | 0x80));
        buf_add_char(out, (char)gap);
    }
}

static bool packed_holds(Str packed, PersonId person)
{
    uint64_t gap = 0;
    int shift = 0;
    int64_t id = 0;
    for (size_t i = 0; i < packed.len; i++) {
        uint8_t byte = (uint8_t)packed.ptr[i];
        if (shift < 64 - VARINT_BITS) gap |= (uint64_t)(byte & 0x7F) << shift;
        shift += VARINT_BITS;
        if ((byte & 0x80) != 0) continue;
        id += (int64_t)gap;
        if (id >= person.v) return id == person.v;
        gap = 0;
        shift = 0;
    }
    return false;
}

static Str counts_json(Ctx *c, const CohortRun *run)
{
    CLEANUP(buf_free) Buf text = buf_new(COUNTS_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_obj_begin(&out);
    json_field_arr(&out, "steps");
    for (size_t i = 0; i < run->step_count; i++) {
        json_obj_begin(&out);
        json_field_str(&out, "rule", run->steps[i].text);
        json_field_i64(&out, "count", run->steps[i].count);
        json_field_i64(&out, "notRecorded", run->steps[i].not_recorded);
        json_obj_end(&out);
    }
    json_arr_end(&out);
    json_field_i64(&out, "died", run->left_out.died);
    json_field_i64(&out, "left", run->left_out.left);
    json_field_i64(&out, "optedOut", run->left_out.opted_out);
    json_field_i64(&out, "onCaseload", run->left_out.on_caseload);
    json_field_i64(&out, "declined", run->left_out.declined);
    json_obj_end(&out);
    return arena_str(c->arena, buf_str(&text));
}

static Err run_body(Ctx *c, Str ref, Str *body_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_BY_REF, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    Str people = row_str(c->arena, &rows, COHORT_BY_REF_PEOPLE);
    uint8_t hash[SHA256_BYTES];
    sha256(people, hash);
    Date as_at = row_date(&rows, COHORT_BY_REF_AS_AT);
    Date data_on = row_date(&rows, COHORT_BY_REF_DATA_ON);
    CLEANUP(buf_free) Buf text = buf_new((size_t)2 * COUNTS_BYTES_MAX);
    JsonOut out = json_out(&text);
    json_obj_begin(&out);
    json_field_str(&out, "kind", STR("cohort-run"));
    json_field_str(&out, "id", ref);
    json_field_str(&out, "definition", row_str(c->arena, &rows, COHORT_BY_REF_DEFINITION));
    json_field_str(&out, "definitionVersion",
                   row_str(c->arena, &rows, COHORT_BY_REF_DEFINITION_VERSION));
    json_field_str(&out, "asAt", date_iso(c->arena, as_at));
    json_field_opt(&out, "dataOn", date_iso(c->arena, data_on));
    json_field_i64(&out, "generation", row_i64(&rows, COHORT_BY_REF_GENERATION));
    json_field_i64(&out, "practice", row_i64(&rows, COHORT_BY_REF_PRACTICE));
    json_field_str(&out, "by", row_str(c->arena, &rows, COHORT_BY_REF_ACCOUNT_NAME));
    json_field_str(&out, "at", instant_iso(c->arena, row_at(&rows, COHORT_BY_REF_AT)));
    json_field_str(&out, "counts", row_str(c->arena, &rows, COHORT_BY_REF_COUNTS));
    json_field_i64(&out, "people", row_i64(&rows, COHORT_BY_REF_PEOPLE_COUNT));
    json_field_str(&out, "peopleSha256", sha256_hex(c->arena, hash));
    json_obj_end(&out);
    if (!buf_ok(&text)) return ERR_FAULT;
    *body_out = arena_str(c->arena, buf_str(&text));
    return ERR_OK;
}

const Seal RUN_SEAL = {"cohort-run", "cohort_run", {COHORT_SEALED_STATEMENT}};

static Err keep_change(Ctx *c, void *arg)
{
    KeepArg *keep = arg;
    const CohortRun *run = keep->run;
    TRY(db_exec(c->db, SQL_COHORT_ADD,
                ARGS(TEXT(keep->ref), TEXT(run->about.key), TEXT(run->about.version),
                     DAY(run->as_at), DAY(run->data_on), I64(run->generation), I64(run->practice),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now), TEXT(keep->counts),
                     I64(run->people_count), BYTES(keep->people)),
                NULL));
    Str body = STR("");
    TRY(run_body(c, keep->ref, &body));
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-run"),
                                             .id = keep->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = body,
                                             .seal = &RUN_SEAL});
}

static Err is_kept(Ctx *c, const CohortRun *run, Str people, bool *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_LATEST_OF_ACCOUNT,
                         ARGS(I64(c->actor.account_id), TEXT(run->about.key), I64(run->practice)));
    *out =
        rows_next(&rows) &&
        str_eq(row_view(&rows, COHORT_LATEST_OF_ACCOUNT_DEFINITION_VERSION), run->about.version) &&
        row_i64(&rows, COHORT_LATEST_OF_ACCOUNT_AS_AT) == run->as_at.days &&
        row_i64(&rows, COHORT_LATEST_OF_ACCOUNT_GENERATION) == run->generation &&
        str_eq(row_view(&rows, COHORT_LATEST_OF_ACCOUNT_PEOPLE), people);
    return rows.err;
}

Err cohort_keep(Ctx *c, const CohortRun *run)
{
    CLEANUP(buf_free) Buf people = buf_new(PEOPLE_BYTES_MAX);
    pack_people(run, &people);
    if (!buf_ok(&people)) return ERR_TOO_LARGE;
    bool kept = false;
    TRY(is_kept(c, run, buf_str(&people), &kept));
    if (kept) return ERR_OK;
    KeepArg keep = {
        .run = run, .counts = counts_json(c, run), .people = buf_str(&people), .ref = ref_new(c)};
    return ctx_change(c, keep_change, &keep);
}

Err cohort_last_kept(Ctx *c, Str key, CohortKept *out)
{
    *out = (CohortKept){0};
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_LATEST, ARGS(TEXT(key)));
    if (!rows_next(&rows)) return rows.err;
    *out = (CohortKept){.at = row_at(&rows, COHORT_LATEST_AT),
                        .by = row_str(c->arena, &rows, COHORT_LATEST_ACCOUNT_NAME),
                        .people = row_i64(&rows, COHORT_LATEST_PEOPLE_COUNT)};
    return ERR_OK;
}

// Who was listed to the actor in the last days may be opened by the actor: rows, no notes.
Err cohort_relationship(Ctx *c, PersonId person, RelationshipKind *out)
{
    *out = RELATIONSHIP_NONE;
    if (!ctx_can(c, CAP_COHORT_VIEW)) return ERR_OK;
    Instant since = {c->now.ms - (int64_t)COHORT_RUN_DAYS * DAY_MS};
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_RECENT, ARGS(I64(c->actor.account_id), AT(since)));
    while (rows_next(&rows)) {
        if (!packed_holds(row_view(&rows, COHORT_RECENT_PEOPLE), person)) continue;
        *out = RELATIONSHIP_COHORT;
        return ERR_OK;
    }
    return rows.err;
}
