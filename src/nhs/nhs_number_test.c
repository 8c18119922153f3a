#include "nhs/nhs_number.h"
#include "test/test.h"

static NhsNumberRead read(const char *text, int64_t *out)
{
    return nhs_number_read(str_from_c(text), out);
}

TEST(a_number_is_read_with_spaces_and_dashes)
{
    int64_t n = 0;
    CHECK(read("9434765919", &n) == NHS_NUMBER_OK);
    CHECK_I64(n, 9434765919);
    n = 0;
    CHECK(read(" 943 476-5919 ", &n) == NHS_NUMBER_OK);
    CHECK_I64(n, 9434765919);
    n = 0;
    CHECK(read("943\xC2\xA0"
               "476\xE2\x80\x93"
               "5919",
               &n) == NHS_NUMBER_OK);
    CHECK_I64(n, 9434765919);
}

TEST(a_wrong_check_digit_is_told)
{
    int64_t n = 7;
    CHECK(read("943 476 5918", &n) == NHS_NUMBER_CHECK_DIGIT);
    CHECK_I64(n, 7); // untouched
}

TEST(a_remainder_that_needs_ten_is_never_valid)
{
    // Of all beginnings one in eleven has a check of ten: no last digit makes them a number.
    int64_t n = 0;
    int without = 0;
    for (int head = 0; head < 100; head++) {
        int good = 0;
        for (int last = 0; last < 10; last++) {
            char text[32];
            snprintf(text, sizeof text, "9990000%02d%d", head, last);
            good += read(text, &n) == NHS_NUMBER_OK;
        }
        CHECK(good <= 1);
        without += good == 0;
    }
    CHECK(without >= 8 && without <= 10); // one in eleven
}

TEST(other_things_get_their_own_sentence)
{
    int64_t n = 0;
    CHECK(read("", &n) == NHS_NUMBER_EMPTY);
    CHECK(read(" - ", &n) == NHS_NUMBER_EMPTY);
    CHECK(read("943476591", &n) == NHS_NUMBER_LENGTH);
    CHECK(read("94347659190", &n) == NHS_NUMBER_LENGTH);
    CHECK(read("943476591x", &n) == NHS_NUMBER_LENGTH);
    CHECK(read("QQ 12 34 56 C", &n) == NHS_NUMBER_NATIONAL_INSURANCE);
    CHECK(read("qq123456", &n) == NHS_NUMBER_NATIONAL_INSURANCE);
    CHECK(read("0000000000", &n) == NHS_NUMBER_CHECK_DIGIT);
    CHECK(read("<script>", &n) == NHS_NUMBER_LENGTH);
    CHECK_CONTAINS(str_from_c(nhs_number_sentence(NHS_NUMBER_NATIONAL_INSURANCE)),
                   "National Insurance");
}

TEST(a_number_is_shown_three_three_four)
{
    CHECK_STR(nhs_number_show(t->arena, 9998787084), "999 878 7084");
    CHECK_STR(nhs_number_show(t->arena, 12345), "000 001 2345");
    CHECK_STR(nhs_number_or(t->arena, 9998787084, STR("none")), "999 878 7084");
    CHECK_STR(nhs_number_or(t->arena, 0, STR("none")), "none");
    CHECK_STR(nhs_number_digits(t->arena, 9998787084), "9998787084");
}
