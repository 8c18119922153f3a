#include "base/date.h"
#include "test/test.h"

static Date day(int year, int month, int day_of_month)
{
    Date date = DATE_NONE;
    bool ok = date_from_ymd(year, month, day_of_month, &date);
    assert(ok);
    return date;
}

static Instant at(const char *iso)
{
    Instant instant = {0};
    bool ok = instant_parse_iso(str_from_c(iso), &instant);
    assert(ok);
    return instant;
}

#define CHECK_DATE(date, lit) CHECK_STR(date_iso(t->arena, (date)), lit)

TEST(days_are_counted_from_1970)
{
    CHECK_I64(day(1970, 1, 1).days, 0);
    CHECK_I64(day(1969, 12, 31).days, -1);
    CHECK_I64(day(2000, 2, 29).days, 11016);
    CHECK_I64(day(2026, 11, 17).days, 20774);
    CHECK_I64(day(1, 1, 1).days, -719162);
    CHECK_I64(day(9999, 12, 31).days, 2932896);
}

TEST(days_that_are_not_in_the_calendar_are_refused)
{
    Date out = {5};
    CHECK(!date_from_ymd(2026, 2, 29, &out));
    CHECK(!date_from_ymd(1900, 2, 29, &out));
    CHECK(!date_from_ymd(2026, 4, 31, &out));
    CHECK(!date_from_ymd(2026, 13, 1, &out));
    CHECK(!date_from_ymd(2026, 0, 1, &out));
    CHECK(!date_from_ymd(2026, 1, 0, &out));
    CHECK(!date_from_ymd(0, 1, 1, &out));
    CHECK(!date_from_ymd(10000, 1, 1, &out));
    CHECK_I64(out.days, 5);
}

TEST(every_day_of_the_calendar_goes_there_and_back)
{
    int year = 0;
    int month = 0;
    int day_of_month = 0;
    int wrong = 0;
    int before = 0;
    for (int32_t days = -719162; days <= 2932896; days++) {
        Date back = DATE_NONE;
        if (!date_to_ymd((Date){days}, &year, &month, &day_of_month)) wrong++;
        if (!date_from_ymd(year, month, day_of_month, &back) || back.days != days) wrong++;
        int order = year * 10000 + month * 100 + day_of_month;
        if (order <= before) wrong++;
        before = order;
    }
    CHECK_I64(wrong, 0);
    CHECK(!date_to_ymd((Date){-719163}, &year, &month, &day_of_month));
    CHECK(!date_to_ymd((Date){2932897}, &year, &month, &day_of_month));
    CHECK(!date_to_ymd(DATE_NONE, &year, &month, &day_of_month));
}

TEST(weekdays)
{
    CHECK(date_weekday(day(1970, 1, 1)) == THURSDAY);
    CHECK(date_weekday(day(2026, 11, 17)) == TUESDAY);
    CHECK(date_weekday(day(1900, 1, 1)) == MONDAY);
    CHECK(date_weekday(day(1969, 7, 20)) == SUNDAY);
}

TEST(a_month_more_never_spills_over)
{
    CHECK_DATE(date_add_months(day(2026, 1, 31), 1), "2026-02-28");
    CHECK_DATE(date_add_months(day(2028, 1, 31), 1), "2028-02-29");
    CHECK_DATE(date_add_months(day(2028, 2, 29), 12), "2029-02-28");
    CHECK_DATE(date_add_months(day(2026, 12, 15), 1), "2027-01-15");
    CHECK_DATE(date_add_months(day(2026, 3, 31), -1), "2026-02-28");
    CHECK_DATE(date_add_months(day(2026, 1, 1), -1), "2025-12-01");
    CHECK_DATE(date_add_years(day(2028, 2, 29), 4), "2032-02-29");
    CHECK_DATE(date_add_days(day(2026, 12, 31), 1), "2027-01-01");
}

TEST(sums_that_leave_the_calendar_are_no_date)
{
    CHECK(date_is_none(date_add_days(day(9999, 12, 31), 1)));
    CHECK_I64(date_add_days(day(9999, 12, 31), 1).days, INT32_MIN);
    CHECK(date_is_none(date_add_days(day(1, 1, 1), -1)));
    CHECK(date_is_none(date_add_days(day(2026, 1, 1), INT32_MAX)));
    CHECK(date_is_none(date_add_months(day(9999, 12, 1), 1)));
    CHECK(date_is_none(date_add_months(day(1, 1, 31), -1)));
    CHECK(date_is_none(date_add_years(day(2026, 1, 1), INT32_MIN)));
    CHECK(date_is_none(date_add_days(DATE_NONE, 1)) && date_is_none(date_add_months(DATE_NONE, 1)));
    CHECK_DATE(DATE_NONE, "");
    CHECK(date_cmp(DATE_NONE, day(1, 1, 1)) < 0);
}

TEST(age_is_reached_on_the_birthday)
{
    CHECK_I64(date_age_years(day(1948, 2, 3), day(2026, 2, 2)), 77);
    CHECK_I64(date_age_years(day(1948, 2, 3), day(2026, 2, 3)), 78);
    CHECK_I64(date_age_years(day(2026, 11, 17), day(2026, 11, 17)), 0);
    CHECK_I64(date_age_years(day(2026, 11, 18), day(2026, 11, 17)), -1);
    CHECK_I64(date_age_years(day(2030, 1, 1), day(2026, 11, 17)), -1);
    CHECK_I64(date_age_years(DATE_NONE, day(2026, 1, 1)), -1);
    CHECK_I64(date_age_years(day(2026, 1, 1), DATE_NONE), -1);
}

TEST(born_on_29_february_turns_on_1_march)
{
    CHECK_I64(date_age_years(day(2008, 2, 29), day(2026, 2, 28)), 17);
    CHECK_I64(date_age_years(day(2008, 2, 29), day(2026, 3, 1)), 18);
    CHECK_I64(date_age_years(day(2008, 2, 29), day(2028, 2, 29)), 20);
}

TEST(london_is_an_hour_ahead_from_march_to_october)
{
    CHECK(!instant_is_summer_time(at("2026-03-29T00:59:59.999Z")));
    CHECK(instant_is_summer_time(at("2026-03-29T01:00:00Z")));
    CHECK(instant_is_summer_time(at("2026-10-25T00:59:59.999Z")));
    CHECK(!instant_is_summer_time(at("2026-10-25T01:00:00Z")));
    CHECK(instant_is_summer_time(at("2030-03-31T01:00:00Z"))); // the 31st is itself a Sunday
    CHECK(!instant_is_summer_time(at("2030-03-30T12:00:00Z")));
    CHECK_DATE(instant_date_london(at("2026-06-30T23:30:00Z")), "2026-07-01");
    CHECK_DATE(instant_date_london(at("2026-12-31T23:30:00Z")), "2026-12-31");
    CHECK_STR(instant_clock(t->arena, at("2026-06-30T23:30:00Z")), "00:30");
    CHECK_DATE(instant_date_london(at("1969-12-31T23:59:59Z")), "1969-12-31");
}

TEST(a_london_time_is_one_moment_except_when_clocks_change)
{
    Instant first;
    Instant second;
    CHECK(instant_from_london(day(2026, 11, 17), 11, 40, &first, &second) == LOCAL_ONE);
    CHECK_STR(instant_iso(t->arena, first), "2026-11-17T11:40:00.000Z");
    CHECK(instant_from_london(day(2026, 7, 1), 0, 30, &first, &second) == LOCAL_ONE);
    CHECK_STR(instant_iso(t->arena, first), "2026-06-30T23:30:00.000Z");
    CHECK_I64(first.ms, second.ms);

    CHECK(instant_from_london(day(2026, 3, 29), 0, 59, &first, &second) == LOCAL_ONE);
    CHECK(instant_from_london(day(2026, 3, 29), 1, 0, &first, &second) == LOCAL_GAP);
    CHECK(instant_from_london(day(2026, 3, 29), 1, 59, &first, &second) == LOCAL_GAP);
    CHECK_STR(instant_clock(t->arena, first), "02:59");
    CHECK_I64(first.ms, second.ms);
    CHECK(instant_from_london(day(2026, 3, 29), 2, 0, &first, &second) == LOCAL_ONE);

    CHECK(instant_from_london(day(2026, 10, 25), 0, 59, &first, &second) == LOCAL_ONE);
    CHECK(instant_from_london(day(2026, 10, 25), 1, 0, &first, &second) == LOCAL_AMBIGUOUS);
    CHECK(instant_from_london(day(2026, 10, 25), 1, 59, &first, &second) == LOCAL_AMBIGUOUS);
    CHECK_STR(instant_iso(t->arena, first), "2026-10-25T00:59:00.000Z");
    CHECK_STR(instant_iso(t->arena, second), "2026-10-25T01:59:00.000Z");
    CHECK(instant_from_london(day(2026, 10, 25), 2, 0, &first, &second) == LOCAL_ONE);
}

TEST(a_day_begins_at_its_first_moment_in_london)
{
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 1, 10))), "2026-01-10T00:00:00.000Z");
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 7, 1))), "2026-06-30T23:00:00.000Z");
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 3, 29))), "2026-03-29T00:00:00.000Z");
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 3, 30))), "2026-03-29T23:00:00.000Z");
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 10, 25))), "2026-10-24T23:00:00.000Z");
    CHECK_STR(instant_iso(t->arena, date_begins(day(2026, 10, 26))), "2026-10-26T00:00:00.000Z");
    for (int month = 1; month <= 12; month++) {
        Date first = day(2026, month, 1);
        CHECK_I64(date_cmp(instant_date_london(date_begins(first)), first), 0);
        Instant before = {date_begins(first).ms - 1};
        CHECK_I64(date_cmp(instant_date_london(before), date_add_days(first, -1)), 0);
    }
}

TEST(dates_are_shown_in_words)
{
    CHECK_STR(date_long(t->arena, day(1948, 2, 3)), "3 February 1948");
    CHECK_STR(date_medium(t->arena, day(1948, 9, 3)), "3 Sep 1948");
    CHECK_STR(date_short(t->arena, day(2026, 11, 26)), "Thu 26 Nov");
    CHECK_STR(date_iso(t->arena, day(33, 4, 3)), "0033-04-03");
    CHECK_STR(date_fhir(t->arena, day(2026, 11, 1), DATE_TO_MONTH), "2026-11");
    CHECK_STR(date_fhir(t->arena, day(2026, 1, 1), DATE_TO_YEAR), "2026");
    CHECK_STR(instant_long(t->arena, at("2026-11-17T11:40:00Z")), "17 November 2026, 11:40");
    CHECK_STR(instant_long(t->arena, at("2026-06-17T11:05:00Z")), "17 June 2026, 12:05");
    CHECK_STR(instant_iso(t->arena, (Instant){-1}), "1969-12-31T23:59:59.999Z");
    CHECK_STR(instant_iso(t->arena, (Instant){INT64_MAX}), "");
    CHECK_STR(instant_long(t->arena, (Instant){INT64_MIN}), "");
    CHECK_STR(instant_clock(t->arena, (Instant){INT64_MIN}), "");
    CHECK_STR(date_long(t->arena, DATE_NONE), "");
}
