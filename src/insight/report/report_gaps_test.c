// report_gaps_test.c -- lists of what is not coded: whom they hold, and whom they leave out.
#include "care/caseload/caseload.h"
#include "insight/population/population.h"
#include "insight/report/report_gaps.h"
#include "test/cohorts.h"
#include "test/fixture.h"
#include "work/team/team.h"

typedef struct Someone {
    const char *family, *ods, *address, *code;
    bool restricted;
    Registration registration;
} Someone;

#define HOME "The Willows, 4 Mill Lane"
static const Someone PEOPLE[] = {
    {"ADAMS", "X26101", HOME, "160734000", false, REGISTRATION_CURRENT},
    {"BAKER", "X26101", "the willows, 4 mill lane", "394923006", false, REGISTRATION_CURRENT},
    {"CLARK", "X26101", HOME, NULL, false, REGISTRATION_CURRENT}, // the one without the code
    {"DAVIS", "X26102", HOME, NULL, false, REGISTRATION_CURRENT}, // of another practice
    {"EVANS", "X26101", HOME, NULL, true, REGISTRATION_CURRENT},  // a protected address
    {"FROST", "X26101", HOME, NULL, false, REGISTRATION_LEFT},
    {"GREEN", "X26101", "5 Mill Lane", "160734000", false, REGISTRATION_CURRENT}, // alone there
    {"HILLS", "X26101", "5 Mill Lane", NULL, false, REGISTRATION_CURRENT},
    {"INGRAM", "X26101", "", "160734000", false, REGISTRATION_CURRENT}, // no address is no home
    {"JONES", "X26101", "", "160734000", false, REGISTRATION_CURRENT},
    {"KHAN", "X26101", "", NULL, false, REGISTRATION_CURRENT},
};

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = NULL;
    Loader *load = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    BatchStart start = {.format = STR("test"), .file_name = STR("homes"), .extract_on = DATE_NONE};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = 0; i < COUNT_OF(PEOPLE); i++) {
        const Someone *who = &PEOPLE[i];
        int32_t slot = 0;
        int32_t code = 0;
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person = (Person){.family = str_from_c(who->family),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -80),
                             .died = DATE_NONE,
                             .registration = who->registration,
                             .registration_on = DATE_NONE,
                             .address = str_from_c(who->address),
                             .postcode = STR("ZZ99 1AA"),
                             .restricted = who->restricted,
                             .practice_name = str_from_c(who->ods)};
        CHECK_OK(load_person(load, &in, str_from_c(who->ods), &slot));
        if (who->code == NULL) continue;
        CHECK_OK(load_code(load, STR("snomed"), str_from_c(who->code), STR("Home"), &code));
        EventRow row = {
            .person = slot, .day = t->c->today.days - 40, .code_id = code, .kind = EVENT_CONDITION};
        CHECK_OK(load_event(load, &row));
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
    return engine;
}

// The family names of a gap's people, in the order of the list: "ADAMS CLARK".
static Str names_of(Test *t, const char *key)
{
    ReportGap *gaps = NULL;
    size_t count = 0;
    GapAnswer answer;
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(report_gaps(t->c, &gaps, &count));
    const ReportGap *gap = report_gap_of(gaps, count, str_from_c(key));
    CHECK(gap != NULL);
    CHECK_OK(report_gap_ask(t->c, gaps, count, gap, &answer));
    Str names = STR("");
    for (size_t i = 0; answer.people != NULL && i < answer.count; i++) {
        PersonRow *row = NULL;
        CHECK_OK(person_rows(t->c, &answer.people[i].person, 1, &row));
        Str rest = row->name;
        Str family = STR("");
        (void)str_split(&rest, ',', &family);
        names = arena_fmt(t->arena, STR_FMT "%s" STR_FMT, STR_ARG(names), names.len > 0 ? " " : "",
                          STR_ARG(family));
    }
    cohort_run_end(&answer.run);
    return names;
}

TEST(who_lives_with_care_home_residents_and_has_no_code_is_listed)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_STR(names_of(t, GAP_CARE_HOME_CODED), "ADAMS BAKER GREEN INGRAM JONES");
    CHECK_STR(names_of(t, GAP_CARE_HOME_ADDRESS), "CLARK DAVIS");
    cohort_engine_free(engine);
}

TEST(a_gp_is_told_of_the_own_practice_only)
{
    CohortEngine *engine = begin(t);
    Practice first;
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &first));
    test_actor(t, ROLE_GP_SUPERVISOR);
    bool own = t->c->actor.orgs[0] == first.id;
    CHECK(own);
    CHECK_STR(names_of(t, GAP_CARE_HOME_ADDRESS), "CLARK");
    cohort_engine_free(engine);
}

TEST(a_role_that_counts_is_told_nobody)
{
    CohortEngine *engine = begin(t);
    ReportGap *gaps = NULL;
    size_t count = 0;
    GapAnswer answer;
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_OK(report_gaps(t->c, &gaps, &count));
    static const char *const KEYS[] = {GAP_CARE_HOME_CODED, GAP_CARE_HOME_ADDRESS};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        const ReportGap *gap = report_gap_of(gaps, count, str_from_c(KEYS[i]));
        CHECK_ERR(report_gap_ask(t->c, gaps, count, gap, &answer), ERR_NOT_FOUND);
    }
    cohort_engine_free(engine);
}

static int64_t counted(Test *t, const char *key)
{
    ReportGapCount *counts = NULL;
    size_t count = 0;
    CHECK_OK(report_gap_counts(t->c, &counts, &count));
    for (size_t i = 0; i < count; i++) {
        if (str_eq(counts[i].key, str_from_c(key))) return counts[i].people;
    }
    return -1;
}

TEST(a_months_figures_count_gaps_without_who_opted_out_of_such_uses)
{
    CohortEngine *engine = begin(t);
    CHECK_I64(counted(t, GAP_CARE_HOME_CODED), 5);
    CHECK_I64(counted(t, GAP_CARE_HOME_ADDRESS), -1);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'GREEN'");
    cohorts_opt_out(t, "9990000018,National data,opted out,2026-01-05\n");
    CHECK_I64(counted(t, GAP_CARE_HOME_CODED), 4);
    test_actor(t, ROLE_GP_SUPERVISOR);
    ReportGapCount *counts = NULL;
    size_t count = 0;
    CHECK_ERR(report_gap_counts(t->c, &counts, &count), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(a_gap_holds_those_on_a_caseload_and_nobody_who_left_since)
{
    CohortEngine *engine = begin(t);
    test_sql(t, "INSERT INTO care_case (ref, person_id, state, stage, priority, lead_account,"
                " lead_name, supervisor_account, supervisor_name, cohort, reasons, end_reason,"
                " attempts, offered_at, changed_at, version) SELECT 'x', id, 1, 1, 1, 0, '', 0,"
                " '', '', '', '', 0, 0, 0, 1 FROM person WHERE family = 'ADAMS'");
    test_sql(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'BAKER'");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_STR(names_of(t, GAP_CARE_HOME_CODED), "ADAMS BAKER GREEN INGRAM JONES");
    test_sql(t, "UPDATE person SET registration = 2, version = 1 WHERE family = 'GREEN'");
    CHECK_STR(names_of(t, GAP_CARE_HOME_CODED), "ADAMS BAKER INGRAM JONES");
    cohort_engine_free(engine);
}

TEST(who_objects_to_sharing_for_direct_care_is_on_no_list_of_gaps)
{
    CohortEngine *engine = begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'GREEN'");
    test_sql(t, "UPDATE person SET nhs_number = 9990000026 WHERE family = 'CLARK'");
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n"
                       "9990000026,Direct care,opted out,2026-01-05\n");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_STR(names_of(t, GAP_CARE_HOME_CODED), "ADAMS BAKER INGRAM JONES");
    CHECK_STR(names_of(t, GAP_CARE_HOME_ADDRESS), "DAVIS");
    test_actor(t, ROLE_NONE);
    cohorts_opt_out(t, "9990000018,Direct care,withdrawn,2026-02-05\n");
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_STR(names_of(t, GAP_CARE_HOME_CODED), "ADAMS BAKER GREEN INGRAM JONES");
    cohort_engine_free(engine);
}

// Those of the project that cannot be asked wait for codes of medicines, and for nothing else.
TEST(every_gap_can_be_asked_or_waits_for_codes_of_medicines)
{
    CohortEngine *engine = begin(t);
    ReportGap *gaps = NULL;
    size_t count = 0;
    CHECK_OK(report_gaps(t->c, &gaps, &count));
    CHECK(count >= 20);
    for (size_t i = 0; i < count; i++) {
        bool medicine = str_starts(gaps[i].key, STR("medicine-"));
        CHECK(medicine == (gaps[i].why.len > 0));
        if (medicine) CHECK_CONTAINS(gaps[i].why, "medicine-");
        CHECK(gaps[i].name.len > 0 && gaps[i].meaning.len > 0 && gaps[i].what_to_do.len > 0);
        CHECK(report_gap_of(gaps, i, gaps[i].key) == NULL); // no key twice
    }
    cohort_engine_free(engine);
}
