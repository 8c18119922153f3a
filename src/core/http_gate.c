// http_gate.c -- what a request's first lines must be like before anything else looks at it.
//
// RFC 9112 sections 3, 5, 6 and RFC 3986, read strictly: what two programs in a row could read in
// two ways is refused (request smuggling), and a path has exactly one spelling.
#include "base/utf8.h"
#include "core/http.h"

enum { BAD_REQUEST = 400, URI_TOO_LONG = 414, HEADERS_TOO_LARGE = 431, NOT_IMPLEMENTED = 501 };

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

bool http_method_known(Str method)
{
    for (size_t i = 0; i < COUNT_OF(METHODS); i++) {
        if (str_eq(method, str_from_c(METHODS[i]))) return true;
    }
    return false;
}

static bool is_token_char(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(Str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!is_token_char(text.ptr[i])) return false;
    }
    return text.len > 0;
}

// RFC 9110 5.5: no control characters but a tab. A bare CR or NUL, and the line end left by an
// obsolete folded line, are among them.
static bool value_clean(Str value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) return false;
    }
    return true;
}

// Decodes %XX; false for a broken escape, NUL, a control character, or a slash in disguise.
static bool decode_path(Arena *arena, Str raw, Str *out)
{
    char *text = arena_alloc(arena, raw.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.ptr[i];
        bool plain = c > ' ' && c < 0x7F; // other bytes come as %XX
        if (!plain || c == '\\' || c == '#') return false;
        if (c == '%') {
            if (raw.len - i < 3) return false;
            int high = str_hex_digit(raw.ptr[i + 1]);
            int low = str_hex_digit(raw.ptr[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            if ((unsigned char)c < ' ' || c == 0x7F || c == '/' || c == '\\') return false;
            i += 2;
        }
        text[len++] = c;
    }
    *out = (Str){text, len};
    return utf8_valid(*out);
}

static bool path_plain(Str path)
{
    Str rest = str_slice(path, 1, path.len);
    Str part;
    bool last_empty = false;
    while (str_split(&rest, '/', &part)) {
        if (last_empty) return false; // "//"
        if (str_eq(part, STR(".")) || str_eq(part, STR(".."))) return false;
        last_empty = part.len == 0;
    }
    return !(path.len > 1 && path.ptr[1] == '/');
}

static int gate_target(HttpExchange *x, Str target)
{
    if (target.len > HTTP_TARGET_BYTES_MAX) return URI_TOO_LONG;
    // Absolute-form ("http://...") is for proxies, which this is not; "*" answers nothing here.
    if (target.len == 0 || target.ptr[0] != '/') return BAD_REQUEST;
    size_t mark = target.len;
    bool has_query = str_find(target, STR("?"), &mark);
    Str query = has_query ? str_slice(target, mark + 1, target.len) : STR("");
    for (size_t i = 0; i < query.len; i++) {
        if (query.ptr[i] <= ' ' || query.ptr[i] == 0x7F || query.ptr[i] == '#') return BAD_REQUEST;
    }
    Str path = STR("");
    if (!decode_path(x->arena, str_slice(target, 0, mark), &path)) return BAD_REQUEST;
    if (!path_plain(path)) return BAD_REQUEST;
    x->path = path;
    x->query = query;
    return 0;
}

static bool host_plain(Str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
        if (!ok) return false;
    }
    return host.len > 0;
}

typedef struct Framing {
    int hosts;
    int lengths;
    int codings;
    Str host;
    Str length;
    Str coding;
} Framing;

static int gate_headers(const HttpExchange *x, Framing *framing)
{
    if (x->header_count > HTTP_HEADERS_MAX) return HEADERS_TOO_LARGE;
    size_t bytes = 0;
    for (size_t i = 0; i < x->header_count; i++) {
        const HttpHeader *header = &x->headers[i];
        bytes += header->name.len + header->value.len;
        if (!is_token(header->name) || !value_clean(header->value)) return BAD_REQUEST;
        if (str_eq_ascii_fold(header->name, STR("host"))) {
            framing->hosts++;
            framing->host = header->value;
        } else if (str_eq_ascii_fold(header->name, STR("content-length"))) {
            framing->lengths++;
            framing->length = header->value;
        } else if (str_eq_ascii_fold(header->name, STR("transfer-encoding"))) {
            framing->codings++;
            framing->coding = header->value;
        }
    }
    return bytes > HTTP_HEADER_BYTES_MAX ? HEADERS_TOO_LARGE : 0;
}

// Names one host; only HTTP/1.0 may name none.
static int gate_host(const Framing *framing, bool http_1_0)
{
    if (framing->hosts > 1 || (framing->hosts == 0 && !http_1_0)) return BAD_REQUEST;
    return framing->hosts == 1 && !host_plain(framing->host) ? BAD_REQUEST : 0;
}

// A length has one spelling and one meaning, or the request is refused.
static int gate_length(HttpExchange *x, const Framing *framing, bool http_1_0)
{
    if (framing->lengths > 1 || framing->codings > 1) return BAD_REQUEST;
    if (framing->lengths == 1 && framing->codings == 1) return BAD_REQUEST;
    x->body_bytes = 0;
    if (framing->codings == 1) {
        if (http_1_0) return BAD_REQUEST;
        if (!str_eq_ascii_fold(framing->coding, STR("chunked"))) return NOT_IMPLEMENTED;
        x->body_bytes = -1;
    }
    if (framing->lengths == 1 && !str_i64(framing->length, 0, INT64_MAX, &x->body_bytes)) {
        return BAD_REQUEST;
    }
    return 0;
}

static int gate_framing(HttpExchange *x, const Framing *framing, Str version)
{
    bool http_1_0 = str_eq(version, STR("HTTP/1.0"));
    if (!http_1_0 && !str_eq(version, STR("HTTP/1.1"))) return BAD_REQUEST;
    int status = gate_host(framing, http_1_0);
    return status != 0 ? status : gate_length(x, framing, http_1_0);
}

int http_gate(HttpExchange *x, Str target, Str version)
{
    if (!is_token(x->method)) return BAD_REQUEST;
    Framing framing = {0};
    int status = gate_headers(x, &framing);
    if (status == 0) status = gate_framing(x, &framing, version);
    if (status == 0) status = gate_target(x, target);
    if (status == 0 && !http_method_known(x->method)) status = NOT_IMPLEMENTED;
    return status;
}

Str http_header(const HttpExchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++) {
        if (str_eq_ascii_fold(x->headers[i].name, str_from_c(name))) return x->headers[i].value;
    }
    return STR("");
}

void http_answer_header(HttpExchange *x, const char *name, Str value)
{
    assert(x->answer_header_count < HTTP_ANSWER_HEADERS_MAX);
    assert(value_clean(value));
    x->answer_headers[x->answer_header_count++] = (HttpHeader){str_from_c(name), value};
}
