// gzip.c -- one answer as gzip: libdeflate, which takes a page whole, and a header of our own.
#include "core/gzip.h"

#include "core/secret.h"

#include <libdeflate.h>
#include <pthread.h>

enum {
    LEVEL = 1,       // half the time of the next, and 60 bytes more for a page of 22 kB
    GZIPS_MAX = 16,  // kept: more are at work at once than there are processors only for moments
    HEAD_BYTES = 10, // RFC 1952, 2.3
    TAIL_BYTES = 8,
    WORD_BYTES = 4,
    FLAG_NAME = 8,
    SYSTEM_UNKNOWN = 255,
};

bool gzip_gains(Str content_type)
{
    return content_type.len == 0 || str_starts(content_type, STR("text/")) ||
           str_starts(content_type, STR("application/json")) ||
           str_starts(content_type, STR("application/fhir+json"));
}

// ---- memory

typedef struct Slot {
    struct libdeflate_compressor *zip; // NULL: never used
    bool busy;
} Slot;

struct Gzips {
    pthread_mutex_t lock;
    Slot slot[GZIPS_MAX];
};

Gzips *gzips_new(Arena *arena)
{
    Gzips *gzips = ARENA_NEW(arena, Gzips);
    pthread_mutex_init(&gzips->lock, NULL);
    return gzips;
}

void gzips_free(Gzips *gzips)
{
    if (gzips == NULL) return;
    for (size_t i = 0; i < GZIPS_MAX; i++) libdeflate_free_compressor(gzips->slot[i].zip);
    pthread_mutex_destroy(&gzips->lock);
}

// The first that is free, so that few are ever set up; NULL: there is none.
static Slot *take(Gzips *gzips)
{
    Slot *found = NULL;
    if (gzips == NULL) return NULL;
    pthread_mutex_lock(&gzips->lock);
    for (size_t i = 0; i < GZIPS_MAX && found == NULL; i++) {
        if (!gzips->slot[i].busy) found = &gzips->slot[i];
    }
    if (found != NULL) found->busy = true;
    pthread_mutex_unlock(&gzips->lock);
    return found;
}

static void give_back(Gzips *gzips, Slot *slot)
{
    pthread_mutex_lock(&gzips->lock);
    slot->busy = false;
    pthread_mutex_unlock(&gzips->lock);
}

// ---- one body

// Without a time; with a name of random length.
static void add_head(Buf *out)
{
    char name[GZIP_NAME_MAX + 1];
    const char head[HEAD_BYTES] = {'\x1f', '\x8b', 8, FLAG_NAME, 0,
                                   0,      0,      0, 0,         (char)SYSTEM_UNKNOWN};
    uint8_t len = 0;
    secret_random(&len, sizeof len);
    len %= GZIP_NAME_MAX;
    memset(name, 'x', len);
    name[len] = '\0';
    buf_add(out, (Str){head, sizeof head});
    buf_add(out, (Str){name, (size_t)len + 1});
}

// Lowest byte first.
static void add_word(Buf *out, uint32_t word)
{
    for (int i = 0; i < WORD_BYTES; i++) buf_add_char(out, (char)(word >> (8 * i) & 0xff));
}

static bool compress_body(struct libdeflate_compressor *zip, Buf *body)
{
    if (zip == NULL) return false; // no memory for it: the page itself is there
    Buf out = buf_new(body->len + HEAD_BYTES + GZIP_NAME_MAX + TAIL_BYTES);
    add_head(&out);
    char *room = buf_room(&out, body->len);
    size_t len = libdeflate_deflate_compress(zip, body->ptr, body->len, room, body->len);
    if (len == 0) { // it would be no smaller
        buf_free(&out);
        return false;
    }
    out.len += len;
    add_word(&out, libdeflate_crc32(0, body->ptr, body->len));
    add_word(&out, (uint32_t)body->len);
    buf_free(body);
    *body = out;
    return true;
}

static bool with_own(Buf *body)
{
    struct libdeflate_compressor *zip = libdeflate_alloc_compressor(LEVEL);
    bool done = compress_body(zip, body);
    libdeflate_free_compressor(zip);
    return done;
}

bool gzip_body(Gzips *gzips, Buf *body)
{
    if (!buf_ok(body) || body->len < GZIP_BYTES_MIN || body->len > UINT32_MAX) return false;
    Slot *slot = take(gzips);
    if (slot == NULL) return with_own(body);
    if (slot->zip == NULL) slot->zip = libdeflate_alloc_compressor(LEVEL);
    bool done = compress_body(slot->zip, body);
    give_back(gzips, slot);
    return done;
}
