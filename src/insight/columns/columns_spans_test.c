// columns_spans_test.c -- codes found once for a stripe are asked as those that are looked up.
#include "insight/columns/columns.h"
#include "test/test.h"

enum {
    PERSONS = 200,
    CODES = 40,
    EACH_MAX = 60,
    LISTS = 50,
    DAY_FIRST = 18000,
    DAYS = 900,
    LEAST_MAX = 8
};

typedef struct Compare {
    uint64_t seed;
    uint32_t different;
    uint32_t asked; // times somebody was found
    uint32_t counted;
    uint32_t stopped; // times not all was looked for
} Compare;

static uint32_t pick(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(*seed >> 33) % below;
}

static Columns *build(Test *t, uint64_t *seed)
{
    ColumnPerson *persons = ARENA_ARRAY(t->arena, ColumnPerson, PERSONS);
    Code *codes = ARENA_ARRAY(t->arena, Code, CODES);
    static const Str UNITS[] = {STR_INIT("")};
    for (size_t i = 0; i < PERSONS; i++) persons[i].id.v = (int64_t)i + 1;
    for (int i = 0; i < CODES; i++) {
        codes[i] = (Code){3 * i + 1, STR("snomed"), arena_fmt(t->arena, "%d", i), STR("Made")};
    }
    ColumnSource source = {.generation = 1,
                           .persons = persons,
                           .person_count = PERSONS,
                           .codes = codes,
                           .code_count = CODES,
                           .units = UNITS,
                           .unit_count = COUNT_OF(UNITS),
                           .stripe_persons = 70};
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    for (size_t i = 0; i < PERSONS; i++) {
        EventRow rows[EACH_MAX];
        size_t count = pick(seed, EACH_MAX);
        for (size_t e = 0; e < count; e++) {
            // Some codes are everybody's, most of them rare: a stripe lacks a few.
            uint32_t code = pick(seed, 3) == 0 ? pick(seed, CODES) : pick(seed, 4);
            rows[e] = (EventRow){.person = persons[i].id.v,
                                 .day = DAY_FIRST + (int32_t)pick(seed, DAYS),
                                 .code_id = codes[code].id,
                                 .kind = EVENT_OBSERVATION};
        }
        CHECK_OK(column_builder_add(builder, rows, count));
    }
    CHECK_OK(column_builder_finish(builder, &columns));
    column_builder_free(builder);
    return columns;
}

static CodeList some_codes(uint64_t *seed, uint32_t *ids)
{
    size_t count = 0;
    uint32_t one_in = 1 + pick(seed, 4);
    for (uint32_t code = 0; code < CODES; code++) {
        if (pick(seed, one_in) == 0) ids[count++] = 3 * code + 1;
    }
    return (CodeList){ids, count};
}

static CodeSpans spans_of(const Stripe *stripe, CodeList codes, CodeSpan *out)
{
    size_t count = 0;
    for (size_t i = 0; i < codes.count; i++) {
        uint16_t local = codes.ids[i] < stripe->ids ? stripe->local[codes.ids[i]] : UINT16_MAX;
        if (local != UINT16_MAX) out[count++] = code_span(stripe, local);
    }
    return (CodeSpans){out, count};
}

static DayRange some_days(uint64_t *seed)
{
    Date from = pick(seed, 3) == 0 ? DATE_NONE : (Date){DAY_FIRST - 10 + (int)pick(seed, DAYS)};
    Date until = {DAY_FIRST - 10 + (int)pick(seed, DAYS + 20)};
    return day_range(from, until);
}

typedef struct Found { // one list of codes, both ways
    CodeList codes;
    CodeSpans spans;
    DayRange days;
} Found;

static void compare_least(Compare *c, const Stripe *stripe, const Found *f, ColumnScratch *scratch)
{
    uint16_t *events = SCRATCH_PERSONS(scratch, uint16_t);
    uint64_t *slow = scratch_bits(scratch);
    stripe_count_events(stripe, f->codes, f->days, events);
    for (int i = 1; i < LEAST_MAX; i++) {
        uint16_t least = (uint16_t)i;
        uint64_t *fast = scratch_bits(scratch);
        bits_at_least(events, least, slow);
        spans_at_least(stripe, f->spans, f->days, least, scratch, fast);
        c->different += memcmp(slow, fast, STRIPE_WORDS * sizeof *slow) != 0;
    }
}

static void compare_different(Compare *c, const Stripe *stripe, const Found *f,
                              ColumnScratch *scratch)
{
    uint64_t *of = scratch_bits(scratch);
    uint32_t sixteenths = pick(&c->seed, 2) == 0 ? 12 : 1;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (pick(&c->seed, 16) < sixteenths) bit_set(of, p);
    }
    for (int i = 0; i < 2 * LEAST_MAX; i++) {
        size_t mark = scratch_mark(scratch);
        DifferentAsked asked = {f->days, of, (uint16_t)(1 + i / 2), i % 2 != 0};
        uint16_t *count = SCRATCH_PERSONS(scratch, uint16_t);
        uint64_t *slow = scratch_bits(scratch);
        uint64_t *fast = scratch_bits(scratch);
        if (asked.codes) {
            stripe_count_codes(stripe, f->codes, f->days, scratch, count);
        } else {
            stripe_count_days(stripe, f->codes, f->days, scratch, count);
        }
        bits_at_least(count, asked.least, slow);
        for (size_t w = 0; w < STRIPE_WORDS; w++) slow[w] &= of[w];
        spans_different(stripe, f->spans, &asked, scratch, fast);
        c->different += memcmp(slow, fast, STRIPE_WORDS * sizeof *slow) != 0;
        c->counted += bits_ones(slow) > 0;
        scratch_back(scratch, mark);
    }
}

// Masks of a few people that stop when they hold enough: bits that are there, and no fewer.
static void compare_enough(Compare *c, const Stripe *stripe, const Found *f, ColumnScratch *scratch)
{
    uint64_t kinds[CODES];
    uint8_t kind_of_code[CODES] = {0};
    for (size_t i = 0; i < CODES; i++) kinds[i] = i % 4 == 3 ? UINT64_C(1) << i : 0; // few
    CodeMasks masks = {.codes = f->codes, .bits = kinds, .days = f->days, .kinds = kinds};
    masks.kind_of_code = kind_of_code;
    for (uint32_t local = 0; local < stripe->codes; local++) kind_of_code[local] = (uint8_t)local;
    uint64_t *everybody = scratch_bits(scratch);
    for (uint32_t p = 0; p < stripe->persons; p++) bit_set(everybody, p);
    uint64_t *all = SCRATCH_PERSONS(scratch, uint64_t);
    uint64_t *some = SCRATCH_PERSONS(scratch, uint64_t);
    stripe_mask_among(stripe, &masks, everybody, scratch, all);
    for (masks.enough = 1; masks.enough < LEAST_MAX; masks.enough++) {
        stripe_mask_among(stripe, &masks, everybody, scratch, some);
        for (uint32_t p = 0; p < stripe->persons; p++) {
            int there = __builtin_popcountll(all[p]);
            int least = there < masks.enough ? there : masks.enough;
            c->different += (some[p] & ~all[p]) != 0 || __builtin_popcountll(some[p]) < least;
            c->stopped += some[p] != all[p];
        }
    }
}

static Err compare(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    Compare *c = arg;
    const Stripe *stripe = of->stripe;
    (void)index;
    for (int round = 0; round < LISTS; round++) {
        uint32_t ids[CODES];
        CodeSpan spans[CODES];
        CodeList codes = some_codes(&c->seed, ids);
        CodeSpans found = spans_of(stripe, codes, spans);
        DayRange days = some_days(&c->seed);
        size_t mark = scratch_mark(scratch);
        uint64_t *slow = scratch_bits(scratch);
        uint64_t *fast = scratch_bits(scratch);
        uint16_t *slow_count = SCRATCH_PERSONS(scratch, uint16_t);
        uint16_t *count = SCRATCH_PERSONS(scratch, uint16_t);
        memset(count, 0xA5, STRIPE_PERSONS_MAX * sizeof *count);
        stripe_mark(stripe, codes, days, slow);
        spans_mark(stripe, found, days, fast);
        stripe_count_codes(stripe, codes, days, scratch, slow_count);
        spans_count_codes(stripe, found, days, scratch, count);
        c->different += memcmp(slow, fast, STRIPE_WORDS * sizeof *slow) != 0;
        c->different += memcmp(slow_count, count, STRIPE_PERSONS_MAX * sizeof *count) != 0;
        c->asked += bits_ones(slow) > 0;
        compare_least(c, stripe, &(Found){codes, found, days}, scratch);
        compare_different(c, stripe, &(Found){codes, found, days}, scratch);
        compare_enough(c, stripe, &(Found){codes, found, days}, scratch);
        scratch_back(scratch, mark);
    }
    return ERR_OK;
}

TEST(codes_found_once_are_asked_as_those_looked_up)
{
    Compare c = {.seed = 7};
    ColumnPool *pool = NULL;
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    Columns *columns = build(t, &c.seed);
    CHECK(columns->stripe_count > 1);
    CHECK_OK(columns_run(pool, columns, NULL, compare, &c));
    CHECK_I64(c.different, 0);
    CHECK(c.asked > LISTS);
    CHECK(c.counted > LISTS * LEAST_MAX);
    CHECK(c.stopped > LISTS);
    columns_let_go(columns);
    columns_pool_free(pool);
}
