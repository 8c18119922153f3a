// cohort_follow.c -- the rules of following: what is kept of it, who is new, who was set aside.
#include "insight/cohort/cohort_follow.h"

#include "base/json.h"
#include "cohort_follow_sql.h"
#include "core/form.h"
#include "insight/cohort/cohort_ask.h"
#include "insight/cohort/cohort_follow_store.h"

enum { BODY_BYTES = 8 * 1024 };

static const char *const EVERY_KEYS[] =
    {[FOLLOW_DAILY] = "day", [FOLLOW_WEEKLY] = "week", [FOLLOW_MONTHLY] = "month"};

const Seal FOLLOW_SEAL = {"cohort-follow", "cohort_follow", {COHORT_FOLLOW_SEALED_STATEMENT}};
const Seal ASIDE_SEAL = {"cohort-aside",
                         "cohort_set_aside",
                         {COHORT_FOLLOW_SEALED_ASIDES_STATEMENT}};

// Every statement that selects a follow has the columns of get.
static CohortFollow follow_of_row(Ctx *c, const Rows *rows)
{
    return (CohortFollow){.ref = row_str(c->arena, rows, COHORT_FOLLOW_GET_REF),
                          .definition = row_str(c->arena, rows, COHORT_FOLLOW_GET_DEFINITION),
                          .account_id = row_i64(rows, COHORT_FOLLOW_GET_ACCOUNT_ID),
                          .account_name = row_str(c->arena, rows, COHORT_FOLLOW_GET_ACCOUNT_NAME),
                          .every = (FollowEvery)row_i64(rows, COHORT_FOLLOW_GET_EVERY),
                          .since = row_date(rows, COHORT_FOLLOW_GET_SINCE),
                          .baseline = row_str(c->arena, rows, COHORT_FOLLOW_GET_BASELINE),
                          .latest = row_str(c->arena, rows, COHORT_FOLLOW_GET_LATEST),
                          .next_on = row_date(rows, COHORT_FOLLOW_GET_NEXT_ON),
                          .state = (FollowState)row_i64(rows, COHORT_FOLLOW_GET_STATE),
                          .said = row_str(c->arena, rows, COHORT_FOLLOW_GET_SAID),
                          .waiting = row_i64(rows, COHORT_FOLLOW_GET_WAITING),
                          .version = row_i64(rows, COHORT_FOLLOW_GET_VERSION)};
}

static Err follow_get(Ctx *c, Str ref, CohortFollow *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = follow_of_row(c, &rows);
    return ERR_OK;
}

static Err follow_find(Ctx *c, Str key, CohortFollow *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_FIND, ARGS(I64(c->actor.account_id), TEXT(key)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = follow_of_row(c, &rows);
    return ERR_OK;
}

Err cohort_follow_of(Ctx *c, Str key, CohortFollow *out)
{
    TRY(follow_find(c, key, out));
    return out->state == FOLLOW_ENDED ? ERR_NOT_FOUND : ERR_OK;
}

Err cohort_follows(Ctx *c, CohortFollow **out, size_t *count_out)
{
    CohortFollow *list = ARENA_ARRAY(c->arena, CohortFollow, FOLLOWS_MAX);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_OF_ACCOUNT, ARGS(I64(c->actor.account_id)));
    while (count < FOLLOWS_MAX && rows_next(&rows)) list[count++] = follow_of_row(c, &rows);
    *out = list;
    *count_out = count;
    return rows.err;
}

Err cohort_follows_due(Ctx *c, size_t limit, CohortFollow **out, size_t *count_out)
{
    CohortFollow *list = ARENA_ARRAY(c->arena, CohortFollow, limit + 1);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_DUE, ARGS(DAY(c->today), I64((int64_t)limit)));
    while (count < limit && rows_next(&rows)) list[count++] = follow_of_row(c, &rows);
    *out = list;
    *count_out = count;
    return rows.err;
}

int64_t cohort_follow_waiting(Ctx *c)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_WAITING_OF, ARGS(I64(c->actor.account_id)));
    return rows_next(&rows) ? row_i64(&rows, COHORT_FOLLOW_WAITING_OF_N) : -1;
}

typedef struct Count {
    Str ref;
    int64_t waiting;
} Count;

static Err write_count(Ctx *c, void *arg)
{
    const Count *count = arg;
    return db_exec(c->db, SQL_COHORT_FOLLOW_COUNT, ARGS(TEXT(count->ref), I64(count->waiting)),
                   NULL);
}

Err cohort_follow_count(Ctx *c, const CohortFollow *follow, size_t waiting)
{
    if (follow->waiting == (int64_t)waiting) return ERR_OK;
    Count count = {follow->ref, (int64_t)waiting};
    return ctx_housekeep(c, write_count, &count);
}

// ---- starting, changing, ending

static Err follow_body(Ctx *c, const CohortFollow *f, Str *out)
{
    static const char *const STATES[] = {
        [FOLLOW_RUNS] = "runs", [FOLLOW_STOPPED] = "stopped", [FOLLOW_ENDED] = "ended"};
    CLEANUP(buf_free) Buf text = buf_new(BODY_BYTES);
    JsonOut json = json_out(&text);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("cohort-follow"));
    json_field_str(&json, "id", f->ref);
    json_field_str(&json, "definition", f->definition);
    json_field_str(&json, "by", f->account_name);
    json_field_str(&json, "every", str_from_c(EVERY_KEYS[f->every]));
    json_field_str(&json, "since", date_iso(c->arena, f->since));
    json_field_str(&json, "baseline", f->baseline);
    json_field_str(&json, "latest", f->latest);
    json_field_str(&json, "next", date_iso(c->arena, f->next_on));
    json_field_str(&json, "state", str_from_c(STATES[f->state]));
    json_field_opt(&json, "said", f->said);
    json_obj_end(&json);
    if (!buf_ok(&text)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&text));
    return ERR_OK;
}

static Err follow_journal(Ctx *c, Str ref, Str verb)
{
    CohortFollow follow;
    Str body = STR("");
    TRY(follow_get(c, ref, &follow));
    TRY(follow_body(c, &follow, &body));
    return journal_append(c, &(JournalEntry){.kind = STR("cohort-follow"),
                                             .id = ref,
                                             .version = follow.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &FOLLOW_SEAL});
}

static Err write_new(Ctx *c, void *arg)
{
    const CohortFollow *f = arg;
    TRY(db_exec(c->db, SQL_COHORT_FOLLOW_ADD,
                ARGS(TEXT(f->ref), TEXT(f->definition), I64(c->actor.account_id),
                     TEXT(c->actor.name), I64(f->every), DAY(f->since), TEXT(f->baseline),
                     DAY(f->next_on)),
                NULL));
    return follow_journal(c, f->ref, STR("create"));
}

static Err write_changed(Ctx *c, void *arg)
{
    const CohortFollow *f = arg;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_COHORT_FOLLOW_CHANGE,
                ARGS(TEXT(f->ref), I64(f->version), I64(f->every), DAY(f->since), TEXT(f->baseline),
                     TEXT(f->latest), DAY(f->next_on), I64(f->state), TEXT(f->said)),
                &changed));
    return changed == 0 ? ERR_CONFLICT : follow_journal(c, f->ref, STR("update"));
}

Err cohort_follow_change(Ctx *c, CohortFollow *to)
{
    return ctx_change(c, write_changed, to);
}

Date cohort_follow_next(FollowEvery every, Date from)
{
    return every == FOLLOW_MONTHLY ? date_add_months(from, 1)
                                   : date_add_days(from, every == FOLLOW_WEEKLY ? 7 : 1);
}

// The run that says who is not new: the list as at that day, by the record of today.
static Err keep_baseline(Ctx *c, Str key, Date since, Str *ref_out)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    const Definition *definition = NULL;
    TRY(cohort_definition(c, key, &definition));
    TRY(cohort_ask(c, &(CohortQuestion){.definition = definition, .as_at = since}, &run));
    return cohort_keep_scheduled(c, &run, &(CohortScheduled){0}, ref_out);
}

// What is followed beyond it would be on no list.
static Err room_to_follow(Ctx *c, bool followed)
{
    CohortFollow *all = NULL;
    size_t count = 0;
    TRY(cohort_follows(c, &all, &count));
    if (followed || count < FOLLOWS_MAX) return ERR_OK;
    return ctx_issue(c, STR("every"),
                     STR("You follow 64 cohorts already. Stop following another one first"));
}

Err cohort_follow_start(Ctx *c, Str key, FollowEvery every, Date since)
{
    CohortFollow follow;
    if (every < FOLLOW_DAILY || every > FOLLOW_MONTHLY) {
        return ctx_issue(c, STR("every"), STR("Select how often it is run"));
    }
    if (since.days > c->today.days || since.days < c->today.days - FOLLOW_DAYS_BACK_MAX) {
        return ctx_issue(c, STR("since"), STR("Select since when somebody counts as new"));
    }
    Err known = follow_find(c, key, &follow);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    TRY(room_to_follow(c, known == ERR_OK && follow.state != FOLLOW_ENDED));
    if (known == ERR_NOT_FOUND) follow = (CohortFollow){.ref = ref_new(c), .definition = key};
    follow.every = every;
    follow.next_on = cohort_follow_next(every, c->today);
    follow.said = STR("");
    if (known == ERR_NOT_FOUND || follow.state != FOLLOW_RUNS || follow.since.days != since.days) {
        follow.since = since;
        TRY(keep_baseline(c, key, since, &follow.baseline));
        follow.latest = follow.baseline;
    }
    follow.state = FOLLOW_RUNS;
    return ctx_change(c, known == ERR_OK ? write_changed : write_new, &follow);
}

Err cohort_follow_end(Ctx *c, Str key)
{
    CohortFollow follow;
    TRY(cohort_follow_of(c, key, &follow));
    follow.state = FOLLOW_ENDED;
    return cohort_follow_change(c, &follow);
}

// ---- set aside

static CohortAside aside_of_row(Ctx *c, const Rows *rows)
{
    return (CohortAside){.ref = row_str(c->arena, rows, COHORT_FOLLOW_ASIDES_REF),
                         .person = {row_i64(rows, COHORT_FOLLOW_ASIDES_PERSON_ID)},
                         .by = row_str(c->arena, rows, COHORT_FOLLOW_ASIDES_ACCOUNT_NAME),
                         .at = row_at(rows, COHORT_FOLLOW_ASIDES_AT),
                         .reason = row_str(c->arena, rows, COHORT_FOLLOW_ASIDES_REASON),
                         .until = row_date(rows, COHORT_FOLLOW_ASIDES_UNTIL),
                         .standing = row_i64(rows, COHORT_FOLLOW_ASIDES_STANDING) != 0,
                         .version = row_i64(rows, COHORT_FOLLOW_ASIDES_VERSION)};
}

Err cohort_asides(Ctx *c, Str key, CohortAside **out, size_t *count_out)
{
    size_t cap = 64;
    size_t count = 0;
    CohortAside *list = ARENA_ARRAY(c->arena, CohortAside, cap);
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_ASIDES, ARGS(TEXT(key), DAY(c->today)));
    while (count < ASIDES_MAX && rows_next(&rows)) {
        ARENA_GROW(c->arena, list, count, &cap);
        list[count++] = aside_of_row(c, &rows);
    }
    *out = list;
    *count_out = count;
    return rows.err;
}

typedef struct Aside { // what is written
    PersonId person;
    Str key, reason;
    Date until;
    bool standing;
} Aside;

static Err aside_find(Ctx *c, Str key, PersonId person, CohortAside *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_COHORT_FOLLOW_ASIDE_FIND, ARGS(TEXT(key), I64(person.v)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = aside_of_row(c, &rows);
    return ERR_OK;
}

static Err aside_journal(Ctx *c, const Aside *aside)
{
    CohortAside now;
    CLEANUP(buf_free) Buf text = buf_new(BODY_BYTES);
    TRY(aside_find(c, aside->key, aside->person, &now));
    JsonOut json = json_out(&text);
    json_obj_begin(&json);
    json_field_str(&json, "kind", STR("cohort-aside"));
    json_field_str(&json, "id", now.ref);
    json_field_str(&json, "definition", aside->key);
    json_field_str(&json, "by", now.by);
    json_field_str(&json, "reason", now.reason);
    json_field_str(&json, "until", date_iso(c->arena, now.until));
    json_field_bool(&json, "standing", now.standing);
    json_obj_end(&json);
    if (!buf_ok(&text)) return ERR_FAULT;
    return journal_append(c,
                          &(JournalEntry){.person = aside->person,
                                          .kind = STR("cohort-aside"),
                                          .id = now.ref,
                                          .version = now.version,
                                          .verb = now.version == 1 ? STR("create") : STR("update"),
                                          .body = arena_str(c->arena, buf_str(&text)),
                                          .seal = &ASIDE_SEAL});
}

static Err write_aside(Ctx *c, void *arg)
{
    const Aside *aside = arg;
    CohortAside before;
    Err known = aside_find(c, aside->key, aside->person, &before);
    if (known == ERR_OK) {
        TRY(db_exec(c->db, SQL_COHORT_FOLLOW_ASIDE_CHANGE,
                    ARGS(TEXT(before.ref), I64(before.version), I64(c->actor.account_id),
                         TEXT(c->actor.name), AT(c->now), TEXT(aside->reason), DAY(aside->until),
                         I64(aside->standing)),
                    NULL));
    } else if (known == ERR_NOT_FOUND) {
        TRY(db_exec(c->db, SQL_COHORT_FOLLOW_ASIDE_ADD,
                    ARGS(TEXT(ref_new(c)), TEXT(aside->key), I64(aside->person.v),
                         I64(c->actor.account_id), TEXT(c->actor.name), AT(c->now),
                         TEXT(aside->reason), DAY(aside->until)),
                    NULL));
    } else {
        return known;
    }
    return aside_journal(c, aside);
}

Err cohort_set_aside(Ctx *c, const Grant *grant, Str key, Str reason, Date until)
{
    assert(grant_covers(grant, CLASS_COHORT, MODE_READ));
    Str said = str_trim(reason);
    if (said.len == 0) {
        (void)ctx_issue(c, STR("reason"), STR(ASIDE_NO_REASON));
    } else if (str_chars(said) > ASIDE_REASON_CHARS_MAX) {
        (void)ctx_issue(c, STR("reason"), STR("The reason must be 500 characters or fewer"));
    }
    Date last = date_add_months(c->today, ASIDE_MONTHS_MAX);
    if (date_is_none(until) || until.days <= c->today.days || until.days > last.days) {
        (void)ctx_issue(c, STR("until"),
                        STR("Enter until when: a day after today, within 2 years"));
    }
    if (c->issue_count > 0) return ERR_INVALID;
    Aside aside = {grant_person(grant), key, said, until, true};
    return ctx_change(c, write_aside, &aside);
}

Err cohort_put_back(Ctx *c, const Grant *grant, Str key)
{
    assert(grant_covers(grant, CLASS_COHORT, MODE_READ));
    CohortAside before;
    TRY(aside_find(c, key, grant_person(grant), &before));
    if (!before.standing) return ERR_NOT_FOUND;
    Aside aside = {grant_person(grant), key, before.reason, before.until, false};
    return ctx_change(c, write_aside, &aside);
}

// ---- who is new

Err cohort_newly(Ctx *c, const CohortRun *run, const CohortFollow *follow, PersonId **out,
                 size_t *count_out)
{
    CohortKeptRun baseline;
    PersonId *before = NULL;
    PersonId *fresh = NULL;
    CohortAside *asides = NULL;
    size_t before_count = 0;
    size_t aside_count = 0;
    TRY(cohort_run_open(c, follow->baseline, &baseline, &before, &before_count));
    TRY(cohort_asides(c, follow->definition, &asides, &aside_count));
    size_t count =
        cohort_only_in(c->arena, before, before_count, run->people, run->people_count, &fresh);
    PersonId *aside = ARENA_ARRAY(c->arena, PersonId, aside_count + 1);
    for (size_t i = 0; i < aside_count; i++) aside[i] = asides[i].person;
    *count_out = cohort_only_in(c->arena, aside, aside_count, fresh, count, out);
    return ERR_OK;
}

static bool holds(const PersonId *people, size_t count, PersonId person)
{
    size_t low = 0;
    size_t high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (people[middle].v < person.v) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count && people[low].v == person.v;
}

typedef struct LookBack { // for the first day of each of some people, run by run
    const PersonId *ids;
    size_t count;
    NewlySince *since;
    bool *ended;
    size_t open; // who is in every run so far
} LookBack;

static Err go_back(Ctx *c, Str ref, LookBack *back)
{
    CohortKeptRun run;
    PersonId *people = NULL;
    size_t people_count = 0;
    TRY(cohort_run_open(c, ref, &run, &people, &people_count));
    for (size_t i = 0; i < back->count; i++) {
        if (back->ended[i]) continue;
        back->ended[i] = !holds(people, people_count, back->ids[i]);
        back->open -= back->ended[i];
        if (!back->ended[i]) back->since[i].on = run.as_at;
    }
    return ERR_OK;
}

Err cohort_newly_since(Ctx *c, const CohortFollow *follow, const PersonId *ids, size_t count,
                       NewlySince **out)
{
    Str *runs = NULL;
    size_t run_count = 0;
    LookBack back = {.ids = ids,
                     .count = count,
                     .since = ARENA_ARRAY(c->arena, NewlySince, count + 1),
                     .ended = ARENA_ARRAY(c->arena, bool, count + 1),
                     .open = count};
    for (size_t i = 0; i < count; i++) back.since[i].on = c->today;
    TRY(cohort_scheduled_of(c, follow->ref, FOLLOW_RUNS_READ_MAX, &runs, &run_count));
    CLEANUP(arena_free_at) Arena *of_run = arena_new(); // a year of long lists fills the other one
    Arena *kept = c->arena;
    for (size_t r = 0; r < run_count && back.open > 0; r++) { // newest first
        arena_reset(of_run);
        c->arena = of_run;
        Err err = go_back(c, runs[r], &back);
        c->arena = kept;
        if (err != ERR_OK) return err;
    }
    for (size_t i = 0; i < count; i++) {
        back.since[i].or_before = !back.ended[i] && run_count == FOLLOW_RUNS_READ_MAX;
    }
    *out = back.since;
    return ERR_OK;
}
