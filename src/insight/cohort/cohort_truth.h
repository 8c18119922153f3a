// cohort_truth.h -- answers of rules that were asked before, kept with the columns they are about.
//
// A rule about the population alone has one answer for as long as the columns stand. A bounded ring
// keeps the latest; who asks gets a copy, so that an answer may be overwritten at any time.
#ifndef COHORT_TRUTH_H
#define COHORT_TRUTH_H

#include "base/date.h"
#include "insight/columns/columns.h"

enum { TRUTHS_MAX = 256, TRUTH_BYTES_MAX = 64 * 1024 * 1024, TRUTH_VERSION_CHARS = 16 };

typedef struct TruthKey {
    Str version; // hash of what is asked: TRUTH_VERSION_CHARS
    int rule;    // of several that are asked under one hash
    Date as_at;
} TruthKey;

typedef struct TruthCache TruthCache;

// For so many stripes. Safe to use from several threads.
TruthCache *truth_cache_new(size_t stripes);
void truth_cache_free(TruthCache *cache); // NULL is allowed
// `words` each of met and unknown; of a stripe that is not whole nothing is kept. Find copies what
// is kept and marks its stripes whole, the others stay as they are.
typedef struct KeptTruth {
    uint64_t *met, *unknown;
    uint8_t *whole; // by stripe
} KeptTruth;
void truth_find(TruthCache *cache, const TruthKey *key, KeptTruth out);
void truth_keep(TruthCache *cache, const TruthKey *key, KeptTruth truth);

#endif
