// json_scan.h -- the inner loop of reading and writing JSON strings.
//
// For json.c and json_out.c only.
#ifndef JSON_SCAN_H
#define JSON_SCAN_H

#include <stdbool.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// The first byte of [at, end) that is a quotation mark, a backslash or a control character, or end.
// *high tells whether a byte before it is not ASCII.
static inline const char *json_plain_run(const char *at, const char *end, bool *high)
{
    unsigned seen = 0;
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i slash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(0x1F);
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
        __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, slash));
        stops = _mm_or_si128(stops, _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
        unsigned stop = (unsigned)_mm_movemask_epi8(stops);
        unsigned tops = (unsigned)_mm_movemask_epi8(bytes);
        if (stop != 0) {
            unsigned before = (stop & (0U - stop)) - 1; // the bits below the lowest stop
            *high = (seen | (tops & before)) != 0;
            return at + __builtin_ctz(stop);
        }
        seen |= tops;
    }
#endif
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c == '"' || c == '\\' || c < 0x20) break;
        seen |= c & 0x80U;
    }
    *high = seen != 0;
    return at;
}

#endif
