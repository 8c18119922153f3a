// fuzz_form.c -- url-encoded forms: what is accepted is UTF-8 without NUL, within its limits.
#include "base/utf8.h"
#include "core/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Pair *pairs = NULL;
    size_t count = 0;
    if (decode_urlencoded(arena, (Str){(const char *)data, size}, &pairs, &count) != ERR_OK) {
        return 0;
    }
    if (count > PAIRS_MAX) abort();
    for (size_t i = 0; i < count; i++) {
        if (!utf8_valid(pairs[i].name) || !utf8_valid(pairs[i].value)) abort();
        if (pairs[i].value.len > 0 && memchr(pairs[i].value.ptr, 0, pairs[i].value.len)) abort();
    }
    return 0;
}
