// cohort_columns.c -- columns over an image: their life, and the small questions to them.
#include "insight/cohort/cohort_frailty.h"
#include "insight/cohort/cohort_image.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

enum { HINT_EVENTS = 256 };
enum { FRAILTY_DAYS_MAX = 64 }; // as-at days that are kept; more are computed for the asker

struct ColumnsLife {
    atomic_int holders;
    Image image;
    Arena *arena;
    const CodeSets *sets;
    uint32_t *set_start; // codes of set s: set_codes[set_start[s] .. set_start[s + 1])
    uint32_t *set_codes;
    uint32_t *code_hint;       // of every HINT_EVENTS-th event its code
    uint32_t *code_sets_start; // sets of code c: code_sets[code_sets_start[c] .. start[c + 1])
    uint16_t *code_sets;
    uint8_t *code_measured; // some measure is carried by it
    uint32_t *measure_start;
    uint32_t *measure_codes;
    int deficit_set[DEFICITS_CODED];
    pthread_mutex_t lock; // of what is computed later:
    int32_t frailty_day[FRAILTY_DAYS_MAX];
    uint64_t *frailty[FRAILTY_DAYS_MAX];
    size_t frailty_count;
    TruthCache *truths;
};

static void life_end(Columns *columns)
{
    struct ColumnsLife *life = columns->life;
    (void)munmap(life->image.base, life->image.bytes);
    (void)pthread_mutex_destroy(&life->lock);
    truth_cache_free(life->truths);
    arena_free(life->arena); // columns and life stand in it
}

Columns *columns_hold(Columns *columns)
{
    (void)atomic_fetch_add_explicit(&columns->life->holders, 1, memory_order_relaxed);
    return columns;
}

void columns_release(Columns *columns)
{
    if (columns == NULL) return;
    if (atomic_fetch_sub_explicit(&columns->life->holders, 1, memory_order_acq_rel) == 1) {
        life_end(columns);
    }
}

static void point_into(Columns *columns, const Image *image, const ImageHead *head)
{
    const char *base = image->base;
    ImageParts parts = image_parts(head);
    columns->generation = head->generation;
    columns->persons = (uint32_t)head->persons;
    columns->codes = (uint32_t)head->codes;
    columns->units = (uint32_t)head->units;
    columns->events = head->events;
    columns->values = head->values;
    columns->code_start = (const void *)(base + parts.code_start);
    columns->value_start = (const void *)(base + parts.value_start);
    columns->code_system = (const void *)(base + parts.code_system);
    columns->code_code = (const void *)(base + parts.code_code);
    columns->code_term = (const void *)(base + parts.code_term);
    columns->code_medicine = (const void *)(base + parts.code_medicine);
    columns->event_person = (const void *)(base + parts.event_person);
    columns->event_day = (const void *)(base + parts.event_day);
    columns->value = (const void *)(base + parts.value);
    columns->value_unit = (const void *)(base + parts.value_unit);
    columns->person_start = (const void *)(base + parts.person_start);
    columns->person_events = (const void *)(base + parts.person_events);
    columns->unit = (const void *)(base + parts.unit);
    columns->text = base + parts.text;
}

static bool starts_rise(const uint64_t *starts, uint64_t count, uint64_t end)
{
    bool ok = starts[0] == 0 && starts[count] == end;
    for (uint64_t i = 0; i < count; i++) ok = ok && starts[i] <= starts[i + 1];
    return ok;
}

static bool texts_inside(const TextAt *texts, uint64_t count, uint64_t bytes)
{
    bool ok = true;
    for (uint64_t i = 0; i < count; i++) {
        ok = ok && (uint64_t)texts[i].at + texts[i].len <= bytes;
    }
    return ok;
}

static bool events_inside(const Columns *columns)
{
    uint32_t highest_person = 0;
    uint32_t highest_event = 0;
    for (uint64_t i = 0; i < columns->events; i++) {
        if (columns->event_person[i] > highest_person) highest_person = columns->event_person[i];
        if (columns->person_events[i] > highest_event) highest_event = columns->person_events[i];
    }
    return columns->events == 0 ||
           (highest_person < columns->persons && highest_event < columns->events);
}

static bool values_inside(const Columns *columns)
{
    uint16_t highest_unit = 0;
    for (uint64_t i = 0; i < columns->values; i++) {
        if (columns->value_unit[i] > highest_unit) highest_unit = columns->value_unit[i];
    }
    if (columns->values > 0 && highest_unit >= columns->units) return false;
    for (uint32_t c = 0; c < columns->codes; c++) {
        uint64_t first = columns->value_start[c];
        uint64_t count = columns->code_start[c + 1] - columns->code_start[c];
        if (first == UINT64_MAX) continue;
        if (first > columns->values || count > columns->values - first) return false;
    }
    return true;
}

// Every number in the image that is used as a place must lie inside.
static bool image_sound(const Columns *columns, uint64_t text_bytes)
{
    return starts_rise(columns->code_start, columns->codes, columns->events) &&
           starts_rise(columns->person_start, columns->persons, columns->events) &&
           texts_inside(columns->code_system, columns->codes, text_bytes) &&
           texts_inside(columns->code_code, columns->codes, text_bytes) &&
           texts_inside(columns->code_term, columns->codes, text_bytes) &&
           texts_inside(columns->unit, columns->units, text_bytes) && events_inside(columns) &&
           values_inside(columns);
}

static void persons_of(Columns *columns, const ColumnSource *source)
{
    Arena *arena = columns->life->arena;
    size_t count = source->person_count;
    int64_t *id = ARENA_ARRAY(arena, int64_t, count + 1);
    int32_t *born = ARENA_ARRAY(arena, int32_t, count + 1);
    int64_t *practice = ARENA_ARRAY(arena, int64_t, count + 1);
    uint8_t *small = ARENA_ARRAY(arena, uint8_t, 4 * (count + 1));
    uint8_t *registration = small;
    uint8_t *sex = small + count;
    uint8_t *imd = small + 2 * count;
    uint8_t *opted_out = small + 3 * count;
    for (size_t i = 0; i < count; i++) {
        const ColumnPerson *person = &source->persons[i];
        id[i] = person->id.v;
        born[i] = person->born.days;
        practice[i] = person->practice;
        registration[i] = (uint8_t)person->registration;
        sex[i] = (uint8_t)person->sex;
        imd[i] = person->imd;
        opted_out[i] = person->opted_out;
    }
    columns->person = (ColumnPersons){id, born, practice, registration, sex, imd, opted_out};
}

static void bind_hints(Columns *columns)
{
    uint64_t blocks = columns->events / HINT_EVENTS + 2;
    uint32_t *hint = ARENA_ARRAY(columns->life->arena, uint32_t, blocks);
    uint32_t code = 0;
    for (uint64_t block = 0; block < blocks; block++) {
        uint64_t event = block * HINT_EVENTS;
        while (code + 1 < columns->codes && columns->code_start[code + 1] <= event) code++;
        hint[block] = code;
    }
    columns->life->code_hint = hint;
}

// The sets of each code in use; of the names of codes nothing is asked after this.
static void bind_codes(Columns *columns)
{
    struct ColumnsLife *life = columns->life;
    uint32_t *start = ARENA_ARRAY(life->arena, uint32_t, (size_t)columns->codes + 1);
    const uint16_t **in = ARENA_ARRAY(life->arena, const uint16_t *, (size_t)columns->codes + 1);
    for (uint32_t code = 0; code < columns->codes; code++) {
        size_t count = 0;
        in[code] = code_sets_of(life->sets, columns_text(columns, columns->code_system[code]),
                                columns_text(columns, columns->code_code[code]), &count);
        start[code + 1] = start[code] + (uint32_t)count;
    }
    life->code_sets = ARENA_ARRAY(life->arena, uint16_t, start[columns->codes] + 1);
    for (uint32_t code = 0; code < columns->codes; code++) {
        size_t count = start[code + 1] - start[code];
        if (count > 0) memcpy(&life->code_sets[start[code]], in[code], count * sizeof **in);
    }
    life->code_sets_start = start;
}

// The other way round: for each set the codes in use that it holds, ascending.
static void bind_sets(Columns *columns)
{
    struct ColumnsLife *life = columns->life;
    size_t sets = code_sets_count(life->sets);
    uint32_t total = life->code_sets_start[columns->codes];
    uint32_t *start = ARENA_ARRAY(life->arena, uint32_t, sets + 2);
    for (uint32_t i = 0; i < total; i++) start[life->code_sets[i] + 2]++;
    for (size_t s = 0; s < sets; s++) start[s + 2] += start[s + 1];
    life->set_codes = ARENA_ARRAY(life->arena, uint32_t, total + 1);
    for (uint32_t code = 0; code < columns->codes; code++) {
        for (uint32_t i = life->code_sets_start[code]; i < life->code_sets_start[code + 1]; i++) {
            life->set_codes[start[life->code_sets[i] + 1]++] = code;
        }
    }
    life->set_start = start;
}

static bool measures_code(const Columns *columns, const Measure *measure, uint32_t code)
{
    for (size_t i = 0; i < measure->count; i++) {
        if (str_eq(measure->rows[i].code, columns_text(columns, columns->code_code[code])) &&
            str_eq(measure->rows[i].system, columns_text(columns, columns->code_system[code]))) {
            return true;
        }
    }
    return false;
}

static void bind_measures(Columns *columns)
{
    struct ColumnsLife *life = columns->life;
    size_t measures = measures_count(life->sets);
    life->measure_start = ARENA_ARRAY(life->arena, uint32_t, measures + 1);
    life->code_measured = ARENA_ARRAY(life->arena, uint8_t, (size_t)columns->codes + 1);
    size_t rows = 0;
    for (size_t m = 0; m < measures; m++) rows += measure_at(life->sets, m)->count;
    life->measure_codes = ARENA_ARRAY(life->arena, uint32_t, rows + 1);
    uint32_t used = 0;
    for (size_t m = 0; m < measures; m++) {
        for (uint32_t code = 0; code < columns->codes && used < rows; code++) {
            bool valued = columns->value_start[code] != UINT64_MAX;
            if (valued && measures_code(columns, measure_at(life->sets, m), code)) {
                life->measure_codes[used++] = code;
                life->code_measured[code] = 1;
            }
        }
        life->measure_start[m + 1] = used;
    }
}

static bool bind_deficits(struct ColumnsLife *life)
{
    int found = 0;
    for (size_t s = 0; s < code_sets_count(life->sets); s++) {
        if (!str_starts(code_set_at(life->sets, s)->name, STR("efi-"))) continue;
        if (found < DEFICITS_CODED) life->deficit_set[found] = (int)s;
        found++;
    }
    return found == DEFICITS_CODED;
}

Err columns_over(Image image, const ColumnSource *source, Columns **out)
{
    Arena *arena = arena_new();
    Columns *columns = ARENA_NEW(arena, Columns);
    columns->life = ARENA_NEW(arena, struct ColumnsLife);
    struct ColumnsLife *life = columns->life;
    life->image = image;
    life->arena = arena;
    life->sets = source->sets;
    (void)pthread_mutex_init(&life->lock, NULL);
    atomic_init(&life->holders, 1);
    ImageHead head;
    memcpy(&head, image.base, sizeof head);
    point_into(columns, &image, &head);
    if (!image_sound(columns, head.text_bytes)) {
        life_end(columns);
        return ERR_INVALID;
    }
    life->truths = truth_cache_new(((size_t)columns->persons + 63) / 64);
    persons_of(columns, source);
    bind_hints(columns);
    bind_codes(columns);
    bind_sets(columns);
    bind_measures(columns);
    if (!bind_deficits(life)) {
        life_end(columns);
        return ERR_INVALID;
    }
    *out = columns;
    return ERR_OK;
}

Str columns_text(const Columns *columns, TextAt at)
{
    return (Str){columns->text + at.at, at.len};
}

int64_t columns_person(const Columns *columns, PersonId id)
{
    uint32_t low = 0;
    uint32_t high = columns->persons;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (columns->person.id[middle] < id.v) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < columns->persons && columns->person.id[low] == id.v ? (int64_t)low : -1;
}

uint32_t columns_code_of(const Columns *columns, uint64_t event)
{
    uint32_t low = columns->life->code_hint[event / HINT_EVENTS];
    uint32_t high = columns->life->code_hint[event / HINT_EVENTS + 1];
    while (low < high) { // the last code that starts at or before the event
        uint32_t middle = low + (high - low) / 2;
        if (columns->code_start[middle + 1] <= event) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// The first place in [low, high) whose day is after `day`.
static uint64_t first_after(const Columns *columns, uint64_t low, uint64_t high, int64_t day)
{
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if ((int64_t)columns->event_day[middle] + COLUMNS_DAY_ZERO <= day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void columns_range(const Columns *columns, uint32_t code, Date after, Date until,
                   uint64_t *from_out, uint64_t *to_out)
{
    uint64_t low = columns->code_start[code];
    uint64_t high = columns->code_start[code + 1];
    *from_out = date_is_none(after) ? low : first_after(columns, low, high, after.days);
    *to_out = first_after(columns, *from_out, high, until.days);
}

Date columns_day(const Columns *columns, uint64_t event)
{
    return (Date){(int32_t)columns->event_day[event] + COLUMNS_DAY_ZERO};
}

bool columns_value(const Columns *columns, uint32_t code, uint64_t event, const Measure *measure,
                   double *out)
{
    if (columns->value_start[code] == UINT64_MAX) return false;
    uint64_t slot = columns->value_start[code] + (event - columns->code_start[code]);
    double value = columns->value[slot];
    if (isnan(value)) return false;
    Str unit = columns_text(columns, columns->unit[columns->value_unit[slot]]);
    return measure_value(measure, value, unit, out);
}

const uint32_t *columns_set_codes(const Columns *columns, int set, size_t *count_out)
{
    const struct ColumnsLife *life = columns->life;
    *count_out = life->set_start[set + 1] - life->set_start[set];
    return &life->set_codes[life->set_start[set]];
}

const uint32_t *columns_measure_codes(const Columns *columns, const Measure *measure,
                                      size_t *count_out)
{
    const struct ColumnsLife *life = columns->life;
    for (size_t m = 0; m < measures_count(life->sets); m++) {
        if (measure_at(life->sets, m) != measure) continue;
        *count_out = life->measure_start[m + 1] - life->measure_start[m];
        return &life->measure_codes[life->measure_start[m]];
    }
    *count_out = 0;
    return life->measure_codes;
}

const uint16_t *columns_code_sets(const Columns *columns, uint32_t code, size_t *count_out)
{
    const struct ColumnsLife *life = columns->life;
    *count_out = life->code_sets_start[code + 1] - life->code_sets_start[code];
    return &life->code_sets[life->code_sets_start[code]];
}

bool columns_code_measured(const Columns *columns, uint32_t code)
{
    return columns->life->code_measured[code] != 0;
}

int columns_deficit_set(const Columns *columns, int deficit)
{
    assert(deficit >= 0 && deficit < DEFICITS_CODED);
    return columns->life->deficit_set[deficit];
}

const CodeSets *columns_sets(const Columns *columns)
{
    return columns->life->sets;
}

TruthCache *columns_truths(const Columns *columns)
{
    return columns->life->truths;
}

const uint64_t *columns_frailty(const Columns *columns, Arena *arena, Date as_at)
{
    struct ColumnsLife *life = columns->life;
    uint64_t *bits = NULL;
    (void)pthread_mutex_lock(&life->lock);
    for (size_t i = 0; i < life->frailty_count; i++) {
        if (life->frailty_day[i] == as_at.days) bits = life->frailty[i];
    }
    bool keep = bits == NULL && life->frailty_count < FRAILTY_DAYS_MAX;
    if (keep) {
        bits = frailty_compute(columns, life->arena, as_at);
        life->frailty_day[life->frailty_count] = as_at.days;
        life->frailty[life->frailty_count++] = bits;
    }
    (void)pthread_mutex_unlock(&life->lock);
    return bits != NULL ? bits : frailty_compute(columns, arena, as_at);
}
