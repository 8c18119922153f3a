// fuzz_multipart.c -- the first byte says into pieces of what size the rest is cut: whole or in
// pieces, the same fields and the same file must come out.
#include "core/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 20 };

static Err on_file(void *arg, const Pair *fields, size_t count, Str name, Str filename)
{
    (void)arg;
    (void)fields;
    (void)name;
    (void)filename;
    return count > PAIRS_MAX ? ERR_FAULT : ERR_OK;
}

static Err on_data(void *arg, Str bytes)
{
    buf_add(arg, bytes);
    return ERR_OK;
}

static Err run(Arena *arena, Str body, size_t piece, Buf *file, size_t *count_out)
{
    Multipart *mp = NULL;
    const Pair *pairs = NULL;
    TRY(multipart_new(arena, STR("multipart/form-data; boundary=xY"),
                      (MultipartSink){file, on_file, on_data}, &mp));
    for (size_t at = 0; at < body.len; at += piece) {
        if (multipart_feed(mp, str_slice(body, at, at + piece)) != ERR_OK) break;
    }
    return multipart_end(mp, &pairs, count_out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str body = {(const char *)data + 1, size - 1};
    CLEANUP(buf_free) Buf whole = buf_new(FILE_MAX);
    CLEANUP(buf_free) Buf pieces = buf_new(FILE_MAX);
    size_t whole_count = 0;
    size_t pieces_count = 0;
    Err one = run(arena, body, size, &whole, &whole_count);
    Err two = run(arena, body, (size_t)data[0] + 1, &pieces, &pieces_count);
    if (one != two || whole_count != pieces_count) abort();
    if (one == ERR_OK && !str_eq(buf_str(&whole), buf_str(&pieces))) abort();
    return 0;
}
