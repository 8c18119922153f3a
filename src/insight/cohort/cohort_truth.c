// cohort_truth.c -- for each stripe a ring of answered rules.
#include "insight/cohort/cohort_truth.h"

#include <pthread.h>

// The answers of so many rules find their memory touched: to be given it by the system, page after
// page, took a third of a cohort of six rules that was asked first.
enum { READY_MAX = 8, WORDS_BYTES = STRIPE_WORDS * sizeof(uint64_t) };

// Most rules are asked of everybody and leave nobody unknown: the words for that are not written,
// nor, but of the first, given memory before an answer needs them.
typedef struct Kept {
    TruthKey key;
    Truth truth;  // each NULL until it was needed
    bool unknown; // some are: else the words mean nothing
    bool few;     // not everybody is known: else the words mean nothing
} Kept;

typedef struct Ring { // of one stripe, for every view that has it
    atomic_int holders;
    pthread_mutex_t lock;
    Arena *arena; // the ring and its answers stand in it
    Kept *kept;
    size_t room; // answers that fit into TRUTH_BYTES_MAX of all stripes
    size_t count;
    size_t next; // to be overwritten when all are taken
} Ring;

struct TruthCache {
    Arena *arena; // the cache stands in it
    size_t stripes;
    Ring **rings; // by stripe, held
};

static uint64_t *words_of(Arena *arena, uint64_t **words)
{
    if (*words == NULL) *words = arena_alloc_raw(arena, WORDS_BYTES);
    return *words;
}

static void make_ready(Arena *arena, Truth *truth)
{
    memset(words_of(arena, &truth->met), 0, WORDS_BYTES);
    memset(words_of(arena, &truth->unknown), 0, WORDS_BYTES);
    memset(words_of(arena, &truth->known), 0, WORDS_BYTES);
}

static Ring *ring_new(size_t room)
{
    Arena *arena = arena_new();
    Ring *ring = ARENA_NEW(arena, Ring);
    atomic_init(&ring->holders, 1);
    (void)pthread_mutex_init(&ring->lock, NULL);
    ring->arena = arena;
    ring->room = room;
    ring->kept = ARENA_ARRAY(arena, Kept, room + 1);
    for (size_t i = 0; i < room && i < READY_MAX; i++) make_ready(arena, &ring->kept[i].truth);
    return ring;
}

static void ring_let_go(Ring *ring)
{
    if (atomic_fetch_sub_explicit(&ring->holders, 1, memory_order_acq_rel) != 1) return;
    (void)pthread_mutex_destroy(&ring->lock);
    arena_free(ring->arena);
}

TruthCache *truth_cache_new(size_t stripes)
{
    return truth_cache_next(NULL, 0, stripes);
}

TruthCache *truth_cache_next(const TruthCache *from, size_t shared, size_t stripes)
{
    Arena *arena = arena_new();
    TruthCache *cache = ARENA_NEW(arena, TruthCache);
    size_t each = 3 * stripes * STRIPE_WORDS * sizeof(uint64_t);
    size_t fit = stripes == 0 ? 0 : TRUTH_BYTES_MAX / each;
    size_t room = fit < TRUTHS_MAX ? fit : TRUTHS_MAX;
    assert(shared <= stripes && (shared == 0 || shared <= from->stripes));
    cache->arena = arena;
    cache->stripes = stripes;
    cache->rings = ARENA_ARRAY(arena, Ring *, stripes + 1);
    for (size_t s = 0; s < stripes; s++) {
        cache->rings[s] = s < shared ? from->rings[s] : ring_new(room);
        if (s >= shared) continue;
        (void)atomic_fetch_add_explicit(&cache->rings[s]->holders, 1, memory_order_relaxed);
    }
    return cache;
}

void truth_cache_free(TruthCache *cache)
{
    if (cache == NULL) return;
    for (size_t s = 0; s < cache->stripes; s++) ring_let_go(cache->rings[s]);
    arena_free(cache->arena);
}

static Kept *kept_of(const Ring *ring, const TruthKey *key)
{
    for (size_t i = 0; i < ring->count; i++) {
        Kept *kept = &ring->kept[i];
        if (kept->key.text == key->text && kept->key.as_at.days == key->as_at.days) return kept;
    }
    return NULL;
}

static void copy(const Kept *from, const Truth *to)
{
    memcpy(to->met, from->truth.met, WORDS_BYTES);
    if (from->unknown) {
        memcpy(to->unknown, from->truth.unknown, WORDS_BYTES);
    } else {
        memset(to->unknown, 0, WORDS_BYTES);
    }
    if (from->few) {
        memcpy(to->known, from->truth.known, WORDS_BYTES);
    } else {
        memset(to->known, 0xFF, WORDS_BYTES);
    }
}

void truth_clear(const Truth *truth)
{
    memset(truth->met, 0, WORDS_BYTES);
    memset(truth->unknown, 0, WORDS_BYTES);
}

bool truth_find(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *out)
{
    assert(stripe < cache->stripes);
    Ring *ring = cache->rings[stripe];
    (void)pthread_mutex_lock(&ring->lock);
    const Kept *kept = kept_of(ring, key);
    if (kept != NULL) copy(kept, out);
    (void)pthread_mutex_unlock(&ring->lock);
    return kept != NULL;
}

static Kept *place_for(Ring *ring)
{
    assert(ring->room > 0); // it never changes
    if (ring->count == ring->room) {
        Kept *oldest = &ring->kept[ring->next];
        ring->next = (ring->next + 1) % ring->room;
        return oldest;
    }
    return &ring->kept[ring->count++];
}

static bool is_any(const uint64_t *words)
{
    uint64_t all = 0;
    for (size_t w = 0; w < STRIPE_WORDS; w++) all |= words[w];
    return all != 0;
}

static bool is_everybody(const uint64_t *words)
{
    size_t w = 0;
    while (w < STRIPE_WORDS && words[w] == UINT64_MAX) w++;
    return w == STRIPE_WORDS;
}

static void put(Arena *arena, const Truth *from, Kept *to)
{
    to->unknown = is_any(from->unknown);
    to->few = !is_everybody(from->known);
    memcpy(words_of(arena, &to->truth.met), from->met, WORDS_BYTES);
    if (to->unknown) memcpy(words_of(arena, &to->truth.unknown), from->unknown, WORDS_BYTES);
    if (to->few) memcpy(words_of(arena, &to->truth.known), from->known, WORDS_BYTES);
}

static void add_words(const uint64_t *from, uint64_t *to)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) to[w] |= from[w];
}

// Two who asked at the same time may each know others.
static void add(Arena *arena, const Truth *from, Kept *to)
{
    if (!to->few) return; // nothing is left to be known
    add_words(from->met, to->truth.met);
    if (is_any(from->unknown)) {
        uint64_t *unknown = words_of(arena, &to->truth.unknown);
        if (!to->unknown) memset(unknown, 0, WORDS_BYTES);
        add_words(from->unknown, unknown);
        to->unknown = true;
    }
    add_words(from->known, to->truth.known);
    to->few = !is_everybody(to->truth.known);
}

void truth_keep(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *truth)
{
    assert(stripe < cache->stripes);
    Ring *ring = cache->rings[stripe];
    if (ring->room == 0) return;
    (void)pthread_mutex_lock(&ring->lock);
    Kept *kept = kept_of(ring, key);
    if (kept != NULL) {
        add(ring->arena, truth, kept);
    } else {
        kept = place_for(ring);
        kept->key = *key;
        put(ring->arena, truth, kept);
    }
    (void)pthread_mutex_unlock(&ring->lock);
}
