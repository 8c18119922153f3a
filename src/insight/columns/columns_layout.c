// columns_layout.c -- one stripe from events as they came: counted by code, sorted by day.
//
// A value is kept as a whole number by a power of ten that its code's values share: values are
// typed as decimals, so that this gives back the very same double in half the bytes, and a bound of
// 0.95 never meets a rounded 0.95. A code with a value that no such number gives keeps doubles.
#include "insight/columns/columns_image.h"

#include <math.h>

enum { INEXACT = 255, FEW = 24, BYTE_VALUES = 256, DAY_SHIFT = 48, WHO_SHIFT = 32 };

static const double POWERS[DECIMALS_MAX + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

typedef struct CodeSum { // what is learnt of one code before it is laid out
    uint32_t events;
    uint16_t kinds;
    uint16_t unit;
    uint8_t decimals;
    bool valued, wide, mixed;
    double largest;
} CodeSum;

typedef struct Layout {
    const Came *came;
    Arena *arena;
    CodeSum *sum;    // by order of coming
    uint32_t *order; // order of coming by local number
    uint16_t *local; // local number by order of coming
    StripeHead head;
    char *base;
    ImageParts parts;
} Layout;

// The nearest whole number, for what is far below 2^51.
static double nearest(double value)
{
    const double shift = 6755399441055744.0; // 1.5 * 2^52: no digit after the point is left
    return value + shift - shift;
}

// The fewest decimals, from `decimals` on, that say the value exactly; INEXACT when none do.
static uint8_t decimals_of(double value, uint8_t decimals)
{
    for (int d = decimals; d <= DECIMALS_MAX; d++) {
        if (fabs(value) * POWERS[d] > INT32_MAX) return INEXACT;
        double whole = nearest(value * POWERS[d]);
        if (whole / POWERS[d] == value) {
            return whole == 0 && signbit(value) ? INEXACT : (uint8_t)d;
        }
    }
    return INEXACT;
}

static void learn_value(CodeSum *sum, double value, uint16_t unit, bool first)
{
    if (!first && sum->unit != unit) sum->mixed = true;
    sum->unit = unit;
    if (sum->wide) return;
    uint8_t decimals = decimals_of(value, sum->decimals);
    if (fabs(value) > sum->largest) sum->largest = fabs(value);
    if (decimals == INEXACT || sum->largest * POWERS[decimals] > INT32_MAX) {
        sum->wide = true;
    } else {
        sum->decimals = decimals;
    }
}

static void learn(Layout *l)
{
    const Came *came = l->came;
    uint32_t value = 0;
    for (uint32_t e = 0; e < came->count; e++) {
        CodeSum *sum = &l->sum[came->code[e]];
        bool valued = (came->kind[e] & CAME_VALUED) != 0;
        sum->kinds |= (uint16_t)(1U << (came->kind[e] & CAME_KIND));
        sum->events++;
        if (!valued) continue;
        learn_value(sum, came->value[value], came->unit[value], !sum->valued);
        sum->valued = true;
        value++;
    }
}

static int id_cmp(const void *a_, const void *b_)
{
    const uint64_t *a = a_;
    const uint64_t *b = b_;
    return *a < *b ? -1 : *a > *b;
}

static void number_codes(Layout *l)
{
    uint32_t codes = l->came->codes;
    uint64_t *sorted = ARENA_ARRAY(l->arena, uint64_t, codes + 1);
    for (uint32_t c = 0; c < codes; c++) sorted[c] = (uint64_t)l->came->code_id[c] << 32 | c;
    qsort(sorted, codes, sizeof *sorted, id_cmp);
    l->order = ARENA_ARRAY(l->arena, uint32_t, codes + 1);
    l->local = ARENA_ARRAY(l->arena, uint16_t, codes + 1);
    for (uint32_t c = 0; c < codes; c++) {
        l->order[c] = (uint32_t)sorted[c];
        l->local[l->order[c]] = (uint16_t)c;
    }
}

static uint8_t width_of(const CodeSum *sum)
{
    if (sum->wide) return VALUES_WIDE;
    return sum->largest * POWERS[sum->decimals] <= INT16_MAX ? VALUES_SHORT : VALUES_WHOLE;
}

// The codes' own rows, and the head with the sizes that follow from them.
static StripeCode *plan(Layout *l)
{
    const Came *came = l->came;
    StripeCode *rows = ARENA_ARRAY(l->arena, StripeCode, (size_t)came->codes + 1);
    l->head = (StripeHead){.version = IMAGE_VERSION,
                           .order_mark = IMAGE_ORDER_MARK,
                           .persons = came->person_count,
                           .codes = came->codes};
    memcpy(l->head.magic, STRIPE_MAGIC, sizeof l->head.magic);
    for (uint32_t c = 0; c < came->codes; c++) {
        const CodeSum *sum = &l->sum[l->order[c]];
        uint8_t width = width_of(sum);
        uint64_t *values = width == VALUES_WIDE    ? &l->head.wides
                           : width == VALUES_WHOLE ? &l->head.wholes
                                                   : &l->head.shorts;
        rows[c] = (StripeCode){
            .id = came->code_id[l->order[c]],
            .first = (uint32_t)l->head.events,
            .values = sum->valued ? (uint32_t)*values : COLUMNS_NONE,
            .units = sum->valued && sum->mixed ? (uint32_t)l->head.units : COLUMNS_NONE,
            .unit = sum->unit,
            .kinds = sum->kinds,
            .decimals = sum->decimals,
            .width = width,
        };
        l->head.events += sum->events;
        if (sum->valued) *values += sum->events;
        if (sum->valued && sum->mixed) l->head.units += sum->events;
    }
    rows[came->codes].first = (uint32_t)l->head.events;
    l->parts = stripe_parts(&l->head);
    l->head.bytes = l->parts.total;
    return rows;
}

static void put_persons(const Layout *l)
{
    const Came *came = l->came;
    int64_t *id = (void *)(l->base + l->parts.at[SECTION_ID]);
    int32_t *born = (void *)(l->base + l->parts.at[SECTION_BORN]);
    uint32_t *practice = (void *)(l->base + l->parts.at[SECTION_PRACTICE]);
    uint8_t *registration = (void *)(l->base + l->parts.at[SECTION_REGISTRATION]);
    uint8_t *sex = (void *)(l->base + l->parts.at[SECTION_SEX]);
    uint8_t *imd = (void *)(l->base + l->parts.at[SECTION_IMD]);
    uint8_t *opted_out = (void *)(l->base + l->parts.at[SECTION_OPTED_OUT]);
    uint8_t *ethnicity = (void *)(l->base + l->parts.at[SECTION_ETHNICITY]);
    uint8_t *marks = (void *)(l->base + l->parts.at[SECTION_MARKS]);
    int32_t *registered_on = (void *)(l->base + l->parts.at[SECTION_REGISTERED_ON]);
    uint64_t *language = (void *)(l->base + l->parts.at[SECTION_LANGUAGE]);
    for (uint32_t p = 0; p < came->person_count; p++) {
        const ColumnPerson *person = &came->persons[p];
        id[p] = person->id.v;
        born[p] = person->born.days;
        practice[p] = (uint32_t)person->practice;
        registration[p] = (uint8_t)person->registration;
        sex[p] = person->sex;
        imd[p] = person->imd;
        opted_out[p] = person->opted_out;
        ethnicity[p] = person->ethnicity;
        marks[p] = person->marks;
        registered_on[p] = person->registered_on.days;
        language[p] = person->language;
    }
}

// ---- postings

typedef struct Spread {  // events by code, still in the order of persons
    uint32_t *key;       // day << 16 | person
    uint32_t *value;     // for codes with values: which one, COLUMNS_NONE: came without
    uint64_t *one, *two; // room to sort one code's
} Spread;

static Spread spread(const Layout *l, const StripeCode *rows)
{
    const Came *came = l->came;
    uint32_t most = 1;
    uint32_t *next = ARENA_ARRAY(l->arena, uint32_t, came->codes + 1); // by order of coming
    for (uint32_t c = 0; c < came->codes; c++) {
        next[l->order[c]] = rows[c].first;
        if (l->sum[c].events > most) most = l->sum[c].events;
    }
    size_t count = (size_t)came->count + 1;
    Spread s = {arena_alloc_raw(l->arena, count * sizeof *s.key),
                arena_alloc_raw(l->arena, count * sizeof *s.value),
                arena_alloc_raw(l->arena, most * sizeof *s.one),
                arena_alloc_raw(l->arena, most * sizeof *s.two)};
    uint32_t value = 0;
    for (uint32_t p = 0; p < came->person_count; p++) {
        for (uint32_t e = came->person_first[p]; e < came->person_first[p + 1]; e++) {
            uint32_t at = next[came->code[e]]++;
            s.key[at] = (uint32_t)came->day[e] << 16 | p;
            if (!l->sum[came->code[e]].valued) continue;
            s.value[at] = (came->kind[e] & CAME_VALUED) != 0 ? value++ : COLUMNS_NONE;
        }
    }
    return s;
}

static uint64_t *sort_few(uint64_t *items, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        uint64_t item = items[i];
        uint32_t at = i;
        for (; at > 0 && items[at - 1] >> DAY_SHIFT > item >> DAY_SHIFT; at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
    return items;
}

static void count_pass(const uint64_t *from, uint64_t *to, uint32_t count, int shift)
{
    uint32_t next[BYTE_VALUES + 1] = {0};
    for (uint32_t i = 0; i < count; i++) next[(from[i] >> shift & 0xFF) + 1]++;
    for (uint32_t b = 0; b < BYTE_VALUES; b++) next[b + 1] += next[b];
    for (uint32_t i = 0; i < count; i++) to[next[from[i] >> shift & 0xFF]++] = from[i];
}

// Stable, by day: persons stay in order within one. Items: day, person, place in order of coming.
static const uint64_t *sort_by_day(Spread *s, uint32_t count)
{
    if (count <= FEW) return sort_few(s->one, count);
    count_pass(s->one, s->two, count, DAY_SHIFT);
    count_pass(s->two, s->one, count, DAY_SHIFT + 8);
    return s->one;
}

static void put_values(const Layout *l, const StripeCode *row, const uint32_t *which,
                       const uint64_t *items, uint32_t count)
{
    const Came *came = l->came;
    int16_t *narrow = (void *)(l->base + l->parts.at[SECTION_SHORT]);
    int32_t *whole = (void *)(l->base + l->parts.at[SECTION_WHOLE]);
    double *wide = (void *)(l->base + l->parts.at[SECTION_WIDE]);
    uint16_t *unit = (void *)(l->base + l->parts.at[SECTION_UNIT]);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t value = which[(uint32_t)items[i]];
        bool none = value == COLUMNS_NONE;
        double sent = none ? NAN : came->value[value];
        double number = nearest(sent * POWERS[row->decimals]);
        if (row->width == VALUES_WIDE) {
            wide[row->values + i] = sent;
        } else if (row->width == VALUES_WHOLE) {
            whole[row->values + i] = none ? VALUE_NONE : (int32_t)number;
        } else {
            narrow[row->values + i] = (int16_t)(none ? SHORT_NONE : (int32_t)number);
        }
        if (row->units != COLUMNS_NONE) unit[row->units + i] = none ? 0 : came->unit[value];
    }
}

static void put_postings(const Layout *l, StripeCode *rows)
{
    Spread s = spread(l, rows);
    uint16_t *who = (void *)(l->base + l->parts.at[SECTION_WHO]);
    uint16_t *day = (void *)(l->base + l->parts.at[SECTION_DAY]);
    for (uint32_t c = 0; c < l->came->codes; c++) {
        uint32_t first = rows[c].first;
        uint32_t count = rows[c + 1].first - first;
        for (uint32_t i = 0; i < count; i++) {
            s.one[i] = (uint64_t)s.key[first + i] << WHO_SHIFT | i;
        }
        const uint64_t *items = sort_by_day(&s, count);
        for (uint32_t i = 0; i < count; i++) {
            who[first + i] = (uint16_t)(items[i] >> WHO_SHIFT);
            day[first + i] = (uint16_t)(items[i] >> DAY_SHIFT);
        }
        rows[c].first_day = day[first];
        rows[c].last_day = day[first + count - 1];
        if (rows[c].values != COLUMNS_NONE) put_values(l, &rows[c], &s.value[first], items, count);
    }
}

// ---- by person

static int key_cmp(const void *a_, const void *b_)
{
    const uint32_t *a = a_;
    const uint32_t *b = b_;
    return *a < *b ? -1 : *a > *b;
}

// Events of one person come by day, and then in some other order than the codes': nearly sorted.
static void sort_keys(uint32_t *keys, uint32_t count)
{
    uint64_t steps = 16 * (uint64_t)count + 64; // a person whose events came in no order at all
    for (uint32_t i = 1; i < count; i++) {
        uint32_t key = keys[i];
        uint32_t at = i;
        for (; at > 0 && keys[at - 1] > key && steps > 0; at--, steps--) keys[at] = keys[at - 1];
        keys[at] = key;
        if (steps == 0) {
            qsort(keys, count, sizeof *keys, key_cmp);
            return;
        }
    }
}

static void put_histories(const Layout *l)
{
    const Came *came = l->came;
    uint32_t *first = (void *)(l->base + l->parts.at[SECTION_PERSON_FIRST]);
    uint16_t *code = (void *)(l->base + l->parts.at[SECTION_PERSON_CODE]);
    uint16_t *day = (void *)(l->base + l->parts.at[SECTION_PERSON_DAY]);
    memcpy(first, came->person_first, ((size_t)came->person_count + 1) * sizeof *first);
    uint32_t most = 1;
    for (uint32_t p = 0; p < came->person_count; p++) {
        if (first[p + 1] - first[p] > most) most = first[p + 1] - first[p];
    }
    uint32_t *keys = ARENA_ARRAY(l->arena, uint32_t, most);
    for (uint32_t p = 0; p < came->person_count; p++) {
        uint32_t count = first[p + 1] - first[p];
        for (uint32_t i = 0; i < count; i++) {
            uint32_t e = first[p] + i;
            keys[i] = (uint32_t)came->day[e] << 16 | l->local[came->code[e]];
        }
        sort_keys(keys, count);
        for (uint32_t i = 0; i < count; i++) {
            code[first[p] + i] = (uint16_t)keys[i];
            day[first[p] + i] = (uint16_t)(keys[i] >> 16);
        }
    }
}

Err stripe_lay_out(const Came *came, ColumnsFile *file, Stripe **out)
{
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Layout l = {.came = came, .arena = arena};
    l.sum = ARENA_ARRAY(arena, CodeSum, (size_t)came->codes + 1);
    learn(&l);
    number_codes(&l);
    StripeCode *rows = plan(&l);
    Image image = {0};
    TRY(columns_file_room(file, l.parts.total, &image));
    l.base = image.base;
    put_persons(&l);
    put_postings(&l, rows);
    put_histories(&l);
    memcpy(l.base + l.parts.at[SECTION_CODE], rows, ((size_t)came->codes + 1) * sizeof *rows);
    memcpy(l.base, &l.head, sizeof l.head);
    image_seal(&image);
    return stripe_over(image, true, out);
}
