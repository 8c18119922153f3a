// multipart.c -- multipart/form-data (RFC 7578) as it arrives, in pieces of any size.
//
// Memory is bounded: what could be the start of a boundary is held back, everything else goes on.
#include "base/utf8.h"
#include "core/decode.h"

typedef enum Step { AT_PREAMBLE, AT_HEADERS, AT_FIELD, AT_FILE, AT_END } Step;

enum { HELD_MAX = BOUNDARY_CHARS_MAX + 8, MARK_MAX = BOUNDARY_CHARS_MAX + 5 };

struct Multipart {
    Arena *arena;
    MultipartSink sink;
    char mark[MARK_MAX]; // CR LF -- boundary
    size_t mark_len;
    Step step;
    Err failed;
    bool file_seen;
    Buf head;            // headers of the part, or bytes that may become the mark
    Buf value;           // of the field
    char held[HELD_MAX]; // the beginning of a possible mark
    size_t held_len;
    int after_mark; // bytes of "--" or CR LF seen after a mark: -1 none expected
    char tail[2];
    Str name;
    Pair *pairs;
    size_t count;
    size_t field_bytes;
};

static bool boundary_char(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return c != '\0' && strchr("'()+_,-./:=?", c) != NULL;
}

static Str unquote(Str text)
{
    bool quoted = text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"';
    return quoted ? str_slice(text, 1, text.len - 1) : text;
}

// A parameter of a header value: name="x" of `form-data; name="x"; filename="y"`. Browsers write
// quotes inside as %22, so a quote always ends the value.
static bool header_param(Str value, Str name, Str *out)
{
    size_t at = 0;
    while (str_find(str_slice(value, at, value.len), STR(";"), &(size_t){0})) {
        size_t semi = 0;
        (void)str_find(str_slice(value, at, value.len), STR(";"), &semi);
        at += semi + 1;
        Str rest = str_trim(str_slice(value, at, value.len));
        if (rest.len <= name.len || rest.ptr[name.len] != '=') continue;
        if (!str_eq_ascii_fold(str_slice(rest, 0, name.len), name)) continue;
        rest = str_slice(rest, name.len + 1, rest.len);
        size_t end = rest.len;
        if (rest.len > 0 && rest.ptr[0] == '"') {
            if (!str_find(str_slice(rest, 1, rest.len), STR("\""), &end)) return false;
            end += 2;
        } else {
            (void)str_find(rest, STR(";"), &end);
        }
        *out = str_trim(unquote(str_trim(str_slice(rest, 0, end))));
        return true;
    }
    return false;
}

Err multipart_new(Arena *arena, Str content_type, MultipartSink sink, Multipart **out)
{
    Str boundary = STR("");
    if (!str_eq_ascii_fold(decode_media_type(content_type), STR("multipart/form-data")) ||
        !header_param(content_type, STR("boundary"), &boundary)) {
        return ERR_UNSUPPORTED;
    }
    if (boundary.len == 0 || boundary.len > BOUNDARY_CHARS_MAX) return ERR_UNSUPPORTED;
    for (size_t i = 0; i < boundary.len; i++) {
        if (!boundary_char(boundary.ptr[i])) return ERR_UNSUPPORTED;
    }
    Multipart *mp = ARENA_NEW(arena, Multipart);
    *mp = (Multipart){.arena = arena, .sink = sink, .after_mark = -1};
    mp->pairs = ARENA_ARRAY(arena, Pair, PAIRS_MAX);
    mp->mark_len = (size_t)snprintf(mp->mark, sizeof mp->mark, "\r\n--" STR_FMT, STR_ARG(boundary));
    mp->head = buf_new(MULTIPART_HEADER_BYTES_MAX);
    mp->value = buf_new(FIELD_BYTES_MAX);
    // The first boundary has no line end before it: as if one had just been seen.
    memcpy(mp->held, mp->mark, 2);
    mp->held_len = 2;
    *out = mp;
    return ERR_OK;
}

static Err part_begins(Multipart *mp)
{
    Str name = STR("");
    Str filename = STR("");
    bool named = false;
    bool is_file = false;
    Str rest = buf_str(&mp->head);
    Str line;
    while (rest.len > 0 && str_split(&rest, '\n', &line)) {
        Str prefix = STR("content-disposition:");
        line = str_trim(line);
        if (!str_eq_ascii_fold(str_slice(line, 0, prefix.len), prefix)) continue;
        Str value = str_trim(str_slice(line, prefix.len, line.len));
        if (named || !str_eq_ascii_fold(decode_media_type(value), STR("form-data"))) {
            return ERR_MALFORMED;
        }
        named = header_param(value, STR("name"), &name) && name.len > 0;
        is_file = header_param(value, STR("filename"), &filename);
    }
    if (!named || !utf8_valid(name) || !utf8_valid(filename)) return ERR_MALFORMED;
    mp->name = arena_str(mp->arena, name);
    filename = arena_str(mp->arena, filename);
    buf_clear(&mp->head);
    if (!is_file) {
        mp->step = AT_FIELD;
        return mp->count == PAIRS_MAX ? ERR_TOO_LARGE : ERR_OK;
    }
    if (mp->file_seen) return ERR_MALFORMED; // one file a form
    if (str_chars(filename) > FILENAME_CHARS_MAX) return ERR_TOO_LARGE;
    mp->file_seen = true;
    mp->step = AT_FILE;
    return mp->sink.file(mp->sink.arg, mp->pairs, mp->count, mp->name, filename);
}

static Err part_ends(Multipart *mp)
{
    if (mp->step != AT_FIELD) return ERR_OK;
    Str value = buf_str(&mp->value);
    mp->field_bytes += value.len;
    if (!buf_ok(&mp->value) || mp->field_bytes > BODY_BYTES_MAX) return ERR_TOO_LARGE;
    bool text = utf8_valid(value) && (value.len == 0 || memchr(value.ptr, 0, value.len) == NULL);
    if (!text) return ERR_MALFORMED;
    mp->pairs[mp->count++] = (Pair){mp->name, arena_str(mp->arena, value)};
    buf_clear(&mp->value);
    return ERR_OK;
}

static Err pass_on(Multipart *mp, Str bytes)
{
    if (bytes.len == 0) return ERR_OK;
    if (mp->step == AT_FILE) return mp->sink.data(mp->sink.arg, bytes);
    if (mp->step == AT_FIELD) {
        buf_add(&mp->value, bytes);
        if (!buf_ok(&mp->value)) return ERR_TOO_LARGE;
    }
    return ERR_OK; // a preamble says nothing
}

static Err feed_header(Multipart *mp, char c)
{
    if (c == '\0') return ERR_MALFORMED;
    buf_add_char(&mp->head, c);
    if (!buf_ok(&mp->head)) return ERR_TOO_LARGE;
    Str head = buf_str(&mp->head);
    if (str_ends(head, STR("\r\n\r\n")) || str_eq(head, STR("\r\n"))) return part_begins(mp);
    return ERR_OK;
}

// The two bytes after a mark: CR LF and a part follows, or "--" and it is over.
static Err feed_after_mark(Multipart *mp, char c)
{
    mp->tail[mp->after_mark++] = c;
    if (mp->after_mark < 2) return ERR_OK;
    mp->after_mark = -1;
    if (mp->tail[0] == '-' && mp->tail[1] == '-') {
        mp->step = AT_END;
        return ERR_OK;
    }
    if (mp->tail[0] != '\r' || mp->tail[1] != '\n') return ERR_MALFORMED;
    mp->step = AT_HEADERS;
    return ERR_OK;
}

// Body bytes: holds back what matches the mark so far. The mark begins with CR and holds no other,
// so after a mismatch a new match can only begin at the byte just read.
static Err feed_body(Multipart *mp, char c)
{
    if (c == mp->mark[mp->held_len]) {
        mp->held[mp->held_len++] = c;
        if (mp->held_len < mp->mark_len) return ERR_OK;
        mp->held_len = 0;
        mp->after_mark = 0;
        return part_ends(mp);
    }
    Str held = {mp->held, mp->held_len};
    mp->held_len = 0;
    TRY(pass_on(mp, held));
    if (c == mp->mark[0]) {
        mp->held[mp->held_len++] = c;
        return ERR_OK;
    }
    return pass_on(mp, (Str){&c, 1});
}

// A run without CR, outside a possible mark, goes on in one piece: files are long.
static size_t plain_run(const Multipart *mp, Str bytes)
{
    bool in_body = mp->step == AT_FILE || mp->step == AT_FIELD || mp->step == AT_PREAMBLE;
    if (!in_body || mp->held_len > 0 || mp->after_mark >= 0 || bytes.len == 0) return 0;
    const char *cr = memchr(bytes.ptr, '\r', bytes.len);
    return cr == NULL ? bytes.len : (size_t)(cr - bytes.ptr);
}

static Err feed_byte(Multipart *mp, char c)
{
    if (mp->step == AT_END) return ERR_OK;
    if (mp->after_mark >= 0) return feed_after_mark(mp, c);
    if (mp->step == AT_HEADERS) return feed_header(mp, c);
    return feed_body(mp, c);
}

Err multipart_feed(Multipart *mp, Str bytes)
{
    while (bytes.len > 0 && mp->failed == ERR_OK) {
        size_t run = plain_run(mp, bytes);
        if (run > 0) {
            mp->failed = pass_on(mp, str_slice(bytes, 0, run));
        } else {
            mp->failed = feed_byte(mp, bytes.ptr[0]);
            run = 1;
        }
        bytes = str_slice(bytes, run, bytes.len);
    }
    return mp->failed;
}

Err multipart_end(Multipart *mp, const Pair **fields_out, size_t *count_out)
{
    buf_free(&mp->head);
    buf_free(&mp->value);
    if (mp->failed != ERR_OK) return mp->failed;
    if (mp->step != AT_END) return ERR_MALFORMED;
    *fields_out = mp->pairs;
    *count_out = mp->count;
    return ERR_OK;
}
