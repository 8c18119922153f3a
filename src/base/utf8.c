// utf8.c -- UTF-8 checked, cleaned, folded and put in capitals.
#include "base/utf8.h"

#include <utf8proc.h>

enum { POINT_MAX = 0x10FFFF, DECOMPOSED_MAX = 32, POINT_BYTES_MAX = 4 };

static bool is_trail(unsigned char c)
{
    return (c & 0xC0U) == 0x80U;
}

// Table 3-7 of the Unicode standard: only the second byte has bounds of its own.
static size_t sequence(const unsigned char *at, size_t left, uint32_t *point_out)
{
    unsigned char c = at[0];
    if (c < 0x80) {
        *point_out = c;
        return 1;
    }
    size_t len = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || left < len) return 0;
    unsigned char low = c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
    unsigned char top = c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > top) return 0;
    uint32_t point = c & (0x7FU >> len);
    for (size_t i = 1; i < len; i++) {
        if (!is_trail(at[i])) return 0;
        point = point << 6 | (at[i] & 0x3FU);
    }
    *point_out = point;
    return len;
}

size_t utf8_next(Str text, size_t at, uint32_t *point_out)
{
    assert(at < text.len);
    size_t len = sequence((const unsigned char *)text.ptr + at, text.len - at, point_out);
    if (len > 0) return len;
    *point_out = UTF8_REPLACEMENT;
    return 1;
}

// Declared in str.h, where people look for it; str.c itself knows nothing of encodings.
size_t str_chars(Str text)
{
    size_t count = 0;
    uint32_t point = 0;
    for (size_t at = 0; at < text.len; count++) at += utf8_next(text, at, &point);
    return count;
}

bool utf8_valid(Str text)
{
    const unsigned char *bytes = (const unsigned char *)text.ptr;
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        uint64_t word = 0;
        while (text.len - at >= sizeof word) {
            memcpy(&word, bytes + at, sizeof word);
            if ((word & 0x8080808080808080ULL) != 0) break;
            at += sizeof word;
        }
        if (at == text.len) break;
        size_t len = sequence(bytes + at, text.len - at, &point);
        if (len == 0) return false;
        at += len;
    }
    return true;
}

// Writes 1 to POINT_BYTES_MAX bytes.
static size_t encode(char *to, uint32_t point)
{
    bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (surrogate || point > POINT_MAX) point = UTF8_REPLACEMENT;
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)point, (utf8proc_uint8_t *)to);
}

Str utf8_cut(Str text, size_t bytes_max)
{
    size_t len = text.len < bytes_max ? text.len : bytes_max;
    while (len > 0 && len < text.len && is_trail((unsigned char)text.ptr[len])) len--;
    return str_slice(text, 0, len);
}

void utf8_add(Buf *buf, uint32_t point)
{
    char bytes[POINT_BYTES_MAX];
    buf_add(buf, (Str){bytes, encode(bytes, point)});
}

// ---- cleaning

// Directions that could make a name or a note read as something else than it is.
static bool is_bidi_control(uint32_t point)
{
    return (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
           point == 0x200E || point == 0x200F || point == 0x061C;
}

static bool is_dropped(uint32_t point)
{
    if (point < 0x20 || (point >= 0x7F && point <= 0x9F)) return true;
    return is_bidi_control(point) || point == 0xFEFF || point == 0x2028 || point == 0x2029;
}

static bool is_clean(Str text, Utf8Lines lines)
{
    uint32_t point = 0;
    if (!utf8_valid(text)) return false;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        bool kept = lines == UTF8_KEEP_LINES && (point == '\n' || point == '\t');
        if (is_dropped(point) && !kept) return false;
    }
    return true;
}

Str utf8_clean(Arena *arena, Str text, Utf8Lines lines)
{
    if (is_clean(text, lines)) return text;
    char *to = arena_alloc_raw(arena, text.len * 3 + 1); // U+FFFD takes 3 for 1
    size_t len = 0;
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        if (point == '\r') {
            if (at < text.len && text.ptr[at] == '\n') at++;
            point = '\n';
        }
        if (point == '\n' || point == '\t') {
            to[len++] = lines == UTF8_KEEP_LINES ? (char)point : ' ';
            continue;
        }
        if (!is_dropped(point)) len += encode(to + len, point);
    }
    return (Str){to, len};
}

bool utf8_has_bidi_control(Str text)
{
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        if (is_bidi_control(point)) return true;
    }
    return false;
}

bool utf8_has_rtl(Str text)
{
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        utf8proc_bidi_class_t bidi =
            (utf8proc_bidi_class_t)utf8proc_get_property((utf8proc_int32_t)point)->bidi_class;
        if (bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL) return true;
    }
    return false;
}

// ---- search keys

// Letters that Unicode does not take apart but a person at a keyboard does.
static const char *spelled_out(uint32_t point)
{
    static const struct {
        uint32_t point;
        const char *text;
    } TABLE[] = {
        {0xE6, "ae"}, {0x153, "oe"}, {0xF8, "o"},  {0x142, "l"}, {0x111, "d"},
        {0xF0, "d"},  {0xFE, "th"},  {0x127, "h"}, {0x131, "i"}, {0x14B, "n"},
        {0x167, "t"}, {0x180, "b"},  {0x268, "i"}, {0x192, "f"}, {0x24D, "r"},
        {0x1E9, "k"}, {0x19A, "l"},  {0x1E5, "g"}, {0xDF, "ss"}, {0x1E9E, "ss"},
    };
    for (size_t i = 0; i < COUNT_OF(TABLE); i++) {
        if (TABLE[i].point == point) return TABLE[i].text;
    }
    return NULL;
}

static bool is_apostrophe(uint32_t point)
{
    return point == '\'' || point == '`' || point == 0xB4 || (point >= 0x2018 && point <= 0x201B) ||
           (point >= 0x2B9 && point <= 0x2BD) || point == 0x2032 || point == 0xFF07;
}

typedef enum KeyPart { KEY_LETTER, KEY_SPACE, KEY_NOTHING } KeyPart;

static KeyPart key_part(uint32_t point)
{
    if (is_apostrophe(point)) return KEY_NOTHING;
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return KEY_LETTER;
    case UTF8PROC_CATEGORY_MN: // marks
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: return KEY_NOTHING; // soft hyphens, joiners, directions
    default: return KEY_SPACE;
    }
}

typedef struct Key {
    Buf *buf;
    bool space; // wanted before the next letter
} Key;

static void key_add(Key *key, uint32_t point)
{
    KeyPart part = key_part(point);
    if (part == KEY_NOTHING) return;
    if (part == KEY_SPACE) {
        key->space = key->buf->len > 0;
        return;
    }
    if (key->space) buf_add_char(key->buf, ' ');
    key->space = false;
    const char *letters = spelled_out(point);
    if (letters != NULL) {
        buf_add_c(key->buf, letters);
    } else {
        utf8_add(key->buf, point);
    }
}

Str utf8_key(Arena *arena, Str text)
{
    enum { GROWTH_MAX = DECOMPOSED_MAX * POINT_BYTES_MAX };
    if (text.len == 0) return STR("");
    CLEANUP(buf_free) Buf buf = buf_new(text.len * GROWTH_MAX);
    Key key = {.buf = &buf};
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        if (is_apostrophe(point)) continue; // before decomposition: the acute accent holds a blank
        utf8proc_int32_t parts[DECOMPOSED_MAX];
        int boundary = 0;
        utf8proc_ssize_t count = utf8proc_decompose_char(
            (utf8proc_int32_t)point, parts, DECOMPOSED_MAX,
            (utf8proc_option_t)(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD),
            &boundary);
        for (utf8proc_ssize_t i = 0; i < count && i < DECOMPOSED_MAX; i++) {
            key_add(&key, (uint32_t)parts[i]);
        }
    }
    return arena_str(arena, buf_str(&buf));
}

Str utf8_upper(Arena *arena, Str text)
{
    char *to = arena_alloc_raw(arena, text.len * 3 + 1); // a bad byte becomes 3
    size_t len = 0;
    uint32_t point = 0;
    for (size_t at = 0; at < text.len;) {
        at += utf8_next(text, at, &point);
        if (point == 0xDF) {
            to[len++] = 'S';
            to[len++] = 'S';
            continue;
        }
        len += encode(to + len, (uint32_t)utf8proc_toupper((utf8proc_int32_t)point));
    }
    return (Str){to, len};
}

// ---- windows-1252

static uint32_t from_windows_1252(unsigned char c)
{
    static const uint16_t HIGH[32] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
    };
    return c >= 0x80 && c <= 0x9F ? HIGH[c - 0x80] : c;
}

void utf8_add_windows_1252(Buf *buf, Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        utf8_add(buf, from_windows_1252((unsigned char)text.ptr[i]));
    }
}

Str utf8_from_windows_1252(Arena *arena, Str text)
{
    char *to = arena_alloc_raw(arena, text.len * 3 + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        len += encode(to + len, from_windows_1252((unsigned char)text.ptr[i]));
    }
    return (Str){to, len};
}
