// cohort_truth.c -- for each stripe a ring of answered rules.
#include "insight/cohort/cohort_truth.h"

#include <pthread.h>

typedef struct Kept {
    TruthKey key;
    Truth truth;
} Kept;

typedef struct Ring {
    pthread_mutex_t lock;
    Arena *arena; // of the answers, NULL before the first
    Kept *kept;
    size_t count;
    size_t next; // to be overwritten when all are taken
} Ring;

struct TruthCache {
    Arena *arena; // the cache stands in it
    size_t room;  // answers of a stripe that fit into TRUTH_BYTES_MAX of all
    size_t stripes;
    Ring *rings; // by stripe
};

TruthCache *truth_cache_new(size_t stripes)
{
    Arena *arena = arena_new();
    TruthCache *cache = ARENA_NEW(arena, TruthCache);
    size_t each = 3 * stripes * STRIPE_WORDS * sizeof(uint64_t);
    size_t fit = stripes == 0 ? 0 : TRUTH_BYTES_MAX / each;
    cache->arena = arena;
    cache->stripes = stripes;
    cache->room = fit < TRUTHS_MAX ? fit : TRUTHS_MAX;
    cache->rings = ARENA_ARRAY(arena, Ring, stripes + 1);
    for (size_t s = 0; s < stripes; s++) {
        (void)pthread_mutex_init(&cache->rings[s].lock, NULL);
        cache->rings[s].kept = ARENA_ARRAY(arena, Kept, cache->room + 1);
    }
    return cache;
}

void truth_cache_free(TruthCache *cache)
{
    if (cache == NULL) return;
    for (size_t s = 0; s < cache->stripes; s++) {
        (void)pthread_mutex_destroy(&cache->rings[s].lock);
        arena_free(cache->rings[s].arena);
    }
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

static void copy(const Truth *from, const Truth *to)
{
    memcpy(to->met, from->met, STRIPE_WORDS * sizeof *to->met);
    memcpy(to->unknown, from->unknown, STRIPE_WORDS * sizeof *to->unknown);
    memcpy(to->known, from->known, STRIPE_WORDS * sizeof *to->known);
}

void truth_clear(const Truth *truth)
{
    memset(truth->met, 0, STRIPE_WORDS * sizeof *truth->met);
    memset(truth->unknown, 0, STRIPE_WORDS * sizeof *truth->unknown);
    memset(truth->known, 0, STRIPE_WORDS * sizeof *truth->known);
}

void truth_find(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *out)
{
    assert(stripe < cache->stripes);
    Ring *ring = &cache->rings[stripe];
    (void)pthread_mutex_lock(&ring->lock);
    const Kept *kept = kept_of(ring, key);
    if (kept != NULL) copy(&kept->truth, out);
    (void)pthread_mutex_unlock(&ring->lock);
    if (kept == NULL) truth_clear(out);
}

static uint64_t *words_new(Arena *arena)
{
    return arena_alloc_raw(arena, STRIPE_WORDS * sizeof(uint64_t));
}

static Kept *place_for(const TruthCache *cache, Ring *ring)
{
    if (ring->count == cache->room) {
        Kept *oldest = &ring->kept[ring->next];
        ring->next = (ring->next + 1) % cache->room;
        return oldest;
    }
    if (ring->arena == NULL) ring->arena = arena_new();
    Kept *fresh = &ring->kept[ring->count++];
    fresh->truth = (Truth){words_new(ring->arena), words_new(ring->arena), words_new(ring->arena)};
    return fresh;
}

// Two who asked at the same time may each know others.
static void add(const Truth *from, const Truth *to)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        to->met[w] |= from->met[w];
        to->unknown[w] |= from->unknown[w];
        to->known[w] |= from->known[w];
    }
}

void truth_keep(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *truth)
{
    assert(stripe < cache->stripes);
    if (cache->room == 0) return;
    Ring *ring = &cache->rings[stripe];
    (void)pthread_mutex_lock(&ring->lock);
    Kept *kept = kept_of(ring, key);
    if (kept != NULL) {
        add(truth, &kept->truth);
    } else {
        kept = place_for(cache, ring);
        kept->key = *key;
        copy(truth, &kept->truth);
    }
    (void)pthread_mutex_unlock(&ring->lock);
}
