// cohort_ask.c -- what a question's answer looks like: by age and sex, deprivation and practice.
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_use.h"

// The youngest age of each band.
static const int BANDS[COHORT_AGE_BANDS] = {0, 18, 40, 50, 65, 75, 85};

const CodeSets *cohort_sets(const Ctx *c)
{
    const CohortEngine *engine = engine_of(c);
    return engine == NULL ? NULL : engine_sets(engine);
}

Err cohort_definition(Ctx *c, Str key, const Definition **out)
{
    return definition_find(c, key, out);
}

typedef struct Shaping { // one stripe at a time
    const LiveStripe *of;
    const uint64_t *asked_of, *listed; // of the stripe
    uint64_t *older, *younger, *women, *men, *group;
    CohortShape *shape;
    int32_t born_by[COHORT_AGE_BANDS]; // who is of the band or older was born by this day
    int64_t practices[PRACTICES_MAX];
} Shaping;

static void add_group(const Shaping *s, const uint64_t *group, CohortShare *share)
{
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        share->registered += __builtin_popcountll(s->asked_of[w] & group[w]);
        share->people += __builtin_popcountll(s->listed[w] & group[w]);
    }
}

// The kernels add to a set: it is emptied first.
static void find_whole(const Shaping *s, const int32_t *column, int32_t low, int32_t high,
                       uint64_t *out)
{
    memset(out, 0, STRIPE_WORDS * sizeof *out);
    bits_between(column, s->of->stripe->persons, low, high, out);
}

static void find_bytes(const Shaping *s, const uint8_t *column, int low, int high, uint64_t *out)
{
    uint8_t allowed[256] = {0};
    memset(out, 0, STRIPE_WORDS * sizeof *out);
    for (int n = low; n <= high; n++) allowed[n] = 1;
    bits_allowed(column, s->of->stripe->persons, allowed, out);
}

// Bands from the oldest: who is in one is old enough for it and not for the next.
static void add_ages(Shaping *s)
{
    const Stripe *stripe = s->of->stripe;
    int32_t first = DATE_NONE.days + 1;
    find_bytes(s, stripe->sex, RULE_FEMALE, RULE_FEMALE, s->women);
    find_bytes(s, stripe->sex, RULE_MALE, RULE_MALE, s->men);
    memset(s->older, 0, STRIPE_WORDS * sizeof *s->older);
    for (size_t band = COHORT_AGE_BANDS; band-- > 0;) {
        find_whole(s, stripe->born, first, s->born_by[band], s->younger);
        for (size_t w = 0; w < STRIPE_WORDS; w++) {
            s->group[w] = s->younger[w] & ~s->older[w] & s->women[w];
        }
        add_group(s, s->group, &s->shape->women[band]);
        for (size_t w = 0; w < STRIPE_WORDS; w++) {
            s->group[w] = s->younger[w] & ~s->older[w] & s->men[w];
        }
        add_group(s, s->group, &s->shape->men[band]);
        uint64_t *swap = s->older;
        s->older = s->younger;
        s->younger = swap;
    }
}

static void add_stripe(Shaping *s)
{
    const Stripe *stripe = s->of->stripe;
    add_ages(s);
    for (int i = 0; i < COHORT_FIFTHS; i++) {
        find_bytes(s, stripe->imd, 2 * i + 1, 2 * i + 2, s->group);
        add_group(s, s->group, &s->shape->fifths[i]);
    }
    for (int i = 0; i < COHORT_ETHNIC_GROUPS; i++) {
        uint8_t letters[256] = {0};
        ethnic_letters((EthnicGroup)i, letters);
        memset(s->group, 0, STRIPE_WORDS * sizeof *s->group);
        bits_allowed(stripe->ethnicity, stripe->persons, letters, s->group);
        add_group(s, s->group, &s->shape->ethnic[i]);
    }
    for (size_t i = 0; i < s->shape->practice_count; i++) {
        int32_t id = (int32_t)s->practices[i];
        find_whole(s, (const int32_t *)stripe->practice, id, id, s->group);
        add_group(s, s->group, &s->shape->practices[i]);
    }
}

static CohortShare rest_of(const CohortRun *run, const CohortShare *shares, size_t count)
{
    CohortShare rest = {STR(""), (int64_t)run->people_count, run->registered};
    for (size_t i = 0; i < count; i++) {
        rest.people -= shares[i].people;
        rest.registered -= shares[i].registered;
    }
    return rest;
}

static void add_rest(const CohortRun *run, CohortShape *shape)
{
    CohortShare women = rest_of(run, shape->women, COHORT_AGE_BANDS);
    CohortShare men = rest_of(run, shape->men, COHORT_AGE_BANDS);
    shape->other = (CohortShare){STR("Sex or date of birth not recorded, or another sex"),
                                 women.people + men.people - (int64_t)run->people_count,
                                 women.registered + men.registered - run->registered};
    shape->no_fifth = rest_of(run, shape->fifths, COHORT_FIFTHS);
    shape->no_fifth.label = STR("Not recorded");
    shape->no_ethnic = rest_of(run, shape->ethnic, COHORT_ETHNIC_GROUPS);
    shape->no_ethnic.label = STR("Not stated or not recorded");
}

static void label_ages(Arena *arena, CohortShape *shape)
{
    for (size_t i = 0; i < COHORT_AGE_BANDS; i++) {
        Str label = i + 1 == COHORT_AGE_BANDS
                        ? arena_fmt(arena, "%d or over", BANDS[i])
                        : arena_fmt(arena, "%d to %d", BANDS[i], BANDS[i + 1] - 1);
        shape->women[i].label = label;
        shape->men[i].label = label;
    }
}

static void label_fifths(Arena *arena, CohortShape *shape)
{
    for (int i = 0; i < COHORT_FIFTHS; i++) {
        shape->fifths[i].label = i == 0                   ? STR("1, most deprived")
                                 : i + 1 == COHORT_FIFTHS ? STR("5, least deprived")
                                                          : arena_fmt(arena, "%d", i + 1);
    }
}

static void label_ethnic(CohortShape *shape)
{
    static const char *const LABELS[] = {[ETHNIC_WHITE] = "White",
                                         [ETHNIC_MIXED] = "Mixed or multiple",
                                         [ETHNIC_ASIAN] = "Asian or Asian British",
                                         [ETHNIC_BLACK] = "Black or Black British",
                                         [ETHNIC_OTHER] = "Another ethnic group"};
    static_assert(COUNT_OF(LABELS) == COHORT_ETHNIC_GROUPS, "one for each group");
    for (size_t i = 0; i < COUNT_OF(LABELS); i++) shape->ethnic[i].label = str_from_c(LABELS[i]);
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(((const Practice *)a)->name, ((const Practice *)b)->name);
}

// Practices nobody was asked about, those outside the scope among them, are not shown.
static void drop_empty(CohortShape *shape)
{
    size_t kept = 0;
    for (size_t i = 0; i < shape->practice_count; i++) {
        if (shape->practices[i].registered > 0) shape->practices[kept++] = shape->practices[i];
    }
    shape->practice_count = kept;
}

Err cohort_shape(Ctx *c, const CohortRun *run, CohortShape *out)
{
    assert(run->evaluation != NULL);
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    qsort(all, count, sizeof *all, by_name);
    *out = (CohortShape){.practice_count = count < PRACTICES_MAX ? count : PRACTICES_MAX};
    Shaping s = {.older = ARENA_ARRAY(c->arena, uint64_t, STRIPE_WORDS),
                 .younger = ARENA_ARRAY(c->arena, uint64_t, STRIPE_WORDS),
                 .women = ARENA_ARRAY(c->arena, uint64_t, STRIPE_WORDS),
                 .men = ARENA_ARRAY(c->arena, uint64_t, STRIPE_WORDS),
                 .group = ARENA_ARRAY(c->arena, uint64_t, STRIPE_WORDS),
                 .shape = out};
    for (size_t i = 0; i < out->practice_count; i++) {
        out->practices[i].label = all[i].name;
        s.practices[i] = all[i].id;
    }
    for (size_t i = 0; i < COHORT_AGE_BANDS; i++) {
        s.born_by[i] = date_add_years(run->as_at, -BANDS[i]).days;
    }
    label_ages(c->arena, out);
    label_fifths(c->arena, out);
    label_ethnic(out);
    const Columns *view = run->evaluation->columns->view;
    for (size_t i = 0; i < view->stripe_count; i++) {
        s.of = &view->stripes[i];
        s.asked_of = run->asked_of + s.of->first / 64;
        s.listed = run->listed + s.of->first / 64;
        add_stripe(&s);
    }
    add_rest(run, out);
    drop_empty(out);
    return columns_area_years(c, run->evaluation->columns, &out->area_oldest, &out->area_newest);
}
