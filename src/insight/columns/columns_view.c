// columns_view.c -- views: which stripes, whose record in each is the present one, and the words.
#include "insight/columns/columns_image.h"

// What codes and units are called: the same for views between which no batch came.
typedef struct Words {
    atomic_int holders;
    Arena *arena; // they stand in it
    const Code *codes;
    size_t code_count;
    const Code **code; // by id
    uint32_t code_ids;
    const Str *units;
    size_t unit_count;
} Words;

struct ColumnsLife {
    atomic_int holders;
    Arena *arena;    // the view itself stands in it
    Words *words;    // held
    uint16_t *kinds; // by id
    ColumnOrder order;
};

static void words_let_go(Words *words)
{
    if (words == NULL) return;
    if (atomic_fetch_sub_explicit(&words->holders, 1, memory_order_acq_rel) != 1) return;
    arena_free(words->arena);
}

Columns *columns_share(Columns *columns)
{
    (void)atomic_fetch_add_explicit(&columns->life->holders, 1, memory_order_relaxed);
    return columns;
}

void columns_let_go(Columns *columns)
{
    if (columns == NULL) return;
    struct ColumnsLife *life = columns->life;
    if (atomic_fetch_sub_explicit(&life->holders, 1, memory_order_acq_rel) != 1) return;
    for (size_t i = 0; i < columns->stripe_count; i++) stripe_release(columns->stripes[i].stripe);
    words_let_go(life->words);
    arena_free(life->arena);
}

// ---- making

static Columns *view_new(size_t stripes)
{
    Arena *arena = arena_new();
    Columns *columns = ARENA_NEW(arena, Columns);
    columns->life = ARENA_NEW(arena, struct ColumnsLife);
    columns->life->arena = arena;
    atomic_init(&columns->life->holders, 1);
    columns->stripes = ARENA_ARRAY(arena, LiveStripe, stripes + 1);
    return columns;
}

static Words *words_share(Words *words)
{
    (void)atomic_fetch_add_explicit(&words->holders, 1, memory_order_relaxed);
    return words;
}

static Words *words_new(const ColumnSource *source)
{
    Arena *arena = arena_new();
    Words *words = ARENA_NEW(arena, Words);
    words->arena = arena;
    atomic_init(&words->holders, 1);
    for (size_t i = 0; i < source->code_count; i++) {
        uint32_t id = (uint32_t)source->codes[i].id;
        if (id >= words->code_ids) words->code_ids = id + 1;
    }
    words->code = ARENA_ARRAY(arena, const Code *, (size_t)words->code_ids + 1);
    Code *own = ARENA_ARRAY(arena, Code, source->code_count + 1);
    for (size_t i = 0; i < source->code_count; i++) {
        const Code *code = &source->codes[i];
        own[i] = (Code){code->id, arena_str(arena, code->system), arena_str(arena, code->code),
                        arena_str(arena, code->term)};
        words->code[own[i].id] = &own[i];
    }
    words->codes = own;
    words->code_count = source->code_count;
    Str *names = ARENA_ARRAY(arena, Str, source->unit_count + 1);
    for (size_t i = 0; i < source->unit_count; i++) names[i] = arena_str(arena, source->units[i]);
    words->units = names;
    words->unit_count = source->unit_count;
    return words;
}

static void take_kinds(Columns *columns)
{
    struct ColumnsLife *life = columns->life;
    uint32_t ids = life->words->code_ids;
    life->kinds = ARENA_ARRAY(life->arena, uint16_t, (size_t)ids + 1);
    for (size_t s = 0; s < columns->stripe_count; s++) {
        const Stripe *stripe = columns->stripes[s].stripe;
        for (uint32_t c = 0; c < stripe->codes; c++) {
            if (stripe->code[c].id < ids) {
                life->kinds[stripe->code[c].id] |= stripe->code[c].kinds;
            }
        }
    }
}

static void take_stamps(Columns *columns, const ColumnStamp *stamps, size_t count)
{
    ColumnStamp *own = ARENA_ARRAY(columns->life->arena, ColumnStamp, count + 1);
    if (count > 0) memcpy(own, stamps, count * sizeof *own);
    columns->stamps = own;
    columns->stamp_count = count;
}

// Behind the others; `of`: who is live in it, NULL everybody. The bits are the view's own: they
// are about to be changed.
static uint64_t *add_stripe(Columns *columns, const Stripe *stripe, const uint64_t *of)
{
    uint64_t *live = ARENA_ARRAY(columns->life->arena, uint64_t, STRIPE_WORDS);
    if (of != NULL) memcpy(live, of, STRIPE_WORDS * sizeof *live);
    for (uint32_t p = 0; of == NULL && p < stripe->persons; p++) bit_set(live, p);
    stripe_hold(stripe);
    columns->stripes[columns->stripe_count++] =
        (LiveStripe){.stripe = stripe, .live = live, .first = columns->numbers};
    columns->numbers += STRIPE_PERSONS_MAX;
    return live;
}

static void count_stripe(Columns *columns, const Stripe *stripe)
{
    columns->persons += stripe->persons;
    columns->events += stripe->events;
}

// Stripes hold people in the order of the source.
static void take_order(Columns *columns, const ColumnSource *source)
{
    if (source->places == NULL) return;
    uint32_t *place = columns_new_order(columns, NULL, 0, source->places_as_of);
    const uint32_t *next = source->places;
    for (size_t s = 0; s < columns->stripe_count; s++) {
        uint32_t persons = columns->stripes[s].stripe->persons;
        memcpy(&place[columns->stripes[s].first], next, persons * sizeof *place);
        next += persons;
    }
}

Err columns_of_stripes(const ColumnSource *source, Stripe *const *stripes, size_t count,
                       Columns **out)
{
    if (count > COLUMNS_STRIPES_MAX) return ERR_TOO_LARGE;
    Columns *columns = view_new(count);
    columns->generation = source->generation;
    columns->base_generation = source->generation;
    for (size_t i = 0; i < count; i++) {
        (void)add_stripe(columns, stripes[i], NULL);
        count_stripe(columns, stripes[i]);
    }
    columns->base_count = count;
    columns->life->words =
        source->words_of == NULL ? words_new(source) : words_share(source->words_of->life->words);
    take_kinds(columns);
    take_stamps(columns, source->stamps, source->stamp_count);
    take_order(columns, source);
    *out = columns;
    return ERR_OK;
}

// Ids ascend by one at least, so that those on either side leave few places: where no id is left
// out, one.
static int64_t place_of(const Stripe *stripe, int64_t id)
{
    if (stripe->persons == 0) return -1;
    int64_t last = (int64_t)stripe->persons - 1;
    int64_t from_first = id - stripe->id[0];
    int64_t to_last = stripe->id[last] - id;
    if (from_first < 0 || to_last < 0) return -1;
    uint32_t low = to_last < last ? (uint32_t)(last - to_last) : 0;
    uint32_t high = (uint32_t)(from_first < last ? from_first : last) + 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (stripe->id[middle] < id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < stripe->persons && stripe->id[low] == id ? (int64_t)low : -1;
}

static void take_out(Columns *columns, const Stripe *stripe, uint64_t *live,
                     const PersonId *changed, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t at = place_of(stripe, changed[i].v);
        if (at < 0 || !bit_on(live, (uint32_t)at)) continue;
        live[at / 64] &= ~(UINT64_C(1) << (at % 64));
        columns->persons--;
        columns->events -= stripe->person_first[at + 1] - stripe->person_first[at];
    }
}

Err columns_join(const Columns *from, const Columns *delta, const PersonId *changed, size_t count,
                 Columns **out)
{
    if (from->stripe_count + delta->stripe_count > COLUMNS_STRIPES_MAX) return ERR_TOO_LARGE;
    Columns *columns = view_new(from->stripe_count + delta->stripe_count);
    columns->generation = delta->generation;
    columns->base_generation = from->base_generation;
    columns->persons = from->persons;
    columns->events = from->events;
    for (size_t i = 0; i < from->stripe_count; i++) {
        const LiveStripe *of = &from->stripes[i];
        take_out(columns, of->stripe, add_stripe(columns, of->stripe, of->live), changed, count);
    }
    columns->base_count = from->base_count;
    for (size_t i = 0; i < delta->stripe_count; i++) {
        (void)add_stripe(columns, delta->stripes[i].stripe, NULL);
        count_stripe(columns, delta->stripes[i].stripe);
    }
    columns->life->words = words_share(delta->life->words);
    take_kinds(columns);
    take_stamps(columns, delta->stamps, delta->stamp_count);
    *out = columns;
    return ERR_OK;
}

Columns *columns_first(const Columns *of, size_t stripes)
{
    assert(stripes <= of->stripe_count);
    Columns *columns = view_new(stripes);
    columns->generation = of->generation;
    columns->base_generation = of->base_generation;
    columns->persons = of->persons;
    columns->events = of->events;
    for (size_t i = 0; i < of->stripe_count; i++) {
        const LiveStripe *from = &of->stripes[i];
        if (i < stripes) {
            (void)add_stripe(columns, from->stripe, from->live);
            continue;
        }
        for (uint32_t p = 0; p < from->stripe->persons; p++) {
            if (!bit_on(from->live, p)) continue;
            columns->persons--;
            columns->events -= from->stripe->person_first[p + 1] - from->stripe->person_first[p];
        }
    }
    columns->base_count = of->base_count < stripes ? of->base_count : stripes;
    columns->life->words = words_share(of->life->words);
    take_kinds(columns);
    take_stamps(columns, of->stamps, of->stamp_count);
    return columns;
}

uint32_t *columns_new_order(Columns *columns, const uint32_t *known, size_t count, Instant as_of)
{
    size_t places = (size_t)columns->numbers + 1;
    assert(count <= columns->numbers);
    uint32_t *place = arena_alloc_raw(columns->life->arena, places * sizeof *place);
    if (count > 0) memcpy(place, known, count * sizeof *place);
    memset(place + count, 0xFF, (places - count) * sizeof *place);
    columns->life->order = (ColumnOrder){place, as_of};
    return place;
}

void columns_put_in_order(Columns *columns, const PersonId *order, size_t count, Instant as_of)
{
    uint32_t *place = columns_new_order(columns, NULL, 0, as_of);
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(columns, order[i]);
        if (at >= 0) place[at] = (uint32_t)i;
    }
}

ColumnOrder columns_order(const Columns *columns)
{
    return columns->life->order;
}

// ---- asking

int64_t columns_number(const Columns *columns, PersonId id)
{
    for (size_t s = 0; s < columns->stripe_count; s++) {
        const LiveStripe *of = &columns->stripes[s];
        const Stripe *stripe = of->stripe;
        int64_t at = place_of(stripe, id.v);
        if (at >= 0 && bit_on(of->live, (uint32_t)at)) return of->first + at;
    }
    return -1;
}

const LiveStripe *columns_stripe(const Columns *columns, uint32_t number, uint32_t *local_out)
{
    assert(number < columns->numbers);
    *local_out = number % STRIPE_PERSONS_MAX;
    return &columns->stripes[number / STRIPE_PERSONS_MAX];
}

const Code *columns_code(const Columns *columns, uint32_t id)
{
    return id < columns->life->words->code_ids ? columns->life->words->code[id] : NULL;
}

uint32_t columns_code_ids(const Columns *columns)
{
    return columns->life->words->code_ids;
}

uint16_t columns_code_kinds(const Columns *columns, uint32_t id)
{
    return id < columns->life->words->code_ids ? columns->life->kinds[id] : 0;
}

size_t columns_units(const Columns *columns)
{
    return columns->life->words->unit_count;
}

Str columns_unit(const Columns *columns, uint16_t unit)
{
    const Words *words = columns->life->words;
    return unit < words->unit_count ? words->units[unit] : STR("");
}

void columns_give_words(const Columns *columns, ColumnSource *out)
{
    const Words *words = columns->life->words;
    out->words_of = columns;
    out->codes = words->codes;
    out->code_count = words->code_count;
    out->units = words->units;
    out->unit_count = words->unit_count;
}

bool columns_share_words(const Columns *a, const Columns *b)
{
    return a->life->words == b->life->words;
}

void columns_map_in(const Columns *columns)
{
    for (size_t i = 0; i < columns->stripe_count; i++) stripe_map(columns->stripes[i].stripe, true);
}

uint64_t columns_bytes(const Columns *columns)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < columns->stripe_count; i++) {
        bytes += stripe_bytes(columns->stripes[i].stripe);
    }
    return bytes;
}
