// secret.h -- random bytes, tokens, keyed and slow hashes: the façade over libsodium.
//
// Nothing else includes the library. A failure of the machine's randomness ends the process.
#ifndef SECRET_H
#define SECRET_H

#include "base/base.h"

enum { SECRET_HASH_BYTES = 32, SECRET_KEY_BYTES = 16, TOKEN_BYTES = 32 };

void secret_random(void *out, size_t len);
bool secret_equal(const void *a, const void *b, size_t len);    // in constant time
Str secret_base64(Arena *arena, const void *bytes, size_t len); // URL-safe, no padding
bool secret_from_base64(Str text, void *out, size_t len);       // exactly len bytes

Str token_new(Arena *arena);             // 256 random bits as 43 characters
Str token_hash(Arena *arena, Str token); // SHA-256, 32 bytes: what the store holds instead of it

// For tables in memory whose keys come from outside.
uint64_t secret_short_hash(const unsigned char key[SECRET_KEY_BYTES], Str text);

// argon2id as text that carries its cost. False: out of memory.
bool secret_slow_hash(Arena *arena, Str password, size_t memory, unsigned passes, Str *out);
bool secret_slow_fits(Arena *arena, Str hash, Str password);
bool secret_slow_stale(Arena *arena, Str hash, size_t memory, unsigned passes);

#endif
