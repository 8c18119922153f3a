// population_keyed.h -- a hash that a sender cannot aim: SipHash with a random key.
#ifndef POPULATION_KEYED_H
#define POPULATION_KEYED_H

#include "base/base.h"

enum { KEYED_KEY_BYTES = 16 };

typedef struct Hash128 {
    uint64_t low, high;
} Hash128;

typedef struct HashKey {
    uint8_t bytes[KEYED_KEY_BYTES];
} HashKey;

HashKey hash_key_new(void); // random
Hash128 hash_keyed(const HashKey *key, Str bytes);

#endif
