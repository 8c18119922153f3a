// date.h -- days and moments: counted, added, shown and read as people in England write them.
//
// A Date is a day in the calendar (proleptic Gregorian), an Instant a moment in UTC. Every read is
// strict: what could mean two days is refused, never guessed. Local time is Europe/London, by the
// rule in force since 1996 (summer time from the last Sunday of March to the last Sunday of
// October, both at 01:00 UTC), applied to every year; no time zone files are read.
// Not here: the present. It is given to whoever needs it.
#ifndef DATE_H
#define DATE_H

#include "base/base.h"

typedef struct Date {
    int32_t days; // since 1 January 1970; may be negative
} Date;

typedef struct Instant {
    int64_t ms; // UTC milliseconds since 1970-01-01T00:00:00Z; may be negative
} Instant;

#define DATE_NONE ((Date){INT32_MIN}) // no day: unknown, or a sum that left the calendar

enum {
    DATE_YEAR_MIN = 1, // a Date lies in these years, or is DATE_NONE
    DATE_YEAR_MAX = 9999,
    DATE_HUMAN_YEAR_MIN = 1900, // what date_parse_human accepts
    DATE_HUMAN_YEAR_MAX = 2199,
    DATE_HUMAN_BYTES_MAX = 40,
    DATE_HUMAN_COUNT_MAX = 999, // of "in 3 weeks"
    DATE_SHORT_YEAR_SPAN = 10,  // a year of two digits is read within so many years of today
    DAY_MS = 86400000,
};

typedef enum Weekday { MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY } Weekday;
typedef enum DatePrecision { DATE_TO_DAY, DATE_TO_MONTH, DATE_TO_YEAR } DatePrecision;
typedef enum LocalKind { LOCAL_ONE, LOCAL_GAP, LOCAL_AMBIGUOUS } LocalKind;

typedef enum DateParse {
    DATE_OK,
    DATE_UNREADABLE, // not one of the forms, or a year outside 1900 to 2199
    DATE_IMPOSSIBLE, // the form is right, the day is not in the calendar (31 February)
    DATE_AMBIGUOUS,  // "03/04", or "3/2/48" whose century cannot be told: ask for the year in full
} DateParse;

// ---- the calendar. A DATE_NONE argument gives DATE_NONE (or false) back.
bool date_is_none(Date date);
bool date_from_ymd(int year, int month, int day, Date *out); // false if there is no such day
bool date_to_ymd(Date date, int *year, int *month, int *day);
int date_year(Date date);                      // 0 for DATE_NONE
int date_month_days(int year, int month);      // 28..31; 0 for a month outside 1..12
Weekday date_weekday(Date date);               // date must not be DATE_NONE
int date_cmp(Date a, Date b);                  // -1, 0, 1; DATE_NONE comes before every day
int32_t date_days_between(Date from, Date to); // negative when `to` is earlier; neither NONE
Date date_add_days(Date date, int32_t days);   // DATE_NONE outside the calendar
// Same day of a later (or earlier) month; where that month is too short, its last day:
// 31 Jan + 1 month = 28 or 29 Feb; 29 Feb + 12 months = 28 Feb. Never spills into the next month.
Date date_add_months(Date date, int32_t months);
Date date_add_years(Date date, int32_t years); // as 12 times as many months

// Whole years of age on a day, as English law counts: reached at the start of the birthday (Family
// Law Reform Act 1969 s.9), and somebody born on 29 February has it on 1 March in other years.
// -1 when `on` is before `born` or either is DATE_NONE.
int date_age_years(Date born, Date on);

// ---- London
Date instant_date_london(Instant at); // DATE_NONE when outside the calendar
void instant_london_clock(Instant at, int *hour, int *minute);
bool instant_is_summer_time(Instant at);
// The moment when London clocks show hour:minute (00:00..23:59, checked by assert) on that day.
// LOCAL_ONE: *first and *second are it. LOCAL_AMBIGUOUS (clocks went back, shown twice): *first is
// the earlier (BST), *second the later (GMT). LOCAL_GAP (clocks went forward, never shown): both
// are the moment that shows one hour later. Ask the person in the last two cases.
LocalKind instant_from_london(Date date, int hour, int minute, Instant *first, Instant *second);
// Its first moment in London, which is always one: clocks change at 01:00 or 02:00. Not DATE_NONE.
Instant date_begins(Date date);

// ---- shown. Text lives in the arena; DATE_NONE gives "".
Str date_long(Arena *arena, Date date);   // "3 February 1948"
Str date_medium(Arena *arena, Date date); // "3 Feb 1948"
Str date_short(Arena *arena, Date date);  // "Thu 26 Nov": only where the year is plain to see
Str date_iso(Arena *arena, Date date);    // "2026-11-26"
Str date_fhir(Arena *arena, Date date, DatePrecision precision); // "2026-11-26", "2026-11", "2026"
Str instant_clock(Arena *arena, Instant at);                     // "15:30", London
Str instant_long(Arena *arena, Instant at); // "17 November 2026, 11:40", London
Str instant_iso(Arena *arena, Instant at);  // "2026-11-26T15:30:00.123Z", UTC

// ---- read. *out is untouched unless true or DATE_OK comes back. No surrounding blanks allowed,
// except by date_parse_human.
bool date_parse_iso(Str text, Date *out);  // YYYY-MM-DD
bool date_parse_dmon(Str text, Date *out); // 02-Apr-2026, any case: how practice systems export
bool date_parse_fhir(Str text, Date *first_out, DatePrecision *out); // YYYY, YYYY-MM, YYYY-MM-DD

// YYYY-MM-DDThh:mm:ss, any fraction to 9 digits (cut to ms), then Z or an offset to +-14:00. Second
// 60 is read as the next second; hour 24 is refused.
bool instant_parse_iso(Str text, Instant *out);

// What a person types: "1 December 2026", "1 Dec", "1/12/2026", "1/12/26" (day first, also with
// '-' or '.'), "2026-12-01", "today", "tomorrow", "yesterday", "in 3 days", "in 2 weeks", "in a
// month", "in 1 year"; any case, "1st", and a weekday before it if it is the right one. Without a
// year it is the next such day, today included. Echo what was understood with date_long.
DateParse date_parse_human(Str text, Date today, Date *out);

#endif
