// equity_test.c -- what figures say of groups, and the month's release on a store.
#include "care/caseload/caseload.h"
#include "core/figure.h"
#include "insight/equity/equity.h"
#include "insight/equity/equity_json.h"
#include "insight/equity/equity_pages.h"
#include "insight/equity/equity_sheets.h"
#include "insight/equity/equity_standard.h"
#include "test/cohorts.h"
#include "test/fixture.h"

#include <math.h>

// ---- figures beside figures

static EquityLine line(int64_t people, int64_t all, int64_t of, int64_t all_of)
{
    return equity_line((EquityFour){people, all, of, all_of});
}

TEST(a_group_is_reached_less_when_the_whole_range_is_below_one)
{
    EquityLine less = line(15, 310, 1000, 8000); // 38.75 expected
    CHECK(less.compared && less.has_ratio);
    CHECK(fabs(less.expected - 38.75) < 0.001 && fabs(less.ratio - 15 / 38.75) < 0.001);
    CHECK_I64(less.reach, REACH_UNDER);
    CHECK_I64(line(40, 310, 1000, 8000).reach, REACH_ALIKE);
    CHECK_I64(line(70, 310, 1000, 8000).reach, REACH_OVER);
}

TEST(a_range_holds_every_count_a_rounded_figure_may_stand_for)
{
    // 5 is 5, 6 or 7: of 7 the range reaches 14.42, so that 13 expected are not too many.
    CHECK_I64(line(5, 100, 1300, 10000).reach, REACH_ALIKE);
    CHECK_I64(line(5, 100, 1500, 10000).reach, REACH_UNDER);
    EquityLine ten = line(10, 100, 1000, 10000);
    CHECK(fabs(ten.range.lo - equity_count_range(8).lo / 10) < 0.0001);
    CHECK(fabs(ten.range.hi - equity_count_range(12).hi / 10) < 0.0001);
}

TEST(few_or_none_can_be_too_few_without_being_told)
{
    EquityLine few = line(FIGURE_FEW, 300, 500, 10000); // 15 expected
    CHECK(few.compared && !few.has_ratio && !few.has_share);
    CHECK_I64(few.reach, REACH_UNDER);
    CHECK_I64(line(FIGURE_FEW, 100, 500, 10000).reach, REACH_ALIKE);
    CHECK_I64(line(0, 100, 500, 10000).reach, REACH_UNDER);
    CHECK_I64(line(0, 50, 500, 10000).reach, REACH_ALIKE); // 2.5 expected
}

TEST(what_is_held_back_is_not_compared)
{
    CHECK(!line(FIGURE_HELD, 300, 500, 10000).compared);
    CHECK(!line(20, FIGURE_FEW, 500, 10000).compared);
    CHECK(!line(20, 300, FIGURE_FEW, 10000).compared);
    CHECK(!line(20, 300, 500, FIGURE_HELD).compared);
    CHECK(!line(20, 300, 0, 10000).compared); // nobody of it there
}

TEST(a_range_that_ends_at_one_does_not_say_otherwise)
{
    // 60 people may be 62; of 62 the range reaches 79.48, so that 79.55 expected are too many: the
    // ratio's range ends at 0.9992.
    EquityLine less = line(60, 1000, 7955, 100000);
    CHECK(less.range.hi < 1 && less.range.hi > 0.998);
    CHECK_I64(less.reach, REACH_UNDER);
    EquityRow row = equity_row(t->arena, STR("x"), &less);
    CHECK_STR(row.reach, "Fewer than expected");
    CHECK_CONTAINS(row.range, "to just under 1");
    CHECK_STR(equity_range_words(t->arena, (EquityRange){1.0004, 1.5}), "just over 1 to 1.50");
    CHECK_STR(equity_range_words(t->arena, (EquityRange){0.9996, 1.0004}), "1.00 to 1.00");
}

TEST(what_the_chart_cannot_hold_has_an_arrow_and_words)
{
    EquityLine much = line(100, 310, 100, 8000); // 3.9 expected: 26 times
    EquityRow row = equity_row(t->arena, STR("x"), &much);
    EquityMark mark = equity_mark(&row, &much);
    CHECK(mark.has_range && mark.arrow_right && !mark.arrow_left && !mark.has_point);
    CHECK(row.off_chart && !mark.less);
    CHECK_STR(mark.label, "x");
    CHECK_STR(mark.people, "100"); // its numbers stand beside it
    CHECK_STR(mark.expected, "4");
    EquityLine none = line(0, 310, 1000, 8000);
    mark = equity_mark(&row, &none);
    CHECK(mark.arrow_left && !mark.arrow_right && !mark.has_point && mark.less);
    EquityLine alike = line(40, 310, 1000, 8000);
    row = equity_row(t->arena, STR("x"), &alike);
    mark = equity_mark(&row, &alike);
    CHECK(mark.has_point && !mark.arrow_left && !mark.arrow_right);
    CHECK(!row.off_chart);
}

// ---- age and sex adjusted for

TEST(the_expected_number_is_the_sum_of_the_rates_of_each_age_and_sex)
{
    // By hand: 200 * 10/1000 + 300 * 50/500 + 80 * 40/100 = 2 + 30 + 32.
    EquityStrata strata = {.count = 3, .people = {1000, 500, 100}};
    static const int64_t THERE[] = {10, 50, 40};
    static const int64_t GROUP[] = {200, 300, 80};
    CHECK(fabs(equity_expected(&strata, GROUP, THERE) - 64) < 1e-9);
    CHECK(fabs(equity_expected(&strata, strata.people, THERE) - 100) < 1e-9); // of everybody: all
}

TEST(beside_the_same_age_and_sex_rounding_widens_the_range)
{
    EquityLine same = equity_line_expected(50, 100, 64);
    CHECK(same.compared && fabs(same.ratio - 50.0 / 64) < 1e-9);
    CHECK(fabs(same.range.lo - equity_count_range(48).lo / 64.5) < 1e-9);
    CHECK(fabs(same.range.hi - equity_count_range(52).hi / 63.5) < 1e-9);
    CHECK_I64(same.reach, REACH_ALIKE);
    CHECK_I64(equity_line_expected(20, 100, 64).reach, REACH_UNDER);
    CHECK(!equity_line_expected(20, 100, EQUITY_NO_EXPECTED).compared);
    CHECK(!equity_line_expected(20, 100, 0).compared);
    CHECK(!equity_line_expected(FIGURE_HELD, 100, 64).compared);
}

TEST(strata_hold_everybody_once)
{
    uint64_t young = 0x0f;
    uint64_t women = 0x33;
    uint64_t all = 0xff;
    EquityStrata strata = {.words = 1};
    equity_stratum(t->arena, &strata, &young, &women);
    equity_stratum_rest(t->arena, &strata, &all);
    CHECK_I64((int64_t)strata.count, 2);
    CHECK_I64(strata.people[0], 2);
    CHECK_I64(strata.people[1], 6);
    uint64_t there = 0x21;
    int64_t *counts = equity_in_strata(t->arena, &strata, &there);
    CHECK_I64(counts[0], 1);
    CHECK_I64(counts[1], 1);
}

static EquitySubject two_rules(int64_t *figures)
{
    static Str SEXES[] = {STR_INIT("Female"), STR_INIT("Male")};
    EquitySubject s = {.key = STR("x"),
                       .name = STR("X"),
                       .stages = {{STR("registered"), STR("Registered"), false, 10000},
                                  {STR("rule-1"), STR("Has diabetes"), false, 1000},
                                  {STR("rule-2"), STR("No contact"), false, 500},
                                  {STR("identified"), STR("Found"), true, 500}},
                       .stage_count = 4,
                       .dimension_count = 1};
    s.bridge = (EquityBridge){true, {500, 0, 400, 60, 25, FIGURE_FEW, 0}};
    s.dimensions[0] = (EquityDimension){
        .key = STR("sex"), .label = STR("Sex"), .group_count = 2, .groups = SEXES};
    s.dimensions[0].figures = figures;
    return s;
}

TEST(a_group_that_the_rules_do_not_ask_for_is_no_finding)
{
    int64_t figures[] = {5000, 5000, 500, 500, 0, 500, 0, 500};
    EquitySubject s = two_rules(figures);
    EquityTold told = {0};
    EquityPair pair = {.subject = &s, .beside = &s, .stage = 3, .beside_stage = 0};
    equity_sentences(t->arena, &pair, STR(""), &told);
    CHECK_I64((int64_t)told.count, 1);
    CHECK_I64(equity_count_less(&pair), 1);
    s.dimensions[0].asked = true;
    told = (EquityTold){0};
    equity_sentences(t->arena, &pair, STR(""), &told);
    CHECK_I64((int64_t)told.count, 0);
    CHECK_I64(equity_count_less(&pair), 0);
    CHECK_I64(equity_line_of(&pair, &s.dimensions[0], 0).reach, REACH_ASKED);
    CHECK_I64(equity_line_of(&pair, &s.dimensions[0], 1).reach, REACH_OVER);
    figures[4] = figures[6] = 100; // some are found: fewer than of others, and that is told
    CHECK_I64(equity_line_of(&pair, &s.dimensions[0], 0).reach, REACH_UNDER);
}

TEST(the_rule_that_does_most_of_it_is_named)
{
    int64_t figures[] = {5000, 5000, 500, 500, 100, 400, 100, 400};
    EquitySubject s = two_rules(figures);
    EquityCause cause = equity_cause(&s, &s.dimensions[0], 0, false);
    CHECK_I64(cause.stage, 2);
    CHECK_I64(cause.left, 20);
    CHECK_I64(cause.left_of_all, 50);
    CHECK_I64(equity_cause(&s, &s.dimensions[0], 1, false).stage, -1);
    figures[2] = FIGURE_HELD; // nothing can be said beyond it
    CHECK_I64(equity_cause(&s, &s.dimensions[0], 0, false).stage, -1);
}

TEST(what_age_and_sex_are_adjusted_for_is_no_cause)
{
    // The first rule leaves a tenth of the one and 19 in 20 of the others, as expected of their
    // ages; the second a fifth of the one where a half is expected.
    int64_t figures[] = {5000, 5000, 500, 4750, 100, 2400, 100, 2400};
    int64_t expected[] = {EQUITY_NO_EXPECTED, EQUITY_NO_EXPECTED, 500, 4750, 250, 2375, 250, 2375};
    EquitySubject s = two_rules(figures);
    s.stages[1].people = 5250;
    s.stages[2].people = s.stages[3].people = 2500;
    s.dimensions[0].expected = expected;
    CHECK_I64(equity_cause(&s, &s.dimensions[0], 0, false).stage, 1);
    EquityCause cause = equity_cause(&s, &s.dimensions[0], 0, true);
    CHECK_I64(cause.stage, 2);
    CHECK_I64(cause.left, 20);
    CHECK_I64(cause.left_of_all, 50);
    EquityTold told = {0};
    EquityPair pair = {.subject = &s, .beside = &s, .stage = 3, .adjusted = true};
    equity_sentences(t->arena, &pair, STR(""), &told);
    CHECK_I64((int64_t)told.count, 1);
    CHECK_CONTAINS(told.list[0], "\"No contact\". It leaves 20% of this group, where 50% would be "
                                 "expected.");
}

TEST(a_subject_is_kept_and_read_as_it_was)
{
    int64_t figures[] = {5000, 5000, 500, FIGURE_FEW, FIGURE_HELD, 400, 0, 400};
    EquitySubject s = two_rules(figures);
    EquitySubject again;
    Str body;
    CHECK_OK(equity_subject_body(t->arena, &s, &body));
    CHECK_OK(equity_subject_read(t->arena, body, &again));
    CHECK_I64((int64_t)again.stage_count, 4);
    CHECK(again.stages[3].joins && again.stages[1].people == 1000);
    CHECK_STR(again.dimensions[0].groups[1], "Male");
    CHECK(again.dimensions[0].expected == NULL);
    CHECK(again.bridge.given && again.bridge.figures[PART_ON_CASELOAD] == 60);
    CHECK_I64(again.bridge.figures[PART_OPTED_OUT], FIGURE_FEW);
    int64_t expected[] = {5000, 5000, 500, 500, 250, EQUITY_NO_EXPECTED, 250, 250};
    s.dimensions[0].expected = expected;
    CHECK_OK(equity_subject_body(t->arena, &s, &body));
    CHECK_OK(equity_subject_read(t->arena, body, &again));
    CHECK_I64(again.dimensions[0].expected[5], EQUITY_NO_EXPECTED);
    CHECK_I64(again.dimensions[0].expected[6], 250);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        CHECK_I64(again.dimensions[0].figures[i], figures[i]);
    }
    Str cut =
        STR("{\"key\":\"x\",\"stages\":[],\"dimensions\":[{\"groups\":[\"a\"],\"figures\":[1]}]}");
    CHECK_ERR(equity_subject_read(t->arena, cut, &again), ERR_FAULT);
}

// ---- a release of a little town: 300 people; nobody of the Asian group is known as a carer

enum { TOWN = 300, ASIAN_EVERY = 5, CARER_EVERY = 3 };

static void load_town_of(Test *t, int practices)
{
    Loader *load = NULL;
    BatchStart start = {.format = STR("test"),
                        .file_name = STR("town"),
                        .sha256 = STR(""),
                        .practice_ods = STR(""),
                        .extract_on = date_add_days(t->c->today, -4)};
    CHECK_OK(load_begin(t->c, &start, &load));
    for (int i = 0; i < TOWN; i++) {
        bool asian = i % ASIAN_EVERY == 0;
        PersonImport in = {.source_id = arena_fmt(t->arena, "t%d", i)};
        in.person = (Person){.family = arena_fmt(t->arena, "TOWN%d", i),
                             .given = STR("Test"),
                             .born = date_add_years(t->c->today, -(i % 95)),
                             .died = DATE_NONE,
                             .registration = REGISTRATION_CURRENT,
                             .registration_on = DATE_NONE,
                             .practice_name = arena_fmt(t->arena, "Practice %d", i % practices),
                             .sex = i % 2 == 0 ? GENDER_FEMALE : GENDER_MALE,
                             .ethnicity = asian ? STR("H") : STR("A"),
                             .language = STR("English"),
                             .imd_decile = 1 + i % 10,
                             .imd_year = 2025};
        int32_t slot = 0;
        Str ods = arena_fmt(t->arena, "X2610%d", 1 + i % practices);
        CHECK_OK(load_person(load, &in, ods, &slot));
        if (!asian && i % CARER_EVERY == 0) cohorts_codes(t, load, slot, "c");
    }
    CHECK_OK(load_apply(load, NULL));
    load_end(&load);
    store_refresh(t->c->core->store, t->c->db);
}

static void load_town(Test *t)
{
    load_town_of(t, 1);
}

static void in_next_month(Test *t)
{
    t->c->today = date_add_days(t->c->today, 30);
    t->c->now.ms += 30 * (int64_t)DAY_MS;
}

static const EquityDimension *dimension(Test *t, const EquityRelease *release, const char *subject,
                                        const char *key, EquitySubject *out)
{
    CHECK_OK(equity_subject(t->c, release, str_from_c(subject), out));
    const EquityDimension *d = equity_dimension(out, str_from_c(key));
    CHECK(d != NULL);
    return d;
}

TEST(a_release_keeps_which_groups_a_rule_asks_for)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    CHECK(dimension(t, &releases[0], "frailty-repeat-admissions", "age", s)->asked);
    CHECK(!dimension(t, &releases[0], "frailty-repeat-admissions", "sex", s)->asked);
    CHECK(!dimension(t, &releases[0], "carers", "age", s)->asked);
    CHECK(!dimension(t, &releases[0], EQUITY_POPULATION, "sex", s)->asked);
    const EquityDimension *age = dimension(t, &releases[0], EQUITY_POPULATION, "age", s);
    EquityPair adults = {.subject = s, .beside = s, .stage = equity_stage(s, STR("adults"))};
    EquityTold told = {0};
    int children = equity_group(age, STR("0 to 17"));
    CHECK(children >= 0);
    CHECK_I64(equity_line_of(&adults, age, (size_t)children).reach, REACH_ASKED);
    equity_sentences(t->arena, &adults, STR(""), &told);
    CHECK_I64((int64_t)told.count, 0);
    cohort_engine_free(engine);
}

TEST(a_group_that_is_missed_is_told_with_the_rule_that_does_it)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    CHECK_I64((int64_t)count, 1);
    EquitySubject *carers = ARENA_NEW(t->arena, EquitySubject);
    EquitySubject *all = ARENA_NEW(t->arena, EquitySubject);
    const EquityDimension *d = dimension(t, &releases[0], "carers", "ethnicity", carers);
    (void)dimension(t, &releases[0], EQUITY_POPULATION, "ethnicity", all);
    CHECK_STR(d->groups[0], "Asian or Asian British");
    CHECK_STR(d->groups[1], "White");
    CHECK_I64((int64_t)d->group_count, 2); // 10 not recorded: too few to be shown
    CHECK_I64(carers->stages[0].people, 310);
    CHECK_I64(d->figures[0], 60);
    CHECK_I64(d->figures[1], 240);
    CHECK_I64(d->figures[2], 0); // rule 1
    CHECK_I64(d->figures[3], 80);
    EquityPair pair = {
        .subject = carers, .beside = all, .stage = equity_stage(carers, STR("identified"))};
    EquityTold told = {0};
    equity_sentences(t->arena, &pair, STR("ethnicity"), &told);
    CHECK_I64((int64_t)told.count, 1);
    CHECK_CONTAINS(told.list[0],
                   "Ethnic group, Asian or Asian British: 0 of those found, where 15 ");
    CHECK_CONTAINS(told.list[0], "Carer");
    CHECK_CONTAINS(told.list[0], "leaves nobody of this group");
    cohort_engine_free(engine);
}

static Str area_by(Test *t)
{
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    EquitySubject *all = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    const EquityDimension *sex = dimension(t, &releases[0], EQUITY_POPULATION, "sex", all);
    CHECK_STR(sex->by, "");
    return dimension(t, &releases[0], EQUITY_POPULATION, "deprivation", all)->by;
}

TEST(figures_by_deprivation_keep_the_release_that_their_deciles_are_of)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    CHECK_STR(area_by(t), "Index of Multiple Deprivation 2025");
    in_next_month(t);
    test_sql(t, "UPDATE person SET imd_year = 2019 WHERE source_id = 't7'");
    test_sql(t, "UPDATE person SET imd_year = 2015, registration = 2 WHERE source_id = 't8'");
    CHECK_CONTAINS(area_by(t), "Index of Multiple Deprivation, releases from 2019 to 2025");
    cohort_engine_free(engine);
}

static void keep(Test *t, const char *key, bool publish)
{
    Str text = arena_fmt(t->arena,
                         "cohort %s\nname Kept %s\npurpose A test\nowner Priya Nair\n"
                         "offer plan\n\nall\n  age at least 41\n",
                         key, key);
    KeptDefinition kept;
    CHECK_OK(definition_keep(t->c, &(DefinitionKeep){.text = text, .publish = publish}, &kept));
}

TEST(who_is_found_by_age_alone_is_as_expected_for_their_age)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    keep(t, "over-forty", true);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    const EquityDimension *d = dimension(t, &releases[0], "over-forty", "ethnicity", s);
    int found = equity_stage(s, STR("identified"));
    EquityPair pair = {.subject = s, .beside = s, .stage = found, .adjusted = true};
    for (size_t g = 0; g < 2; g++) {
        EquityLine line = equity_line_of(&pair, d, g);
        CHECK(line.compared && fabs(line.ratio - 1) < 0.1); // the rule asks for age alone
    }
    const EquityDimension *age = equity_dimension(s, STR("age"));
    CHECK(age != NULL && age->expected == NULL);   // not adjusted for itself
    CHECK_I64(d->expected[0], EQUITY_NO_EXPECTED); // it would be the group's exact number
    const EquityDimension *language = equity_dimension(s, STR("language"));
    CHECK_STR(language->groups[0], "English");
    CHECK_I64(s->stages[found].people, 170); // 172: 162 of the town and 10 without a language
    // 162 x 170 / 172: what is expected adds up to the 170 and does not tell the 172.
    CHECK_I64(language->expected[(size_t)found * language->group_count], 160);
    cohort_engine_free(engine);
}

// What follows from the shape of a question's answer, in whole counts.
static double expected_of(const CohortShape *shape, const CohortDivision *division, size_t group)
{
    const int64_t *found = shape->left + (shape->stages - 1) * SHAPE_STRATA;
    EquityStrata strata = {.count = SHAPE_STRATA};
    int64_t own[SHAPE_STRATA];
    for (size_t i = 0; i < SHAPE_STRATA; i++) {
        strata.people[i] = shape->left[i] > 0 ? shape->left[i] : 1;
        own[i] = division->in_strata[i * division->count + group];
    }
    return equity_expected(&strata, own, found);
}

TEST(before_it_is_kept_the_same_is_expected_as_in_the_months_release)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    keep(t, "over-forty", true);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    CohortShape *shape = ARENA_NEW(t->arena, CohortShape);
    const Definition *definition = NULL;
    CHECK_OK(cohort_definition(t->c, STR("over-forty"), &definition));
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_ask(t->c, &(CohortQuestion){definition, 0, t->c->today}, &run));
    CHECK_OK(cohort_shape(t->c, &run, shape));
    CHECK_I64((int64_t)shape->stages, 2);
    int compared = 0;
    for (size_t i = 0; i < 2; i++) { // deprivation, ethnicity: the groups of both are called alike
        const CohortDivision *division = &shape->divisions[i];
        const EquityDimension *d =
            dimension(t, &releases[0], "over-forty", i == 0 ? "deprivation" : "ethnicity", s);
        int found = equity_stage(s, STR("rule-1"));
        for (size_t g = 0; g < division->count; g++) {
            int there = equity_group(d, division->groups[g].label);
            if (there < 0) continue;
            // 172 are found and 170 are shown: the release brings what it expects to that.
            double shown = expected_of(shape, division, g) * 170 / 172;
            size_t at = (size_t)found * d->group_count + (size_t)there;
            CHECK_I64(d->expected[at], llround(shown));
            CHECK_I64(d->figures[at], figure_of(division->left[division->count + g]));
            compared++;
        }
    }
    CHECK_I64(compared, 7); // five fifths and two groups of 20 people and more
    cohort_engine_free(engine);
}

static const EquityDimension *practices_of(Test *t, int practices, EquitySubject *all)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town_of(t, practices);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    CHECK_OK(equity_subject(t->c, &releases[0], STR(EQUITY_POPULATION), all));
    cohort_engine_free(engine);
    return equity_dimension(all, STR("practice"));
}

TEST(practices_are_told_apart_from_three_on)
{
    EquitySubject *all = ARENA_NEW(t->arena, EquitySubject);
    const EquityDimension *d = practices_of(t, 3, all);
    CHECK(d != NULL && d->group_count >= 3 && d->expected != NULL);
    CHECK_I64(d->figures[1] + d->figures[2] > 150, true);
}

TEST(of_two_practices_one_would_tell_the_other)
{
    EquitySubject *all = ARENA_NEW(t->arena, EquitySubject);
    CHECK(practices_of(t, 2, all) == NULL);
}

TEST(a_month_has_one_release_that_stays_as_it_was)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    Str ref;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_ERR(equity_release_make(t->c, &ref), ERR_INVALID);
    CHECK_CONTAINS(t->c->issues[0].text, "made already");
    CHECK_I64(test_count(t, "equity_release"), 1);
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_releases(t->c, &releases, &count));
    EquitySubject *before = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_subject(t->c, &releases[0], STR("carers"), before));
    test_sql(t, "UPDATE person SET registration = 2, version = 1 WHERE family = 'TOWN3'");
    in_next_month(t);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    CHECK_I64((int64_t)count, 2);
    CHECK_STR(releases[0].ref, ref.ptr);
    EquitySubject *now = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_subject(t->c, &releases[1], STR("carers"), now));
    CHECK_I64(now->stages[1].people, before->stages[1].people);
    cohort_engine_free(engine);
}

TEST(the_next_months_figures_are_made_by_themselves_once_there_are_some)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    Str ref;
    bool due = true;
    CHECK_OK(EQUITY_JOB.due(t->c, &due));
    CHECK(!due); // nobody made any yet
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(EQUITY_JOB.due(t->c, &due));
    CHECK(!due);
    in_next_month(t);
    CHECK_OK(EQUITY_JOB.due(t->c, &due));
    CHECK(due);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(EQUITY_JOB.due(t->c, &due));
    CHECK(!due);
    cohort_engine_free(engine);
}

TEST(offers_and_plans_stand_at_their_stages)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    PersonId *people = NULL;
    CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    people = run.people;
    CHECK(run.people_count > 40);
    for (size_t i = 0; i < 32; i++) {
        Case found;
        const Grant *g = access_program_grant(t->c, people[i], CLASS_CARE);
        CaseOffer offer = {.priority = PRIORITY_LOW, .cohort = STR("carers")};
        CHECK_OK(case_offer(t->c, g, &offer, &found));
        CHECK_OK(case_of_person(t->c, g, &found));
        if (i < 21) CHECK_OK(case_accept(t->c, g, found.version));
    }
    cohort_run_end(&run);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    static const char *const SUBJECTS[] = {"carers", EQUITY_CASELOAD};
    for (size_t i = 0; i < COUNT_OF(SUBJECTS); i++) {
        EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
        CHECK_OK(equity_subject(t->c, &releases[0], str_from_c(SUBJECTS[i]), s));
        CHECK_I64(s->stages[equity_stage(s, STR("offered"))].people, 30);
        CHECK_I64(s->stages[equity_stage(s, STR("accepted"))].people, 20);
        CHECK_I64(s->stages[equity_stage(s, STR("planned"))].people, 0);
    }
    cohort_engine_free(engine);
}

TEST(kept_cohorts_have_figures_and_drafts_have_none)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    keep(t, "over-forty", true);
    keep(t, "a-draft", false);
    keep(t, "older", true); // kept before the key of another subject was refused: passed over
    test_sql(t, "UPDATE cohort_definition SET definition = 'caseload' WHERE definition = 'older'");
    test_sql(t, "UPDATE cohort_definition_version SET text ="
                " replace(text, 'cohort older', 'cohort caseload')");
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_subject(t->c, &releases[0], STR("over-forty"), s));
    CHECK_STR(s->name, "Kept over-forty");
    CHECK_ERR(equity_subject(t->c, &releases[0], STR("a-draft"), s), ERR_NOT_FOUND);
    CHECK_OK(equity_subject(t->c, &releases[0], STR(EQUITY_CASELOAD), s));
    CHECK_STR(s->name, "The caseload");
    cohort_engine_free(engine);
}

TEST(figures_are_made_and_seen_by_those_who_may)
{
    CohortEngine *engine = cohorts_begin(t);
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_ERR(equity_release_make(t->c, &ref), ERR_INVALID); // 10 are registered
    CHECK_CONTAINS(t->c->issues[0].text, "Too few people");
    load_town(t);
    static const Role NOT_MAKE[] = {ROLE_GP_SUPERVISOR, ROLE_LINK_WORKER, ROLE_ADMINISTRATOR};
    for (size_t i = 0; i < COUNT_OF(NOT_MAKE); i++) {
        test_actor(t, NOT_MAKE[i]);
        CHECK_ERR(equity_release_make(t->c, &ref), ERR_NOT_FOUND);
    }
    test_actor(t, ROLE_PCN_MANAGER);
    CHECK_OK(equity_release_make(t->c, &ref));
    static const Role SEE[] = {ROLE_GP_SUPERVISOR, ROLE_CARE_COORDINATOR, ROLE_PCN_MANAGER};
    for (size_t i = 0; i < COUNT_OF(SEE); i++) {
        test_actor(t, SEE[i]);
        CHECK_OK(equity_releases(t->c, &releases, &count));
    }
    test_actor(t, ROLE_ADMINISTRATOR);
    CHECK_ERR(equity_releases(t->c, &releases, &count), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(who_opted_out_of_secondary_uses_is_at_no_stage_and_counted)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    test_sql(t, "UPDATE person SET nhs_number = 9990000018 WHERE family = 'TOWN1'");
    cohorts_opt_out(t, "9990000018,Type 1,opted out,2026-01-05\n");
    Str ref;
    EquityRelease *releases = NULL;
    size_t count = 0;
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_releases(t->c, &releases, &count));
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    CHECK_OK(equity_subject(t->c, &releases[0], STR(EQUITY_POPULATION), s));
    CHECK_I64(s->opted_out, FIGURE_FEW);
    cohort_engine_free(engine);
}

TEST(a_release_holds_campaigns_gaps_and_code_sets_of_its_day)
{
    CohortEngine *engine = cohorts_begin(t);
    load_town(t);
    EquityRelease release;
    EquitySheet sheet;
    Str ref;
    CHECK_ERR(equity_sheet(t->c, EQUITY_GAPS, &release, &sheet), ERR_NOT_FOUND);
    CHECK_OK(equity_release_make(t->c, &ref));
    CHECK_OK(equity_sheet(t->c, EQUITY_CAMPAIGNS, &release, &sheet));
    CHECK_I64((int64_t)sheet.row_count, 0);
    CHECK_OK(equity_sheet(t->c, EQUITY_GAPS, &release, &sheet));
    CHECK(sheet.row_count > 10);
    const EquitySheetRow *gap = equity_sheet_row(&sheet, STR("care-home-coded"));
    CHECK(gap != NULL && gap->figure_count == 1 && gap->name.len > 0);
    CHECK_I64(gap->figures[0], FIGURE_ASKED_FEW);
    CHECK_OK(equity_sheet(t->c, EQUITY_CODE_SETS, &release, &sheet));
    CHECK(sheet.row_count > 30 && equity_sheet_row(&sheet, STR("no-such")) == NULL);
    const EquitySheetRow *carer = equity_sheet_row(&sheet, STR("carer"));
    CLEANUP(cohort_coded_end) CohortCoded coded;
    CHECK_OK(cohort_coded(t->c, &coded));
    int at = code_set_index(coded.sets, STR("carer"));
    CHECK(carer != NULL && at >= 0);
    CHECK_I64(carer->figures[0], figure_asked(coded_total(&coded, (size_t)at).people));
    cohort_coded_end(&coded);
    CHECK(str_eq(ref, release.ref));
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    CHECK_ERR(equity_subject(t->c, &release, STR("sheet:gaps"), s), ERR_NOT_FOUND);
    EquitySubjectName *names = NULL;
    size_t count = 0;
    CHECK_OK(equity_subjects(t->c, &release, &names, &count));
    CHECK_STR(names[0].key, EQUITY_POPULATION);
    test_actor(t, ROLE_ADMINISTRATOR);
    CHECK_ERR(equity_sheet(t->c, EQUITY_GAPS, &release, &sheet), ERR_NOT_FOUND);
    cohort_engine_free(engine);
}

TEST(figures_outside_what_may_be_shown_are_not_read_from_a_sheet)
{
    EquitySheet sheet;
    CHECK_OK(equity_sheet_read(
        t->arena, STR("{\"key\":\"gaps\",\"rows\":[{\"key\":\"a\",\"figures\":[-3]}]}"), &sheet));
    CHECK_I64(sheet.rows[0].figures[0], FIGURE_ASKED_FEW);
    static const char *const BROKEN[] = {
        "{}",
        "{\"key\":\"gaps\",\"rows\":[{\"key\":\"a\",\"figures\":[-4]}]}",
        "{\"key\":\"gaps\",\"rows\":[{\"figures\":[5]}]}",
        "{\"key\":\"gaps\",\"rows\":[{\"key\":\"a\",\"figures\":[0,0,0,0,0,0,0]}]}",
    };
    for (size_t i = 0; i < COUNT_OF(BROKEN); i++) {
        CHECK_ERR(equity_sheet_read(t->arena, str_from_c(BROKEN[i]), &sheet), ERR_FAULT);
    }
}
