// cohort_names_test.c -- what a definition names and this network does not know: refused where it
// is published, told where it is a draft.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_kept_pages.h"
#include "test/cohorts.h"

static Str text_of(Test *t, const char *key, const char *rules)
{
    return arena_fmt(t->arena,
                     "cohort %s\nname Cohort %s\npurpose Test\nowner Priya\noffer plan\n\nall\n%s",
                     key, key, rules);
}

static Err keep(Test *t, const char *key, const char *rules, bool publish, bool early)
{
    KeptDefinition kept;
    DefinitionKeep how = {
        .key = STR(""), .text = text_of(t, key, rules), .publish = publish, .early = early};
    t->c->issue_count = 0;
    Err err = definition_keep(t->c, &how, &kept);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

static void refused(Test *t, const char *rules, const char *said)
{
    CHECK_ERR(keep(t, "mine", rules, true, false), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "text");
    CHECK_STR(t->c->issues[0].text, said);
}

TEST(what_is_published_names_only_what_is_known_here)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET language = 'Panjaabi', version = 1 WHERE family = 'ADAMS'");
    refused(t, "  has diabetes\n  practice X26109\n",
            "line 9, column 12: expected the ODS code of a practice that is known here, found "
            "\"X26109\"; did you mean X26101?");
    refused(t, "  language Urdo\n",
            "line 8, column 12: expected a language, as it is recorded here or as it is called in "
            "English, found \"Urdo\"; did you mean Urdu?");
    refused(t, "  language Urdu or Panjaabu\n",
            "line 8, column 20: expected a language, as it is recorded here or as it is called in "
            "English, found \"Panjaabu\"; did you mean Panjaabi?");
    refused(t, "  not cohort carer\n",
            "line 8, column 14: expected the key of a cohort that you can use, found \"carer\"; "
            "did you mean carers?");
    CHECK_OK(keep(t, "mine",
                  "  practice X26101\n  language Tigrinya or panjaabi\n  cohort carers\n", true,
                  false));
    cohort_engine_free(engine);
}

TEST(a_draft_waits_for_what_is_not_here_yet_and_says_so)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    KeptDefinition kept;
    const Definition *read = NULL;
    Str said = STR("");
    CHECK_OK(keep(t, "mine", "  practice Y00001\n", false, false));
    CHECK_OK(definition_get(t->c, STR("mine"), &kept));
    CHECK(kept.state == DEFINITION_DRAFT);
    CHECK_OK(cohort_definition(t->c, STR("mine"), &read));
    CHECK_OK(cohort_names_warnings(t->c, read, &said));
    CHECK_STR(said, "The rules name the practice \"Y00001\", which is not known here: nobody is "
                    "found by it.");
    CHECK_ERR(definition_set_state(t->c, STR("mine"), kept.version, DEFINITION_PUBLISHED),
              ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "line 8, column 12: expected the ODS code");
    CHECK_OK(keep(t, "soon", "  practice Y00001\n", true, true)); // somebody knows that it comes
    test_written(t, "UPDATE practice SET ods_code = 'Y00001' WHERE ods_code = 'X26102'");
    t->c->issue_count = 0;
    CHECK_OK(definition_set_state(t->c, STR("mine"), kept.version, DEFINITION_PUBLISHED));
    CHECK_OK(cohort_names_warnings(t->c, read, &said));
    CHECK_STR(said, "");
    cohort_engine_free(engine);
}

TEST(before_any_practice_has_sent_people_nothing_is_judged)
{
    CohortEngine *engine = NULL;
    Str why = STR("");
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep(t, "first", "  practice Y00001\n  language Panjaabi\n", true, false));
    cohort_engine_free(engine);
}

// Who may count and not see who must not learn from what is refused that one person speaks it.
TEST(a_language_of_few_is_not_told_to_who_may_only_count)
{
    CohortEngine *engine = cohorts_begin(t);
    test_written(t, "UPDATE person SET language = 'Panjaabi', version = 1 WHERE family = 'ADAMS'");
    cohorts_account(t, ROLE_PCN_MANAGER);
    CHECK_ERR(keep(t, "mine", "  language Panjaabi\n", true, false), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "did you mean Panjabi?"); // of the list, not of a person
    CHECK_ERR(keep(t, "mine", "  language Panjaabu\n", true, false), ERR_INVALID);
    CHECK(t->c->issue_count == 1 && str_ends(t->c->issues[0].text, STR("did you mean Panjabi?")));
    cohort_engine_free(engine);
}
