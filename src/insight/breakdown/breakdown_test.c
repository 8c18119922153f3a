// breakdown_test.c -- the page, its lists and its file on the little town; and that its groups are
// those that the language's rules find.
#include "insight/breakdown/breakdown.h"
#include "insight/breakdown/breakdown_ask.h"
#include "test/cohorts.h"
#include "test/fixture.h"

enum { ANSWER_BYTES_MAX = 4 * 1024 * 1024 };

static const Route *route_of(const char *path)
{
    for (size_t i = 0; i < BREAKDOWN_ROOM.route_count; i++) {
        if (strcmp(BREAKDOWN_ROOM.routes[i].path, path) == 0) return &BREAKDOWN_ROOM.routes[i];
    }
    return NULL;
}

typedef struct Answer {
    Err err;
    int status;
    Str body;
    size_t shown;
} Answer;

static Answer get(Test *t, const char *path, const Pair *query, size_t count)
{
    Response res;
    const Route *route = route_of(path);
    CHECK(route != NULL);
    Answer out = {.err = cohorts_ask(t, route, "", query, count, &res)};
    out.body = arena_str(t->arena, buf_str(&res.body));
    out.status = res.status;
    out.shown = res.shown_count;
    buf_free(&res.body);
    return out;
}

static CohortEngine *begin_town(Test *t) // Clark objects to sharing for direct care
{
    CohortEngine *engine = cohorts_begin(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000026 WHERE family = 'CLARK'");
    cohorts_opt_out(t, "9990000026,Direct care,opted out,2026-01-05\n");
    return engine;
}

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = begin_town(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    return engine;
}

static const Pair HBA1C[] = {
    {STR_INIT("value"), STR_INIT("hba1c")},    {STR_INIT("within"), STR_INIT("12")},
    {STR_INIT("target"), STR_INIT("at-most")}, {STR_INIT("than"), STR_INIT("58")},
    {STR_INIT("by"), STR_INIT("practice")},
};

TEST(the_page_says_who_has_a_value_and_who_meets_the_target)
{
    CohortEngine *engine = begin(t);
    Answer page = get(t, "/breakdown", HBA1C, COUNT_OF(HBA1C));
    CHECK_OK(page.err);
    // Ingram has 70, Jones 58; of the others nobody has one.
    CHECK_CONTAINS(page.body, "9 people. HbA1c is recorded for 2 of them (22%) in the 12 months to "
                              "24 November 2026, and not for 7.");
    CHECK_CONTAINS(page.body, "1 person who objects to sharing for direct care is not among them.");
    CHECK_CONTAINS(page.body, "Of those with a value 1 (50%, 95% range 9.5% to 91%) meet the "
                              "target of at most 58 mmol/mol; 1 do not.");
    CHECK_CONTAINS(page.body, "the mean is 64.0 and the median 64.0 mmol/mol");
    CHECK_I64((int64_t)page.shown, 0); // no person stands on it
    CHECK(!str_find(page.body, STR("days old"), &(size_t){0}));
    test_sql(t, "UPDATE practice SET extract_on = 20000 WHERE ods_code = 'X26102'");
    page = get(t, "/breakdown", HBA1C, COUNT_OF(HBA1C));
    CHECK_CONTAINS(page.body, "The last extract of Practice X26102 is 781 days old.");
    cohort_engine_free(engine);
}

TEST(a_number_opens_as_many_people_the_farthest_from_the_target_first)
{
    CohortEngine *engine = begin(t);
    Pair query[COUNT_OF(HBA1C) + 1];
    memcpy(query, HBA1C, sizeof HBA1C);
    static const struct {
        const char *who;
        size_t people;
    } WANT[] = {{"all", 9}, {"with", 2}, {"without", 7}, {"met", 1}, {"missed", 1}};
    for (size_t i = 0; i < COUNT_OF(WANT); i++) {
        query[COUNT_OF(HBA1C)] = (Pair){STR("who"), str_from_c(WANT[i].who)};
        Answer list = get(t, "/breakdown/people", query, COUNT_OF(query));
        CHECK_OK(list.err);
        CHECK_I64((int64_t)list.shown, (int64_t)WANT[i].people);
        bool ingram = strcmp(WANT[i].who, "without") != 0 && strcmp(WANT[i].who, "met") != 0;
        if (ingram) CHECK_CONTAINS(list.body, "70 mmol/mol");
        size_t at = 0;
        CHECK(str_find(list.body, STR("JONES"), &at) ==
              (strcmp(WANT[i].who, "without") != 0 && strcmp(WANT[i].who, "missed") != 0));
    }
    query[COUNT_OF(HBA1C)].value = STR("nobody");
    CHECK_ERR(get(t, "/breakdown/people", query, COUNT_OF(query)).err, ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(what_is_wrong_is_said_and_nothing_is_counted)
{
    CohortEngine *engine = begin(t);
    static const Pair WRONG[] = {
        {STR_INIT("value"), STR_INIT("hba1c")}, {STR_INIT("target"), STR_INIT("at-most")},
        {STR_INIT("than"), STR_INIT("many")},   {STR_INIT("by"), STR_INIT("age")},
        {STR_INIT("and"), STR_INIT("age")},     {STR_INIT("at"), STR_INIT("1 May 2030")}};
    Answer page = get(t, "/breakdown", WRONG, COUNT_OF(WRONG));
    CHECK_OK(page.err);
    CHECK_I64(page.status, 422);
    CHECK_CONTAINS(page.body, "Enter the target as a number in mmol/mol, like 58");
    CHECK_CONTAINS(page.body, "Choose a second group that is not the first, or none");
    CHECK_CONTAINS(page.body, "Enter today or a day before it");
    CHECK_CONTAINS(page.body, "value=\"many\""); // what was typed is kept
    size_t at = 0;
    CHECK(!str_find(page.body, STR("is recorded for"), &at));
    CHECK_ERR(get(t, "/breakdown/people", WRONG, COUNT_OF(WRONG)).err, ERR_NOT_FOUND);
    CHECK_ERR(get(t, "/breakdown/figures.csv", WRONG, COUNT_OF(WRONG)).err, ERR_NOT_FOUND);
    static const Pair GONE[] = {{STR_INIT("of"), STR_INIT("no-such-cohort")}};
    CHECK_ERR(get(t, "/breakdown", GONE, COUNT_OF(GONE)).err, ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(a_trait_tells_those_who_have_it_from_the_rest)
{
    CohortEngine *engine = begin(t);
    static const Pair CARERS[] = {{STR_INIT("value"), STR_INIT("hba1c")},
                                  {STR_INIT("by"), STR_INIT("carer")},
                                  {STR_INIT("who"), STR_INIT("all")},
                                  {STR_INIT("group"), STR_INIT("yes")}};
    Answer page = get(t, "/breakdown", CARERS, 2);
    CHECK_OK(page.err);
    CHECK_CONTAINS(page.body, "Is a carer");
    Answer list = get(t, "/breakdown/people", CARERS, COUNT_OF(CARERS));
    CHECK_OK(list.err);
    CHECK_I64((int64_t)list.shown, 1); // Hills; Lee is one no longer
    CHECK_CONTAINS(list.body, "HILLS");
    cohort_engine_free(engine);
}

TEST(a_gp_sees_the_own_practice)
{
    CohortEngine *engine = begin_town(t);
    cohorts_account(t, ROLE_GP_SUPERVISOR);
    Answer page = get(t, "/breakdown", HBA1C, COUNT_OF(HBA1C));
    CHECK_OK(page.err);
    CHECK_CONTAINS(page.body, "6 people. HbA1c is recorded for 2 of them");
    size_t at = 0;
    CHECK(!str_find(page.body, STR("Download figures"), &at)); // takes no rows out
    cohort_engine_free(engine);
}

TEST(the_file_is_journalled_and_holds_nobody_who_opted_out)
{
    CohortEngine *engine = begin_town(t);
    test_written(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'JONES'");
    cohorts_opt_out(t, "9990000018,National data,opted out,2026-01-05\n");
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    int64_t before = test_count(t, "journal");
    Answer file = get(t, "/breakdown/figures.csv", HBA1C, COUNT_OF(HBA1C));
    CHECK_OK(file.err);
    CHECK_I64(test_count(t, "journal"), before + 1);
    CHECK_CONTAINS(file.body, "2026-11-24,Everybody registered,HbA1c,mmol/mol,12 months,"
                              "at most 58 mmol/mol,Practice,All,,,8,1,7,70.00,70.00,0,1,0.0,");
    CHECK_CONTAINS(file.body, "beyond their own care (1).");
    CHECK_CONTAINS(file.body, "sharing for direct care (1).");
    Answer page = get(t, "/breakdown", HBA1C, COUNT_OF(HBA1C)); // of their own care they are part
    CHECK_CONTAINS(page.body, "is recorded for 2 of them (22%)");
    cohort_engine_free(engine);
}

// ---- the groups are those that rules of the language find

static int64_t found_by(Test *t, const char *rule)
{
    Definition definition;
    CohortRun run = {0};
    Matching *matching = NULL;
    size_t count = 0;
    Str why = STR("");
    Str text = arena_fmt(t->arena,
                         "cohort x\nname X\npurpose X\nowner X\noffer plan\n\nall\n  %s\n", rule);
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c), text, &definition, &why));
    CohortQuestion question = {.definition = &definition, .as_at = t->c->today};
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_match(t->c, &question, &run));
    CHECK_OK(cohort_matching(t->c, &run, &matching, &count));
    cohort_run_end(&run);
    return (int64_t)count;
}

static int64_t in_group(Test *t, GroupBy by, const char *key)
{
    Definition definition;
    CohortRun run = {0};
    Str why = STR("");
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c),
                             STR("cohort x\nname X\npurpose X\nowner X\noffer plan\n\nall\n"
                                 "  registered\n"),
                             &definition, &why));
    CohortQuestion question = {.definition = &definition, .as_at = t->c->today};
    CHECK_OK(cohort_match(t->c, &question, &run));
    ValuesAsked asked = {.measure = measure_find(cohort_sets(t->c), STR("hba1c")),
                         .by = {by, GROUP_BY_NOTHING}};
    ValuesCell cell = {{str_from_c(key), STR("")}, VALUES_ALL};
    ValuedPerson *people = NULL;
    size_t count = 0;
    CHECK_OK(cohort_values_people(t->c, &run, &asked, &cell, &people, &count));
    cohort_run_end(&run);
    return (int64_t)count;
}

TEST(a_group_holds_whom_the_rule_of_the_language_finds)
{
    static const struct {
        GroupBy by;
        const char *key, *rule;
    } SAME[] = {
        {GROUP_BY_FIFTH, "1", "deprivation 1 to 2"},
        {GROUP_BY_FIFTH, "5", "deprivation 9 to 10"},
        {GROUP_BY_TENTH, "3", "deprivation 3 to 3"},
        {GROUP_BY_ETHNIC, "asian", "ethnicity asian"},
        {GROUP_BY_ETHNIC, "black", "ethnicity black"},
        {GROUP_BY_ETHNIC, "mixed", "ethnicity mixed"},
        {GROUP_BY_ETHNIC, "white", "ethnicity white"},
        {GROUP_BY_ETHNIC, "other", "ethnicity other"},
        {GROUP_BY_AGE, "0", "age under 18"},
        {GROUP_BY_AGE, "40", "age 40 to 64"},
        {GROUP_BY_AGE, "65", "age 65 to 79"},
        {GROUP_BY_AGE, "80", "age at least 80"},
        {GROUP_BY_SEX, "female", "sex female"},
        {GROUP_BY_SEX, "male", "sex male"},
        {GROUP_BY_LANGUAGE, "english", "language English"},
        {GROUP_BY_PRACTICE, "X26101", "practice X26101"},
    };
    CohortEngine *engine = cohorts_begin(t);
    test_written(
        t, "UPDATE person SET ethnicity = substr('ABCDHJLMNPRSZ', 1 + id % 13, 1),"
           " sex = 1 + id % 2, imd_decile = 1 + id % 10, opted_out = 0, version = version + 1");
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    int64_t found = 0;
    for (size_t i = 0; i < COUNT_OF(SAME); i++) {
        int64_t want = found_by(t, SAME[i].rule);
        found += want;
        CHECK_I64(in_group(t, SAME[i].by, SAME[i].key), want);
    }
    CHECK(found > 30); // it was not of nobody
    cohort_engine_free(engine);
}
