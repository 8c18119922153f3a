// str.c -- views of bytes: compared, cut, read as numbers. No allocation here.
#include "base/base.h"

Str str_from_c(const char *text)
{
    return text == NULL ? STR("") : (Str){text, strlen(text)};
}

bool str_eq(Str a, Str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static char ascii_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_ascii_fold(Str a, Str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++) {
        if (ascii_fold(a.ptr[i]) != ascii_fold(b.ptr[i])) return false;
    }
    return true;
}

bool str_starts(Str text, Str prefix)
{
    return text.len >= prefix.len && str_eq((Str){text.ptr, prefix.len}, prefix);
}

bool str_ends(Str text, Str suffix)
{
    if (text.len < suffix.len) return false;
    return suffix.len == 0 || str_eq((Str){text.ptr + text.len - suffix.len, suffix.len}, suffix);
}

int str_cmp(Str a, Str b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.ptr, b.ptr, shared);
    if (order != 0) return order;
    return (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

Str str_trim(Str text)
{
    while (text.len > 0 && is_space(text.ptr[0])) text = (Str){text.ptr + 1, text.len - 1};
    while (text.len > 0 && is_space(text.ptr[text.len - 1])) text.len--;
    return text;
}

Str str_slice(Str text, size_t from, size_t to)
{
    if (to > text.len) to = text.len;
    if (from >= to) return STR("");
    return (Str){text.ptr + from, to - from};
}

bool str_find(Str text, Str needle, size_t *at_out)
{
    if (needle.len == 0 || needle.len > text.len) return false;
    const char *found = memmem(text.ptr, text.len, needle.ptr, needle.len);
    if (found == NULL) return false;
    *at_out = (size_t)(found - text.ptr);
    return true;
}

bool str_split(Str *rest, char at, Str *part_out)
{
    if (rest->ptr == NULL) return false;
    const char *found = rest->len == 0 ? NULL : memchr(rest->ptr, at, rest->len);
    if (found == NULL) {
        *part_out = *rest;
        *rest = (Str){NULL, 0}; // the next call says that nothing is left
        return true;
    }
    size_t taken = (size_t)(found - rest->ptr);
    *part_out = (Str){rest->ptr, taken};
    *rest = (Str){found + 1, rest->len - taken - 1};
    return true;
}

// Reads digits as a number below zero, as INT64_MIN has no positive twin.
static bool digits_below_zero(Str digits, int64_t *out)
{
    int64_t value = 0;
    for (size_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9') return false;
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, (int64_t)(c - '0'), &value)) return false;
    }
    *out = value;
    return true;
}

bool str_i64(Str text, int64_t min, int64_t max, int64_t *out)
{
    bool negative = text.len > 0 && text.ptr[0] == '-';
    Str digits = str_slice(text, negative ? 1 : 0, text.len);
    if (digits.len == 0) return false;
    if (digits.ptr[0] == '0' && (digits.len > 1 || negative)) return false;

    int64_t value = 0;
    if (!digits_below_zero(digits, &value)) return false;
    if (!negative && __builtin_mul_overflow(value, -1, &value)) return false;
    if (value < min || value > max) return false;
    *out = value;
    return true;
}

Str str_of_i64(int64_t n, char to[static STR_I64_CHARS])
{
    size_t at = STR_I64_CHARS;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        to[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (n < 0) to[--at] = '-';
    return (Str){to + at, STR_I64_CHARS - at};
}

int str_hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

uint64_t str_hash(Str text)
{
    uint64_t hash = 14695981039346656037ULL;
    for (size_t i = 0; i < text.len; i++) {
        hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211ULL;
    }
    return hash;
}
