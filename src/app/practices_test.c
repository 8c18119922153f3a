// A network of a hundred practices: lists, rules, figures and forms hold every one of them.
#include "app/rooms.h"
#include "insight/cohort/cohort_more_pages.h"
#include "insight/equity/equity_pages.h"
#include "insight/report/report_month.h"
#include "test/cohorts.h"
#include "test/fixture.h"
#include "work/team/team.h"

enum { PRACTICES = 100, OF_EACH = 25, PAGE_BYTES_MAX = 8 * 1024 * 1024 };
enum { LONG_PAGE_BYTES_MAX = 150 * 1000, LONG_PAGES_MAX = 120, QUERY_MAX = 8 };
#define LAST_ODS "N00099"

// With each practice 25 people, of all ages; the first of the last two is at home and alone.
static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = NULL;
    Loader *load = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("network"),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (int i = 0; i < PRACTICES * OF_EACH; i++) {
        int practice = i / OF_EACH;
        PersonImport in = {.source_id = arena_fmt(t->arena, "n%d", i)};
        in.person = (Person){.family = arena_fmt(t->arena, "FAMILY%d", i),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -(20 + i % 60)),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = arena_fmt(t->arena, "Practice %02d", practice),
                             .sex = i % 2 == 0 ? GENDER_FEMALE : GENDER_MALE};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, arena_fmt(t->arena, "N%05d", practice), &slot));
        bool alone = i % OF_EACH == 0 && practice >= PRACTICES - 2;
        cohorts_codes(t, load, slot, alone ? "hav" : "v");
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
    test_core(t)->rooms = rooms_all(&test_core(t)->room_count);
    return engine;
}

static int64_t last_practice(Test *t)
{
    Practice last;
    CHECK_OK(practice_of_ods(t->c, STR(LAST_ODS), &last));
    return last.id;
}

static const Route *route_of(Test *t, const char *path)
{
    for (size_t i = 0; i < t->c->core->room_count; i++) {
        const Room *room = t->c->core->rooms[i];
        for (size_t k = 0; k < room->route_count; k++) {
            const Route *route = &room->routes[k];
            if (strcmp(route->method, "GET") == 0 && strcmp(route->path, path) == 0) return route;
        }
    }
    CHECK(false);
    return NULL;
}

typedef struct Asked {
    const char *path;
    Pair params[2];
    const Pair *query;
    size_t query_count;
} Asked;

static Str page(Test *t, Asked asked)
{
    Request req = {.route = route_of(t, asked.path),
                   .method = STR("GET"),
                   .param_count = COUNT_OF(asked.params),
                   .query = asked.query,
                   .query_count = asked.query_count};
    assert(req.route != NULL);
    memcpy(req.params, asked.params, sizeof asked.params);
    Response res = {.body = buf_new(PAGE_BYTES_MAX)};
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(req.route->handler(t->c, &req, &res));
    char *body = arena_alloc(t->arena, res.body.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < res.body.len; i++) { // on one line, whatever the pages' lines are
        if (res.body.ptr[i] != '\n') body[len++] = res.body.ptr[i];
    }
    buf_free(&res.body);
    return (Str){body, len};
}

// Every page of a long list as one text: none of them is long.
static Str pages(Test *t, Asked asked, const char *name)
{
    Buf all = buf_new((size_t)LONG_PAGES_MAX * LONG_PAGE_BYTES_MAX);
    Pair query[QUERY_MAX];
    for (size_t i = 0; i < asked.query_count; i++) query[i] = asked.query[i];
    Asked one = asked;
    one.query = query;
    one.query_count = asked.query_count + 1;
    bool more = true;
    int page_nr = 0;
    while (more && page_nr < LONG_PAGES_MAX) {
        Str nr = arena_fmt(t->arena, "%d", ++page_nr);
        query[asked.query_count] = (Pair){str_from_c(name), nr};
        Str body = page(t, one);
        CHECK(body.len < LONG_PAGE_BYTES_MAX);
        buf_add(&all, body);
        more = str_find(body, STR("rel=\"next\""), &(size_t){0});
    }
    CHECK(!more && page_nr > 1);
    Str text = arena_str(t->arena, buf_str(&all));
    buf_free(&all);
    return text;
}

static size_t times(Str text, Str word)
{
    size_t count = 0;
    size_t at = 0;
    while (str_find(text, word, &at)) {
        count++;
        text = str_slice(text, at + word.len, text.len);
    }
    return count;
}

#define HEADING "<span class=\"app-cell\">"
// Each stands at the head of one row of all the pages. before: its name, there.
static void rows_of_all(Test *t, Str body, const char *before)
{
    for (int i = 0; i < PRACTICES; i++) {
        Str head = arena_fmt(t->arena, "%sPractice %02d<", before, i);
        CHECK_I64((int64_t)times(body, head), 1);
    }
}

static void names_all(Test *t, Str body)
{
    for (int i = 0; i < PRACTICES; i++) {
        Str name = arena_fmt(t->arena, "Practice %02d", i);
        if (!str_find(body, name, &(size_t){0})) CHECK_CONTAINS(body, name.ptr);
    }
}

TEST(a_hundred_practices_are_all_on_the_lists)
{
    CohortEngine *engine = begin(t);
    Practice *all = NULL;
    size_t count = 0;
    int64_t beyond = -1;
    CohortData data = {0};
    CHECK_OK(practice_list(t->c, &all, &count));
    CHECK_I64((int64_t)count, PRACTICES);
    CHECK_OK(practice_beyond_lists(t->c, &beyond));
    CHECK_I64(beyond, 0);
    CHECK_OK(cohort_data(t->c, &data));
    CHECK(!str_find(data.warnings, STR("Lists and rules"), &(size_t){0}));
    CHECK_CONTAINS(data.days, "of 100 practices; 100 of them gave no date");
    test_sql(t, "UPDATE practice SET extract_on = 20777 + id % 2");
    CHECK_OK(cohort_data(t->c, &data));
    CHECK_CONTAINS(data.days, "Data as at 20 November 2026 or later, of 100 practices.");
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    Str builder =
        page(t, (Asked){"/cohorts/:key/edit", {{STR("key"), STR("housebound-alone")}}, NULL, 0});
    names_all(t, builder);
    CHECK_CONTAINS(builder, "The first 20 of 100: too few are found to compare them.");
    CHECK(builder.len < LONG_PAGE_BYTES_MAX);
    cohort_engine_free(engine);
}

TEST(a_rule_and_a_choice_find_who_is_with_the_hundredth_practice)
{
    CohortEngine *engine = begin(t);
    CLEANUP(cohort_run_end) CohortRun run = {0};
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 2);
    cohort_run_end(&run);
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), last_practice(t), &run));
    CHECK_I64((int64_t)run.people_count, 1);
    cohort_run_end(&run);
    int64_t org = last_practice(t);
    test_actor(t, ROLE_GP_SUPERVISOR);
    t->c->actor.orgs = &org;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run)); // of the own practice
    CHECK_I64((int64_t)run.people_count, 1);
    cohort_run_end(&run);
    Str why = STR("");
    Definition rule;
    Str text = STR("cohort last\nname Last\npurpose A\nowner B\noffer plan\n\nall\n"
                   "  practice " LAST_ODS "\n");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(definition_read(t->c->arena, cohort_sets(t->c), text, &rule, &why));
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){&rule, 0, t->c->today}, &run));
    CHECK_I64((int64_t)run.people_count, OF_EACH);
    cohort_engine_free(engine);
}

TEST(values_are_told_apart_by_each_of_a_hundred_practices)
{
    static const Pair HBA1C[] = {{STR_INIT("value"), STR_INIT("hba1c")},
                                 {STR_INIT("within"), STR_INIT("12")},
                                 {STR_INIT("by"), STR_INIT("practice")}};
    CohortEngine *engine = begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    const Asked asked = {"/breakdown", {{STR(""), STR("")}}, HBA1C, COUNT_OF(HBA1C)};
    rows_of_all(t, pages(t, asked, "page"), HEADING);
    cohort_engine_free(engine);
}

TEST(values_by_a_hundred_practices_and_by_sex_are_all_told_on_short_pages)
{
    static const Pair BY_PRACTICE[] = {{STR_INIT("value"), STR_INIT("hba1c")},
                                       {STR_INIT("by"), STR_INIT("practice")},
                                       {STR_INIT("and"), STR_INIT("sex")}};
    static const Pair BY_SEX[] = {{STR_INIT("value"), STR_INIT("hba1c")},
                                  {STR_INIT("by"), STR_INIT("sex")},
                                  {STR_INIT("and"), STR_INIT("practice")}};
    CohortEngine *engine = begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    Asked asked = {"/breakdown", {{STR(""), STR("")}}, BY_PRACTICE, COUNT_OF(BY_PRACTICE)};
    Str body = pages(t, asked, "page");
    rows_of_all(t, body, HEADING);               // of the first table
    rows_of_all(t, body, "hidden\">Practice: "); // and a table of each
    asked.query = BY_SEX;
    body = page(t, asked);
    CHECK_CONTAINS(body, "The 25 with the lowest share, of 100: <a href=\"/breakdown?");
    CHECK_CONTAINS(body, "by=practice&amp;and=sex&amp;");
    CHECK_I64((int64_t)times(body, STR(HEADING "Practice ")), 25);
    cohort_engine_free(engine);
}

TEST(a_months_report_holds_each_of_a_hundred_practices_also_once_it_is_kept)
{
    static const Pair ACTIVE[] = {{STR_INIT("line"), STR_INIT("active")},
                                  {STR_INIT("month"), STR_INIT("2026-10")}};
    CohortEngine *engine = begin(t);
    test_sql(t, "INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account,"
                " lead_name, supervisor_account, supervisor_name, cohort, reasons, end_reason,"
                " attempts, offered_at, accepted_at, changed_at, version)"
                " SELECT 'case' || p.id, p.id, 2, 1, 1, 0, 'Priya', 0, '', '', '', '', 0,"
                " 1790000000000, 1790000000000, 0, 1" // 21 September 2026
                " FROM person p JOIN practice o ON o.id = p.practice_id"
                " WHERE o.ods_code = '" LAST_ODS "'");
    store_refresh(t->c->core->store, t->c->db);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    const Asked line = {"/reports/line", {{STR(""), STR("")}}, ACTIVE, COUNT_OF(ACTIVE)};
    rows_of_all(t, pages(t, line, "page"), HEADING);
    Pair query[] = {ACTIVE[0], ACTIVE[1], {STR_INIT("practice"), STR_INIT("")}};
    query[2].value = arena_fmt(t->arena, "%lld", (long long)last_practice(t));
    const Asked people = {"/reports/people", {{STR(""), STR("")}}, query, COUNT_OF(query)};
    CHECK_CONTAINS(page(t, people), "FAMILY2499");
    test_actor(t, ROLE_PCN_MANAGER);
    ReportMonth month;
    CHECK(month_parse(STR("2026-10"), &month));
    CHECK_OK(report_month_keep(t->c, month));
    store_refresh(t->c->core->store, t->c->db);
    ReportScope scope;
    ReportedMonth kept;
    CHECK_OK(report_scope_kept(t->c, &scope));
    CHECK_I64((int64_t)scope.count, PRACTICES);
    CHECK_OK(report_month_kept(t->c, month, &scope, &kept));
    for (size_t i = 0; i < kept.line_count; i++) {
        const ReportedLine *held = &kept.lines[i];
        if (!str_eq(held->key, STR("active"))) continue;
        CHECK_I64(held->count, OF_EACH);
        CHECK_I64(held->number->at[report_place(&scope, last_practice(t))], OF_EACH);
        CHECK_I64(held->number->at[0], 0);
    }
    // From what was kept.
    rows_of_all(t, pages(t, line, "page"), HEADING);
    cohort_engine_free(engine);
}

TEST(figures_of_equity_tell_a_hundred_practices_apart)
{
    CohortEngine *engine = begin(t);
    Str ref = STR("");
    EquityRelease *releases = NULL;
    size_t count = 0;
    EquitySubject *all = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    CHECK_OK(equity_subject(t->c, &releases[0], STR(EQUITY_POPULATION), all));
    const EquityDimension *d = equity_dimension(all, STR("practice"));
    CHECK(d != NULL && d->group_count == PRACTICES);
    for (size_t g = 0; d != NULL && g < d->group_count; g++) {
        CHECK_I64(d->figures[g], OF_EACH);
        CHECK_STR(d->groups[g], arena_fmt(t->arena, "Practice %02zu", g).ptr);
    }
    test_actor(t, ROLE_PCN_MANAGER);
    const Asked by_practice = {
        "/equity/:subject/:dimension",
        {{STR("subject"), STR(EQUITY_POPULATION)}, {STR("dimension"), STR("practice")}},
        NULL,
        0};
    rows_of_all(t, pages(t, by_practice, "page"),
                "app-cell-wide\" role=\"cell\"><span class=\"app-cell\">");
    const Asked show = {"/equity/:subject", {{STR("subject"), STR(EQUITY_POPULATION)}}, NULL, 0};
    rows_of_all(t, pages(t, show, "page"), HEADING);
    const Asked values = {"/value-figures", {{STR(""), STR("")}}, NULL, 0};
    Str body = pages(t, values, "page");
    rows_of_all(t, body, HEADING);
    CHECK_CONTAINS(body, "of 100 groups, those with the lowest share first");
    cohort_engine_free(engine);
}

TEST(a_hundred_practices_are_on_the_overview_the_oldest_extract_first)
{
    CohortEngine *engine = begin(t);
    test_sql(t, "UPDATE practice SET extract_on = 20001");
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = '" LAST_ODS "'");
    store_refresh(t->c->core->store, t->c->db);
    test_actor(t, ROLE_PCN_MANAGER);
    const Asked asked = {"/overview", {{STR(""), STR("")}}, NULL, 0};
    Str body = pages(t, asked, "practices");
    rows_of_all(t, body, "<span class=\"app-strong\">");
    Str registered = STR("Registered people </span><span class=\"app-cell\">25<");
    CHECK_I64((int64_t)times(body, registered), PRACTICES);
    CHECK_CONTAINS(page(t, asked), "<span class=\"app-strong\">Practice 99<");
    cohort_engine_free(engine);
}

TEST(what_a_hundred_practices_sent_stands_on_several_pages_what_is_old_first)
{
    CohortEngine *engine = begin(t);
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = '" LAST_ODS "'");
    store_refresh(t->c->core->store, t->c->db);
    test_actor(t, ROLE_ADMINISTRATOR);
    const Asked asked = {"/imports", {{STR(""), STR("")}}, NULL, 0};
    rows_of_all(t, pages(t, asked, "extracts"), HEADING);
    CHECK_CONTAINS(page(t, asked), HEADING "Practice 99<");
    cohort_engine_free(engine);
}
