// fuzz_columns.c -- a damaged column file is refused, never believed, never a crash.
//
// The input is a list of changes to a small sound file: two bytes where, one byte how many bytes
// (1 to 8), then those bytes. Its first byte says whether the sums are made right again, as if they
// had never been there: then every place in the file must still be found inside, or be refused.
#include "insight/columns/columns_image.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PERSONS = 70, CODES = 9, EVENTS_EACH = 20, CHANGE_BYTES_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

typedef struct World {
    ColumnPerson persons[PERSONS];
    Code codes[CODES];
    ColumnSource source;
    char *bytes; // of the sound file
    size_t size;
} World;

static void make_file(World *w, Arena *arena)
{
    static const Str UNITS[] = {STR_INIT(""), STR_INIT("mmol/mol"), STR_INIT("%")};
    for (size_t i = 0; i < PERSONS; i++) {
        w->persons[i] = (ColumnPerson){.id = {(int64_t)i * 2 + 1}, .born = {(int32_t)i}};
    }
    for (int32_t i = 0; i < CODES; i++) w->codes[i] = (Code){i, STR("s"), STR("c"), STR("t")};
    w->source = (ColumnSource){.generation = 1,
                               .persons = w->persons,
                               .person_count = PERSONS,
                               .codes = w->codes,
                               .code_count = CODES,
                               .units = UNITS,
                               .unit_count = COUNT_OF(UNITS),
                               .stripe_persons = 40};
    uint32_t places[PERSONS];
    for (uint32_t i = 0; i < PERSONS; i++) places[i] = i % 9 == 0 ? COLUMNS_NONE : i;
    w->source.places = places;
    char path[] = "/tmp/fuzz-columns-XXXXXX";
    int fd = mkstemp(path);
    must(fd >= 0 && close(fd) == 0);
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    must(column_builder_new(&w->source, path, &builder) == ERR_OK);
    for (int32_t p = 0; p < PERSONS; p++) {
        for (int32_t e = 0; e < EVENTS_EACH; e++) {
            EventRow row = {.person = 2 * p + 1,
                            .day = 9000 + e * p,
                            .code_id = (e + p) % CODES,
                            .has_value = (e + p) % CODES > 5,
                            .unit_id = e % 3,
                            .value = p % 3 == 0   ? 1.0 / 3
                                     : e % 4 == 0 ? 1e6 + e
                                                  : e};
            must(column_builder_add(builder, &row, 1) == ERR_OK);
        }
    }
    must(column_builder_finish(builder, &columns) == ERR_OK);
    w->source.places = NULL;
    columns_let_go(columns);
    column_builder_free(builder);
    FILE *file = fopen(path, "rb");
    must(file != NULL && fseek(file, 0, SEEK_END) == 0);
    if (file == NULL) return;
    w->size = (size_t)ftell(file);
    w->bytes = arena_alloc_raw(arena, w->size);
    must(fseek(file, 0, SEEK_SET) == 0 && fread(w->bytes, 1, w->size, file) == w->size);
    must(fclose(file) == 0 && unlink(path) == 0);
}

static bool sizes_fit(const StripeHead *of, uint64_t bytes)
{
    bool sizes = of->persons <= STRIPE_PERSONS_MAX && of->codes <= STRIPE_CODES_MAX &&
                 of->events <= STRIPE_EVENTS_MAX && of->wholes <= of->events &&
                 of->wides <= of->events && of->units <= of->events && of->shorts <= of->events;
    return sizes && stripe_parts(of).total <= bytes;
}

// Sums as if the changed bytes had been written so.
static void seal(char *bytes, size_t size)
{
    FileHead head;
    memcpy(&head, bytes, sizeof head);
    bool inside = head.directory_at < size && head.stripes < COLUMNS_STRIPES_MAX &&
                  head.directory_at + head.stripes * sizeof(StripePlace) <= size;
    for (uint64_t i = 0; inside && i < head.stripes; i++) {
        StripePlace place;
        char *at = bytes + head.directory_at + i * sizeof place;
        memcpy(&place, at, sizeof place);
        bool fits =
            place.at < size && place.bytes <= size - place.at && place.bytes >= sizeof(StripeHead);
        if (!fits) continue;
        StripeHead of;
        memcpy(&of, bytes + place.at, sizeof of);
        if (!sizes_fit(&of, place.bytes)) continue;
        Image image = {bytes + place.at, place.bytes};
        image_seal(&image);
        memcpy(&of, bytes + place.at, sizeof of);
        place.head_sum = of.sum;
        memcpy(at, &place, sizeof place);
    }
    if (inside) head.directory_sum = bytes_sum(bytes + head.directory_at, size - head.directory_at);
    head.sum = file_head_sum(&head);
    memcpy(bytes, &head, sizeof head);
}

// Everything that reads postings, over whatever was believed.
static Err ask(void *arg, const LiveStripe *of, size_t index, ColumnScratch *scratch)
{
    const ColumnMeasure *measure = arg;
    const Stripe *stripe = of->stripe;
    (void)index;
    DayRange days = {20000, 50000};
    uint64_t bits[CODES] = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    CodeMasks masks = {.codes = measure->codes, .bits = bits, .days = days};
    Sequence sequence = {measure->codes, measure->codes, days, 1, 30};
    uint16_t *count = SCRATCH_PERSONS(scratch, uint16_t);
    uint64_t *who = scratch_bits(scratch);
    uint64_t *mask = SCRATCH_PERSONS(scratch, uint64_t);
    Picked picked = picked_new(scratch);
    stripe_mark(stripe, measure->codes, days, who);
    stripe_mask(stripe, &masks, mask);
    stripe_mask_among(stripe, &masks, of->live, scratch, mask);
    stripe_count_events(stripe, measure->codes, days, count);
    stripe_count_codes(stripe, measure->codes, days, scratch, count);
    stripe_count_days(stripe, measure->codes, days, scratch, count);
    stripe_then(stripe, &sequence, scratch, who);
    stripe_pick(stripe, measure, days, PICK_LATEST, &picked);
    for (uint32_t p = 0; p < stripe->persons; p++) {
        for (uint32_t e = stripe->person_first[p]; e < stripe->person_first[p + 1]; e++) {
            (void)stripe_event(stripe, p, e);
        }
    }
    return ERR_OK;
}

static void ask_all(Arena *arena, const Columns *columns)
{
    static const uint32_t IDS[CODES] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    static const UnitRule UNITS[] = {{.kind = UNIT_LINEAR, .factor = 1},
                                     {.kind = UNIT_LINEAR, .factor = 2, .plus = 1}};
    ColumnMeasure measure = {.codes = {IDS, CODES}, .units = UNITS, .unit_count = COUNT_OF(UNITS)};
    ColumnPool *pool = NULL;
    must(columns_pool_new(arena, 1, &pool) == ERR_OK);
    must(columns_run(pool, columns, NULL, ask, &measure) == ERR_OK);
    for (int64_t id = 0; id < 2 * PERSONS + 2; id++) {
        int64_t number = columns_number(columns, (PersonId){id});
        must(number < (int64_t)columns->numbers);
    }
    columns_pool_free(pool);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): made once
    static World world;
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): holds the world
    static Arena *kept;
    if (kept == NULL) {
        kept = arena_new();
        make_file(&world, kept);
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    size_t bytes = world.size;
    char *file = arena_alloc_raw(arena, bytes);
    memcpy(file, world.bytes, bytes);
    bool right_sums = size > 0 && (data[0] & 1) != 0;
    for (size_t at = 1; at + 3 < size;) {
        size_t where = (size_t)data[at] | (size_t)data[at + 1] << 8;
        size_t count = (size_t)data[at + 2] % CHANGE_BYTES_MAX + 1;
        at += 3;
        for (size_t i = 0; i < count && at < size; i++, at++) {
            file[(where + i) % bytes] = (char)data[at];
        }
    }
    if (right_sums) seal(file, bytes);
    int fd = memfd_create("columns", MFD_CLOEXEC);
    must(fd >= 0 && write(fd, file, bytes) == (ssize_t)bytes);
    Columns *columns = NULL;
    Err err = columns_open_fd(fd, &world.source, NULL, &columns);
    must(close(fd) == 0);
    if (err == ERR_OK) {
        ask_all(arena, columns);
        columns_let_go(columns);
    } else {
        must(err == ERR_INVALID || err == ERR_UNSUPPORTED);
    }
    return 0;
}
