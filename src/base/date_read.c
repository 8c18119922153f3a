// date_read.c -- days and moments read from text, strictly.
#include "base/date.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Exactly `count` digits at `at`, or false.
static bool digits_at(Str text, size_t at, size_t count, int *out)
{
    int value = 0;
    if (at + count > text.len) return false;
    for (size_t i = at; i < at + count; i++) {
        if (!is_digit(text.ptr[i])) return false;
        value = value * 10 + (text.ptr[i] - '0');
    }
    *out = value;
    return true;
}

static bool char_at(Str text, size_t at, char c)
{
    return at < text.len && text.ptr[at] == c;
}

bool date_parse_iso(Str text, Date *out)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (text.len != 10 || !char_at(text, 4, '-') || !char_at(text, 7, '-')) return false;
    return digits_at(text, 0, 4, &year) && digits_at(text, 5, 2, &month) &&
           digits_at(text, 8, 2, &day) && date_from_ymd(year, month, day, out);
}

bool date_parse_fhir(Str text, Date *first_out, DatePrecision *out)
{
    int year = 0;
    int month = 1;
    DatePrecision precision = DATE_TO_YEAR;
    if (text.len == 10) {
        precision = DATE_TO_DAY;
        if (!date_parse_iso(text, first_out)) return false;
    } else {
        if (text.len != 4 && text.len != 7) return false;
        if (text.len == 7) {
            precision = DATE_TO_MONTH;
            if (!char_at(text, 4, '-') || !digits_at(text, 5, 2, &month)) return false;
        }
        if (!digits_at(text, 0, 4, &year) || !date_from_ymd(year, month, 1, first_out)) {
            return false;
        }
    }
    *out = precision;
    return true;
}

// 1..12 for an English month, whole or its first three letters ("sept" too); 0 for anything else.
static int month_of(Str word)
{
    static const Str NAMES[12] = {
        STR_INIT("january"),   STR_INIT("february"), STR_INIT("march"),    STR_INIT("april"),
        STR_INIT("may"),       STR_INIT("june"),     STR_INIT("july"),     STR_INIT("august"),
        STR_INIT("september"), STR_INIT("october"),  STR_INIT("november"), STR_INIT("december"),
    };
    if (word.len < 3) return 0;
    if (str_eq_ascii_fold(word, STR("sept"))) return 9;
    for (int i = 0; i < 12; i++) {
        // Most months are told apart by two letters: an extract holds millions of dates.
        if (((word.ptr[0] ^ NAMES[i].ptr[0]) & ~0x20) != 0) continue;
        if (((word.ptr[2] ^ NAMES[i].ptr[2]) & ~0x20) != 0) continue;
        if (str_eq_ascii_fold(word, NAMES[i])) return i + 1;
        if (str_eq_ascii_fold(word, str_slice(NAMES[i], 0, 3))) return i + 1;
    }
    return 0;
}

bool date_parse_dmon(Str text, Date *out)
{
    int year = 0;
    int day = 0;
    if (text.len != 11 || !char_at(text, 2, '-') || !char_at(text, 6, '-')) return false;
    int month = month_of(str_slice(text, 3, 6));
    return month != 0 && digits_at(text, 0, 2, &day) && digits_at(text, 7, 4, &year) &&
           date_from_ymd(year, month, day, out);
}

// ---- instants

// ".5", ".123456789" at *at, cut to milliseconds; no fraction is 0. Moves *at past it.
static bool fraction_at(Str text, size_t *at, int *ms_out)
{
    int ms = 0;
    int digits = 0;
    if (char_at(text, *at, '.')) {
        for (*at += 1; *at < text.len && is_digit(text.ptr[*at]); *at += 1, digits++) {
            if (digits < 3) ms = ms * 10 + (text.ptr[*at] - '0');
        }
        if (digits < 1 || digits > 9) return false;
        for (; digits < 3; digits++) ms *= 10;
    }
    *ms_out = ms;
    return true;
}

// "Z", "+01:00" or "-03:30" as all that is left of the text.
static bool offset_at(Str text, size_t at, int *minutes_out)
{
    int hours = 0;
    int minutes = 0;
    if (char_at(text, at, 'Z') && text.len == at + 1) {
        *minutes_out = 0;
        return true;
    }
    bool west = char_at(text, at, '-');
    if (text.len != at + 6 || !(west || char_at(text, at, '+'))) return false;
    if (!char_at(text, at + 3, ':')) return false;
    if (!digits_at(text, at + 1, 2, &hours) || !digits_at(text, at + 4, 2, &minutes)) return false;
    if (minutes > 59 || hours * 60 + minutes > 14 * 60) return false;
    *minutes_out = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
}

bool instant_parse_iso(Str text, Instant *out)
{
    enum { SECONDS_END = 19 }; // of "2026-11-26T15:30:00"
    int hour = 0;
    int minute = 0;
    int second = 0;
    int ms = 0;
    int offset = 0;
    Date day = DATE_NONE;
    if (!date_parse_iso(str_slice(text, 0, 10), &day)) return false;
    if (!char_at(text, 10, 'T') || !char_at(text, 13, ':') || !char_at(text, 16, ':')) return false;
    if (!digits_at(text, 11, 2, &hour) || !digits_at(text, 14, 2, &minute)) return false;
    if (!digits_at(text, 17, 2, &second)) return false;
    if (hour > 23 || minute > 59 || second > 60) return false;
    size_t at = SECONDS_END;
    if (!fraction_at(text, &at, &ms) || !offset_at(text, at, &offset)) return false;

    int64_t minutes = (int64_t)hour * 60 + minute - offset;
    *out = (Instant){(int64_t)day.days * DAY_MS + (minutes * 60 + second) * 1000 + ms};
    return true;
}

// ---- what a person types

enum { TOKENS_MAX = 8, WORD_TOKEN = 'w', NUMBER_TOKEN = 'n' };

typedef struct Token {
    char kind;  // WORD_TOKEN, NUMBER_TOKEN or the mark itself
    int value;  // of a number
    int digits; // of a number, as typed
    Str word;
} Token;

typedef struct Phrase {
    Token tokens[TOKENS_MAX];
    char shape[TOKENS_MAX + 1]; // the kinds in order: "n/n/n", "wnw"
    size_t count;
} Phrase;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t run_of(Str text, size_t at, bool (*is)(char))
{
    size_t end = at;
    while (end < text.len && is(text.ptr[end])) end++;
    return end - at;
}

static bool is_ordinal(Str word)
{
    return str_eq_ascii_fold(word, STR("st")) || str_eq_ascii_fold(word, STR("nd")) ||
           str_eq_ascii_fold(word, STR("rd")) || str_eq_ascii_fold(word, STR("th"));
}

static bool number_token(Str text, size_t *at, Token *out)
{
    size_t digits = run_of(text, *at, is_digit);
    int value = 0;
    if (digits > 4 || !digits_at(text, *at, digits, &value)) return false;
    *out = (Token){.kind = NUMBER_TOKEN, .value = value, .digits = (int)digits};
    *at += digits;
    size_t letters = run_of(text, *at, is_letter);
    if (letters > 0 && is_ordinal(str_slice(text, *at, *at + letters))) *at += letters;
    return true;
}

// Splits what was typed; blanks and commas only separate. False when it holds anything else.
static bool phrase_of(Str text, Phrase *out)
{
    *out = (Phrase){0};
    for (size_t at = 0; at < text.len;) {
        char c = text.ptr[at];
        Token token = {.kind = c};
        if (c == ' ' || c == '\t' || c == ',') {
            at++;
            continue;
        }
        if (is_digit(c)) {
            if (!number_token(text, &at, &token)) return false;
        } else if (is_letter(c)) {
            size_t len = run_of(text, at, is_letter);
            token = (Token){.kind = WORD_TOKEN, .word = str_slice(text, at, at + len)};
            at += len;
        } else if (c == '/' || c == '-' || c == '.') {
            at++;
        } else {
            return false;
        }
        if (out->count == TOKENS_MAX) return false;
        out->shape[out->count] = token.kind;
        out->tokens[out->count++] = token;
    }
    return true;
}

static bool shape_is(const Phrase *phrase, const char *shape)
{
    return str_eq(str_from_c(phrase->shape), str_from_c(shape));
}

// A year of two digits is taken only near today: a date of birth as 3/2/48 must not become 2048.
static DateParse year_of(Token typed, int this_year, int *out)
{
    if (typed.digits == 4) {
        *out = typed.value;
        return DATE_OK;
    }
    if (typed.digits != 2) return DATE_UNREADABLE;
    for (int century = 1900; century <= 2100; century += 100) {
        int year = century + typed.value;
        if (year < this_year - DATE_SHORT_YEAR_SPAN || year > this_year + DATE_SHORT_YEAR_SPAN) {
            continue;
        }
        *out = year;
        return DATE_OK;
    }
    return DATE_AMBIGUOUS;
}

static DateParse in_human_years(Date date, Date *out)
{
    int year = date_year(date);
    if (year < DATE_HUMAN_YEAR_MIN || year > DATE_HUMAN_YEAR_MAX) return DATE_UNREADABLE;
    *out = date;
    return DATE_OK;
}

static DateParse whole_date(Token day, int month, Token year_typed, Date today, Date *out)
{
    int year = 0;
    Date date = DATE_NONE;
    if (day.digits > 2) return DATE_UNREADABLE;
    DateParse known = year_of(year_typed, date_year(today), &year);
    if (known != DATE_OK) return known;
    if (year < DATE_HUMAN_YEAR_MIN || year > DATE_HUMAN_YEAR_MAX) return DATE_UNREADABLE;
    if (!date_from_ymd(year, month, day.value, &date)) return DATE_IMPOSSIBLE;
    *out = date;
    return DATE_OK;
}

// "1 Dec": this year's if it is still to come, else next year's. 29 February in neither is
// impossible: nobody means a day some years away without saying so.
static DateParse next_such_day(Token day, int month, Date today, Date *out)
{
    int year = date_year(today);
    if (day.digits > 2) return DATE_UNREADABLE;
    for (int ahead = 0; ahead <= 1; ahead++) {
        Date date = DATE_NONE;
        if (!date_from_ymd(year + ahead, month, day.value, &date)) continue;
        if (date_cmp(date, today) < 0) continue;
        return in_human_years(date, out);
    }
    return DATE_IMPOSSIBLE;
}

// "in 3 weeks", "in a month"; the words are tokens 0 to 2.
static DateParse days_ahead(const Phrase *phrase, Date today, Date *out)
{
    Token count = phrase->tokens[1];
    Str unit = phrase->tokens[2].word;
    if (!str_eq_ascii_fold(phrase->tokens[0].word, STR("in"))) return DATE_UNREADABLE;
    int n = count.value;
    if (count.kind == WORD_TOKEN) {
        if (!str_eq_ascii_fold(count.word, STR("a"))) return DATE_UNREADABLE;
        n = 1;
    }
    if (n < 1 || n > DATE_HUMAN_COUNT_MAX) return DATE_UNREADABLE;
    if (unit.len > 1 && (unit.ptr[unit.len - 1] == 's' || unit.ptr[unit.len - 1] == 'S')) {
        unit.len--;
    }
    if (str_eq_ascii_fold(unit, STR("day"))) return in_human_years(date_add_days(today, n), out);
    if (str_eq_ascii_fold(unit, STR("week"))) {
        return in_human_years(date_add_days(today, n * 7), out);
    }
    if (str_eq_ascii_fold(unit, STR("month"))) {
        return in_human_years(date_add_months(today, n), out);
    }
    if (str_eq_ascii_fold(unit, STR("year"))) {
        return in_human_years(date_add_years(today, n), out);
    }
    return DATE_UNREADABLE;
}

static DateParse named_day(Str word, Date today, Date *out)
{
    if (str_eq_ascii_fold(word, STR("today"))) return in_human_years(today, out);
    if (str_eq_ascii_fold(word, STR("tomorrow"))) {
        return in_human_years(date_add_days(today, 1), out);
    }
    if (str_eq_ascii_fold(word, STR("yesterday"))) {
        return in_human_years(date_add_days(today, -1), out);
    }
    return DATE_UNREADABLE;
}

// A phrase of numbers: 1/12/2026 (day first) or 2026-12-01.
static DateParse numbers(const Phrase *phrase, Date today, Date *out)
{
    const Token *tokens = phrase->tokens;
    if (tokens[0].digits == 4) {
        if (tokens[1].kind != '-' || tokens[2].digits != 2 || tokens[4].digits != 2) {
            return DATE_UNREADABLE;
        }
        return whole_date(tokens[4], tokens[2].value, tokens[0], today, out);
    }
    if (tokens[2].digits > 2) return DATE_UNREADABLE;
    return whole_date(tokens[0], tokens[2].value, tokens[4], today, out);
}

static bool shape_among(const Phrase *phrase, const char *const *shapes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (shape_is(phrase, shapes[i])) return true;
    }
    return false;
}

// "26 November", "26 Nov 2026", "26-Nov-2026".
static DateParse day_of_named_month(const Phrase *phrase, Date today, Date *out)
{
    const Token *tokens = phrase->tokens;
    bool dashed = shape_is(phrase, "n-w-n");
    bool with_year = dashed || shape_is(phrase, "nwn");
    if (!with_year && !shape_is(phrase, "nw")) return DATE_UNREADABLE;
    int month = month_of(tokens[dashed ? 2 : 1].word);
    if (month == 0) return DATE_UNREADABLE;
    if (!with_year) return next_such_day(tokens[0], month, today, out);
    return whole_date(tokens[0], month, tokens[dashed ? 4 : 2], today, out);
}

static DateParse understand(const Phrase *phrase, Date today, Date *out)
{
    const Token *tokens = phrase->tokens;
    if (shape_is(phrase, "w")) return named_day(tokens[0].word, today, out);
    if (shape_is(phrase, "wnw") || shape_is(phrase, "www")) return days_ahead(phrase, today, out);
    static const char *const NUMBERS[] = {"n/n/n", "n-n-n", "n.n.n"};
    static const char *const DAY_AND_MONTH[] = {"n/n", "n-n", "n.n"}; // or month and day
    if (shape_among(phrase, NUMBERS, COUNT_OF(NUMBERS))) return numbers(phrase, today, out);
    if (shape_among(phrase, DAY_AND_MONTH, COUNT_OF(DAY_AND_MONTH))) return DATE_AMBIGUOUS;
    return day_of_named_month(phrase, today, out);
}

// Takes a leading weekday ("Thu 26 Nov") off the phrase. False when there is none.
static bool take_weekday(Phrase *phrase, Weekday *out)
{
    static const Str NAMES[7] = {
        STR_INIT("monday"), STR_INIT("tuesday"),  STR_INIT("wednesday"), STR_INIT("thursday"),
        STR_INIT("friday"), STR_INIT("saturday"), STR_INIT("sunday"),
    };
    if (phrase->count < 2 || phrase->tokens[0].kind != WORD_TOKEN) return false;
    Str word = phrase->tokens[0].word;
    for (int i = 0; i < 7; i++) {
        if (!str_eq_ascii_fold(word, NAMES[i]) &&
            !str_eq_ascii_fold(word, str_slice(NAMES[i], 0, 3))) {
            continue;
        }
        phrase->count--;
        memmove(phrase->tokens, phrase->tokens + 1, phrase->count * sizeof phrase->tokens[0]);
        memmove(phrase->shape, phrase->shape + 1, phrase->count + 1);
        *out = (Weekday)i;
        return true;
    }
    return false;
}

DateParse date_parse_human(Str text, Date today, Date *out)
{
    assert(!date_is_none(today));
    Phrase phrase;
    Weekday weekday = MONDAY;
    Date date = DATE_NONE;
    text = str_trim(text);
    if (text.len > DATE_HUMAN_BYTES_MAX || !phrase_of(text, &phrase)) return DATE_UNREADABLE;
    bool with_weekday = take_weekday(&phrase, &weekday);
    DateParse result = understand(&phrase, today, &date);
    if (result != DATE_OK) return result;
    if (with_weekday && date_weekday(date) != weekday) return DATE_IMPOSSIBLE;
    *out = date;
    return DATE_OK;
}
