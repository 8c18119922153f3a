// gzip.c -- one answer as gzip, by zlib.
#include "core/gzip.h"

#include "core/secret.h"

#include <zlib.h>

enum {
    LEVEL = 1,            // a third of the time of the usual 6, and 1 kB more for a page of 60
    WINDOW_AND_GZIP = 31, // 15 bits of window, 16 for a gzip header (zlib.h)
    MEMORY = 8,           // zlib's usual
    PIECE_BYTES = 16 * 1024,
};

bool gzip_gains(Str content_type)
{
    return content_type.len == 0 || str_starts(content_type, STR("text/")) ||
           str_starts(content_type, STR("application/json")) ||
           str_starts(content_type, STR("application/fhir+json"));
}

static void random_name(char name[GZIP_NAME_MAX + 1])
{
    uint8_t len = 0;
    secret_random(&len, sizeof len);
    len %= GZIP_NAME_MAX;
    memset(name, 'x', len);
    name[len] = '\0';
}

static bool squeeze(z_stream *zip, Buf *out)
{
    char piece[PIECE_BYTES];
    int rc = Z_OK;
    while (rc == Z_OK) {
        zip->next_out = (Bytef *)piece;
        zip->avail_out = sizeof piece;
        rc = deflate(zip, Z_FINISH);
        buf_add(out, (Str){piece, sizeof piece - zip->avail_out});
    }
    return rc == Z_STREAM_END && buf_ok(out);
}

bool gzip_body(Buf *body)
{
    if (!buf_ok(body) || body->len < GZIP_BYTES_MIN || body->len > UINT_MAX) return false;
    z_stream zip = {.next_in = (Bytef *)body->ptr, .avail_in = (uInt)body->len};
    if (deflateInit2(&zip, LEVEL, Z_DEFLATED, WINDOW_AND_GZIP, MEMORY, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        return false; // no memory for it: the page itself is there
    }
    char name[GZIP_NAME_MAX + 1];
    random_name(name);
    gz_header head = {.name = (Bytef *)name, .os = 255};
    Buf out = buf_new(body->len);
    bool done = deflateSetHeader(&zip, &head) == Z_OK && squeeze(&zip, &out);
    (void)deflateEnd(&zip);
    if (!done) {
        buf_free(&out);
        return false;
    }
    buf_free(body);
    *body = out;
    return true;
}
