// cohort_kept_test.c -- definitions that people write: who may, what is refused, what is kept.
#include "core/journal.h"
#include "insight/cohort/cohort_compare.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_told.h"
#include "insight/cohort/cohort_use.h"
#include "insight/population/population.h"
#include "test/cohorts.h"
#include "test/fixture.h"

static const int AGES[] = {30, 45, 60, 75, 90};

static CohortEngine *begin(Test *t)
{
    CohortEngine *engine = NULL;
    Loader *load = NULL;
    Str why = STR("");
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("people"),
                        .sha256 = STR(""),
                        .practice_ods = STR(""),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(cohort_engine_new(t->arena, NULL, &engine, &why));
    test_core(t)->engine = engine;
    CHECK_OK(load_begin(t->c, &start, &load));
    for (size_t i = 0; i < COUNT_OF(AGES); i++) {
        PersonImport in = {.source_id = arena_fmt(t->arena, "s%zu", i)};
        in.person = (Person){.family = arena_fmt(t->arena, "AGED%d", AGES[i]),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -AGES[i]),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = STR("Practice X26101")};
        int32_t slot = 0;
        CHECK_OK(load_person(load, &in, STR("X26101"), &slot));
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
    return engine;
}

static Str text_of(Test *t, const char *key, const char *rules)
{
    return arena_fmt(t->arena,
                     "cohort %s\nname Cohort %s\npurpose Test\nowner Priya\noffer plan\n\nall\n%s",
                     key, key, rules);
}

static Err keep_as(Test *t, const char *key, int64_t version, Str text, bool publish)
{
    KeptDefinition kept;
    DefinitionKeep keep = {
        .key = str_from_c(key), .version = version, .text = text, .publish = publish};
    t->c->issue_count = 0;
    Err err = definition_keep(t->c, &keep, &kept);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

static Err set_state(Test *t, const char *key, int64_t version, DefinitionState state)
{
    t->c->issue_count = 0;
    Err err = definition_set_state(t->c, str_from_c(key), version, state);
    store_refresh(t->c->core->store, t->c->db);
    return err;
}

static Err take_in(Test *t, Str file, const char *key, bool publish, KeptDefinition *out)
{
    DefinitionKeep keep = {.text = file, .key = str_from_c(key), .publish = publish};
    return definition_import(t->c, &keep, out);
}

static int64_t people_of(Test *t, const char *key)
{
    CLEANUP(cohort_run_end) CohortRun run = {0};
    t->c->issue_count = 0;
    Err err = cohort_run(t->c, str_from_c(key), 0, &run);
    return err == ERR_OK ? (int64_t)run.people_count : -(int64_t)err;
}

TEST(a_draft_is_its_writers_alone_until_it_is_published)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), false));
    CHECK_I64(people_of(t, "older"), 3);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_I64(people_of(t, "older"), -ERR_NOT_FOUND);
    KeptDefinition kept;
    CHECK(definition_get(t->c, STR("older"), &kept) == ERR_NOT_FOUND);
    CHECK(keep_as(t, "older", 1, text_of(t, "older", "  age under 9\n"), false) == ERR_NOT_FOUND);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(set_state(t, "older", 1, DEFINITION_PUBLISHED));
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_I64(people_of(t, "older"), -ERR_NOT_FOUND); // figures only
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK(kept.can_change && kept.state == DEFINITION_PUBLISHED && kept.version == 2);
    cohort_engine_free(engine);
}

TEST(what_nobody_named_is_not_published)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str text =
        STR("cohort mine\nname new cohort\npurpose To offer support\nowner Test\noffer plan\n\n"
            "all\n  age at least 60\n");
    CHECK_OK(keep_as(t, "", 0, text, false));
    CHECK_ERR(set_state(t, "mine", 1, DEFINITION_PUBLISHED), ERR_INVALID);
    CHECK_I64((int64_t)t->c->issue_count, 1);
    CHECK_STR(t->c->issues[0].text, "Enter a name that tells colleagues whom it finds");
    CHECK_OK(set_state(t, "mine", 1, DEFINITION_WITHDRAWN));
    KeptDefinition kept;
    t->c->issue_count = 0;
    CHECK_ERR(take_in(t, text, "other", true, &kept), ERR_INVALID); // as a file of another network
    CHECK_STR(t->c->issues[0].field, "name");
    cohort_engine_free(engine);
}

TEST(only_those_roles_write_definitions)
{
    static const Role REFUSED[] = {ROLE_LINK_WORKER, ROLE_HEALTH_COACH, ROLE_PRACTICE_STAFF,
                                   ROLE_ADMINISTRATOR, ROLE_PRIVACY_OFFICER};
    CohortEngine *engine = begin(t);
    Str text = text_of(t, "older", "  age at least 60\n");
    for (size_t i = 0; i < COUNT_OF(REFUSED); i++) {
        test_actor(t, REFUSED[i]);
        CHECK(keep_as(t, "", 0, text, true) == ERR_FORBIDDEN);
        CHECK(set_state(t, "older", 1, DEFINITION_WITHDRAWN) == ERR_FORBIDDEN);
    }
    CHECK_I64(test_count(t, "cohort_definition"), 0);
    cohort_engine_free(engine);
}

TEST(every_version_is_kept_and_a_stale_one_is_refused)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    KeptDefinition first;
    CHECK_OK(definition_get(t->c, STR("older"), &first));
    int64_t before = test_count(t, "journal");
    CHECK_OK(keep_as(t, "older", 1, text_of(t, "older", "  age at least 60\n"), true)); // the same
    CHECK_I64(test_count(t, "journal"), before);
    CHECK_OK(keep_as(t, "older", 1, text_of(t, "older", "  age at least 80\n"), false));
    CHECK_I64(test_count(t, "journal"), before + 2); // the definition and its text
    CHECK(keep_as(t, "older", 1, text_of(t, "older", "  age under 9\n"), true) == ERR_CONFLICT);
    CHECK_I64(people_of(t, "older"), 1);
    KeptDefinition kept;
    KeptDefinition *all = NULL;
    size_t count = 0;
    CHECK_OK(definition_versions(t->c, STR("older"), &all, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_I64(all[0].number, 2);
    CHECK(all[0].state == DEFINITION_PUBLISHED); // what is published stays so
    CHECK_OK(definition_at(t->c, STR("older"), first.hash, &kept));
    CHECK_CONTAINS(kept.text, "age at least 60");
    CHECK(definition_at(t->c, STR("older"), STR("0000000000000000"), &kept) == ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(a_key_is_used_once_and_ready_made_cohorts_stay_as_they_are)
{
    static const char *const TAKEN[] = {"carers", "older", "compare", "population", "caseload"};
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    for (size_t i = 0; i < COUNT_OF(TAKEN); i++) {
        CHECK(keep_as(t, "", 0, text_of(t, TAKEN[i], "  age under 9\n"), true) == ERR_INVALID);
        CHECK_STR(t->c->issues[0].field, "key");
    }
    CHECK(keep_as(t, "carers", 0, text_of(t, "carers", "  age under 9\n"), true) == ERR_INVALID);
    CHECK(keep_as(t, "older", 1, text_of(t, "younger", "  age under 9\n"), true) == ERR_INVALID);
    CHECK(keep_as(t, "", 0, text_of(t, "wrong", "  age undr 9\n"), true) == ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "text");
    CHECK_CONTAINS(t->c->issues[0].text, "line 8, column 7");
    CHECK_OK(set_state(t, "older", 1, DEFINITION_WITHDRAWN));
    CHECK_I64(people_of(t, "older"), -ERR_NOT_FOUND);
    CHECK(keep_as(t, "", 0, text_of(t, "older", "  age under 9\n"), true) == ERR_INVALID);
    CHECK_OK(set_state(t, "older", 2, DEFINITION_PUBLISHED));
    CHECK_I64(people_of(t, "older"), 3);
    cohort_engine_free(engine);
}

TEST(a_cohort_asks_for_another_and_names_its_version)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  cohort older\n  age under 80\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "b", "  not cohort older\n  not cohort a\n"), true));
    CHECK_I64(people_of(t, "a"), 2); // 60 and 75
    CHECK_I64(people_of(t, "b"), 2); // 30 and 45
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("b"), 0, &run));
    CHECK_I64((int64_t)run.used_count, 2); // each once, those asked for first
    CHECK_STR(run.used[0].key, "older");
    CHECK_STR(run.used[1].key, "a");
    KeptDefinition kept;
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK(str_eq(run.used[0].version, kept.hash));
    CohortCheck check;
    CHECK_OK(cohort_check(t->c, STR("b"), &check)); // SQL goes its own way
    CHECK_I64(check.different, 0);
    CHECK(set_state(t, "older", 1, DEFINITION_WITHDRAWN) == ERR_INVALID); // others ask for it
    CHECK_CONTAINS(t->c->issues[0].text, "asks for this cohort");
    cohort_engine_free(engine);
}

TEST(cohorts_that_ask_for_themselves_or_too_deep_are_refused)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK(keep_as(t, "", 0, text_of(t, "a", "  cohort a\n"), true) == ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "line 8: cohort a would ask for itself");
    CHECK(keep_as(t, "", 0, text_of(t, "a", "  cohort nobody\n"), true) == ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "column 10: expected the key of a cohort that you "
                                         "can use, found \"nobody\"");
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  age at least 60\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "b", "  cohort a\n"), true));
    CHECK(keep_as(t, "a", 1, text_of(t, "a", "  not cohort b\n"), true) == ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "in cohort b: cohort a would ask for itself");
    CHECK_OK(keep_as(t, "", 0, text_of(t, "c2", "  cohort b\n"), false));
    CHECK(keep_as(t, "", 0, text_of(t, "d", "  cohort c2\n"), true) == ERR_INVALID); // a draft
    CHECK_CONTAINS(t->c->issues[0].text, "Publish cohort c2 first");
    const char *before = "c2";
    static const char *const KEYS[] = {"c3", "c4", "c5", "c6", "c7", "c8"};
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        Str rule = arena_fmt(t->arena, "  cohort %s\n", before);
        bool last = i + 1 == COUNT_OF(KEYS);
        CHECK(keep_as(t, "", 0, text_of(t, KEYS[i], rule.ptr), false) ==
              (last ? ERR_INVALID : ERR_OK));
        before = KEYS[i];
    }
    CHECK_CONTAINS(t->c->issues[0].text, "at most 8 cohorts");
    cohort_engine_free(engine);
}

TEST(a_file_is_kept_whole_or_not_at_all)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    KeptDefinition kept;
    Str text = text_of(t, "older", "  age at least 60\r\n");
    Str marked = arena_fmt(t->arena, "\xEF\xBB\xBF" STR_FMT, STR_ARG(text));
    CHECK_OK(take_in(t, marked, "", false, &kept));
    store_refresh(t->c->core->store, t->c->db);
    CHECK(kept.state == DEFINITION_DRAFT);
    Str json = STR("");
    Str group = STR("");
    CHECK_OK(definition_export(t->c, &kept, FORM_JSON, &json));
    CHECK_OK(definition_export(t->c, &kept, FORM_FHIR_GROUP, &group));
    CHECK_CONTAINS(group, "\"Group\"");
    CHECK_OK(take_in(t, json, "older-2", true, &kept));
    CHECK_STR(kept.key, "older-2");
    CHECK_CONTAINS(kept.text, "age at least 60\n");
    CHECK_OK(definition_export(t->c, &kept, FORM_TEXT, &text));
    CHECK(str_eq(text, kept.text));
    store_refresh(t->c->core->store, t->c->db);
    CHECK(take_in(t, json, "older-2", true, &kept) == ERR_INVALID);
    CHECK(take_in(t, json, "Older 3", true, &kept) == ERR_INVALID);
    t->c->issue_count = 0;
    Str wrong = text_of(t, "wrong", "  has diabetis\n");
    CHECK(take_in(t, wrong, "", true, &kept) == ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "line 8, column 7");
    CHECK_CONTAINS(t->c->issues[0].text, "did you mean diabetes?");
    CHECK_I64(test_count(t, "cohort_definition"), 2);
    cohort_engine_free(engine);
}

TEST(a_file_that_is_no_definition_is_told_in_plain_words)
{
    static const struct {
        Str file;
        const char *said;
    } FILES[] = {
        {STR_INIT("PK\003\004\0\0rest"), "This file is not text"},
        {STR_INIT("caf\xe9"), "This file is not text"},
        {STR_INIT("nhs_number,name\n9990000018,A\n"), "This is not the definition of a cohort"},
        {STR_INIT("{\"name\": \"x\"}"), "This is not the definition of a cohort"},
        {STR_INIT("{\"resourceType\": \"Group\", \"cohort\": 1}"), "This is FHIR or CQL"},
        {STR_INIT("library \"Carers\" version '1'\n"), "This is FHIR or CQL"},
    };
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    for (size_t i = 0; i < COUNT_OF(FILES); i++) {
        KeptDefinition kept;
        t->c->issue_count = 0;
        CHECK(take_in(t, FILES[i].file, "", false, &kept) == ERR_INVALID);
        CHECK_STR(t->c->issues[0].field, "text");
        CHECK_CONTAINS(t->c->issues[0].text, FILES[i].said);
    }
    cohort_engine_free(engine);
}

TEST(a_file_that_asks_what_is_not_known_here_says_so_with_its_own_line)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    KeptDefinition kept;
    Str text = STR("cohort w\nname W\npurpose P\nowner O\noffer plan\n\n\n\nall\n"
                   "  score efi3 at least 0.2\n");
    CHECK(take_in(t, text, "", false, &kept) == ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "line 10, column 9: ");
    CHECK_CONTAINS(t->c->issues[0].text, "did you mean efi2?");
    t->c->issue_count = 0;
    Str json = STR("{\"cohort\":\"w\",\"name\":\"W\",\"purpose\":\"P\",\"owner\":\"O\","
                   "\"offer\":\"plan\",\"rule\":{\"rule\":\"all\","
                   "\"rules\":[{\"rule\":\"open-referral\"}]}}");
    CHECK_OK(take_in(t, json, "", false, &kept)); // which was refused until referrals were recorded
    cohort_engine_free(engine);
}

TEST(what_was_withdrawn_is_listed_for_its_writer_and_can_be_brought_back)
{
    CohortEngine *engine = begin(t);
    KeptDefinition *all = NULL;
    size_t count = 1;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(definitions_withdrawn(t->c, &all, &count));
    CHECK_I64(count, 0);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK_OK(set_state(t, "older", 1, DEFINITION_WITHDRAWN));
    CHECK_OK(definitions_withdrawn(t->c, &all, &count));
    CHECK_I64(count, 1);
    CHECK_STR(all[0].key, "older");
    CHECK(all[0].state == DEFINITION_WITHDRAWN && all[0].at.ms == t->c->now.ms);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(definitions_withdrawn(t->c, &all, &count));
    CHECK_I64(count, 0);
    test_actor(t, ROLE_LINK_WORKER);
    CHECK(definitions_withdrawn(t->c, &all, &count) == ERR_NOT_FOUND || count == 0);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(set_state(t, "older", 2, DEFINITION_PUBLISHED));
    CHECK_OK(definitions_withdrawn(t->c, &all, &count));
    CHECK_I64(count, 0);
    CHECK_I64(people_of(t, "older"), 3);
    cohort_engine_free(engine);
}

TEST(another_cohort_is_a_reason_with_the_facts_behind_it)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  cohort older\n  age at least 80\n"), true));
    CLEANUP(cohort_run_end) CohortRun run;
    Reason *reasons = NULL;
    size_t count = 0;
    CHECK_OK(cohort_run(t->c, STR("a"), 0, &run));
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITH_DETAILS, &reasons, &count));
    CHECK_STR(reasons[0].text, "In the cohort: Cohort older");
    CHECK(reasons[1].depth == 1);
    CHECK_STR(reasons[1].text, "Aged 90");
    cohort_engine_free(engine);
}

// Everybody was born on the day of the test.
TEST(a_birthday_is_a_reason_with_its_day)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "all", "  registered\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "now", "  birthday in this-month\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "later", "  birthday in next-month\n"), true));
    CHECK(people_of(t, "now") > 0);
    CHECK_I64(people_of(t, "now"), people_of(t, "all"));
    CHECK_I64(people_of(t, "later"), 0);
    CLEANUP(cohort_run_end) CohortRun run;
    Reason *reasons = NULL;
    size_t count = 0;
    CHECK_OK(cohort_run(t->c, STR("now"), 0, &run));
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITH_DETAILS, &reasons, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK(str_starts(reasons[0].text, STR("Born on ")));
    cohort_engine_free(engine);
}

TEST(one_persons_decile_is_told_with_its_release_and_a_list_asks_no_rows)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET imd_decile = 2, imd_year = 2025, version = 1");
    CHECK_OK(keep_as(t, "", 0, text_of(t, "deprived", "  deprivation 1 to 2\n"), true));
    CLEANUP(cohort_run_end) CohortRun run;
    Reason *reasons = NULL;
    size_t count = 0;
    CHECK_OK(cohort_run(t->c, STR("deprived"), 0, &run));
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITH_DETAILS, &reasons, &count));
    CHECK_STR(reasons[0].text, "Lives in deprivation deciles 1 to 2 (1 is the most deprived), by "
                               "the Index of Multiple Deprivation 2025");
    CHECK_OK(cohort_reasons(t->c, &run, run.people[0], WITHOUT_DETAILS, &reasons, &count));
    CHECK_STR(reasons[0].text, "Lives in deprivation deciles 1 to 2 (1 is the most deprived)");
    CohortAsker *asker = NULL;
    CohortTold told;
    CHECK_OK(cohort_asker(t->c, &run, &asker));
    CHECK_OK(cohort_told(t->c, asker, run.people[0], &told));
    CHECK_STR(told.rules[0].facts[0].text,
              "Decile 2, of which 1 is the most deprived, by the Index "
              "of Multiple Deprivation 2025");
    test_written(t, "UPDATE person SET imd_year = 0, version = 2"); // an extract did not say it
    CHECK_OK(cohort_told(t->c, asker, run.people[0], &told));
    CHECK_STR(told.rules[0].facts[0].text, "Decile 2, of which 1 is the most deprived");
    cohort_engine_free(engine);
}

static int in_lines(const CohortComparison *found, const char *words, bool in_a, bool in_b)
{
    int count = 0;
    for (size_t i = 0; i < found->line_count; i++) {
        const CompareLine *line = &found->lines[i];
        count += str_eq(line->words, str_from_c(words)) && line->in_a == in_a && line->in_b == in_b;
    }
    return count;
}

TEST(two_cohorts_are_told_apart_by_people_and_rules)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    Str first = text_of(t, "a", "  age at least 45\n  any\n    registered\n    has diabetes\n");
    Str second = text_of(t, "b", "  age under 80\n  any\n    registered\n    has carer\n");
    CHECK_OK(keep_as(t, "", 0, first, true));
    CHECK_OK(keep_as(t, "", 0, second, false));
    KeptDefinition old;
    CHECK_OK(definition_get(t->c, STR("a"), &old));
    CLEANUP(cohort_comparison_end) CohortComparison found = {.line_count = 0};
    CHECK_OK(cohort_compare(t->c, STR("a"), STR("b"), &found));
    CHECK_I64((int64_t)found.count[ONLY_A], 1); // 90
    CHECK_I64((int64_t)found.count[IN_BOTH], 3);
    CHECK_I64((int64_t)found.count[ONLY_B], 1); // 30
    CHECK_I64((int64_t)found.line_count, 7);
    CHECK_I64(in_lines(&found, "All of these", true, true), 1);
    CHECK_I64(in_lines(&found, "Aged 45 or over", true, false), 1);
    CHECK_I64(in_lines(&found, "Aged under 80", false, true), 1);
    CHECK_I64(in_lines(&found, "Any of these", true, true), 1);
    cohort_comparison_end(&found);
    Str changed = text_of(t, "a", "  age at least 60\n");
    CHECK_OK(keep_as(t, "a", 1, changed, true));
    Str earlier = arena_fmt(t->arena, "a@" STR_FMT, STR_ARG(old.hash));
    CHECK_OK(cohort_compare(t->c, earlier, STR("a"), &found));
    CHECK_I64((int64_t)found.count[ONLY_A], 1); // 45
    CHECK_I64((int64_t)found.count[ONLY_B], 0);
    cohort_comparison_end(&found);
    CHECK(cohort_compare(t->c, STR("a"), STR("nobody"), &found) == ERR_NOT_FOUND);
    CHECK(cohort_compare(t->c, STR("a@0"), STR("a"), &found) == ERR_NOT_FOUND);
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK(cohort_compare(t->c, STR("a"), STR("a"), &found) == ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(what_a_run_asked_can_be_read_as_long_as_the_run_is_kept)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "not-carers", "  not cohort carers\n"), true));
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("not-carers"), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(test_count(t, "cohort_definition_version"), 2); // its own, and that of the carers
    CHECK_OK(cohort_keep(t->c, &run));
    CHECK_I64(test_count(t, "cohort_definition_version"), 2);
    CHECK_I64(test_count(t, "cohort_run"), 1);
    CohortSummary *all = NULL;
    ListCount count;
    CHECK_OK(cohort_list_from(t->c, 0, 50, &all, &count));
    CHECK_I64((int64_t)count.all, 7); // six of the program, one kept: none twice
    test_sql(t, "UPDATE cohort_definition_version SET hash = '0123456789abcdef'"
                " WHERE text LIKE 'cohort carers%'"); // as if a later release said otherwise
    store_refresh(t->c->core->store, t->c->db);
    KeptDefinition kept;
    CHECK_OK(definition_at(t->c, STR("carers"), STR("0123456789abcdef"), &kept));
    CHECK_CONTAINS(kept.text, "cohort carers");
    KeptDefinition *versions = NULL;
    size_t version_count = 0;
    CHECK_OK(definition_versions(t->c, STR("carers"), &versions, &version_count));
    CHECK_I64((int64_t)version_count, 2);
    cohort_engine_free(engine);
}

TEST(a_text_that_can_no_longer_be_read_says_so_and_stops_nothing_else)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  cohort older\n"), true));
    test_sql(t, "UPDATE cohort_definition_version SET text = replace(text, 'age', 'aged')");
    store_refresh(t->c->core->store, t->c->db);
    CohortSummary *all = NULL;
    ListCount count;
    CHECK_OK(cohort_list_from(t->c, 6, 50, &all, &count));
    CHECK_I64((int64_t)count.given, 2);
    CHECK_STR(all[0].key, "a");
    CHECK_CONTAINS(all[1].problem, "Cohort older can no longer be read: line 8");
    CHECK_I64((int64_t)t->c->issue_count, 0);
    CHECK_I64(people_of(t, "a"), -ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "cohort older can no longer be read");
    CHECK_OK(set_state(t, "a", 1, DEFINITION_WITHDRAWN));
    CHECK_OK(set_state(t, "older", 1, DEFINITION_WITHDRAWN)); // all the same
    cohort_engine_free(engine);
}

TEST(a_run_is_kept_again_when_what_it_asks_for_has_changed)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  cohort older\n"), true));
    CohortRun run;
    for (int i = 0; i < 2; i++) {
        CHECK_OK(cohort_run(t->c, STR("a"), 0, &run));
        CHECK_OK(cohort_keep(t->c, &run));
        store_refresh(t->c->core->store, t->c->db);
        cohort_run_end(&run);
    }
    CHECK_I64(test_count(t, "cohort_run"), 1);
    CHECK_OK(keep_as(t, "older", 1, text_of(t, "older", "  age at least 59\n"), true));
    CHECK_OK(cohort_run(t->c, STR("a"), 0, &run)); // the same people
    CHECK_OK(cohort_keep(t->c, &run));
    cohort_run_end(&run);
    CHECK_I64(test_count(t, "cohort_run"), 2);
    cohort_engine_free(engine);
}

// A definition of so many rules, the first of which asks for another cohort.
static Str long_text(Test *t, const char *key, const char *asks, int rules)
{
    CLEANUP(buf_free) Buf text = buf_new(DEFINITION_BYTES_MAX);
    buf_fmt(&text, "  %s\n", asks);
    for (int i = 1; i < rules; i++) buf_fmt(&text, "  age at least %d\n", 1 + i % 100);
    return text_of(t, key, arena_c(t->arena, buf_str(&text)));
}

TEST(a_question_of_very_many_rules_gets_a_sentence)
{
    static const char *const KEYS[] = {"a", "b", "c2", "d", "e"};
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    const char *asks = "age at least 1";
    for (size_t i = 0; i < COUNT_OF(KEYS); i++) {
        bool last = i + 1 == COUNT_OF(KEYS); // five times 251
        Err wanted = last ? ERR_INVALID : ERR_OK;
        CHECK(keep_as(t, "", 0, long_text(t, KEYS[i], asks, 250), true) == wanted);
        asks = arena_fmt(t->arena, "cohort %s", KEYS[i]).ptr;
    }
    CHECK_CONTAINS(t->c->issues[0].text, "at most 1024 rules in one question");
    cohort_engine_free(engine);
}

TEST(looking_at_an_earlier_version_keeps_no_run_of_it)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "a", "  age at least 45\n"), true));
    KeptDefinition old;
    CHECK_OK(definition_get(t->c, STR("a"), &old));
    CHECK_OK(keep_as(t, "a", 1, text_of(t, "a", "  age at least 60\n"), true));
    Str earlier = arena_fmt(t->arena, "a@" STR_FMT, STR_ARG(old.hash));
    const Pair query[] = {{STR("a"), earlier}, {STR("b"), STR("a")}, {STR("show"), STR("a")}};
    const Request req = {.query = query, .query_count = COUNT_OF(query)};
    for (int i = 0; i < 2; i++) {
        Response res = {.body = buf_new(BODY_BYTES_MAX)};
        CHECK_OK(cohort_compare_page(t->c, &req, &res));
        CHECK_CONTAINS(buf_str(&res.body), "AGED45");
        CHECK_I64((int64_t)res.shown_count, 1);
        buf_free(&res.body);
        store_refresh(t->c->core->store, t->c->db);
    }
    CHECK_I64(test_count(t, "cohort_run"), 1); // of the newest
    cohort_engine_free(engine);
}

TEST(what_was_written_here_stands_above_a_later_definition_of_the_program)
{
    CohortEngine *engine = begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "ours", "  age at least 60\n"), true));
    test_sql(t, "UPDATE cohort_definition SET definition = 'carers'"); // the program took the key
    test_sql(t, "UPDATE cohort_definition_version SET text = replace(text, 'ours', 'carers')");
    store_refresh(t->c->core->store, t->c->db);
    CHECK_I64(people_of(t, "carers"), 3); // nobody here is a carer
    CohortSummary *all = NULL;
    ListCount count;
    CHECK_OK(cohort_list_from(t->c, 0, 50, &all, &count));
    CHECK_I64((int64_t)count.all, 6);
    CHECK_I64((int64_t)count.given, 6);
    CHECK(all[5].state == DEFINITION_PUBLISHED);
    CHECK_OK(set_state(t, "carers", 1, DEFINITION_WITHDRAWN));
    CHECK_I64(people_of(t, "carers"), 0); // now the program's
    cohort_engine_free(engine);
}

static bool in_figures(Test *t, const char *key)
{
    bool in = false;
    CHECK_OK(cohort_in_figures(t->c, str_from_c(key), &in));
    return in;
}

// Whoever sees figures only does not choose what is counted in them.
TEST(figures_count_what_was_kept_by_who_may_open_whom_it_finds)
{
    CohortEngine *engine = begin(t);
    KeptDefinition kept;
    cohorts_account(t, ROLE_PCN_MANAGER);
    CHECK(in_figures(t, "carers")); // of the program
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), true));
    CHECK(!in_figures(t, "older"));
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "theirs", "  age at least 70\n"), false));
    CHECK(!in_figures(t, "theirs")); // a draft
    CHECK_OK(set_state(t, "theirs", 1, DEFINITION_PUBLISHED));
    CHECK(in_figures(t, "theirs"));
    CHECK_OK(keep_as(t, "", 0, text_of(t, "both", "  cohort older\n"), true));
    CHECK(!in_figures(t, "both")); // it asks for what the manager wrote
    CHECK_OK(keep_as(t, "older", 1, text_of(t, "older", "  age at least 61\n"), true));
    CHECK(in_figures(t, "older") && in_figures(t, "both"));
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_OK(keep_as(t, "older", kept.version, text_of(t, "older", "  age at least 62\n"), true));
    CHECK(!in_figures(t, "older") && !in_figures(t, "both"));
    cohorts_account(t, ROLE_GP_SUPERVISOR); // keeps it as it is
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_OK(keep_as(t, "older", kept.version, kept.text, true));
    CHECK(in_figures(t, "older") && in_figures(t, "both"));
    cohort_engine_free(engine);
}

TEST(a_draft_stays_its_writers_when_it_is_withdrawn_and_a_drafted_version_when_it_is_published)
{
    CohortEngine *engine = begin(t);
    KeptDefinition kept;
    KeptDefinition first;
    KeptDefinition *all = NULL;
    size_t count = 0;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), false));
    CHECK_OK(definition_get(t->c, STR("older"), &first));
    CHECK_OK(set_state(t, "older", 1, DEFINITION_WITHDRAWN));
    CHECK_OK(definition_get(t->c, STR("older"), &kept)); // the writer's still
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK(definition_get(t->c, STR("older"), &kept) == ERR_NOT_FOUND);
    CHECK(definition_at(t->c, STR("older"), first.hash, &kept) == ERR_NOT_FOUND);
    CHECK(definition_versions(t->c, STR("older"), &all, &count) == ERR_NOT_FOUND);
    CHECK(set_state(t, "older", 2, DEFINITION_PUBLISHED) == ERR_NOT_FOUND);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "older", 2, text_of(t, "older", "  age at least 80\n"), true));
    CHECK_OK(definition_versions(t->c, STR("older"), &all, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_OK(definition_at(t->c, STR("older"), first.hash, &kept));
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(definition_versions(t->c, STR("older"), &all, &count));
    CHECK_I64((int64_t)count, 1);
    CHECK_I64(all[0].number, 2);
    CHECK(definition_at(t->c, STR("older"), first.hash, &kept) == ERR_NOT_FOUND);
    CHECK_OK(set_state(t, "older", 3, DEFINITION_WITHDRAWN));
    CHECK_OK(definition_get(t->c, STR("older"), &kept)); // it was for everybody
    CHECK_OK(definition_versions(t->c, STR("older"), &all, &count));
    CHECK_I64((int64_t)count, 1);
    cohort_engine_free(engine);
}

TEST(what_was_withdrawn_comes_back_as_what_it_was)
{
    CohortEngine *engine = begin(t);
    KeptDefinition kept;
    DefinitionState was = DEFINITION_READY;
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(keep_as(t, "", 0, text_of(t, "older", "  age at least 60\n"), false));
    CHECK_ERR(definition_bring_back(t->c, STR("older"), 1), ERR_CONFLICT); // it is not away
    CHECK_OK(set_state(t, "older", 1, DEFINITION_WITHDRAWN));
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_OK(definition_was(t->c, &kept, &was));
    CHECK_I64(was, DEFINITION_DRAFT);
    CHECK_ERR(definition_bring_back(t->c, STR("older"), 1), ERR_CONFLICT); // changed since
    CHECK_OK(definition_bring_back(t->c, STR("older"), 2));
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_I64(kept.state, DEFINITION_DRAFT);
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_ERR(definition_get(t->c, STR("older"), &kept), ERR_NOT_FOUND); // nobody else saw it
    test_actor(t, ROLE_CARE_COORDINATOR);
    CHECK_OK(set_state(t, "older", 3, DEFINITION_PUBLISHED));
    CHECK_OK(set_state(t, "older", 4, DEFINITION_WITHDRAWN));
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_OK(definition_was(t->c, &kept, &was));
    CHECK_I64(was, DEFINITION_PUBLISHED);
    CHECK_OK(definition_bring_back(t->c, STR("older"), 5));
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_I64(kept.state, DEFINITION_PUBLISHED);
    cohort_engine_free(engine);
}

TEST(what_was_for_everybody_stays_so_after_more_changes_than_one_page_of_the_journal)
{
    CohortEngine *engine = begin(t);
    KeptDefinition kept;
    int64_t drafts = JOURNAL_ROWS_MAX + 5;
    test_actor(t, ROLE_CARE_COORDINATOR);
    for (int64_t i = 0; i < drafts; i++) {
        const char *rule = i % 2 == 0 ? "  age at least 60\n" : "  age at least 61\n";
        CHECK_OK(keep_as(t, i == 0 ? "" : "older", i, text_of(t, "older", rule), false));
    }
    CHECK_OK(set_state(t, "older", drafts, DEFINITION_PUBLISHED));
    CHECK_OK(set_state(t, "older", drafts + 1, DEFINITION_WITHDRAWN));
    test_actor(t, ROLE_GP_SUPERVISOR);
    CHECK_OK(definition_get(t->c, STR("older"), &kept));
    CHECK_I64(kept.number, drafts);
    cohort_engine_free(engine);
}
