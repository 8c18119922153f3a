// language_test.c -- the list of languages' names.
#include "nhs/language.h"
#include "test/test.h"

TEST(languages_stand_by_name_and_once)
{
    size_t count = 0;
    for (; language_at(count + 1).len > 0; count++) {
        CHECK(str_cmp(language_at(count), language_at(count + 1)) < 0);
    }
    CHECK(count > 150);
}

TEST(a_language_is_named_in_capitals_or_not)
{
    CHECK(language_is_named(STR("Urdu")) && language_is_named(STR("british SIGN language")));
    CHECK(!language_is_named(STR("Urdo")) && !language_is_named(STR("")));
}
