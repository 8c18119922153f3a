// cohort_schedule.c -- the job that runs followed cohorts when they are due, as who follows them.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_follow_store.h"

enum { MISSED_DAYS_MAX = 400 };

// Who asked for the schedule, as they are today. *why: why nothing may run for them, or "".
static Err actor_of(Ctx *c, const CohortFollow *follow, Actor *out, Str *why)
{
    Account account;
    Err err = account_by_id(c, follow->account_id, &account);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    *why = STR("");
    if (err == ERR_NOT_FOUND || account.state != ACCOUNT_ACTIVE) {
        *why = STR("The account of who followed it is not active.");
        return ERR_OK;
    }
    int64_t *orgs = NULL;
    size_t org_count = 0;
    TRY(account_orgs(c, account.id, &orgs, &org_count));
    *out = (Actor){.account_id = account.id,
                   .name = account.name,
                   .role = account.role,
                   .orgs = orgs,
                   .org_count = org_count};
    return ERR_OK;
}

// Never twice for days that nobody ran the program: the next one is after today.
static Date next_after_today(Ctx *c, const CohortFollow *follow)
{
    Date next = follow->next_on;
    for (int i = 0; i < MISSED_DAYS_MAX && next.days <= c->today.days; i++) {
        next = cohort_follow_next(follow->every, next);
    }
    return next.days > c->today.days ? next : cohort_follow_next(follow->every, c->today);
}

static Err stop(Ctx *c, CohortFollow *follow, Str why)
{
    follow->state = FOLLOW_STOPPED;
    follow->said = why;
    return cohort_follow_change(c, follow);
}

// Counts who came and went since the run before, keeps the run, and moves the schedule on.
static Err keep_run(Ctx *c, const CohortRun *run, CohortFollow *follow)
{
    CohortKeptRun before;
    PersonId *people = NULL;
    PersonId *moved = NULL;
    size_t count = 0;
    TRY(cohort_run_open(c, follow->latest, &before, &people, &count));
    CohortScheduled why = {.follow = follow->ref};
    why.joined =
        (int64_t)cohort_only_in(c->arena, people, count, run->people, run->people_count, &moved);
    why.gone =
        (int64_t)cohort_only_in(c->arena, run->people, run->people_count, people, count, &moved);
    TRY(cohort_keep_scheduled(c, run, &why, &follow->latest));
    follow->said = STR("");
    follow->next_on = next_after_today(c, follow);
    return cohort_follow_change(c, follow);
}

typedef struct Following {
    const CohortRun *run;
    CohortFollow *follow;
} Following;

static Err keep_in_change(Ctx *c, void *arg)
{
    const Following *f = arg;
    return keep_run(c, f->run, f->follow);
}

static Err run_as(Ctx *c, CohortFollow *follow)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    PersonId *fresh = NULL;
    size_t count = 0;
    TRY(cohort_run(c, follow->definition, 0, &run));
    TRY(ctx_change(c, keep_in_change, &(Following){&run, follow}));
    TRY(cohort_newly(c, &run, follow, &fresh, &count));
    return cohort_follow_count(c, follow, count);
}

// A run that cannot be made does not hold up the others, nor is it tried every minute.
static Err put_off(Ctx *c, CohortFollow *follow)
{
    follow->said = STR("The last run could not be made. It is tried again at the next time.");
    follow->next_on = next_after_today(c, follow);
    return cohort_follow_change(c, follow);
}

// An extract is too old, or the definition takes too long: that is so a minute later too. Once a
// day is soon enough, and who follows it reads why.
static Err put_off_a_day(Ctx *c, CohortFollow *follow, Str why)
{
    follow->said = arena_fmt(c->arena, STR_FMT " It is tried again tomorrow.", STR_ARG(why));
    follow->next_on = date_add_days(c->today, 1);
    return cohort_follow_change(c, follow);
}

static Err run_one(Ctx *c, CohortFollow *follow)
{
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    CohortFollow work = *follow; // what a run that fails half-way wrote into it is not kept
    Str why = STR("");
    own.arena = scratch;
    own.purpose = STR("schedule");
    TRY(actor_of(&own, follow, &own.actor, &why));
    if (why.len > 0) return stop(c, follow, why);
    own.issue_count = 0;
    Err err = run_as(&own, &work);
    store_refresh(c->core->store, c->db);
    why = err == ERR_BUSY ? cohort_problem_of(&own, c->arena, err) : STR("");
    if (why.len > 0) return put_off_a_day(c, follow, why);
    switch (err) {
    case ERR_OK:
    case ERR_BUSY:
        return err; // columns are being made: when they are there
    // Somebody changed the schedule this moment: it runs as it now says, a minute later.
    case ERR_CONFLICT: return ERR_OK;
    case ERR_NOT_FOUND:
        return stop(c, follow,
                    STR("The cohort is not there any more, or is not for who followed it."));
    default: return put_off(c, follow);
    }
}

// Else the next minute would begin again what somebody has just stopped.
static Err put_off_rest(Ctx *c, CohortFollow *rest, size_t count, Str by)
{
    for (size_t i = 0; i < count; i++) {
        Str why = arena_fmt(c->arena, STR_FMT " stopped the run.", STR_ARG(by));
        Err err = put_off_a_day(c, &rest[i], why);
        if (err != ERR_CONFLICT) TRY(err); // changed this moment: it runs as it now says
    }
    return ERR_BUSY;
}

Err cohort_follow_work(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    CohortFollow *due = NULL;
    size_t count = 0;
    bool waits = false;
    TRY(cohort_follows_due(c, FOLLOWS_AT_ONCE_MAX, &due, &count));
    for (size_t i = 0; i < count; i++) {
        if (job_stopped_by(job).len > 0) {
            return put_off_rest(c, &due[i], count - i, job_stopped_by(job));
        }
        if (job_stopping(job)) return ERR_BUSY;
        job_progress(job, (int64_t)i, (int64_t)count, STR("Running followed cohorts"));
        // One that cannot be answered yet holds nobody else's up.
        Err err = run_one(c, &due[i]);
        if (err == ERR_BUSY && job_stopped_by(job).len > 0) {
            return put_off_rest(c, &due[i], count - i, job_stopped_by(job)); // itself too
        }
        if (err != ERR_BUSY) TRY(err);
        waits = waits || err == ERR_BUSY;
    }
    job_progress(job, (int64_t)count, (int64_t)count, STR("Ran followed cohorts"));
    return waits ? ERR_BUSY : ERR_OK;
}

// Without columns no job is begun that could only fail, each minute.
static bool columns_there(Ctx *c)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    if (engine_of(c) == NULL || engine_columns(c, &columns, &updating) != ERR_OK) return false;
    cohort_columns_let_go(columns);
    return true;
}

Err cohort_follow_due(Ctx *c, bool *out)
{
    CohortFollow *due = NULL;
    size_t count = 0;
    TRY(cohort_follows_due(c, 1, &due, &count));
    *out = count > 0 && columns_there(c);
    return ERR_OK;
}
