// task_web.c -- Today, a person's tasks and the form for one. Handlers only translate.
#include "care/caseload/caseload.h"
#include "care/task/task_fhir.h"
#include "care/task/task_pages.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/cohort/cohort.h"
#include "task_person_page.h"
#include "task_print_page.h"
#include "task_today_page.h"
#include "work/team/team.h"

static const struct {
    const char *key;
    TaskList list;
    const char *heading;
    const char *empty;
} LISTS[] = {
    {"due", TASKS_DUE, "To do", "Nothing is due."},
    {"overdue", TASKS_OVERDUE, "Overdue", "Nothing is overdue."},
    {"today", TASKS_TODAY, "Due today", "Nothing is due today."},
    {"week", TASKS_WEEK, "Next 7 days", "Nothing is due in the next 7 days."},
    {"waiting", TASKS_WAITING, "Waiting for others", "You are not waiting for anybody."},
    {"team", TASKS_TEAM, "My team", "Nothing is due for your colleagues."},
};

static size_t list_index(Str key)
{
    for (size_t i = 0; i < COUNT_OF(LISTS); i++) {
        if (str_eq(key, str_from_c(LISTS[i].key))) return i;
    }
    return 0;
}

static Err fill_rows(Ctx *c, const Task *tasks, size_t count, TaskRow **out)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count);
    for (size_t i = 0; i < count; i++) ids[i] = tasks[i].person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, count, &persons));
    TaskRow *rows = ARENA_ARRAY(c->arena, TaskRow, count);
    for (size_t i = 0; i < count; i++) {
        const Task *t = &tasks[i];
        Str base = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(persons[i].ref));
        rows[i] = (TaskRow){
            .task = t,
            .person = persons[i],
            .nhs = person_row_nhs(c, &persons[i]),
            .age = person_row_age(c, &persons[i]),
            .due = ui_due_of(c->arena, t->due, t->due_minutes, t->state == TASK_DONE, c->today),
            .record_href = arena_fmt(c->arena, STR_FMT "/contacts/new?task=" STR_FMT, STR_ARG(base),
                                     STR_ARG(t->ref)),
            .task_href =
                arena_fmt(c->arena, STR_FMT "/tasks/" STR_FMT, STR_ARG(base), STR_ARG(t->ref)),
            .done_action = arena_fmt(c->arena, STR_FMT "/tasks/" STR_FMT "/done", STR_ARG(base),
                                     STR_ARG(t->ref)),
        };
    }
    *out = rows;
    return ERR_OK;
}

static int by_due(const void *a, const void *b)
{
    const TaskRow *x = a;
    const TaskRow *y = b;
    int order = date_cmp(x->task->due, y->task->due);
    if (order != 0) return order;
    return (x->task->due_minutes > y->task->due_minutes) -
           (x->task->due_minutes < y->task->due_minutes);
}

static int by_task(const void *a, const void *b)
{
    int order = str_cmp(((const TaskRow *)a)->task->what, ((const TaskRow *)b)->task->what);
    return order != 0 ? order : by_due(a, b);
}

static int by_person(const void *a, const void *b)
{
    int order = str_cmp(((const TaskRow *)a)->person.name, ((const TaskRow *)b)->person.name);
    return order != 0 ? order : by_due(a, b);
}

// Sorts in place by "due", "task" or "person", "-" before it for the other way round.
static void sort_rows(TaskRow *rows, size_t count, Str sort)
{
    bool down = str_starts(sort, STR("-"));
    Str key = down ? str_slice(sort, 1, sort.len) : sort;
    int (*order)(const void *, const void *) = by_due;
    if (str_eq(key, STR("task"))) order = by_task;
    if (str_eq(key, STR("person"))) order = by_person;
    if (count > 1) qsort(rows, count, sizeof *rows, order);
    for (size_t i = 0; down && i < count / 2; i++) {
        TaskRow swap = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = swap;
    }
}

static Str oldest_note(Ctx *c, Date earliest)
{
    if (date_is_none(earliest)) return STR("");
    int32_t days = date_days_between(earliest, c->today);
    return arena_fmt(c->arena, "Oldest %d %s", days, days == 1 ? "day" : "days");
}

static Err fill_tiles(Ctx *c, TaskList shown, TodayPage *m)
{
    TaskCount counts[TASKS_TEAM + 1];
    for (TaskList list = TASKS_DUE; list <= TASKS_TEAM; list++) {
        TRY(task_count(c, list, &counts[list]));
    }
    m->all = counts[shown].count;
    CaseloadCounts load = {0};
    TRY(caseload_counts(c, &load));
    m->idle = load.idle;
    UiTile tiles[] = {
        {.value = counts[TASKS_OVERDUE].count,
         .label = STR("Overdue tasks"),
         .href = STR("/today?list=overdue"),
         .note = oldest_note(c, counts[TASKS_OVERDUE].earliest),
         .tone = STR("red")},
        {.value = counts[TASKS_TODAY].count,
         .label = STR("Due today"),
         .href = STR("/today?list=today"),
         .tone = STR("amber")},
        {.value = counts[TASKS_WEEK].count,
         .label = STR("Next 7 days"),
         .href = STR("/today?list=week"),
         .tone = STR("blue")},
        {.value = counts[TASKS_WAITING].count,
         .label = STR("Waiting for others"),
         .href = STR("/today?list=waiting")},
        {.value = load.review,
         .label = STR("Plans to review this month"),
         .href = STR("/caseload?view=review")},
        {.value = load.quiet,
         .label = STR("No contact for 28 days"),
         .href = STR("/caseload?view=quiet"),
         .note = arena_fmt(c->arena, "of %lld on your caseload", (long long)load.mine)},
    };
    memcpy(m->tiles, tiles, sizeof tiles);
    m->tile_count = COUNT_OF(tiles);
    static const TaskList TABS[] = {TASKS_DUE, TASKS_WEEK, TASKS_WAITING, TASKS_TEAM};
    static const char *const TAB_LABELS[] = {"Due now", "Next 7 days", "Waiting for others",
                                             "My team"};
    for (size_t i = 0; i < COUNT_OF(TABS); i++) {
        m->tabs[i] = (UiNavItem){
            .label = str_from_c(TAB_LABELS[i]),
            .href = arena_fmt(c->arena, "/today?list=%s", LISTS[TABS[i]].key),
            .count = counts[TABS[i]].count,
            .alert = TABS[i] == TASKS_DUE && counts[TASKS_DUE].count > 0,
        };
    }
    return ERR_OK;
}

// "?did=<person>.<task>" after a task was marked done: offers to undo it. Refs are opaque.
static Err fill_undo(Ctx *c, const Request *req, TodayPage *m)
{
    Str rest = req_query(req, "did");
    Str person_ref;
    if (rest.len == 0 || !str_split(&rest, '.', &person_ref) || rest.ptr == NULL) return ERR_OK;
    PersonId person;
    const Grant *grant = NULL;
    Task task;
    if (person_of_ref(c, person_ref, &person) != ERR_OK) return ERR_OK;
    if (access_grant(c, person, CLASS_CARE, MODE_READ, &grant) != ERR_OK) return ERR_OK;
    if (task_get(c, grant, rest, &task) != ERR_OK || task.state != TASK_DONE) return ERR_OK;
    m->just_done = true;
    m->done = (UiNotice){
        .title = STR("Success"),
        .success = true,
        .text = arena_fmt(c->arena, "Done: " STR_FMT, STR_ARG(task.what)),
        .undo = arena_fmt(c->arena, "/people/" STR_FMT "/tasks/" STR_FMT "/undo",
                          STR_ARG(person_ref), STR_ARG(task.ref)),
        .back = m->back,
        .csrf = m->page.csrf,
        .version = task.version,
    };
    return ERR_OK;
}

static const UiColumn TODAY_COLUMNS[] = {
    {.label = STR_INIT("Due"), .sort = STR_INIT("due"), .width = 140},
    {.label = STR_INIT("Task"), .sort = STR_INIT("task")},
    {.label = STR_INIT("Person"), .sort = STR_INIT("person"), .width = 252},
    {.label = STR_INIT("Actions"), .hidden = true, .width = 140},
};

// The orders of the list, the usual one first, with what the foot of the list says of each.
static const struct {
    const char *sort;
    const char *words;
} ORDERS[] = {
    {"due", "earliest due date first"},   {"-due", "latest due date first"},
    {"task", "by task, A to Z"},          {"-task", "by task, Z to A"},
    {"person", "by family name, A to Z"}, {"-person", "by family name, Z to A"},
};

static size_t order_index(Str sort)
{
    for (size_t i = 0; i < COUNT_OF(ORDERS); i++) {
        if (str_eq(sort, str_from_c(ORDERS[i].sort))) return i;
    }
    return 0;
}

// The address of a list in an order: what a row's form sends along to come back to.
static Str list_path(Ctx *c, size_t list, size_t order)
{
    if (order == 0) return arena_fmt(c->arena, "/today?list=%s", LISTS[list].key);
    return arena_fmt(c->arena, "/today?list=%s&sort=%s", LISTS[list].key, ORDERS[order].sort);
}

// A list holds so many and no more: nothing stands beyond it without a word.
static void fill_more(Ctx *c, TodayPage *m)
{
    int64_t more = m->all - (int64_t)m->row_count;
    if (more <= 0) return;
    m->more = arena_fmt(c->arena,
                        "These are the %zu tasks that are due first, of " STR_FMT
                        ". The others follow when some of these are done or moved to another day.",
                        m->row_count, STR_ARG(html_count(c->arena, m->all)));
}

// Who has no task at all is told where work comes from: a colleague's first day looks like that.
static void fill_empty(Ctx *c, Str none, TodayPage *m)
{
    int64_t own = m->tabs[0].count + m->tabs[1].count + m->tabs[2].count;
    m->empty_strong = none;
    if (own == 0 && ctx_can(c, CAP_COHORT_VIEW)) {
        m->empty_text = STR("Tasks come from the next steps of the people you support. People come "
                            "onto a caseload from a cohort, or when a colleague gives you one.");
        m->empty_href = STR("/cohorts");
        m->empty_action = STR("Find people in a cohort");
        return;
    }
    m->empty_text = arena_fmt(c->arena, "%lld in the next 7 days.", (long long)m->tabs[1].count);
    m->empty_href = STR("/today?list=week");
    m->empty_action = STR("See the next 7 days");
}

static Err today_model(Ctx *c, const Request *req, TodayPage *m)
{
    size_t which = list_index(req_query(req, "list"));
    size_t order = order_index(req_query(req, "sort"));
    Str sort = str_from_c(ORDERS[order].sort);
    Str list = list_path(c, which, 0);
    *m = (TodayPage){.page = page_of(c, STR("Today"), "/today"),
                     .heading = str_from_c(LISTS[which].heading),
                     .team = LISTS[which].list == TASKS_TEAM};
    static const char *const DAYS[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                       "Friday", "Saturday", "Sunday"};
    m->day = arena_fmt(c->arena, "%s " STR_FMT, DAYS[date_weekday(c->today)],
                       STR_ARG(date_long(c->arena, c->today)));
    m->back = list_path(c, which, order);
    TRY(fill_tiles(c, LISTS[which].list, m));
    Task *tasks = NULL;
    TRY(task_list(c, LISTS[which].list, &tasks, &m->row_count));
    TRY(fill_rows(c, tasks, m->row_count, &m->rows));
    sort_rows(m->rows, m->row_count, sort);
    for (size_t i = 0; i < COUNT_OF(m->tabs); i++) {
        m->tabs[i].current = str_eq(m->tabs[i].href, list);
    }
    fill_more(c, m);
    m->table = (UiTable){.caption = m->heading,
                         .columns = TODAY_COLUMNS,
                         .column_count = COUNT_OF(TODAY_COLUMNS),
                         .sort = sort,
                         .sort_href = arena_fmt(c->arena, STR_FMT "&sort=", STR_ARG(list))};
    m->foot =
        (UiPages){.page = 1,
                  .pages = 1,
                  .shown = arena_fmt(c->arena, "Showing %zu of %lld, %s. Updated " STR_FMT ".",
                                     m->row_count, (long long)m->all, ORDERS[order].words,
                                     STR_ARG(instant_long(c->arena, c->now)))};
    fill_empty(c, str_from_c(LISTS[which].empty), m);
    return fill_undo(c, req, m);
}

static void say_shown(Ctx *c, const TodayPage *m, Response *res)
{
    PersonId *shown =
        ARENA_ARRAY(c->arena, PersonId, m->row_count + m->opened.count + m->unsaved.count);
    size_t n = 0;
    for (size_t i = 0; i < m->row_count; i++) shown[n++] = m->rows[i].person.id;
    for (size_t i = 0; i < m->opened.count; i++) shown[n++] = m->opened.rows[i].person.id;
    for (size_t i = 0; i < m->unsaved.count; i++) shown[n++] = m->unsaved.rows[i].person.id;
    res->shown = shown;
    res->shown_count = n;
}

// Of the people the actor leads.
static Err fill_opened(Ctx *c, TodayPage *m)
{
    Case *cases = NULL;
    size_t count = 0;
    bool any = false;
    TRY(privacy_opened_any(c, &any));
    m->opened = (OpenedRecords){0};
    if (!any) return ERR_OK;
    TRY(case_mine(c, &cases, &count));
    PersonId *persons = ARENA_ARRAY(c->arena, PersonId, count);
    for (size_t i = 0; i < count; i++) persons[i] = cases[i].person;
    return privacy_opened(c, persons, count, &m->opened);
}

static Err today(Ctx *c, const Request *req, Response *res)
{
    TodayPage m;
    TRY(today_model(c, req, &m));
    TRY(fill_opened(c, &m));
    TRY(campaign_today(c, &m.outreach));
    TRY(caseload_again_due(c, &m.again));
    m.newly = ctx_can(c, CAP_COHORT_VIEW) ? cohort_follow_waiting(c) : 0;
    TRY(record_unsaved(c, &m.unsaved));
    say_shown(c, &m, res);
    res->log_detail = m.back;
    task_today(&res->body, &m);
    return ERR_OK;
}

static Err day_sheet(Ctx *c, const Request *req, Response *res)
{
    TodayPage m;
    TRY(today_model(c, req, &m));
    say_shown(c, &m, res);
    task_day_sheet(&res->body, &m);
    return ERR_OK;
}

// One page of what is done, newest first.
static Err fill_ended(Ctx *c, const Request *req, const Task *tasks, size_t count,
                      PersonTasksPage *m)
{
    UiSlice slice = ui_slice(count, TASKS_DONE_A_PAGE, req_page(req));
    Str base = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(m->frame.person.ref));
    m->ended_count = slice.count;
    TRY(fill_rows(c, tasks + slice.from, slice.count, &m->ended));
    m->foot = ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "/tasks?page=", STR_ARG(base)),
                      html_count_of(c->arena, (int64_t)count, "task", "tasks"));
    if (count < TASKS_OF_PERSON_MAX || slice.page < slice.pages) return ERR_OK;
    Str day = date_iso(c->arena, instant_date_london(tasks[count - 1].done_at));
    m->older = arena_fmt(c->arena, STR_FMT "/timeline?type=tasks&until=" STR_FMT, STR_ARG(base),
                         STR_ARG(day));
    return ERR_OK;
}

static Err person_tasks(Ctx *c, const Request *req, Response *res)
{
    PersonTasksPage m = {.can_change = ctx_can(c, CAP_TASK_CHANGE)};
    TRY(person_frame(c, req->grant, "tasks", &m.frame));
    Task *tasks = NULL;
    size_t count = 0;
    TRY(task_of_person(c, req->grant, false, &tasks, &count));
    while (m.open_count < count && tasks[m.open_count].state == TASK_OPEN) m.open_count++;
    m.open_more = m.open_count == TASKS_OF_PERSON_MAX;
    TRY(fill_rows(c, tasks, m.open_count, &m.open));
    TRY(fill_ended(c, req, tasks + m.open_count, count - m.open_count, &m));
    m.add_href = arena_fmt(c->arena, "/people/" STR_FMT "/tasks/new", STR_ARG(m.frame.person.ref));
    m.page = page_of(c, person_title(c, STR("Tasks"), &m.frame.person), "/caseload");
    task_of_person_page(&res->body, &m);
    return ERR_OK;
}

typedef struct Typed { // a form as typed, or as it stands
    Str what, detail, due, owner;
    bool waiting;
} Typed;

static Err form_fields(Ctx *c, TaskFormPage *m, const Typed *typed)
{
    UiOption *owners = NULL;
    size_t owner_count = 0;
    TRY(team_choices(c, CHOOSE_DOER, &owners, &owner_count));
    m->what = (UiField){.name = STR("what"),
                        .label = STR("What needs to be done?"),
                        .value = typed->what,
                        .error = issue_of(c, "what")};
    m->detail = (UiField){.name = STR("detail"),
                          .label = STR("Details (optional)"),
                          .value = typed->detail,
                          .rows = 3,
                          .error = issue_of(c, "detail")};
    m->due = (UiField){.name = STR("due"),
                       .label = STR("By when?"),
                       .hint = STR("For example 1 December, tomorrow, or in 2 weeks"),
                       .value = typed->due,
                       .width = 20,
                       .error = issue_of(c, "due")};
    m->owner = (UiField){.name = STR("owner"),
                         .label = STR("Who will do it?"),
                         .value = typed->owner,
                         .options = owners,
                         .option_count = owner_count,
                         .error = issue_of(c, "owner")};
    UiOption *wait = ARENA_NEW(c->arena, UiOption);
    *wait = (UiOption){
        .value = STR("yes"), .text = STR("Waiting for somebody else"), .on = typed->waiting};
    m->waiting = (UiField){.name = STR("waiting"),
                           .options = wait,
                           .option_count = 1,
                           .label = STR("Waiting for somebody else"),
                           .value = STR("yes")};
    return ERR_OK;
}

static Err form_page(Ctx *c, const Request *req, TaskFormPage *m, Str heading, Response *res)
{
    TRY(person_frame(c, req->grant, "tasks", &m->frame));
    Str base = arena_fmt(c->arena, "/people/" STR_FMT "/tasks", STR_ARG(m->frame.person.ref));
    Str ref = req_param(req, "task");
    m->action =
        ref.len == 0 ? base : arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(base), STR_ARG(ref));
    m->cancel = base;
    m->heading = heading;
    m->page = page_of(c, person_title(c, heading, &m->frame.person), "/caseload");
    task_form(&res->body, m);
    return ERR_OK;
}

static Err new_task(Ctx *c, const Request *req, Response *res)
{
    TaskFormPage m = {0};
    TRY(form_fields(c, &m, &(Typed){.owner = STR("me")}));
    return form_page(c, req, &m, STR("Add a task"), res);
}

static TaskAdd add_of_form(Ctx *c, const Request *req)
{
    TaskAdd add = {
        .what = form_text(c, req, "what", "What needs to be done", FORM_RULE_SAYS,
                          "Enter what needs to be done"),
        .detail = form_text(c, req, "detail", "Details", FORM_RULE_SAYS, NULL),
        .due = form_date(c, req, "due", "Enter when it needs to be done by, like 1 December"),
        .due_minutes = -1,
        .waiting = form_has(req, "waiting"),
        .source = TASK_BY_HAND,
    };
    // An unknown one leaves its issue beside the field.
    (void)!team_chosen(c, req, "owner", "Select who will do it", &add.owner_account);
    return add;
}

// Shows the form again with what was typed.
static Err redraw(Ctx *c, const Request *req, TaskFormPage *m, Str heading, Err why, Response *res)
{
    TRY(form_fields(c, m,
                    &(Typed){.what = form_value(req, "what"),
                             .detail = form_value(req, "detail"),
                             .due = form_value(req, "due"),
                             .owner = form_value(req, "owner"),
                             .waiting = form_has(req, "waiting")}));
    res->status = err_status(why);
    return form_page(c, req, m, heading, res);
}

static Err add_task(Ctx *c, const Request *req, Response *res)
{
    TaskAdd add = add_of_form(c, req);
    TaskId id;
    Err err = c->issue_count > 0 ? ERR_INVALID : task_add(c, req->grant, &add, &id);
    if (err == ERR_INVALID) {
        return redraw(c, req, &(TaskFormPage){0}, STR("Add a task"), err, res);
    }
    TRY(err);
    Str back = arena_fmt(c->arena, "/people/" STR_FMT "/tasks", STR_ARG(req_param(req, "person")));
    return res_redirect_saying(c, res, back, STR("The task was added."));
}

static Err show_task(Ctx *c, const Request *req, Response *res)
{
    Task task;
    TRY(task_get(c, req->grant, req_param(req, "task"), &task));
    TaskFormPage m = {.version = task.version};
    TRY(form_fields(c, &m,
                    &(Typed){.what = task.what,
                             .detail = task.detail,
                             .due = date_long(c->arena, task.due),
                             .owner = team_choice_of(c, CHOOSE_DOER, task.owner_account),
                             .waiting = task.waiting}));
    return form_page(c, req, &m, STR("Task"), res);
}

// What the other colleague saved, beside what was typed here.
static Err fill_theirs(Ctx *c, const Request *req, TaskFormPage *m)
{
    Task task;
    TRY(task_get(c, req->grant, req_param(req, "task"), &task));
    UiPair rows[] = {
        {.key = STR("What"), .value = task.what},
        {.key = STR("Details"), .value = task.detail, .missing = STR("None")},
        {.key = STR("By when"), .value = date_long(c->arena, task.due)},
        {.key = STR("Who"), .value = task.owner_name},
        {.key = STR("State"), .value = task.state == TASK_OPEN ? STR("Open") : STR("Done")},
    };
    m->theirs = ARENA_ARRAY(c->arena, UiPair, COUNT_OF(rows));
    memcpy(m->theirs, rows, sizeof rows);
    m->theirs_count = COUNT_OF(rows);
    m->stale = true;
    m->version = task.version;
    return ERR_OK;
}

// The open task says already what was sent: nobody's change would be lost.
static Err says_the_same(Ctx *c, const Request *req, const TaskAdd *to, Err err)
{
    Task task;
    if (err != ERR_CONFLICT) return err;
    TRY(task_get(c, req->grant, req_param(req, "task"), &task));
    int64_t owner = to->owner_account == 0 ? c->actor.account_id : to->owner_account;
    bool same = task.state == TASK_OPEN && str_eq(task.what, to->what) &&
                str_eq(task.detail, to->detail) && date_cmp(task.due, to->due) == 0 &&
                task.owner_account == owner && task.waiting == to->waiting;
    return same ? ERR_OK : ERR_CONFLICT;
}

static Err change_task(Ctx *c, const Request *req, Response *res)
{
    TaskAdd to = add_of_form(c, req);
    int64_t version = form_version(c, req);
    Err err = c->issue_count > 0 ? ERR_INVALID
                                 : task_change(c, req->grant, req_param(req, "task"), version, &to);
    err = says_the_same(c, req, &to, err);
    if (err == ERR_INVALID || err == ERR_CONFLICT) {
        TaskFormPage m = {.version = version};
        if (err == ERR_CONFLICT) TRY(fill_theirs(c, req, &m));
        return redraw(c, req, &m, STR("Task"), err, res);
    }
    TRY(err);
    Str back = arena_fmt(c->arena, "/people/" STR_FMT "/tasks", STR_ARG(req_param(req, "person")));
    return res_redirect_saying(c, res, back, STR("The task was changed."));
}

// Back to a list of Today in its order, or "": the person's pages. No open redirect.
static Str back_of(Ctx *c, const Request *req)
{
    Str back = form_value(req, "back");
    for (size_t i = 0; i < COUNT_OF(LISTS) * COUNT_OF(ORDERS); i++) {
        Str known = list_path(c, i / COUNT_OF(ORDERS), i % COUNT_OF(ORDERS));
        if (str_eq(back, known)) return known;
    }
    return STR("");
}

// The person's overview when the button stood there, else their tasks.
static Str person_back(Ctx *c, const Request *req)
{
    const char *rest = str_eq(form_value(req, "back"), STR("overview")) ? "" : "/tasks";
    return arena_fmt(c->arena, "/people/" STR_FMT "%s", STR_ARG(req_param(req, "person")), rest);
}

// A conflict over a task that is as was asked is none: the button was pressed twice, or a colleague
// was quicker with the same.
static Err if_not_so(Ctx *c, const Request *req, TaskState asked, Err err)
{
    Task task;
    if (err != ERR_CONFLICT) return err;
    TRY(task_get(c, req->grant, req_param(req, "task"), &task));
    return task.state == asked ? ERR_OK : ERR_CONFLICT;
}

static Err done(Ctx *c, const Request *req, Response *res)
{
    Str ref = req_param(req, "task");
    Str person = req_param(req, "person");
    TRY(if_not_so(c, req, TASK_DONE, task_done(c, req->grant, ref, form_version(c, req))));
    Str back = back_of(c, req);
    if (back.len > 0) {
        back = arena_fmt(c->arena, STR_FMT "&did=" STR_FMT "." STR_FMT, STR_ARG(back),
                         STR_ARG(person), STR_ARG(ref));
        return res_redirect(c, res, back);
    }
    return res_redirect_saying(c, res, person_back(c, req), STR("The task is done."));
}

static Err undo(Ctx *c, const Request *req, Response *res)
{
    Err err = task_undo(c, req->grant, req_param(req, "task"), form_version(c, req));
    TRY(if_not_so(c, req, TASK_OPEN, err));
    Str back = back_of(c, req);
    if (back.len == 0) back = person_back(c, req);
    return res_redirect_saying(c, res, back, STR("The task is open again."));
}

static Err pick(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    return person_pick(c, PICK_FOR_TASK, res);
}

static const NavItem NAV[] = {
    {.label = "Today",
     .href = "/today",
     .cap = CAP_CASELOAD_VIEW,
     .count = task_due_count,
     .alert = true},
};

static const Route ROUTES[] = {
    ROUTE("GET", "/today", today, CAP_CASELOAD_VIEW, CLASS_CARE, VERB_LIST,
          .fields = "list sort did"),
    ROUTE("GET", "/today/print", day_sheet, CAP_CASELOAD_VIEW, CLASS_CARE, VERB_PRINT,
          .fields = "list sort did"),
    ROUTE("GET", "/tasks/new", pick, CAP_TASK_CHANGE, CLASS_CARE, VERB_LIST, .fields = ""),
    ROUTE("GET", "/people/:person/tasks", person_tasks, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = "page"),
    ROUTE("GET", "/people/:person/tasks/new", new_task, CAP_TASK_CHANGE, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", "/people/:person/tasks", add_task, CAP_TASK_CHANGE, CLASS_CARE, VERB_WRITE,
          .fields = "what detail due owner waiting version"),
    ROUTE("GET", "/people/:person/tasks/:task", show_task, CAP_TASK_CHANGE, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", "/people/:person/tasks/:task", change_task, CAP_TASK_CHANGE, CLASS_CARE,
          VERB_WRITE, .fields = "what detail due owner waiting version"),
    ROUTE("POST", "/people/:person/tasks/:task/done", done, CAP_TASK_CHANGE, CLASS_CARE, VERB_WRITE,
          .fields = "version back"),
    ROUTE("POST", "/people/:person/tasks/:task/undo", undo, CAP_TASK_CHANGE, CLASS_CARE, VERB_WRITE,
          .fields = "version back"),
};

static const Seal *const SEALS[] = {&TASK_SEAL};

const Room TASK_ROOM = {
    .name = "task",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
