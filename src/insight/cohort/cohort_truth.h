// cohort_truth.h -- answers of rules that were asked before, kept with the columns they are about.
//
// A rule about the population alone has one answer for as long as the columns stand. A bounded ring
// keeps the latest; who asks gets a copy, so that an answer may be overwritten at any time.
#ifndef COHORT_TRUTH_H
#define COHORT_TRUTH_H

#include "base/date.h"

enum { TRUTHS_MAX = 256, TRUTH_BYTES_MAX = 64 * 1024 * 1024, TRUTH_VERSION_CHARS = 16 };

typedef struct TruthKey {
    Str version; // hash of what is asked: TRUTH_VERSION_CHARS
    int rule;    // of several that are asked under one hash
    Date as_at;
} TruthKey;

typedef struct TruthCache TruthCache;

// `words`: of 64 persons in one set of bits. Safe to use from several threads.
TruthCache *truth_cache_new(size_t words);
void truth_cache_free(TruthCache *cache); // NULL is allowed
// Copies the answer into met and unknown (`words` each); false when it is not kept.
bool truth_find(TruthCache *cache, const TruthKey *key, uint64_t *met, uint64_t *unknown);
void truth_keep(TruthCache *cache, const TruthKey *key, const uint64_t *met,
                const uint64_t *unknown);

#endif
