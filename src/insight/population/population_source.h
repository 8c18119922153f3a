// population_source.h -- a file from outside as lines or pieces, plain or gzip, bounded.
#ifndef POPULATION_SOURCE_H
#define POPULATION_SOURCE_H

#include "base/base.h"

enum {
    SOURCE_CHUNK_BYTES = 256 * 1024,
    SOURCE_LINE_BYTES_MAX = 16 * 1024 * 1024, // a transaction bundle is one line
    SOURCE_RATIO_MAX = 200,                   // of gzip: what is more is a bomb, or nearly empty
    SOURCE_RATIO_FREE = 64 * 1024 * 1024,     // bytes before the ratio counts
};

typedef enum SourceStep { SOURCE_GOT, SOURCE_END, SOURCE_FAULT } SourceStep;
typedef struct Source Source;

// Takes the file over: source_close closes it. Gzip is told by its first bytes.
Source *source_open(int fd);
// From now on the file has this many bytes, those that were hashed: fewer or more is a fault.
void source_expect(Source *s, int64_t bytes);
void source_close(Source **at); // for CLEANUP; NULL is allowed
// The next bytes as they come, at most SOURCE_CHUNK_BYTES; valid until the next call.
SourceStep source_read(Source *s, Str *out);
// The next line without its end, CR LF or LF; *number_out counts from 1. Valid until the next call.
SourceStep source_line(Source *s, Str *out, int64_t *number_out);
Str source_fault(const Source *s);     // after SOURCE_FAULT: a sentence; "" before
int64_t source_taken(const Source *s); // bytes of the file read so far, for progress

// SHA-256 of the whole file, in hex; the file is read from its start and put back there.
// Errors: ERR_INVALID with a sentence in *why_out (not a file but a device or a pipe, or it grows
// while it is read), ERR_FAULT (it cannot be read).
typedef struct SourceHash {
    Str hex;
    int64_t bytes;
} SourceHash;
MUST_USE Err source_sha256(Arena *arena, int fd, SourceHash *out, Str *why_out);

#endif
