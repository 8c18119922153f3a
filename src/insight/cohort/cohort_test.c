// cohort_test.c -- the rules on a store: scope, counts, leave-outs, what is kept, offers, pages.
#include "care/caseload/caseload.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_pages.h"
#include "insight/population/population.h"
#include "test/cohorts.h"
#include "work/team/team.h"

TEST(a_run_counts_each_rule_and_says_who_is_left_out)
{
    CohortEngine *engine = cohorts_begin(t);
    test_sql(t, "UPDATE practice SET extract_on = 20777 + id % 2"); // the oldest is told
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64(run.registered, 10);
    CHECK_I64((int64_t)run.step_count, 4); // registered, two rules, after leaving out
    CHECK_I64(run.steps[1].count, 5);      // housebound
    CHECK_I64(run.steps[2].count, 4);      // and alone
    CHECK_I64((int64_t)run.people_count, 3);
    CHECK_I64(run.left_out.opted_out, 1);
    CHECK_I64(run.left_out.died, 1);
    CHECK_I64(run.left_out.left, 1);
    CHECK_I64(run.data_on.days, t->c->today.days - 4);
    cohort_engine_free(engine);
}

TEST(a_run_that_nobody_waits_for_ends_without_a_word)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    atomic_bool gone = true;
    t->c->cancelled = &gone;
    CHECK_ERR(cohort_run(t->c, STR("housebound-alone"), 0, &run), ERR_BUSY);
    CHECK_I64((int64_t)t->c->issue_count, 0);
    atomic_store(&gone, false);
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 3);
    cohort_run_end(&run);
    t->c->cancelled = NULL;
    cohort_engine_free(engine);
}

TEST(a_correction_made_here_counts_at_once)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 3);
    cohort_run_end(&run);
    test_written(t, "UPDATE person SET opted_out = 1, version = 1 WHERE family = 'ADAMS'");
    test_written(t, "UPDATE person SET died = 20000, version = 1 WHERE family = 'BAKER'");
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 1);
    CHECK_I64(run.left_out.opted_out, 2);
    CHECK_I64(run.left_out.died, 2);
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(a_value_that_nobody_recorded_is_counted_and_never_taken_for_good)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("diabetes-above-target"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 1); // 70; 58 is not over 58
    CHECK_I64(run.steps[3].count, 1);
    CHECK_I64(run.steps[3].not_recorded, 1); // KHAN has diabetes and no HbA1c
    Reason *reasons = NULL;
    size_t count = 0;
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITH_DETAILS, &reasons, &count));
    CHECK_I64((int64_t)count, 4);
    CHECK_STR(reasons[2].text, "HbA1c 70 mmol/mol");
    CHECK_STR(reasons[2].code, "999791000000106");
    CHECK_I64(reasons[2].on.days, t->c->today.days - 40);
    CHECK_STR(reasons[3].text, "No contact recorded here");
    cohort_engine_free(engine);
}

TEST(practice_and_gp_staff_ask_about_their_own_people_only)
{
    CohortEngine *engine = cohorts_begin(t);
    Practice first;
    Practice second;
    CHECK_OK(practice_of_ods(t->c, STR("X26101"), &first));
    CHECK_OK(practice_of_ods(t->c, STR("X26102"), &second));
    CohortRun run;
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    int64_t own = t->c->actor.orgs[0];
    CHECK_I64((int64_t)run.people_count, own == first.id ? 2 : own == second.id ? 1 : 0);
    cohort_run_end(&run);
    int64_t other = own == first.id ? second.id : first.id;
    CHECK_ERR(cohort_run(t->c, STR("housebound-alone"), other, &run), ERR_NOT_FOUND);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), second.id, &run));
    CHECK_I64((int64_t)run.people_count, 1);
    cohort_run_end(&run);
    test_actor(t, ROLE_LINK_WORKER);
    CHECK_ERR(cohort_run(t->c, STR("housebound-alone"), 0, &run), ERR_NOT_FOUND);
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_ERR(cohort_run(t->c, STR("housebound-alone"), 0, &run), ERR_NOT_FOUND);
    test_actor(t, ROLE_NONE);
    CHECK_ERR(cohort_run(t->c, STR("no-such"), 0, &run), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(a_tally_is_of_the_whole_network_and_for_a_months_figures)
{
    CohortEngine *engine = cohorts_begin(t);
    CohortRun run;
    const Definition *definition = NULL;
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_OK(cohort_definition(t->c, STR("housebound-alone"), &definition));
    CHECK_OK(cohort_tally(t->c, definition, &run));
    CHECK_I64((int64_t)run.people_count, 3);
    CHECK_I64(run.left_out.opted_out, 1);
    cohort_run_end(&run);
    CHECK_I64(test_count(t, "cohort_run"), 0);
    static const Role NOT_FOR[] = {ROLE_GP_SUPERVISOR, ROLE_LINK_WORKER, ROLE_ADMINISTRATOR,
                                   ROLE_ICB_ANALYST};
    for (size_t i = 0; i < COUNT_OF(NOT_FOR); i++) {
        test_actor(t, NOT_FOR[i]);
        CHECK_ERR(cohort_tally(t->c, definition, &run), ERR_NOT_FOUND);
    }
    cohort_engine_free(engine);
}

TEST(a_question_that_is_still_being_written_is_answered_with_the_shape_of_its_list)
{
    CohortEngine *engine = cohorts_begin(t);
    const Definition *kept = NULL;
    Definition asked;
    Str why = STR("");
    CHECK_ERR(cohort_definition(t->c, STR("no-such"), &kept), ERR_NOT_FOUND);
    CHECK_OK(cohort_definition(t->c, STR("housebound-alone"), &kept));
    CHECK_STR(kept->key, "housebound-alone");
    Str text = STR("cohort a\nname A\npurpose B\nowner C\noffer plan\n\nall\n  has housebound\n");
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c), text, &asked, &why));
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){&asked, 0, t->c->today}, &run));
    CHECK_I64((int64_t)run.people_count, 4); // CLARK opted out
    CohortShape *shape = ARENA_NEW(t->arena, CohortShape);
    CHECK_OK(cohort_shape(t->c, &run, shape));
    CHECK_I64((int64_t)shape->stages, 2);
    CHECK_STR(shape->texts[1], "Housebound");
    const int64_t *found = shape->left + SHAPE_STRATA;
    CHECK_I64(shape->left[SHAPE_STRATA - 1], 10); // nobody's sex is recorded
    CHECK_I64(found[SHAPE_STRATA - 1], 5);        // CLARK too, whom the list leaves out
    CHECK_I64(found[0] + shape->left[0], 0);
    const CohortDivision *fifths = &shape->divisions[0];
    CHECK(fifths->by == GROUP_BY_FIFTH);
    CHECK_I64(fifths->left[fifths->count - 1], 10); // not recorded
    CHECK_I64(fifths->left[2 * fifths->count - 1], 5);
    const CohortDivision *practices = &shape->divisions[3];
    CHECK(practices->by == GROUP_BY_PRACTICE);
    CHECK_I64((int64_t)practices->count, 3); // and nobody at another
    CHECK_I64(practices->left[0], 7);
    CHECK_I64(practices->left[1], 3);
    CHECK_I64(practices->left[3], 3);
    CHECK_I64(practices->left[4], 2);
    CHECK_I64(practices->in_strata[(size_t)3 * (SHAPE_STRATA - 1)], 7);
    test_actor(t, ROLE_PCN_MANAGER);
    CLEANUP(cohort_run_end) CohortRun none;
    CHECK_ERR(cohort_ask(t->c, &(CohortQuestion){&asked, 0, t->c->today}, &none), ERR_NOT_FOUND);
    test_actor(t, ROLE_LINK_WORKER);
    CHECK_ERR(cohort_ask(t->c, &(CohortQuestion){&asked, 0, t->c->today}, &none), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

// Whoever meets the rules, as a question of its own counts them.
static int64_t meeting(Test *t, const char *rules)
{
    Definition asked;
    Str why = STR("");
    Str text =
        arena_fmt(t->arena, "cohort a\nname A\npurpose B\nowner C\noffer plan\n\nall\n%s", rules);
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c), text, &asked, &why));
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){&asked, 0, t->c->today}, &run));
    return run.steps[run.step_count - 2].count; // before anybody is left out
}

TEST(traits_of_few_are_counted_beside_the_groups_that_everybody_has)
{
    CohortEngine *engine = cohorts_begin(t);
    Definition asked;
    Str why = STR("");
    static const char RULES[] = "  age at least 18\n  has housebound\n";
    Str text =
        arena_fmt(t->arena, "cohort a\nname A\npurpose B\nowner C\noffer plan\n\nall\n%s", RULES);
    CHECK_OK(definition_read(t->arena, cohort_sets(t->c), text, &asked, &why));
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){&asked, 0, t->c->today}, &run));
    CohortShape *shape = ARENA_NEW(t->arena, CohortShape);
    CHECK_OK(cohort_shape(t->c, &run, shape));
    const CohortDivision *traits = &shape->traits;
    CHECK(traits->by == GROUP_BY_TRAIT);
    CHECK_I64((int64_t)traits->count, SHAPE_TRAITS_MAX);
    int64_t all = 0;
    for (size_t i = 0; i < traits->count; i++) {
        const char *rule = SHAPE_TRAITS[i].rule;
        CHECK(str_eq(traits->groups[i].key, str_from_c(SHAPE_TRAITS[i].key)));
        int64_t strata = 0;
        for (size_t s = 0; s < SHAPE_STRATA; s++) {
            strata += traits->in_strata[s * traits->count + i];
        }
        CHECK_I64(traits->left[i], meeting(t, rule));
        CHECK_I64(strata, traits->left[i]);
        CHECK_I64(traits->left[traits->count + i],
                  meeting(t, arena_fmt(t->arena, "  age at least 18\n%s", rule).ptr));
        CHECK_I64(traits->left[2 * traits->count + i],
                  meeting(t, arena_fmt(t->arena, "%s%s", RULES, rule).ptr));
        all += traits->left[i];
    }
    CHECK(all > 0); // the example has a carer
    cohort_engine_free(engine);
}

TEST(a_run_that_listed_people_is_kept_once_and_opens_their_rows_for_a_week)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    PersonId listed = cohorts_person(t, "ADAMS");
    PersonId other = cohorts_person(t, "LEE");
    RelationshipKind kind = RELATIONSHIP_NONE;
    CHECK_OK(cohort_relationship(t->c, listed, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_keep(t->c, &run));
    CHECK_I64(test_count(t, "cohort_run"), 1);
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_relationship(t->c, listed, &kind));
    CHECK(kind == RELATIONSHIP_COHORT);
    CHECK_OK(cohort_relationship(t->c, other, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    t->c->now.ms += (int64_t)COHORT_RUN_DAYS * DAY_MS;
    CHECK_OK(cohort_relationship(t->c, listed, &kind));
    CHECK(kind == RELATIONSHIP_NONE);
    CohortKept kept;
    CHECK_OK(cohort_last_kept(t->c, STR("housebound-alone"), &kept));
    CHECK_I64(kept.people, 3);
    cohort_engine_free(engine);
}

TEST(how_many_were_listed_is_told_only_to_who_sees_whom)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    CohortKept kept;
    cohorts_account(t, ROLE_PCN_MANAGER); // counts, and reads no exact number
    CHECK_OK(cohort_last_kept(t->c, STR("housebound-alone"), &kept));
    CHECK_I64(kept.people, 0);
    CHECK_I64(kept.at.ms, 0);
    cohorts_account(t, ROLE_GP_SUPERVISOR); // another's run holds other practices' people
    CHECK_OK(cohort_last_kept(t->c, STR("housebound-alone"), &kept));
    CHECK_I64(kept.people, 0);
    cohort_engine_free(engine);
}

TEST(an_import_is_seen_by_the_next_run)
{
    CohortEngine *engine = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    cohorts_load(t, 0, 6);
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 3);
    cohort_run_end(&run);
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 0);
    cohort_run_end(&run);
    cohorts_load(t, 6, COHORTS_PEOPLE);
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 1);
    cohort_run_end(&run);
    cohort_engine_free(engine);
}

TEST(who_stopped_being_a_carer_is_not_listed)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 1); // HILLS; LEE was one until 20 days ago
    CHECK_I64(run.people[0].v, cohorts_person(t, "HILLS").v);
    CHECK_CONTAINS(run.about.words, "carer, and not recorded since as no longer a carer");
    cohort_run_end(&run);
    t->c->today = date_add_days(t->c->today, -30); // as things were known then
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 2);
    cohort_engine_free(engine);
}

TEST(the_list_is_sorted_as_asked)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    static const struct {
        const char *sort, *first;
    } WANTED[] = {{"name", "ADAMS"},     {"-name", "FROST"},     {"age", "FROST"},
                  {"-age", "BAKER"},     {"need", "FROST"},      {"-need", "BAKER"},
                  {"practice", "ADAMS"}, {"-practice", "FROST"}, {"nonsense", "FROST"}};
    for (size_t i = 0; i < COUNT_OF(WANTED); i++) {
        size_t *order = NULL;
        CHECK_OK(cohort_sorted(t->c, &run, str_from_c(WANTED[i].sort), &order));
        CHECK_I64(run.people[order[0]].v, cohorts_person(t, WANTED[i].first).v);
    }
    cohort_engine_free(engine);
}

TEST(a_file_of_the_list_is_safe_and_journalled)
{
    CohortEngine *engine = cohorts_begin(t);
    CLEANUP(cohort_run_end) CohortRun run;
    Str text;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    int64_t before = test_count(t, "journal");
    size_t *order = NULL;
    CHECK_OK(cohort_sorted(t->c, &run, STR("name"), &order));
    CHECK_OK(cohort_export(t->c, &run, order, STR("x"), &text));
    CHECK_CONTAINS(text, "HILLS, Test");
    CHECK_CONTAINS(text, "Practice X26102");
    CHECK_CONTAINS(text, "[224484003]");
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(test_count(t, "journal"), before + 1);
    cohort_engine_free(engine);
}

TEST(support_is_offered_once_to_those_still_listed)
{
    CohortEngine *engine = cohorts_begin(t);
    const Room *rooms[] = {&COHORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str refs[] = {cohorts_ref(t, "ADAMS"), cohorts_ref(t, "LEE"), cohorts_ref(t, "CLARK"),
                  STR("none")};
    CohortOffered done;
    Err err =
        cohort_offer(t->c, STR("housebound-alone"), refs, COUNT_OF(refs), PRIORITY_HIGH, &done);
    CHECK_OK(err);
    CHECK_I64((int64_t)done.offered, 1);
    CHECK_I64((int64_t)done.gone, 3); // not on the list, opted out, nobody
    store_refresh(t->c->core->store, t->c->db);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_I64((int64_t)run.people_count, 2);
    CHECK_I64(run.left_out.on_caseload, 1);
    CHECK_ERR(cohort_offer(t->c, STR("housebound-alone"), refs, 0, PRIORITY_HIGH, &done),
              ERR_INVALID);
    // The same rules, of a definition that lists who is on a caseload all the same.
    Definition also = *run.evaluation->definition;
    also.also = ALSO_ON_CASELOAD;
    CLEANUP(cohort_run_end) CohortRun more;
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){&also, 0, t->c->today}, &more));
    CHECK_I64((int64_t)more.people_count, 3);
    CHECK_I64(more.left_out.on_caseload, 0);
    CHECK_I64(more.left_out.also_on_caseload, 1);
    CHECK_I64(more.left_out.opted_out, 1); // nobody may choose otherwise
    CHECK_I64(more.left_out.opted_out, run.left_out.opted_out);
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(&more.left_out, lines);
    CHECK_STR(cohort_left_out_value(t->arena, &lines[0]), "1, listed too");
    cohort_engine_free(engine);
}

TEST(the_page_says_how_many_why_and_who_was_left_out)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Response res;
    CHECK_OK(
        cohorts_ask(t, cohorts_route("GET", "/cohorts/:key"), "housebound-alone", NULL, 0, &res));
    Str html = buf_str(&res.body);
    CHECK_CONTAINS(html, "Housebound and alone");
    CHECK_CONTAINS(html, "of 10 people registered");
    CHECK_CONTAINS(html, "ADAMS, Test");
    CHECK_CONTAINS(html, "15 October 2026"); // 40 days ago
    CHECK_CONTAINS(html, "160689007");
    CHECK_CONTAINS(html, "3 people met every rule and are not listed");
    CHECK_LACKS(html, "CLARK"); // opted out: counted, not named
    CHECK_I64((int64_t)res.shown_count, 3);
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("GET", "/cohorts"), "", NULL, 0, &res));
    CHECK_CONTAINS(buf_str(&res.body), "Diabetes above target");
    CHECK_CONTAINS(buf_str(&res.body), "3 people");
    buf_free(&res.body);
    CHECK_ERR(cohorts_ask(t, cohorts_route("GET", "/cohorts/:key"), "'; DROP", NULL, 0, &res),
              ERR_NOT_FOUND);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

static void check_reason(Test *t, const char *key, const char *rule, const char *text)
{
    Reason *reasons = NULL;
    size_t count = 0;
    CLEANUP(cohort_run_end) CohortRun run;
    KeptDefinition kept;
    Str body =
        arena_fmt(t->arena, "cohort %s\nname %s\npurpose Test\nowner Priya\noffer plan\n\nall\n%s",
                  key, key, rule);
    CHECK_OK(definition_keep(t->c, &(DefinitionKeep){.text = body, .publish = true}, &kept));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(cohort_run(t->c, str_from_c(key), 0, &run));
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITHOUT_DETAILS, &reasons, &count));
    CHECK_STR(reasons[0].text, text);
}

TEST(what_is_counted_is_told_with_every_set_and_one_of_it_in_the_singular)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    check_reason(t, "one", "  at least 1 housebound within 12 months\n",
                 "1 record of being housebound in 12 months");
    check_reason(t, "either", "  at least 1 housebound or lives-alone within 60 days\n",
                 "1 record of being housebound or record of living alone in the last 60 days");
    check_reason(t, "both", "  at least 2 different housebound or lives-alone\n",
                 "2 different records of being housebound or records of living alone");
    cohort_engine_free(engine);
}

TEST(offers_are_looked_at_once_more_before_they_are_made)
{
    CohortEngine *engine = cohorts_begin(t);
    const Room *rooms[] = {&COHORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    Pair form[] = {{STR("person"), cohorts_ref(t, "ADAMS")},
                   {STR("person"), cohorts_ref(t, "FROST")},
                   {STR("person"), cohorts_ref(t, "LEE")}};
    Response res;
    CHECK_OK(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/review"), "housebound-alone", form,
                         3, &res));
    CHECK_CONTAINS(buf_str(&res.body), "2 people will be offered support");
    CHECK_LACKS(buf_str(&res.body), "LEE");
    CHECK_I64((int64_t)res.shown_count, 2);
    CHECK_I64(test_count(t, "care_case"), 0);
    buf_free(&res.body);
    CHECK_OK(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/offer"), "housebound-alone", form,
                         2, &res));
    CHECK_STR(res.location, "/cohorts/housebound-alone");
    CHECK_I64(test_count(t, "care_case"), 2);
    buf_free(&res.body);
    // A second attempt for one of them shows the case that stands.
    CHECK_OK(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/offer"), "housebound-alone", form,
                         1, &res));
    CHECK_STR(res.location, arena_c(t->arena, arena_fmt(t->arena, "/people/" STR_FMT "/case",
                                                        STR_ARG(form[0].value))));
    CHECK_I64(test_count(t, "care_case"), 2);
    buf_free(&res.body);
    CHECK_ERR(cohorts_ask(t, cohorts_route("POST", "/cohorts/:key/offer"), "housebound-alone", NULL,
                          0, &res),
              ERR_OK); // drawn again with what is missing
    CHECK_CONTAINS(buf_str(&res.body), "Nobody was selected");
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(who_is_new_to_us_is_counted_and_can_be_listed_alone)
{
    CohortEngine *engine = cohorts_begin(t);
    const Room *rooms[] = {&COHORT_ROOM};
    test_core(t)->rooms = rooms;
    test_core(t)->room_count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str ref = cohorts_ref(t, "ADAMS");
    CohortOffered done;
    CHECK_OK(cohort_offer(t->c, STR("housebound-alone"), &ref, 1, PRIORITY_HIGH, &done));
    test_sql(t, "UPDATE care_case SET state = 5"); // closed: listed again, and known to us
    store_refresh(t->c->core->store, t->c->db);
    CLEANUP(cohort_run_end) CohortRun run;
    int64_t fresh = 0;
    CHECK_OK(cohort_run(t->c, STR("housebound-alone"), 0, &run));
    CHECK_OK(cohort_new_to_us(t->c, &run, false, &fresh));
    CHECK_I64((int64_t)run.people_count, 3);
    CHECK_I64(fresh, 2);
    CHECK_OK(cohort_new_to_us(t->c, &run, true, &fresh));
    CHECK_I64((int64_t)run.people_count, 2);
    CHECK(!cohort_listed(&run, cohorts_person(t, "ADAMS")));
    Pair asked[] = {{STR("known"), STR("new")}};
    Response res;
    CHECK_OK(
        cohorts_ask(t, cohorts_route("GET", "/cohorts/:key"), "housebound-alone", asked, 1, &res));
    CHECK_CONTAINS(buf_str(&res.body), "2 new to us");
    CHECK_CONTAINS(buf_str(&res.body), "BAKER, Test");
    CHECK_LACKS(buf_str(&res.body), "ADAMS");
    CHECK_I64((int64_t)res.shown_count, 2);
    buf_free(&res.body);
    cohort_engine_free(engine);
}

TEST(a_reason_in_a_list_has_no_code)
{
    static const char *const LINES[][2] = {
        {"Housebound [160689007] (3 Feb 2026)", "Housebound (3 Feb 2026)"},
        {"Housebound [160689007]", "Housebound"},
        {"Aged 78", "Aged 78"},
        {"2 admissions in 1 year (3 Feb 2026)", "2 admissions in 1 year (3 Feb 2026)"},
        {"Pain [chronic] in the back [82423001] (1 Jan 2026)",
         "Pain [chronic] in the back (1 Jan 2026)"},
        {"Pain [chronic] in the back (1 Jan 2026)", "Pain [chronic] in the back (1 Jan 2026)"},
        {" [1]", ""},
        {"[1", "[1"},
        {"", ""},
    };
    for (size_t i = 0; i < COUNT_OF(LINES); i++) {
        CHECK_STR(cohort_reason_brief(t->arena, str_from_c(LINES[i][0])), LINES[i][1]);
    }
}
