// report_impact_test.c -- which days stand before support began, which after, and which in neither.
#include "insight/population/population.h"
#include "insight/report/report_impact.h"
#include "test/fixture.h"

#define ADMISSION "183452005" // emergency hospital admission, of the set unplanned-admission

static void admit(Test *t, Loader *load, int32_t slot, const char *day)
{
    int32_t code = 0;
    Date on = DATE_NONE;
    CHECK_OK(load_code(load, STR("snomed"), STR(ADMISSION), STR("Admission"), &code));
    CHECK(date_parse_iso(str_from_c(day), &on));
    EventRow row = {.person = slot, .day = on.days, .code_id = code, .kind = EVENT_ENCOUNTER};
    CHECK_OK(load_event(load, &row));
}

static CohortEngine *begin(Test *t, const char *const *days, size_t day_count)
{
    CohortEngine *engine = NULL;
    Loader *load = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    BatchStart start = {.format = STR("test"), .file_name = STR("days"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (int i = 0; i < 2; i++) {
        int32_t slot = 0;
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%d", i)};
        in.person = (Person){.family = i == 0 ? STR("ADAMS") : STR("BAKER"),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -70),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Millfield")};
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
        for (size_t d = 0; i == 0 && d < day_count; d++) admit(t, load, slot, days[d]);
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    return engine;
}

static void add_case(Test *t, const char *family, const char *accepted)
{
    Date on = DATE_NONE;
    CHECK(date_parse_iso(str_from_c(accepted), &on));
    long long at = (long long)on.days * DAY_MS + DAY_MS / 2;
    Str sql = arena_fmt(
        t->arena,
        "INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account, lead_name,"
        " supervisor_account, supervisor_name, cohort, reasons, end_reason, attempts, offered_at,"
        " accepted_at, closed_at, changed_at, version)"
        " SELECT 'case' || (SELECT count(*) FROM care_case), id, 5, 1, 1, 0, '', 0, '', '', '',"
        " '', 0, %lld, %lld, %lld, 0, 1 FROM person WHERE family = '%s'",
        at, at, at + 40LL * DAY_MS, family);
    test_sql(t, arena_c(t->arena, sql));
    store_refresh(t->c->core->store, t->c->db);
}

static Impact *ask(Test *t, const char *month)
{
    ReportMonth of;
    Impact *impact = ARENA_NEW(t->arena, Impact);
    if (t->c->actor.account_id == 0) test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK(month_parse(str_from_c(month), &of));
    CHECK_OK(report_impact(t->c, of, impact));
    return impact;
}

TEST(a_year_before_and_a_year_from_two_months_after)
{
    static const char *const DAYS[] = {
        "2024-06-14",                             // more than a year before
        "2024-06-15", "2025-06-14", "2025-06-14", // the year before: 2 days
        "2025-06-15", "2025-08-14",               // the two months that settle
        "2025-08-15", "2026-01-01", "2026-08-14", // the year after: 3 days
        "2026-08-15",
    };
    CohortEngine *engine = begin(t, DAYS, COUNT_OF(DAYS));
    add_case(t, "ADAMS", "2025-06-15");
    Impact *impact = ask(t, "2026-10");
    CHECK_I64((int64_t)impact->count, 1);
    const ImpactLine *line = impact_line_of(impact, STR("admissions"));
    CHECK(line != NULL);
    CHECK_I64(impact->people[0].before[line - impact->lines], 2);
    CHECK_I64(impact->people[0].after[line - impact->lines], 3);
    CHECK(impact_line_of(impact, STR("appointments")) == NULL); // no codes are known
    CHECK(impact_line_of(impact, STR("'; DROP")) == NULL);
    cohort_engine_free(engine);
}

TEST(people_count_once_both_years_are_over_and_for_twelve_months)
{
    CohortEngine *engine = begin(t, NULL, 0);
    add_case(t, "ADAMS", "2024-09-01");
    add_case(t, "ADAMS", "2025-03-01");
    add_case(t, "BAKER", "2025-08-31");
    Impact *impact = ask(t, "2026-10"); // from 1 September 2024 to 31 August 2025
    CHECK_STR(date_iso(t->arena, impact->from), "2024-09-01");
    CHECK_STR(date_iso(t->arena, impact->until), "2025-08-31");
    CHECK_I64((int64_t)impact->count, 2);
    CHECK_STR(date_iso(t->arena, impact->people[0].began), "2024-09-01");
    impact = ask(t, "2026-09");
    CHECK_I64((int64_t)impact->count, 1); // BAKER's year after is not over
    impact = ask(t, "2026-11");
    CHECK_STR(date_iso(t->arena, impact->people[0].began), "2025-03-01");
    cohort_engine_free(engine);
}
