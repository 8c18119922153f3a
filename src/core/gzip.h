// gzip.h -- pages made smaller for the way, without telling their length.
//
// A page holds what its reader typed beside what others must not see; somebody who watches the
// line could learn from small differences in length (the BREACH attack). Each answer therefore
// carries a file name of random length in its gzip header, and the form token is masked anew on
// every page. docs/adr/0010-pages-compressed.md
#ifndef GZIP_H
#define GZIP_H

#include "base/base.h"

enum {
    GZIP_BYTES_MIN = 1400, // what fits one packet anyway is sent as it is
    GZIP_NAME_MAX = 128,   // of the random name
};

// Is this media type text that gains by it? "text/html; charset=utf-8" is, "application/pdf" not.
bool gzip_gains(Str content_type);

// The memory of those that are being made, used again: setting it up costs a fifth of the
// compressing. For any thread; in the arena but for the library's own, which gzips_free gives back.
typedef struct Gzips Gzips;
Gzips *gzips_new(Arena *arena);
void gzips_free(Gzips *gzips); // nobody may be using it; NULL is allowed

// Replaces the body by its gzip (RFC 1952). False: it is left as it was, being short, incomplete,
// or no smaller. gzips may be NULL: memory of its own.
bool gzip_body(Gzips *gzips, Buf *body);

#endif
