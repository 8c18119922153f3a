// population_keyed.c -- SipHash-2-4 with 128 bits of result, from libsodium.
#include "insight/population/population_keyed.h"

#include <sodium/crypto_shorthash_siphash24.h> // sodium.h itself uses a name that base.h bans
#include <sys/random.h>

static_assert(KEYED_KEY_BYTES == crypto_shorthash_siphashx24_KEYBYTES, "key of SipHash");
static_assert(sizeof(Hash128) == crypto_shorthash_siphashx24_BYTES, "result of SipHash");

HashKey hash_key_new(void)
{
    HashKey key;
    // Never interrupted below 256 bytes once the system has its randomness (getrandom(2)).
    if (getrandom(key.bytes, sizeof key.bytes, 0) != (ssize_t)sizeof key.bytes) abort();
    return key;
}

Hash128 hash_keyed(const HashKey *key, Str bytes)
{
    uint8_t out[sizeof(Hash128)];
    Hash128 hash;
    (void)crypto_shorthash_siphashx24(out, (const uint8_t *)bytes.ptr, bytes.len, key->bytes);
    memcpy(&hash, out, sizeof hash);
    return hash;
}
