// password.c -- length over composition rules (NCSC, NIST 800-63B): long, not well known, not the
// account's own name. Hashes by libsodium's argon2id in its own text form, which carries its cost.
#include "core/password.h"

#include "base/utf8.h"
#include "core/core.h"
#include "core/secret.h"
#include "core/sign_in.h"

enum { HASH_BYTES_OF_MEMORY = 19 * 1024 * 1024, HASH_PASSES = 2, OWN_WORD_CHARS_MIN = 4 };

// Each stands for itself, also with digits or marks around it: what is guessed first.
static const char *const WEAK[] = {
    "password",  "passw0rd",  "p@ssword", "p@ssw0rd",  "qwerty",     "qwertyuiop", "azerty",
    "letmein",   "welcome",   "iloveyou", "admin",     "trustno",    "dragon",     "monkey",
    "football",  "liverpool", "arsenal",  "chelsea",   "manchester", "rangers",    "princess",
    "sunshine",  "changeme",  "secret",   "summer",    "winter",     "spring",     "autumn",
    "january",   "february",  "monday",   "friday",    "surgery",    "practice",   "hospital",
    "carecoord", "trellis",   "default",  "temporary", "computer",   "internet",   "abcdefghijkl",
    "abcdef",    "1q2w3e4r",  "zaq12wsx", "qazwsx",    "asdfgh",     "zxcvbn",     "correcthorse",
    "starwars",  "superman",  "batman",   "pokemon",   "michael",    "jennifer",   "charlie",
    "ashley",    "thomas",    "jordan",   "whatever",  "freedom",    "master",
};

// Digits and marks at the ends are what people add to a weak word.
static Str bare(Str text)
{
    size_t from = 0;
    size_t to = text.len;
    while (from < to && (text.ptr[from] < 'a' || text.ptr[from] > 'z')) from++;
    while (to > from && (text.ptr[to - 1] < 'a' || text.ptr[to - 1] > 'z')) to--;
    return str_slice(text, from, to);
}

// Counts steps to a byte that is the same or the next, up or down: "aaaaaaaaaaaa", "123456789012".
static bool is_run(Str text)
{
    size_t steps = 0;
    for (size_t i = 1; i < text.len; i++) {
        int step = text.ptr[i] - text.ptr[i - 1];
        steps += step >= -1 && step <= 1;
    }
    return steps * 4 >= text.len * 3;
}

static bool repeats_a_part(Str text)
{
    for (size_t part = 1; part <= 4; part++) {
        bool same = true;
        for (size_t i = part; i < text.len && same; i++) {
            same = text.ptr[i] == text.ptr[i - part];
        }
        if (same) return true;
    }
    return false;
}

static bool is_weak_word(Str password)
{
    Str core = bare(password);
    for (size_t i = 0; i < COUNT_OF(WEAK); i++) {
        Str weak = str_from_c(WEAK[i]);
        if (str_eq(core, bare(weak)) || str_eq(password, weak)) return true;
        // "passwordpassword": nothing but weak words
        size_t at = 0;
        while (at < core.len && str_starts(str_slice(core, at, core.len), weak)) at += weak.len;
        if (core.len > 0 && at == core.len) return true;
    }
    return core.len == 0; // nothing but digits and marks
}

static bool holds_own_word(Str password, Str words)
{
    size_t from = 0;
    for (size_t i = 0; i <= words.len; i++) {
        bool letter = i < words.len && ((words.ptr[i] >= 'a' && words.ptr[i] <= 'z') ||
                                        (unsigned char)words.ptr[i] >= 0x80);
        if (letter) continue;
        Str word = str_slice(words, from, i);
        from = i + 1;
        if (word.len >= OWN_WORD_CHARS_MIN && str_find(password, word, &(size_t){0})) return true;
    }
    return false;
}

Str password_fault(Arena *arena, Str password, Str username, Str name)
{
    size_t chars = str_chars(password);
    if (chars < PASSWORD_CHARS_MIN) {
        return arena_fmt(arena, "Password must be %d characters or more", PASSWORD_CHARS_MIN);
    }
    if (chars > PASSWORD_CHARS_MAX) {
        return arena_fmt(arena, "Password must be %d characters or fewer", PASSWORD_CHARS_MAX);
    }
    if (!utf8_valid(password)) return STR("Password must be made of letters, digits and marks");
    Str folded = arena_lower(arena, password);
    if (is_run(folded) || repeats_a_part(folded) || is_weak_word(folded)) {
        return STR("Choose a password that is harder to guess, like three words that do not belong "
                   "together");
    }
    if (holds_own_word(folded, arena_lower(arena, username)) ||
        holds_own_word(folded, arena_lower(arena, name))) {
        return STR("Choose a password without your own name in it");
    }
    return STR("");
}

Err password_hash(Ctx *c, Str password, Str *out)
{
    SignIn *sign_in = c->core->sign_in;
    sign_in_take_hash(sign_in);
    bool made = secret_slow_hash(c->arena, password, HASH_BYTES_OF_MEMORY, HASH_PASSES, out);
    sign_in_give_hash(sign_in);
    return made ? ERR_OK : ERR_FAULT;
}

bool password_fits(Ctx *c, Str hash, Str password, bool *stale_out)
{
    *stale_out = false;
    if (hash.len == 0 || password.len > (size_t)PASSWORD_CHARS_MAX * 4) {
        Str spent; // the answer is no; the time is spent all the same
        (void)!password_hash(c, STR("not the password of anybody"), &spent);
        return false;
    }
    SignIn *sign_in = c->core->sign_in;
    sign_in_take_hash(sign_in);
    bool fits = secret_slow_fits(c->arena, hash, password);
    sign_in_give_hash(sign_in);
    *stale_out = fits && secret_slow_stale(c->arena, hash, HASH_BYTES_OF_MEMORY, HASH_PASSES);
    return fits;
}
