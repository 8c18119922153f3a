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

typedef struct Shaping {
    CohortShape *shape;
    int32_t born_by[COHORT_AGE_BANDS]; // who is of the band or older was born by this day
    int64_t practices[PRACTICES_MAX];
    size_t last; // place of the practice that was met last: people of one stand together
} Shaping;

static CohortShare *age_share(Shaping *s, int32_t born, uint8_t sex)
{
    bool known = born != DATE_NONE.days && (sex == RULE_MALE || sex == RULE_FEMALE);
    if (!known || born > s->born_by[0]) return &s->shape->other;
    size_t band = 0;
    while (band + 1 < COHORT_AGE_BANDS && born <= s->born_by[band + 1]) band++;
    return sex == RULE_FEMALE ? &s->shape->women[band] : &s->shape->men[band];
}

static CohortShare *fifth_share(Shaping *s, uint8_t decile)
{
    return decile == 0 || decile > 2 * COHORT_FIFTHS ? &s->shape->no_fifth
                                                     : &s->shape->fifths[(decile - 1) / 2];
}

// NULL: of a practice that the actor does not ask about; nobody in the scope is.
static CohortShare *practice_share(Shaping *s, int64_t practice)
{
    if (s->last < s->shape->practice_count && s->practices[s->last] == practice) {
        return &s->shape->practices[s->last];
    }
    for (size_t i = 0; i < s->shape->practice_count; i++) {
        if (s->practices[i] != practice) continue;
        s->last = i;
        return &s->shape->practices[i];
    }
    return NULL;
}

static void add_to(CohortShare *share, bool listed)
{
    if (share == NULL) return;
    share->registered++;
    share->people += listed;
}

static void add_stripe(Shaping *s, const LiveStripe *of, const CohortRun *run)
{
    const Stripe *stripe = of->stripe;
    size_t first = of->first / 64;
    for (size_t w = 0; w < STRIPE_WORDS; w++) {
        uint64_t listed = run->listed[first + w];
        for (uint64_t left = run->asked_of[first + w]; left != 0; left &= left - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(left);
            size_t p = w * 64 + bit;
            bool is = (listed >> bit & 1) != 0;
            add_to(age_share(s, stripe->born[p], stripe->sex[p]), is);
            add_to(fifth_share(s, stripe->imd[p]), is);
            add_to(practice_share(s, stripe->practice[p]), is);
        }
    }
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
    shape->other.label = STR("Sex or date of birth not recorded, or another sex");
}

static void label_fifths(Arena *arena, CohortShape *shape)
{
    for (int i = 0; i < COHORT_FIFTHS; i++) {
        shape->fifths[i].label = i == 0                   ? STR("1, most deprived")
                                 : i + 1 == COHORT_FIFTHS ? STR("5, least deprived")
                                                          : arena_fmt(arena, "%d", i + 1);
    }
    shape->no_fifth.label = STR("Not recorded");
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
    Shaping s = {.shape = out};
    for (size_t i = 0; i < out->practice_count; i++) {
        out->practices[i].label = all[i].name;
        s.practices[i] = all[i].id;
    }
    for (size_t i = 0; i < COHORT_AGE_BANDS; i++) {
        s.born_by[i] = date_add_years(run->as_at, -BANDS[i]).days;
    }
    label_ages(c->arena, out);
    label_fifths(c->arena, out);
    const Columns *view = run->evaluation->columns->view;
    for (size_t i = 0; i < view->stripe_count; i++) add_stripe(&s, &view->stripes[i], run);
    drop_empty(out);
    return ERR_OK;
}
