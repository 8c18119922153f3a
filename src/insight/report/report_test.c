// report_test.c -- each number is the length of its list, by days that are written down.
#include "insight/population/population.h"
#include "insight/report/report.h"
#include "insight/report/report_count.h"
#include "insight/report/report_month.h"
#include "test/cohorts.h"
#include "test/fixture.h"

// Two practices of two people each: ADAMS and BAKER with the first, CLARK and DAVIS with the other.
static const char *const FAMILIES[] = {"ADAMS", "BAKER", "CLARK", "DAVIS"};

static void code_someone(Test *t, Loader *load, int32_t slot, int year, int month, int day)
{
    int32_t code = 0;
    EventRow row = {.person = slot, .kind = EVENT_PROCEDURE};
    Date on = DATE_NONE;
    CHECK_OK(load_code(load, STR("snomed"), STR("871731000000106"), STR("Referral"), &code));
    CHECK(date_from_ymd(year, month, day, &on));
    row.day = on.days;
    row.code_id = code;
    CHECK_OK(load_event(load, &row));
}

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = NULL;
    Loader *load = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    BatchStart start = {.format = STR("test"), .file_name = STR("people"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = 0; i < COUNT_OF(FAMILIES); i++) {
        int32_t slot = 0;
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person = (Person){.family = str_from_c(FAMILIES[i]),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -70),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = i < 2 ? STR("Millfield") : STR("Riverside")};
        CHECK_OK(load_person(load, &in, i < 2 ? STR("X26101") : STR("X26102"), &slot));
        if (i == 0) { // twice in October, once before the year
            code_someone(t, load, slot, 2026, 10, 1);
            code_someone(t, load, slot, 2026, 10, 31);
            code_someone(t, load, slot, 2025, 10, 31);
        }
        if (i == 2) code_someone(t, load, slot, 2026, 11, 1);
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
    return engine;
}

static int64_t person_named(Test *t, const char *family)
{
    PersonFact *facts = NULL;
    size_t count = 0;
    CHECK_OK(person_facts(t->c, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        PersonRow *row = NULL;
        CHECK_OK(person_rows(t->c, &facts[i].id, 1, &row));
        if (str_starts(row->name, str_from_c(family))) return facts[i].id.v;
    }
    return 0;
}

// A London day as the store keeps moments: noon, or "NULL".
static Str at_noon(Test *t, const char *day)
{
    Date date = DATE_NONE;
    if (day == NULL) return STR("NULL");
    CHECK(date_parse_iso(str_from_c(day), &date));
    return arena_fmt(t->arena, "%lld", (long long)date.days * DAY_MS + DAY_MS / 2);
}

static void add_case(Test *t, const char *family, int state, const char *offered,
                     const char *accepted, const char *ended)
{
    Str sql = arena_fmt(
        t->arena,
        "INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account, lead_name,"
        " supervisor_account, supervisor_name, cohort, reasons, end_reason, attempts, offered_at,"
        " accepted_at, closed_at, changed_at, version)"
        " SELECT 'case' || count(*), %lld, %d, 1, 1, 0, 'Priya', 0, '', '', '', 'Moved away', 0,"
        " " STR_FMT ", " STR_FMT ", " STR_FMT ", 0, 1 FROM care_case",
        (long long)person_named(t, family), state, STR_ARG(at_noon(t, offered)),
        STR_ARG(at_noon(t, accepted)), STR_ARG(at_noon(t, ended)));
    test_sql(t, arena_c(t->arena, sql));
}

static void add_plan(Test *t, const char *family, const char *on)
{
    Str sql = arena_fmt(
        t->arena,
        "INSERT INTO plan_version (ref, person_id, number, agreed, agreed_by, agreed_role,"
        " agreed_how, reason, agreed_at, author_name, body)"
        " SELECT 'plan' || count(*), %lld, count(*), 1, '', '', '', '', " STR_FMT
        ", '', '' FROM plan_version",
        (long long)person_named(t, family), STR_ARG(at_noon(t, on)));
    test_sql(t, arena_c(t->arena, sql));
}

static void add_contact(Test *t, const char *family, const char *on, int outcome, int in_error)
{
    Str sql = arena_fmt(
        t->arena,
        "INSERT INTO contact (ref, person_id, mode, outcome, at, minutes, present,"
        " interpreter_used, own_words, done, next_step, next_owner, no_next_reason, by_account,"
        " by_name, in_error, error_reason, changed_at, version)"
        " SELECT 'contact' || count(*), %lld, 1, %d, " STR_FMT
        ", 10, '', 0, '', '', '', 0, '', 0, '', %d, '', 0, 1 FROM contact",
        (long long)person_named(t, family), outcome, STR_ARG(at_noon(t, on)), in_error);
    test_sql(t, arena_c(t->arena, sql));
}

// One number; its list must be as long as it says, by practice too.
static const ReportNumber *number(Test *t, const char *key, const char *month)
{
    ReportLine *lines = NULL;
    size_t count = 0;
    Str why = STR("");
    ReportMonth of;
    ReportFacts *facts = ARENA_NEW(t->arena, ReportFacts);
    if (t->c->actor.account_id == 0) test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK(month_parse(str_from_c(month), &of));
    CHECK_OK(report_lines(t->arena, &lines, &count, &why));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(report_facts(t->c, lines, count, month_year_begin(of), of, facts));
    const ReportLine *line = report_line_of(lines, count, str_from_c(key));
    CHECK(line != NULL);
    const ReportNumber *n = report_number(t->c, facts, line, of, WITH_ENTRIES);
    int64_t parts = 0;
    for (size_t i = 0; i <= facts->scope->count; i++) parts += n->at[i];
    CHECK_I64(parts, n->count);
    for (int64_t i = 1; i < n->count; i++) {
        CHECK(n->entries[i - 1].person.v <= n->entries[i].person.v);
    }
    const ReportNumber *alone = report_number(t->c, facts, line, of, WITHOUT_ENTRIES);
    CHECK_I64(alone->count, n->count);
    CHECK_I64(alone->whole, n->whole);
    return n;
}

TEST(somebody_is_active_from_the_day_support_began_to_the_day_it_ended)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_CLOSED, "2026-09-01", "2026-09-30", "2026-10-31");
    add_case(t, "BAKER", CASE_OPEN, "2026-10-01", "2026-11-01", NULL);
    add_case(t, "CLARK", CASE_OFFERED, "2026-10-01", NULL, NULL);
    add_case(t, "DAVIS", CASE_DECLINED, "2026-10-01", NULL, "2026-10-09");
    add_case(t, "DAVIS", CASE_CLOSED, "2026-01-01", "2026-01-02", "2026-05-01");
    CHECK_I64(number(t, "active", "2026-05")->count, 1); // DAVIS, to the first of its days
    CHECK_I64(number(t, "active", "2026-06")->count, 0);
    CHECK_I64(number(t, "active", "2026-08")->count, 0);
    CHECK_I64(number(t, "active", "2026-09")->count, 1); // ADAMS, from its last day
    CHECK_I64(number(t, "active", "2026-10")->count, 1); // to its last day
    CHECK_I64(number(t, "active", "2026-11")->count, 1); // BAKER, from its first
    CHECK_I64(number(t, "closed", "2026-10")->count, 1);
    CHECK_STR(number(t, "closed", "2026-10")->entries[0].note, "Moved away");
    CHECK_I64(number(t, "closed", "2026-11")->count, 0);
    CHECK_I64(number(t, "offered", "2026-10")->count, 3);
    CHECK_I64(number(t, "accepted", "2026-11")->count, 1);
    CHECK_I64(number(t, "declined", "2026-10")->count, 1);
    CHECK_I64(number(t, "unanswered", "2026-10")->count, 0);
    cohort_engine_free(engine);
}

TEST(a_person_counts_once_however_many_cases_they_had)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_CLOSED, "2026-10-01", "2026-10-02", "2026-10-05");
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-20", "2026-10-21", NULL);
    CHECK_I64(number(t, "active", "2026-10")->count, 1);
    CHECK_I64(number(t, "accepted", "2026-10")->count, 1);
    CHECK_I64(number(t, "plan-active", "2026-10")->whole, 1);
    cohort_engine_free(engine);
}

TEST(a_plan_counts_for_twelve_months)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_OPEN, "2025-01-01", "2025-01-02", NULL);
    add_case(t, "CLARK", CASE_OPEN, "2025-01-01", "2025-01-02", NULL);
    add_plan(t, "ADAMS", "2025-10-31");
    add_plan(t, "CLARK", "2025-11-01");
    const ReportNumber *n = number(t, "plan-active", "2026-10");
    CHECK_I64(n->count, 1); // CLARK: on 31 October 2026 the other's is a year old
    CHECK_I64(n->whole, 2);
    CHECK_I64(n->entries[0].person.v, person_named(t, "CLARK"));
    CHECK_I64(number(t, "no-plan", "2026-10")->count, 1);
    CHECK_I64(number(t, "plan-active", "2026-09")->count, 2);
    CHECK_I64(number(t, "plan-agreed", "2025-11")->count, 1);
    cohort_engine_free(engine);
}

TEST(contacts_count_when_somebody_was_spoken_with)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_OFFERED, "2026-10-10", NULL, NULL);
    add_case(t, "CLARK", CASE_OFFERED, "2026-10-10", NULL, NULL);
    add_contact(t, "ADAMS", "2026-10-24", CONTACT_SPOKE, 0); // the fourteenth day
    add_contact(t, "ADAMS", "2026-10-30", CONTACT_SPOKE, 0);
    add_contact(t, "ADAMS", "2026-10-31", CONTACT_NO_ANSWER, 0);
    add_contact(t, "CLARK", "2026-10-11", CONTACT_SPOKE, 1); // entered in error
    add_contact(t, "CLARK", "2026-10-25", CONTACT_SPOKE, 0); // a day too late
    CHECK_I64(number(t, "contacts", "2026-10")->count, 3);
    CHECK_I64(number(t, "spoken", "2026-10")->count, 2);
    CHECK_I64(number(t, "spoken-soon", "2026-10")->count, 1);
    CHECK_I64(number(t, "spoken-soon", "2026-10")->whole, 2);
    cohort_engine_free(engine);
}

TEST(codes_count_once_a_person_in_the_month_of_their_day)
{
    CohortEngine *engine = begin(t);
    const ReportNumber *n = number(t, "sp-referral", "2026-10");
    CHECK(n->known);
    CHECK_I64(n->count, 1);
    CHECK_I64(number(t, "sp-referral", "2026-11")->count, 1);
    CHECK_I64(number(t, "sp-referral", "2026-09")->count, 0);
    n = number(t, "ended", "2026-10"); // no codes are known: that is not nought
    CHECK(!n->known);
    cohort_engine_free(engine);
}

TEST(a_gp_sees_the_people_of_the_own_practice)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    add_case(t, "CLARK", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    CHECK_I64(number(t, "active", "2026-10")->count, 2);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64(number(t, "active", "2026-10")->count, 1);
    CHECK_I64(
        number(t, "sp-referral", "2026-10")->count + number(t, "sp-referral", "2026-11")->count, 1);
    cohort_engine_free(engine);
}

static ReportMonth of_month(Test *t, const char *key)
{
    ReportMonth month;
    CHECK(month_parse(str_from_c(key), &month));
    (void)t;
    return month;
}

static ReportedLine kept_line(Test *t, const char *month, const char *key)
{
    ReportScope scope;
    ReportedMonth kept;
    CHECK_OK(report_scope(t->c, &scope));
    CHECK_OK(report_month_kept(t->c, of_month(t, month), &scope, &kept));
    for (size_t i = 0; i < kept.line_count; i++) {
        if (str_eq(kept.lines[i].key, str_from_c(key))) return kept.lines[i];
    }
    CHECK(false);
    return (ReportedLine){0};
}

TEST(a_month_that_was_reported_stays_as_it_was)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    add_contact(t, "ADAMS", "2026-10-10", CONTACT_SPOKE, 0);
    CHECK_I64(number(t, "contacts", "2026-10")->count, 1);
    CHECK_OK(report_month_keep(t->c, of_month(t, "2026-10")));
    add_contact(t, "ADAMS", "2026-10-11", CONTACT_SPOKE, 0); // entered after it was reported
    CHECK_I64(number(t, "contacts", "2026-10")->count, 2);
    CHECK_I64(kept_line(t, "2026-10", "contacts").count, 1);
    ReportedLine active = kept_line(t, "2026-10", "plan-active");
    CHECK(active.known && active.has_whole);
    CHECK_I64(active.count, 0);
    CHECK_I64(active.whole, 1);
    CHECK(!kept_line(t, "2026-10", "ended").known); // no codes then: not nought
    CHECK_ERR(report_month_keep(t->c, of_month(t, "2026-10")), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "kept already");
    CHECK_I64(test_count(t, "report_month"), 1);
    cohort_engine_free(engine);
}

TEST(only_a_month_that_is_over_is_kept_and_only_by_those_who_report_it)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_ERR(report_month_keep(t->c, month_of(t->c->today)), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "that is over");
    static const Role NOT[] = {ROLE_GP_SUPERVISOR, ROLE_LINK_WORKER, ROLE_ADMINISTRATOR};
    for (size_t i = 0; i < COUNT_OF(NOT); i++) {
        test_actor(t, NOT[i]);
        CHECK_ERR(report_month_keep(t->c, of_month(t, "2026-10")), ERR_NOT_FOUND);
    }
    CHECK_I64(test_count(t, "report_month"), 0);
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_OK(report_month_keep(t->c, of_month(t, "2026-10")));
    ReportedMonth *all = NULL;
    size_t count = 0;
    CHECK_OK(report_months_kept(t->c, &all, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_I64(all[0].month.last.days, of_month(t, "2026-10").last.days);
    cohort_engine_free(engine);
}

TEST(a_gp_sees_of_a_kept_month_what_is_of_the_own_practice)
{
    CohortEngine *engine = begin(t);
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    add_case(t, "CLARK", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    CHECK_I64(number(t, "active", "2026-10")->count, 2);
    CHECK_OK(report_month_keep(t->c, of_month(t, "2026-10")));
    CHECK_I64(kept_line(t, "2026-10", "active").count, 2);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64(kept_line(t, "2026-10", "active").count, 1);
    CHECK_I64(kept_line(t, "2026-10", "plan-active").whole, 1);
    cohort_engine_free(engine);
}

static const Route *route_of(const char *path)
{
    for (size_t i = 0; i < REPORT_ROOM.route_count; i++) {
        if (strcmp(REPORT_ROOM.routes[i].path, path) == 0) return &REPORT_ROOM.routes[i];
    }
    return NULL;
}

static Err ask(Test *t, const char *path, const Pair *query, size_t count, Response *res)
{
    Request req = {.route = route_of(path), .query = query, .query_count = count};
    *res = (Response){.body = buf_new((size_t)4 * 1024 * 1024)};
    store_refresh(t->c->core->store, t->c->db);
    assert(req.route != NULL);
    Err err = req.route->handler(t->c, &req, res);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

// Of a page, everything but what changes with each request.
static Str shown_to_manager(Test *t, const char *path, const Pair *query, size_t count)
{
    Response res;
    CHECK_OK(ask(t, path, query, count, &res));
    Str text = arena_str(t->arena, buf_str(&res.body));
    buf_free(&res.body);
    return text;
}

TEST(a_manager_reads_figures_and_nobody_can_be_told_from_them)
{
    CohortEngine *engine = begin(t);
    const Room *rooms[] = {&REPORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    Actor program = t->c->actor;
    Pair line[] = {{STR("line"), STR("active")}, {STR("practice"), STR("1")}};
    test_actor(t, ROLE_PCN_MANAGER);
    Str none = shown_to_manager(t, "/reports", line, 2);
    CHECK_CONTAINS(none, "Nothing of October 2026 was kept.");
    CHECK_LACKS(none, "fewer than 5");
    t->c->actor = program;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(report_months_keep(t->c));
    test_actor(t, ROLE_PCN_MANAGER);
    Str page = shown_to_manager(t, "/reports", line, 2);
    CHECK_CONTAINS(page, "fewer than 5");
    CHECK_CONTAINS(page, "November 2026 is kept on 1 December 2026.");
    CHECK_LACKS(page, "Nov 2026</th>");
    CHECK_LACKS(page, "/reports/people");
    CHECK_LACKS(shown_to_manager(t, "/reports/line", line, 1), "ADAMS");
    Str csv = shown_to_manager(t, "/reports/monthly.csv", line, 2);
    CHECK_CONTAINS(csv, "Active caseload,All practices,fewer than 5");
    CHECK_LACKS(csv, "Millfield");
    cohort_engine_free(engine);
}

TEST(what_happens_after_a_month_is_kept_changes_nothing_that_a_manager_reads)
{
    static const char *const PATHS[] = {"/reports", "/reports/line", "/reports/monthly.csv",
                                        "/reports/impact"};
    CohortEngine *engine = begin(t);
    const Room *rooms[] = {&REPORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(report_months_keep(t->c));
    test_actor(t, ROLE_PCN_MANAGER);
    Pair line[] = {{STR("line"), STR("active")}};
    Str before[COUNT_OF(PATHS)];
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        before[i] = shown_to_manager(t, PATHS[i], line, 1);
    }
    static const char *const LATER[] = {"BAKER", "CLARK", "DAVIS"};
    for (size_t i = 0; i < COUNT_OF(LATER); i++) {
        add_case(t, LATER[i], CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
        add_case(t, LATER[i], CASE_CLOSED, "2026-11-01", "2026-11-02", "2026-11-03");
        add_case(t, LATER[i], CASE_CLOSED, "2025-01-01", "2025-01-02", "2025-02-03");
        add_contact(t, LATER[i], "2026-10-05", CONTACT_SPOKE, 0);
    }
    for (size_t i = 0; i < COUNT_OF(PATHS); i++) {
        CHECK(str_eq(shown_to_manager(t, PATHS[i], line, 1), before[i]));
    }
    cohort_engine_free(engine);
}

TEST(a_month_that_is_over_is_kept_once_by_the_program)
{
    CohortEngine *engine = begin(t);
    bool due = false;
    ReportedMonth *all = NULL;
    size_t count = 0;
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(REPORT_JOBS[0].due(t->c, &due));
    CHECK(due);
    CHECK_OK(report_months_keep(t->c));
    CHECK_OK(report_months_kept(t->c, &all, &count));
    CHECK_I64((int64_t)count, 7); // April to October
    int64_t entries = test_count(t, "journal");
    CHECK_I64(kept_line(t, "2026-10", "active").count, 1);
    CHECK_OK(report_months_keep(t->c));
    CHECK_I64(test_count(t, "journal"), entries);
    CHECK_I64(test_count(t, "report_month"), 7);
    CHECK_OK(REPORT_JOBS[0].due(t->c, &due));
    CHECK(!due);
    // The next one when it is over, and not a day before.
    CHECK(date_parse_iso(STR("2026-11-30"), &t->c->today));
    CHECK_OK(REPORT_JOBS[0].due(t->c, &due));
    CHECK(!due);
    CHECK(date_parse_iso(STR("2026-12-01"), &t->c->today));
    CHECK_OK(REPORT_JOBS[0].due(t->c, &due));
    CHECK(due);
    cohort_engine_free(engine);
}

TEST(a_number_opens_the_people_it_counts)
{
    CohortEngine *engine = begin(t);
    const Room *rooms[] = {&REPORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    add_case(t, "ADAMS", CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Response res;
    Pair line[] = {{STR("line"), STR("active")}, {STR("month"), STR("2026-10")}};
    CHECK_OK(ask(t, "/reports/people", line, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "ADAMS, Test");
    CHECK_CONTAINS(buf_str(&res.body), "1 person, October 2026, all practices.");
    CHECK_I64((int64_t)res.shown_count, 1);
    buf_free(&res.body);
    CHECK_OK(ask(t, "/reports", line, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body),
                   "/reports/people?month=2026-10&amp;practice=0&amp;line=active");
    CHECK_CONTAINS(buf_str(&res.body), "national reference set 999036211000230104");
    buf_free(&res.body);
    CHECK_OK(ask(t, "/reports/people.csv", line, 2, &res));
    CHECK_CONTAINS(buf_str(&res.body), "\"ADAMS, Test\"");
    buf_free(&res.body);
    Pair none[] = {{STR("line"), STR("no-such")}};
    CHECK_ERR(ask(t, "/reports/people", none, 1, &res), ERR_NOT_FOUND);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

#define HEAD "key\tsection\tkind\tset\tmonths\tlabel\tmeaning\trefset\n"

TEST(a_broken_table_of_lines_is_refused_with_its_line)
{
    static const char *const WRONG[] = {
        HEAD "a\tb\tnone\t-\t0\tl\tm\t-\n", HEAD "a\tb\tactive\t-\t-1\tl\tm\t-\n",
        HEAD "a\tb\tcode-month\t-\t0\tl\tm\t-\n", HEAD "a\tb\tactive\n"};
    ReportLine *lines = NULL;
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        Str why = STR("");
        CHECK_ERR(report_lines_from(t->arena, str_from_c(WRONG[i]), &lines, &count, &why),
                  ERR_INVALID);
        CHECK_CONTAINS(why, "monthly.tsv line 2");
    }
}

TEST(months_are_read_strictly_and_years_begin_in_april)
{
    ReportMonth month;
    CHECK(month_parse(STR("2028-02"), &month));
    CHECK_STR(date_iso(t->arena, month.last), "2028-02-29");
    CHECK_STR(month_key(t->arena, month_year_begin(month)), "2027-04");
    CHECK_STR(month_name(t->arena, month), "February 2028");
    static const char *const WRONG[] = {"",        "2028-2",  "2028-13",   "2028-00",
                                        "2028/02", "1999-12", "2028-02-01"};
    for (size_t i = 0; i < COUNT_OF(WRONG); i++) {
        CHECK(!month_parse(str_from_c(WRONG[i]), &month));
    }
}

TEST(who_opted_out_of_secondary_uses_is_in_no_number)
{
    CohortEngine *engine = begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'ADAMS'");
    static const char *const FOUND[] = {"ADAMS", "BAKER"};
    for (size_t i = 0; i < COUNT_OF(FOUND); i++) {
        add_case(t, FOUND[i], CASE_OPEN, "2026-10-01", "2026-10-02", NULL);
        add_contact(t, FOUND[i], "2026-10-05", CONTACT_SPOKE, 0);
        add_plan(t, FOUND[i], "2026-10-06");
    }
    static const char *const LINES[] = {"offered", "active", "spoken", "plan-agreed"};
    Actor program = t->c->actor;
    int64_t before[COUNT_OF(LINES)];
    for (size_t i = 0; i < COUNT_OF(LINES); i++) before[i] = number(t, LINES[i], "2026-10")->count;
    t->c->actor = program;
    cohorts_opt_out(t, "9990000018,National data,opted out,2026-01-05\n");
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        CHECK_I64(number(t, LINES[i], "2026-10")->count, before[i] - 1);
    }
    cohort_engine_free(engine);
}
