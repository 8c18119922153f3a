// str.h -- a view of bytes that somebody else owns. Not NUL-terminated; never NULL when len > 0.
#ifndef STR_H
#define STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Str {
    const char *ptr;
    size_t len;
} Str;

#define STR(literal) ((Str){("" literal), sizeof(literal) - 1}) // literals only
#define STR_INIT(literal)                                                                          \
    {                                                                                              \
        ("" literal), sizeof(literal) - 1                                                          \
    } // the same, in static tables
#define STR_FMT    "%.*s"
#define STR_ARG(s) (int)(s).len, (s).ptr

Str str_from_c(const char *text); // a view of a NUL-terminated string; NULL gives the empty view
bool str_eq(Str a, Str b);
bool str_eq_ascii_fold(Str a, Str b); // A-Z equal to a-z, nothing else folded
bool str_starts(Str text, Str prefix);
bool str_ends(Str text, Str suffix);
int str_cmp(Str a,
            Str b);     // as memcmp, the shorter first; the order of the stores' binary collation
Str str_trim(Str text); // without leading and trailing ASCII white space
Str str_slice(Str text, size_t from, size_t to); // [from, to), both clamped to the length
bool str_find(Str text, Str needle, size_t *at_out);
bool str_split(Str *rest, char at, Str *part_out); // false when nothing is left

// Whole-string decimal numbers: no sign but '-', no spaces, no '+', no leading zeros beyond "0",
// within [min, max]. False otherwise, *out untouched.
bool str_i64(Str text, int64_t min, int64_t max, int64_t *out);

// The same the other way: a view of `to`.
enum { STR_I64_CHARS = 20 };
Str str_of_i64(int64_t n, char to[static STR_I64_CHARS]);

int str_hex_digit(char c); // 0 to 15 of [0-9a-fA-F], -1 for anything else

size_t str_chars(Str text);  // code points, as a person counts; invalid bytes count one each
uint64_t str_hash(Str text); // FNV-1a: for tables of our own words, never for outside keys alone

#endif
