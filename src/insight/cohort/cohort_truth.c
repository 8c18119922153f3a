// cohort_truth.c -- a ring of answered rules.
#include "insight/cohort/cohort_truth.h"

#include <pthread.h>

typedef struct Kept {
    char version[TRUTH_VERSION_CHARS];
    int rule;
    int32_t as_at;
    KeptTruth truth;
} Kept;

struct TruthCache {
    Arena *arena; // the cache stands in it
    pthread_mutex_t lock;
    size_t stripes;
    size_t room; // how many fit into TRUTH_BYTES_MAX
    size_t count;
    size_t next; // to be overwritten when all are taken
    Kept kept[TRUTHS_MAX];
};

TruthCache *truth_cache_new(size_t stripes)
{
    Arena *arena = arena_new();
    TruthCache *cache = ARENA_NEW(arena, TruthCache);
    size_t each = 2 * stripes * STRIPE_WORDS * sizeof(uint64_t);
    size_t fit = stripes == 0 ? 0 : TRUTH_BYTES_MAX / each;
    cache->arena = arena;
    cache->stripes = stripes;
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

// Copies the stripes that are whole there and not here.
static void take_whole(size_t stripes, KeptTruth from, KeptTruth to)
{
    for (size_t s = 0; s < stripes; s++) {
        size_t at = s * STRIPE_WORDS;
        if (from.whole[s] == 0 || to.whole[s] != 0) continue;
        memcpy(to.met + at, from.met + at, STRIPE_WORDS * sizeof *to.met);
        memcpy(to.unknown + at, from.unknown + at, STRIPE_WORDS * sizeof *to.unknown);
        to.whole[s] = 1;
    }
}

void truth_find(TruthCache *cache, const TruthKey *key, KeptTruth out)
{
    (void)pthread_mutex_lock(&cache->lock);
    const Kept *kept = kept_of(cache, key);
    if (kept != NULL) take_whole(cache->stripes, kept->truth, out);
    (void)pthread_mutex_unlock(&cache->lock);
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
    size_t words = cache->stripes * STRIPE_WORDS;
    fresh->truth = (KeptTruth){ARENA_ARRAY(cache->arena, uint64_t, words),
                               ARENA_ARRAY(cache->arena, uint64_t, words),
                               ARENA_ARRAY(cache->arena, uint8_t, cache->stripes)};
    return fresh;
}

void truth_keep(TruthCache *cache, const TruthKey *key, KeptTruth truth)
{
    if (cache->room == 0 || key->version.len != TRUTH_VERSION_CHARS) return;
    if (memchr(truth.whole, 1, cache->stripes) == NULL) return;
    (void)pthread_mutex_lock(&cache->lock);
    Kept *kept = kept_of(cache, key);
    if (kept == NULL) {
        kept = place_for(cache);
        memcpy(kept->version, key->version.ptr, TRUTH_VERSION_CHARS);
        kept->rule = key->rule;
        kept->as_at = key->as_at.days;
        memset(kept->truth.whole, 0, cache->stripes);
    }
    take_whole(cache->stripes, truth, kept->truth);
    (void)pthread_mutex_unlock(&cache->lock);
}
