// fuzz_utf8.c -- every way out of utf8.c gives valid UTF-8, and doing it twice changes nothing.
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

static void check_clean(Arena *arena, Str text, Utf8Lines lines)
{
    Str clean = utf8_clean(arena, text, lines);
    must(utf8_valid(clean) && !utf8_has_bidi_control(clean));
    must(utf8_clean(arena, clean, lines).ptr == clean.ptr);
    must(memchr(clean.ptr == NULL ? "x" : clean.ptr, '\r', clean.len) == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 20000) return 0;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str text = {(const char *)data, size};
    uint32_t point = 0;
    bool replaced = false;
    for (size_t at = 0; at < size;) {
        size_t len = utf8_next(text, at, &point);
        must(len >= 1 && len <= 4 && len <= size - at);
        replaced |= point == UTF8_REPLACEMENT && len == 1;
        at += len;
    }
    must(utf8_valid(text) == !replaced);
    must(str_chars(text) <= size);
    check_clean(arena, text, UTF8_ONE_LINE);
    check_clean(arena, text, UTF8_KEEP_LINES);
    Str key = utf8_key(arena, text);
    must(utf8_valid(key) && str_eq(utf8_key(arena, key), key));
    must(utf8_valid(utf8_upper(arena, text)));
    must(utf8_valid(utf8_from_windows_1252(arena, text)));
    (void)utf8_has_rtl(text);
    return 0;
}
