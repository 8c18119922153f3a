#include "nhs/ethnic_category.h"
#include "test/test.h"

TEST(an_ethnic_category_is_read_by_its_letter)
{
    CHECK_STR(ethnic_category_words(STR("A")), "White: British");
    CHECK_STR(ethnic_category_words(STR("H")), "Asian: Indian");
    CHECK_STR(ethnic_category_words(STR("Z")), "Not stated");
    CHECK_STR(ethnic_category_words(STR("99")), "Not known");
}

TEST(what_is_no_category_stays_as_it_was_sent)
{
    CHECK_STR(ethnic_category_words(STR("")), "");
    CHECK_STR(ethnic_category_words(STR("a")), "a");
    CHECK_STR(ethnic_category_words(STR("Q")), "Q"); // no category has this letter
    CHECK_STR(ethnic_category_words(STR("White Polish")), "White Polish");
}

TEST(each_category_stands_once)
{
    for (size_t i = 0; i < COUNT_OF(ETHNIC_CATEGORIES); i++) {
        for (size_t k = i + 1; k < COUNT_OF(ETHNIC_CATEGORIES); k++) {
            CHECK(ETHNIC_CATEGORIES[i].letter != ETHNIC_CATEGORIES[k].letter);
            CHECK(strcmp(ETHNIC_CATEGORIES[i].words, ETHNIC_CATEGORIES[k].words) != 0);
        }
    }
}
