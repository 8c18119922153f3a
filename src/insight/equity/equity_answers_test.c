// equity_answers_test.c -- a campaign's answers beside its cohort, against all worlds one by one.
#include "insight/equity/equity_answers.h"
#include "test/test.h"

typedef struct Case {
    int64_t counts[CAMPAIGN_TALLY_STATES];
    EquityReach reach;
} Case;

// Of a cohort of which nothing is shown but how many were offered support and accepted it.
static EquityReach reach_of(const int64_t *counts, int64_t offered_else, int64_t accepted_else)
{
    int64_t offered = offered_else;
    for (size_t i = TALLY_WANTED; i <= TALLY_NO_ANSWER; i++) offered += counts[i];
    int64_t accepted = counts[TALLY_WANTED] + accepted_else;
    return (EquityReach){.offered = offered,
                         .accepted = accepted,
                         .offered_else = offered_else,
                         .accepted_else = accepted_else,
                         .offered_known = figure_span(figure_of(offered)),
                         .accepted_known = figure_span(figure_of(accepted))};
}

static bool is_in(int64_t n, FigureSpan span)
{
    return span.lo <= n && n <= span.hi;
}

// What a reader knows who has the figures; `in_all`: how many were offered support and accepted it
// in all, else how many otherwise.
static bool is_world(const Case *one, const int64_t *figures, const int64_t *world, bool in_all)
{
    int64_t offered = 0;
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        if (!is_in(world[i], figure_span(figures[i]))) return false;
        if (i >= TALLY_WANTED && i <= TALLY_NO_ANSWER) offered += world[i];
    }
    const EquityReach *reach = &one->reach;
    int64_t accepted = world[TALLY_WANTED];
    if (in_all) return offered <= reach->offered && accepted <= reach->accepted;
    return is_in(offered + reach->offered_else, reach->offered_known) &&
           is_in(accepted + reach->accepted_else, reach->accepted_known);
}

typedef struct Worlds {
    const Case *one;
    const int64_t *figures;
    bool in_all;
    FigureSpan seen[CAMPAIGN_TALLY_STATES];
    FigureSpan offered; // of those asked
} Worlds;

static void widen(FigureSpan *span, int64_t n)
{
    if (n < span->lo) span->lo = n;
    if (n > span->hi) span->hi = n;
}

static void see(Worlds *w, const int64_t *world)
{
    int64_t offered = 0;
    if (!is_world(w->one, w->figures, world, w->in_all)) return;
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        widen(&w->seen[i], world[i]);
        if (i >= TALLY_WANTED && i <= TALLY_NO_ANSWER) offered += world[i];
    }
    widen(&w->offered, offered);
}

// Every way in which as many people can have answered.
static void try_all(Worlds *w, int64_t asked)
{
    int64_t n[CAMPAIGN_TALLY_STATES] = {0};
    for (n[0] = 0; n[0] <= asked; n[0]++) {
        int64_t left0 = asked - n[0];
        for (n[1] = 0; n[1] <= left0; n[1]++) {
            int64_t left1 = left0 - n[1];
            for (n[2] = 0; n[2] <= left1; n[2]++) {
                int64_t left2 = left1 - n[2];
                for (n[3] = 0; n[3] <= left2; n[3]++) {
                    int64_t left3 = left2 - n[3];
                    for (n[4] = 0; n[4] <= left3; n[4]++) {
                        n[5] = left3 - n[4];
                        see(w, n);
                    }
                }
            }
        }
    }
}

// Of the cohort's own number the answers say that it is theirs at least, and where nobody was
// offered support otherwise that it is theirs.
static bool cohort_is_told(const Worlds *w)
{
    int64_t offered = w->one->reach.offered;
    if (w->in_all || offered == 0 || offered >= FIGURE_MIN) return false;
    int64_t most = w->one->reach.offered_else > 0 ? FIGURE_MIN - 1 : w->offered.hi;
    return most - w->offered.lo + 1 < FIGURE_VALUES_MIN;
}

// How many of the numbers from 1 to 4 are told to a reader.
static int told(const Case *one, const int64_t *figures)
{
    int64_t asked = 0;
    int count = 0;
    bool says = false;
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        asked += one->counts[i];
        says = says || figures[i] != FIGURE_HELD;
    }
    for (int in_all = 0; says && in_all <= 1; in_all++) {
        Worlds w = {
            .one = one, .figures = figures, .in_all = in_all == 1, .offered = {INT64_MAX, -1}};
        for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
            w.seen[i] = (FigureSpan){INT64_MAX, -1};
        }
        try_all(&w, asked);
        count += cohort_is_told(&w);
        for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
            bool few = one->counts[i] > 0 && one->counts[i] < FIGURE_MIN;
            count += few && w.seen[i].hi - w.seen[i].lo + 1 < FIGURE_VALUES_MIN;
        }
    }
    return count;
}

static Case case_of(uint64_t *seed)
{
    enum { MOST = 9, OFTEN = 3 };
    Case one = {0};
    int64_t draws[CAMPAIGN_TALLY_STATES + 2];
    for (size_t i = 0; i < COUNT_OF(draws); i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t die = *seed >> 33;
        draws[i] = die % OFTEN == 0 ? 0 : (int64_t)(die / OFTEN % MOST);
    }
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) one.counts[i] = draws[i] * (i < 4 ? 1 : 0);
    one.counts[TALLY_WRONG_DETAILS] = draws[5] % 4;
    int64_t otherwise = draws[6];
    one.reach = reach_of(one.counts, otherwise, otherwise == 0 ? 0 : draws[7] % otherwise);
    return one;
}

TEST(no_world_tells_a_small_answer)
{
    enum { CASES = 400 };
    uint64_t seed = 7;
    int by_rounding = 0;
    int given = 0;
    for (int n = 0; n < CASES; n++) {
        Case one = case_of(&seed);
        int64_t rounded[CAMPAIGN_TALLY_STATES];
        int64_t figures[CAMPAIGN_TALLY_STATES];
        for (size_t i = 0; i < COUNT_OF(rounded); i++) rounded[i] = figure_of(one.counts[i]);
        equity_answers_settle(one.counts, &one.reach, figures);
        by_rounding += told(&one, rounded) > 0;
        CHECK_I64(told(&one, figures), 0);
        for (size_t i = 0; i < COUNT_OF(rounded); i++) {
            CHECK(figures[i] == rounded[i] || figures[i] == FIGURE_HELD);
            given += figures[i] != FIGURE_HELD;
        }
    }
    CHECK(by_rounding > CASES / 4 && given > CASES * 2);
}

// Of 15 offered, who are 17 at most, 8 yes and 8 not now at least leave one no; of 25, who are
// 23 at least, 12 and 7 at most leave four.
TEST(a_no_is_not_told_by_those_offered_support)
{
    static const int64_t COUNTS[][CAMPAIGN_TALLY_STATES] = {{13, 8, 1, 8}, {7, 12, 4, 7}};
    for (size_t i = 0; i < COUNT_OF(COUNTS); i++) {
        Case one = {.reach = reach_of(COUNTS[i], 0, 0)};
        int64_t rounded[CAMPAIGN_TALLY_STATES];
        int64_t figures[CAMPAIGN_TALLY_STATES];
        for (size_t k = 0; k < CAMPAIGN_TALLY_STATES; k++) {
            one.counts[k] = COUNTS[i][k];
            rounded[k] = figure_of(COUNTS[i][k]);
        }
        equity_answers_settle(one.counts, &one.reach, figures);
        CHECK(told(&one, rounded) > 0);
        CHECK_I64(told(&one, figures), 0);
    }
}

TEST(of_a_campaign_that_asked_few_nothing_is_given)
{
    int64_t counts[CAMPAIGN_TALLY_STATES] = {2, 1, 0, 0, 0, 1};
    EquityReach reach = reach_of(counts, 20, 9);
    int64_t figures[CAMPAIGN_TALLY_STATES];
    equity_answers_settle(counts, &reach, figures);
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) CHECK_I64(figures[i], FIGURE_HELD);
}

TEST(a_small_number_of_the_cohort_is_not_told_by_answers)
{
    int64_t counts[CAMPAIGN_TALLY_STATES] = {30, 1, 1, 1, 0, 0}; // 3 at least of 3 offered support
    EquityReach reach = reach_of(counts, 0, 0);
    int64_t figures[CAMPAIGN_TALLY_STATES];
    equity_answers_settle(counts, &reach, figures);
    int64_t least = 0;
    for (size_t i = TALLY_WANTED; i <= TALLY_NO_ANSWER; i++) least += figure_span(figures[i]).lo;
    CHECK(least <= FIGURE_MIN - FIGURE_VALUES_MIN);
    Case one = {.counts = {30, 1, 1, 1, 0, 0}, .reach = reach};
    CHECK_I64(told(&one, figures), 0);
    CHECK(told(&one, (int64_t[]){30, FIGURE_FEW, FIGURE_FEW, FIGURE_FEW, 0, 0}) > 0);
}

TEST(what_all_figures_of_a_stage_leave)
{
    static Str groups[] = {STR_INIT("A"), STR_INIT("B"), STR_INIT(EQUITY_REST)};
    int64_t by_group[] = {50, 50, 50, 10, 5, FIGURE_FEW, 5, FIGURE_FEW, FIGURE_HELD};
    EquitySubject *s = ARENA_NEW(t->arena, EquitySubject);
    s->stage_count = 3;
    s->stages[0] = (EquityStage){.key = STR("registered"), .people = 150};
    s->stages[1] = (EquityStage){.key = STR("offered"), .people = 20};
    s->stages[2] = (EquityStage){.key = STR("accepted"), .people = 10};
    s->dimension_count = 1;
    s->dimensions[0] = (EquityDimension){.group_count = 3, .groups = groups, .figures = by_group};
    FigureSpan known = equity_stage_known(s, "offered");
    CHECK_I64(known.lo, 18); // 20, and 8 and 5 and 1 at least
    CHECK_I64(known.hi, 22); // 12 and 7 and 4 at most are 23
    known = equity_stage_known(s, "accepted");
    CHECK_I64(known.lo, 8); // 10, and 5 and 1 at least
    CHECK_I64(known.hi, 12);
    s->stages[1].people = 25;
    CHECK_I64(equity_stage_known(s, "offered").hi, 23);
    groups[2] = STR("C"); // and of a rest that is not shown 19 at most
    CHECK_I64(equity_stage_known(s, "offered").hi, 27);
    groups[2] = STR(EQUITY_REST);
    s->stages[1].people = FIGURE_HELD;
    CHECK_I64(equity_stage_known(s, "offered").lo, 14);
    CHECK_I64(equity_stage_known(s, "planned").hi, INT64_MAX);
}
