// task.c -- the rules of tasks. Every statement it runs is in task.sql.
#include "care/task/task.h"

#include "care/person/person.h"
#include "care/task/task_fhir.h"
#include "core/ids.h"
#include "task_sql.h"
#include "work/team/team.h"

enum {
    TASK_DAYS_REACH = 36500, // a list without an end looks so far back or ahead
    SENT_AGAIN_MS = 60 * 1000,
};

// One reader for every statement that selects a task: they share their column order.
static Task task_of_row(Ctx *c, const Rows *rows)
{
    return (Task){
        .id = {row_i64(rows, TASK_GET_ID)},
        .ref = row_str(c->arena, rows, TASK_GET_REF),
        .person = {row_i64(rows, TASK_GET_PERSON_ID)},
        .what = row_str(c->arena, rows, TASK_GET_WHAT),
        .detail = row_str(c->arena, rows, TASK_GET_DETAIL),
        .owner_account = row_i64(rows, TASK_GET_OWNER),
        .owner_name = row_str(c->arena, rows, TASK_GET_OWNER_NAME),
        .due = row_date(rows, TASK_GET_DUE),
        .due_minutes = (int)row_i64(rows, TASK_GET_DUE_MINUTES),
        .waiting = row_i64(rows, TASK_GET_WAITING) != 0,
        .state = (TaskState)row_i64(rows, TASK_GET_STATE),
        .source = (TaskSource)row_i64(rows, TASK_GET_SOURCE),
        .source_ref = row_str(c->arena, rows, TASK_GET_SOURCE_REF),
        .done_at = row_at(rows, TASK_GET_DONE_AT),
        .changed_at = row_at(rows, TASK_GET_CHANGED_AT),
        .version = row_i64(rows, TASK_GET_VERSION),
    };
}

typedef struct Tasks {
    Task *at; // in c->arena
    size_t count;
} Tasks;

// At most `max` rows of a statement.
static Err task_rows(Ctx *c, StatementId id, const Val *args, size_t arg_count, size_t max,
                     Tasks *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, args, arg_count);
    Task *tasks = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (count < max && rows_next(&rows)) {
        ARENA_GROW(c->arena, tasks, count, &cap);
        tasks[count++] = task_of_row(c, &rows);
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = (Tasks){tasks, count};
    return ERR_OK;
}

Err task_get(Ctx *c, const Grant *grant, Str ref, Task *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    Tasks found;
    TRY(task_rows(c, SQL_TASK_GET, ARGS(TEXT(ref), I64(grant_person(grant).v)), 1, &found));
    if (found.count == 0) return ERR_NOT_FOUND;
    *out = found.at[0];
    return ERR_OK;
}

// The task's row as FHIR: the body of its journal entry, which `trellis verify` compares with it.
static Err body_of(Ctx *c, const Task *task, Str *out)
{
    PersonRow *person = NULL;
    TRY(person_rows(c, &task->person, 1, &person));
    Account owner = {0};
    Err known = account_by_id(c, task->owner_account, &owner);
    if (known != ERR_OK && known != ERR_NOT_FOUND) return known;
    return task_fhir(c, task, person->ref, owner.ref, out);
}

const Seal TASK_SEAL = {"task", "task", {TASK_SEALED_STATEMENT}};

static Err journal_task(Ctx *c, const Grant *grant, Str ref, Str verb)
{
    Task task;
    Str body;
    TRY(task_get(c, grant, ref, &task));
    TRY(body_of(c, &task, &body));
    return journal_append(c, &(JournalEntry){.person = task.person,
                                             .kind = STR("task"),
                                             .id = task.ref,
                                             .version = task.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &TASK_SEAL});
}

typedef struct Adding {
    const Grant *grant;
    const TaskAdd *add;
    Colleague owner;
    TaskId id;
} Adding;

// A button pressed twice, or a page sent again: the task is there already.
static Err sent_again(Ctx *c, const Adding *a, int64_t *id_out)
{
    *id_out = 0;
    if (a->add->source != TASK_BY_HAND) return ERR_OK;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_TASK_SENT_AGAIN,
                         ARGS(I64(grant_person(a->grant).v), I64(c->now.ms - SENT_AGAIN_MS),
                              TEXT(a->add->what), TEXT(a->add->detail), I64(a->owner.account_id),
                              DAY(a->add->due), I64(a->add->waiting), I64(TASK_BY_HAND)));
    if (rows_next(&rows)) *id_out = row_i64(&rows, TASK_SENT_AGAIN_ID);
    return rows.err;
}

static Err do_add(Ctx *c, void *arg)
{
    Adding *a = arg;
    TRY(sent_again(c, a, &a->id.v));
    if (a->id.v != 0) return ERR_OK;
    Str ref = ref_new(c);
    TRY(db_exec(c->db, SQL_TASK_ADD,
                ARGS(TEXT(ref), I64(grant_person(a->grant).v), TEXT(a->add->what),
                     TEXT(a->add->detail), I64(a->owner.account_id), TEXT(a->owner.name),
                     DAY(a->add->due), I64(a->add->due_minutes), I64(a->add->waiting),
                     I64(a->add->source), TEXT(a->add->source_ref), AT(c->now)),
                NULL));
    a->id = (TaskId){db_last_id(c->db)};
    return journal_task(c, a->grant, ref, STR("create"));
}

static Err check(Ctx *c, const TaskAdd *add)
{
    size_t before = c->issue_count;
    if (add->what.len == 0) ctx_issue(c, STR("what"), STR("Enter what needs to be done"));
    if (str_chars(add->what) > TASK_WHAT_CHARS_MAX) {
        ctx_issue(c, STR("what"), STR("What needs to be done must be 200 characters or fewer"));
    }
    if (str_chars(add->detail) > TASK_DETAIL_CHARS_MAX) {
        ctx_issue(c, STR("detail"), STR("Details must be 2,000 characters or fewer"));
    }
    if (date_is_none(add->due)) ctx_issue(c, STR("due"), STR("Enter when it needs to be done by"));
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

Err task_add(Ctx *c, const Grant *grant, const TaskAdd *add, TaskId *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    assert(add->due_minutes >= -1 && add->due_minutes < 24 * 60);
    TRY(check(c, add));
    Adding adding = {.grant = grant, .add = add};
    TRY(team_doer(c, add->owner_account, &adding.owner));
    TRY(ctx_change(c, do_add, &adding));
    *out = adding.id;
    return ERR_OK;
}

typedef struct Setting {
    const Grant *grant;
    Str ref;
    int64_t version;
    TaskState state;
    Str verb;
} Setting;

static Err do_set(Ctx *c, void *arg)
{
    const Setting *s = arg;
    Task task;
    TRY(task_get(c, s->grant, s->ref, &task));
    if (task.state == s->state) return ERR_CONFLICT;
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_TASK_SET_STATE,
                ARGS(I64(task.id.v), I64(s->version), I64(s->state),
                     s->state == TASK_OPEN ? NONE : AT(c->now), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal_task(c, s->grant, s->ref, s->verb);
}

static Err set_state(Ctx *c, const Grant *grant, Setting setting)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    setting.grant = grant;
    return ctx_change(c, do_set, &setting);
}

Err task_done(Ctx *c, const Grant *grant, Str ref, int64_t version)
{
    return set_state(
        c, grant,
        (Setting){.ref = ref, .version = version, .state = TASK_DONE, .verb = STR("done")});
}

Err task_undo(Ctx *c, const Grant *grant, Str ref, int64_t version)
{
    return set_state(
        c, grant,
        (Setting){.ref = ref, .version = version, .state = TASK_OPEN, .verb = STR("undo")});
}

typedef struct Changing {
    const Grant *grant;
    Str ref;
    int64_t version;
    const TaskAdd *to;
    Colleague owner;
} Changing;

static Err do_change(Ctx *c, void *arg)
{
    const Changing *g = arg;
    Task task;
    TRY(task_get(c, g->grant, g->ref, &task));
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_TASK_CHANGE,
                ARGS(I64(task.id.v), I64(g->version), TEXT(g->to->what), TEXT(g->to->detail),
                     I64(g->owner.account_id), TEXT(g->owner.name), DAY(g->to->due),
                     I64(g->to->due_minutes), I64(g->to->waiting), AT(c->now)),
                &changed));
    if (changed == 0) return ERR_CONFLICT;
    return journal_task(c, g->grant, g->ref, STR("update"));
}

Err task_change(Ctx *c, const Grant *grant, Str ref, int64_t version, const TaskAdd *to)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    TRY(check(c, to));
    Changing changing = {.grant = grant, .ref = ref, .version = version, .to = to};
    TRY(team_doer(c, to->owner_account, &changing.owner));
    return ctx_change(c, do_change, &changing);
}

Err task_done_before(Ctx *c, const Grant *grant, Instant before, Task **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    Tasks found;
    TRY(task_rows(c, SQL_TASK_DONE_OF_PERSON,
                  ARGS(I64(grant_person(grant).v), AT(before), I64(TASKS_OF_PERSON_MAX)),
                  TASKS_OF_PERSON_MAX, &found));
    *out = found.at;
    *count_out = found.count;
    return ERR_OK;
}

Err task_of_person(Ctx *c, const Grant *grant, bool open_only, Task **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    Tasks open;
    Tasks done = {0};
    TRY(task_rows(c, SQL_TASK_OPEN_OF_PERSON,
                  ARGS(I64(grant_person(grant).v), I64(TASKS_OF_PERSON_MAX)), TASKS_OF_PERSON_MAX,
                  &open));
    if (!open_only) TRY(task_done_before(c, grant, (Instant){INT64_MAX}, &done.at, &done.count));
    *out = open.at;
    *count_out = open.count + done.count;
    if (done.count == 0) return ERR_OK;
    *out = ARENA_ARRAY(c->arena, Task, *count_out);
    for (size_t i = 0; i < open.count; i++) (*out)[i] = open.at[i];
    for (size_t i = 0; i < done.count; i++) (*out)[open.count + i] = done.at[i];
    return ERR_OK;
}

Err task_of_source(Ctx *c, const Grant *grant, TaskSource source, Str ref, Task *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    Tasks found;
    TRY(task_rows(c, SQL_TASK_OF_SOURCE, ARGS(I64(grant_person(grant).v), I64(source), TEXT(ref)),
                  1, &found));
    if (found.count == 0) return ERR_NOT_FOUND;
    *out = found.at[0];
    return ERR_OK;
}

Err task_next_of(Ctx *c, const PersonId *persons, size_t count, Task **out)
{
    Task *next = ARENA_ARRAY(c->arena, Task, count);
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_TASK_NEXT_OF, ask.at, IDS_AT_ONCE);
        int64_t last = 0;
        while (rows_next(&rows)) {
            int64_t person = row_i64(&rows, TASK_GET_PERSON_ID);
            if (person == last) continue;
            last = person;
            Task task = task_of_row(c, &rows);
            IDS_EACH (i, ask, person) next[from + i] = task;
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = next;
    return ERR_OK;
}

// ---- the lists of Today

enum { PRACTICES_AT_ONCE = 16 };

typedef struct Span { // days that a list is about
    int32_t from, until;
} Span;

static Span span_of(const Ctx *c, TaskList list)
{
    int32_t today = c->today.days;
    switch (list) {
    case TASKS_OVERDUE: return (Span){today - TASK_DAYS_REACH, today - 1};
    case TASKS_TODAY: return (Span){today, today};
    case TASKS_WEEK: return (Span){today + 1, today + 7};
    case TASKS_WAITING: return (Span){today - TASK_DAYS_REACH, today + TASK_DAYS_REACH};
    default: return (Span){today - TASK_DAYS_REACH, today};
    }
}

// Some of the actor's practices from `from` on; places left over repeat the last.
static void put_practices(const Ctx *c, size_t from, Val *out)
{
    for (size_t i = 0; i < PRACTICES_AT_ONCE; i++) {
        size_t at = from + i < c->actor.org_count ? from + i : c->actor.org_count - 1;
        out[i] = I64(c->actor.orgs[at]);
    }
}

static int by_due(const void *a, const void *b)
{
    const Task *left = a;
    const Task *right = b;
    if (left->due.days != right->due.days) return left->due.days < right->due.days ? -1 : 1;
    if (left->due_minutes != right->due_minutes) {
        return left->due_minutes < right->due_minutes ? -1 : 1;
    }
    return (left->id.v > right->id.v) - (left->id.v < right->id.v);
}

// Of the practices the actor works for, the first of each asking: each person is with one of them.
static Err practice_rows(Ctx *c, Tasks *out)
{
    Val args[3 + PRACTICES_AT_ONCE] = {I64(c->actor.account_id), I64(c->today.days),
                                       I64(TASK_LIST_MAX)};
    *out = (Tasks){.at = ARENA_ARRAY(c->arena, Task, TASK_LIST_MAX)};
    for (size_t from = 0; from < c->actor.org_count; from += PRACTICES_AT_ONCE) {
        Tasks found;
        put_practices(c, from, args + 3);
        TRY(task_rows(c, SQL_TASK_LIST_TEAM_OF, args, COUNT_OF(args), TASK_LIST_MAX, &found));
        Task *both = ARENA_ARRAY(c->arena, Task, out->count + found.count + 1);
        size_t count = 0;
        for (size_t i = 0; i < out->count; i++) both[count++] = out->at[i];
        for (size_t i = 0; i < found.count; i++) both[count++] = found.at[i];
        if (count > 1) qsort(both, count, sizeof *both, by_due);
        *out = (Tasks){both, count < TASK_LIST_MAX ? count : TASK_LIST_MAX};
    }
    return ERR_OK;
}

static Err team_rows(Ctx *c, Tasks *found)
{
    if (!team_within(c, 0)) return practice_rows(c, found);
    return task_rows(c, SQL_TASK_LIST_TEAM,
                     ARGS(I64(c->actor.account_id), I64(c->today.days), I64(TASK_LIST_MAX)),
                     TASK_LIST_MAX, found);
}

static Err own_rows(Ctx *c, TaskList list, Tasks *found)
{
    Span days = span_of(c, list);
    return task_rows(c, SQL_TASK_LIST_OWNER,
                     ARGS(I64(c->actor.account_id), I64(days.from), I64(days.until),
                          I64(list == TASKS_WAITING), I64(TASK_LIST_MAX)),
                     TASK_LIST_MAX, found);
}

Err task_list(Ctx *c, TaskList list, Task **out, size_t *count_out)
{
    assert(access_may(c, CLASS_CARE, MODE_READ));
    Tasks found;
    TRY(list == TASKS_TEAM ? team_rows(c, &found) : own_rows(c, list, &found));
    *out = found.at;
    *count_out = found.count;
    return ERR_OK;
}

// Adds what a statement counted; those that count share their columns.
static Err add_count(Ctx *c, StatementId id, const Val *args, size_t arg_count, TaskCount *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, id, args, arg_count);
    if (!rows_next(&rows)) return rows.err;
    int64_t n = row_i64(&rows, TASK_COUNT_OWNER_N);
    if (n == 0) return ERR_OK;
    Date earliest = row_date(&rows, TASK_COUNT_OWNER_EARLIEST);
    bool sooner = date_is_none(out->earliest) || date_cmp(earliest, out->earliest) < 0;
    if (sooner) out->earliest = earliest;
    out->count += n;
    return ERR_OK;
}

static Err count_team(Ctx *c, TaskCount *out)
{
    Val args[2 + PRACTICES_AT_ONCE] = {I64(c->actor.account_id), I64(c->today.days)};
    if (team_within(c, 0)) return add_count(c, SQL_TASK_COUNT_TEAM, args, 2, out);
    for (size_t from = 0; from < c->actor.org_count; from += PRACTICES_AT_ONCE) {
        put_practices(c, from, args + 2);
        TRY(add_count(c, SQL_TASK_COUNT_TEAM_OF, args, COUNT_OF(args), out));
    }
    return ERR_OK;
}

Err task_count(Ctx *c, TaskList list, TaskCount *out)
{
    *out = (TaskCount){.earliest = DATE_NONE};
    if (list == TASKS_TEAM) return count_team(c, out);
    Span days = span_of(c, list);
    return add_count(
        c, SQL_TASK_COUNT_OWNER,
        ARGS(I64(c->actor.account_id), I64(days.from), I64(days.until), I64(list == TASKS_WAITING)),
        out);
}

int64_t task_due_count(Ctx *c)
{
    TaskCount due;
    return task_count(c, TASKS_DUE, &due) == ERR_OK ? due.count : -1;
}
