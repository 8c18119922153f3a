// cohort_truth_test.c -- answers that are kept: found again, told apart, and bounded.
#include "insight/cohort/cohort_truth.h"
#include "test/test.h"

enum { STRIPES = 2, WORDS = STRIPES * STRIPE_WORDS };

typedef struct Bits {
    uint64_t met[WORDS], unknown[WORDS];
    uint8_t whole[STRIPES];
} Bits;

static KeptTruth truth_in(Bits *bits)
{
    return (KeptTruth){bits->met, bits->unknown, bits->whole};
}

// Different in each stripe.
static Bits *answer(Test *t, uint64_t seed, uint8_t first, uint8_t second)
{
    Bits *bits = ARENA_NEW(t->arena, Bits);
    for (uint64_t w = 0; w < WORDS; w++) {
        bits->met[w] = seed + 2 * w;
        bits->unknown[w] = seed + 3 * w;
    }
    bits->whole[0] = first;
    bits->whole[1] = second;
    return bits;
}

static bool is_kept(Test *t, TruthCache *cache, const TruthKey *key)
{
    Bits *out = ARENA_NEW(t->arena, Bits);
    truth_find(cache, key, truth_in(out));
    return out->whole[0] != 0 || out->whole[1] != 0;
}

TEST(an_answer_is_found_by_definition_rule_and_day)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {STR("0123456789abcdef"), 2, {20781}};
    Bits *own = answer(t, 7, 1, 1);
    Bits *found = ARENA_NEW(t->arena, Bits);
    CHECK(!is_kept(t, cache, &key));
    truth_keep(cache, &key, truth_in(own));
    truth_find(cache, &key, truth_in(found));
    CHECK(memcmp(found, own, sizeof *found) == 0);
    TruthKey other = key;
    other.rule = 3;
    CHECK(!is_kept(t, cache, &other));
    other = key;
    other.as_at.days++;
    CHECK(!is_kept(t, cache, &other));
    other = key;
    other.version = STR("0123456789abcdee");
    CHECK(!is_kept(t, cache, &other));
    other.version = STR("");
    truth_keep(cache, &other, truth_in(own)); // nothing to know it by
    CHECK(!is_kept(t, cache, &other));
    truth_cache_free(cache);
}

TEST(only_stripes_that_are_whole_are_kept_and_others_join_them)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {STR("0123456789abcdef"), 2, {20781}};
    truth_keep(cache, &key, truth_in(answer(t, 1, 0, 0)));
    CHECK(!is_kept(t, cache, &key));
    truth_keep(cache, &key, truth_in(answer(t, 1, 0, 1)));
    Bits *found = ARENA_NEW(t->arena, Bits);
    truth_find(cache, &key, truth_in(found));
    CHECK(found->whole[0] == 0 && found->whole[1] == 1);
    CHECK_I64((int64_t)found->met[1], 0);
    CHECK_I64((int64_t)found->met[STRIPE_WORDS], 1 + 2 * STRIPE_WORDS);
    truth_keep(cache, &key, truth_in(answer(t, 1, 1, 0)));
    truth_find(cache, &key, truth_in(found));
    CHECK(memcmp(found, answer(t, 1, 1, 1), sizeof *found) == 0);
    // What is whole here is left as it is.
    Bits *here = answer(t, 50, 1, 0);
    truth_find(cache, &key, truth_in(here));
    CHECK_I64((int64_t)here->met[0], 50);
    CHECK_I64((int64_t)here->met[STRIPE_WORDS], 1 + 2 * STRIPE_WORDS);
    truth_cache_free(cache);
}

TEST(the_oldest_answer_makes_room)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {.version = STR("0123456789abcdef"), .as_at = {20781}};
    for (key.rule = 0; key.rule < TRUTHS_MAX; key.rule++) {
        truth_keep(cache, &key, truth_in(answer(t, (uint64_t)key.rule, 1, 1)));
    }
    // In the place of one that was whole stands one that is not.
    truth_keep(cache, &key, truth_in(answer(t, TRUTHS_MAX, 0, 1)));
    key.rule = 0;
    CHECK(!is_kept(t, cache, &key));
    key.rule = TRUTHS_MAX;
    Bits *found = ARENA_NEW(t->arena, Bits);
    truth_find(cache, &key, truth_in(found));
    CHECK(found->whole[0] == 0 && found->whole[1] == 1);
    CHECK_I64((int64_t)found->unknown[STRIPE_WORDS], TRUTHS_MAX + 3 * STRIPE_WORDS);
    truth_cache_free(cache);
    truth_cache_free(NULL);
}

TEST(a_population_that_is_too_large_is_not_kept)
{
    size_t stripes = (size_t)TRUTH_BYTES_MAX / (2 * STRIPE_WORDS * sizeof(uint64_t)) + 1;
    TruthCache *cache = truth_cache_new(stripes);
    TruthKey key = {STR("0123456789abcdef"), 2, {20781}};
    uint8_t *whole = ARENA_ARRAY(t->arena, uint8_t, stripes);
    memset(whole, 1, stripes);
    truth_keep(cache, &key, (KeptTruth){.whole = whole}); // must not read what is not there
    memset(whole, 0, stripes);
    truth_find(cache, &key, (KeptTruth){.whole = whole});
    CHECK(memchr(whole, 1, stripes) == NULL);
    truth_cache_free(cache);
}
