// cohort_verify.c -- the nightly comparison: which definitions, what was found, when it is due.
#include "insight/cohort/cohort_verify.h"

#include "base/json.h"
#include "cohort_verify_sql.h"
#include "core/clock.h"
#include "insight/cohort/cohort_follow_store.h"
#include "insight/cohort/cohort_kept.h"

enum { MINUTE_MS = 60 * 1000, BODY_BYTES = 8 * 1024 };

const Seal VERIFY_SEAL = {"cohort-check", "cohort_self_check", {COHORT_VERIFY_SEALED_STATEMENT}};

// ---- what is kept

typedef struct Found {
    const CohortChecked *list;
    size_t count;
    bool finished;
} Found;

static VerifyResult result_of(const CohortChecked *one, bool finished)
{
    if (one->err != ERR_OK) return VERIFY_NOT_COMPARED;
    if (one->found.different > 0) return VERIFY_DIFFERENT;
    return finished ? VERIFY_SAME : VERIFY_NOT_FINISHED;
}

static Str why_not(const CohortChecked *one)
{
    switch (one->err) {
    case ERR_OK: return STR("");
    case ERR_UNSUPPORTED: return STR("It has a rule that has no SQL.");
    case ERR_TOO_LARGE: return STR("With all that it asks for it is too large to write as SQL.");
    case ERR_INVALID: return STR("Its text cannot be read any more.");
    default: return STR("It cannot be asked.");
    }
}

static Err write_one(Ctx *c, const CohortChecked *one, VerifyResult result)
{
    Str ref = ref_new(c);
    Str name = one->name.len > 0 ? one->name : one->key;
    Str said = why_not(one);
    CLEANUP(buf_free) Buf text = buf_new(BODY_BYTES);
    JsonOut json = json_out(&text);
    TRY(db_exec(c->db, SQL_COHORT_VERIFY_ADD,
                ARGS(TEXT(ref), TEXT(one->key), TEXT(name), TEXT(one->version), AT(c->now),
                     I64(result), I64(one->found.people), I64(one->found.different), TEXT(said)),
                NULL));
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("cohort-check"));
    json_field_str(&json, "id", ref);
    json_field_str(&json, "definition", one->key);
    json_field_str(&json, "definitionVersion", one->version);
    json_field_i64(&json, "result", result);
    json_field_i64(&json, "people", one->found.people);
    json_field_i64(&json, "different", one->found.different);
    json_field_opt(&json, "said", said);
    json_obj_end(&json);
    if (!buf_ok(&text)) return ERR_FAULT;
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-check"),
                                             .id = ref,
                                             .version = 1,
                                             .verb = STR("create"),
                                             .body = arena_str(c->arena, buf_str(&text)),
                                             .seal = &VERIFY_SEAL});
}

static Err write_found(Ctx *c, void *arg)
{
    const Found *found = arg;
    for (size_t i = 0; i < found->count; i++) {
        TRY(write_one(c, &found->list[i], result_of(&found->list[i], found->finished)));
    }
    return ERR_OK;
}

Err cohort_verified(Ctx *c, CohortVerified **out, size_t *count_out)
{
    Instant since = {c->now.ms - (int64_t)VERIFY_DAYS_SHOWN * DAY_MS};
    CohortVerified *list = ARENA_ARRAY(c->arena, CohortVerified, VERIFY_ROWS_MAX);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_VERIFY_LATEST, ARGS(I64(VERIFY_ROWS_MAX), AT(since)));
    while (count < VERIFY_ROWS_MAX && rows_next(&rows)) {
        list[count++] = (CohortVerified){
            .definition = row_str(c->arena, &rows, COHORT_VERIFY_LATEST_DEFINITION),
            .name = row_str(c->arena, &rows, COHORT_VERIFY_LATEST_NAME),
            .version = row_str(c->arena, &rows, COHORT_VERIFY_LATEST_DEFINITION_VERSION),
            .at = row_at(&rows, COHORT_VERIFY_LATEST_AT),
            .result = (VerifyResult)row_i64(&rows, COHORT_VERIFY_LATEST_RESULT),
            .people = row_i64(&rows, COHORT_VERIFY_LATEST_PEOPLE),
            .different = row_i64(&rows, COHORT_VERIFY_LATEST_DIFFERENT),
            .said = row_str(c->arena, &rows, COHORT_VERIFY_LATEST_SAID)};
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

// ---- the job

typedef struct Night {
    Job *job;
    int64_t until_ms; // of clock_ticks_ms
    bool late;        // it is past
} Night;

// Whoever stops it wants it to begin again no sooner than the next night.
static bool is_over(const Night *night)
{
    return night->late || job_stopped_by(night->job).len > 0;
}

static bool goes_on(void *arg, size_t done, size_t total)
{
    Night *night = arg;
    job_progress(night->job, (int64_t)done, (int64_t)total, STR("Comparing cohorts with SQL"));
    night->late = clock_ticks_ms() > night->until_ms;
    return !is_over(night) && !job_stopping(night->job);
}

// Each published definition, drafts not: who writes one has the page's own checks.
static Err keys_of(Ctx *c, CohortChecked **out, size_t *count_out)
{
    CohortSummary *all = NULL;
    ListCount count = {0};
    *out = ARENA_ARRAY(c->arena, CohortChecked, COHORTS_LISTED_MAX);
    *count_out = 0;
    TRY(cohort_list_from(c, 0, COHORTS_LISTED_MAX, &all, &count));
    for (size_t i = 0; i < count.given; i++) {
        if (all[i].state != DEFINITION_DRAFT) (*out)[(*count_out)++].key = all[i].key;
    }
    return ERR_OK;
}

static Err check_some(Ctx *c, CohortChecked *list, size_t count, Night *night)
{
    // In memory of its own: what is read to compare is many times what is kept of it.
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    Err err = cohort_check_many(&own, list, count, &(CohortCheckWatch){goes_on, night});
    if (err != ERR_OK && !is_over(night)) return err;
    return ctx_change(&own, write_found, &(Found){list, count, err == ERR_OK});
}

static Err verify_work(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    Ctx own = *c;
    CohortChecked *list = NULL;
    size_t count = 0;
    Night night = {.job = job,
                   .until_ms = clock_ticks_ms() + (int64_t)VERIFY_MINUTES_MAX * MINUTE_MS};
    own.actor = (Actor){.name = STR("Trellis")};
    TRY(keys_of(&own, &list, &count));
    for (size_t from = 0; from < count; from += COHORT_CHECKS_AT_ONCE_MAX) {
        size_t some = count - from;
        if (some > COHORT_CHECKS_AT_ONCE_MAX) some = COHORT_CHECKS_AT_ONCE_MAX;
        Err err = check_some(&own, list + from, some, &night);
        if (err == ERR_BUSY) {
            return ctx_issue(c, STR(""),
                             STR("Newer data was being read. The check is made a little later."));
        }
        TRY(err);
    }
    if (job_stopped_by(job).len > 0) return ERR_BUSY; // what was found is kept, as not finished
    job_progress(job, (int64_t)count, (int64_t)count, STR("Compared all cohorts with SQL"));
    return ERR_OK;
}

static Err verify_due(Ctx *c, bool *out)
{
    int hour = 0;
    int minute = 0;
    instant_london_clock(c->now, &hour, &minute);
    *out = false;
    if (hour < VERIFY_HOUR_FROM || hour >= VERIFY_HOUR_UNTIL || c->core->engine == NULL) {
        return ERR_OK;
    }
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_VERIFY_LAST, NO_ARGS);
    if (!rows_next(&rows)) return rows.err;
    Instant last = row_at(&rows, COHORT_VERIFY_LAST_AT);
    *out = c->now.ms - last.ms > (int64_t)VERIFY_HOURS_BETWEEN * 60 * MINUTE_MS;
    return ERR_OK;
}

const JobKind COHORT_JOBS[COHORT_JOB_COUNT] = {
    [COHORT_JOB_FOLLOW] = {.name = "cohort.follow",
                           .work = cohort_follow_work,
                           .due = cohort_follow_due},
    [COHORT_JOB_VERIFY] = {.name = "cohort.check", .work = verify_work, .due = verify_due},
};
