// decode.c -- url-encoded forms, cookies and the small grammars of headers.
#include "core/decode.h"

#include "base/utf8.h"

static Err decode_part(Arena *arena, Str raw, Str *out)
{
    if (raw.len > (size_t)FIELD_BYTES_MAX * 3) return ERR_TOO_LARGE;
    char *text = arena_alloc(arena, raw.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = raw.len - i > 2 ? str_hex_digit(raw.ptr[i + 1]) : -1;
            int low = raw.len - i > 2 ? str_hex_digit(raw.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) return ERR_MALFORMED;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return ERR_MALFORMED;
        text[len++] = c;
    }
    *out = (Str){text, len};
    if (len > FIELD_BYTES_MAX) return ERR_TOO_LARGE;
    return utf8_valid(*out) ? ERR_OK : ERR_MALFORMED;
}

Err decode_urlencoded(Arena *arena, Str text, Pair **out, size_t *count_out)
{
    size_t most = text.len == 0 ? 0 : 1;
    for (size_t i = 0; i < text.len; i++) most += text.ptr[i] == '&';
    if (most > PAIRS_MAX) return ERR_TOO_LARGE;

    Pair *pairs = ARENA_ARRAY(arena, Pair, most);
    size_t count = 0;
    Str part;
    while (text.len > 0 && str_split(&text, '&', &part)) {
        if (part.len == 0) continue;
        size_t equals = part.len;
        bool has_value = str_find(part, STR("="), &equals);
        Str value = has_value ? str_slice(part, equals + 1, part.len) : STR("");
        TRY(decode_part(arena, str_slice(part, 0, equals), &pairs[count].name));
        TRY(decode_part(arena, value, &pairs[count].value));
        count++;
    }
    *out = pairs;
    *count_out = count;
    return ERR_OK;
}

Str decode_cookie(Str header, Str name)
{
    Str found = STR("");
    int times = 0;
    Str part;
    while (header.len > 0 && str_split(&header, ';', &part)) {
        part = str_trim(part);
        size_t equals = 0;
        if (!str_find(part, STR("="), &equals)) continue;
        if (!str_eq(str_slice(part, 0, equals), name)) continue;
        found = str_slice(part, equals + 1, part.len);
        times++;
    }
    return times == 1 ? found : STR("");
}

Str decode_media_type(Str content_type)
{
    Str type = STR("");
    if (content_type.len > 0) (void)str_split(&content_type, ';', &type);
    return str_trim(type);
}

bool decode_accepts(Str accept_encoding, Str coding)
{
    Str item;
    while (accept_encoding.len > 0 && str_split(&accept_encoding, ',', &item)) {
        Str name;
        if (!str_split(&item, ';', &name)) continue;
        if (!str_eq_ascii_fold(str_trim(name), coding)) continue;
        Str q = str_trim(item);
        return !(str_starts(q, STR("q=0")) && !str_find(q, STR("."), &(size_t){0})) &&
               !str_eq(q, STR("q=0.0")) && !str_eq(q, STR("q=0.00")) && !str_eq(q, STR("q=0.000"));
    }
    return false;
}
