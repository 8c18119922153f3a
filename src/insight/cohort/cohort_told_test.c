// cohort_told_test.c -- "why not?": each rule of anybody within the scope, and of nobody else.
#include "care/caseload/caseload.h"
#include "insight/cohort/cohort_pages.h"
#include "insight/cohort/cohort_told.h"
#include "test/cohorts.h"

static CohortTold told_of(Test *t, const CohortRun *run, const char *family)
{
    CohortTold told = {0};
    CohortAsker *asker = NULL;
    CHECK_OK(cohort_asker(t->c, run, &asker));
    CHECK_OK(cohort_told(t->c, asker, cohorts_person(t, family), &told));
    return told;
}

TEST(each_rule_says_met_not_met_or_not_recorded_with_its_fact)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("diabetes-above-target"), 0, &run));
    CohortTold jones = told_of(t, &run, "JONES"); // HbA1c 58, which is not over 58
    CHECK_I64((int64_t)jones.rule_count, 4);
    CHECK(jones.rules[0].answer == ANSWER_MET && jones.rules[1].answer == ANSWER_MET);
    CHECK_STR(jones.rules[0].facts[0].text, "Aged 53");
    CHECK(jones.rules[2].answer == ANSWER_NOT_MET);
    CHECK_STR(jones.rules[2].facts[0].text, "HbA1c 58 mmol/mol");
    CHECK_I64(jones.rules[2].facts[0].on.days, t->c->today.days - 40);
    CHECK(!jones.met && jones.left_out.len == 0);
    CohortTold khan = told_of(t, &run, "KHAN"); // no HbA1c
    CHECK(khan.rules[2].answer == ANSWER_NOT_RECORDED);
    CHECK_CONTAINS(khan.rules[2].facts[0].text, "No value is recorded");
    CohortTold ingram = told_of(t, &run, "INGRAM");
    CHECK(ingram.met && ingram.left_out.len == 0);
    cohort_engine_free(engine);
}

TEST(a_fact_of_another_time_and_what_ended_one_are_told)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CohortTold lee = told_of(t, &run, "LEE");
    CHECK(!lee.met);
    CHECK_CONTAINS(lee.rules[0].facts[0].text, "carer");
    CHECK_STR(lee.rules[0].facts[lee.rules[0].fact_count - 1].code, "199361000000101");
    CohortTold adams = told_of(t, &run, "ADAMS");
    CHECK_STR(adams.rules[0].facts[0].text, "Never recorded");
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(who_meets_every_rule_is_told_which_leave_out_it_was)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CohortTold clark = told_of(t, &run, "CLARK");
    CHECK(clark.met);
    CHECK_CONTAINS(clark.left_out, "Opted out");
    CHECK_CONTAINS(told_of(t, &run, "DAVIS").left_out, "Died");
    CHECK_CONTAINS(told_of(t, &run, "EVANS").left_out, "Left");
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

// What the pages about one person ask gives the same as the run of everybody.
static void same_of_one(Test *t, Str key, const CohortRun *all, PersonId person)
{
    CLEANUP(cohort_run_end) CohortRun one = {0};
    CohortAsker *askers[2];
    CohortTold told[2];
    CHECK_OK(cohort_run_of(t->c, key, person, &one));
    CHECK_OK(cohort_asker(t->c, all, &askers[0]));
    CHECK_OK(cohort_asker(t->c, &one, &askers[1]));
    for (size_t i = 0; i < 2; i++) CHECK_OK(cohort_told(t->c, askers[i], person, &told[i]));
    CHECK(cohort_listed(all, person) == cohort_listed(&one, person));
    CHECK(one.people_count <= 1);
    CHECK(told[0].met == told[1].met && told[0].on_caseload == told[1].on_caseload);
    CHECK_STR(told[0].left_out, told[1].left_out.ptr);
    CHECK_I64((int64_t)told[0].rule_count, (int64_t)told[1].rule_count);
    for (size_t i = 0; i < told[0].rule_count; i++) {
        const RuleTold *a = &told[0].rules[i];
        const RuleTold *b = &told[1].rules[i];
        CHECK(a->answer == b->answer && a->fact_count == b->fact_count);
        for (size_t f = 0; f < a->fact_count && f < b->fact_count; f++) {
            CHECK(str_eq(a->facts[f].text, b->facts[f].text));
            CHECK(str_eq(a->facts[f].code, b->facts[f].code));
        }
    }
}

TEST(asked_of_one_person_alone_every_cohort_says_the_same)
{
    static const char *const FAMILIES[] = {"ADAMS", "CLARK",  "DAVIS", "EVANS",
                                           "JONES", "INGRAM", "KHAN",  "LEE"};
    CohortEngine *engine = cohorts_begin(t);
    CohortSummary *cohorts = NULL;
    size_t count = 0;
    CHECK_OK(cohort_list(t->c, &cohorts, &count));
    CHECK(count >= 6); // those that the program brings
    for (size_t i = 0; i < count; i++) {
        CLEANUP(cohort_run_end) CohortRun all = {0};
        CHECK_OK(cohort_run(t->c, cohorts[i].key, 0, &all));
        for (size_t p = 0; p < COUNT_OF(FAMILIES); p++) {
            same_of_one(t, cohorts[i].key, &all, cohorts_person(t, FAMILIES[p]));
        }
    }
    cohort_engine_free(engine);
}

TEST(nothing_is_told_of_people_outside_the_scope)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    PersonId own = {0};
    PersonId other = {0};
    test_actor(t, ROLE_GP_SUPERVISOR);
    int64_t org = t->c->actor.orgs[0];
    test_actor(t, ROLE_NONE);
    PersonFact *facts = NULL;
    size_t count = 0;
    CHECK_OK(person_facts(t->c, &facts, &count));
    for (size_t i = 0; i < count; i++) {
        *(facts[i].practice_id == org ? &own : &other) = facts[i].id;
    }
    test_actor(t, ROLE_GP_SUPERVISOR);
    CohortTold told;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CohortAsker *asker = NULL;
    CHECK_OK(cohort_asker(t->c, &run, &asker));
    CHECK_OK(cohort_told(t->c, asker, own, &told));
    CHECK_ERR(cohort_told(t->c, asker, other, &told), ERR_NOT_FOUND);
    PersonId both[] = {other, own};
    CHECK_I64((int64_t)cohort_within(asker, both, 2, both), 1);
    CHECK_I64(both[0].v, own.v);
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(the_page_answers_who_was_looked_for_and_logs_the_look)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    Response res;
    Pair typed[] = {{STR("q"), STR("Clark")}};
    const Route *find = cohorts_route("POST", "/cohorts/:key/why-not");
    CHECK_OK(cohorts_ask(t, find, "housebound-alone", typed, 1, &res));
    CHECK(str_starts(res.location, STR("/cohorts/housebound-alone/why-not?s=")));
    CHECK_LACKS(res.location, "lark");
    Pair words[] = {
        {STR("s"), str_slice(res.location, res.location.len - REF_CHARS, res.location.len)}};
    buf_free(&res.body);
    const Route *page = cohorts_route("GET", "/cohorts/:key/why-not");
    CHECK_OK(cohorts_ask(t, page, "housebound-alone", words, 1, &res));
    CHECK_CONTAINS(buf_str(&res.body), "CLARK, Test");
    CHECK_I64((int64_t)res.shown_count, 1);
    buf_free(&res.body);
    Str where = arena_fmt(t->arena, "housebound-alone/" STR_FMT, STR_ARG(cohorts_ref(t, "CLARK")));
    const Route *one = cohorts_route("GET", "/cohorts/:key/why-not/:ref");
    CHECK_OK(cohorts_ask(t, one, where.ptr, NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Every rule is met. Left out of the list: Opted out");
    CHECK_CONTAINS(buf_str(&res.body), "160689007");
    CHECK(one->verb == VERB_VIEW && res.shown_count == 1);
    CHECK_I64(res.shown[0].v, cohorts_person(t, "CLARK").v);
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, find, "housebound-alone", NULL, 0, &res));
    CHECK_I64(res.status, 422);
    CHECK_CONTAINS(buf_str(&res.body), "Enter an NHS number");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

// Everybody of the housebound list; FROST objects to sharing for direct care since.
static void frost_objects(Test *t)
{
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'FROST'");
    cohorts_opt_out(t, "9990000018,Direct care,opted out,2026-01-05\n");
}

TEST(of_somebody_who_objects_to_sharing_only_that_is_told)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    frost_objects(t);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CohortTold frost = told_of(t, &run, "FROST");
    CHECK(frost.objects && !frost.met && frost.rule_count == 0);
    CHECK(!told_of(t, &run, "CLARK")
               .objects); // does not want to be contacted, which is another thing
    CohortAsker *asker = NULL;
    CHECK_OK(cohort_asker(t->c, &run, &asker));
    PersonId both[] = {cohorts_person(t, "FROST"), cohorts_person(t, "CLARK")};
    CHECK_I64((int64_t)cohort_within(asker, both, 2, both), 2);
    CHECK_I64((int64_t)cohort_sharing(asker, both, 2, both), 1);
    CHECK_I64(both[0].v, cohorts_person(t, "CLARK").v);
    cohort_run_end(&run);
    Response res;
    Str where = arena_fmt(t->arena, "housebound-alone/" STR_FMT, STR_ARG(cohorts_ref(t, "FROST")));
    const Route *one = cohorts_route("GET", "/cohorts/:key/why-not/:ref");
    CHECK_OK(cohorts_ask(t, one, where.ptr, NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "On no list: this person objects to sharing their record");
    CHECK_LACKS(buf_str(&res.body), "160689007"); // the fact by which they would be listed
    CHECK_LACKS(buf_str(&res.body), "Each rule");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

// The list names who worked it out; the columns, which give the value, do not keep that.
TEST(an_imported_score_is_told_with_who_worked_it_out)
{
    CohortEngine *engine = cohorts_begin(t);
    KeptDefinition kept;
    Str text = STR("cohort high\nname High\npurpose Test\nowner Priya\noffer plan\n\nall\n"
                   "  score efi2 at least 0.3\n");
    test_written(t,
                 "UPDATE person SET nhs_number = 9990000018, version = 2 WHERE family = 'ADAMS'");
    test_written(t,
                 "UPDATE person SET nhs_number = 9990000026, version = 2 WHERE family = 'JONES'");
    cohorts_scores(t, "9990000018,efi2,0.31,2026-01-05,Ardens\n"
                      "9990000018,efi2,0.29,2026-01-05,Another\n"
                      "9990000026,eFI2,0.4,2026-01-05,\n");
    CHECK_OK(definition_keep(t->c, &(DefinitionKeep){.text = text, .publish = true}, &kept));
    store_refresh(t->c->core->store, t->c->db);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("high"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 2);
    static const char *const WANT[] = {"eFI2 0.31 score (Ardens)",
                                       "eFI2 0.4 score (source not said)"};
    for (size_t i = 0; i < 2; i++) {
        Reason *reasons = NULL;
        size_t count = 0;
        CHECK_OK(cohort_reasons(t->c, &run, run.people[i], WITH_DETAILS, &reasons, &count));
        CHECK_STR(reasons[0].text, WANT[i]);
        CHECK_STR(date_iso(t->arena, reasons[0].on), "2026-01-05");
        CHECK_OK(cohort_reasons(t->c, &run, run.people[i], WITHOUT_DETAILS, &reasons, &count));
        CHECK(!str_ends(reasons[0].text, STR(")"))); // a list reads no records
    }
    CohortAsker *asker = NULL;
    CohortTold told = {0};
    CHECK_OK(cohort_asker(t->c, &run, &asker));
    CHECK_OK(cohort_told(t->c, asker, run.people[0], &told));
    CHECK_STR(told.rules[0].facts[0].text, WANT[0]);
    cohort_engine_free(engine);
}
