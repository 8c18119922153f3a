// campaign_share_test.c -- who gets whom, and when.
#include "insight/campaign/campaign_share.h"
#include "test/test.h"

enum { PEOPLE = 10 };

TEST(by_capacity_the_first_are_asked_first_whoever_asks)
{
    const int a_week[] = {3, 1};
    Share got[PEOPLE];
    share_places(a_week, 2, false, got, PEOPLE);
    static const int WHO[PEOPLE] = {0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
    static const int WEEK[PEOPLE] = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
    for (size_t i = 0; i < PEOPLE; i++) {
        CHECK_I64(got[i].who, WHO[i]);
        CHECK_I64(got[i].week, WEEK[i]);
    }
}

TEST(evenly_everybody_gets_as_many_and_who_can_do_less_takes_longer)
{
    const int a_week[] = {3, 1};
    Share got[PEOPLE];
    share_places(a_week, 2, true, got, PEOPLE);
    int count[2] = {0, 0};
    for (size_t i = 0; i < PEOPLE; i++) count[got[i].who]++;
    CHECK_I64(count[0], 5);
    CHECK_I64(count[1], 5);
    CHECK_I64(got[8].week, 1); // the fifth of the first: three in the week before
    CHECK_I64(got[9].week, 4); // the fifth of the second: one a week
}

TEST(nobody_is_given_more_in_a_week_than_they_can_do)
{
    enum { MANY = 2000, COLLEAGUES = 3, WEEKS = 200 };
    const int a_week[COLLEAGUES] = {1, 7, 4};
    Share *got = ARENA_ARRAY(t->arena, Share, MANY);
    int *count = ARENA_ARRAY(t->arena, int, (size_t)WEEKS *COLLEAGUES);
    share_places(a_week, COLLEAGUES, false, got, MANY);
    for (size_t i = 0; i < MANY; i++) count[(size_t)got[i].week * COLLEAGUES + got[i].who]++;
    for (size_t i = 0; i < (size_t)WEEKS * COLLEAGUES; i++) {
        CHECK(count[i] <= a_week[i % COLLEAGUES]);
    }
    for (size_t i = 1; i < MANY; i++) CHECK(got[i].week >= got[i - 1].week);
}
