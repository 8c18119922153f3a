// cohort_build.c -- from a stream of events in person order to columns.
//
// Two stable counting passes: by day, then into the codes' postings. What comes in person order
// within a day stays so; each person's own list is filled in the same walk, so it is in day order.
#include "insight/cohort/cohort_image.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_BYTES_MAX = 4096, GROW_EVENTS = 1 << 18 };

// Memory from the system itself: it grows without copying and goes back at once.
typedef struct Block {
    void *ptr;
    size_t bytes;
} Block;

struct ColumnsBuilder {
    const ColumnSource *source;
    Arena *arena;
    int32_t *code_of_id; // dense number of a code id, -1 for none
    int32_t code_id_max;
    uint8_t *medicine; // by code
    size_t at_person;  // where the stream is in source->persons
    size_t count, cap;
    Block person, code, day, unit, value;
    uint64_t strays; // events of nobody, of an unknown code or outside the calendar
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

Err columns_builder_new(const ColumnSource *source, ColumnsBuilder **out)
{
    if (source->person_count > COLUMNS_PERSONS_MAX || source->code_count > COLUMNS_CODES_MAX ||
        source->unit_count > COLUMNS_UNITS_MAX) {
        return ERR_TOO_LARGE;
    }
    Arena *arena = arena_new();
    ColumnsBuilder *builder = ARENA_NEW(arena, ColumnsBuilder);
    *builder = (ColumnsBuilder){.source = source, .arena = arena};
    for (size_t i = 0; i < source->code_count; i++) {
        int32_t id = source->codes[i].id;
        if (id < 0 || id > COLUMNS_CODES_MAX) {
            arena_free(arena);
            return ERR_TOO_LARGE;
        }
        if (id > builder->code_id_max) builder->code_id_max = id;
    }
    size_t ids = (size_t)builder->code_id_max + 1;
    builder->code_of_id = ARENA_ARRAY(arena, int32_t, ids);
    for (size_t i = 0; i < ids; i++) builder->code_of_id[i] = -1;
    for (size_t i = 0; i < source->code_count; i++) {
        builder->code_of_id[source->codes[i].id] = (int32_t)i;
    }
    builder->medicine = ARENA_ARRAY(arena, uint8_t, source->code_count + 1);
    *out = builder;
    return ERR_OK;
}

static bool make_room(ColumnsBuilder *builder, size_t more)
{
    if (builder->count + more <= builder->cap) return true;
    size_t cap = builder->cap + builder->cap / 2 + more + GROW_EVENTS;
    bool ok = block_grow(&builder->person, cap * sizeof(uint32_t)) &&
              block_grow(&builder->code, cap * sizeof(uint32_t)) &&
              block_grow(&builder->day, cap * sizeof(uint16_t)) &&
              block_grow(&builder->unit, cap * sizeof(uint16_t)) &&
              block_grow(&builder->value, cap * sizeof(double));
    if (ok) builder->cap = cap;
    return ok;
}

// The dense number of the row's person, or -1. Rows come by person: the search only walks on. False
// when they do not, for then an event would stand where no search finds it.
static bool person_of_row(ColumnsBuilder *builder, int64_t person, int64_t *out)
{
    const ColumnSource *source = builder->source;
    size_t at = builder->at_person;
    while (at < source->person_count && source->persons[at].id.v < person) at++;
    if (at > 0 && source->persons[at - 1].id.v >= person) return false;
    builder->at_person = at;
    bool known = at < source->person_count && source->persons[at].id.v == person;
    *out = known ? (int64_t)at : -1;
    return true;
}

static int32_t code_of_row(const ColumnsBuilder *builder, int32_t code_id)
{
    return code_id >= 0 && code_id <= builder->code_id_max ? builder->code_of_id[code_id] : -1;
}

static void put_event(ColumnsBuilder *builder, uint32_t person, uint32_t code, const EventRow *row)
{
    size_t n = builder->count++;
    bool known_unit = row->unit_id > 0 && (size_t)row->unit_id < builder->source->unit_count;
    ((uint32_t *)builder->person.ptr)[n] = person;
    ((uint32_t *)builder->code.ptr)[n] = code;
    ((uint16_t *)builder->day.ptr)[n] = (uint16_t)(row->day - COLUMNS_DAY_ZERO);
    ((uint16_t *)builder->unit.ptr)[n] = known_unit ? (uint16_t)row->unit_id : 0;
    ((double *)builder->value.ptr)[n] = row->has_value != 0 ? row->value : NAN;
    if (row->kind == EVENT_MEDICINE) builder->medicine[code] = 1;
}

Err columns_builder_add(void *arg, const EventRow *rows, size_t count)
{
    ColumnsBuilder *builder = arg;
    if (builder->count + count > COLUMNS_EVENTS_MAX) return ERR_TOO_LARGE;
    if (!make_room(builder, count)) return ERR_FAULT;
    for (size_t i = 0; i < count; i++) {
        int64_t person = -1;
        if (!person_of_row(builder, rows[i].person, &person)) return ERR_FAULT;
        int32_t code = code_of_row(builder, rows[i].code_id);
        bool in_calendar =
            rows[i].day >= COLUMNS_DAY_ZERO && rows[i].day < COLUMNS_DAY_ZERO + COLUMNS_DAYS;
        if (person < 0 || code < 0 || !in_calendar) {
            builder->strays++;
            continue;
        }
        put_event(builder, (uint32_t)person, (uint32_t)code, &rows[i]);
    }
    return ERR_OK;
}

ImageParts image_parts(const ImageHead *head)
{
    ImageParts parts = {0};
    size_t at = sizeof *head;
#define PART(name, count, size)                                                                    \
    at = (at + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;                                       \
    parts.name = at;                                                                               \
    at += (size_t)(count) * (size)
    PART(code_start, head->codes + 1, sizeof(uint64_t));
    PART(value_start, head->codes, sizeof(uint64_t));
    PART(code_system, head->codes, sizeof(TextAt));
    PART(code_code, head->codes, sizeof(TextAt));
    PART(code_term, head->codes, sizeof(TextAt));
    PART(code_medicine, head->codes, sizeof(uint8_t));
    PART(event_person, head->events, sizeof(uint32_t));
    PART(event_day, head->events, sizeof(uint16_t));
    PART(value, head->values, sizeof(double));
    PART(value_unit, head->values, sizeof(uint16_t));
    PART(person_start, head->persons + 1, sizeof(uint64_t));
    PART(person_events, head->events, sizeof(uint32_t));
    PART(unit, head->units, sizeof(TextAt));
    PART(text, head->text_bytes, 1);
#undef PART
    parts.total = (at + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
    return parts;
}

// Against damage, not against people (the file is the program's own, mode 0600): four lanes of
// multiply and turn, so that it runs at the speed of memory.
uint64_t image_checksum(const Image *image)
{
    uint64_t lanes[4] = {11, 22, 33, 44};
    ImageHead head;
    memcpy(&head, image->base, sizeof head);
    head.checksum = 0;
    uint64_t words[4];
    _Static_assert(sizeof head % sizeof(uint64_t) == 0, "the head is whole words");
    uint64_t head_words[sizeof head / sizeof(uint64_t)];
    memcpy(head_words, &head, sizeof head);
    for (size_t i = 0; i < COUNT_OF(head_words); i++) {
        lanes[i % 4] = (lanes[i % 4] ^ head_words[i]) * 0x9E3779B97F4A7C15ULL;
    }
    size_t at = sizeof head / sizeof words * sizeof words;
    at = at < sizeof head ? at + sizeof words : at;
    for (; at + sizeof words <= image->bytes; at += sizeof words) {
        memcpy(words, image->base + at, sizeof words);
        for (size_t i = 0; i < 4; i++) {
            uint64_t mixed = (lanes[i] ^ words[i]) * 0x9E3779B97F4A7C15ULL;
            lanes[i] = (mixed << 29) | (mixed >> 35);
        }
    }
    return lanes[0] ^ (lanes[1] << 1) ^ (lanes[2] << 2) ^ (lanes[3] << 3) ^ (lanes[3] >> 61);
}

uint64_t image_persons_hash(const ColumnSource *source)
{
    uint64_t hash = source->person_count;
    for (size_t i = 0; i < source->person_count; i++) {
        hash = (hash ^ (uint64_t)source->persons[i].id.v) * 0x9E3779B97F4A7C15ULL;
        hash = (hash << 31) | (hash >> 33);
    }
    return hash;
}

static uint64_t text_bytes_of(const ColumnSource *source)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < source->code_count; i++) {
        const Code *code = &source->codes[i];
        bytes += code->system.len + code->code.len + code->term.len;
    }
    for (size_t i = 0; i < source->unit_count; i++) bytes += source->units[i].len;
    return bytes;
}

static ImageHead head_of(const ColumnsBuilder *builder, uint64_t values)
{
    ImageHead head = {
        .version = IMAGE_VERSION,
        .order_mark = IMAGE_ORDER_MARK,
        .generation = builder->source->generation,
        .persons = builder->source->person_count,
        .codes = builder->source->code_count,
        .units = builder->source->unit_count,
        .events = builder->count,
        .values = values,
        .text_bytes = text_bytes_of(builder->source),
        .persons_hash = image_persons_hash(builder->source),
    };
    memcpy(head.magic, IMAGE_MAGIC, sizeof head.magic);
    head.total_bytes = image_parts(&head).total;
    return head;
}

// Counts the events of each code and gives each code that ever has a value as many places for
// values. The starts go into the image; the number of values comes back.
static uint64_t count_codes(const ColumnsBuilder *builder, uint64_t *starts, uint64_t *value_starts)
{
    size_t codes = builder->source->code_count;
    const uint32_t *code = builder->code.ptr;
    const double *value = builder->value.ptr;
    memset(starts, 0, (codes + 1) * sizeof *starts);
    for (size_t c = 0; c < codes; c++) value_starts[c] = UINT64_MAX;
    for (size_t i = 0; i < builder->count; i++) {
        starts[code[i] + 1]++;
        if (!isnan(value[i])) value_starts[code[i]] = 0;
    }
    uint64_t values = 0;
    for (size_t c = 0; c < codes; c++) {
        if (value_starts[c] == 0) {
            value_starts[c] = values;
            values += starts[c + 1];
        }
        starts[c + 1] += starts[c];
    }
    return values;
}

// Places of the events in day order, persons ascending within a day.
static bool order_by_day(const ColumnsBuilder *builder, Block *order)
{
    if (!block_grow(order, (builder->count + 1) * sizeof(uint32_t))) return false;
    uint32_t *places = order->ptr;
    const uint16_t *day = builder->day.ptr;
    uint32_t *next = ARENA_ARRAY(builder->arena, uint32_t, COLUMNS_DAYS + 1);
    for (size_t i = 0; i < builder->count; i++) next[day[i] + 1]++;
    for (size_t d = 0; d < COLUMNS_DAYS; d++) next[d + 1] += next[d];
    for (size_t i = 0; i < builder->count; i++) places[next[day[i]]++] = (uint32_t)i;
    return true;
}

static void fill_events(const ColumnsBuilder *builder, char *base, const ImageParts *parts,
                        const uint32_t *order)
{
    const ColumnSource *source = builder->source;
    const uint32_t *person = builder->person.ptr;
    const uint32_t *code = builder->code.ptr;
    const uint16_t *day = builder->day.ptr;
    const uint16_t *unit = builder->unit.ptr;
    const double *value = builder->value.ptr;
    const uint64_t *code_start = (const void *)(base + parts->code_start);
    const uint64_t *value_start = (const void *)(base + parts->value_start);
    uint32_t *event_person = (void *)(base + parts->event_person);
    uint16_t *event_day = (void *)(base + parts->event_day);
    double *values = (void *)(base + parts->value);
    uint16_t *value_units = (void *)(base + parts->value_unit);
    uint64_t *person_start = (void *)(base + parts->person_start);
    uint32_t *person_events = (void *)(base + parts->person_events);

    for (size_t i = 0; i < builder->count; i++) person_start[person[i] + 1]++;
    for (size_t p = 0; p < source->person_count; p++) person_start[p + 1] += person_start[p];
    uint64_t *next = ARENA_ARRAY(builder->arena, uint64_t, source->code_count + 1);
    memcpy(next, code_start, source->code_count * sizeof *next);
    uint64_t *next_own = ARENA_ARRAY(builder->arena, uint64_t, source->person_count + 1);
    memcpy(next_own, person_start, source->person_count * sizeof *next_own);
    for (size_t n = 0; n < builder->count; n++) {
        uint32_t i = order[n];
        uint32_t of = code[i];
        uint64_t place = next[of]++;
        event_person[place] = person[i];
        event_day[place] = day[i];
        if (value_start[of] != UINT64_MAX) {
            uint64_t slot = value_start[of] + (place - code_start[of]);
            values[slot] = value[i];
            value_units[slot] = unit[i];
        }
        person_events[next_own[person[i]]++] = (uint32_t)place;
    }
}

static TextAt put_text(char *text, uint32_t *at, Str what)
{
    TextAt put = {*at, (uint32_t)what.len};
    if (what.len > 0) memcpy(text + *at, what.ptr, what.len);
    *at += (uint32_t)what.len;
    return put;
}

static void fill_texts(const ColumnsBuilder *builder, char *base, const ImageParts *parts)
{
    const ColumnSource *source = builder->source;
    TextAt *systems = (void *)(base + parts->code_system);
    TextAt *codes = (void *)(base + parts->code_code);
    TextAt *terms = (void *)(base + parts->code_term);
    TextAt *units = (void *)(base + parts->unit);
    char *text = base + parts->text;
    uint32_t at = 0;
    for (size_t i = 0; i < source->code_count; i++) {
        systems[i] = put_text(text, &at, source->codes[i].system);
        codes[i] = put_text(text, &at, source->codes[i].code);
        terms[i] = put_text(text, &at, source->codes[i].term);
    }
    for (size_t i = 0; i < source->unit_count; i++) {
        units[i] = put_text(text, &at, source->units[i]);
    }
    memcpy(base + parts->code_medicine, builder->medicine, source->code_count);
}

// An image in memory, or in a new file beside `path` that only takes its name when it is whole.
static Err image_new(const char *temporary, size_t bytes, Image *out, int *fd_out)
{
    int fd = -1;
    if (temporary != NULL) {
        fd = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0) return ERR_FAULT;
        // Takes the room now: a full disk must show here, not as a fault while writing the map.
        if (posix_fallocate(fd, 0, (off_t)bytes) != 0) {
            (void)close(fd);
            return ERR_FAULT;
        }
    }
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) {
        if (fd >= 0) (void)close(fd);
        return ERR_FAULT;
    }
    *out = (Image){base, bytes};
    *fd_out = fd;
    return ERR_OK;
}

static Err image_keep(const Image *image, int fd, const char *temporary, const char *path)
{
    if (fd < 0) return ERR_OK;
    bool ok = msync(image->base, image->bytes, MS_SYNC) == 0 && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    if (!ok) (void)unlink(temporary);
    return ok ? ERR_OK : ERR_FAULT;
}

Err columns_builder_finish(ColumnsBuilder *builder, const char *path, Columns **out)
{
    const ColumnSource *source = builder->source;
    uint64_t *starts = ARENA_ARRAY(builder->arena, uint64_t, source->code_count + 1);
    uint64_t *value_starts = ARENA_ARRAY(builder->arena, uint64_t, source->code_count + 1);
    uint64_t values = count_codes(builder, starts, value_starts);
    ImageHead head = head_of(builder, values);
    if (head.text_bytes > UINT32_MAX) return ERR_TOO_LARGE;
    ImageParts parts = image_parts(&head);

    CLEANUP(block_free) Block order = {0};
    if (!order_by_day(builder, &order)) return ERR_FAULT;
    const char *temporary = NULL;
    if (path != NULL) {
        temporary = arena_c(builder->arena, arena_fmt(builder->arena, "%s.new", path));
    }
    Image image = {0};
    int fd = -1;
    TRY(image_new(temporary, parts.total, &image, &fd));
    memcpy(image.base, &head, sizeof head);
    memcpy(image.base + parts.code_start, starts, (source->code_count + 1) * sizeof *starts);
    memcpy(image.base + parts.value_start, value_starts, source->code_count * sizeof *starts);
    fill_events(builder, image.base, &parts, order.ptr);
    fill_texts(builder, image.base, &parts);
    head.checksum = image_checksum(&image);
    memcpy(image.base, &head, sizeof head);
    // A file that cannot be kept costs the next start its speed, not this one its answer.
    (void)image_keep(&image, fd, temporary, path);
    return columns_over(image, source, out);
}

void columns_builder_free(ColumnsBuilder *builder)
{
    if (builder == NULL) return;
    block_free(&builder->person);
    block_free(&builder->code);
    block_free(&builder->day);
    block_free(&builder->unit);
    block_free(&builder->value);
    arena_free(builder->arena);
}
