// fuzz_request.c -- the gate before every request: lines of method, target, version, then headers.
#include "base/utf8.h"
#include "core/decode.h"
#include "core/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Str next_line(Str *rest)
{
    Str line = STR("");
    if (rest->len > 0) (void)str_split(rest, '\n', &line);
    return line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str rest = {(const char *)data, size};
    HttpExchange x = {.arena = arena, .method = next_line(&rest)};
    Str target = next_line(&rest);
    Str version = next_line(&rest);
    HttpHeader headers[HTTP_HEADERS_MAX + 1];
    while (rest.len > 0 && x.header_count <= HTTP_HEADERS_MAX) {
        Str line = next_line(&rest);
        size_t colon = line.len;
        (void)str_find(line, STR(":"), &colon);
        headers[x.header_count++] =
            (HttpHeader){str_slice(line, 0, colon), str_slice(line, colon + 1, line.len)};
    }
    x.headers = headers;
    (void)decode_cookie(http_header(&x, "cookie"), STR("trellis"));
    (void)decode_accepts(http_header(&x, "accept-encoding"), STR("br"));
    if (http_gate(&x, target, version) != 0) return 0;
    if (x.path.len == 0 || x.path.ptr[0] != '/' || !utf8_valid(x.path)) abort();
    size_t at = 0;
    if (str_find(x.path, STR("//"), &at) || str_find(x.path, STR("/../"), &at)) abort();
    if (memchr(x.path.ptr, 0, x.path.len) != NULL || x.body_bytes < -1) abort();
    return 0;
}
