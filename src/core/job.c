// job.c -- one background thread, a queue of what to do, and the rows that show it.
#include "core/job.h"

#include "base/utf8.h"
#include "core/core.h"
#include "core/journal.h"
#include "core/log.h"
#include "job_sql.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum {
    PROGRESS_EVERY_MS = 500,
    LOOK_EVERY_MS = 60 * 1000,
    JOBS_LIST_MAX = 200,
    STOPPER_BYTES_MAX = 200,
    START_TRIES_MAX = 3
};

struct Job {
    Arena *arena; // holds this struct and all it points to
    const Core *core;
    Jobs *jobs; // NULL when it runs inside job_start
    const JobKind *kind;
    Str ref;
    Str arg;
    Actor actor;
    Str request;
    Str purpose;
    Instant now; // for a job that runs inside job_start: its clock
    Ctx *c;      // while it runs
    int64_t done;
    int64_t total;
    Str message;
    int64_t told_ms;    // when progress was last written
    bool asked_to_stop; // under the runner's mutex: one press is journalled, not each
    atomic_bool stop;
    char stopped_by[STOPPER_BYTES_MAX + 1]; // under the runner's mutex, before stop is set
    Job *next;
};

struct Jobs {
    const Core *core;
    pthread_t thread;
    bool threaded;
    pthread_mutex_t mutex;
    pthread_cond_t came;
    Job *first;
    Job *last;
    Job *running;
    size_t queued;
    bool stopping;
};

Str job_ref(const Job *job)
{
    return job->ref;
}

static bool is_stopping(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    bool stopping = jobs->stopping;
    pthread_mutex_unlock(&jobs->mutex);
    return stopping;
}

bool job_stopping(const Job *job)
{
    return atomic_load(&job->stop) || (job->jobs != NULL && is_stopping(job->jobs));
}

Str job_stopped_by(const Job *job)
{
    return atomic_load(&job->stop) ? str_from_c(job->stopped_by) : STR("");
}

static Instant now_of(const Job *job)
{
    return job->jobs == NULL ? job->now : clock_now(job->core->clock);
}

// ---- rows
// Written straight to the store, not by ctx_housekeep: that would move the job's reader on to newer
// rows in the middle of what it reads.

static Err write_run(Db *db, void *arg)
{
    const Job *job = arg;
    return db_exec(db, SQL_JOB_RUN, ARGS(TEXT(job->ref)), NULL);
}

static Err write_progress(Db *db, void *arg)
{
    const Job *job = arg;
    return db_exec(db, SQL_JOB_PROGRESS,
                   ARGS(TEXT(job->ref), I64(job->done), I64(job->total), TEXT(job->message)), NULL);
}

typedef struct End {
    Str ref;
    JobState state;
    Str message;
    Instant at;
    Job *job; // NULL: its last progress is not known
} End;

static Err write_end(Db *db, void *arg)
{
    const End *end = arg;
    if (end->job != NULL) TRY(write_progress(db, end->job));
    return db_exec(db, SQL_JOB_FINISH,
                   ARGS(TEXT(end->ref), I64(end->state), TEXT(end->message), AT(end->at)), NULL);
}

void job_progress(Job *job, int64_t done, int64_t total, Str message)
{
    job->done = done;
    job->total = total;
    job->message = utf8_cut(message, JOB_MESSAGE_BYTES_MAX);
    if (job->jobs != NULL) {
        job->c->now = clock_now(job->core->clock);
        job->c->today = instant_date_london(job->c->now);
    }
    int64_t ticks = clock_ticks_ms();
    if (job->told_ms != 0 && ticks - job->told_ms < PROGRESS_EVERY_MS) return;
    job->told_ms = ticks;
    // A progress line that cannot be written now is no reason to stop; the next one may be.
    if (store_write(job->core->store, write_progress, job) != ERR_OK) job->told_ms = 0;
    job->message = STR(""); // it was the caller's text
}

// ---- running

static Ctx ctx_of(const Job *job, Arena *arena)
{
    Instant now = now_of(job);
    return (Ctx){.arena = arena,
                 .core = job->core,
                 .actor = job->actor,
                 .now = now,
                 .today = instant_date_london(now),
                 .request = job->request,
                 .session = STR(""),
                 .cancelled = &job->stop,
                 .purpose = job->purpose};
}

static Err work(Job *job, Ctx *c)
{
    TRY(store_write(job->core->store, write_run, job));
    TRY(store_borrow(job->core->store, &c->db));
    db_allow_ms(c->db, 0);
    Err err = job->kind->work(c, job, job->arg);
    store_return(job->core->store, c->db);
    return err;
}

static Str stopped_text(Arena *arena, Str by)
{
    return arena_fmt(arena, "Stopped by " STR_FMT ".", STR_ARG(by));
}

// What its row says in the end.
static Str message_of(const Job *job, const Ctx *c, Err err, JobState state)
{
    if (err == ERR_OK) return STR("");
    if (state == JOB_STOPPED) return stopped_text(c->arena, job_stopped_by(job));
    if (c->issue_count > 0) return c->issues[0].text;
    return state == JOB_INTERRUPTED ? STR("Stopped because the server stopped.")
                                    : STR("Something went wrong and nothing was half saved.");
}

static JobState state_of(const Job *job, Err err)
{
    if (err == ERR_OK) return JOB_DONE;
    if (err == ERR_BUSY && job_stopped_by(job).len > 0) return JOB_STOPPED;
    return job->jobs != NULL && is_stopping(job->jobs) ? JOB_INTERRUPTED : JOB_FAILED;
}

static Err run(Job *job)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Ctx c = ctx_of(job, arena);
    job->c = &c;
    Err err = work(job, &c);
    JobState state = state_of(job, err);
    Str message = message_of(job, &c, err, state);
    if (err == ERR_FAULT) {
        LogField fields[] = {LOG_WORD("kind", job->kind->name), LOG_REF("job", job->ref)};
        log_line(LOG_ERROR, "job-failed", fields, COUNT_OF(fields));
    }
    End end = {job->ref, state, utf8_cut(message, JOB_MESSAGE_BYTES_MAX), now_of(job), job};
    Err told = store_write(job->core->store, write_end, &end);
    job->c = NULL;
    return told;
}

static struct timespec at_ticks(int64_t ticks_ms)
{
    return (struct timespec){ticks_ms / 1000, ticks_ms % 1000 * 1000000};
}

// NULL: the server stops, or it is time to look for what is due.
static Job *next_job(Jobs *jobs, int64_t look_at)
{
    struct timespec until = at_ticks(look_at);
    int waited = 0;
    pthread_mutex_lock(&jobs->mutex);
    while (jobs->first == NULL && !jobs->stopping && waited != ETIMEDOUT) {
        waited = pthread_cond_timedwait(&jobs->came, &jobs->mutex, &until);
    }
    Job *job = jobs->stopping ? NULL : jobs->first; // what still waits is interrupted at next start
    if (job != NULL) {
        jobs->first = job->next;
        if (jobs->first == NULL) jobs->last = NULL;
        jobs->queued--;
    }
    jobs->running = job;
    pthread_mutex_unlock(&jobs->mutex);
    return job;
}

static void has_ended(Jobs *jobs)
{
    pthread_mutex_lock(&jobs->mutex);
    jobs->running = NULL; // nobody can stop it any more: its memory goes
    pthread_mutex_unlock(&jobs->mutex);
}

static void *jobs_main(void *arg)
{
    Jobs *jobs = arg;
    int64_t look_at = clock_ticks_ms() + LOOK_EVERY_MS;
    while (!is_stopping(jobs)) {
        Job *job = next_job(jobs, look_at);
        if (job != NULL) {
            // When even its end cannot be written it stays "running": the next start recovers it.
            Err err = run(job);
            has_ended(jobs);
            arena_free(job->arena);
            if (err == ERR_FAULT) break; // the store has failed; the program is about to end
        }
        if (clock_ticks_ms() < look_at) continue;
        look_at = clock_ticks_ms() + LOOK_EVERY_MS;
        Err looked = jobs_start_due(jobs->core); // what could not be looked at is so a minute later
        (void)looked;
    }
    return NULL;
}

static bool push(Jobs *jobs, Job *job)
{
    pthread_mutex_lock(&jobs->mutex);
    bool room = jobs->queued < JOBS_QUEUED_MAX && !jobs->stopping;
    if (room) {
        job->next = NULL;
        if (jobs->last == NULL) {
            jobs->first = job;
        } else {
            jobs->last->next = job;
        }
        jobs->last = job;
        jobs->queued++;
        pthread_cond_signal(&jobs->came);
    }
    pthread_mutex_unlock(&jobs->mutex);
    return room;
}

// Everything the job needs after the request is gone.
static Job *job_new(const Ctx *c, const JobKind *kind, Str arg, Str ref)
{
    Arena *arena = arena_new();
    Job *job = ARENA_NEW(arena, Job);
    int64_t *orgs = ARENA_ARRAY(arena, int64_t, c->actor.org_count);
    for (size_t i = 0; i < c->actor.org_count; i++) orgs[i] = c->actor.orgs[i];
    Jobs *jobs = c->core->jobs;
    *job = (Job){.arena = arena,
                 .core = c->core,
                 .jobs = jobs != NULL && jobs->threaded ? jobs : NULL,
                 .kind = kind,
                 .ref = arena_str(arena, ref),
                 .arg = arena_str(arena, arg),
                 .actor = c->actor,
                 .request = arena_str(arena, c->request),
                 .purpose = arena_str(arena, c->purpose),
                 .now = c->now};
    job->actor.name = arena_str(arena, c->actor.name);
    job->actor.orgs = orgs;
    return job;
}

typedef struct Adding {
    const Job *job;
    bool once, added;
} Adding;

// The claim is the statement: nothing can come between looking and adding.
static Err add(Ctx *c, void *arg)
{
    Adding *a = arg;
    const Job *job = a->job;
    int64_t changed = 0;
    TRY(db_exec(c->db, a->once ? SQL_JOB_ADD_ONE : SQL_JOB_ADD,
                ARGS(TEXT(job->ref), TEXT(str_from_c(job->kind->name)), BYTES(job->arg),
                     I64(job->actor.account_id), AT(c->now)),
                &changed));
    a->added = changed > 0;
    return ERR_OK;
}

static Err open_one(Ctx *c, const Job *job, Str *ref_out)
{
    CLEANUP(rows_close)
    Rows rows =
        db_query(c->db, SQL_JOB_OPEN, ARGS(TEXT(str_from_c(job->kind->name)), BYTES(job->arg)));
    *ref_out = rows_next(&rows) ? row_str(c->arena, &rows, JOB_OPEN_REF) : STR("");
    return rows.err;
}

// Queues it, or runs it at once where there is no thread.
static Err begin(Ctx *c, Job *job, Str *ref_out)
{
    Str ref = arena_str(c->arena, job->ref);
    if (job->jobs != NULL && push(job->jobs, job)) {
        *ref_out = ref;
        return ERR_OK;
    }
    Err err = ERR_OK;
    if (job->jobs != NULL) {
        End end = {ref, JOB_FAILED, STR("Too much was waiting to be done."), c->now, NULL};
        err = store_write(c->core->store, write_end, &end);
        if (err == ERR_OK) err = ERR_BUSY;
    } else {
        err = run(job);
        store_refresh(c->core->store, c->db);
        if (err == ERR_OK) *ref_out = ref;
    }
    arena_free(job->arena);
    return err;
}

static Err start(Ctx *c, const JobKind *kind, Str arg, bool once, Str *ref_out)
{
    if (c->changing) return ERR_FAULT; // it could run before the change is undone
    if (arg.len > JOB_ARG_BYTES_MAX) return ERR_TOO_LARGE;
    Str ref = ref_new(c);
    Job *job = job_new(c, kind, arg, ref);
    Adding adding = {.job = job, .once = once};
    Err err = ERR_OK;
    *ref_out = STR("");
    for (int tries = 0; err == ERR_OK && ref_out->len == 0; tries++) {
        if (tries == START_TRIES_MAX) err = ERR_BUSY; // each time the other one had just ended
        if (err == ERR_OK) err = ctx_housekeep(c, add, &adding);
        if (err == ERR_OK && adding.added) return begin(c, job, ref_out);
        if (err == ERR_OK) err = open_one(c, job, ref_out);
    }
    arena_free(job->arena);
    return err;
}

Err job_start(Ctx *c, const JobKind *kind, Str arg, Str *ref_out)
{
    return start(c, kind, arg, false, ref_out);
}

Err job_start_once(Ctx *c, const JobKind *kind, Str arg, Str *ref_out)
{
    return start(c, kind, arg, true, ref_out);
}

// ---- stopping

// With the mutex held. NULL: neither waiting nor running.
static Job *find_job(Jobs *jobs, Str ref)
{
    if (jobs->running != NULL && str_eq(jobs->running->ref, ref)) return jobs->running;
    Job *job = jobs->first;
    while (job != NULL && !str_eq(job->ref, ref)) job = job->next;
    return job;
}

static void take_out(Jobs *jobs, Job *job)
{
    Job **at = &jobs->first;
    while (*at != job) at = &(*at)->next;
    *at = job->next;
    jobs->last = NULL;
    for (Job *left = jobs->first; left != NULL; left = left->next) jobs->last = left;
    jobs->queued--;
}

// Whether it was not so before; false of a job that has ended.
static bool ask_to_stop(Jobs *jobs, Str ref, bool ask)
{
    pthread_mutex_lock(&jobs->mutex);
    Job *job = find_job(jobs, ref);
    bool turned = job != NULL && job->asked_to_stop != ask;
    if (turned) job->asked_to_stop = ask;
    pthread_mutex_unlock(&jobs->mutex);
    return turned;
}

// *waited_out: it had not begun, and is the caller's now. One that is due keeps its place: its work
// must see to it that it is not due any more. False: it has ended.
static bool tell_to_stop(Jobs *jobs, Str ref, Str by, Job **waited_out)
{
    *waited_out = NULL;
    pthread_mutex_lock(&jobs->mutex);
    Job *job = find_job(jobs, ref);
    bool told = job != NULL;
    if (told && job != jobs->running && job->kind->due == NULL) {
        take_out(jobs, job);
        *waited_out = job;
    }
    if (told) {
        size_t len = by.len < STOPPER_BYTES_MAX ? by.len : STOPPER_BYTES_MAX;
        memcpy(job->stopped_by, by.ptr, len);
        job->stopped_by[len] = '\0';
        atomic_store(&job->stop, true);
    }
    pthread_mutex_unlock(&jobs->mutex);
    return told;
}

static Err journal_stop(Ctx *c, void *arg)
{
    const JobView *view = arg;
    Str body = arena_fmt(c->arena, "{\"job\":\"" STR_FMT "\",\"done\":%lld,\"total\":%lld}",
                         STR_ARG(view->kind), (long long)view->done, (long long)view->total);
    return journal_append(
        c,
        &(JournalEntry){
            .kind = STR("job"), .id = view->ref, .version = 1, .verb = STR("stop"), .body = body});
}

Err job_stop(Ctx *c, Str ref)
{
    JobView view;
    Job *waited = NULL;
    Jobs *jobs = c->core->jobs;
    TRY(job_get(c, ref, &view));
    if (view.state != JOB_QUEUED && view.state != JOB_RUNNING) return ERR_CONFLICT;
    if (jobs == NULL || !jobs->threaded) return ERR_CONFLICT;
    if (c->changing) return ERR_FAULT; // it cannot be taken back
    if (!ask_to_stop(jobs, ref, true)) return ERR_CONFLICT;
    Err err = ctx_change(c, journal_stop, &view); // first: what is not written is not done
    if (err != ERR_OK) {
        (void)ask_to_stop(jobs, ref, false); // the next press is the first again
        return err;
    }
    bool told = tell_to_stop(jobs, ref, c->actor.name, &waited);
    if (waited == NULL) return told ? ERR_OK : ERR_CONFLICT;
    End end = {waited->ref, JOB_STOPPED, stopped_text(c->arena, c->actor.name), c->now, NULL};
    err = store_write(c->core->store, write_end, &end);
    arena_free(waited->arena);
    store_refresh(c->core->store, c->db);
    return err;
}

// ---- looking

static bool is_being_stopped(Jobs *jobs, Str ref)
{
    if (jobs == NULL) return false;
    pthread_mutex_lock(&jobs->mutex);
    const Job *job = find_job(jobs, ref);
    bool asked = job != NULL && job->asked_to_stop;
    pthread_mutex_unlock(&jobs->mutex);
    return asked;
}

static JobView read_view(Ctx *c, const Rows *rows)
{
    Str ref = row_str(c->arena, rows, 0);
    JobState state = (JobState)row_i64(rows, 2);
    return (JobView){
        .ref = ref,
        .kind = row_str(c->arena, rows, 1),
        .state = state,
        .account_id = row_i64(rows, 3),
        .done = row_i64(rows, 4),
        .total = row_i64(rows, 5),
        .message = row_str(c->arena, rows, 6),
        .started_at = row_at(rows, 7),
        .ended_at = row_at(rows, 8),
        .stopping = state <= JOB_RUNNING && is_being_stopped(c->core->jobs, ref),
    };
}

Err job_get(Ctx *c, Str ref, JobView *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOB_GET, ARGS(TEXT(ref)));
    if (!rows_next(&rows)) return rows.err != ERR_OK ? rows.err : ERR_NOT_FOUND;
    *out = read_view(c, &rows);
    return ERR_OK;
}

Err job_list(Ctx *c, const char *kind, size_t limit, JobView **out, size_t *count_out)
{
    if (limit > JOBS_LIST_MAX) limit = JOBS_LIST_MAX;
    JobView *list = ARENA_ARRAY(c->arena, JobView, limit);
    size_t count = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_JOB_LIST, ARGS(TEXT(str_from_c(kind)), I64(limit)));
    while (rows_next(&rows)) list[count++] = read_view(c, &rows);
    TRY(rows.err);
    *out = list;
    *count_out = count;
    return ERR_OK;
}

// ---- start and stop of the program

typedef struct Left {
    Str ref;
    Str kind;
    Str arg;
} Left;

static Err read_left(Ctx *c, Left *list, size_t *count_out)
{
    size_t count = 0;
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_JOB_LEFT, ARGS(I64(JOBS_LIST_MAX)));
    while (rows_next(&rows)) {
        list[count++] = (Left){row_str(c->arena, &rows, 0), row_str(c->arena, &rows, 1),
                               row_str(c->arena, &rows, 2)};
    }
    *count_out = count;
    return rows.err;
}

static const JobKind *kind_named(const Core *core, Str name)
{
    for (size_t r = 0; r < core->room_count; r++) {
        const Room *room = core->rooms[r];
        for (size_t i = 0; i < room->job_count; i++) {
            if (str_eq(name, str_from_c(room->jobs[i].name))) return &room->jobs[i];
        }
    }
    return NULL;
}

static Err recover(Ctx *c)
{
    Left list[JOBS_LIST_MAX];
    size_t count = 0;
    Err first = read_left(c, list, &count);
    for (size_t i = 0; i < count; i++) {
        const JobKind *kind = kind_named(c->core, list[i].kind);
        Err err = ERR_OK;
        if (kind != NULL && kind->recover != NULL) {
            err = kind->recover(c, list[i].ref, list[i].arg);
        }
        End end = {list[i].ref, JOB_INTERRUPTED, STR("Stopped because the server stopped."), c->now,
                   NULL};
        if (err == ERR_OK) err = store_write(c->core->store, write_end, &end);
        store_refresh(c->core->store, c->db);
        if (first == ERR_OK) first = err; // the others are still recovered
    }
    return first;
}

static bool is_waiting(Jobs *jobs, const JobKind *kind)
{
    if (jobs == NULL) return false;
    bool waiting = false;
    pthread_mutex_lock(&jobs->mutex);
    for (const Job *job = jobs->first; job != NULL; job = job->next) {
        waiting = waiting || job->kind == kind;
    }
    pthread_mutex_unlock(&jobs->mutex);
    return waiting;
}

static Err start_due(Ctx *c)
{
    Err first = ERR_OK;
    for (size_t r = 0; r < c->core->room_count; r++) {
        const Room *room = c->core->rooms[r];
        for (size_t i = 0; i < room->job_count; i++) {
            const JobKind *kind = &room->jobs[i];
            bool due = false;
            Str ref = STR("");
            if (kind->due == NULL || is_waiting(c->core->jobs, kind)) continue;
            Err err = kind->due(c, &due);
            if (err == ERR_OK && due) err = job_start_once(c, kind, STR(""), &ref);
            if (first == ERR_OK) first = err; // the others are still asked
        }
    }
    return first;
}

// Runs `what` as the program, with an arena and a reader of its own.
static Err as_program(const Core *core, const char *request, const char *purpose,
                      Err (*what)(Ctx *c))
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Instant now = clock_now(core->clock);
    Ctx c = {.arena = arena,
             .core = core,
             .actor = {.name = STR("Trellis")},
             .now = now,
             .today = instant_date_london(now),
             .request = str_from_c(request),
             .session = STR(""),
             .purpose = str_from_c(purpose)};
    TRY(store_borrow(core->store, &c.db));
    db_allow_ms(c.db, 0);
    Err err = what(&c);
    store_return(core->store, c.db);
    return err;
}

Err jobs_start_due(const Core *core)
{
    return as_program(core, "DUE", "due", start_due);
}

Err jobs_open(const Core *core, bool thread, Jobs **out)
{
    TRY(as_program(core, "START", "recovery", recover));
    Jobs *jobs = calloc(1, sizeof *jobs);
    if (jobs == NULL) abort();
    jobs->core = core;
    pthread_mutex_init(&jobs->mutex, NULL);
    pthread_condattr_t steady; // a clock that is set does not hurry or hold up what is due
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->came, &steady);
    pthread_condattr_destroy(&steady);
    if (thread) jobs->threaded = pthread_create(&jobs->thread, NULL, jobs_main, jobs) == 0;
    if (thread && !jobs->threaded) {
        jobs_close(jobs);
        return ERR_FAULT;
    }
    *out = jobs;
    return ERR_OK;
}

void jobs_close(Jobs *jobs)
{
    if (jobs == NULL) return;
    if (jobs->threaded) {
        pthread_mutex_lock(&jobs->mutex);
        jobs->stopping = true;
        pthread_cond_signal(&jobs->came);
        pthread_mutex_unlock(&jobs->mutex);
        pthread_join(jobs->thread, NULL);
    }
    for (Job *job = jobs->first; job != NULL;) {
        Job *next = job->next;
        arena_free(job->arena);
        job = next;
    }
    pthread_cond_destroy(&jobs->came);
    pthread_mutex_destroy(&jobs->mutex);
    free(jobs);
}
