// cohort_figures_test.c -- no figure under 5 can be worked out from the others of its page.
#include "insight/cohort/cohort_more_pages.h"
#include "test/test.h"

typedef struct Case {
    int64_t people;
    int64_t left_out[2];
    int64_t practices[4];
    bool told;
} Case;

static const Case CASES[] = {
    {3, {0, 0}, {3, 0, 0, 0}, false},     // one practice of several
    {4, {0, 0}, {2, 2, 0, 0}, false},     // two share fewer than 5
    {4, {0, 0}, {1, 2, 1, 0}, true},      // three share fewer than 5: 1 or 2 each
    {4, {0, 0}, {1, 1, 1, 1}, true},      // four share fewer than 5: one each
    {28, {0, 0}, {12, 12, 4, 0}, true},   // two of 12 and a sum of 28 leave 4
    {64, {0, 0}, {20, 21, 21, 2}, false}, // large figures say nothing
    {1, {1, 2}, {1, 0, 0, 0}, true},      // who was left out, from fewer than 5
    {3, {2, 2}, {3, 0, 0, 0}, false},     // who was left out, from 7
    {0, {0, 0}, {0, 0, 0, 0}, false},     // nobody at all
};

TEST(a_figure_under_5_is_not_told_by_the_parts_of_a_sum)
{
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        const Case *k = &CASES[i];
        CohortParts parts = {.matching = k->people + k->left_out[0] + k->left_out[1],
                             .people = k->people,
                             .left_out = k->left_out,
                             .left_out_count = COUNT_OF(k->left_out),
                             .practices = k->practices,
                             .practice_count = COUNT_OF(k->practices)};
        CHECK_STR(cohort_parts_tell(t->arena, &parts) ? STR("told") : STR("not told"),
                  k->told ? "told" : "not told");
    }
}
