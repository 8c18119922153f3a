// equity_values_test.c -- what the figures of a value's steps say, and what they must not.
#include "core/figure.h"
#include "insight/equity/equity_values.h"
#include "test/test.h"

static const EquityValueRule *const RULE = &EQUITY_VALUE_RULES[0]; // 100, 86, 75, 64, 58, 53, 48

TEST(a_target_is_one_of_the_steps_which_fall)
{
    for (size_t i = 0; i < EQUITY_VALUES; i++) {
        const EquityValueRule *rule = &EQUITY_VALUE_RULES[i];
        size_t count = equity_value_steps(rule);
        CHECK(count > 2 && VALUE_STEPS + count <= EQUITY_STAGES_MAX);
        CHECK(equity_value_target(rule) < VALUE_STEPS + count);
        for (size_t k = 1; k < count; k++) CHECK(rule->steps[k] < rule->steps[k - 1]);
    }
}

TEST(a_median_lies_between_the_numbers_that_the_figures_leave)
{
    // 100 is 98 to 102: 55 (53 at least) is more than half of it, 45 (47 at most) is less.
    EquityMedian m = equity_median(RULE, 100, (int64_t[]){100, 100, 80, 60, 55, 45, 10});
    CHECK(m.given && m.has_lo && m.has_hi);
    CHECK_I64(m.lo, 53);
    CHECK_I64(m.hi, 58);
    // Of 50 (48 to 52) nobody knows on which side half of them is.
    m = equity_median(RULE, 100, (int64_t[]){100, 100, 80, 60, 50, 45, 10});
    CHECK_I64(m.lo, 53);
    CHECK_I64(m.hi, 64);
    m = equity_median(RULE, 100, (int64_t[]){100, 100, 100, 100, 90, 80, 70});
    CHECK(m.given && !m.has_lo);
    CHECK_I64(m.hi, 48);
    m = equity_median(RULE, 100, (int64_t[]){20, FIGURE_FEW, 0, 0, 0, 0, 0});
    CHECK(m.given && !m.has_hi);
    CHECK_I64(m.lo, 100);
    m = equity_median(RULE, 100,
                      (int64_t[]){100, FIGURE_HELD, FIGURE_HELD, FIGURE_HELD, FIGURE_HELD, 10, 5});
    CHECK_I64(m.lo, 53);
    CHECK_I64(m.hi, 100);
}

TEST(of_few_people_no_median_is_given)
{
    CHECK(!equity_median(RULE, 15, (int64_t[]){15, 15, 10, 5, 5, 0, 0}).given);
    CHECK(!equity_median(RULE, FIGURE_HELD, (int64_t[]){0, 0, 0, 0, 0, 0, 0}).given);
    CHECK(equity_median(RULE, 20, (int64_t[]){20, 20, 20, 20, 20, 5, 0}).given);
}

// Every median that counts can have lies between the numbers that their figures name.
TEST(a_median_is_where_its_figures_say)
{
    uint64_t seed = 5;
    for (int round = 0; round < 500; round++) {
        int64_t people = 20 + (int64_t)(seed % 60);
        int values[80];
        int64_t steps[EQUITY_VALUE_STEPS_MAX] = {0};
        for (int64_t i = 0; i < people; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            int value = 40 + (int)(seed >> 33) % 70;
            int64_t at = i; // in order
            for (; at > 0 && values[at - 1] > value; at--) values[at] = values[at - 1];
            values[at] = value;
            for (size_t k = 0; RULE->steps[k] != 0; k++) steps[k] += value <= RULE->steps[k];
        }
        for (size_t k = 0; RULE->steps[k] != 0; k++) steps[k] = figure_of(steps[k]);
        int64_t half = people / 2;
        int64_t before = (people - 1) / 2;
        double median = (values[before] + values[half]) / 2.0;
        EquityMedian m = equity_median(RULE, figure_of(people), steps);
        if (m.has_lo) CHECK(median > m.lo);
        if (m.has_hi) CHECK(median <= m.hi);
    }
}

enum { GROUPS = 4, STAGES = VALUE_STEPS + 1, PLACES = STAGES * GROUPS }; // one step

static EquitySubject subject_of(const int64_t *counts, int64_t *figures)
{
    static Str names[GROUPS] = {STR_INIT("a"), STR_INIT("b"), STR_INIT("c"), STR_INIT("d")};
    EquitySubject s = {.key = STR("values:x"), .stage_count = STAGES, .dimension_count = 1};
    for (size_t i = 0; i < STAGES; i++) {
        int64_t sum = 0;
        for (size_t g = 0; g < GROUPS; g++) {
            sum += counts[i * GROUPS + g];
            figures[i * GROUPS + g] = figure_of(counts[i * GROUPS + g]);
        }
        s.stages[i].people = figure_of(sum);
    }
    s.dimensions[0] = (EquityDimension){.group_count = GROUPS, .groups = names, .figures = figures};
    return s;
}

TEST(who_is_between_two_steps_is_not_told_by_the_sum_of_the_groups)
{
    // Each group falls from 25 to 20, by one at least, and everybody from 92 to 88: one each.
    int64_t figures[PLACES];
    EquitySubject told = subject_of(
        (int64_t[]){40, 40, 40, 40, 30, 30, 30, 30, 23, 23, 23, 23, 22, 22, 22, 22}, figures);
    equity_values_hold(&told);
    for (size_t g = 0; g < GROUPS; g++) {
        CHECK_I64(figures[PLACES - 2 * GROUPS + g], 25);
        CHECK_I64(figures[PLACES - GROUPS + g], FIGURE_HELD);
    }
    EquitySubject open = subject_of(
        (int64_t[]){40, 40, 40, 40, 30, 30, 30, 30, 23, 23, 23, 23, 22, 22, 22, 19}, figures);
    equity_values_hold(&open);
    for (size_t g = 0; g < GROUPS; g++) CHECK_I64(figures[PLACES - GROUPS + g], 20);
}

TEST(of_a_group_with_few_values_no_step_is_given)
{
    int64_t figures[PLACES];
    EquitySubject s = subject_of(
        (int64_t[]){40, 40, 40, 40, 30, 30, 5, 20, 25, 20, 3, 12, 20, 10, 0, 12}, figures);
    equity_values_hold(&s);
    static const int64_t WANT[] = {40, 40, 40,         40, 30, 30, 5,           20,
                                   25, 20, FIGURE_FEW, 10, 20, 10, FIGURE_HELD, FIGURE_HELD};
    for (size_t i = 0; i < COUNT_OF(figures); i++) CHECK_I64(figures[i], WANT[i]);
}
