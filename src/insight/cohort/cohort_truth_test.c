// cohort_truth_test.c -- answers that are kept: found again, told apart, and bounded.
#include "insight/cohort/cohort_truth.h"
#include "test/test.h"

enum { WORDS = 3 };

static const uint64_t MET[WORDS] = {1, 2, 3};
static const uint64_t UNKNOWN[WORDS] = {4, 5, 6};

TEST(an_answer_is_found_by_definition_rule_and_day)
{
    TruthCache *cache = truth_cache_new(WORDS);
    TruthKey key = {STR("0123456789abcdef"), 2, {20781}};
    uint64_t met[WORDS] = {0};
    uint64_t unknown[WORDS] = {0};
    CHECK(!truth_find(cache, &key, met, unknown));
    truth_keep(cache, &key, MET, UNKNOWN);
    CHECK(truth_find(cache, &key, met, unknown));
    CHECK(memcmp(met, MET, sizeof met) == 0 && memcmp(unknown, UNKNOWN, sizeof unknown) == 0);
    TruthKey other = key;
    other.rule = 3;
    CHECK(!truth_find(cache, &other, met, unknown));
    other = key;
    other.as_at.days++;
    CHECK(!truth_find(cache, &other, met, unknown));
    other = key;
    other.version = STR("0123456789abcdee");
    CHECK(!truth_find(cache, &other, met, unknown));
    other.version = STR("");
    truth_keep(cache, &other, MET, UNKNOWN); // nothing to know it by
    CHECK(!truth_find(cache, &other, met, unknown));
    truth_cache_free(cache);
}

TEST(the_oldest_answer_makes_room)
{
    TruthCache *cache = truth_cache_new(WORDS);
    uint64_t met[WORDS] = {0};
    uint64_t unknown[WORDS] = {0};
    TruthKey key = {.version = STR("0123456789abcdef"), .as_at = {20781}};
    for (key.rule = 0; key.rule <= TRUTHS_MAX; key.rule++) {
        uint64_t own[WORDS] = {(uint64_t)key.rule, 0, 0};
        truth_keep(cache, &key, own, UNKNOWN);
    }
    key.rule = 0;
    CHECK(!truth_find(cache, &key, met, unknown));
    key.rule = TRUTHS_MAX;
    CHECK(truth_find(cache, &key, met, unknown) && met[0] == TRUTHS_MAX);
    truth_cache_free(cache);
    truth_cache_free(NULL);
}

TEST(a_population_that_is_too_large_is_not_kept)
{
    TruthCache *cache = truth_cache_new((size_t)TRUTH_BYTES_MAX);
    TruthKey key = {STR("0123456789abcdef"), 2, {20781}};
    truth_keep(cache, &key, MET, UNKNOWN); // must not read them
    CHECK(!truth_find(cache, &key, NULL, NULL));
    truth_cache_free(cache);
}
