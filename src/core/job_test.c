// Jobs inside job_start, on a thread, stopped half way and found again.
#include "core/core.h"
#include "core/journal.h"
#include "test/fixture.h"

#include <unistd.h>

static Err note(Ctx *c, void *arg)
{
    const Str *text = arg;
    return journal_append(c, &(JournalEntry){.kind = STR("batch"),
                                             .id = STR("b1"),
                                             .version = 1,
                                             .verb = STR("import"),
                                             .body = *text});
}

static Err count_up(Ctx *c, Job *job, Str arg)
{
    for (int i = 1; i <= 3; i++) job_progress(job, i, 3, STR("Reading"));
    return ctx_change(c, note, &arg);
}

static Err give_up(Ctx *c, Job *job, Str arg)
{
    job_progress(job, 1, 0, arg);
    return ctx_issue(c, STR("file"), STR("The file has no heading line"));
}

static Err run_on(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    for (int i = 0; i < 2000 && !job_stopping(job); i++) usleep(5000);
    return job_stopping(job) && c->issue_count == 0 ? ERR_BUSY : ERR_OK;
}

// Stops as a kind that is due has to: whatever it did, it is not due any more.
static Err put_off(Ctx *c, Job *job, Str arg)
{
    (void)arg;
    if (job_stopped_by(job).len == 0) return ERR_OK;
    Str body = arena_fmt(c->arena, "put off, " STR_FMT, STR_ARG(job_stopped_by(job)));
    TRY(ctx_change(c, note, &body));
    return ERR_BUSY;
}

static Err not_due(Ctx *c, bool *out)
{
    (void)c;
    *out = false;
    return ERR_OK;
}

static Err undo(Ctx *c, Str ref, Str arg)
{
    Str body = arena_fmt(c->arena, "undone " STR_FMT " " STR_FMT, STR_ARG(ref), STR_ARG(arg));
    return ctx_change(c, note, &body);
}

static const JobKind COUNT_UP = {.name = "test.count", .work = count_up};
static const JobKind GIVE_UP = {.name = "test.give-up", .work = give_up};
static const JobKind PUT_OFF = {.name = "test.put-off", .work = put_off, .due = not_due};
static const JobKind RUN_ON = {.name = "test.run-on", .work = run_on, .recover = undo};
static const Room ROOM = {.name = "test", .jobs = &RUN_ON, .job_count = 1};
static const Room *const ROOMS[] = {&ROOM};

TEST(a_job_without_a_thread_runs_at_once_as_its_starter)
{
    Str ref = STR("");
    JobView view;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(job_start(t->c, &COUNT_UP, STR("{\"rows\":3}"), &ref));
    CHECK_OK(job_get(t->c, ref, &view));
    CHECK_I64(view.state, JOB_DONE);
    CHECK_I64(view.done, 3); // the last word, though it came within half a second of the first
    CHECK_I64(view.account_id, t->c->actor.account_id);
    CHECK_I64(view.ended_at.ms, t->c->now.ms);
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("batch"), STR("b1"), &rows, &count));
    CHECK(count == 1 && rows[0].role == ROLE_CARE_COORDINATOR);
    CHECK_STR(rows[0].body, "{\"rows\":3}");
}

TEST(a_job_that_fails_says_why)
{
    Str ref = STR("");
    JobView *list = NULL;
    size_t count = 0;
    CHECK_OK(job_start(t->c, &GIVE_UP, STR("x"), &ref));
    CHECK_OK(job_list(t->c, "test.give-up", 10, &list, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_I64(list[0].state, JOB_FAILED);
    CHECK_STR(list[0].message, "The file has no heading line");
    CHECK_ERR(job_get(t->c, STR("nobody"), list), ERR_NOT_FOUND);
}

static Err start_inside(Ctx *c, void *arg)
{
    return job_start(c, &COUNT_UP, STR(""), arg);
}

TEST(a_job_cannot_start_inside_a_change)
{
    Str ref = STR("");
    CHECK_ERR(ctx_change(t->c, start_inside, &ref), ERR_FAULT);
    CHECK(t->c->refused == NULL);
    CHECK_I64(test_count(t, "job"), 0);
}

// A core on files, with the fixture's clock.
static struct Core core_on_file(Test *t)
{
    Str why = STR("");
    Str path = arena_fmt(t->arena, "%s/a.db", test_dir(t));
    StoreOptions options = {.path = path.ptr, .create = true};
    struct Core core = {.rooms = ROOMS, .room_count = COUNT_OF(ROOMS)};
    CHECK_OK(store_open(t->arena, &options, &core.store, &why));
    return core;
}

static JobView wait_for(Ctx *c, Str ref, JobState state)
{
    JobView view = {0};
    for (int i = 0; i < 1000; i++) {
        store_refresh(c->core->store, c->db);
        if (job_get(c, ref, &view) == ERR_OK && view.state == state) break;
        usleep(5000);
    }
    return view;
}

TEST(a_job_on_the_thread_goes_on_after_its_request)
{
    struct Core core = core_on_file(t);
    CHECK_OK(jobs_open(&core, true, &core.jobs));
    Ctx c = *t->c;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    Str first = STR("");
    Str second = STR("");
    CHECK_OK(job_start(&c, &COUNT_UP, STR("{}"), &first));
    CHECK_OK(job_start(&c, &GIVE_UP, STR("x"), &second));
    CHECK_I64(wait_for(&c, first, JOB_DONE).state, JOB_DONE);
    CHECK_I64(wait_for(&c, second, JOB_FAILED).state, JOB_FAILED);
    store_return(core.store, c.db);
    jobs_close(core.jobs);
    store_close(core.store);
}

TEST(a_stopped_job_is_told_and_one_that_died_is_recovered)
{
    struct Core core = core_on_file(t);
    CHECK_OK(jobs_open(&core, true, &core.jobs));
    Ctx c = *t->c;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    Str running = STR("");
    Str waiting = STR("");
    CHECK_OK(job_start(&c, &RUN_ON, STR("one"), &running));
    CHECK_OK(job_start(&c, &RUN_ON, STR("two"), &waiting));
    CHECK_I64(wait_for(&c, running, JOB_RUNNING).state, JOB_RUNNING);
    store_return(core.store, c.db);
    jobs_close(core.jobs); // the running one returns; the waiting one stays queued, as after a kill
    store_close(core.store);

    core = core_on_file(t);
    CHECK_OK(jobs_open(&core, true, &core.jobs));
    CHECK_OK(store_borrow(core.store, &c.db));
    c.core = &core;
    JobView view;
    CHECK_OK(job_get(&c, running, &view));
    CHECK_I64(view.state, JOB_INTERRUPTED);
    CHECK_OK(job_get(&c, waiting, &view));
    CHECK_I64(view.state, JOB_INTERRUPTED);
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(&c, STR("batch"), STR("b1"), &rows, &count));
    CHECK_I64((int64_t)count, 1); // only the one that could not say goodbye
    if (count == 1) CHECK(str_ends(rows[0].body, STR(" two")));
    store_return(core.store, c.db);
    jobs_close(core.jobs);
    store_close(core.store);
}

// Both looked before either started it.
TEST(two_who_start_the_same_at_one_time_get_one_job)
{
    struct Core core = core_on_file(t);
    CHECK_OK(jobs_open(&core, true, &core.jobs));
    Ctx c = *t->c;
    c.core = &core;
    CHECK_OK(store_borrow(core.store, &c.db));
    Str refs[5];
    CHECK_OK(job_start_once(&c, &RUN_ON, STR("apply one"), &refs[0]));
    CHECK_OK(job_start_once(&c, &RUN_ON, STR("apply one"), &refs[1]));
    CHECK(str_eq(refs[1], refs[0]));
    CHECK_I64(wait_for(&c, refs[0], JOB_RUNNING).state, JOB_RUNNING);
    CHECK_OK(job_start_once(&c, &RUN_ON, STR("apply one"), &refs[2])); // it runs by now
    CHECK(str_eq(refs[2], refs[0]));
    CHECK_OK(job_start_once(&c, &RUN_ON, STR("apply two"), &refs[3]));
    CHECK(!str_eq(refs[3], refs[0]));
    c.actor.name = STR("Priya Nair");
    CHECK_OK(job_stop(&c, refs[3]));
    CHECK_OK(job_stop(&c, refs[0]));
    CHECK_I64(wait_for(&c, refs[0], JOB_STOPPED).state, JOB_STOPPED);
    CHECK_OK(job_start_once(&c, &COUNT_UP, STR("apply one"), &refs[4])); // another kind
    CHECK_OK(job_start_once(&c, &RUN_ON, STR("apply one"), &refs[1]));   // once it has ended
    CHECK(!str_eq(refs[1], refs[0]));
    store_return(core.store, c.db);
    jobs_close(core.jobs);
    store_close(core.store);
}

TEST(a_job_that_somebody_stops_ends_and_the_next_one_runs)
{
    struct Core core = core_on_file(t);
    CHECK_OK(jobs_open(&core, true, &core.jobs));
    Ctx c = *t->c;
    c.core = &core;
    c.actor.name = STR("Priya Nair");
    CHECK_OK(store_borrow(core.store, &c.db));
    Str refs[4];
    Str due = STR("");
    for (int i = 0; i < 3; i++) CHECK_OK(job_start(&c, &RUN_ON, STR("one"), &refs[i]));
    CHECK_OK(job_start(&c, &PUT_OFF, STR(""), &due));
    CHECK_OK(job_start(&c, &COUNT_UP, STR("{}"), &refs[3]));
    CHECK_I64(wait_for(&c, refs[0], JOB_RUNNING).state, JOB_RUNNING);
    CHECK_OK(job_stop(&c, due)); // told in its turn
    JobView waits;
    CHECK_OK(job_get(&c, due, &waits));
    CHECK(waits.stopping && waits.state == JOB_QUEUED);
    CHECK_OK(job_get(&c, refs[1], &waits));
    CHECK(!waits.stopping);
    for (int i = 0; i < 3; i++) CHECK_ERR(job_stop(&c, due), ERR_CONFLICT);
    CHECK_OK(job_stop(&c, refs[2])); // has not begun: stands last but one of those that wait
    CHECK_OK(job_stop(&c, refs[1]));
    CHECK_ERR(job_stop(&c, refs[1]), ERR_CONFLICT);
    CHECK_OK(job_stop(&c, refs[0]));
    for (int i = 0; i < 3; i++) {
        JobView view = wait_for(&c, refs[i], JOB_STOPPED);
        CHECK_I64(view.state, JOB_STOPPED);
        CHECK_STR(view.message, "Stopped by Priya Nair.");
        CHECK(view.ended_at.ms > 0);
        JournalRow *rows = NULL;
        size_t count = 0;
        CHECK_OK(journal_history(&c, STR("job"), refs[i], &rows, &count));
        CHECK(count == 1 && str_eq(rows[0].verb, STR("stop")));
    }
    CHECK_I64(wait_for(&c, due, JOB_STOPPED).state, JOB_STOPPED);
    CHECK(!wait_for(&c, due, JOB_STOPPED).stopping);
    CHECK_I64(wait_for(&c, refs[3], JOB_DONE).state, JOB_DONE);
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(&c, STR("job"), due, &rows, &count));
    CHECK_I64((int64_t)count, 1); // of four presses
    CHECK_OK(journal_history(&c, STR("batch"), STR("b1"), &rows, &count));
    CHECK(count > 0 && str_eq(rows[0].body, STR("put off, Priya Nair")));
    CHECK_ERR(job_stop(&c, refs[3]), ERR_CONFLICT);
    CHECK_ERR(job_stop(&c, STR("nobody")), ERR_NOT_FOUND);
    store_return(core.store, c.db);
    jobs_close(core.jobs);
    store_close(core.store);
}

static Err due_today(Ctx *c, bool *out)
{
    JobView *list = NULL;
    size_t count = 0;
    TRY(job_list(c, "test.daily", 1, &list, &count));
    *out = count == 0 || list[0].started_at.ms + DAY_MS <= c->now.ms;
    return ERR_OK;
}

static Err never_due(Ctx *c, bool *out)
{
    (void)c;
    *out = false;
    return ERR_OK;
}

TEST(what_is_due_is_started_once_as_the_program)
{
    static const JobKind KINDS[] = {
        {.name = "test.daily", .work = count_up, .due = due_today},
        {.name = "test.never", .work = count_up, .due = never_due},
        {.name = "test.asked", .work = count_up},
    };
    static const Room DAILY = {.name = "daily", .jobs = KINDS, .job_count = COUNT_OF(KINDS)};
    static const Room *const ALL[] = {&DAILY};
    JobView *list = NULL;
    size_t count = 0;
    test_core(t)->rooms = ALL;
    test_core(t)->room_count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(jobs_start_due(t->c->core));
    CHECK_OK(jobs_start_due(t->c->core));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(job_list(t->c, "test.daily", 10, &list, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_I64(list[0].state, JOB_DONE);
    CHECK_I64(list[0].account_id, 0);
    CHECK_OK(job_list(t->c, "test.never", 10, &list, &count));
    CHECK_I64((int64_t)count, 0);
    CHECK_OK(job_list(t->c, "test.asked", 10, &list, &count));
    CHECK_I64((int64_t)count, 0);
}
