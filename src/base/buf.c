// buf.c -- the growing buffer. Memory doubles; the maximum is never passed.
#include "base/base.h"

#include <stdarg.h>

enum { FIRST_BYTES = 256 };

Buf buf_new(size_t max)
{
    assert(max > 0);
    return (Buf){.max = max};
}

void buf_free(Buf *buf)
{
    free(buf->ptr);
    *buf = (Buf){.max = buf->max};
}

void buf_clear(Buf *buf)
{
    buf->len = 0;
    buf->over = false;
}

bool buf_ok(const Buf *buf)
{
    return !buf->over;
}

// Memory for `more` bytes. It may pass the maximum by a little, the content may not (reserve).
static void grow(Buf *buf, size_t more)
{
    size_t need = buf->len + more;
    size_t cap = buf->cap == 0 ? FIRST_BYTES : buf->cap;
    while (cap < need) cap = cap > SIZE_MAX / 2 ? need : cap * 2;
    if (cap > buf->max) cap = need > buf->max ? need : buf->max;
    char *ptr = realloc(buf->ptr, cap);
    if (ptr == NULL) abort();
    buf->ptr = ptr;
    buf->cap = cap;
}

// Room for `more` bytes, or false and the buffer marked.
static bool reserve(Buf *buf, size_t more)
{
    if (buf->over) return false;
    if (more > buf->max - buf->len) {
        buf->over = true;
        return false;
    }
    if (buf->cap - buf->len < more) grow(buf, more);
    return true;
}

char *buf_room(Buf *buf, size_t bytes)
{
    return reserve(buf, bytes) ? buf->ptr + buf->len : NULL;
}

void buf_add(Buf *buf, Str text)
{
    if (text.len == 0 || !reserve(buf, text.len)) return;
    memcpy(buf->ptr + buf->len, text.ptr, text.len);
    buf->len += text.len;
}

void buf_add_c(Buf *buf, const char *text)
{
    buf_add(buf, str_from_c(text));
}

void buf_add_char(Buf *buf, char c)
{
    if (!reserve(buf, 1)) return;
    buf->ptr[buf->len++] = c;
}

char *buf_more(Buf *buf, size_t bytes)
{
    if (!reserve(buf, bytes)) return NULL;
    buf->len += bytes;
    return buf->ptr + buf->len - bytes;
}

void buf_add_i64(Buf *buf, int64_t n)
{
    char text[STR_I64_CHARS];
    buf_add(buf, str_of_i64(n, text));
}

void buf_fmt(Buf *buf, const char *fmt, ...)
{
    size_t room = buf->cap - buf->len;
    va_list args;
    va_start(args, fmt);
    int len = vsnprintf(room == 0 ? NULL : buf->ptr + buf->len, room, fmt, args);
    va_end(args);
    if (len < 0) abort();
    if (!reserve(buf, (size_t)len)) return;
    if ((size_t)len >= room) { // it was cut: once more, with a byte for the NUL that vsnprintf adds
        if (buf->cap - buf->len < (size_t)len + 1) grow(buf, (size_t)len + 1);
        va_start(args, fmt);
        vsnprintf(buf->ptr + buf->len, (size_t)len + 1, fmt, args);
        va_end(args);
    }
    buf->len += (size_t)len;
}

Str buf_str(const Buf *buf)
{
    return (Str){buf->ptr == NULL ? "" : buf->ptr, buf->len};
}
