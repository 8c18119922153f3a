// task_test.c -- what must be true of tasks.
#include "base/json.h"
#include "care/task/task.h"
#include "care/task/task_fhir.h"
#include "test/people.h"

static TaskAdd chase(Test *t, int days)
{
    return (TaskAdd){.what = STR("Chase podiatry referral"),
                     .due = date_add_days(t->c->today, days),
                     .due_minutes = -1,
                     .source = TASK_BY_HAND};
}

static Task added(Test *t, const Grant *grant, int days)
{
    TaskAdd add = chase(t, days);
    TaskId id;
    Task *tasks = NULL;
    size_t count = 0;
    CHECK_OK(task_add(t->c, grant, &add, &id));
    CHECK_OK(task_of_person(t->c, grant, true, &tasks, &count));
    for (size_t i = 0; i < count; i++) {
        if (tasks[i].id.v == id.v) return tasks[i];
    }
    CHECK(false);
    return (Task){0};
}

TEST(a_task_needs_words_and_a_date_and_says_both_at_once)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    TaskId id;
    TaskAdd add = {.due = DATE_NONE, .due_minutes = -1};
    CHECK_ERR(task_add(t->c, g, &add, &id), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 2);
    CHECK_STR(t->c->issues[0].field, "what");
    CHECK_STR(t->c->issues[1].field, "due");
    CHECK_I64(test_count(t, "task"), 0);
}

TEST(a_task_is_given_only_to_somebody_who_can_do_it)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Account left;
    TaskId id;
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = STR("beth.lowe"),
                                          .name = STR("Beth Lowe"),
                                          .role = ROLE_LINK_WORKER},
                            STR("otter willow teapot 27"), &left));
    TaskAdd add = chase(t, 1);
    add.owner_account = left.id;
    CHECK_OK(task_add(t->c, g, &add, &id));
    CHECK_OK(account_set_state(t->c, left.ref, left.version, ACCOUNT_SUSPENDED));
    CHECK_ERR(task_add(t->c, g, &add, &id), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "owner");
    CHECK_I64(test_count(t, "task"), 1);
}

TEST(a_task_of_more_than_its_limit_is_refused_and_nothing_is_written)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    char long_text[TASK_WHAT_CHARS_MAX + 1];
    memset(long_text, 'x', sizeof long_text);
    TaskAdd add = chase(t, 1);
    TaskId id;
    add.what = (Str){long_text, sizeof long_text};
    CHECK_ERR(task_add(t->c, g, &add, &id), ERR_INVALID);
    CHECK_I64(test_count(t, "task"), 0);
    add.what.len--;
    t->c->issue_count = 0;
    CHECK_OK(task_add(t->c, g, &add, &id));
}

TEST(the_journal_holds_the_task_as_fhir_after_each_write)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Task task = added(t, g, 1);
    CHECK_OK(task_done(t->c, g, task.ref, task.version));

    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("task"), task.ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK_STR(rows[0].verb, "create");
    CHECK_STR(rows[1].verb, "done");
    JsonErr err;
    const Json *body = json_parse(t->arena, rows[1].body, (JsonLimits){0}, &err);
    CHECK_STR(json_str(json_get(body, "resourceType")), "Task");
    CHECK_STR(json_str(json_get(body, "status")), "completed");
    CHECK_STR(json_str(json_get(body, "description")), "Chase podiatry referral");
    CHECK_STR(json_str(json_get(json_get(body, "meta"), "versionId")), "2");
}

TEST(a_task_is_done_once_by_somebody_who_saw_its_latest_version)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Task task = added(t, g, 0);
    CHECK_ERR(task_done(t->c, g, task.ref, task.version + 1), ERR_CONFLICT);
    CHECK_OK(task_done(t->c, g, task.ref, task.version));
    CHECK_ERR(task_done(t->c, g, task.ref, task.version + 1), ERR_CONFLICT);
    CHECK_OK(task_undo(t->c, g, task.ref, task.version + 1));
    CHECK_OK(task_get(t->c, g, task.ref, &task));
    CHECK(task.state == TASK_OPEN && task.version == 3);
}

TEST(a_task_of_another_person_cannot_be_reached)
{
    const Grant *grace = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    const Grant *joan = test_grant(t, test_person(t, "Fairweather", 9997632648), CLASS_CARE);
    Task task = added(t, grace, 0);
    Task seen;
    CHECK_ERR(task_get(t->c, joan, task.ref, &seen), ERR_NOT_FOUND);
    CHECK_ERR(task_done(t->c, joan, task.ref, task.version), ERR_NOT_FOUND);
    TaskAdd to = chase(t, 3);
    CHECK_ERR(task_change(t->c, joan, task.ref, task.version, &to), ERR_NOT_FOUND);
}

TEST(a_stale_change_is_refused_and_a_fresh_one_kept)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Task task = added(t, g, 0);
    TaskAdd to = chase(t, 5);
    to.what = STR("Ring podiatry again");
    CHECK_OK(task_change(t->c, g, task.ref, task.version, &to));
    CHECK_ERR(task_change(t->c, g, task.ref, task.version, &to), ERR_CONFLICT);
    CHECK_OK(task_get(t->c, g, task.ref, &task));
    CHECK_STR(task.what, "Ring podiatry again");
    CHECK_I64(task.due.days, t->c->today.days + 5);
}

TEST(the_next_task_of_a_person_is_the_earliest_open_one)
{
    PersonId id = test_person(t, "Okafor", 9998787084);
    PersonId nobody = test_person(t, "Fairweather", 9997632648);
    const Grant *g = test_grant(t, id, CLASS_CARE);
    added(t, g, 4);
    Task first = added(t, g, -2);
    PersonId ids[] = {id, nobody};
    Task *next = NULL;
    CHECK_OK(task_next_of(t->c, ids, 2, &next));
    CHECK(next[0].id.v == first.id.v);
    CHECK_I64(next[1].ref.len, 0);
    CHECK_OK(task_done(t->c, g, first.ref, first.version));
    CHECK_OK(task_next_of(t->c, ids, 1, &next));
    CHECK_I64(next[0].due.days, t->c->today.days + 4);
}

TEST(the_next_tasks_of_a_long_list_stand_in_the_order_asked_for)
{
    enum { COUNT = 21 };
    PersonId okafor = test_person(t, "Okafor", 9998787084);
    PersonId nobody = test_person(t, "Fairweather", 9997632648);
    Task own = added(t, test_grant(t, okafor, CLASS_CARE), 3);
    PersonId ids[COUNT];
    for (int i = 0; i < COUNT; i++) ids[i] = i % 3 == 0 ? okafor : nobody;
    Task *next = NULL;
    CHECK_OK(task_next_of(t->c, ids, COUNT, &next));
    for (int i = 0; i < COUNT; i++) CHECK(next[i].id.v == (i % 3 == 0 ? own.id.v : 0));
}

TEST(the_lists_of_today_part_overdue_from_today_from_the_week)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    test_actor(t, ROLE_CARE_COORDINATOR); // lists are limited to the actor's own
    for (int days = -1; days <= 8; days++) added(t, g, days);
    static const struct {
        TaskList list;
        int count;
    } WANTED[] = {{TASKS_DUE, 2},  {TASKS_OVERDUE, 1}, {TASKS_TODAY, 1},
                  {TASKS_WEEK, 7}, {TASKS_WAITING, 0}, {TASKS_TEAM, 0}};
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        Task *tasks = NULL;
        size_t count = 0;
        CHECK_OK(task_list(t->c, WANTED[i].list, &tasks, &count));
        CHECK_I64(count, WANTED[i].count);
    }
    CHECK_I64(task_due_count(t->c), 2);
}

static size_t of_team(Test *t)
{
    Task *tasks = NULL;
    size_t count = 0;
    CHECK_OK(task_list(t->c, TASKS_TEAM, &tasks, &count));
    return count;
}

TEST(a_gp_sees_colleagues_tasks_for_people_of_their_own_practices)
{
    (void)added(t, test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE), 0);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64(of_team(t), 1);
    test_sql(t, "INSERT INTO practice (id, ref, ods_code, name, version)"
                " VALUES (2, 'bbbbbbbbbbbbbbbbbbbb', 'X26102', 'Riverside Practice', 1)");
    test_sql(t, "UPDATE person SET practice_id = 2");
    CHECK_I64(of_team(t), 0);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_I64(of_team(t), 1);
}

// Tasks of somebody else's for one person, the first due on this day and one each day after it.
static void team_tasks(Test *t, PersonId person, int count, int first_due, const char *what)
{
    for (int i = 0; i < count; i++) {
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO task (ref, person_id, what, detail, owner, owner_name,"
                              " due, due_minutes, waiting, state, source, source_ref, created_at,"
                              " changed_at, version) SELECT 'task' || count(*), %lld, '%s', '', 7,"
                              " 'Priya', %d, -1, 0, 1, 1, '', 0, 0, 1 FROM task",
                              (long long)person.v, what, first_due + i)
                        .ptr);
    }
}

TEST(a_gp_sees_the_tasks_of_the_own_practices_however_many_others_are_due_before)
{
    enum { OTHERS = 600, MINE = 3 };
    PersonId own = test_person(t, "Okafor", 9998787084);
    PersonId other = test_person(t, "Fairweather", 9997632648);
    test_sql(t, "INSERT INTO practice (id, ref, ods_code, name, version)"
                " VALUES (2, 'bbbbbbbbbbbbbbbbbbbb', 'X26102', 'Riverside Practice', 1)");
    test_sql(t, arena_fmt(t->arena, "UPDATE person SET practice_id = 2 WHERE id = %lld",
                          (long long)other.v)
                    .ptr);
    team_tasks(t, other, OTHERS, t->c->today.days - OTHERS - MINE, "Of others");
    team_tasks(t, own, MINE, t->c->today.days - MINE, "Mine");
    test_actor(t, ROLE_GP_SUPERVISOR);
    Task *tasks = NULL;
    size_t count = 0;
    TaskCount told;
    CHECK_OK(task_list(t->c, TASKS_TEAM, &tasks, &count));
    CHECK_I64((int64_t)count, MINE);
    for (size_t i = 0; i < count; i++) CHECK_STR(tasks[i].what, "Mine");
    CHECK_OK(task_count(t->c, TASKS_TEAM, &told));
    CHECK_I64(told.count, MINE);
    CHECK_I64(told.earliest.days, t->c->today.days - MINE);
    test_actor(t, ROLE_CARE_COORDINATOR); // the whole network's: more than a list holds
    CHECK_I64((int64_t)of_team(t), TASK_LIST_MAX);
    CHECK_OK(task_count(t->c, TASKS_TEAM, &told));
    CHECK_I64(told.count, OTHERS + MINE);
    CHECK_I64(told.earliest.days, t->c->today.days - OTHERS - MINE);
}

TEST(who_works_for_many_practices_sees_the_tasks_of_all_of_them_by_day)
{
    enum { PRACTICES = 40 };
    PersonId people[PRACTICES];
    int64_t orgs[PRACTICES];
    for (int i = 0; i < PRACTICES; i++) {
        people[i] = test_person(t, "Okafor", 0);
        orgs[i] = 100 + i;
        test_sql(t, arena_fmt(t->arena,
                              "INSERT INTO practice (id, ref, ods_code, name, version)"
                              " VALUES (%d, 'practice%d', 'Y%05d', 'Practice %d', 1)",
                              100 + i, i, i, i)
                        .ptr);
        test_sql(t, arena_fmt(t->arena, "UPDATE person SET practice_id = %d WHERE id = %lld",
                              100 + i, (long long)people[i].v)
                        .ptr);
        team_tasks(t, people[i], 20, t->c->today.days - 20 - i % 7, "Ring");
    }
    test_actor(t, ROLE_PRACTICE_STAFF);
    t->c->actor.orgs = orgs;
    t->c->actor.org_count = PRACTICES;
    Task *tasks = NULL;
    size_t count = 0;
    TaskCount told;
    CHECK_OK(task_list(t->c, TASKS_TEAM, &tasks, &count));
    CHECK_I64((int64_t)count, TASK_LIST_MAX);
    for (size_t i = 1; i < count; i++) CHECK(date_cmp(tasks[i - 1].due, tasks[i].due) <= 0);
    CHECK_OK(task_count(t->c, TASKS_TEAM, &told));
    CHECK_I64(told.count, PRACTICES * 20);
    t->c->actor.org_count = 0; // who works for nobody is shown nobody
    CHECK_I64((int64_t)of_team(t), 0);
}

TEST(each_change_of_a_task_is_an_entry_with_another_body)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Task task = added(t, g, 1);
    t->c->now.ms += 60000; // the row keeps the time of its own write
    CHECK_OK(task_done(t->c, g, task.ref, task.version));
    t->c->now.ms += 60000;
    JournalRow *rows = NULL;
    size_t count = 0;
    CHECK_OK(journal_history(t->c, STR("task"), task.ref, &rows, &count));
    CHECK_I64(count, 2);
    CHECK(!str_eq(rows[0].body, rows[1].body));
}
