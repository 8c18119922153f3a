// columns_test.c -- kernels, views and pool against slow, obvious answers from plain arrays.
#include "insight/columns/columns_image.h"
#include "test/fixture.h"

#include <math.h>
#include <pthread.h>

enum { PERSONS = 150, CODES = 12, EVENTS_MAX = 12000, UNITS = 4, ROUNDS = 60, TODAY = 20908 };
enum { FIRST_ID = 5, ID_STEP = 3, LISTS = 4 };

typedef struct Fact {
    int32_t day, code, unit;
    bool has_value;
    double value;
    uint8_t kind;
} Fact;

typedef struct World { // the truth, by person
    uint64_t seed;
    Arena *arena;
    ColumnPerson persons[PERSONS];
    bool gone[PERSONS]; // not in the store any more
    Fact *facts[PERSONS];
    size_t count[PERSONS];
    Columns *columns;
} World;

static const Code CODE_LIST[CODES] = {
    {1, STR_INIT("snomed"), STR_INIT("11"), STR_INIT("One")},
    {2, STR_INIT("snomed"), STR_INIT("22"), STR_INIT("Two")},
    {5, STR_INIT("snomed"), STR_INIT("55"), STR_INIT("Five")},
    {6, STR_INIT("loinc"), STR_INIT("66"), STR_INIT("Six")},
    {9, STR_INIT("snomed"), STR_INIT("99"), STR_INIT("Nine")},
    {17, STR_INIT("snomed"), STR_INIT("1717"), STR_INIT("Seventeen")},
    {18, STR_INIT("snomed"), STR_INIT("1818"), STR_INIT("Eighteen")},
    {19, STR_INIT("snomed"), STR_INIT("1919"), STR_INIT("Nineteen")},
    {40, STR_INIT("snomed"), STR_INIT("4040"), STR_INIT("Forty")},
    {41, STR_INIT("snomed"), STR_INIT("4141"), STR_INIT("Forty-one")},
    {42, STR_INIT("snomed"), STR_INIT("4242"), STR_INIT("Forty-two")},
    {90, STR_INIT("snomed"), STR_INIT("9090"), STR_INIT("Ninety")},
};
static const Str UNIT_LIST[UNITS] = {STR_INIT(""), STR_INIT("mmol/mol"), STR_INIT("%"),
                                     STR_INIT("odd")};

static uint32_t pick(World *w, uint32_t below)
{
    w->seed = w->seed * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(w->seed >> 33) % below;
}

static void make_facts(World *w, size_t p)
{
    w->count[p] = pick(w, 40);
    w->facts[p] = ARENA_ARRAY(w->arena, Fact, w->count[p] + 1);
    for (size_t i = 0; i < w->count[p]; i++) {
        int32_t code = CODE_LIST[pick(w, CODES)].id;
        bool valued = code == 5 || code == 6 || code == 17;
        // Days near the edges of windows come up often, and some days twice.
        int32_t ago = pick(w, 3) == 0 ? (int32_t)(28 + pick(w, 4)) : (int32_t)pick(w, 800);
        w->facts[p][i] = (Fact){.day = TODAY + 20 - ago,
                                .code = code,
                                .kind = (uint8_t)(1 + pick(w, 3)),
                                .has_value = valued && pick(w, 6) > 0};
        Fact *fact = &w->facts[p][i];
        if (!fact->has_value) continue;
        fact->unit = code == 17 ? 1 : (int32_t)pick(w, UNITS);
        fact->value = code == 5 ? 40 + pick(w, 40) : 5 + pick(w, 60) / 10.0;
        if (code == 17 && pick(w, 9) == 0) fact->value = 1.0 / 3; // no decimal says it
    }
}

static int fact_cmp(const void *a_, const void *b_)
{
    const Fact *a = a_;
    const Fact *b = b_;
    return a->day != b->day ? (a->day < b->day ? -1 : 1) : 0;
}

static void make_person(World *w, size_t p)
{
    w->persons[p] =
        (ColumnPerson){.id = {(int64_t)(ID_STEP * p + FIRST_ID)},
                       .born = pick(w, 12) == 0 ? DATE_NONE : (Date){TODAY - (int)pick(w, 36000)},
                       .practice = 1 + pick(w, 3),
                       .registration = (Registration)(1 + pick(w, 3)),
                       .sex = (uint8_t)pick(w, 3),
                       .imd = (uint8_t)pick(w, 11),
                       .ethnicity = (uint8_t)pick(w, 18),
                       .marks = (uint8_t)pick(w, 256),
                       .registered_on = {TODAY - (int)pick(w, 9000)},
                       .language = pick(w, 40)};
}

static void make_world(World *w)
{
    for (size_t p = 0; p < PERSONS; p++) {
        w->gone[p] = false;
        make_person(w, p);
        make_facts(w, p);
    }
}

static ColumnSource source_of(const World *w)
{
    return (ColumnSource){.generation = 3,
                          .persons = w->persons,
                          .person_count = PERSONS,
                          .codes = CODE_LIST,
                          .code_count = CODES,
                          .units = UNIT_LIST,
                          .unit_count = UNITS};
}

static Err add_person(const World *w, ColumnBuilder *builder, size_t p)
{
    EventRow rows[64];
    for (size_t i = 0; i < w->count[p]; i++) {
        const Fact *fact = &w->facts[p][i];
        rows[i] = (EventRow){.person = w->persons[p].id.v,
                             .day = fact->day,
                             .code_id = fact->code,
                             .kind = fact->kind,
                             .has_value = fact->has_value,
                             .unit_id = fact->unit,
                             .value = fact->value};
    }
    return column_builder_add(builder, rows, w->count[p]);
}

static Columns *build(Test *t, const World *w, const ColumnSource *source, const char *path)
{
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(source, path, &builder));
    for (size_t i = 0; i < source->person_count; i++) {
        size_t p = (size_t)(source->persons[i].id.v - FIRST_ID) / ID_STEP;
        CHECK_OK(add_person(w, builder, p));
    }
    CHECK_OK(column_builder_finish(builder, &columns));
    CHECK_I64(column_builder_strays(builder), 0);
    column_builder_free(builder);
    return columns;
}

// Some people change, some go, some come; the view is the old stripes and a delta.
static Columns *change(Test *t, World *w, const Columns *base)
{
    ColumnPerson there[PERSONS];
    PersonId changed[PERSONS];
    size_t count = 0;
    size_t present = 0;
    for (size_t p = 0; p < PERSONS; p++) {
        if (pick(w, 4) != 0) continue;
        changed[count++] = w->persons[p].id;
        make_person(w, p);
        make_facts(w, p);
        w->gone[p] = pick(w, 5) == 0;
        if (!w->gone[p]) there[present++] = w->persons[p];
    }
    ColumnSource source = source_of(w);
    source.generation = 4;
    source.persons = there;
    source.person_count = present;
    source.stripe_persons = 1 + pick(w, 20);
    Columns *delta = build(t, w, &source, NULL);
    Columns *joined = NULL;
    CHECK_OK(columns_join(base, delta, changed, count, &joined));
    columns_let_go(delta);
    CHECK_I64(joined->generation, 4);
    CHECK_I64(joined->base_generation, 3);
    return joined;
}

// ---- slow answers

typedef struct Question {
    uint32_t ids[CODES];
    CodeList codes;
    Date after, until;
    DayRange days;
} Question;

static bool asks_for(const Question *q, const Fact *fact)
{
    bool listed = false;
    for (size_t i = 0; i < q->codes.count; i++) listed = listed || (int32_t)q->ids[i] == fact->code;
    return listed && fact->day <= q->until.days &&
           (date_is_none(q->after) || fact->day > q->after.days);
}

static int64_t slow_events(const World *w, const Question *q, size_t p)
{
    int64_t count = 0;
    for (size_t i = 0; i < w->count[p]; i++) count += asks_for(q, &w->facts[p][i]);
    return count;
}

// Of the facts that are asked for, those that no earlier one equals by day (or by code).
static int64_t slow_different(const World *w, const Question *q, size_t p, bool by_code)
{
    int64_t count = 0;
    for (size_t i = 0; i < w->count[p]; i++) {
        const Fact *a = &w->facts[p][i];
        bool seen = !asks_for(q, a);
        for (size_t j = 0; j < i; j++) {
            const Fact *b = &w->facts[p][j];
            seen = seen || (asks_for(q, b) && (by_code ? a->code == b->code : a->day == b->day));
        }
        count += !seen;
    }
    return count;
}

static int64_t slow_latest_day(const World *w, const Question *q, size_t p)
{
    int64_t latest = 0;
    for (size_t i = 0; i < w->count[p]; i++) {
        int64_t day = w->facts[p][i].day - COLUMNS_DAY_ZERO;
        if (asks_for(q, &w->facts[p][i]) && day > latest) latest = day;
    }
    return latest;
}

static bool slow_then(const World *w, const Question *first, const Question *next, int min, int max,
                      size_t p)
{
    for (size_t i = 0; i < w->count[p]; i++) {
        for (size_t j = 0; j < w->count[p]; j++) {
            int gap = w->facts[p][j].day - w->facts[p][i].day;
            if (asks_for(first, &w->facts[p][i]) && asks_for(next, &w->facts[p][j]) && gap >= min &&
                gap <= max) {
                return true;
            }
        }
    }
    return false;
}

static bool wins(Pick how, const Fact *a, double value, const Fact *b, double than)
{
    if (b == NULL) return true;
    bool higher = a->day == b->day && value > than;
    bool later = value == than && a->day > b->day;
    if (how == PICK_LATEST) return a->day > b->day || higher;
    if (how == PICK_EARLIEST) return a->day < b->day || higher;
    return (how == PICK_HIGHEST ? value > than : value < than) || later;
}

static const Fact *slow_pick(const World *w, const Question *q, const Measure *measure, Pick how,
                             size_t p, double *value_out)
{
    const Fact *best = NULL;
    for (size_t i = 0; i < w->count[p]; i++) {
        const Fact *fact = &w->facts[p][i];
        double value = 0;
        if (!asks_for(q, fact) || !fact->has_value ||
            !measure_value(measure, fact->value, UNIT_LIST[fact->unit], &value)) {
            continue;
        }
        if (!wins(how, fact, value, best, *value_out)) continue;
        best = fact;
        *value_out = value;
    }
    return best;
}

// ---- comparing

typedef struct Compare {
    Test *t;
    World *w;
    Question a, b;
    int min, max;
    Measure measure;
    ColumnMeasure column_measure;
    Pick how;
    int different;
} Compare;

static Question question(World *w)
{
    Question q = {.until = {TODAY - (int32_t)pick(w, 60)}, .after = DATE_NONE};
    size_t count = 0;
    for (size_t c = 0; c < CODES; c++) {
        if (pick(w, 3) == 0) q.ids[count++] = (uint32_t)CODE_LIST[c].id;
    }
    if (pick(w, 2) == 0) q.after = date_add_months(q.until, -(int32_t)(1 + pick(w, 14)));
    q.codes.count = count;
    q.days = day_range(q.after, q.until);
    return q;
}

static size_t person_at(const Stripe *stripe, uint32_t local)
{
    return (size_t)(stripe->id[local] - FIRST_ID) / ID_STEP;
}

static void compare_counts(Compare *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    uint64_t *bits = scratch_bits(scratch);
    uint16_t *events = SCRATCH_PERSONS(scratch, uint16_t);
    uint16_t *codes = SCRATCH_PERSONS(scratch, uint16_t);
    uint16_t *days = SCRATCH_PERSONS(scratch, uint16_t);
    uint16_t *latest = SCRATCH_PERSONS(scratch, uint16_t);
    uint64_t *then = scratch_bits(scratch);
    uint64_t *often = scratch_bits(scratch);
    Sequence sequence = {c->a.codes, c->b.codes, c->a.days, c->min, c->max};
    stripe_mark(stripe, c->a.codes, c->a.days, bits);
    stripe_count_events(stripe, c->a.codes, c->a.days, events);
    stripe_count_codes(stripe, c->a.codes, c->a.days, scratch, codes);
    stripe_count_days(stripe, c->a.codes, c->a.days, scratch, days);
    stripe_then(stripe, &sequence, scratch, then);
    stripe_latest_days(stripe, c->a.codes, c->a.days, latest);
    bits_at_least(days, 2, often);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (!bit_on(of->live, p)) continue;
        size_t at = person_at(stripe, p);
        c->different += bit_on(bits, p) != (slow_events(c->w, &c->a, at) > 0);
        c->different += latest[p] != slow_latest_day(c->w, &c->a, at);
        c->different += events[p] != slow_events(c->w, &c->a, at);
        c->different += codes[p] != slow_different(c->w, &c->a, at, true);
        c->different += days[p] != slow_different(c->w, &c->a, at, false);
        c->different += bit_on(often, p) != (slow_different(c->w, &c->a, at, false) >= 2);
        c->different += bit_on(then, p) != slow_then(c->w, &c->a, &c->b, c->min, c->max, at);
    }
}

// Every third person asked about by the own history: the same; the others keep what was there.
static void compare_few(Compare *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    CodesAsked asked = {c->a.codes, c->a.days};
    Sequence sequence = {c->a.codes, c->b.codes, c->a.days, c->min, c->max};
    uint64_t *among = scratch_bits(scratch);
    uint64_t *bits = scratch_bits(scratch);
    uint64_t *then = scratch_bits(scratch);
    uint16_t *codes = SCRATCH_PERSONS(scratch, uint16_t);
    uint16_t *days = SCRATCH_PERSONS(scratch, uint16_t);
    uint16_t *latest = SCRATCH_PERSONS(scratch, uint16_t);
    for (uint32_t p = 0; p < stripe->persons; p += 3) bit_set(among, p);
    stripe_mark_among(stripe, &asked, among, scratch, bits);
    stripe_count_codes_among(stripe, &asked, among, scratch, codes);
    stripe_count_days_among(stripe, &asked, among, scratch, days);
    stripe_latest_days_among(stripe, &asked, among, scratch, latest);
    stripe_then_among(stripe, &sequence, among, scratch, then);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        size_t at = person_at(stripe, p);
        bool asked_of = p % 3 == 0;
        if (!bit_on(of->live, p)) continue;
        int64_t of_codes = asked_of ? slow_different(c->w, &c->a, at, true) : 0;
        int64_t of_days = asked_of ? slow_different(c->w, &c->a, at, false) : 0;
        c->different += bit_on(bits, p) != (of_days > 0);
        c->different += codes[p] != of_codes || days[p] != of_days;
        c->different += latest[p] != (asked_of ? slow_latest_day(c->w, &c->a, at) : 0);
        c->different +=
            bit_on(then, p) != (asked_of && slow_then(c->w, &c->a, &c->b, c->min, c->max, at));
    }
}

static bool over_40(const void *arg, double value, uint32_t local)
{
    (void)arg;
    (void)local;
    return value > 40;
}

static void compare_values(Compare *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    ColumnMeasure measure = c->column_measure;
    measure.codes = c->a.codes; // any list of codes has values in it or not
    Picked picked = picked_new(scratch);
    uint64_t *over = scratch_bits(scratch);
    Picked few = picked_new(scratch);
    PickAsked asked = {&measure, c->a.days, c->how};
    stripe_pick_among(stripe, &asked, of->live, scratch, &few);
    stripe_pick(stripe, &measure, c->a.days, c->how, &picked);
    stripe_mark_values(stripe, &measure, c->a.days, over_40, NULL, over);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        if (!bit_on(of->live, p)) continue;
        size_t at = person_at(stripe, p);
        double value = 0;
        double highest = 0;
        const Fact *fact = slow_pick(c->w, &c->a, &c->measure, c->how, at, &value);
        const Fact *top = slow_pick(c->w, &c->a, &c->measure, PICK_HIGHEST, at, &highest);
        c->different += bit_on(over, p) != (top != NULL && highest > 40);
        c->different += bit_on(picked.has, p) != (fact != NULL);
        c->different += bit_on(few.has, p) != (fact != NULL);
        if (fact == NULL || !bit_on(picked.has, p)) continue;
        c->different += picked.value[p] != value;
        c->different += picked.day[p] != fact->day - COLUMNS_DAY_ZERO;
        c->different += few.value[p] != value || few.day[p] != picked.day[p];
    }
}

static void compare_masks(Compare *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    uint64_t each[CODES];
    for (size_t i = 0; i < CODES; i++) each[i] = UINT64_C(1) << (i % LISTS + 7);
    CodeMasks masks = {.codes = c->a.codes, .bits = each, .days = c->a.days};
    uint64_t *mask = SCRATCH_PERSONS(scratch, uint64_t);
    uint64_t *few = SCRATCH_PERSONS(scratch, uint64_t);
    uint64_t *among = scratch_bits(scratch);
    Tally tally = tally_new(scratch);
    uint8_t *sets = SCRATCH_PERSONS(scratch, uint8_t);
    for (uint32_t p = 0; p < stripe->persons; p += 3) bit_set(among, p);
    stripe_mask(stripe, &masks, mask);
    stripe_mask_among(stripe, &masks, among, scratch, few);
    for (int s = 0; s < LISTS; s++) {
        uint64_t *bits = scratch_bits(scratch);
        for (uint32_t p = 0; p < stripe->persons; p++) {
            if ((mask[p] >> (s + 7) & 1) != 0) bit_set(bits, p);
        }
        tally_add(&tally, bits);
    }
    tally_read(&tally, sets);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        uint64_t slow = 0;
        for (size_t i = 0; i < c->a.codes.count; i++) {
            Question one = c->a;
            one.codes.count = 1;
            one.ids[0] = c->a.ids[i];
            if (slow_events(c->w, &one, person_at(stripe, p)) > 0) slow |= each[i];
        }
        if (!bit_on(of->live, p)) continue;
        c->different += mask[p] != slow;
        c->different += p % 3 == 0 && few[p] != slow;
        c->different += sets[p] != __builtin_popcountll(slow);
    }
    for (unsigned least = 0; least <= LISTS + 1; least++) {
        uint64_t *at_least = scratch_bits(scratch);
        tally_at_least(&tally, least, at_least);
        for (uint32_t p = 0; p < stripe->persons; p++) {
            c->different += bit_on(at_least, p) != (sets[p] >= least);
        }
    }
}

static void compare_columns(Compare *c, const LiveStripe *of, ColumnScratch *scratch)
{
    const Stripe *stripe = of->stripe;
    uint64_t *old = scratch_bits(scratch);
    uint64_t *low = scratch_bits(scratch);
    static const uint8_t LOW[256] = {[1] = 1, [2] = 1};
    int32_t last = TODAY - 20000;
    memset(old, 0xFF, STRIPE_WORDS * sizeof *old); // what was in a set does not stay
    memset(low, 0xFF, STRIPE_WORDS * sizeof *low);
    bits_between(stripe->born, stripe->persons, INT32_MIN + 1, last, old);
    bits_allowed(stripe->imd, stripe->persons, LOW, low);
    int64_t both = 0;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        bool is_old = bit_on(old, p);
        bool is_low = bit_on(low, p);
        both += is_old && is_low;
        if (!bit_on(of->live, p)) continue;
        const ColumnPerson *person = &c->w->persons[person_at(stripe, p)];
        c->different += is_old != (!date_is_none(person->born) && person->born.days <= last);
        c->different += is_low != (person->imd == 1 || person->imd == 2);
        c->different += stripe->practice[p] != person->practice;
        c->different += stripe->sex[p] != person->sex || stripe->ethnicity[p] != person->ethnicity;
        c->different += stripe->registration[p] != (uint8_t)person->registration;
        c->different +=
            stripe->marks[p] != person->marks || stripe->language[p] != person->language;
        c->different += stripe->registered_on[p] != person->registered_on.days;
    }
    c->different += bits_ones_both(old, low) != both;
    c->different += bits_ones(of->live) > stripe->persons;
}

static Err compare_stripe(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    Compare *c = arg;
    (void)index;
    compare_counts(c, of, scratch);
    compare_few(c, of, scratch);
    compare_values(c, of, scratch);
    compare_masks(c, of, scratch);
    compare_columns(c, of, scratch);
    return ERR_OK;
}

// Every fact of a person is found again, by day, with its own value.
static void compare_facts(Test *t, World *w, const Columns *columns)
{
    uint64_t events = 0;
    int64_t persons = 0;
    for (size_t p = 0; p < PERSONS; p++) {
        int64_t number = columns_number(columns, w->persons[p].id);
        CHECK((number < 0) == w->gone[p]);
        if (number < 0) continue;
        persons++;
        uint32_t local = 0;
        const LiveStripe *of = columns_stripe(columns, (uint32_t)number, &local);
        const Stripe *stripe = of->stripe;
        CHECK_I64(stripe->person_first[local + 1] - stripe->person_first[local], w->count[p]);
        bool *found = ARENA_ARRAY(w->arena, bool, w->count[p] + 1);
        qsort(w->facts[p], w->count[p], sizeof(Fact), fact_cmp);
        for (uint32_t e = stripe->person_first[local]; e < stripe->person_first[local + 1]; e++) {
            ColumnEvent event = stripe_event(stripe, local, e);
            bool matched = false;
            for (size_t i = 0; i < w->count[p] && !matched; i++) {
                const Fact *fact = &w->facts[p][i];
                matched =
                    !found[i] && fact->day == event.on.days && (uint32_t)fact->code == event.code &&
                    fact->has_value == event.has_value &&
                    (!fact->has_value || (fact->value == event.value && fact->unit == event.unit));
                if (matched) found[i] = true;
            }
            CHECK(matched);
            events++;
        }
    }
    CHECK_I64(columns->events, events);
    CHECK_I64(columns->persons, persons);
}

static void run_round(Test *t, World *w, ColumnPool *pool, const Columns *columns)
{
    static CodeRow measured[] = {{.system = STR_INIT("snomed"), .code = STR_INIT("55")},
                                 {.system = STR_INIT("loinc"), .code = STR_INIT("66")}};
    Compare c = {.t = t, .w = w};
    c.measure = (Measure){.rows = measured,
                          .count = COUNT_OF(measured),
                          .units = {{.unit = STR_INIT("mmol/mol"), .factor = 1},
                                    {.unit = STR_INIT("%"),
                                     .factor = 10.93,
                                     .plus = -23.5,
                                     .from = 3,
                                     .below = 20,
                                     .by_range = true}},
                          .unit_count = 2};
    c.column_measure = column_measure(w->arena, columns, &c.measure);
    CHECK_I64(c.column_measure.codes.count, 2);
    double value = 0;
    CHECK(column_measure_value(&c.column_measure, 7, 2, &value) && value == 7 * 10.93 + -23.5);
    CHECK(!column_measure_value(&c.column_measure, 7, 3, &value)); // "odd"
    for (int i = 0; i < 6; i++) {
        c.a = question(w);
        c.b = question(w);
        c.a.codes.ids = c.a.ids;
        c.b.codes.ids = c.b.ids;
        c.b.after = c.a.after; // of a sequence both are asked in the same days
        c.b.until = c.a.until;
        c.min = (int)pick(w, 3);
        c.max = c.min + (int)pick(w, 60);
        c.how = (Pick)pick(w, 4);
        CHECK_OK(columns_run(pool, columns, NULL, compare_stripe, &c));
    }
    CHECK_I64(c.different, 0);
}

TEST(kernels_answer_as_plain_arrays_do_in_stripes_and_deltas)
{
    World *w = ARENA_NEW(t->arena, World);
    *w = (World){.seed = 20261122, .arena = t->arena};
    ColumnPool *pool = NULL;
    CHECK_OK(columns_pool_new(t->arena, 1, &pool));
    for (int round = 0; round < ROUNDS && t->failures == 0; round++) {
        make_world(w);
        ColumnSource source = source_of(w);
        if (round % 3 > 0) source.stripe_persons = 1 + pick(w, PERSONS);
        Columns *base = build(t, w, &source, NULL);
        run_round(t, w, pool, base);
        compare_facts(t, w, base);
        columns_let_go(columns_share(base));
        Columns *joined = change(t, w, base);
        columns_let_go(base); // its stripes live on in the other
        run_round(t, w, pool, joined);
        compare_facts(t, w, joined);
        columns_let_go(joined);
        if (t->failures > 0) fprintf(stderr, "# round %d\n", round);
    }
    columns_pool_free(pool);
}

TEST(a_stripe_ends_early_when_its_codes_run_out)
{
    World *w = ARENA_NEW(t->arena, World);
    *w = (World){.seed = 7, .arena = t->arena};
    make_world(w);
    for (size_t p = 0; p < PERSONS; p++) { // nobody has more than three codes
        for (size_t i = 0; i < w->count[p]; i++) {
            w->facts[p][i].code = CODE_LIST[(p / 10 + i % 3) % CODES].id;
            w->facts[p][i].has_value = i % 2 == 0;
            w->facts[p][i].unit = 0;
            if (!w->facts[p][i].has_value) w->facts[p][i].value = 0;
        }
    }
    ColumnSource source = source_of(w);
    source.stripe_codes = 4;
    Columns *columns = build(t, w, &source, NULL);
    CHECK(columns->stripe_count > 2);
    for (size_t s = 0; s < columns->stripe_count; s++) {
        CHECK(columns->stripes[s].stripe->codes <= 4);
    }
    compare_facts(t, w, columns);
    columns_let_go(columns);

    source.stripe_codes = 2; // somebody has more codes than a whole stripe may
    ColumnBuilder *builder = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    Err err = ERR_OK;
    for (size_t p = 0; p < PERSONS && err == ERR_OK; p++) err = add_person(w, builder, p);
    CHECK_ERR(err, ERR_TOO_LARGE);
    column_builder_free(builder);
}

TEST(values_come_back_as_the_same_doubles)
{
    static const double VALUES[] = {0.95,    129,  12.9,  0.1,        -0.0,       1e-9,
                                    1.0 / 3, 7.25, 1e300, 2147483647, 58.5,       63.4523895,
                                    1e-12,   -3.7, 0,     0.0625,     99999.99999};
    // Each value with a code of its own, and all of them under one code.
    for (int together = 0; together < 2; together++) {
        Code codes[COUNT_OF(VALUES)];
        EventRow rows[COUNT_OF(VALUES)];
        for (size_t i = 0; i < COUNT_OF(VALUES); i++) {
            codes[i] = (Code){(int32_t)i, STR("s"), STR("c"), STR("t")};
            rows[i] = (EventRow){.person = 1,
                                 .day = 1000 + (int32_t)i,
                                 .code_id = together ? 3 : (int32_t)i,
                                 .kind = EVENT_OBSERVATION,
                                 .has_value = 1,
                                 .value = VALUES[i]};
        }
        ColumnPerson person = {.id = {1}};
        ColumnSource source = {.persons = &person,
                               .person_count = 1,
                               .codes = codes,
                               .code_count = COUNT_OF(codes),
                               .units = UNIT_LIST,
                               .unit_count = 1};
        ColumnBuilder *builder = NULL;
        Columns *columns = NULL;
        CHECK_OK(column_builder_new(&source, NULL, &builder));
        CHECK_OK(column_builder_add(builder, rows, COUNT_OF(rows)));
        CHECK_OK(column_builder_finish(builder, &columns));
        const Stripe *stripe = columns->stripes[0].stripe;
        for (uint32_t i = 0; i < COUNT_OF(VALUES); i++) {
            double value = stripe_event(stripe, 0, i).value;
            CHECK(value == VALUES[i] && signbit(value) == signbit(VALUES[i]));
        }
        if (!together) CHECK_I64(stripe->code[0].decimals, 2); // 0.95 in two bytes
        if (!together) CHECK_I64(stripe->code[0].width, VALUES_SHORT);
        if (!together) CHECK_I64(stripe->code[9].width, VALUES_WHOLE); // 2147483647
        if (!together) CHECK_I64(stripe->code[6].width, VALUES_WIDE);  // 1/3
        CHECK_I64(columns_code_kinds(columns, 3), 1U << EVENT_OBSERVATION);
        columns_let_go(columns);
        column_builder_free(builder);
    }
}

TEST(events_of_nobody_and_outside_the_calendar_are_left_out_and_counted)
{
    World *w = ARENA_NEW(t->arena, World);
    *w = (World){.seed = 8, .arena = t->arena};
    make_world(w);
    ColumnSource source = source_of(w);
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(&source, NULL, &builder));
    EventRow rows[] = {{.person = 4, .code_id = 1, .day = 1},         // before the first
                       {.person = 5, .code_id = 1, .day = 1},         // the first
                       {.person = 5, .code_id = 3, .day = 1},         // no such code
                       {.person = 5, .code_id = 1, .day = INT32_MIN}, // no date
                       {.person = 5, .code_id = 1, .day = -25568},    // 1899
                       {.person = 6, .code_id = 1, .day = 1},         // between two
                       {.person = 8, .code_id = 1, .day = 1},         // the second
                       {.person = 99999, .code_id = 1, .day = 1}};    // after the last
    CHECK_OK(column_builder_add(builder, rows, COUNT_OF(rows)));
    CHECK_I64(column_builder_strays(builder), 6);
    CHECK_ERR(column_builder_add(builder, rows, 1), ERR_FAULT); // back again: out of order
    CHECK_OK(column_builder_finish(builder, &columns));
    CHECK_I64(columns->events, 2);
    CHECK_I64(columns->persons, PERSONS);
    columns_let_go(columns);
    column_builder_free(builder);
}

TEST(a_window_is_after_its_first_day_up_to_its_last)
{
    DayRange days = day_range((Date){10}, (Date){20});
    CHECK(days.first == 11 - COLUMNS_DAY_ZERO && days.last == 20 - COLUMNS_DAY_ZERO);
    CHECK_I64(day_range(DATE_NONE, (Date){20}).first, 0);
    days = day_range((Date){20}, (Date){20});
    CHECK(days.first > days.last);
    days = day_range((Date){20}, DATE_NONE); // no day at all
    CHECK(days.first > days.last);
    days = day_range((Date){INT32_MAX - 1}, (Date){INT32_MAX});
    CHECK(days.first > days.last);
    days = day_range((Date){-400000}, (Date){400000});
    CHECK(days.first == 0 && days.last == COLUMNS_DAYS - 1);
}

// ---- the pool

enum { PIECES = 200, ASKERS = 4 };

typedef struct Work {
    uint64_t result[PIECES];
    size_t fail_from; // pieces from here on fail
    atomic_bool *cancel;
    atomic_int done;
} Work;

static Err work_piece(void *arg, size_t index, ColumnScratch *scratch)
{
    Work *work = arg;
    uint64_t *bits = scratch_bits(scratch);
    for (size_t i = 0; i < STRIPE_WORDS; i++) work->result[index] += bits[i];
    memset(bits, 0xFF, STRIPE_WORDS * sizeof *bits);
    work->result[index] += index * index;
    (void)atomic_fetch_add(&work->done, 1);
    if (work->cancel != NULL && index == 5) atomic_store(work->cancel, true);
    if (work->fail_from == 0 || index < work->fail_from) return ERR_OK;
    return index == work->fail_from ? ERR_CONFLICT : ERR_FAULT;
}

static void check_work(Test *t, const Work *work)
{
    for (uint64_t i = 0; i < PIECES; i++) CHECK_I64(work->result[i], i * i);
}

TEST(an_answer_does_not_depend_on_the_number_of_threads)
{
    for (int threads = 0; threads < 5; threads++) {
        ColumnPool *pool = NULL;
        CHECK_OK(columns_pool_new(t->arena, threads, &pool));
        Work *work = ARENA_NEW(t->arena, Work);
        CHECK_OK(columns_run_pieces(pool, PIECES, NULL, work_piece, work));
        check_work(t, work);
        CHECK_OK(columns_run_pieces(pool, 0, NULL, work_piece, work));
        *work = (Work){.fail_from = 60};
        CHECK_ERR(columns_run_pieces(pool, PIECES, NULL, work_piece, work), ERR_CONFLICT);
        columns_pool_free(pool);
    }
}

typedef struct Asker {
    ColumnPool *pool;
    Work work;
    Err err;
} Asker;

static void *ask_pool(void *arg)
{
    Asker *asker = arg;
    for (int i = 0; i < 20 && asker->err == ERR_OK; i++) {
        asker->work = (Work){0};
        asker->err = columns_run_pieces(asker->pool, PIECES, NULL, work_piece, &asker->work);
    }
    return NULL;
}

TEST(several_may_ask_at_once)
{
    ColumnPool *pool = NULL;
    CHECK_OK(columns_pool_new(t->arena, 3, &pool));
    pthread_t threads[ASKERS];
    Asker *askers = ARENA_ARRAY(t->arena, Asker, ASKERS);
    for (size_t i = 0; i < ASKERS; i++) {
        askers[i].pool = pool;
        CHECK(pthread_create(&threads[i], NULL, ask_pool, &askers[i]) == 0);
    }
    for (size_t i = 0; i < ASKERS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK_OK(askers[i].err);
        check_work(t, &askers[i].work);
    }
    columns_pool_free(pool);
}

static Err wait_piece(void *arg, size_t index, ColumnScratch *scratch)
{
    (void)arg;
    (void)index;
    (void)scratch;
    struct timespec pause = {0, 2000000};
    (void)nanosleep(&pause, NULL);
    return ERR_OK;
}

TEST(a_question_ends_when_its_time_is_up_or_it_is_not_wanted_any_more)
{
    ColumnPool *pool = NULL;
    CHECK_OK(columns_pool_new(t->arena, 2, &pool));
    atomic_bool cancel = false;
    RunLimits limits = {.cancel = &cancel};
    Work *work = ARENA_NEW(t->arena, Work);
    work->cancel = &cancel;
    CHECK_ERR(columns_run_pieces(pool, PIECES, &limits, work_piece, work), ERR_BUSY);
    CHECK(atomic_load(&work->done) < PIECES / 2);
    limits = (RunLimits){.budget_ms = 5};
    CHECK_ERR(columns_run_pieces(pool, PIECES, &limits, wait_piece, NULL), ERR_BUSY);
    limits = (RunLimits){.budget_ms = 60000};
    CHECK_OK(columns_run_pieces(pool, 2, &limits, wait_piece, NULL));
    columns_pool_free(pool);
}
