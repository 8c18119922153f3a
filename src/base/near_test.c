// near_test.c -- slips of the hand, counted.
#include "base/near.h"
#include "test/test.h"

#include <limits.h>

TEST(changes_between_words_are_counted)
{
    CHECK_I64(near_distance(STR("hba1c"), STR("hba1c")), 0);
    CHECK_I64(near_distance(STR("hba1c"), STR("HbA1c")), 0);
    CHECK_I64(near_distance(STR("houseboud"), STR("housebound")), 1);
    CHECK_I64(near_distance(STR("hosuebound"), STR("housebound")), 1); // two letters swapped
    CHECK_I64(near_distance(STR("kitten"), STR("sitting")), 3);
    CHECK_I64(near_distance(STR(""), STR("abc")), 3);
    CHECK_I64(near_distance(STR("abc"), STR("")), 3);
}

TEST(a_long_word_is_near_to_nothing)
{
    char text[NEAR_BYTES_MAX + 2];
    for (size_t i = 0; i < sizeof text; i++) text[i] = 'a';
    CHECK_I64(near_distance((Str){text, NEAR_BYTES_MAX}, (Str){text, NEAR_BYTES_MAX}), 0);
    CHECK_I64(near_distance((Str){text, NEAR_BYTES_MAX + 1}, STR("a")), INT_MAX);
}

TEST(short_words_allow_fewer_changes)
{
    CHECK(near_enough(STR("hba"), 1) && !near_enough(STR("hba"), 2));
    CHECK(near_enough(STR("diabets"), 2) && !near_enough(STR("diabets"), 3));
}
