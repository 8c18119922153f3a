// columns_build.c -- gathers events in person order, a stripe's at a time.
#include "insight/columns/columns_image.h"

#include <math.h>
#include <sys/mman.h>

enum { GROW_EVENTS = 1 << 16, IDS_OF_STRIPE = STRIPE_CODES_MAX + 1 };

// Memory from the system itself: it grows without copying and goes back at once.
typedef struct Block {
    void *ptr;
    size_t bytes;
} Block;

typedef struct Mark { // where the person being read began, to begin again in the next stripe
    uint32_t count, value_count, codes;
} Mark;

struct ColumnBuilder {
    const ColumnSource *source;
    Arena *arena;
    ColumnsFile *file;
    uint8_t *known;   // by code id: it is in the source
    uint16_t *coming; // by code id: order of coming in this stripe, UINT16_MAX not yet
    uint32_t ids;     // ids are below this
    uint32_t stripe_persons, stripe_codes;
    size_t stripe_from; // first person of the stripe
    size_t at;          // the person being read
    Mark mark;
    Block code, day, kind, value, unit;
    uint32_t cap, value_cap;
    uint32_t *code_id;      // by order of coming
    uint32_t *person_first; // of the stripe
    Came came;
    Stripe *stripes[COLUMNS_STRIPES_MAX];
    size_t stripe_count;
    uint64_t strays;
};

static bool block_grow(Block *block, size_t bytes)
{
    if (bytes <= block->bytes) return true;
    void *ptr = block->ptr == NULL
                    ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                    : mremap(block->ptr, block->bytes, bytes, MREMAP_MAYMOVE);
    if (ptr == MAP_FAILED) return false;
    *block = (Block){ptr, bytes};
    return true;
}

static void block_free(Block *block)
{
    if (block->ptr != NULL) (void)munmap(block->ptr, block->bytes);
    *block = (Block){0};
}

static bool source_fits(const ColumnSource *source)
{
    if (source->person_count > COLUMNS_PERSONS_MAX) return false;
    if (source->unit_count > COLUMNS_UNITS_MAX) return false;
    for (size_t i = 0; i < source->code_count; i++) {
        if (source->codes[i].id < 0 || source->codes[i].id > COLUMNS_CODE_MAX) return false;
    }
    for (size_t i = 0; i < source->person_count; i++) {
        int64_t practice = source->persons[i].practice;
        if (practice < 0 || practice > UINT32_MAX) return false;
    }
    return true;
}

Err column_builder_new(const ColumnSource *source, const char *path, ColumnBuilder **out)
{
    if (!source_fits(source)) return ERR_TOO_LARGE;
    Arena *arena = arena_new();
    ColumnBuilder *b = ARENA_NEW(arena, ColumnBuilder);
    b->source = source;
    b->arena = arena;
    for (size_t i = 0; i < source->code_count; i++) {
        uint32_t id = (uint32_t)source->codes[i].id;
        if (id >= b->ids) b->ids = id + 1;
    }
    b->known = ARENA_ARRAY(arena, uint8_t, (size_t)b->ids + 1);
    b->coming = ARENA_ARRAY(arena, uint16_t, (size_t)b->ids + 1);
    memset(b->coming, 0xFF, ((size_t)b->ids + 1) * sizeof *b->coming);
    for (size_t i = 0; i < source->code_count; i++) b->known[source->codes[i].id] = 1;
    b->stripe_persons = source->stripe_persons > 0 ? source->stripe_persons : STRIPE_PERSONS_MAX;
    b->stripe_codes = source->stripe_codes > 0 ? source->stripe_codes : STRIPE_CODES_MAX;
    assert(b->stripe_persons <= STRIPE_PERSONS_MAX && b->stripe_codes <= STRIPE_CODES_MAX);
    b->code_id = ARENA_ARRAY(arena, uint32_t, IDS_OF_STRIPE);
    b->person_first = ARENA_ARRAY(arena, uint32_t, STRIPE_PERSONS_MAX + 1);
    Err err = columns_file_new(arena, path, &b->file);
    if (err != ERR_OK) {
        arena_free(arena);
        return err;
    }
    *out = b;
    return ERR_OK;
}

// ---- a stripe that is full

static void forget_codes(ColumnBuilder *b, uint32_t from)
{
    for (uint32_t c = from; c < b->came.codes; c++) b->coming[b->code_id[c]] = UINT16_MAX;
    b->came.codes = from;
}

// Lays out persons [stripe_from, until); nothing of later ones has been gathered.
static Err end_stripe(ColumnBuilder *b, size_t until)
{
    if (b->stripe_count == COLUMNS_STRIPES_MAX) return ERR_TOO_LARGE;
    Came *came = &b->came;
    came->code = b->code.ptr;
    came->day = b->day.ptr;
    came->kind = b->kind.ptr;
    came->value = b->value.ptr;
    came->unit = b->unit.ptr;
    came->code_id = b->code_id;
    came->person_first = b->person_first;
    came->persons = b->source->persons + b->stripe_from;
    came->person_count = (uint32_t)(until - b->stripe_from);
    TRY(stripe_lay_out(came, b->file, &b->stripes[b->stripe_count]));
    // A file that fails later takes nothing from what it holds: the pages stay its own.
    bool filed = columns_file_holds(b->file);
    if (b->source->sparing && filed) stripe_map(b->stripes[b->stripe_count], false);
    b->stripe_count++;
    forget_codes(b, 0);
    came->count = 0;
    came->value_count = 0;
    b->stripe_from = until;
    return ERR_OK;
}

// What was gathered of the person being read goes to the start of a new stripe.
static Err begin_again(ColumnBuilder *b)
{
    if (b->at == b->stripe_from) return ERR_TOO_LARGE; // one person, more than a stripe holds
    Came own = b->came;
    uint32_t events = own.count - b->mark.count;
    uint32_t values = own.value_count - b->mark.value_count;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    uint32_t *ids = ARENA_ARRAY(scratch, uint32_t, events + 1);
    const uint16_t *code = b->code.ptr;
    for (uint32_t i = 0; i < events; i++) ids[i] = b->code_id[code[b->mark.count + i]];
    forget_codes(b, b->mark.codes);
    b->came.count = b->mark.count;
    b->came.value_count = b->mark.value_count;
    TRY(end_stripe(b, b->at));
    uint16_t *codes = b->code.ptr;
    uint16_t *days = b->day.ptr;
    uint8_t *kinds = b->kind.ptr;
    memmove(days, days + b->mark.count, events * sizeof *days);
    memmove(kinds, kinds + b->mark.count, events * sizeof *kinds);
    double *value = b->value.ptr;
    uint16_t *unit = b->unit.ptr;
    if (values > 0) {
        memmove(value, value + b->mark.value_count, values * sizeof *value);
        memmove(unit, unit + b->mark.value_count, values * sizeof *unit);
    }
    for (uint32_t i = 0; i < events; i++) {
        if (b->coming[ids[i]] == UINT16_MAX) {
            b->coming[ids[i]] = (uint16_t)b->came.codes;
            b->code_id[b->came.codes++] = ids[i];
        }
        codes[i] = b->coming[ids[i]];
    }
    b->came.count = events;
    b->came.value_count = values;
    b->person_first[0] = 0;
    b->mark = (Mark){0};
    return ERR_OK;
}

// ---- events

static bool make_room(ColumnBuilder *b, size_t more)
{
    if ((size_t)b->came.count + more > b->cap) {
        size_t cap = (size_t)b->cap + b->cap / 2 + more + GROW_EVENTS;
        if (!block_grow(&b->code, cap * sizeof(uint16_t)) ||
            !block_grow(&b->day, cap * sizeof(uint16_t)) || !block_grow(&b->kind, cap)) {
            return false;
        }
        b->cap = (uint32_t)cap;
    }
    if ((size_t)b->came.value_count + more > b->value_cap) {
        size_t cap = (size_t)b->value_cap + b->value_cap / 2 + more + GROW_EVENTS;
        if (!block_grow(&b->value, cap * sizeof(double)) ||
            !block_grow(&b->unit, cap * sizeof(uint16_t))) {
            return false;
        }
        b->value_cap = (uint32_t)cap;
    }
    return true;
}

// On to the person with this index: those between came without events.
static Err go_to(ColumnBuilder *b, size_t index)
{
    while (b->at < index) {
        b->at++;
        if (b->at - b->stripe_from == b->stripe_persons) {
            b->person_first[b->stripe_persons] = b->came.count;
            TRY(end_stripe(b, b->at));
        }
        b->person_first[b->at - b->stripe_from] = b->came.count;
    }
    b->mark = (Mark){b->came.count, b->came.value_count, b->came.codes};
    return ERR_OK;
}

// *known_out: the row's person is in the source. Rows come by person: the search only walks on.
static Err person_of_row(ColumnBuilder *b, int64_t person, bool *known_out)
{
    const ColumnPerson *persons = b->source->persons;
    size_t count = b->source->person_count;
    size_t at = b->at;
    while (at < count && persons[at].id.v < person) at++;
    if (at > 0 && persons[at - 1].id.v >= person) return ERR_FAULT; // not in order
    *known_out = at < count && persons[at].id.v == person;
    return at == b->at ? ERR_OK : go_to(b, at);
}

static bool is_at(const ColumnBuilder *b, int64_t person)
{
    return b->at < b->source->person_count && b->source->persons[b->at].id.v == person;
}

static void put_event(ColumnBuilder *b, uint32_t id, const EventRow *row)
{
    Came *came = &b->came;
    bool valued = row->has_value != 0 && !isnan(row->value);
    if (b->coming[id] == UINT16_MAX) {
        b->coming[id] = (uint16_t)came->codes;
        b->code_id[came->codes++] = id;
    }
    ((uint16_t *)b->code.ptr)[came->count] = b->coming[id];
    ((uint16_t *)b->day.ptr)[came->count] = (uint16_t)(row->day - COLUMNS_DAY_ZERO);
    ((uint8_t *)b->kind.ptr)[came->count] =
        (uint8_t)((row->kind & CAME_KIND) | (valued ? CAME_VALUED : 0));
    came->count++;
    if (!valued) return;
    bool known_unit = row->unit_id > 0 && (size_t)row->unit_id < b->source->unit_count;
    ((double *)b->value.ptr)[came->value_count] = row->value;
    ((uint16_t *)b->unit.ptr)[came->value_count] = known_unit ? (uint16_t)row->unit_id : 0;
    came->value_count++;
}

static bool row_fits(const ColumnBuilder *b, const EventRow *row)
{
    return row->code_id >= 0 && (uint32_t)row->code_id < b->ids && b->known[row->code_id] != 0 &&
           row->day >= COLUMNS_DAY_ZERO && row->day < COLUMNS_DAY_ZERO + COLUMNS_DAYS;
}

// A code that nobody of the stripe has had yet, when it has as many as it can have.
static bool is_code_too_many(const ColumnBuilder *b, uint32_t id)
{
    return b->coming[id] == UINT16_MAX && b->came.codes == b->stripe_codes;
}

// Puts the event of the person at b->at where it fits: into this stripe or, with all that this
// person has, into the next. Errors: ERR_TOO_LARGE (one person has too many codes for any).
static Err take_event(ColumnBuilder *b, const EventRow *row)
{
    uint32_t id = (uint32_t)row->code_id;
    if (is_code_too_many(b, id) || b->came.count == STRIPE_EVENTS_MAX) {
        TRY(begin_again(b));
        if (is_code_too_many(b, id)) return ERR_TOO_LARGE;
    }
    put_event(b, id, row);
    return ERR_OK;
}

Err column_builder_add(void *arg, const EventRow *rows, size_t count)
{
    ColumnBuilder *b = arg;
    if (!make_room(b, count)) return ERR_FAULT;
    for (size_t i = 0; i < count; i++) {
        bool known = is_at(b, rows[i].person); // of most rows
        if (!known) TRY(person_of_row(b, rows[i].person, &known));
        if (!known || !row_fits(b, &rows[i])) {
            b->strays++;
            continue;
        }
        TRY(take_event(b, &rows[i]));
    }
    return ERR_OK;
}

Err column_builder_finish(ColumnBuilder *b, Columns **out)
{
    size_t count = b->source->person_count;
    if (b->at < count) TRY(go_to(b, count));
    if (b->stripe_from < count) TRY(end_stripe(b, count));
    // A file that cannot be kept costs the next start its speed, not this one its answer.
    Err kept = columns_file_keep(b->file, b->source, b->stripes, b->stripe_count);
    (void)kept;
    return columns_of_stripes(b->source, b->stripes, b->stripe_count, out);
}

uint64_t column_builder_strays(const ColumnBuilder *builder)
{
    return builder->strays;
}

void column_builder_free(ColumnBuilder *b)
{
    if (b == NULL) return;
    for (size_t i = 0; i < b->stripe_count; i++) stripe_release(b->stripes[i]);
    columns_file_free(b->file);
    block_free(&b->code);
    block_free(&b->day);
    block_free(&b->kind);
    block_free(&b->value);
    block_free(&b->unit);
    arena_free(b->arena);
}
