// cohort_truth.h -- answers of rules that were asked before, kept with the columns they are about.
//
// A rule about the population alone has one answer for each record of a stripe for as long as the
// stripe stands and its codes mean the same, whoever else it was asked of. A bounded ring for each
// stripe keeps the latest rules with those they were asked of so far; who asks gets a copy, so that
// an answer may be overwritten at any time. Views that share a stripe share its ring: a record that
// is live in one of them need not be in another, so that nothing is known of who was not live.
#ifndef COHORT_TRUTH_H
#define COHORT_TRUTH_H

#include "base/date.h"
#include "insight/columns/columns.h"

enum { TRUTHS_MAX = 256, TRUTH_BYTES_MAX = 64 * 1024 * 1024 };

typedef struct Truth { // one bit a person in each
    uint64_t *met;
    uint64_t *unknown; // the fact that the rule asks for is not recorded; never met too
    uint64_t *known;   // of whom the two tell: nobody else was asked
} Truth;

void truth_clear(
    const Truth *truth); // nothing is said of anybody: a stripe's words of the first two

typedef struct TruthKey {
    uint64_t text; // hash of what the rule says
    Date as_at;
} TruthKey;

typedef struct TruthCache TruthCache;

// For so many stripes. Safe to use from several threads: each stripe has a lock of its own.
TruthCache *truth_cache_new(size_t stripes);
// The same with the rings of the first `shared` stripes of another.
TruthCache *truth_cache_next(const TruthCache *from, size_t shared, size_t stripes);
void truth_cache_free(TruthCache *cache); // NULL is allowed
// Each bit set has STRIPE_WORDS words. Find writes all three, none when nothing is kept, which
// false tells; keep adds whom the truth knows to whom it knew before.
bool truth_find(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *out);
void truth_keep(TruthCache *cache, size_t stripe, const TruthKey *key, const Truth *truth);

#endif
