#include "base/date.h"
#include "test/test.h"

static Date day(const char *iso)
{
    Date date = DATE_NONE;
    bool ok = date_parse_iso(str_from_c(iso), &date);
    assert(ok);
    return date;
}

TEST(iso_dates_are_read_strictly)
{
    Date out = {5};
    CHECK(date_parse_iso(STR("2026-12-01"), &out) && out.days == day("2026-12-01").days);
    const Str refused[] = {STR(""),           STR("2026-12-1"),   STR("2026-2-01"),
                           STR("2026-02-30"), STR("20261201"),    STR("2026-12-01 "),
                           STR("2026/12/01"), STR(" 2026-12-01"), STR("2026-12-0a"),
                           STR("-026-12-01"), STR("+026-12-01"),  STR("0000-01-01")};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        out = (Date){5};
        CHECK(!date_parse_iso(refused[i], &out) && out.days == 5);
    }
}

TEST(practice_system_dates)
{
    Date out = {5};
    CHECK(date_parse_dmon(STR("02-Apr-2026"), &out) && out.days == day("2026-04-02").days);
    CHECK(date_parse_dmon(STR("29-FEB-2024"), &out) && out.days == day("2024-02-29").days);
    out = (Date){5};
    CHECK(!date_parse_dmon(STR("29-Feb-2026"), &out));
    CHECK(!date_parse_dmon(STR("2-Apr-2026"), &out));
    CHECK(!date_parse_dmon(STR("02-Apr-26"), &out));
    CHECK(!date_parse_dmon(STR("02-Abr-2026"), &out));
    CHECK(!date_parse_dmon(STR("02 Apr 2026"), &out));
    CHECK_I64(out.days, 5);
}

TEST(partial_dates_keep_their_precision)
{
    Date first = {5};
    DatePrecision precision = DATE_TO_DAY;
    CHECK(date_parse_fhir(STR("1948"), &first, &precision) && precision == DATE_TO_YEAR);
    CHECK_STR(date_fhir(t->arena, first, precision), "1948");
    CHECK(date_parse_fhir(STR("1948-02"), &first, &precision) && precision == DATE_TO_MONTH);
    CHECK_STR(date_fhir(t->arena, first, precision), "1948-02");
    CHECK(date_parse_fhir(STR("1948-02-03"), &first, &precision) && precision == DATE_TO_DAY);
    CHECK_STR(date_fhir(t->arena, first, precision), "1948-02-03");
    CHECK(!date_parse_fhir(STR("48"), &first, &precision));
    CHECK(!date_parse_fhir(STR("1948-13"), &first, &precision));
    CHECK(!date_parse_fhir(STR("1948-2"), &first, &precision));
    CHECK(!date_parse_fhir(STR("1948/02"), &first, &precision));
    CHECK(!date_parse_fhir(STR("0000"), &first, &precision));
    CHECK(!date_parse_fhir(STR("2026-02-30"), &first, &precision));
    CHECK(!date_parse_fhir(STR(""), &first, &precision));
}

static void check_instant(Test *t, const char *text, const char *utc)
{
    Instant out = {5};
    CHECK(instant_parse_iso(str_from_c(text), &out));
    CHECK_STR(instant_iso(t->arena, out), utc);
}

TEST(instants_are_read_with_any_offset)
{
    check_instant(t, "2026-11-26T15:30:00.123Z", "2026-11-26T15:30:00.123Z");
    check_instant(t, "2026-11-26T15:30:00+01:00", "2026-11-26T14:30:00.000Z");
    check_instant(t, "2026-11-26T22:30:00-03:30", "2026-11-27T02:00:00.000Z");
    check_instant(t, "2026-11-26T15:30:00.5Z", "2026-11-26T15:30:00.500Z");
    check_instant(t, "2026-11-26T15:30:00.123999999Z", "2026-11-26T15:30:00.123Z");
    check_instant(t, "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z");
    check_instant(t, "2026-11-26T15:30:00-00:00", "2026-11-26T15:30:00.000Z");
}

TEST(instants_without_all_their_parts_are_refused)
{
    const Str refused[] = {STR("2026-11-26T15:30Z"),
                           STR("2026-11-26T15:30:00"),
                           STR("2026-11-26 15:30:00Z"),
                           STR("2026-11-26T24:00:00Z"),
                           STR("2026-11-26T15:60:00Z"),
                           STR("2026-11-26T15:30:61Z"),
                           STR("2026-11-26T15:30:00.Z"),
                           STR("2026-11-26T15:30:00.1234567890Z"),
                           STR("2026-11-26T15:30:00+14:01"),
                           STR("2026-11-26T15:30:00+01:60"),
                           STR("2026-11-26T15:30:00+0100"),
                           STR("2026-11-26T15:30:00Zx"),
                           STR("2026-02-30T15:30:00Z"),
                           STR("2026-11-26"),
                           STR("")};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        Instant out = {5};
        CHECK(!instant_parse_iso(refused[i], &out));
        CHECK_I64(out.ms, 5);
    }
}

// Read on Tuesday 17 November 2026.
static void check_human(Test *t, const char *text, const char *iso)
{
    Date out = DATE_NONE;
    DateParse result = date_parse_human(str_from_c(text), day("2026-11-17"), &out);
    if (result != DATE_OK) fprintf(stderr, "# \"%s\" was not read\n", text);
    CHECK_I64(result, DATE_OK);
    CHECK_STR(date_iso(t->arena, out), iso);
}

static void check_refused(Test *t, const char *text, DateParse why)
{
    Date out = {5};
    DateParse result = date_parse_human(str_from_c(text), day("2026-11-17"), &out);
    if (result != why) fprintf(stderr, "# \"%s\" gave %d\n", text, (int)result);
    CHECK_I64(result, why);
    CHECK_I64(out.days, 5);
}

TEST(what_people_type_is_understood)
{
    check_human(t, "1 December 2026", "2026-12-01");
    check_human(t, "1 Dec", "2026-12-01");
    check_human(t, "1/12/26", "2026-12-01");
    check_human(t, "1/12/2026", "2026-12-01");
    check_human(t, "01/02/2026", "2026-02-01"); // day first
    check_human(t, "2026-12-01", "2026-12-01");
    check_human(t, "1-12-2026", "2026-12-01");
    check_human(t, "1.12.26", "2026-12-01");
    check_human(t, "02-Apr-2026", "2026-04-02");
    check_human(t, " 1st   DECEMBER, 2026 ", "2026-12-01");
    check_human(t, "22nd sept 2026", "2026-09-22");
    check_human(t, "3 feb 1948", "1948-02-03");
    check_human(t, "Thu 26 Nov", "2026-11-26"); // as date_short shows it
    check_human(t, "Tuesday 1 December 2026", "2026-12-01");
    check_human(t, "1 Dec 26", "2026-12-01");
}

TEST(days_from_today_are_understood)
{
    check_human(t, "today", "2026-11-17");
    check_human(t, "Tomorrow", "2026-11-18");
    check_human(t, "yesterday", "2026-11-16");
    check_human(t, "in 3 days", "2026-11-20");
    check_human(t, "in 2 weeks", "2026-12-01");
    check_human(t, "in 1 month", "2026-12-17");
    check_human(t, "in a week", "2026-11-24");
    check_human(t, "IN 1 YEAR", "2027-11-17");
}

TEST(a_day_without_a_year_is_the_next_one)
{
    check_human(t, "17 Nov", "2026-11-17");
    check_human(t, "16 Nov", "2027-11-16");
    check_refused(t, "29 Feb", DATE_IMPOSSIBLE);
}

TEST(days_that_do_not_exist_are_told_apart_from_nonsense)
{
    check_refused(t, "31 Feb 2026", DATE_IMPOSSIBLE);
    check_refused(t, "31/02/2026", DATE_IMPOSSIBLE);
    check_refused(t, "2026-02-30", DATE_IMPOSSIBLE);
    check_refused(t, "12/31/2026", DATE_IMPOSSIBLE);
    check_refused(t, "0/1/2026", DATE_IMPOSSIBLE);
    check_refused(t, "Monday 1 December 2026", DATE_IMPOSSIBLE); // it is a Tuesday
    check_refused(t, "", DATE_UNREADABLE);
    check_refused(t, "soon", DATE_UNREADABLE);
    check_refused(t, "1", DATE_UNREADABLE);
    check_refused(t, "1 Foo 2026", DATE_UNREADABLE);
    check_refused(t, "1/12/026", DATE_UNREADABLE);
    check_refused(t, "2026/12/01", DATE_UNREADABLE);
    check_refused(t, "2026-12-1", DATE_UNREADABLE);
    check_refused(t, "in 0 days", DATE_UNREADABLE);
    check_refused(t, "in 1000 days", DATE_UNREADABLE);
    check_refused(t, "in 3 fortnights", DATE_UNREADABLE);
    check_refused(t, "at 3 days", DATE_UNREADABLE);
    check_refused(t, "1 Dec 2026 at 3", DATE_UNREADABLE);
    check_refused(t, "1 December 2026 or perhaps the 2nd, who knows", DATE_UNREADABLE);
    check_refused(t,
                  "1\xC2\xA0"
                  "Dec",
                  DATE_UNREADABLE);
    check_refused(t, "12026-01-01", DATE_UNREADABLE);
    check_refused(t, "1                            December 2026", DATE_UNREADABLE);
}

TEST(what_could_be_two_days_is_refused)
{
    check_refused(t, "03/04", DATE_AMBIGUOUS);
    check_refused(t, "3-4", DATE_AMBIGUOUS);
    check_refused(t, "3.4", DATE_AMBIGUOUS);
    check_refused(t, "3/2/48", DATE_AMBIGUOUS); // 1948 or 2048?
    check_refused(t, "3 Feb 48", DATE_AMBIGUOUS);
    check_human(t, "3/2/36", "2036-02-03");
    check_human(t, "3/2/16", "2016-02-03");
    check_refused(t, "3/2/37", DATE_AMBIGUOUS);
    check_refused(t, "3/2/15", DATE_AMBIGUOUS);
}

TEST(years_are_kept_to_those_people_mean)
{
    check_human(t, "1/1/1900", "1900-01-01");
    check_human(t, "31/12/2199", "2199-12-31");
    check_refused(t, "31/12/1899", DATE_UNREADABLE);
    check_refused(t, "1/1/2200", DATE_UNREADABLE);
    check_refused(t, "in 999 years", DATE_UNREADABLE);
}

TEST(whatever_is_shown_is_read_again)
{
    int wrong = 0;
    Date today = day("2026-11-17");
    for (int32_t days = day("1900-01-01").days; days <= day("2199-12-31").days; days++) {
        Date back = DATE_NONE;
        Date date = {days};
        if (date_parse_human(date_long(t->arena, date), today, &back) != DATE_OK) wrong++;
        if (back.days != days) wrong++;
        if (!date_parse_iso(date_iso(t->arena, date), &back) || back.days != days) wrong++;
        arena_reset(t->arena);
    }
    CHECK_I64(wrong, 0);
}
