// cohort_runs.c -- what is kept of a run: who was listed to whom, so that it can be accounted for,
// and so that the people listed can be reached by who works through the list.
#include "base/json.h"
#include "cohort_sql.h"
#include "core/sha256.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_follow_store.h"
#include "insight/cohort/cohort_pages.h"
#include "insight/cohort/cohort_sets.h"
#include "insight/cohort/cohort_use.h"

enum { PEOPLE_BYTES_MAX = 32 * 1024 * 1024, COUNTS_BYTES_MAX = 1024 * 1024, VARINT_BITS = 7 };

typedef struct KeepArg {
    const CohortRun *run;
    Str counts;
    Str people;
    Str ref;
    const CohortScheduled *scheduled; // NULL: somebody looked
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

typedef struct Packed { // reading them one by one
    Str rest;
    int64_t id;
} Packed;

static bool packed_next(Packed *packed)
{
    uint64_t gap = 0;
    int shift = 0;
    for (size_t i = 0; i < packed->rest.len; i++) {
        uint8_t byte = (uint8_t)packed->rest.ptr[i];
        if (shift < 64 - VARINT_BITS) gap |= (uint64_t)(byte & 0x7F) << shift;
        shift += VARINT_BITS;
        if ((byte & 0x80) != 0) continue;
        packed->id += (int64_t)gap;
        packed->rest = str_slice(packed->rest, i + 1, packed->rest.len);
        return true;
    }
    return false;
}

static bool packed_holds(Str people, PersonId person)
{
    Packed packed = {.rest = people};
    while (packed_next(&packed)) {
        if (packed.id >= person.v) return packed.id == person.v;
    }
    return false;
}

// The versions of other definitions that took part by `cohort KEY`.
static void add_used(const CohortRun *run, JsonOut *out)
{
    json_field_arr(out, "used");
    for (size_t i = 0; i < run->used_count; i++) {
        json_obj_begin(out);
        json_field_str(out, "definition", run->used[i].key);
        json_field_str(out, "version", run->used[i].version);
        json_obj_end(out);
    }
    json_arr_end(out);
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
    if (run->used_count > 0) add_used(run, &out);
    json_field_i64(&out, "died", run->left_out.died);
    json_field_i64(&out, "left", run->left_out.left);
    json_field_i64(&out, "optedOut", run->left_out.opted_out);
    json_field_i64(&out, "onCaseload", run->left_out.on_caseload);
    json_field_i64(&out, "declined", run->left_out.declined);
    const Evaluation *e = run->evaluation;
    if (e != NULL) rule_sets_json(c->arena, e->columns->sets, e->definition->root, &out);
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

const Seal SCHEDULED_SEAL = {"cohort-scheduled",
                             "cohort_scheduled",
                             {COHORT_SEALED_SCHEDULED_STATEMENT}};

static Err mark_scheduled(Ctx *c, const KeepArg *keep)
{
    const CohortScheduled *why = keep->scheduled;
    CLEANUP(buf_free) Buf text = buf_new(1024);
    JsonOut out = json_out(&text);
    TRY(db_exec(c->db, SQL_COHORT_ADD_SCHEDULED,
                ARGS(TEXT(keep->ref), TEXT(why->follow), I64(why->joined), I64(why->gone)), NULL));
    json_obj_begin(&out);
    json_field_str(&out, "run", keep->ref);
    json_field_str(&out, "follow", why->follow);
    json_field_i64(&out, "joined", why->joined);
    json_field_i64(&out, "gone", why->gone);
    json_obj_end(&out);
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-scheduled"),
                                             .id = keep->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = arena_str(c->arena, buf_str(&text)),
                                             .seal = &SCHEDULED_SEAL});
}

// The rules as they were are to be read for as long as the run is kept.
static Err remember_rules(Ctx *c, const Evaluation *e)
{
    for (size_t i = 0; i < e->used_count; i++) TRY(definition_remember(c, e->used[i]->definition));
    return definition_remember(c, e->definition);
}

static Err keep_change(Ctx *c, void *arg)
{
    KeepArg *keep = arg;
    const CohortRun *run = keep->run;
    TRY(remember_rules(c, run->evaluation));
    TRY(db_exec(c->db, SQL_COHORT_ADD,
                ARGS(TEXT(keep->ref), TEXT(run->about.key), TEXT(run->about.version),
                     DAY(run->as_at), DAY(run->data_on), I64(run->generation), I64(run->practice),
                     I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now), TEXT(keep->counts),
                     I64(run->people_count), BYTES(keep->people)),
                NULL));
    Str body = STR("");
    TRY(run_body(c, keep->ref, &body));
    if (keep->scheduled != NULL) TRY(mark_scheduled(c, keep));
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-run"),
                                             .id = keep->ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = body,
                                             .seal = &RUN_SEAL});
}

// The counts of a kept run name the same versions of what it asked for.
static bool same_used(Ctx *c, const CohortRun *run, Str counts)
{
    size_t at = 0;
    for (size_t i = 0; i < run->used_count; i++) {
        Str one =
            arena_fmt(c->arena, "{\"definition\":\"" STR_FMT "\",\"version\":\"" STR_FMT "\"}",
                      STR_ARG(run->used[i].key), STR_ARG(run->used[i].version));
        if (!str_find(counts, one, &at)) return false;
    }
    return true;
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
        str_eq(row_view(&rows, COHORT_LATEST_OF_ACCOUNT_PEOPLE), people) &&
        same_used(c, run, row_view(&rows, COHORT_LATEST_OF_ACCOUNT_COUNTS));
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

Err cohort_keep_scheduled(Ctx *c, const CohortRun *run, const CohortScheduled *why, Str *ref_out)
{
    CLEANUP(buf_free) Buf people = buf_new(PEOPLE_BYTES_MAX);
    pack_people(run, &people);
    if (!buf_ok(&people)) return ERR_TOO_LARGE;
    KeepArg keep = {.run = run,
                    .counts = counts_json(c, run),
                    .people = buf_str(&people),
                    .ref = ref_new(c),
                    .scheduled = why};
    *ref_out = keep.ref;
    return ctx_change(c, keep_change, &keep);
}

Err cohort_scheduled_of(Ctx *c, Str follow, size_t limit, Str **out, size_t *count_out)
{
    *out = ARENA_ARRAY(c->arena, Str, limit + 1);
    *count_out = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_SCHEDULED_OF, ARGS(TEXT(follow), I64((int64_t)limit)));
    while (*count_out < limit && rows_next(&rows)) {
        (*out)[(*count_out)++] = row_str(c->arena, &rows, COHORT_SCHEDULED_OF_REF);
    }
    return rows.err;
}

// ---- looking back

// Whose runs the actor sees: another's may hold people of practices that the actor has no part in.
static int64_t whose_runs(const Ctx *c)
{
    return cohort_sees_network(c) ? 0 : c->actor.account_id;
}

static bool may_look_back(const Ctx *c)
{
    return c->actor.account_id == 0 ||
           (ctx_can(c, CAP_COHORT_VIEW) && access_may(c, CLASS_COHORT, MODE_READ));
}

Err cohort_last_kept(Ctx *c, Str key, CohortKept *out)
{
    *out = (CohortKept){0};
    if (!may_look_back(c)) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_LATEST, ARGS(TEXT(key), I64(whose_runs(c))));
    if (!rows_next(&rows)) return rows.err;
    *out = (CohortKept){.at = row_at(&rows, COHORT_LATEST_AT),
                        .by = row_str(c->arena, &rows, COHORT_LATEST_ACCOUNT_NAME),
                        .people = row_i64(&rows, COHORT_LATEST_PEOPLE_COUNT)};
    return ERR_OK;
}

Err cohort_runs(Ctx *c, Str key, int64_t from, CohortKeptRun **out, size_t *count_out,
                int64_t *all_out)
{
    if (!may_look_back(c)) return ERR_NOT_FOUND;
    CohortKeptRun *list = ARENA_ARRAY(c->arena, CohortKeptRun, COHORT_RUNS_A_PAGE);
    size_t count = 0;
    int64_t whose = whose_runs(c);
    CLEANUP(rows_close)
    Rows all = db_query(c->db, SQL_COHORT_COUNT_RUNS, ARGS(TEXT(key), I64(whose)));
    *all_out = rows_next(&all) ? row_i64(&all, COHORT_COUNT_RUNS_N) : 0;
    TRY(all.err);
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_RUNS_OF,
                         ARGS(TEXT(key), I64(whose), I64(COHORT_RUNS_A_PAGE), I64(from)));
    while (count < COHORT_RUNS_A_PAGE && rows_next(&rows)) {
        list[count++] =
            (CohortKeptRun){.ref = row_str(c->arena, &rows, COHORT_RUNS_OF_REF),
                            .definition = row_str(c->arena, &rows, COHORT_RUNS_OF_DEFINITION),
                            .version = row_str(c->arena, &rows, COHORT_RUNS_OF_DEFINITION_VERSION),
                            .as_at = row_date(&rows, COHORT_RUNS_OF_AS_AT),
                            .data_on = row_date(&rows, COHORT_RUNS_OF_DATA_ON),
                            .practice = row_i64(&rows, COHORT_RUNS_OF_PRACTICE),
                            .account_id = row_i64(&rows, COHORT_RUNS_OF_ACCOUNT_ID),
                            .by = row_str(c->arena, &rows, COHORT_RUNS_OF_ACCOUNT_NAME),
                            .at = row_at(&rows, COHORT_RUNS_OF_AT),
                            .people = row_i64(&rows, COHORT_RUNS_OF_PEOPLE_COUNT),
                            .counts = row_str(c->arena, &rows, COHORT_RUNS_OF_COUNTS)};
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

Err cohort_run_open(Ctx *c, Str ref, CohortKeptRun *out, PersonId **people_out, size_t *count_out)
{
    if (!may_look_back(c)) return ERR_NOT_FOUND;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_BY_REF, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = (CohortKeptRun){.ref = row_str(c->arena, &rows, COHORT_BY_REF_REF),
                           .definition = row_str(c->arena, &rows, COHORT_BY_REF_DEFINITION),
                           .version = row_str(c->arena, &rows, COHORT_BY_REF_DEFINITION_VERSION),
                           .as_at = row_date(&rows, COHORT_BY_REF_AS_AT),
                           .data_on = row_date(&rows, COHORT_BY_REF_DATA_ON),
                           .practice = row_i64(&rows, COHORT_BY_REF_PRACTICE),
                           .account_id = row_i64(&rows, COHORT_BY_REF_ACCOUNT_ID),
                           .by = row_str(c->arena, &rows, COHORT_BY_REF_ACCOUNT_NAME),
                           .at = row_at(&rows, COHORT_BY_REF_AT),
                           .people = row_i64(&rows, COHORT_BY_REF_PEOPLE_COUNT),
                           .counts = row_str(c->arena, &rows, COHORT_BY_REF_COUNTS)};
    int64_t whose = whose_runs(c);
    if (whose != 0 && whose != out->account_id) return ERR_NOT_FOUND;
    Packed packed = {.rest = row_view(&rows, COHORT_BY_REF_PEOPLE)};
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, (size_t)out->people + 1);
    size_t count = 0;
    while (count < (size_t)out->people && packed_next(&packed)) {
        people[count++] = (PersonId){packed.id};
    }
    *people_out = people;
    *count_out = count;
    return ERR_OK;
}

size_t cohort_only_in(Arena *arena, const PersonId *a, size_t a_count, const PersonId *b,
                      size_t b_count, PersonId **out)
{
    *out = ARENA_ARRAY(arena, PersonId, b_count + 1);
    size_t count = 0;
    size_t at = 0;
    for (size_t i = 0; i < b_count; i++) {
        while (at < a_count && a[at].v < b[i].v) at++;
        if (at == a_count || a[at].v != b[i].v) (*out)[count++] = b[i];
    }
    return count;
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
