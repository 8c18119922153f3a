// sha256.c -- SHA-256 by OpenSSL; sha.h, since evp.h uses a name that banned.h poisons.
#include "core/sha256.h"

#include <openssl/sha.h>

void sha256(Str bytes, uint8_t out[SHA256_BYTES])
{
    const unsigned char *at = bytes.len == 0 ? (const unsigned char *)"" : (const void *)bytes.ptr;
    if (SHA256(at, bytes.len, out) == NULL) abort();
}

Str sha256_hex(Arena *arena, const uint8_t hash[SHA256_BYTES])
{
    char *text = arena_alloc(arena, (2 * SHA256_BYTES) + 1, 1);
    for (size_t i = 0; i < SHA256_BYTES; i++) snprintf(text + (2 * i), 3, "%02x", hash[i]);
    return (Str){text, 2 * (size_t)SHA256_BYTES};
}
