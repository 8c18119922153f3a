// fuzz_date.c -- whatever is read as a day or a moment can be shown and read again.
#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_human(Arena *arena, Str text)
{
    static const int32_t TODAYS[] = {20774, 0, -25567, 84000, 11016, -719162, 2932896};
    for (size_t i = 0; i < COUNT_OF(TODAYS); i++) {
        Date today = {TODAYS[i]};
        Date date = DATE_NONE;
        Date back = DATE_NONE;
        if (date_parse_human(text, today, &date) != DATE_OK) {
            must(date_is_none(date));
            continue;
        }
        must(date_year(date) >= DATE_HUMAN_YEAR_MIN && date_year(date) <= DATE_HUMAN_YEAR_MAX);
        must(date_parse_human(date_long(arena, date), today, &back) == DATE_OK);
        must(date_cmp(back, date) == 0);
    }
}

static void check_instant(Arena *arena, Instant at)
{
    Instant back = {0};
    Instant second = {0};
    int hour = 0;
    int minute = 0;
    Str iso = instant_iso(arena, at);
    Date date = instant_date_london(at);
    must((iso.len == 0) == date_is_none(date));
    if (iso.len == 0) return;
    must(instant_parse_iso(iso, &back) && back.ms == at.ms);
    instant_london_clock(at, &hour, &minute);
    LocalKind kind = instant_from_london(date, hour, minute, &back, &second);
    must(kind != LOCAL_GAP); // a time that was shown exists
    int64_t in_minute = (at.ms % 60000 + 60000) % 60000;
    must(back.ms == at.ms - in_minute || second.ms == at.ms - in_minute);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    Date date = DATE_NONE;
    Instant instant = {0};
    DatePrecision precision = DATE_TO_DAY;
    if (date_parse_iso(text, &date)) must(str_eq(date_iso(arena, date), text));
    if (date_parse_dmon(text, &date)) must(!date_is_none(date));
    if (date_parse_fhir(text, &date, &precision)) {
        must(str_eq(date_fhir(arena, date, precision), text));
    }
    if (instant_parse_iso(text, &instant)) check_instant(arena, instant);
    check_human(arena, text);
    if (size >= sizeof instant.ms) {
        memcpy(&instant.ms, data, sizeof instant.ms);
        check_instant(arena, instant);
        check_instant(arena, (Instant){instant.ms % 253402300800000});
        Date day = {(int32_t)instant.ms};
        int32_t months = (int32_t)((uint64_t)instant.ms >> 32U);
        must(date_is_none(day) || (int)date_weekday(day) < 7);
        (void)date_add_months(day, months);
        (void)date_add_years(day, months);
        (void)date_add_days(day, months);
        (void)date_age_years(day, (Date){months});
    }
    return 0;
}
