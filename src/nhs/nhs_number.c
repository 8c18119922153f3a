// nhs_number.c -- reading and showing the ten digits; the check is modulus 11.
#include "nhs/nhs_number.h"

enum { TEXT_BYTES_MAX = 64 }; // longer than any number with spaces; keeps the reading bounded

// Spaces, dashes of every length and the no-break space that letters paste.
static size_t separator_len(Str rest)
{
    static const Str SEPARATORS[] = {STR_INIT(" "),
                                     STR_INIT("-"),
                                     STR_INIT("\t"),
                                     STR_INIT("\xC2\xA0"),
                                     STR_INIT("\xE2\x80\x90"),
                                     STR_INIT("\xE2\x80\x91"),
                                     STR_INIT("\xE2\x80\x93"),
                                     STR_INIT("\xE2\x80\x94")};
    for (size_t i = 0; i < COUNT_OF(SEPARATORS); i++) {
        if (str_starts(rest, SEPARATORS[i])) return SEPARATORS[i].len;
    }
    return 0;
}

// The characters that count, at most `max`; more gives max + 1.
static size_t squeeze(Str text, char *out, size_t max)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len;) {
        size_t skip = separator_len(str_slice(text, at, text.len));
        if (skip > 0) {
            at += skip;
            continue;
        }
        if (count == max) return max + 1;
        out[count++] = text.ptr[at++];
    }
    return count;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Two letters, six digits, and perhaps a last letter.
static bool is_national_insurance(const char *text, size_t len)
{
    if (len < 8 || len > 9 || !is_letter(text[0]) || !is_letter(text[1])) return false;
    for (size_t i = 2; i < 8; i++) {
        if (!is_digit(text[i])) return false;
    }
    return len == 8 || is_letter(text[8]);
}

static bool check_digit_ok(const char *digits)
{
    int sum = 0;
    for (int i = 0; i < NHS_NUMBER_DIGITS - 1; i++) sum += (digits[i] - '0') * (10 - i);
    int check = 11 - sum % 11;
    if (check == 11) check = 0;
    return check != 10 && check == digits[NHS_NUMBER_DIGITS - 1] - '0';
}

NhsNumberRead nhs_number_read(Str text, int64_t *out)
{
    char digits[NHS_NUMBER_DIGITS + 1] = {0};
    if (text.len > TEXT_BYTES_MAX) return NHS_NUMBER_LENGTH;
    size_t count = squeeze(text, digits, NHS_NUMBER_DIGITS);
    if (count == 0) return NHS_NUMBER_EMPTY;
    if (is_national_insurance(digits, count)) return NHS_NUMBER_NATIONAL_INSURANCE;
    if (count != NHS_NUMBER_DIGITS) return NHS_NUMBER_LENGTH;
    int64_t number = 0;
    bool same = true;
    for (int i = 0; i < NHS_NUMBER_DIGITS; i++) {
        if (!is_digit(digits[i])) return NHS_NUMBER_LENGTH;
        number = number * 10 + (digits[i] - '0');
        same = same && digits[i] == digits[0];
    }
    // 0000000000 and other repeats that happen to pass are typed for want of a number.
    if (same || !check_digit_ok(digits)) return NHS_NUMBER_CHECK_DIGIT;
    *out = number;
    return NHS_NUMBER_OK;
}

const char *nhs_number_sentence(NhsNumberRead problem)
{
    switch (problem) {
    case NHS_NUMBER_OK: return "";
    case NHS_NUMBER_EMPTY: return "Enter an NHS number, like 999 123 4567";
    case NHS_NUMBER_LENGTH: return "An NHS number has 10 digits, like 999 123 4567";
    case NHS_NUMBER_CHECK_DIGIT:
        return "This is not a valid NHS number. Check the digits and enter it again";
    case NHS_NUMBER_NATIONAL_INSURANCE:
        return "This looks like a National Insurance number. Enter the NHS number, which has 10 "
               "digits";
    }
    return "";
}

Str nhs_number_show(Arena *arena, int64_t number)
{
    return arena_fmt(arena, "%03lld %03lld %04lld", (long long)(number / 10000000),
                     (long long)(number / 10000 % 1000), (long long)(number % 10000));
}

Str nhs_number_or(Arena *arena, int64_t number, Str none)
{
    return number == 0 ? none : nhs_number_show(arena, number);
}

Str nhs_number_digits(Arena *arena, int64_t number)
{
    return arena_fmt(arena, "%010lld", (long long)number);
}
