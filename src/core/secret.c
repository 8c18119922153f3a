// secret.c -- the only caller of libsodium.
// clang-format off
#include <sodium.h> // before base.h: it declares members that banned.h poisons
#include "core/secret.h"
// clang-format on

static void ready(void)
{
    if (sodium_init() < 0) abort(); // safe from any thread, quick after the first time
}

void secret_random(void *out, size_t len)
{
    ready();
    randombytes_buf(out, len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

Str secret_base64(Arena *arena, const void *bytes, size_t len)
{
    size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(arena, room, 1);
    sodium_bin2base64(text, room, bytes, len, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return str_from_c(text);
}

bool secret_from_base64(Str text, void *out, size_t len)
{
    size_t got = 0;
    return sodium_base642bin(out, len, text.ptr, text.len, NULL, &got, NULL,
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
           got == len;
}

Str token_new(Arena *arena)
{
    unsigned char bytes[TOKEN_BYTES];
    secret_random(bytes, sizeof bytes);
    Str token = secret_base64(arena, bytes, sizeof bytes);
    sodium_memzero(bytes, sizeof bytes);
    return token;
}

Str token_hash(Arena *arena, Str token)
{
    unsigned char *hash = arena_alloc(arena, SECRET_HASH_BYTES, 1);
    crypto_hash_sha256(hash, (const unsigned char *)token.ptr, token.len);
    return (Str){(const char *)hash, SECRET_HASH_BYTES};
}

uint64_t secret_short_hash(const unsigned char key[SECRET_KEY_BYTES], Str text)
{
    static_assert(SECRET_KEY_BYTES == crypto_shorthash_KEYBYTES, "as the library has it");
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t n = 0;
    crypto_shorthash(hash, (const unsigned char *)text.ptr, text.len, key);
    memcpy(&n, hash, sizeof n);
    return n;
}

bool secret_slow_hash(Arena *arena, Str password, size_t memory, unsigned passes, Str *out)
{
    ready();
    char text[crypto_pwhash_STRBYTES] = "";
    if (crypto_pwhash_str_alg(text, password.ptr, password.len, passes, memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return false;
    }
    *out = arena_str(arena, str_from_c(text));
    return true;
}

bool secret_slow_fits(Arena *arena, Str hash, Str password)
{
    ready();
    return crypto_pwhash_str_verify(arena_c(arena, hash), password.ptr, password.len) == 0;
}

bool secret_slow_stale(Arena *arena, Str hash, size_t memory, unsigned passes)
{
    return crypto_pwhash_str_needs_rehash(arena_c(arena, hash), passes, memory) != 0;
}
