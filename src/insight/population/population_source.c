// population_source.c -- reading files: zlib for gzip, OpenSSL for the hash, one buffer each way.
#define OPENSSL_SUPPRESS_DEPRECATED // for the hash of a stream in sha.h
#include "insight/population/population_source.h"

#include "core/sha256.h"

#include <errno.h>
#include <openssl/sha.h> // evp.h uses a name that base.h bans
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { HASH_CHUNK_BYTES = 64 * 1024 };

struct Source {
    Arena *arena;
    int fd;
    bool started;
    bool gzip;
    bool in_member; // of gzip: begun and not ended
    bool file_end;
    z_stream zip;
    uint8_t *in;
    uint8_t *out;
    int64_t taken;
    int64_t given;
    int64_t expected; // bytes of the file, -1: not known
    Str fault;
    Str rest; // of the chunk that lines are cut from
    Buf line;
    int64_t number;
};

Source *source_open(int fd)
{
    Arena *arena = arena_new();
    Source *s = ARENA_NEW(arena, Source);
    s->arena = arena;
    s->fd = fd;
    s->expected = -1;
    s->in = ARENA_ARRAY(arena, uint8_t, SOURCE_CHUNK_BYTES);
    s->out = ARENA_ARRAY(arena, uint8_t, SOURCE_CHUNK_BYTES);
    s->line = buf_new(SOURCE_LINE_BYTES_MAX);
    return s;
}

void source_expect(Source *s, int64_t bytes)
{
    s->expected = bytes;
}

void source_close(Source **at)
{
    Source *s = *at;
    if (s == NULL) return;
    if (s->gzip) (void)inflateEnd(&s->zip);
    buf_free(&s->line);
    (void)close(s->fd);
    arena_free(s->arena);
    *at = NULL;
}

static SourceStep failed(Source *s, Str sentence)
{
    if (s->fault.len == 0) s->fault = sentence;
    return SOURCE_FAULT;
}

static const Str CHANGED =
    STR_INIT("The file changed while it was read. Send it again when it is complete.");

static bool changed(Source *s)
{
    if (s->expected < 0) return false;
    bool is = s->taken > s->expected || (s->file_end && s->taken < s->expected);
    if (is) s->fault = CHANGED;
    return is;
}

// Bytes of the file: how many, 0 at its end, -1 when it cannot be read.
static ssize_t fill(Source *s)
{
    ssize_t got = 0;
    do {
        got = read(s->fd, s->in, SOURCE_CHUNK_BYTES);
    } while (got < 0 && errno == EINTR);
    if (got > 0) s->taken += got;
    if (got == 0) s->file_end = true;
    return changed(s) ? -1 : got;
}

static bool fill_zip(Source *s)
{
    ssize_t got = s->file_end ? 0 : fill(s);
    if (got < 0) return false;
    s->zip.next_in = s->in;
    s->zip.avail_in = (uInt)got;
    return true;
}

static bool inflate_some(Source *s)
{
    int status = inflate(&s->zip, Z_NO_FLUSH);
    if (status == Z_STREAM_END) s->in_member = false;
    return status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR;
}

static SourceStep unzip(Source *s, Str *out)
{
    s->zip.next_out = s->out;
    s->zip.avail_out = SOURCE_CHUNK_BYTES;
    while (s->zip.avail_out == SOURCE_CHUNK_BYTES) {
        if (s->zip.avail_in == 0 && !fill_zip(s)) {
            return failed(s, STR("The file cannot be read to its end. Send it again."));
        }
        if (s->zip.avail_in == 0 && s->file_end) {
            if (!s->in_member) return SOURCE_END;
            return failed(s, STR("The gzip file ends in the middle. Send it again."));
        }
        if (!s->in_member && inflateReset(&s->zip) != Z_OK) abort();
        s->in_member = true;
        if (!inflate_some(s)) return failed(s, STR("The gzip file is damaged. Send it again."));
    }
    size_t got = SOURCE_CHUNK_BYTES - s->zip.avail_out;
    s->given += (int64_t)got;
    if (s->given > SOURCE_RATIO_FREE && s->given / SOURCE_RATIO_MAX > s->taken) {
        return failed(s, STR("The gzip file unpacks to far more than a practice's extract would. "
                             "It was not read to its end."));
    }
    *out = (Str){(const char *)s->out, got};
    return SOURCE_GOT;
}

static SourceStep start(Source *s)
{
    s->started = true;
    ssize_t got = 0;
    while (s->taken < 2) { // a pipe may give one byte at a time
        ssize_t more = read(s->fd, s->in + got, (size_t)(SOURCE_CHUNK_BYTES - got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return failed(s, STR("The file cannot be read."));
        if (more == 0) break;
        got += more;
        s->taken += more;
    }
    if (s->expected >= 0 && s->taken > s->expected) return failed(s, CHANGED);
    s->zip.next_in = s->in;
    s->zip.avail_in = (uInt)got;
    s->gzip = got >= 2 && s->in[0] == 0x1F && s->in[1] == 0x8B;
    // 15 bits of window, 16 for a gzip header (zlib.h).
    if (s->gzip && inflateInit2(&s->zip, 15 + 16) != Z_OK) abort();
    return SOURCE_GOT;
}

SourceStep source_read(Source *s, Str *out)
{
    if (s->fault.len > 0) return SOURCE_FAULT;
    bool first = !s->started;
    if (first && start(s) == SOURCE_FAULT) return SOURCE_FAULT;
    if (s->gzip) return unzip(s, out);
    ssize_t got = first ? (ssize_t)s->zip.avail_in : fill(s);
    if (got < 0) return failed(s, STR("The file cannot be read to its end. Send it again."));
    if (got == 0) return SOURCE_END;
    *out = (Str){(const char *)s->in, (size_t)got};
    return SOURCE_GOT;
}

static Str without_cr(Str line)
{
    return str_ends(line, STR("\r")) ? str_slice(line, 0, line.len - 1) : line;
}

// More of the file for the line; at its end what stands there is the last line.
static SourceStep more_of_line(Source *s, Str *out)
{
    SourceStep step = source_read(s, &s->rest);
    if (step != SOURCE_END) return step;
    s->rest = (Str){0};
    *out = without_cr(buf_str(&s->line));
    return SOURCE_END;
}

// The next part of a line, at most to its end, taken off what was read; *ends_out: it ends there.
static Str part_of_line(Source *s, bool *ends_out)
{
    const char *end = memchr(s->rest.ptr, '\n', s->rest.len);
    *ends_out = end != NULL;
    size_t len = end == NULL ? s->rest.len : (size_t)(end - s->rest.ptr);
    Str part = str_slice(s->rest, 0, len);
    s->rest = str_slice(s->rest, *ends_out ? len + 1 : len, s->rest.len);
    return part;
}

SourceStep source_line(Source *s, Str *out, int64_t *number_out)
{
    buf_clear(&s->line);
    s->number++;
    *number_out = s->number;
    for (;;) {
        SourceStep step = s->rest.len > 0 ? SOURCE_GOT : more_of_line(s, out);
        if (step == SOURCE_END && s->line.len > 0) return SOURCE_GOT;
        if (step != SOURCE_GOT) return step;
        bool ends = false;
        Str part = part_of_line(s, &ends);
        bool whole = ends && s->line.len == 0; // most lines: no copy
        if (!whole) buf_add(&s->line, part);
        if (!buf_ok(&s->line)) {
            return failed(s, STR("A line is longer than 16 MB. It is not a FHIR NDJSON file."));
        }
        if (ends) {
            *out = without_cr(whole ? part : buf_str(&s->line));
            return SOURCE_GOT;
        }
    }
}

Str source_fault(const Source *s)
{
    return s->fault;
}

int64_t source_taken(const Source *s)
{
    return s->taken;
}

// The whole file into the hash; *bytes_out: how many. `most`: those it had at the start.
static Err hash_all(SHA256_CTX *md, int fd, int64_t most, int64_t *bytes_out)
{
    uint8_t chunk[HASH_CHUNK_BYTES];
    int64_t bytes = 0;
    while (bytes <= most) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return ERR_FAULT;
        if (got == 0) break;
        if (SHA256_Update(md, chunk, (size_t)got) != 1) abort();
        bytes += got;
    }
    *bytes_out = bytes;
    return ERR_OK;
}

Err source_sha256(Arena *arena, int fd, SourceHash *out, Str *why_out)
{
    struct stat about;
    if (fstat(fd, &about) != 0) return ERR_FAULT;
    if (!S_ISREG(about.st_mode)) { // /dev/zero has no end
        *why_out = STR("It is not a file. Save what the practice sent as a file first.");
        return ERR_INVALID;
    }
    SHA256_CTX md;
    if (SHA256_Init(&md) != 1) abort();
    if (lseek(fd, 0, SEEK_SET) != 0) return ERR_FAULT;
    int64_t bytes = 0;
    TRY(hash_all(&md, fd, about.st_size, &bytes));
    if (lseek(fd, 0, SEEK_SET) != 0) return ERR_FAULT;
    uint8_t hash[SHA256_BYTES];
    if (SHA256_Final(hash, &md) != 1) abort();
    if (bytes != about.st_size) {
        *why_out = CHANGED;
        return ERR_INVALID;
    }
    *out = (SourceHash){sha256_hex(arena, hash), bytes};
    return ERR_OK;
}
