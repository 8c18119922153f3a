// cohort_truth.c -- a ring of answered rules.
#include "insight/cohort/cohort_truth.h"

#include <pthread.h>

typedef struct Kept {
    char version[TRUTH_VERSION_CHARS];
    int rule;
    int32_t as_at;
    uint64_t *bits; // met, then unknown
} Kept;

struct TruthCache {
    Arena *arena; // the cache stands in it
    pthread_mutex_t lock;
    size_t words;
    size_t room; // how many fit into TRUTH_BYTES_MAX
    size_t count;
    size_t next; // to be overwritten when all are taken
    Kept kept[TRUTHS_MAX];
};

TruthCache *truth_cache_new(size_t words)
{
    Arena *arena = arena_new();
    TruthCache *cache = ARENA_NEW(arena, TruthCache);
    size_t fit = words == 0 ? 0 : TRUTH_BYTES_MAX / (2 * words * sizeof(uint64_t));
    cache->arena = arena;
    cache->words = words;
    cache->room = fit < TRUTHS_MAX ? fit : TRUTHS_MAX;
    (void)pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void truth_cache_free(TruthCache *cache)
{
    if (cache == NULL) return;
    (void)pthread_mutex_destroy(&cache->lock);
    arena_free(cache->arena);
}

static Kept *kept_of(TruthCache *cache, const TruthKey *key)
{
    if (key->version.len != TRUTH_VERSION_CHARS) return NULL;
    for (size_t i = 0; i < cache->count; i++) {
        Kept *kept = &cache->kept[i];
        if (kept->rule == key->rule && kept->as_at == key->as_at.days &&
            memcmp(kept->version, key->version.ptr, TRUTH_VERSION_CHARS) == 0) {
            return kept;
        }
    }
    return NULL;
}

bool truth_find(TruthCache *cache, const TruthKey *key, uint64_t *met, uint64_t *unknown)
{
    (void)pthread_mutex_lock(&cache->lock);
    const Kept *kept = kept_of(cache, key);
    if (kept != NULL) {
        memcpy(met, kept->bits, cache->words * sizeof *met);
        memcpy(unknown, kept->bits + cache->words, cache->words * sizeof *unknown);
    }
    (void)pthread_mutex_unlock(&cache->lock);
    return kept != NULL;
}

static Kept *place_for(TruthCache *cache)
{
    assert(cache->room > 0);
    if (cache->count == cache->room) {
        Kept *oldest = &cache->kept[cache->next];
        cache->next = (cache->next + 1) % cache->room;
        return oldest;
    }
    Kept *fresh = &cache->kept[cache->count++];
    fresh->bits = ARENA_ARRAY(cache->arena, uint64_t, 2 * cache->words);
    return fresh;
}

void truth_keep(TruthCache *cache, const TruthKey *key, const uint64_t *met,
                const uint64_t *unknown)
{
    if (cache->room == 0 || key->version.len != TRUTH_VERSION_CHARS) return;
    (void)pthread_mutex_lock(&cache->lock);
    if (kept_of(cache, key) == NULL) {
        Kept *kept = place_for(cache);
        memcpy(kept->version, key->version.ptr, TRUTH_VERSION_CHARS);
        kept->rule = key->rule;
        kept->as_at = key->as_at.days;
        memcpy(kept->bits, met, cache->words * sizeof *met);
        memcpy(kept->bits + cache->words, unknown, cache->words * sizeof *unknown);
    }
    (void)pthread_mutex_unlock(&cache->lock);
}
