// equity_monthly.c -- the month's figures made by themselves, once somebody has made some.
#include "insight/equity/equity_pages.h"

enum { TRIES_A_DAY_MAX = 3 }; // the population may be being read

// The first are made by a person: who has none yet may still be bringing in practices.
static Err monthly_due(Ctx *c, bool *out)
{
    *out = false;
    EquityRelease *releases = NULL;
    JobView *jobs = NULL;
    size_t count = 0;
    TRY(equity_releases(c, &releases, &count));
    if (count == 0) return ERR_OK;
    Str made = equity_month(c->arena, releases[0].month);
    if (str_eq(made, equity_month(c->arena, c->today))) return ERR_OK;
    TRY(job_list(c, EQUITY_JOB.name, TRIES_A_DAY_MAX, &jobs, &count));
    size_t tried = 0;
    for (size_t i = 0; i < count; i++) {
        tried += instant_date_london(jobs[i].started_at).days == c->today.days;
    }
    *out = tried < TRIES_A_DAY_MAX;
    return ERR_OK;
}

static Err monthly_work(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    Str ref = STR("");
    job_progress(job, 0, 1, STR("Counting"));
    return equity_release_make(c, &ref);
}

const JobKind EQUITY_JOB = {.name = "equity.month", .work = monthly_work, .due = monthly_due};
