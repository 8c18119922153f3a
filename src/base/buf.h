// buf.h -- bytes that grow, up to a maximum that must be said.
//
// Adding past the maximum marks the buffer as over and adds nothing more: writers need not check
// each call, the owner checks once at the end (buf_ok).
#ifndef BUF_H
#define BUF_H

#include "base/str.h"

typedef struct Buf {
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    bool over; // something did not fit: the content is not whole
} Buf;

Buf buf_new(size_t max); // no memory is taken until the first byte
void buf_free(Buf *buf); // for CLEANUP(buf_free) too
void buf_clear(Buf *buf);
bool buf_ok(const Buf *buf);      // everything that was added is there
void buf_add(Buf *buf, Str text); // text must not be a view of this buffer
void buf_add_c(Buf *buf, const char *text);
void buf_add_char(Buf *buf, char c);
void buf_add_i64(Buf *buf, int64_t n);
// So many bytes more at the end, for the caller to fill at once; NULL: they do not fit.
char *buf_more(Buf *buf, size_t bytes);
void buf_fmt(Buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// Where `bytes` more may be written; the writer then adds what it wrote to len. NULL: no room, and
// the buffer is marked. Valid until the next addition.
char *buf_room(Buf *buf, size_t bytes);
Str buf_str(const Buf *buf); // a view, valid until the next addition

#endif
