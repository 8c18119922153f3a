// cohort_truth_test.c -- answers that are kept: found again, told apart, put together, and bounded.
#include "insight/cohort/cohort_truth.h"
#include "test/test.h"

enum { STRIPES = 2 };

static Truth truth_new(Test *t)
{
    return (Truth){ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS),
                   ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS),
                   ARENA_ARRAY(t->arena, uint64_t, STRIPE_WORDS)};
}

// Of whoever is in `known`, a word for each 64: different answers for each seed.
static Truth answer(Test *t, uint64_t seed, uint64_t known)
{
    Truth truth = truth_new(t);
    for (uint64_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t met = (seed + w) * UINT64_C(0x9E3779B97F4A7C15);
        truth.met[w] = met & known;
        truth.unknown[w] = ~met & (met << 1) & known;
        truth.known[w] = known;
    }
    return truth;
}

static bool same(const Truth *a, const Truth *b)
{
    size_t bytes = STRIPE_WORDS * sizeof(uint64_t);
    return memcmp(a->met, b->met, bytes) == 0 && memcmp(a->unknown, b->unknown, bytes) == 0 &&
           memcmp(a->known, b->known, bytes) == 0;
}

static Truth found(Test *t, TruthCache *cache, size_t stripe, const TruthKey *key)
{
    Truth out = answer(t, 99, UINT64_MAX); // whatever was there is gone
    CHECK(truth_find(cache, stripe, key, &out));
    return out;
}

static bool is_kept(Test *t, TruthCache *cache, size_t stripe, const TruthKey *key)
{
    Truth out = truth_new(t);
    return truth_find(cache, stripe, key, &out);
}

TEST(an_answer_is_found_by_stripe_rule_and_day)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {0x0123456789abcdef, {20781}};
    Truth own = answer(t, 7, UINT64_MAX);
    CHECK(!is_kept(t, cache, 1, &key));
    truth_keep(cache, 1, &key, &own);
    Truth out = found(t, cache, 1, &key);
    CHECK(same(&out, &own));
    CHECK(!is_kept(t, cache, 0, &key));
    TruthKey other = key;
    other.as_at.days++;
    CHECK(!is_kept(t, cache, 1, &other));
    other = key;
    other.text++;
    CHECK(!is_kept(t, cache, 1, &other));
    truth_cache_free(cache);
}

TEST(what_is_known_of_some_joins_what_is_known_of_others)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {5, {20781}};
    uint64_t some = UINT64_C(0x00000000FFFF00FF);
    uint64_t more = UINT64_C(0x0FFF0000000FFFF0);
    Truth first = answer(t, 3, some);
    Truth second = answer(t, 3, more);
    Truth both = answer(t, 3, some | more);
    truth_keep(cache, 0, &key, &first);
    Truth out = found(t, cache, 0, &key);
    CHECK(same(&out, &first));
    truth_keep(cache, 0, &key, &second);
    out = found(t, cache, 0, &key);
    CHECK(same(&out, &both));
    truth_cache_free(cache);
}

// Known whole words long: [from, to).
static Truth known_words(Test *t, size_t from, size_t to)
{
    Truth truth = answer(t, 11, UINT64_MAX);
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        if (w >= from && w < to) continue;
        truth.met[w] = truth.unknown[w] = truth.known[w] = 0;
    }
    return truth;
}

TEST(an_answer_about_most_is_not_one_about_everybody)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    static const size_t ENDS[] = {1, STRIPE_WORDS / 2, STRIPE_WORDS - 1, STRIPE_WORDS};
    TruthKey key = {.as_at = {20781}};
    for (; key.text < COUNT_OF(ENDS); key.text++) {
        Truth head = known_words(t, 0, ENDS[key.text]);
        Truth all = known_words(t, 0, STRIPE_WORDS);
        truth_keep(cache, 0, &key, &head);
        Truth out = found(t, cache, 0, &key);
        CHECK(same(&out, &head));
        truth_keep(cache, 0, &key, &all);
        out = found(t, cache, 0, &key);
        CHECK(same(&out, &all));
    }
    truth_cache_free(cache);
}

TEST(the_oldest_answer_makes_room)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {.as_at = {20781}};
    for (key.text = 0; key.text < TRUTHS_MAX; key.text++) {
        Truth own = answer(t, key.text, UINT64_MAX);
        truth_keep(cache, 0, &key, &own);
    }
    // In the place of one that knew everybody stands one that does not.
    Truth few = answer(t, TRUTHS_MAX, 0xFF);
    truth_keep(cache, 0, &key, &few);
    Truth out = found(t, cache, 0, &key);
    CHECK(same(&out, &few));
    key.text = 0;
    CHECK(!is_kept(t, cache, 0, &key));
    key.text = 1;
    CHECK(is_kept(t, cache, 0, &key));
    truth_cache_free(cache);
    truth_cache_free(NULL);
}

TEST(what_joins_an_answer_in_a_place_that_was_taken_before_is_its_own)
{
    TruthCache *cache = truth_cache_new(STRIPES);
    TruthKey key = {.as_at = {20781}};
    for (key.text = 0; key.text < TRUTHS_MAX; key.text++) {
        Truth own = answer(t, key.text, 0xFF); // each with people of whom it is not recorded
        truth_keep(cache, 0, &key, &own);
    }
    Truth all = answer(t, 7, 0xFFF0);
    Truth recorded = answer(t, 7, 0xF0);
    memset(recorded.unknown, 0, STRIPE_WORDS * sizeof *recorded.unknown);
    for (size_t w = 0; w < STRIPE_WORDS; w++) all.unknown[w] &= 0xFF00;
    Truth rest = answer(t, 7, 0xFF00);
    truth_keep(cache, 0, &key, &recorded); // in the place of the first
    truth_keep(cache, 0, &key, &rest);
    Truth out = found(t, cache, 0, &key);
    CHECK(same(&out, &all));
    truth_cache_free(cache);
}

TEST(a_population_that_is_too_large_is_not_kept)
{
    size_t stripes = (size_t)TRUTH_BYTES_MAX / (sizeof(uint64_t) * 3 * STRIPE_WORDS) + 1;
    TruthCache *cache = truth_cache_new(stripes);
    TruthKey key = {5, {20781}};
    truth_keep(cache, 0, &key, &(Truth){0}); // must not read what is not there
    CHECK(!is_kept(t, cache, 0, &key));
    truth_cache_free(cache);
}

TEST(a_stripe_that_two_views_have_has_one_ring)
{
    TruthCache *before = truth_cache_new(STRIPES);
    TruthKey key = {5, {20781}};
    Truth first = answer(t, 3, 0xFF);
    Truth second = answer(t, 3, 0xFF00);
    Truth both = answer(t, 3, 0xFFFF);
    truth_keep(before, 0, &key, &first);
    truth_keep(before, 1, &key, &first);
    TruthCache *after = truth_cache_next(before, 1, STRIPES + 1);
    Truth out = found(t, after, 0, &key);
    CHECK(same(&out, &first));
    CHECK(!is_kept(t, after, 1, &key)); // another stripe in its place
    CHECK(!is_kept(t, after, STRIPES, &key));
    truth_keep(after, 0, &key, &second);
    out = found(t, before, 0, &key);
    CHECK(same(&out, &both));
    truth_cache_free(before);
    out = found(t, after, 0, &key);
    CHECK(same(&out, &both));
    truth_cache_free(after);
}
