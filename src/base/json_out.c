// json_out.c -- JSON written as a stream into a buffer.
#include "base/json.h"
#include "base/json_scan.h"
#include "base/utf8.h"

JsonOut json_out(Buf *buf)
{
    return (JsonOut){.buf = buf};
}

bool json_out_done(const JsonOut *out)
{
    return out->depth == 0 && out->comma && !out->after_key;
}

static bool in_object(const JsonOut *out)
{
    if (out->depth == 0) return false;
    unsigned level = (unsigned)out->depth;
    return (out->in_object[level / 64] >> (level % 64) & 1) != 0;
}

static void new_line(JsonOut *out)
{
    if (!out->pretty) return;
    buf_add_char(out->buf, '\n');
    for (int i = 0; i < out->depth; i++) buf_add(out->buf, STR("  "));
}

// What stands before a value or a key: a comma, and in pretty text a new line.
static void separate(JsonOut *out)
{
    if (out->comma) buf_add_char(out->buf, ',');
    if (out->depth > 0) new_line(out);
}

static void begin_value(JsonOut *out)
{
    assert(out->depth > 0 || !out->comma);     // one value at the root
    assert(out->after_key || !in_object(out)); // in an object, a key comes first
    if (!out->after_key) separate(out);
    out->after_key = false;
    out->comma = true;
}

static void begin(JsonOut *out, char bracket)
{
    begin_value(out);
    assert(out->depth < JSON_DEPTH_MAX);
    out->depth++;
    unsigned level = (unsigned)out->depth;
    uint64_t bit = 1ULL << (level % 64);
    if (bracket == '{') {
        out->in_object[level / 64] |= bit;
    } else {
        out->in_object[level / 64] &= ~bit;
    }
    out->comma = false;
    buf_add_char(out->buf, bracket);
}

static void end(JsonOut *out, char bracket)
{
    assert(out->depth > 0 && !out->after_key && in_object(out) == (bracket == '}'));
    out->depth--;
    if (out->comma) new_line(out);
    buf_add_char(out->buf, bracket);
    out->comma = true;
}

void json_obj_begin(JsonOut *out)
{
    begin(out, '{');
}

void json_obj_end(JsonOut *out)
{
    end(out, '}');
}

void json_arr_begin(JsonOut *out)
{
    begin(out, '[');
}

void json_arr_end(JsonOut *out)
{
    end(out, ']');
}

// The two-character escape of a byte, or NULL.
static const char *short_escape(char c)
{
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\b': return "\\b";
    case '\f': return "\\f";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

// U+0000 cannot be read back (json_parse refuses it), so it is written as a bad byte is.
static void escaped(Buf *buf, char c)
{
    const char *text = short_escape(c);
    if (text != NULL) {
        buf_add_c(buf, text);
    } else if (c == '\0') {
        utf8_add(buf, UTF8_REPLACEMENT);
    } else {
        buf_fmt(buf, "\\u%04x", (unsigned)(unsigned char)c);
    }
}

// Text that is valid UTF-8: whole runs at a time.
static void add_escaped(Buf *buf, Str text)
{
    const char *at = text.ptr;
    const char *end = at + text.len;
    bool high = false;
    while (at < end) {
        const char *stop = json_plain_run(at, end, &high);
        buf_add(buf, (Str){at, (size_t)(stop - at)});
        if (stop < end) escaped(buf, *stop++);
        at = stop;
    }
}

// ASCII with nothing to escape, as keys and most values are.
static bool is_plain(Str text)
{
    bool high = false;
    const char *end = text.ptr + text.len;
    return text.len == 0 || (json_plain_run(text.ptr, end, &high) == end && !high);
}

// A plain text, after a comma where one belongs, with `more` bytes behind it left to the caller.
static char *put_plain(Buf *buf, bool comma, Str text, size_t more)
{
    char *to = buf_more(buf, comma + text.len + 2 + more);
    if (to == NULL) return NULL;
    if (comma) *to++ = ',';
    *to++ = '"';
    if (text.len > 0) memcpy(to, text.ptr, text.len);
    to += text.len;
    *to++ = '"';
    return to;
}

static void quoted(Buf *buf, Str text)
{
    if (is_plain(text)) {
        (void)put_plain(buf, false, text, 0);
        return;
    }
    uint32_t point = 0;
    buf_add_char(buf, '"');
    if (utf8_valid(text)) {
        if (text.len > 0) add_escaped(buf, text);
    } else {
        for (size_t at = 0; at < text.len;) {
            size_t len = utf8_next(text, at, &point);
            bool bad = point == UTF8_REPLACEMENT && len == 1;
            add_escaped(buf, bad ? STR("\xEF\xBF\xBD") : str_slice(text, at, at + len));
            at += len;
        }
    }
    buf_add_char(buf, '"');
}

void json_put_key(JsonOut *out, Str key)
{
    assert(in_object(out) && !out->after_key);
    out->after_key = true;
    if (!out->pretty && is_plain(key)) {
        char *to = put_plain(out->buf, out->comma, key, 1);
        if (to != NULL) *to = ':';
        return;
    }
    separate(out);
    quoted(out->buf, key);
    buf_add(out->buf, out->pretty ? STR(": ") : STR(":"));
}

void json_put_str(JsonOut *out, Str value)
{
    begin_value(out);
    quoted(out->buf, value);
}

void json_put_i64(JsonOut *out, int64_t value)
{
    begin_value(out);
    buf_add_i64(out->buf, value);
}

void json_put_number(JsonOut *out, Str text)
{
    assert(json_is_number(text));
    begin_value(out);
    buf_add(out->buf, text);
}

void json_put_dec(JsonOut *out, int64_t mantissa, int scale)
{
    assert(scale >= 0 && scale <= JSON_DECIMAL_SCALE_MAX);
    char digits[JSON_DECIMAL_SCALE_MAX + 24];
    uint64_t size = mantissa < 0 ? 0 - (uint64_t)mantissa : (uint64_t)mantissa;
    int len = snprintf(digits, sizeof digits, "%0*llu", scale + 1, (unsigned long long)size);
    Str text = {digits, (size_t)len};
    size_t point = text.len - (size_t)scale;

    begin_value(out);
    if (mantissa < 0) buf_add_char(out->buf, '-');
    buf_add(out->buf, str_slice(text, 0, point));
    if (scale > 0) buf_add_char(out->buf, '.');
    buf_add(out->buf, str_slice(text, point, text.len));
}

void json_put_bool(JsonOut *out, bool value)
{
    begin_value(out);
    buf_add(out->buf, value ? STR("true") : STR("false"));
}

void json_put_null(JsonOut *out)
{
    begin_value(out);
    buf_add(out->buf, STR("null"));
}

void json_put_written(JsonOut *out, Str json)
{
    assert(json.len > 0);
    begin_value(out);
    buf_add(out->buf, json);
}

void json_put(JsonOut *out, const Json *node)
{
    bool truth = false;
    JsonKind kind = json_kind(node);
    switch (kind) {
    case JSON_MISSING:
    case JSON_NULL: json_put_null(out); return;
    case JSON_BOOL: json_put_bool(out, json_bool(node, &truth) && truth); return;
    case JSON_NUMBER: json_put_number(out, json_text(node)); return;
    case JSON_STRING: json_put_str(out, json_str(node)); return;
    case JSON_ARRAY:
    case JSON_OBJECT: break;
    }
    begin(out, kind == JSON_OBJECT ? '{' : '[');
    for (size_t i = 0; i < json_count(node); i++) {
        const Json *item = json_at(node, i);
        if (kind == JSON_OBJECT) json_put_key(out, json_key(item));
        json_put(out, item); // as deep as the tree, which json_parse bounds
    }
    end(out, kind == JSON_OBJECT ? '}' : ']');
}

void json_field_str(JsonOut *out, const char *key, Str value)
{
    json_put_key(out, str_from_c(key));
    json_put_str(out, value);
}

void json_field_opt(JsonOut *out, const char *key, Str value)
{
    if (value.len > 0) json_field_str(out, key, value);
}

void json_field_i64(JsonOut *out, const char *key, int64_t value)
{
    json_put_key(out, str_from_c(key));
    json_put_i64(out, value);
}

void json_field_bool(JsonOut *out, const char *key, bool value)
{
    json_put_key(out, str_from_c(key));
    json_put_bool(out, value);
}

void json_field_obj(JsonOut *out, const char *key)
{
    json_put_key(out, str_from_c(key));
    json_obj_begin(out);
}

void json_field_arr(JsonOut *out, const char *key)
{
    json_put_key(out, str_from_c(key));
    json_arr_begin(out);
}
