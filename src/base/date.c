// date.c -- the calendar, London time, and days and moments as text. Reading is in date_read.c.
#include "base/date.h"

enum {
    EPOCH_DAYS = 719162, // from 1 January of year 1 to 1 January 1970
    DAYS_MIN = -EPOCH_DAYS,
    DAYS_MAX = 2932896, // 31 December 9999
    HOUR_MS = 3600000,
    MINUTE_MS = 60000,
};

static const char *const MONTH_NAMES[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};
static const char *const DAY_NAMES[7] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

// Quotient towards minus infinity: the day of an instant before 1970 is the day it is in.
static int64_t floor_div(int64_t n, int64_t by)
{
    return n / by - (n % by < 0 ? 1 : 0);
}

// ---- the calendar

bool date_is_none(Date date)
{
    return date.days < DAYS_MIN || date.days > DAYS_MAX;
}

static bool is_leap_year(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_month_days(int year, int month)
{
    static const int DAYS[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12) return 0;
    return DAYS[month - 1] + (month == 2 && is_leap_year(year) ? 1 : 0);
}

static int days_before_month(int year, int month)
{
    static const int DAYS[12] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    return DAYS[month - 1] + (month > 2 && is_leap_year(year) ? 1 : 0);
}

// Days from 1 January of year 1 to 1 January of `year`.
static int days_before_year(int year)
{
    int past = year - 1;
    return past * 365 + past / 4 - past / 100 + past / 400;
}

bool date_from_ymd(int year, int month, int day, Date *out)
{
    if (year < DATE_YEAR_MIN || year > DATE_YEAR_MAX) return false;
    if (day < 1 || day > date_month_days(year, month)) return false;
    *out = (Date){days_before_year(year) + days_before_month(year, month) + day - 1 - EPOCH_DAYS};
    return true;
}

bool date_to_ymd(Date date, int *year, int *month, int *day)
{
    if (date_is_none(date)) return false;
    int left = date.days + EPOCH_DAYS;
    int y = (int)((int64_t)left * 400 / 146097) + 1; // 146097 days in 400 years; off by one at most
    while (days_before_year(y) > left) y--;
    while (days_before_year(y + 1) <= left) y++;
    left -= days_before_year(y);

    int m = left / 31 + 1; // never too late, at most one month too early
    if (m < 12 && days_before_month(y, m + 1) <= left) m++;
    *year = y;
    *month = m;
    *day = left - days_before_month(y, m) + 1;
    return true;
}

int date_year(Date date)
{
    int year = 0;
    int month = 0;
    int day = 0;
    return date_to_ymd(date, &year, &month, &day) ? year : 0;
}

Weekday date_weekday(Date date)
{
    assert(!date_is_none(date));
    return (Weekday)((date.days + EPOCH_DAYS) % 7); // 1 January of year 1 was a Monday
}

int date_cmp(Date a, Date b)
{
    return (a.days > b.days) - (a.days < b.days);
}

int32_t date_days_between(Date from, Date to)
{
    assert(!date_is_none(from) && !date_is_none(to));
    return to.days - from.days;
}

Date date_add_days(Date date, int32_t days)
{
    if (date_is_none(date)) return DATE_NONE;
    int64_t sum = (int64_t)date.days + days;
    return sum < DAYS_MIN || sum > DAYS_MAX ? DATE_NONE : (Date){(int32_t)sum};
}

static Date add_months(Date date, int64_t months)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!date_to_ymd(date, &year, &month, &day)) return DATE_NONE;
    int64_t sum = (int64_t)year * 12 + (month - 1) + months;
    if (sum < 0 || sum / 12 < DATE_YEAR_MIN || sum / 12 > DATE_YEAR_MAX) return DATE_NONE;

    year = (int)(sum / 12);
    month = (int)(sum % 12) + 1;
    int last = date_month_days(year, month);
    Date moved = DATE_NONE;
    bool exists = date_from_ymd(year, month, day < last ? day : last, &moved);
    assert(exists);
    return moved;
}

Date date_add_months(Date date, int32_t months)
{
    return add_months(date, months);
}

Date date_add_years(Date date, int32_t years)
{
    return add_months(date, (int64_t)years * 12);
}

int date_age_years(Date born, Date on)
{
    int born_year = 0;
    int born_month = 0;
    int born_day = 0;
    int year = 0;
    int month = 0;
    int day = 0;
    if (!date_to_ymd(born, &born_year, &born_month, &born_day)) return -1;
    if (!date_to_ymd(on, &year, &month, &day) || date_cmp(on, born) < 0) return -1;
    // 28 February is before 29 February: that birthday comes on 1 March by itself.
    bool before = month < born_month || (month == born_month && day < born_day);
    return year - born_year - (before ? 1 : 0);
}

// ---- London

// 01:00 UTC on the last Sunday of a month with 31 days: when the clocks change.
static int64_t change_ms(int year, int month)
{
    Date last = DATE_NONE;
    bool exists = date_from_ymd(year, month, 31, &last);
    assert(exists);
    int past_sunday = ((int)date_weekday(last) + 1) % 7;
    return ((int64_t)last.days - past_sunday) * DAY_MS + HOUR_MS;
}

static bool in_calendar(Instant at)
{
    int64_t days = floor_div(at.ms, DAY_MS);
    return days >= DAYS_MIN && days < DAYS_MAX; // a day kept back: London may be an hour ahead
}

bool instant_is_summer_time(Instant at)
{
    if (!in_calendar(at)) return false;
    int year = date_year((Date){(int32_t)floor_div(at.ms, DAY_MS)});
    return at.ms >= change_ms(year, 3) && at.ms < change_ms(year, 10);
}

// Milliseconds since 1970 as a London clock would count them.
static int64_t london_ms(Instant at)
{
    return at.ms + (instant_is_summer_time(at) ? HOUR_MS : 0);
}

Date instant_date_london(Instant at)
{
    if (!in_calendar(at)) return DATE_NONE;
    return (Date){(int32_t)floor_div(london_ms(at), DAY_MS)};
}

void instant_london_clock(Instant at, int *hour, int *minute)
{
    int64_t local = in_calendar(at) ? london_ms(at) : at.ms;
    int64_t in_day = local - floor_div(local, DAY_MS) * DAY_MS;
    *hour = (int)(in_day / HOUR_MS);
    *minute = (int)(in_day % HOUR_MS / MINUTE_MS);
}

LocalKind instant_from_london(Date date, int hour, int minute, Instant *first, Instant *second)
{
    assert(!date_is_none(date) && hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59);
    int64_t shown =
        (int64_t)date.days * DAY_MS + (int64_t)hour * HOUR_MS + (int64_t)minute * MINUTE_MS;
    Instant winter = {shown};
    Instant summer = {shown - HOUR_MS};
    bool winter_fits = !instant_is_summer_time(winter);
    bool summer_fits = instant_is_summer_time(summer);

    *first = summer_fits ? summer : winter;
    *second = winter_fits || !summer_fits ? winter : summer;
    if (winter_fits && summer_fits) return LOCAL_AMBIGUOUS;
    return winter_fits || summer_fits ? LOCAL_ONE : LOCAL_GAP;
}

Instant date_begins(Date date)
{
    Instant first = {0};
    Instant second = {0};
    (void)instant_from_london(date, 0, 0, &first, &second);
    return first;
}

// ---- shown

typedef struct Ymd {
    int year;
    int month;
    int day;
} Ymd;

static bool ymd(Date date, Ymd *out)
{
    return date_to_ymd(date, &out->year, &out->month, &out->day);
}

Str date_long(Arena *arena, Date date)
{
    Ymd d;
    if (!ymd(date, &d)) return STR("");
    return arena_fmt(arena, "%d %s %d", d.day, MONTH_NAMES[d.month - 1], d.year);
}

Str date_medium(Arena *arena, Date date)
{
    Ymd d;
    if (!ymd(date, &d)) return STR("");
    return arena_fmt(arena, "%d %.3s %d", d.day, MONTH_NAMES[d.month - 1], d.year);
}

Str date_short(Arena *arena, Date date)
{
    Ymd d;
    if (!ymd(date, &d)) return STR("");
    const char *weekday = DAY_NAMES[date_weekday(date)];
    return arena_fmt(arena, "%s %d %.3s", weekday, d.day, MONTH_NAMES[d.month - 1]);
}

// So many digits, with zeros before.
static char *put_digits(char *to, int n, int digits)
{
    for (int i = digits; i-- > 0; n /= 10) to[i] = (char)('0' + n % 10);
    return to + digits;
}

static char *put_day(char *to, const Ymd *d)
{
    to = put_digits(to, d->year, 4);
    *to++ = '-';
    to = put_digits(to, d->month, 2);
    *to++ = '-';
    return put_digits(to, d->day, 2);
}

Str date_iso(Arena *arena, Date date)
{
    return date_fhir(arena, date, DATE_TO_DAY);
}

Str date_fhir(Arena *arena, Date date, DatePrecision precision)
{
    Ymd d;
    if (!ymd(date, &d)) return STR("");
    if (precision == DATE_TO_YEAR) return arena_fmt(arena, "%04d", d.year);
    if (precision == DATE_TO_MONTH) return arena_fmt(arena, "%04d-%02d", d.year, d.month);
    char *text = arena_alloc(arena, sizeof "2026-02-03", 1);
    return (Str){text, (size_t)(put_day(text, &d) - text)};
}

Str instant_clock(Arena *arena, Instant at)
{
    int hour = 0;
    int minute = 0;
    if (!in_calendar(at)) return STR("");
    instant_london_clock(at, &hour, &minute);
    return arena_fmt(arena, "%02d:%02d", hour, minute);
}

Str instant_long(Arena *arena, Instant at)
{
    int hour = 0;
    int minute = 0;
    Ymd d;
    if (!ymd(instant_date_london(at), &d)) return STR("");
    instant_london_clock(at, &hour, &minute);
    return arena_fmt(arena, "%d %s %d, %02d:%02d", d.day, MONTH_NAMES[d.month - 1], d.year, hour,
                     minute);
}

Str instant_iso(Arena *arena, Instant at)
{
    Ymd d;
    if (!in_calendar(at) || !ymd((Date){(int32_t)floor_div(at.ms, DAY_MS)}, &d)) return STR("");
    int in_day = (int)(at.ms - floor_div(at.ms, DAY_MS) * DAY_MS);
    char *text = arena_alloc(arena, sizeof "2026-02-03T04:05:06.789Z", 1);
    char *to = put_day(text, &d);
    *to++ = 'T';
    to = put_digits(to, in_day / HOUR_MS, 2);
    *to++ = ':';
    to = put_digits(to, in_day % HOUR_MS / MINUTE_MS, 2);
    *to++ = ':';
    to = put_digits(to, in_day % MINUTE_MS / 1000, 2);
    *to++ = '.';
    to = put_digits(to, in_day % 1000, 3);
    *to++ = 'Z';
    return (Str){text, (size_t)(to - text)};
}
