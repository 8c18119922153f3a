// cohort_columns.c -- what the codes of one view mean, worked out once.
#include "insight/cohort/cohort_columns.h"

#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_score.h"
#include "insight/cohort/cohort_shape_keys.h"
#include "insight/cohort/cohort_spans.h"

#include <pthread.h>

// As-at days (of scores: each with its day) that are kept; more are computed for the asker.
enum { FRAILTY_DAYS_MAX = 16, SCORES_KEPT_MAX = 16, SHAPE_DAYS_MAX = 4 };

typedef struct KeptScore {
    const CodeScore *score;
    int32_t day;
    const uint16_t *points;
} KeptScore;

struct CohortLife {
    atomic_int holders;
    Arena *arena;        // the columns stand in it
    uint32_t *set_start; // codes of set s: set_codes[set_start[s] .. set_start[s + 1])
    uint32_t *set_codes;
    int64_t *set_postings;     // in the first stripe
    uint32_t *code_sets_start; // sets of code c: code_sets[code_sets_start[c] .. start[c + 1])
    uint16_t *code_sets;
    uint8_t *measured; // by code
    ColumnMeasure *measures;
    int deficit_set[DEFICITS_CODED];
    TruthCache *truths;
    const CohortSpans *spans;
    NowCache *now;
    pthread_mutex_t lock; // of what is computed later:
    int32_t frailty_day[FRAILTY_DAYS_MAX];
    uint8_t *frailty[FRAILTY_DAYS_MAX];
    size_t frailty_count;
    KeptScore scores[SCORES_KEPT_MAX];
    size_t score_count;
    int32_t shape_day[SHAPE_DAYS_MAX];
    const uint16_t *shape[SHAPE_DAYS_MAX];
    size_t shape_count;
    int32_t trait_day[SHAPE_DAYS_MAX];
    ShapeTraits traits[SHAPE_DAYS_MAX];
    size_t trait_count;
    pthread_mutex_t coded_lock; // of the two below, which take a while
    Arena *coded_arena;
    struct CohortCoded *coded;
    bool has_area_years;
    int area_oldest, area_newest;
};

CohortColumns *cohort_columns_share(CohortColumns *columns)
{
    (void)atomic_fetch_add_explicit(&columns->life->holders, 1, memory_order_relaxed);
    return columns;
}

void cohort_columns_let_go(CohortColumns *columns)
{
    if (columns == NULL) return;
    struct CohortLife *life = columns->life;
    if (atomic_fetch_sub_explicit(&life->holders, 1, memory_order_acq_rel) != 1) return;
    columns_let_go(columns->view);
    truth_cache_free(life->truths);
    now_cache_end(life->now);
    (void)pthread_mutex_destroy(&life->lock);
    (void)pthread_mutex_destroy(&life->coded_lock);
    arena_free(life->coded_arena);
    arena_free(life->arena); // columns and life stand in it
}

// ---- working out

// The sets of each code; of the names of codes nothing is asked after this.
static void bind_codes(CohortColumns *columns)
{
    struct CohortLife *life = columns->life;
    uint32_t ids = columns_code_ids(columns->view);
    uint32_t *start = ARENA_ARRAY(life->arena, uint32_t, (size_t)ids + 1);
    const uint16_t **in = ARENA_ARRAY(life->arena, const uint16_t *, (size_t)ids + 1);
    for (uint32_t id = 0; id < ids; id++) {
        size_t count = 0;
        const Code *code = columns_code(columns->view, id);
        if (code != NULL) in[id] = code_sets_of(columns->sets, code->system, code->code, &count);
        start[id + 1] = start[id] + (uint32_t)count;
    }
    life->code_sets = ARENA_ARRAY(life->arena, uint16_t, start[ids] + 1);
    for (uint32_t id = 0; id < ids; id++) {
        size_t count = start[id + 1] - start[id];
        if (count > 0) memcpy(&life->code_sets[start[id]], in[id], count * sizeof **in);
    }
    life->code_sets_start = start;
}

// The other way round: for each set the codes in use that it holds, ascending.
static void bind_sets(CohortColumns *columns)
{
    struct CohortLife *life = columns->life;
    size_t sets = code_sets_count(columns->sets);
    uint32_t ids = columns_code_ids(columns->view);
    uint32_t total = life->code_sets_start[ids];
    uint32_t *start = ARENA_ARRAY(life->arena, uint32_t, sets + 2);
    for (uint32_t i = 0; i < total; i++) start[life->code_sets[i] + 2]++;
    for (size_t s = 0; s < sets; s++) start[s + 2] += start[s + 1];
    life->set_codes = ARENA_ARRAY(life->arena, uint32_t, total + 1);
    for (uint32_t id = 0; id < ids; id++) {
        for (uint32_t i = life->code_sets_start[id]; i < life->code_sets_start[id + 1]; i++) {
            life->set_codes[start[life->code_sets[i] + 1]++] = id;
        }
    }
    life->set_start = start;
}

static void bind_postings(CohortColumns *columns)
{
    struct CohortLife *life = columns->life;
    size_t sets = code_sets_count(columns->sets);
    life->set_postings = ARENA_ARRAY(life->arena, int64_t, sets + 1);
    for (size_t s = 0; s < sets && columns->view->stripe_count > 0; s++) {
        CodeList codes = codes_of_set(columns, (int)s);
        life->set_postings[s] = stripe_postings(columns->view->stripes[0].stripe, codes);
    }
}

static void bind_measures(CohortColumns *columns)
{
    struct CohortLife *life = columns->life;
    size_t count = measures_count(columns->sets);
    life->measured = ARENA_ARRAY(life->arena, uint8_t, columns_code_ids(columns->view) + 1);
    life->measures = ARENA_ARRAY(life->arena, ColumnMeasure, count + 1);
    for (size_t m = 0; m < count; m++) {
        life->measures[m] =
            column_measure(life->arena, columns->view, measure_at(columns->sets, m));
        CodeList codes = life->measures[m].codes;
        for (size_t i = 0; i < codes.count; i++) life->measured[codes.ids[i]] = 1;
    }
}

static void bind_medicines(CohortColumns *columns)
{
    uint32_t ids = columns_code_ids(columns->view);
    uint32_t *list = ARENA_ARRAY(columns->life->arena, uint32_t, (size_t)ids + 1);
    size_t count = 0;
    for (uint32_t id = 0; id < ids; id++) {
        if ((columns_code_kinds(columns->view, id) >> EVENT_MEDICINE & 1) != 0) list[count++] = id;
    }
    columns->medicines = (CodeList){list, count};
}

static void bind_opt_outs(CohortColumns *columns)
{
    struct {
        const char *code;
        uint32_t *id;
    } codes[] = {
        {OPT_OUT_DIRECT_CARE, &columns->objects.said},
        {OPT_OUT_DIRECT_CARE_WITHDRAWN, &columns->objects.withdrawn},
        {OPT_OUT_NATIONAL, &columns->secondary[0].said},
        {OPT_OUT_NATIONAL_WITHDRAWN, &columns->secondary[0].withdrawn},
        {OPT_OUT_TYPE_1, &columns->secondary[1].said},
        {OPT_OUT_TYPE_1_WITHDRAWN, &columns->secondary[1].withdrawn},
    };
    for (uint32_t id = 0; id < columns_code_ids(columns->view); id++) {
        const Code *code = columns_code(columns->view, id);
        if (code == NULL || !str_eq(code->system, STR(OPT_OUT_SYSTEM))) continue;
        for (size_t i = 0; i < COUNT_OF(codes); i++) {
            if (str_eq(code->code, str_from_c(codes[i].code))) *codes[i].id = id;
        }
    }
}

// The codes with any bit, ascending.
static CodeMasks masks_of(const CohortColumns *columns, const uint64_t *of_code)
{
    uint32_t ids = columns_code_ids(columns->view);
    uint32_t *list = ARENA_ARRAY(columns->life->arena, uint32_t, (size_t)ids + 1);
    uint64_t *bits = ARENA_ARRAY(columns->life->arena, uint64_t, (size_t)ids + 1);
    size_t count = 0;
    for (uint32_t id = 0; id < ids; id++) {
        if (of_code[id] == 0) continue;
        list[count] = id;
        bits[count++] = of_code[id];
    }
    return (CodeMasks){.codes = {list, count}, .bits = bits};
}

static void add_bit_of(const CohortColumns *columns, size_t set, int bit, uint64_t *of_code)
{
    CodeList codes = codes_of_set(columns, (int)set);
    for (size_t i = 0; i < codes.count; i++) of_code[codes.ids[i]] |= UINT64_C(1) << bit;
}

static bool bind_deficits(CohortColumns *columns)
{
    int found = 0;
    for (size_t s = 0; s < code_sets_count(columns->sets); s++) {
        if (!str_starts(code_set_at(columns->sets, s)->name, STR("efi-"))) continue;
        if (found == DEFICITS_CODED) return false;
        columns->life->deficit_set[found++] = (int)s;
    }
    return found == DEFICITS_CODED;
}

static void bind_conditions(CohortColumns *columns)
{
    enum { MASK_BITS = 64 };
    uint64_t *of_code =
        ARENA_ARRAY(columns->life->arena, uint64_t, (size_t)columns_code_ids(columns->view) + 1);
    int found = 0;
    for (size_t s = 0; s < code_sets_count(columns->sets); s++) {
        if (!set_is_condition(columns->sets, s)) continue;
        if (found == MASK_BITS) return;
        add_bit_of(columns, s, found++, of_code);
    }
    columns->conditions = masks_of(columns, of_code);
}

// ---- what is known from the columns before

static bool is_medicine(const Columns *view, uint32_t id)
{
    return (columns_code_kinds(view, id) >> EVENT_MEDICINE & 1) != 0;
}

// Do the codes that records of `before` have mean the same in `now`?
static bool same_codes(const Columns *before, const Columns *now)
{
    bool same_words = columns_share_words(before, now);
    for (uint32_t id = 0; id < columns_code_ids(before); id++) {
        if (columns_code_kinds(before, id) == 0) continue; // nobody has it
        const Code *was = columns_code(before, id);
        const Code *is = same_words ? was : columns_code(now, id);
        if (was == NULL || is == NULL || is_medicine(before, id) != is_medicine(now, id)) {
            return false;
        }
        if (!same_words && !(str_eq(was->system, is->system) && str_eq(was->code, is->code))) {
            return false;
        }
    }
    return true;
}

static bool same_units(const Columns *before, const Columns *now)
{
    if (columns_share_words(before, now)) return true;
    if (columns_units(now) < columns_units(before)) return false;
    size_t unit = 0;
    while (unit < columns_units(before) &&
           str_eq(columns_unit(before, (uint16_t)unit), columns_unit(now, (uint16_t)unit))) {
        unit++;
    }
    return unit == columns_units(before);
}

// How many stripes, from the first on, are those of `before` and mean the same.
static size_t shared_stripes(const CohortColumns *before, const Columns *now)
{
    if (before == NULL) return 0;
    const Columns *was = before->view;
    size_t most = was->stripe_count < now->stripe_count ? was->stripe_count : now->stripe_count;
    size_t shared = 0;
    while (shared < most && was->stripes[shared].stripe == now->stripes[shared].stripe) shared++;
    return shared > 0 && same_codes(was, now) && same_units(was, now) ? shared : 0;
}

typedef struct Carried { // what was counted for one day
    int32_t day;
    const uint8_t *frailty; // NULL: was not asked for
    KeptScore scores[SCORES_KEPT_MAX];
    size_t score_count;
} Carried;

static void take_carried(struct CohortLife *from, Carried *out)
{
    *out = (Carried){.day = INT32_MIN};
    (void)pthread_mutex_lock(&from->lock);
    for (size_t i = 0; i < from->frailty_count; i++) {
        if (from->frailty_day[i] > out->day) out->day = from->frailty_day[i];
    }
    for (size_t i = 0; i < from->score_count; i++) {
        if (from->scores[i].day > out->day) out->day = from->scores[i].day;
    }
    for (size_t i = 0; i < from->frailty_count; i++) {
        if (from->frailty_day[i] == out->day) out->frailty = from->frailty[i];
    }
    for (size_t i = 0; i < from->score_count; i++) {
        if (from->scores[i].day == out->day) out->scores[out->score_count++] = from->scores[i];
    }
    (void)pthread_mutex_unlock(&from->lock);
}

// For the latest day that was asked about: of the stripes that are new it is counted before anybody
// asks, and the others are not gone through again.
static void carry(const CohortColumns *before, size_t shared, CohortColumns *columns)
{
    struct CohortLife *to = columns->life;
    Carried carried;
    take_carried(before->life, &carried);
    Date day = {carried.day};
    if (carried.frailty != NULL) {
        to->frailty_day[0] = carried.day;
        to->frailty[0] =
            frailty_compute(columns, to->arena, day, (KnownStripes){carried.frailty, shared});
        to->frailty_count = 1;
    }
    for (size_t i = 0; i < carried.score_count; i++) {
        KeptScore kept = carried.scores[i];
        kept.points =
            score_compute(columns, to->arena, kept.score, day, (KnownStripes){kept.points, shared});
        to->scores[to->score_count++] = kept;
    }
}

// ---- its life

Err cohort_columns_new(Columns *view, ColumnPool *pool, const CodeSets *sets, CohortColumns **out)
{
    return cohort_columns_next(&(CohortColumnsOf){view, pool, sets, NULL}, out);
}

Err cohort_columns_next(const CohortColumnsOf *of, CohortColumns **out)
{
    Columns *view = of->view;
    Arena *arena = arena_new();
    CohortColumns *columns = ARENA_NEW(arena, CohortColumns);
    columns->life = ARENA_NEW(arena, struct CohortLife);
    columns->view = view;
    columns->pool = of->pool;
    columns->sets = of->sets;
    columns->words = view->stripe_count * STRIPE_WORDS;
    columns->life->arena = arena;
    size_t shared = shared_stripes(of->before, view);
    columns->life->truths =
        truth_cache_next(shared == 0 ? NULL : of->before->life->truths, shared, view->stripe_count);
    columns->life->now = now_cache_next(arena, of->before == NULL ? NULL : of->before->life->now);
    (void)pthread_mutex_init(&columns->life->lock, NULL);
    (void)pthread_mutex_init(&columns->life->coded_lock, NULL);
    atomic_init(&columns->life->holders, 1);
    bind_codes(columns);
    bind_sets(columns);
    bind_postings(columns);
    bind_measures(columns);
    bind_medicines(columns);
    bind_opt_outs(columns);
    bind_conditions(columns);
    if (!bind_deficits(columns)) {
        cohort_columns_let_go(columns);
        return ERR_INVALID;
    }
    columns->life->spans = cohort_spans_new(columns, arena);
    if (shared > 0) carry(of->before, shared, columns);
    *out = columns;
    return ERR_OK;
}

// ---- asking

CodeList codes_of_set(const CohortColumns *columns, int set)
{
    const struct CohortLife *life = columns->life;
    return (CodeList){&life->set_codes[life->set_start[set]],
                      life->set_start[set + 1] - life->set_start[set]};
}

int64_t postings_of_set(const CohortColumns *columns, int set)
{
    return columns->life->set_postings[set];
}

const uint16_t *sets_of_code(const CohortColumns *columns, uint32_t code, size_t *count_out)
{
    const struct CohortLife *life = columns->life;
    *count_out = 0;
    if (code >= columns_code_ids(columns->view)) return life->code_sets;
    *count_out = life->code_sets_start[code + 1] - life->code_sets_start[code];
    return &life->code_sets[life->code_sets_start[code]];
}

const ColumnMeasure *measure_of(const CohortColumns *columns, const Measure *measure)
{
    for (size_t m = 0; m < measures_count(columns->sets); m++) {
        if (measure_at(columns->sets, m) == measure) return &columns->life->measures[m];
    }
    return NULL;
}

bool code_is_measured(const CohortColumns *columns, uint32_t code)
{
    return code < columns_code_ids(columns->view) && columns->life->measured[code] != 0;
}

int set_of_deficit(const CohortColumns *columns, int deficit)
{
    assert(deficit >= 0 && deficit < DEFICITS_CODED);
    return columns->life->deficit_set[deficit];
}

bool set_is_condition(const CodeSets *sets, size_t set)
{
    return str_starts(code_set_at(sets, set)->name, STR("ltc-"));
}

Str code_text(const CohortColumns *columns, uint32_t code)
{
    const Code *of = columns_code(columns->view, code);
    return of == NULL ? STR("") : of->code;
}

Str code_term(const CohortColumns *columns, uint32_t code)
{
    const Code *of = columns_code(columns->view, code);
    return of == NULL ? STR("") : of->term;
}

History history_of(const CohortColumns *columns, uint32_t person)
{
    uint32_t local = 0;
    const Stripe *stripe = columns_stripe(columns->view, person, &local)->stripe;
    return (History){stripe, local, stripe->person_first[local], stripe->person_first[local + 1]};
}

bool history_value(const CohortColumns *columns, const History *history, uint32_t place,
                   const Measure *measure, double *out)
{
    const ColumnMeasure *of = measure_of(columns, measure);
    ColumnEvent event = stripe_event(history->stripe, history->local, place);
    return of != NULL && event.has_value && column_measure_value(of, event.value, event.unit, out);
}

const CohortSpans *cohort_spans(const CohortColumns *columns)
{
    return columns->life->spans;
}

TruthCache *cohort_truths(const CohortColumns *columns)
{
    return columns->life->truths;
}

NowCache *columns_now_cache(const CohortColumns *columns)
{
    return columns->life->now;
}

static uint8_t *frailty_of_day(const struct CohortLife *life, Date as_at)
{
    for (size_t i = 0; i < life->frailty_count; i++) {
        if (life->frailty_day[i] == as_at.days) return life->frailty[i];
    }
    return NULL;
}

const uint8_t *frailty_kept(const CohortColumns *columns, Date as_at)
{
    (void)pthread_mutex_lock(&columns->life->lock);
    const uint8_t *counts = frailty_of_day(columns->life, as_at);
    (void)pthread_mutex_unlock(&columns->life->lock);
    return counts;
}

const uint8_t *frailty_counts(const CohortColumns *columns, Arena *arena, Date as_at)
{
    struct CohortLife *life = columns->life;
    (void)pthread_mutex_lock(&life->lock);
    uint8_t *counts = frailty_of_day(life, as_at);
    bool keep = counts == NULL && life->frailty_count < FRAILTY_DAYS_MAX;
    if (keep) {
        counts = frailty_compute(columns, life->arena, as_at, (KnownStripes){0});
        life->frailty_day[life->frailty_count] = as_at.days;
        life->frailty[life->frailty_count++] = counts;
    }
    (void)pthread_mutex_unlock(&life->lock);
    return counts != NULL ? counts : frailty_compute(columns, arena, as_at, (KnownStripes){0});
}

const uint16_t *shape_keys(const CohortColumns *columns, Arena *arena, Date as_at)
{
    struct CohortLife *life = columns->life;
    const uint16_t *keys = NULL;
    (void)pthread_mutex_lock(&life->lock);
    for (size_t i = 0; i < life->shape_count; i++) {
        if (life->shape_day[i] == as_at.days) keys = life->shape[i];
    }
    if (keys == NULL && life->shape_count < SHAPE_DAYS_MAX) {
        keys = shape_compute(columns, life->arena, as_at);
        life->shape_day[life->shape_count] = as_at.days;
        life->shape[life->shape_count++] = keys;
    }
    (void)pthread_mutex_unlock(&life->lock);
    return keys != NULL ? keys : shape_compute(columns, arena, as_at);
}

bool shape_traits_find(const CohortColumns *columns, Date as_at, ShapeTraits *out)
{
    struct CohortLife *life = columns->life;
    bool found = false;
    (void)pthread_mutex_lock(&life->lock);
    for (size_t i = 0; i < life->trait_count && !found; i++) {
        found = life->trait_day[i] == as_at.days;
        if (found) *out = life->traits[i];
    }
    (void)pthread_mutex_unlock(&life->lock);
    return found;
}

void shape_traits_keep(const CohortColumns *columns, Date as_at, const ShapeTraits *traits,
                       size_t words)
{
    struct CohortLife *life = columns->life;
    bool known = false;
    (void)pthread_mutex_lock(&life->lock);
    for (size_t i = 0; i < life->trait_count; i++) {
        known = known || life->trait_day[i] == as_at.days; // somebody was quicker
    }
    if (!known && life->trait_count < SHAPE_DAYS_MAX) {
        ShapeTraits *to = &life->traits[life->trait_count];
        for (size_t i = 0; i < SHAPE_TRAITS_MAX; i++) {
            if (traits->who[i] == NULL) continue;
            uint64_t *bits = ARENA_ARRAY(life->arena, uint64_t, words + 1);
            memcpy(bits, traits->who[i], words * sizeof *bits);
            to->who[i] = bits;
        }
        life->trait_day[life->trait_count++] = as_at.days;
    }
    (void)pthread_mutex_unlock(&life->lock);
}

const uint16_t *score_points(const CohortColumns *columns, Arena *arena, const CodeScore *score,
                             Date as_at)
{
    struct CohortLife *life = columns->life;
    const uint16_t *points = NULL;
    (void)pthread_mutex_lock(&life->lock);
    for (size_t i = 0; i < life->score_count; i++) {
        const KeptScore *kept = &life->scores[i];
        if (kept->score == score && kept->day == as_at.days) points = kept->points;
    }
    if (points == NULL && life->score_count < SCORES_KEPT_MAX) {
        points = score_compute(columns, life->arena, score, as_at, (KnownStripes){0});
        life->scores[life->score_count++] = (KeptScore){score, as_at.days, points};
    }
    (void)pthread_mutex_unlock(&life->lock);
    return points != NULL ? points : score_compute(columns, arena, score, as_at, (KnownStripes){0});
}

const struct CohortCoded *columns_coded(const CohortColumns *columns, ColumnPool *pool)
{
    struct CohortLife *life = columns->life;
    (void)pthread_mutex_lock(&life->coded_lock);
    if (life->coded == NULL) {
        life->coded_arena = arena_new();
        life->coded = coded_compute(columns, pool, life->coded_arena);
    }
    (void)pthread_mutex_unlock(&life->coded_lock);
    return life->coded;
}

Err columns_area_years(Ctx *c, const CohortColumns *columns, int *oldest, int *newest)
{
    struct CohortLife *life = columns->life;
    Err err = ERR_OK;
    (void)pthread_mutex_lock(&life->lock);
    if (!life->has_area_years) err = area_years(c, &life->area_oldest, &life->area_newest);
    life->has_area_years = err == ERR_OK;
    *oldest = life->area_oldest;
    *newest = life->area_newest;
    (void)pthread_mutex_unlock(&life->lock);
    return err;
}
