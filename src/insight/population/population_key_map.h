// population_key_map.h -- from an id of the sender to a number of ours, keys not kept.
//
// Keys are 128 bits of a keyed hash: two ids that meet by chance or by intent would give somebody
// the events of somebody else, so 64 bits are too few.
#ifndef POPULATION_KEY_MAP_H
#define POPULATION_KEY_MAP_H

#include "insight/population/population_keyed.h"

enum { KEY_MAP_MAX = 16 * 1024 * 1024, KEY_AMBIGUOUS = -1 };

typedef struct KeyMap KeyMap; // lives in an arena

KeyMap *key_map_new(Arena *arena);
// The same key with another value: it becomes KEY_AMBIGUOUS, unless `keep_first`.
// False when it is full.
bool key_map_put(KeyMap *m, Str key, int32_t value, bool keep_first);
int32_t key_map_get(const KeyMap *m, Str key); // 0: not there

#endif
