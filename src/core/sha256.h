// sha256.h -- SHA-256 of bytes in memory.
#ifndef SHA256_H
#define SHA256_H

#include "base/base.h"

enum { SHA256_BYTES = 32 };

// Aborts when the cryptographic library refuses: nothing here may go on without it.
void sha256(Str bytes, uint8_t out[SHA256_BYTES]);
Str sha256_hex(Arena *arena, const uint8_t hash[SHA256_BYTES]); // 64 of [0-9a-f]

#endif
