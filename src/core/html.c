// html.c -- the escaping writers. Harmless bytes, most of any page, are copied in runs.
#include "core/html.h"

#include "base/utf8.h"

#define REPLACEMENT "\xEF\xBF\xBD" // U+FFFD

// What a byte needs in text and in quoted attribute values.
enum { PLAIN, AMP, LT, GT, QUOT, APOS, CONTROL, MULTI };

__extension__ static const unsigned char KIND[256] = {
    [0 ... 8] = CONTROL,
    [11 ... 12] = CONTROL,
    [14 ... 31] = CONTROL,
    [127] = CONTROL,
    ['&'] = AMP,
    ['<'] = LT,
    ['>'] = GT,
    ['"'] = QUOT,
    ['\''] = APOS,
    [128 ... 255] = MULTI,
};

static const Str REFERENCE[] = {
    [AMP] = STR_INIT("&amp;"),   [LT] = STR_INIT("&lt;"),    [GT] = STR_INIT("&gt;"),
    [QUOT] = STR_INIT("&quot;"), [APOS] = STR_INIT("&#39;"), [CONTROL] = {REPLACEMENT, 3},
};

// Bytes of the well-formed character at text.ptr[at], 0 when there is none or it is a C1 control.
static size_t character(Str text, size_t at)
{
    uint32_t point = 0;
    size_t len = utf8_next(text, at, &point);
    return len == 1 || point < 0xA0 ? 0 : len; // called at bytes above 127 only: one is invalid
}

void html_str(Buf *o, Str text)
{
    const unsigned char *at = (const unsigned char *)text.ptr;
    size_t from = 0; // start of the run not yet written
    size_t i = 0;
    while (i < text.len) {
        unsigned char kind = KIND[at[i]];
        if (kind == PLAIN) {
            i++;
            continue;
        }
        size_t taken = kind == MULTI ? character(text, i) : 0;
        if (taken > 0) {
            i += taken;
            continue;
        }
        buf_add(o, (Str){text.ptr + from, i - from});
        buf_add(o, REFERENCE[kind == MULTI ? CONTROL : kind]);
        from = ++i;
    }
    if (i > from) buf_add(o, (Str){text.ptr + from, i - from});
}

void html_c(Buf *o, const char *text)
{
    html_str(o, str_from_c(text));
}

void html_i64(Buf *o, int64_t n)
{
    if (n >= 0) {
        html_u64(o, (uint64_t)n);
    } else {
        buf_add_i64(o, n);
    }
}

void html_u64(Buf *o, uint64_t n)
{
    char text[20];
    size_t at = sizeof text;
    do {
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_add(o, (Str){text + at, sizeof text - at});
}

enum { COUNT_CHARS = 27 }; // 20 digits, 6 commas, a sign

// Writes n at the end of `text`; the part that was used.
static Str count_text(char text[COUNT_CHARS], uint64_t n, bool negative)
{
    size_t at = COUNT_CHARS;
    for (size_t digits = 0; digits == 0 || n > 0; digits++) {
        if (digits > 0 && digits % 3 == 0) text[--at] = ',';
        text[--at] = (char)('0' + n % 10);
        n /= 10;
    }
    if (negative) text[--at] = '-';
    return (Str){text + at, COUNT_CHARS - at};
}

void html_count_i64(Buf *o, int64_t n)
{
    char text[COUNT_CHARS];
    buf_add(o, count_text(text, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0));
}

void html_count_u64(Buf *o, uint64_t n)
{
    char text[COUNT_CHARS];
    buf_add(o, count_text(text, n, false));
}

Str html_count(Arena *arena, int64_t n)
{
    char text[COUNT_CHARS];
    return arena_str(arena, count_text(text, n < 0 ? -(uint64_t)n : (uint64_t)n, n < 0));
}

Str html_count_of(Arena *arena, int64_t n, const char *one, const char *many)
{
    Str count = html_count(arena, n);
    return arena_fmt(arena, STR_FMT " %s", STR_ARG(count), n == 1 ? one : many);
}

Str html_people(Arena *arena, int64_t n)
{
    return html_count_of(arena, n, "person", "people");
}

Str html_percent(Arena *arena, double share)
{
    double percent = share * 100;
    if (percent <= 0) return STR("0%");
    if (percent < 0.05) return STR("under 0.1%");
    return arena_fmt(arena, percent < 9.95 ? "%.1f%%" : "%.0f%%", percent);
}

// Where a byte may stand as it is, one bit for each place.
enum { IN_QUERY = 1, IN_PATH = 2, IN_URL = 4, UNRESERVED = IN_QUERY | IN_PATH | IN_URL };

__extension__ static const unsigned char MAY_STAND[256] = {
    ['a' ... 'z'] = UNRESERVED,
    ['A' ... 'Z'] = UNRESERVED,
    ['0' ... '9'] = UNRESERVED,
    ['-'] = UNRESERVED,
    ['.'] = UNRESERVED,
    ['_'] = UNRESERVED,
    ['~'] = UNRESERVED,
    ['+'] = IN_PATH | IN_URL, // of a number after tel:
    ['@'] = IN_PATH | IN_URL, // of an address after mailto:
    ['/'] = IN_URL,
    ['?'] = IN_URL,
    ['#'] = IN_URL,
    ['['] = IN_URL,
    [']'] = IN_URL,
    ['!'] = IN_URL,
    ['$'] = IN_URL,
    ['('] = IN_URL,
    [')'] = IN_URL,
    ['*'] = IN_URL,
    [','] = IN_URL,
    [';'] = IN_URL,
    ['='] = IN_URL,
    [':'] = IN_URL,
    ['%'] = IN_URL,
    ['&'] = IN_URL, // written as a reference
};

// Percent-encodes what may not stand in `place`. In parts: adding single bytes is slow.
static void encode(Buf *o, Str text, unsigned place)
{
    static const char HEX[] = "0123456789ABCDEF";
    enum { PART = 192, LONGEST = 5 };
    char part[PART];
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (len > PART - LONGEST) {
            buf_add(o, (Str){part, len});
            len = 0;
        }
        if (byte == '&' && place == IN_URL) {
            for (const char *c = "&amp;"; *c != '\0'; c++) part[len++] = *c;
        } else if (MAY_STAND[byte] & place) {
            part[len++] = (char)byte;
        } else {
            part[len++] = '%';
            part[len++] = HEX[byte >> 4U];
            part[len++] = HEX[byte & 15U];
        }
    }
    buf_add(o, (Str){part, len});
}

// A browser drops tabs and newlines inside a URL, so "/<tab>/host" would be "//host": any control
// character makes the whole unsafe.
static bool is_safe_url(Str url)
{
    for (size_t i = 0; i < url.len; i++) {
        if ((unsigned char)url.ptr[i] < ' ' || url.ptr[i] == 127) return false;
    }
    if (url.len == 0) return false;
    if (url.ptr[0] == '#' || url.ptr[0] == '?') return true;
    if (url.ptr[0] == '/') return url.len == 1 || (url.ptr[1] != '/' && url.ptr[1] != '\\');

    static const Str SCHEMES[] = {STR_INIT("https:"), STR_INIT("mailto:"), STR_INIT("tel:")};
    for (size_t i = 0; i < COUNT_OF(SCHEMES); i++) {
        if (str_eq_ascii_fold(str_slice(url, 0, SCHEMES[i].len), SCHEMES[i])) return true;
    }
    return false;
}

void html_url_str(Buf *o, Str url)
{
    if (!is_safe_url(url)) {
        buf_add(o, STR("#unsafe"));
        return;
    }
    encode(o, url, IN_URL);
}

void html_url_c(Buf *o, const char *url)
{
    html_url_str(o, str_from_c(url));
}

void html_part_str(Buf *o, Str text)
{
    if (str_eq(text, STR(".")) || str_eq(text, STR(".."))) {
        buf_add(o, STR("unsafe"));
        return;
    }
    encode(o, text, IN_PATH);
}

void html_part_c(Buf *o, const char *text)
{
    html_part_str(o, str_from_c(text));
}

void html_query_str(Buf *o, Str text)
{
    encode(o, text, IN_QUERY);
}

void html_query_c(Buf *o, const char *text)
{
    html_query_str(o, str_from_c(text));
}

void html_date(Buf *o, Date date)
{
    static const char *const MONTHS[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!date_to_ymd(date, &year, &month, &day)) return;
    html_i64(o, day);
    buf_add_char(o, ' ');
    buf_add_c(o, MONTHS[month - 1]);
    buf_add_char(o, ' ');
    html_i64(o, year);
}

void html_instant(Buf *o, Instant at)
{
    Date date = instant_date_london(at);
    if (date_is_none(date)) return;
    int hour = 0;
    int minute = 0;
    instant_london_clock(at, &hour, &minute);
    html_date(o, date);
    buf_fmt(o, ", %02d:%02d", hour, minute);
}

void html_date_machine(Buf *o, Date date)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (!date_to_ymd(date, &year, &month, &day)) return;
    buf_fmt(o, "%04d-%02d-%02d", year, month, day);
}

void html_instant_machine(Buf *o, Instant at)
{
    int64_t days = at.ms / DAY_MS;
    int64_t rest = at.ms % DAY_MS;
    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    if (days < INT32_MIN || days > INT32_MAX) return;
    Date date = {(int32_t)days};
    int year = 0;
    int month = 0;
    int day = 0;
    if (!date_to_ymd(date, &year, &month, &day)) return;
    html_date_machine(o, date);
    int sec = (int)(rest / 1000);
    buf_fmt(o, "T%02d:%02d:%02d.%03dZ", sec / 3600, sec / 60 % 60, sec % 60, (int)(rest % 1000));
}
