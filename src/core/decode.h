// decode.h -- what a browser packs into a request, unpacked: forms, files, cookies, ranges of q.
//
// Pure functions over bytes (fuzzed). Strict: a broken escape, bytes that are not UTF-8 or a NUL
// make the whole thing ERR_MALFORMED, never a guess.
#ifndef DECODE_H
#define DECODE_H

#include "core/route.h"

enum { MULTIPART_HEADER_BYTES_MAX = 4 * 1024, BOUNDARY_CHARS_MAX = 70, FILENAME_CHARS_MAX = 200 };

// application/x-www-form-urlencoded, a query or a body. Pairs live in `arena`.
// Errors: ERR_MALFORMED, ERR_TOO_LARGE (PAIRS_MAX, FIELD_BYTES_MAX).
MUST_USE Err decode_urlencoded(Arena *arena, Str text, Pair **out, size_t *count_out);

// A cookie's value; "" when it is absent or stands there twice (then none can be trusted).
Str decode_cookie(Str header, Str name);

// "application/json; charset=utf-8" -> "application/json" (as written; compare with ascii fold).
Str decode_media_type(Str content_type);
// Is the coding ("gzip", "br") accepted, that is named and not with q=0?
bool decode_accepts(Str accept_encoding, Str coding);

// multipart/form-data, fed as it arrives. Fields become pairs; the one file goes to `file`.
typedef struct Multipart Multipart;
typedef struct MultipartSink {
    void *arg;
    // The file begins; all fields sent before it are known. Refusing stops the parse with that Err.
    Err (*file)(void *arg, const Pair *fields, size_t count, Str name, Str filename);
    Err (*data)(void *arg, Str bytes);
} MultipartSink;

// Errors: ERR_UNSUPPORTED (not multipart/form-data with a boundary).
MUST_USE Err multipart_new(Arena *arena, Str content_type, MultipartSink sink, Multipart **out);
// Errors: ERR_MALFORMED, ERR_TOO_LARGE, and those of the sink. After one, the rest is ignored.
MUST_USE Err multipart_feed(Multipart *mp, Str bytes);
// Errors: as multipart_feed; ERR_MALFORMED when the closing boundary never came.
MUST_USE Err multipart_end(Multipart *mp, const Pair **fields_out, size_t *count_out);

#endif
