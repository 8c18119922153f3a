#include "care/contact/contact.h"
#include "care/record/record.h"
#include "care/record/record_pages.h"
#include "care/task/task.h"
#include "core/core.h"
#include "insight/population/population.h"
#include "record_timeline_page.h"
#include "test/fixture.h"

typedef struct Add {
    PersonImport from;
    PersonId id;
    bool added;
} Add;

static Err add_person(Ctx *c, void *arg)
{
    Add *add = arg;
    TRY(journal_append(c, &(JournalEntry){.kind = STR("batch"),
                                          .id = STR("b"),
                                          .version = 1,
                                          .verb = STR("create"),
                                          .body = STR("{}")}));
    return person_import(c, 1, &add->from, &add->id, &add->added);
}

static const Grant *somebody(Test *t)
{
    Add add = {.from.person = {.family = STR("Okafor"),
                               .given = STR("Grace"),
                               .born = {-7000},
                               .died = DATE_NONE,
                               .registration_on = DATE_NONE,
                               .registration = REGISTRATION_CURRENT}};
    CHECK_OK(ctx_change(t->c, add_person, &add));
    return access_program_grant(t->c, add.id, CLASS_CARE);
}

static void contact(Test *t, const Grant *grant, int days_ago, const char *done)
{
    Contact what = {
        .mode = CONTACT_TELEPHONE,
        .outcome = CONTACT_SPOKE,
        .at = {t->c->now.ms - (int64_t)days_ago * DAY_MS},
        .minutes = 18,
        .done = str_from_c(done),
        .own_words = STR("I want to sing again"),
        .next_due = DATE_NONE,
        .no_next_reason = STR("She will call"),
    };
    Str ref;
    CHECK_OK(contact_record(t->c, grant, &what, &ref));
}

static Timeline timeline(Test *t, const Grant *grant, MomentFilter filter)
{
    Timeline out = {0};
    CHECK_OK(record_timeline(t->c, grant, &filter, &out));
    return out;
}

TEST(the_timeline_is_newest_first_and_can_be_filtered)
{
    const Grant *grant = somebody(t);
    contact(t, grant, 9, "Talked about the bath board");
    contact(t, grant, 2, "Chased podiatry");
    Timeline all = timeline(t, grant, (MomentFilter){.kind = -1});
    CHECK_I64(all.count, 2);
    CHECK_I64(all.total, 2);
    CHECK(all.count == 2 && date_cmp(all.moments[0].day, all.moments[1].day) > 0);
    CHECK_STR(all.moments[0].text, "Chased podiatry");
    CHECK_STR(all.moments[0].link, "Read note");
    CHECK_I64(timeline(t, grant, (MomentFilter){.kind = MOMENT_PLAN}).count, 0);
    Timeline some = timeline(t, grant, (MomentFilter){.kind = -1, .text = STR("PODIATRY")});
    CHECK_I64(some.count, 1);
    CHECK_I64(some.total, 2);
    CHECK_I64(timeline(t, grant, (MomentFilter){.kind = -1, .text = STR("dentist")}).count, 0);
}

TEST(the_newest_few_are_the_first_of_all)
{
    const Grant *grant = somebody(t);
    const int days[] = {9, 2, 30, 4, 4, 17, 1, 8};
    for (size_t i = 0; i < COUNT_OF(days); i++) {
        contact(t, grant, days[i], arena_fmt(t->arena, "Note %zu", i).ptr);
        t->c->now.ms += 61000; // not the same one sent again
    }
    Timeline all = timeline(t, grant, (MomentFilter){.kind = -1});
    for (size_t few = 1; few < COUNT_OF(days) + 2; few++) {
        Timeline some = timeline(t, grant, (MomentFilter){.kind = -1, .newest = few});
        CHECK_I64(some.count, few < all.count ? few : all.count);
        CHECK_I64(some.total, all.total);
        for (size_t i = 0; i < some.count; i++) {
            CHECK(str_eq(some.moments[i].text, all.moments[i].text));
        }
    }
}

// Two facts of one kind and day are one entry: its words are made when it is shown.
TEST(coded_facts_of_a_day_are_one_entry_in_words)
{
    Event facts[] = {
        {.kind = EVENT_OBSERVATION,
         .term = STR("Pulse"),
         .has_value = true,
         .value = 72,
         .unit = STR("/min")},
        {.kind = EVENT_OBSERVATION, .code = STR("x1")},
    };
    Moment moments[] = {{.events = facts, .event_count = 2},
                        {.events = facts, .event_count = 1},
                        {.title = STR("Telephone")}};
    CHECK_OK(record_words(t->c, moments, COUNT_OF(moments)));
    CHECK_OK(record_words(t->c, moments, COUNT_OF(moments)));
    CHECK_STR(moments[0].title, "2 measurements");
    CHECK_I64((int64_t)moments[0].line_count, 2);
    CHECK_STR(moments[0].lines[0], "Pulse: 72 /min");
    CHECK_STR(moments[0].lines[1], "x1");
    CHECK_STR(moments[1].title, "Pulse: 72 /min");
    CHECK_STR(moments[2].title, "Telephone");
}

TEST(a_coded_answer_stands_beside_what_was_asked)
{
    Event facts[] = {
        {.kind = EVENT_OBSERVATION, .term = STR("Smoking status"), .answer = STR("Never smoked")},
        {.kind = EVENT_OBSERVATION,
         .term = STR("eFI2 score"),
         .has_value = true,
         .value = 0.31,
         .answer = STR("Leeds")},
        {.kind = EVENT_OBSERVATION,
         .term = STR("Pain"),
         .has_value = true,
         .value = 4,
         .unit = STR("of 10"),
         .answer = STR("Moderate")},
    };
    Moment moments[] = {{.events = facts, .event_count = 3}};
    CHECK_OK(record_words(t->c, moments, 1));
    CHECK_STR(moments[0].lines[0], "Smoking status: Never smoked");
    CHECK_STR(moments[0].lines[1], "eFI2 score: 0.31 (Leeds)");
    CHECK_STR(moments[0].lines[2], "Pain: 4 of 10 (Moderate)");
}

TEST(a_role_without_the_coded_record_is_told_so)
{
    const Grant *grant = somebody(t);
    CHECK(timeline(t, grant, (MomentFilter){.kind = -1}).facts_hidden);
}

TEST(a_note_is_shown_escaped_and_cut_after_whole_letters)
{
    const Grant *grant = somebody(t);
    char text[1200];
    size_t len = 0;
    const char face[] = {'\xF0', '\x9F', '\x98', '\x80'};
    for (; len < 1000; len += sizeof face) memcpy(text + len, face, sizeof face);
    memcpy(text + len, "<b>", sizeof "<b>");
    contact(t, grant, 1, text);
    contact(t, grant, 2, "<script>alert(1)</script>");
    Timeline all = timeline(t, grant, (MomentFilter){.kind = -1});
    Str first = all.moments[0].text;
    CHECK_I64(str_chars(first), 241);
    CHECK(str_ends(first, STR("\xF0\x9F\x98\x80\xE2\x80\xA6")));
    RecordDay day = {all.moments[1].day, &all.moments[1], 1};
    Buf buf = buf_new((size_t)64 * 1024);
    record_days(&buf, &day, 1, t->arena);
    CHECK_LACKS(buf_str(&buf), "<script>");
    CHECK_CONTAINS(buf_str(&buf), "&lt;script&gt;");
    CHECK_CONTAINS(buf_str(&buf), "Telephone");
    buf_free(&buf);
}

static bool overview_names(Test *t, const Grant *grant, Role role, const char *words)
{
    enum { PAGE_BYTES_MAX = 1024 * 1024 };
    test_actor(t, role);
    CLEANUP(buf_free) Buf body = buf_new(PAGE_BYTES_MAX);
    Request req = {.method = STR("GET"), .path = STR("/people/x"), .grant = grant};
    Response res = {.body = body};
    CHECK_STR(str_from_c(RECORD_ROOM.routes[0].path), "/people/:person");
    CHECK_OK(RECORD_ROOM.routes[0].handler(t->c, &req, &res));
    body = res.body;
    size_t at = 0;
    return str_find(buf_str(&body), str_from_c(words), &at);
}

TEST(what_comes_of_the_coded_record_is_not_on_the_page_of_practice_staff)
{
    const Grant *grant = somebody(t);
    CHECK(overview_names(t, grant, ROLE_PRACTICE_STAFF, "Usual GP"));
    CHECK(!overview_names(t, grant, ROLE_PRACTICE_STAFF, "Frailty"));
    CHECK(!overview_names(t, grant, ROLE_PRACTICE_STAFF, "Conditions</dt>"));
}

TEST(lists_of_one_day_stand_once_and_bury_no_opening)
{
    AccessRow rows[9];
    for (int i = 0; i < 9; i++) {
        rows[i] = (AccessRow){.seq = 100 - i,
                              .at = {t->c->now.ms - (int64_t)i * 1000},
                              .actor_name = STR("Priya Nair"),
                              .role = ROLE_CARE_COORDINATOR,
                              .verb = VERB_LIST,
                              .what = i % 2 == 0 ? STR("/today") : STR("/caseload")};
    }
    rows[3] = (AccessRow){.seq = 97,
                          .at = rows[3].at,
                          .actor_name = STR("Tom Ashworth"),
                          .verb = VERB_VIEW,
                          .what = STR("/people/:person")};
    rows[8].at.ms -= DAY_MS; // another day
    SeenLook looks[9];
    size_t taken = 0;
    CHECK_I64((int64_t)seen_fold(rows, 9, looks, 9, &taken), 4);
    CHECK_I64((int64_t)taken, 9);
    CHECK_I64(looks[0].times, 4);
    CHECK_I64(looks[1].times, 3);
    CHECK_STR(looks[2].row->actor_name, "Tom Ashworth");
    CHECK_I64(looks[2].times, 1);
    CHECK_I64(looks[3].times, 1);
    // Openings are never folded, and a full page says where the next one begins.
    for (int i = 0; i < 9; i++) rows[i].verb = VERB_VIEW;
    CHECK_I64((int64_t)seen_fold(rows, 9, looks, 5, &taken), 5);
    CHECK_I64((int64_t)taken, 5);
}

// As many coded facts as are said, a day each.
static void load_facts(Test *t, int count)
{
    Loader *load = NULL;
    int32_t slot = 0;
    int32_t code = 0;
    BatchStart start = {.format = STR("test"), .file_name = STR("facts"), .extract_on = DATE_NONE};
    PersonImport in = {.source_id = STR("f")};
    in.person = (Person){.family = STR("MANY"),
                         .given = STR("Facts"),
                         .born = {-7000},
                         .died = DATE_NONE,
                         .registration = REGISTRATION_CURRENT,
                         .registration_on = DATE_NONE,
                         .practice_name = STR("Practice X26101")};
    CHECK_OK(load_begin(t->c, &start, &load));
    CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
    CHECK_OK(load_code(load, STR("snomed"), STR("160689007"), STR("Housebound"), &code));
    for (int i = 0; i < count; i++) {
        EventRow row = {.person = slot,
                        .day = t->c->today.days - 1 - i,
                        .code_id = code,
                        .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

// Everybody is on the actor's caseload.
static Err on_caseload(Ctx *c, PersonId person, RelationshipKind *out)
{
    (void)c;
    (void)person;
    *out = RELATIONSHIP_CASELOAD;
    return ERR_OK;
}

static const Room CASELOAD = {.name = "caseload", .relationship = on_caseload};
static const Room *const ROOMS[] = {&CASELOAD};

static Timeline of_many_facts(Test *t)
{
    PersonRow *found = NULL;
    size_t count = 0;
    bool more = false;
    CHECK_OK(person_find(t->c, STR("MANY"), &found, &count, &more));
    CHECK_I64((int64_t)count, 1);
    const Grant *grant = access_program_grant(t->c, found[0].id, CLASS_CARE);
    test_core(t)->rooms = ROOMS;
    test_core(t)->room_count = COUNT_OF(ROOMS);
    test_actor(t, ROLE_GP_SUPERVISOR);
    return timeline(t, grant, (MomentFilter){.kind = -1});
}

TEST(a_record_that_is_longer_than_its_timeline_says_so)
{
    load_facts(t, EVENTS_OF_PERSON_MAX + 1);
    CHECK(of_many_facts(t).facts_older);
    TimelinePage page = {.facts_older = true, .page = {.c = t->c}};
    CLEANUP(buf_free) Buf html = buf_new((size_t)1024 * 1024);
    timeline_page(&html, &page);
    CHECK_CONTAINS(buf_str(&html), "the latest 2,000 are here");
}

TEST(a_record_that_is_whole_on_its_timeline_says_nothing_of_more)
{
    load_facts(t, 3);
    CHECK(!of_many_facts(t).facts_older);
}

// Contacts and tasks as years of work leave them, one a day back from yesterday.
static void many(Test *t, const Grant *grant, int contacts, int tasks)
{
    long long person = (long long)grant_person(grant).v;
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) "
                          "INSERT INTO contact (ref, person_id, mode, outcome, at, minutes, "
                          "present, interpreter_used, own_words, done, next_step, next_owner, "
                          "no_next_reason, by_account, by_name, in_error, error_reason, "
                          "changed_at, version) SELECT 'many-' || i, %lld, 1, 1, "
                          "%lld - i * 86400000, 5, '', 0, '', 'Contact ' || i, '', 0, 'None', 1, "
                          "'Priya', 0, '', 0, 1 FROM n",
                          contacts, person, (long long)t->c->now.ms)
                    .ptr);
    test_sql(t, arena_fmt(t->arena,
                          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                          "WHERE i < %d) "
                          "INSERT INTO task (ref, person_id, what, detail, owner, owner_name, due, "
                          "due_minutes, waiting, state, source, source_ref, created_at, done_at, "
                          "changed_at, version) SELECT 'task-' || i, %lld, 'Task ' || i, '', 1, "
                          "'Priya', 20000 - i, -1, 0, 2, 1, '', 0, %lld - i * 86400000, 0, 1 "
                          "FROM n",
                          tasks, person, (long long)t->c->now.ms)
                    .ptr);
}

TEST(what_is_older_than_a_full_list_is_told_and_found_by_its_day)
{
    const Grant *grant = somebody(t);
    many(t, grant, CONTACTS_OF_PERSON_MAX + 30, 900);
    Timeline all = timeline(t, grant, (MomentFilter){.kind = -1});
    CHECK_I64(all.total, CONTACTS_OF_PERSON_MAX + 900); // none took another's place
    Date cut =
        instant_date_london((Instant){t->c->now.ms - (int64_t)CONTACTS_OF_PERSON_MAX * DAY_MS});
    CHECK_I64(all.whole_from.days, cut.days);
    CHECK(date_is_none(timeline(t, grant, (MomentFilter){.kind = MOMENT_TASK}).whole_from));
    Timeline before = timeline(t, grant, (MomentFilter){.kind = -1, .until = &cut});
    CHECK_I64(before.total, 31); // that day's too
    CHECK(date_is_none(before.whole_from));
    CHECK_STR(before.moments[30].text, "Contact 2030");
}

TEST(the_newest_of_many_tasks_that_are_done_are_kept)
{
    const Grant *grant = somebody(t);
    many(t, grant, 1, TASKS_OF_PERSON_MAX + 5);
    Task *tasks = NULL;
    size_t count = 0;
    CHECK_OK(task_of_person(t->c, grant, false, &tasks, &count));
    CHECK_I64((int64_t)count, TASKS_OF_PERSON_MAX);
    CHECK_STR(tasks[0].what, "Task 1");
    Timeline all = timeline(t, grant, (MomentFilter){.kind = MOMENT_TASK});
    CHECK_STR(all.moments[0].title, "Done: Task 1");
    CHECK_I64(date_days_between(all.whole_from, t->c->today), TASKS_OF_PERSON_MAX);
}

// A page of the person as the room's own route answers it.
static Str page_of_room(Test *t, const Room *room, const char *path, const Grant *grant,
                        const Pair *query, size_t query_count)
{
    enum { PAGE_BYTES_MAX = 4 * 1024 * 1024 };
    for (size_t i = 0; i < room->route_count; i++) {
        const Route *route = &room->routes[i];
        if (strcmp(route->method, "GET") != 0 || strcmp(route->path, path) != 0) continue;
        Request req = {.method = STR("GET"),
                       .route = route,
                       .grant = grant,
                       .query = query,
                       .query_count = query_count};
        Response res = {.body = buf_new(PAGE_BYTES_MAX)};
        CHECK_OK(route->handler(t->c, &req, &res));
        Str body = arena_str(t->arena, buf_str(&res.body));
        buf_free(&res.body);
        return body;
    }
    CHECK(false);
    return STR("");
}

TEST(tasks_that_are_done_have_pages_and_the_last_leads_to_the_timeline)
{
    static const char PATH[] = "/people/:person/tasks";
    const Grant *grant = somebody(t);
    many(t, grant, 1, TASKS_OF_PERSON_MAX + 5);
    test_sql(t, "UPDATE task SET state = 1, done_at = NULL WHERE ref = 'task-7'");
    Str first = page_of_room(t, &TASK_ROOM, PATH, grant, NULL, 0);
    CHECK_CONTAINS(first, ">Task 7<");
    CHECK_CONTAINS(first, "<li>Task 1,");
    CHECK_CONTAINS(first, "<li>Task 51,"); // fifty of them: the seventh is open
    CHECK_LACKS(first, "<li>Task 52,");
    CHECK_CONTAINS(first, "/tasks?page=2\"");
    CHECK_LACKS(first, "stands in the timeline");
    Pair query[] = {{STR("page"), STR("2")}};
    Str second = page_of_room(t, &TASK_ROOM, PATH, grant, query, 1);
    CHECK_CONTAINS(second, ">Task 7<"); // what is open stands on each page
    CHECK_LACKS(second, "<li>Task 51,");
    CHECK_CONTAINS(second, "<li>Task 52,");
    query[0].value = STR("20");
    Str last = page_of_room(t, &TASK_ROOM, PATH, grant, query, 1);
    CHECK_CONTAINS(last, "<li>Task 1001,");
    CHECK_LACKS(last, "<li>Task 1002,");
    Date day = instant_date_london((Instant){t->c->now.ms - (int64_t)1001 * DAY_MS});
    CHECK_CONTAINS(last, arena_fmt(t->arena, "/timeline?type=tasks&amp;until=" STR_FMT "\"",
                                   STR_ARG(date_iso(t->arena, day)))
                             .ptr);
}

TEST(more_open_tasks_than_are_read_are_told)
{
    const Grant *grant = somebody(t);
    many(t, grant, 1, TASKS_OF_PERSON_MAX);
    test_sql(t, "UPDATE task SET state = 1, done_at = NULL");
    Str page = page_of_room(t, &TASK_ROOM, "/people/:person/tasks", grant, NULL, 0);
    CHECK_CONTAINS(page, "The 1,000 that are due first");
    test_sql(t, "UPDATE task SET state = 2, done_at = 1 WHERE ref = 'task-9'");
    CHECK_LACKS(page_of_room(t, &TASK_ROOM, "/people/:person/tasks", grant, NULL, 0),
                "that are due first");
}

TEST(the_timelines_page_leads_to_what_is_older_and_keeps_the_filter)
{
    static const char PATH[] = "/people/:person/timeline";
    const Grant *grant = somebody(t);
    many(t, grant, CONTACTS_OF_PERSON_MAX + 30, 1);
    Date cut =
        instant_date_london((Instant){t->c->now.ms - (int64_t)CONTACTS_OF_PERSON_MAX * DAY_MS});
    Str day = date_iso(t->arena, cut);
    Pair query[] = {{STR("type"), STR("contacts")}, {STR("until"), day}};
    Str page = page_of_room(t, &RECORD_ROOM, PATH, grant, query, 1);
    CHECK_CONTAINS(page, "Not everything before ");
    CHECK_CONTAINS(page,
                   arena_fmt(t->arena, "?type=contacts&amp;until=" STR_FMT "\"", STR_ARG(day)).ptr);
    Str older = page_of_room(t, &RECORD_ROOM, PATH, grant, query, 2);
    CHECK_CONTAINS(older, "<p>Contact 2000 "); // the day that may have been cut through is whole
    CHECK_CONTAINS(older, "<p>Contact 2001 ");
    CHECK_LACKS(older, "<p>Contact 1999 ");
    CHECK_LACKS(older, "Not everything before ");
    CHECK_CONTAINS(older,
                   arena_fmt(t->arena, "name=\"until\" value=\"" STR_FMT "\"", STR_ARG(day)).ptr);
}
