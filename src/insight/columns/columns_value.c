// columns_value.c -- questions about values: in one unit, the latest or highest, or any that fits.
#include "insight/columns/columns_people.h"

#include <math.h>

static const double POWERS[DECIMALS_MAX + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

// ---- a measure in one view

static bool carries(const Measure *measure, const Code *code)
{
    for (size_t i = 0; i < measure->count; i++) {
        if (str_eq(measure->rows[i].code, code->code) &&
            str_eq(measure->rows[i].system, code->system)) {
            return true;
        }
    }
    return false;
}

static UnitRule unit_rule(const Measure *measure, Str unit)
{
    for (size_t i = 0; i < measure->unit_count; i++) {
        const MeasureUnit *known = &measure->units[i];
        if (unit.len == 0 && known->by_range) {
            return (UnitRule){UNIT_BY_RANGE, known->factor, known->plus, known->from, known->below};
        }
        if (unit.len > 0 && str_eq_ascii_fold(known->unit, unit)) {
            return (UnitRule){.kind = UNIT_LINEAR, .factor = known->factor, .plus = known->plus};
        }
    }
    return (UnitRule){.kind = UNIT_UNKNOWN};
}

ColumnMeasure column_measure(Arena *arena, const Columns *columns, const Measure *measure)
{
    uint32_t *ids = ARENA_ARRAY(arena, uint32_t, measure->count + 1);
    size_t count = 0;
    size_t cap = measure->count + 1;
    for (uint32_t id = 0; id < columns_code_ids(columns); id++) {
        const Code *code = columns_code(columns, id);
        if (code == NULL || !carries(measure, code)) continue;
        ARENA_GROW(arena, ids, count, &cap); // the same code may come under two ids
        ids[count++] = id;
    }
    size_t unit_count = columns_units(columns);
    UnitRule *units = ARENA_ARRAY(arena, UnitRule, unit_count + 1);
    for (size_t unit = 0; unit < unit_count; unit++) {
        units[unit] = unit_rule(measure, columns_unit(columns, (uint16_t)unit));
    }
    return (ColumnMeasure){{ids, count}, units, unit_count, measure};
}

bool column_measure_value(const ColumnMeasure *measure, double value, uint16_t unit, double *out)
{
    if (unit >= measure->unit_count) return false; // of a newer view
    const UnitRule *rule = &measure->units[unit];
    if (rule->kind == UNIT_UNKNOWN) return false;
    bool in_first = value >= rule->from && value < rule->below;
    if (rule->kind == UNIT_BY_RANGE && !in_first) {
        return measure_value(measure->measure, value, STR(""), out);
    }
    *out = value * rule->factor + rule->plus;
    return true;
}

// ---- the values of one code

typedef struct Span { // places in the postings
    uint32_t from, to;
} Span;

typedef struct Reader {
    const Stripe *stripe;
    const ColumnMeasure *measure;
    uint8_t width;
    const int16_t *narrow; // by place in the postings; the one that the width tells
    const int32_t *whole;
    const double *wide;
    const uint16_t *units; // NULL: all have `unit`
    uint16_t unit;
    double power;
} Reader;

static Reader with_units(Reader r, const Stripe *stripe, const StripeCode *code)
{
    if (code->units != COLUMNS_NONE) r.units = stripe->unit + code->units;
    return r;
}

static Reader reader_of(const Stripe *stripe, const StripeCode *code, const ColumnMeasure *measure)
{
    Reader r = {
        .stripe = stripe, .measure = measure, .width = code->width, .unit = code->unit, .power = 1};
    // Places of values begin with the code's first posting.
    if (code->width == VALUES_WIDE) {
        r.wide = stripe->wide + code->values;
        return with_units(r, stripe, code);
    }
    r.power = POWERS[code->decimals];
    if (code->width == VALUES_SHORT) {
        r.narrow = stripe->narrow + code->values;
    } else {
        r.whole = stripe->whole + code->values;
    }
    return with_units(r, stripe, code);
}

static inline bool read_value(const Reader *r, uint32_t slot, double *out)
{
    double value = 0;
    if (r->width == VALUES_WIDE) {
        value = r->wide[slot];
        if (isnan(value)) return false;
    } else {
        bool narrow = r->width == VALUES_SHORT;
        int32_t whole = narrow ? r->narrow[slot] : r->whole[slot];
        if (whole == (narrow ? SHORT_NONE : VALUE_NONE)) return false;
        value = whole / r->power;
    }
    return column_measure_value(r->measure, value, r->units == NULL ? r->unit : r->units[slot],
                                out);
}

// ---- kernels

Picked picked_new(ColumnScratch *scratch)
{
    return (Picked){.has = scratch_bits(scratch),
                    .day = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof(uint16_t)),
                    .value = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof(double)),
                    .key = scratch_take_raw(scratch, STRIPE_PERSONS_MAX, sizeof(uint32_t))};
}

static inline bool better(Pick pick, uint16_t day, double value, uint16_t than_day,
                          double than_value)
{
    switch (pick) {
    case PICK_LATEST: return day > than_day || (day == than_day && value > than_value);
    case PICK_EARLIEST: return day < than_day || (day == than_day && value > than_value);
    case PICK_HIGHEST: return value > than_value || (value == than_value && day > than_day);
    default: return value < than_value || (value == than_value && day > than_day);
    }
}

// `pick` is a constant in each call below, so that each becomes a loop of its own.
static inline __attribute__((always_inline)) void
pick_code(const Reader *r, uint32_t first, uint32_t from, uint32_t to, Pick pick, const Picked *out)
{
    for (uint32_t e = from; e < to; e++) {
        double value = 0;
        uint32_t person = r->stripe->who[e];
        if (out->of != NULL && !bit_on(out->of, person)) continue;
        if (!read_value(r, e - first, &value)) continue;
        uint16_t day = r->stripe->day[e];
        if (bit_on(out->has, person) &&
            !better(pick, day, value, out->day[person], out->value[person])) {
            continue;
        }
        bit_set(out->has, person);
        out->day[person] = day;
        out->value[person] = value;
    }
}

// The usual case, without many questions for each value: whole numbers in one unit.
static bool is_plain(const Reader *r)
{
    return r->width != VALUES_WIDE && r->units == NULL && r->unit < r->measure->unit_count &&
           r->measure->units[r->unit].kind != UNIT_UNKNOWN;
}

static inline bool plain_value(const Reader *r, const UnitRule *rule, int32_t whole, double *out)
{
    double value = whole / r->power;
    if (rule->kind == UNIT_LINEAR || (value >= rule->from && value < rule->below)) {
        *out = value * rule->factor + rule->plus;
        return true;
    }
    return column_measure_value(r->measure, value, r->unit, out);
}

// Postings are by day: a later one of the same code is the later value. `narrow` is a constant in
// each call.
static inline __attribute__((always_inline)) void
pick_latest_plain(const Reader *r, uint32_t first, Span span, bool narrow, const Picked *out)
{
    const uint16_t *who = r->stripe->who;
    const uint16_t *days = r->stripe->day;
    const UnitRule rule = r->measure->units[r->unit];
    for (uint32_t e = span.from; e < span.to; e++) {
        uint32_t person = who[e];
        if (out->of != NULL && !bit_on(out->of, person)) continue;
        uint16_t day = days[e];
        int32_t whole = narrow ? r->narrow[e - first] : r->whole[e - first];
        bool had = bit_on(out->has, person);
        if (whole == (narrow ? SHORT_NONE : VALUE_NONE)) continue;
        if (had && day < out->day[person]) continue;
        double value = 0;
        if (!plain_value(r, &rule, whole, &value)) continue;
        if (had && day == out->day[person] && value <= out->value[person]) continue;
        bit_set(out->has, person);
        out->day[person] = day;
        out->value[person] = value;
    }
}

static void pick_one(const Reader *r, uint32_t first, Span span, Pick pick, const Picked *out)
{
    if (pick == PICK_LATEST && is_plain(r)) {
        if (r->width == VALUES_SHORT) {
            pick_latest_plain(r, first, span, true, out);
        } else {
            pick_latest_plain(r, first, span, false, out);
        }
        return;
    }
    switch (pick) {
    case PICK_LATEST: pick_code(r, first, span.from, span.to, PICK_LATEST, out); break;
    case PICK_EARLIEST: pick_code(r, first, span.from, span.to, PICK_EARLIEST, out); break;
    case PICK_HIGHEST: pick_code(r, first, span.from, span.to, PICK_HIGHEST, out); break;
    default: pick_code(r, first, span.from, span.to, PICK_LOWEST, out); break;
    }
}

// ---- by keys: day and value of an event in one number, the better event the greater

// Short values in one unit are compared as they stand, with one read and one write for each event
// and no branch, and only what is left in the end becomes a value and a day.
enum { KEY_BITS = 16, KEY_BIAS = 1 << 15, KEYS_FEW_OF = 8 };
static_assert(SHORT_NONE + KEY_BIAS == 0, "an event without a value has the least");

typedef struct Keys {
    uint32_t *key;  // by person, 0: none
    uint32_t words; // of 64 persons
    bool of_few;    // whose values are looked at: a walk over all is not worth it
    bool begun;
    double power, factor, plus; // of all that are in it
} Keys;

// 0: the event came without a value. `pick` is a constant in each call of the four below.
static inline uint32_t key_of(Pick pick, uint16_t day, int16_t narrow)
{
    uint32_t value = (uint32_t)(narrow + KEY_BIAS);
    uint32_t key = 0;
    switch (pick) {
    case PICK_LATEST: key = (uint32_t)day << KEY_BITS | value; break;
    case PICK_EARLIEST: key = (uint32_t)(UINT16_MAX - day) << KEY_BITS | value; break;
    case PICK_HIGHEST: key = value << KEY_BITS | day; break;
    default: key = (UINT16_MAX + 1 - value) << KEY_BITS | day; break;
    }
    return value == 0 ? 0 : key;
}

static inline uint16_t day_of_key(Pick pick, uint32_t key)
{
    if (pick == PICK_HIGHEST || pick == PICK_LOWEST) return (uint16_t)(key & UINT16_MAX);
    uint32_t day = key >> KEY_BITS;
    return (uint16_t)(pick == PICK_LATEST ? day : UINT16_MAX - day);
}

static inline int32_t whole_of_key(Pick pick, uint32_t key)
{
    uint32_t high = key >> KEY_BITS;
    if (pick == PICK_HIGHEST) return (int32_t)high - KEY_BIAS;
    if (pick == PICK_LOWEST) return (int32_t)(UINT16_MAX + 1 - high) - KEY_BIAS;
    return (int32_t)(key & UINT16_MAX) - KEY_BIAS;
}

static inline __attribute__((always_inline)) void add_keys(const Reader *r, uint32_t first,
                                                           Span span, Pick pick, uint32_t *keys)
{
    const uint16_t *who = r->stripe->who + span.from;
    const uint16_t *days = r->stripe->day + span.from;
    const int16_t *narrow = r->narrow + (span.from - first);
    uint32_t count = span.to - span.from;
    assert(r->narrow != NULL); // as by_keys saw
    for (uint32_t i = 0; i < count; i++) {
        uint32_t key = key_of(pick, days[i], narrow[i]);
        uint32_t had = keys[who[i]];
        keys[who[i]] = key > had ? key : had;
    }
}

// Whether the code's events are compared by key. A few are not worth a walk over all people.
static bool by_keys(Keys *keys, const Reader *r, Span span)
{
    if (keys->of_few || r->narrow == NULL || !is_plain(r)) return false;
    const UnitRule *rule = &r->measure->units[r->unit];
    if (rule->kind != UNIT_LINEAR || !(rule->factor > 0)) return false;
    if (keys->begun) {
        return keys->power == r->power && keys->factor == rule->factor && keys->plus == rule->plus;
    }
    if (span.to - span.from < r->stripe->persons / KEYS_FEW_OF) return false;
    keys->begun = true;
    keys->power = r->power;
    keys->factor = rule->factor;
    keys->plus = rule->plus;
    memset(keys->key, 0, (size_t)keys->words * 64 * sizeof *keys->key);
    return true;
}

static inline __attribute__((always_inline)) void take_keys(const Keys *keys, Pick pick,
                                                            const Picked *out)
{
    uint64_t any[STRIPE_WORDS];
    bits_any(keys->key, keys->words, any);
    for (size_t w = 0; w < keys->words; w++) {
        const uint32_t *key = keys->key + w * 64;
        uint64_t found = out->of == NULL ? any[w] : any[w] & out->of[w];
        for (uint64_t left = found; left != 0; left &= left - 1) {
            uint32_t at = (uint32_t)__builtin_ctzll(left);
            size_t person = w * 64 + at;
            uint16_t day = day_of_key(pick, key[at]);
            double value = whole_of_key(pick, key[at]) / keys->power * keys->factor + keys->plus;
            if ((out->has[w] >> at & 1) != 0 &&
                !better(pick, day, value, out->day[person], out->value[person])) {
                continue;
            }
            out->day[person] = day;
            out->value[person] = value;
        }
        out->has[w] |= found;
    }
}

static void add_code_keys(const Reader *r, uint32_t first, Span span, Pick pick, uint32_t *keys)
{
    switch (pick) {
    case PICK_LATEST: add_keys(r, first, span, PICK_LATEST, keys); break;
    case PICK_EARLIEST: add_keys(r, first, span, PICK_EARLIEST, keys); break;
    case PICK_HIGHEST: add_keys(r, first, span, PICK_HIGHEST, keys); break;
    default: add_keys(r, first, span, PICK_LOWEST, keys); break;
    }
}

static void take_all_keys(const Keys *keys, Pick pick, const Picked *out)
{
    switch (pick) {
    case PICK_LATEST: take_keys(keys, PICK_LATEST, out); break;
    case PICK_EARLIEST: take_keys(keys, PICK_EARLIEST, out); break;
    case PICK_HIGHEST: take_keys(keys, PICK_HIGHEST, out); break;
    default: take_keys(keys, PICK_LOWEST, out); break;
    }
}

void stripe_pick(const Stripe *stripe, const ColumnMeasure *measure, DayRange days, Pick pick,
                 Picked *out)
{
    Keys keys = {.key = out->key, .words = (stripe->persons + 63) / 64};
    keys.of_few = out->of != NULL && bits_ones(out->of) < stripe->persons / KEYS_FEW_OF;
    for (size_t i = 0; i < measure->codes.count; i++) {
        Span span = {0, 0};
        const StripeCode *code = NULL;
        if (!stripe_span(stripe, measure->codes.ids[i], days, &span.from, &span.to, &code)) {
            continue;
        }
        if (code->values == COLUMNS_NONE) continue;
        Reader r = reader_of(stripe, code, measure);
        if (by_keys(&keys, &r, span)) {
            add_code_keys(&r, code->first, span, pick, keys.key);
        } else {
            pick_one(&r, code->first, span, pick, out);
        }
    }
    if (keys.begun) take_all_keys(&keys, pick, out);
}

// One event of somebody: in the order of the person's own history, which is by day.
static void pick_event(const Stripe *stripe, const PickAsked *asked, uint32_t person,
                       uint32_t place, Picked *out)
{
    ColumnEvent event = stripe_event(stripe, person, place);
    double value = 0;
    if (!event.has_value ||
        !column_measure_value(asked->measure, event.value, event.unit, &value)) {
        return;
    }
    uint16_t day = stripe->person_day[place];
    if (bit_on(out->has, person) &&
        !better(asked->pick, day, value, out->day[person], out->value[person])) {
        return;
    }
    bit_set(out->has, person);
    out->day[person] = day;
    out->value[person] = value;
}

void stripe_pick_among(const Stripe *stripe, const PickAsked *asked, const uint64_t *among,
                       ColumnScratch *scratch, Picked *out)
{
    size_t mark = scratch_mark(scratch);
    uint8_t *flags = scratch_take(scratch, (size_t)stripe->codes + 1, 1);
    flag_codes(stripe, asked->measure->codes, 1, flags);
    People people = people_among(among, asked->days, scratch);
    for (size_t i = 0; i < people.count; i++) {
        uint32_t person = next_of(stripe, &people, i);
        History h = history_of(stripe, person, asked->days);
        for (uint32_t e = h.from; e < h.to; e++) {
            if (flags[stripe->person_code[e]] != 0) pick_event(stripe, asked, person, e, out);
        }
    }
    scratch_back(scratch, mark);
}

void stripe_mark_values(const Stripe *stripe, const ColumnMeasure *measure, DayRange days,
                        ValueTest *test, const void *arg, uint64_t *bits)
{
    for (size_t i = 0; i < measure->codes.count; i++) {
        uint32_t from = 0;
        uint32_t to = 0;
        const StripeCode *code = NULL;
        if (!stripe_span(stripe, measure->codes.ids[i], days, &from, &to, &code)) continue;
        if (code->values == COLUMNS_NONE) continue;
        Reader r = reader_of(stripe, code, measure);
        for (uint32_t e = from; e < to; e++) {
            double value = 0;
            uint32_t person = stripe->who[e];
            if (read_value(&r, e - code->first, &value) && test(arg, value, person)) {
                bit_set(bits, person);
            }
        }
    }
}
