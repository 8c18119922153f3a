// job.h -- work that outlives the request that asked for it: an import, a big export.
//
// One background thread runs jobs in the order they were started. A job goes on when the browser is
// closed; its state stands in the store, so any page can show it. It acts as the account that
// started it. Progress is housekeeping; what a job changes it changes by ctx_change, journalled
// like any rule. In a store without threads (tests) job_start runs the work at once, before it
// returns.
#ifndef JOB_H
#define JOB_H

#include "core/ctx.h"

typedef struct Job Job;   // one running job, seen from inside its work
typedef struct Jobs Jobs; // the runner; Core holds it

typedef enum JobState { // stored as numbers: add at the end
    JOB_QUEUED = 1,
    JOB_RUNNING = 2,
    JOB_DONE = 3,
    JOB_FAILED = 4,
    JOB_INTERRUPTED = 5, // the server stopped while it ran
    JOB_STOPPED = 6,     // somebody stopped it
} JobState;

// The work itself. `c` is the job's own: arena, reader (without time budget), clock of now (brought
// up to date by job_progress), actor = who started it. Return ERR_OK or why it failed; the first of
// c->issues, else a sentence of the runner, stays as the message of a job that failed.
typedef Err JobWork(Ctx *c, Job *job, Str arg);
// Called at the next start for each job that was queued or running when the server stopped: undo
// what it left half done. Acts as the program.
typedef Err JobRecover(Ctx *c, Str ref, Str arg);

// Is it time to start this kind by itself, with an empty arg? Asked about once a minute, as the
// program: one cheap question to the store. What it starts must make it not due, also by failing.
typedef Err JobDue(Ctx *c, bool *out);

typedef struct JobKind { // static const in the room; listed in the room's Room row
    const char *name;    // "population.import"
    JobWork *work;
    JobRecover *recover; // NULL: nothing to undo
    JobDue *due;         // NULL: only when somebody starts it
} JobKind;

enum { JOB_MESSAGE_BYTES_MAX = 300, JOB_ARG_BYTES_MAX = 64 * 1024, JOBS_QUEUED_MAX = 64 };

typedef struct JobView {
    Str ref;
    Str kind;
    JobState state;
    int64_t account_id; // who started it
    int64_t done;
    int64_t total; // 0: not known
    Str message;
    Instant started_at;
    Instant ended_at; // {0} while queued or running
    bool stopping;    // somebody stopped it, and it has not ended yet
} JobView;

// Queues `kind` with `arg` (copied; what to do, in the room's own form). Not from inside a change.
// Errors: ERR_BUSY (JOBS_QUEUED_MAX are waiting), ERR_TOO_LARGE (arg), ERR_FAULT.
MUST_USE Err job_start(Ctx *c, const JobKind *kind, Str arg, Str *ref_out);
// The same, but once: when a job of this kind and arg waits or runs already, *ref_out is that one,
// whoever started it. Two who press at the same time get one job.
MUST_USE Err job_start_once(Ctx *c, const JobKind *kind, Str arg, Str *ref_out);

// How far it is: shown on pages, written at most twice a second. Also sets the job's c->now.
void job_progress(Job *job, int64_t done, int64_t total, Str message);
// The server is stopping, or somebody stopped the job: leave nothing half done, return ERR_BUSY
// soon. c->cancelled of the work's Ctx says the same to what it asks.
bool job_stopping(const Job *job);
Str job_stopped_by(const Job *job); // who did, as colleagues see them; "": nobody
Str job_ref(const Job *job);

// Stops a job that waits or runs, for an actor who may: journalled, told to the work, which ends at
// its next step; a job that is past the last of them ends as it would have. One that waits is taken
// out of the queue or, of a kind that would be due again at once, told in its turn. Not from inside
// a change. Errors: ERR_NOT_FOUND, ERR_CONFLICT (it has ended, or is being stopped already).
MUST_USE Err job_stop(Ctx *c, Str ref);

MUST_USE Err job_get(Ctx *c, Str ref, JobView *out); // ERR_NOT_FOUND
// The newest jobs of one kind first, at most `limit`.
MUST_USE Err job_list(Ctx *c, const char *kind, size_t limit, JobView **out, size_t *count_out);

// ---- used by app/serve and the command line
// Before the first request. Marks jobs the last run left as interrupted and recovers them; `core`
// must outlive the runner. With `thread` false work runs inside job_start.
MUST_USE Err jobs_open(const Core *core, bool thread, Jobs **out);
// Starts every kind that is due and does not wait already: the runner does so once a minute.
MUST_USE Err jobs_start_due(const Core *core);
void jobs_close(Jobs *jobs); // asks the running job to stop and waits for it; NULL is allowed

#endif
