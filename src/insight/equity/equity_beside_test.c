// equity_beside_test.c -- groups of a question that is still being written, by hand.
#include "insight/equity/equity.h"
#include "test/test.h"

enum { YOUNG = 3, OLD = 7, GROUPS = 2 }; // strata: women of 30 to 39, and of 70 to 79

// Of 1,000 young and 1,000 old people, 800 and 100 are of the first group. The first rule asks for
// the old, so that few of the group are left; the second leaves a third as many of it.
typedef struct Town {
    CohortShape shape;
    Definition definition;
    CohortRule root, rules[2];
    EquityBeside out[GROUPS];
} Town;

static const Str TEXTS[] = {STR_INIT("Registered"), STR_INIT("Aged 65 or over"),
                            STR_INIT("Has a carer")};
static const PeopleGroup GROUPS_OF[GROUPS] = {
    {STR_INIT("asian"), STR_INIT("Asian or Asian British")},
    {STR_INIT("rest"), STR_INIT("Not recorded")}};

static Town *town(Test *t, const int64_t *left)
{
    Town *town = ARENA_NEW(t->arena, Town);
    CohortShape *shape = &town->shape;
    *shape = (CohortShape){.stages = 3, .texts = TEXTS};
    shape->left = ARENA_ARRAY(t->arena, int64_t, (size_t)3 * SHAPE_STRATA);
    shape->left[YOUNG] = 1000;
    shape->left[OLD] = 1000;
    shape->left[SHAPE_STRATA + OLD] = 1000;
    shape->left[(size_t)2 * SHAPE_STRATA + OLD] = left[4] + left[5];
    CohortDivision *division = &shape->divisions[0];
    *division = (CohortDivision){.by = GROUP_BY_ETHNIC, .groups = GROUPS_OF, .count = GROUPS};
    division->left = ARENA_ARRAY(t->arena, int64_t, (size_t)3 * GROUPS);
    for (size_t i = 0; i < (size_t)3 * GROUPS; i++) division->left[i] = left[i];
    division->in_strata = ARENA_ARRAY(t->arena, int64_t, (size_t)SHAPE_STRATA * GROUPS);
    division->in_strata[(size_t)YOUNG * GROUPS] = 800;
    division->in_strata[(size_t)YOUNG * GROUPS + 1] = 200;
    division->in_strata[(size_t)OLD * GROUPS] = 100;
    division->in_strata[(size_t)OLD * GROUPS + 1] = 900;
    town->root = (CohortRule){.kind = RULE_ALL, .first = &town->rules[0]};
    town->rules[0] = (CohortRule){.kind = RULE_AGE_AT_LEAST, .next = &town->rules[1]};
    town->rules[1] = (CohortRule){.kind = RULE_HAS};
    town->definition.root = &town->root;
    return town;
}

static size_t beside(Test *t, Town *town)
{
    return equity_beside(t->arena, &town->shape, &town->shape.divisions[0], &town->definition,
                         town->out);
}

TEST(a_young_group_is_not_missed_because_the_old_are_asked_for)
{
    static const int64_t LEFT[] = {900, 1100, 100, 900, 30, 270};
    Town *alike = town(t, LEFT);
    CHECK_I64((int64_t)beside(t, alike), GROUPS);
    CHECK_STR(alike->out[0].row.expected, "30"); // of 100 old ones the 300 of 1,000
    CHECK_STR(alike->out[0].row.ratio, "1.00");
    CHECK_STR(alike->out[0].row.of, "900");
    CHECK_STR(alike->out[0].row.reach, "No clear difference");
    CHECK_STR(alike->out[0].less, "");
}

TEST(the_rule_that_does_it_is_told_beside_people_of_the_same_age)
{
    static const int64_t LEFT[] = {900, 1100, 100, 900, 10, 290};
    Town *missed = town(t, LEFT);
    CHECK_I64((int64_t)beside(t, missed), GROUPS);
    const EquityBeside *asian = &missed->out[0];
    CHECK_CONTAINS(asian->less, "Ethnic group, Asian or Asian British: 10 found, where 30 would be "
                                "expected of people of the same age and sex. Ratio 0.33, 95% range "
                                "0.16 to 0.61.");
    CHECK_CONTAINS(asian->less, "The rule that does most of it: \"Has a carer\". It leaves 10% of "
                                "this group, where 30% would be expected.");
    CHECK_STR(asian->row.reach, "Fewer than expected");
    CHECK(asian->mark.has_point && asian->mark.point < EQUITY_CHART_ONE);
    CHECK_STR(missed->out[1].less, "");
}

TEST(whole_counts_are_compared_as_they_are)
{
    // 13 of 24 expected: up to 22.2. As a rounded figure 13 could be 15, and 24.7 be no difference.
    static const int64_t LEFT[] = {900, 1100, 100, 900, 13, 227};
    Town *few = town(t, LEFT);
    (void)beside(t, few);
    CHECK_STR(few->out[0].row.people, "13");
    CHECK_STR(few->out[0].row.expected, "24");
    CHECK(few->out[0].less.len > 0);
}

TEST(a_group_that_the_rules_do_not_ask_for_is_no_finding_here_either)
{
    static const int64_t LEFT[] = {900, 1100, 100, 900, 0, 300};
    Town *none = town(t, LEFT);
    (void)beside(t, none);
    CHECK_CONTAINS(none->out[0].less, "The rule \"Has a carer\" leaves nobody of this group.");
    none->rules[1].kind = RULE_ETHNICITY;
    (void)beside(t, none);
    CHECK_STR(none->out[0].less, "");
    CHECK_STR(none->out[0].row.reach, "Not asked for by the rules");
}

TEST(of_very_few_nothing_is_compared)
{
    static const int64_t LEFT[] = {900, 1100, 100, 900, 0, 9};
    Town *few = town(t, LEFT);
    CHECK_I64((int64_t)beside(t, few), GROUPS);
    CHECK_STR(few->out[0].row.reach, "Cannot be compared");
    CHECK(!few->out[0].mark.has_range && few->out[0].less.len == 0);
    CHECK_STR(few->out[1].row.people, "9"); // they stand on the list with their names
}

TEST(groups_of_which_nobody_is_registered_are_not_shown)
{
    static const int64_t LEFT[] = {0, 1100, 0, 900, 0, 270};
    Town *one = town(t, LEFT);
    CHECK_I64((int64_t)beside(t, one), 1);
    CHECK_STR(one->out[0].row.group, "Not recorded");
}

// One group with one meaning, in the month's figures and beside a question that is being written.
TEST(traits_are_those_of_the_months_figures)
{
    for (size_t i = 0; i < SHAPE_TRAITS_MAX; i++) {
        const ShapeTrait *trait = &SHAPE_TRAITS[i];
        const DimensionRule *same = NULL;
        for (size_t d = 0; d < EQUITY_DIMENSION_COUNT; d++) {
            if (strcmp(EQUITY_DIMENSION_RULES[d].key, trait->key) == 0) {
                same = &EQUITY_DIMENSION_RULES[d];
            }
        }
        CHECK(same != NULL && same->one);
        CHECK(strcmp(same->groups[0].label, trait->label) == 0);
        CHECK(strcmp(same->groups[0].rule, trait->rule) == 0);
    }
}

TEST(a_trait_says_by_itself_what_it_is_about)
{
    static const int64_t LEFT[] = {900, 1100, 100, 900, 10, 290};
    Town *missed = town(t, LEFT);
    missed->shape.divisions[0].by = GROUP_BY_TRAIT;
    (void)beside(t, missed);
    CHECK(str_starts(missed->out[0].less, STR("Asian or Asian British: 10 found, where 30 ")));
}
