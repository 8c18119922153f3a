// cohort_verify_web.c -- what the nightly comparison found, for who answers for the system.
#include "cohort_verify_page.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort_verify.h"

static CohortVerifyRow row_of(Ctx *c, const CohortVerified *found)
{
    static const struct {
        const char *words, *colour;
    } RESULTS[] = {[VERIFY_SAME] = {"The same", "green"},
                   [VERIFY_DIFFERENT] = {"Different", "red"},
                   [VERIFY_NOT_COMPARED] = {"Not compared", "grey"},
                   [VERIFY_NOT_FINISHED] = {"Not finished", "yellow"}};
    CohortVerifyRow row = {.found = *found,
                           .at = instant_long(c->arena, found->at),
                           .result = str_from_c(RESULTS[found->result].words),
                           .colour = str_from_c(RESULTS[found->result].colour)};
    Str people = html_people(c->arena, found->people);
    switch (found->result) {
    case VERIFY_SAME: row.detail = arena_fmt(c->arena, "For all " STR_FMT, STR_ARG(people)); break;
    case VERIFY_DIFFERENT:
        row.detail = arena_fmt(c->arena, "For " STR_FMT " of " STR_FMT,
                               STR_ARG(html_count(c->arena, found->different)), STR_ARG(people));
        break;
    case VERIFY_NOT_COMPARED: row.detail = found->said; break;
    case VERIFY_NOT_FINISHED:
        row.detail = arena_fmt(c->arena, "The same for the " STR_FMT " compared in the time given",
                               STR_ARG(people));
        break;
    }
    return row;
}

static Str sentence_of(Ctx *c, const CohortVerified *all, size_t count)
{
    size_t different = 0;
    size_t silent = 0;
    for (size_t i = 0; i < count; i++) {
        different += all[i].result == VERIFY_DIFFERENT;
        silent += all[i].result > VERIFY_DIFFERENT;
    }
    if (count == 0) return STR("Nothing was compared yet.");
    Str cohorts = html_count_of(c->arena, (int64_t)count, "cohort", "cohorts");
    if (different > 0) {
        return arena_fmt(c->arena,
                         "%zu of " STR_FMT " %s from SQL. Do not use %s; tell who supports the "
                         "program.",
                         different, STR_ARG(cohorts), different == 1 ? "differs" : "differ",
                         different == 1 ? "its list" : "their lists");
    }
    if (silent > 0) {
        return arena_fmt(c->arena, "%zu of " STR_FMT " %s compared and %s the same.",
                         count - silent, STR_ARG(cohorts), count - silent == 1 ? "was" : "were",
                         count - silent == 1 ? "is" : "are");
    }
    return count == 1 ? STR("The one cohort is the same.")
                      : arena_fmt(c->arena, "All " STR_FMT " are the same.", STR_ARG(cohorts));
}

// The newest job of a kind; *open_out: it waits or runs.
static Err latest_job(Ctx *c, int kind, JobView *out, bool *open_out)
{
    JobView *jobs = NULL;
    size_t count = 0;
    TRY(job_list(c, COHORT_JOBS[kind].name, 1, &jobs, &count));
    *out = count > 0 ? jobs[0] : (JobView){.state = JOB_DONE};
    *open_out = out->state == JOB_QUEUED || out->state == JOB_RUNNING;
    return ERR_OK;
}

static Err fill_running(Ctx *c, CohortVerifyPage *m)
{
    JobView job;
    bool open = false;
    TRY(latest_job(c, COHORT_JOB_VERIFY, &job, &m->can_stop));
    if (job.state == JOB_QUEUED) m->running = STR("A check waits to begin.");
    if (job.state == JOB_RUNNING) {
        m->running = arena_fmt(c->arena, "A check is running: %lld of " STR_FMT ".",
                               (long long)job.done, STR_ARG(html_people(c->arena, job.total)));
    }
    if (job.state == JOB_FAILED || job.state == JOB_STOPPED) m->running = job.message;
    if (job.stopping) m->running = STR("The check is being stopped.");
    m->can_stop = m->can_stop && !job.stopping;
    TRY(latest_job(c, COHORT_JOB_FOLLOW, &job, &open));
    if (open) {
        m->following = arena_fmt(c->arena, "Followed cohorts are being run: %lld of %lld.",
                                 (long long)job.done, (long long)job.total);
    }
    if (job.stopping) m->following = STR("The run of followed cohorts is being stopped.");
    m->can_stop_following = open && !job.stopping;
    return ERR_OK;
}

Err cohort_verify_page(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Cohort")},
                                       {.label = STR_INIT("Result"), .width = 140},
                                       {.label = STR_INIT("Compared")},
                                       {.label = STR_INIT("Last checked"), .width = 196}};
    CohortVerifyPage m = {.page = page_of(c, STR("Self-check of cohorts"), "/cohort-checks"),
                          .table = {.caption = STR("Cohorts compared with SQL"),
                                    .columns = COLUMNS,
                                    .column_count = COUNT_OF(COLUMNS)}};
    CohortVerified *all = NULL;
    TRY(cohort_verified(c, &all, &m.row_count));
    CohortVerifyRow *rows = ARENA_ARRAY(c->arena, CohortVerifyRow, m.row_count + 1);
    for (size_t i = 0; i < m.row_count; i++) rows[i] = row_of(c, &all[i]);
    m.rows = rows;
    m.sentence = sentence_of(c, all, m.row_count);
    TRY(fill_running(c, &m));
    cohort_verify_html(&res->body, &m);
    return ERR_OK;
}

Err cohort_verify_post(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    JobView job;
    bool running = false;
    Str ref = STR("");
    TRY(latest_job(c, COHORT_JOB_VERIFY, &job, &running));
    if (!running) TRY(job_start_once(c, &COHORT_JOBS[COHORT_JOB_VERIFY], STR(""), &ref));
    return res_redirect_saying(c, res, STR("/cohort-checks"),
                               running ? STR("A check is running already.")
                                       : STR("The check was started."));
}

Err cohort_job_stop_post(Ctx *c, const Request *req, Response *res)
{
    bool follow = str_eq(form_value(req, "job"), STR("follow"));
    JobView job;
    bool open = false;
    TRY(latest_job(c, follow ? COHORT_JOB_FOLLOW : COHORT_JOB_VERIFY, &job, &open));
    Err err = open ? job_stop(c, job.ref) : ERR_CONFLICT;
    if (err != ERR_CONFLICT) TRY(err);
    bool stops = err == ERR_OK || job.stopping; // pressed before
    Str said = stops ? STR("It is being stopped.") : STR("It had ended already.");
    return res_redirect_saying(c, res, STR("/cohort-checks"), said);
}
