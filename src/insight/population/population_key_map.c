// population_key_map.c -- open addressing over hashed keys; old tables stay in the arena.
#include "insight/population/population_key_map.h"

typedef struct Entry {
    Hash128 key;
    int32_t value; // 0: free
} Entry;

struct KeyMap {
    Arena *arena;
    HashKey hash_key;
    Entry *entries;
    size_t size; // a power of two
    size_t count;
};

enum { FIRST_SIZE = 1024 };

KeyMap *key_map_new(Arena *arena)
{
    KeyMap *m = ARENA_NEW(arena, KeyMap);
    *m = (KeyMap){.arena = arena, .hash_key = hash_key_new(), .size = FIRST_SIZE};
    m->entries = ARENA_ARRAY(arena, Entry, m->size);
    return m;
}

static Entry *find(const KeyMap *m, Hash128 key)
{
    size_t at = key.low & (m->size - 1);
    while (m->entries[at].value != 0 &&
           (m->entries[at].key.low != key.low || m->entries[at].key.high != key.high)) {
        at = (at + 1) & (m->size - 1);
    }
    return &m->entries[at];
}

static void grow(KeyMap *m)
{
    Entry *old = m->entries;
    size_t old_size = m->size;
    m->size *= 2;
    m->entries = ARENA_ARRAY(m->arena, Entry, m->size);
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].value != 0) *find(m, old[i].key) = old[i];
    }
}

bool key_map_put(KeyMap *m, Str key, int32_t value, bool keep_first)
{
    assert(value > 0);
    if (m->count == KEY_MAP_MAX) return false;
    if (4 * (m->count + 1) > 3 * m->size) grow(m);
    Hash128 hash = hash_keyed(&m->hash_key, key);
    Entry *at = find(m, hash);
    if (at->value == 0) {
        *at = (Entry){hash, value};
        m->count++;
    } else if (at->value != value && !keep_first) {
        at->value = KEY_AMBIGUOUS;
    }
    return true;
}

int32_t key_map_get(const KeyMap *m, Str key)
{
    return find(m, hash_keyed(&m->hash_key, key))->value;
}
