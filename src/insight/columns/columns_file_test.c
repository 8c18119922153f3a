// columns_file_test.c -- the kept file: mapped again it answers the same, damaged it is refused.
#include "insight/columns/columns_image.h"
#include "test/fixture.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PERSONS = 60, EVENTS_EACH = 12, CODES = 8, STAMPS = 2 };

static const ColumnStamp STAMP_LIST[STAMPS] = {{1, 3, 77}, {2, 5, 99}};
static const Str UNIT_LIST[] = {STR_INIT(""), STR_INIT("mmol/mol")};

typedef struct World {
    ColumnPerson persons[PERSONS];
    Code codes[CODES];
    ColumnSource source;
} World;

static World *world_new(Test *t)
{
    World *w = ARENA_NEW(t->arena, World);
    for (size_t i = 0; i < PERSONS; i++) {
        w->persons[i] = (ColumnPerson){.id = {(int64_t)i + 1},
                                       .born = {(int32_t)i * 200},
                                       .practice = 4,
                                       .registration = REGISTRATION_CURRENT};
    }
    for (int32_t i = 0; i < CODES; i++) {
        w->codes[i] = (Code){i + 1, STR("snomed"), STR("1"), STR("Something")};
    }
    w->source = (ColumnSource){.generation = 8,
                               .persons = w->persons,
                               .person_count = PERSONS,
                               .codes = w->codes,
                               .code_count = CODES,
                               .units = UNIT_LIST,
                               .unit_count = COUNT_OF(UNIT_LIST),
                               .stamps = STAMP_LIST,
                               .stamp_count = STAMPS,
                               .stripe_persons = 25};
    return w;
}

static Columns *build(Test *t, const World *w, const char *path)
{
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(&w->source, path, &builder));
    for (int32_t p = 0; p < PERSONS; p++) {
        EventRow rows[EVENTS_EACH];
        for (int32_t e = 0; e < EVENTS_EACH; e++) {
            rows[e] = (EventRow){.person = p + 1,
                                 .day = 20000 + 7 * p + e,
                                 .code_id = 1 + (p + e * e) % CODES,
                                 .kind = EVENT_OBSERVATION,
                                 .has_value = e % 2 == 0,
                                 .unit_id = e % 4 == 0,
                                 .value = e == 2 ? 1.0 / 3 : p + 0.5};
        }
        CHECK_OK(column_builder_add(builder, rows, EVENTS_EACH));
    }
    CHECK_OK(column_builder_finish(builder, &columns));
    column_builder_free(builder);
    return columns;
}

static const char *path_of(Test *t)
{
    return arena_c(t->arena, arena_fmt(t->arena, "%s/columns", test_dir(t)));
}

static void same_answers(Test *t, const Columns *a, const Columns *b)
{
    CHECK_I64(a->stripe_count, b->stripe_count);
    CHECK_I64(a->events, b->events);
    for (size_t s = 0; s < a->stripe_count; s++) {
        const Stripe *one = a->stripes[s].stripe;
        const Stripe *two = b->stripes[s].stripe;
        CHECK_I64(one->persons, two->persons);
        for (uint32_t p = 0; p < one->persons; p++) {
            for (uint32_t e = one->person_first[p]; e < one->person_first[p + 1]; e++) {
                ColumnEvent x = stripe_event(one, p, e);
                ColumnEvent y = stripe_event(two, p, e);
                CHECK(x.code == y.code && x.on.days == y.on.days && x.value == y.value &&
                      x.unit == y.unit && x.has_value == y.has_value);
            }
        }
    }
}

TEST(a_kept_file_is_mapped_again_and_answers_the_same)
{
    World *w = world_new(t);
    const char *path = path_of(t);
    Columns *built = build(t, w, path);
    CHECK_I64(built->stripe_count, 3);
    struct stat info;
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
    ColumnPool *pool = NULL;
    CHECK_OK(columns_pool_new(t->arena, 2, &pool));
    for (int with = 0; with < 2; with++) {
        Columns *mapped = NULL;
        CHECK_OK(columns_open(path, &w->source, with ? pool : NULL, &mapped));
        CHECK_I64(mapped->generation, 8);
        CHECK_I64(mapped->stamp_count, STAMPS);
        CHECK(memcmp(mapped->stamps, STAMP_LIST, sizeof STAMP_LIST) == 0);
        same_answers(t, built, mapped);
        columns_let_go(mapped);
    }
    columns_pool_free(pool);
    columns_let_go(built);
}

TEST(columns_that_cannot_be_kept_answer_all_the_same)
{
    World *w = world_new(t);
    Columns *kept = build(t, w, path_of(t));
    Columns *lost = build(t, w, "/nowhere/at/all/columns");
    same_answers(t, kept, lost);
    columns_let_go(kept);
    columns_let_go(lost);
}

TEST(a_population_of_nobody_is_kept_too)
{
    World *w = world_new(t);
    w->source.person_count = 0;
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    CHECK_OK(column_builder_new(&w->source, path_of(t), &builder));
    CHECK_OK(column_builder_finish(builder, &columns));
    column_builder_free(builder);
    CHECK_I64(columns->numbers, 0);
    columns_let_go(columns);
    CHECK_OK(columns_open(path_of(t), &w->source, NULL, &columns));
    CHECK_I64(columns->stripe_count, 0);
    CHECK_I64(columns_number(columns, (PersonId){1}), -1);
    columns_let_go(columns);
}

static Err open_it(const World *w, const char *path)
{
    Columns *columns = NULL;
    Err err = columns_open(path, &w->source, NULL, &columns);
    if (err == ERR_OK) columns_let_go(columns);
    return err;
}

static void flip(Test *t, const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL);
    if (file == NULL) return;
    CHECK(fseek(file, at, SEEK_SET) == 0);
    int byte = fgetc(file);
    CHECK(fseek(file, at, SEEK_SET) == 0);
    CHECK(fputc(byte ^ 0x10, file) != EOF);
    CHECK(fclose(file) == 0);
}

// Where a byte means nothing: between the head and the first page's end, and after an image.
static bool is_padding(const ColumnSource *source, const char *path, long at)
{
    (void)source;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    FileHead head;
    StripePlace place = {0};
    bool padding = true;
    if (fread(&head, sizeof head, 1, file) != 1 || at < (long)sizeof head) padding = false;
    if (at >= (long)head.directory_at) padding = false;
    for (uint64_t i = 0; padding && i < head.stripes; i++) {
        if (fseek(file, (long)(head.directory_at + i * sizeof place), SEEK_SET) != 0) break;
        if (fread(&place, sizeof place, 1, file) != 1) break;
        if (at >= (long)place.at && at < (long)(place.at + place.bytes)) padding = false;
    }
    (void)fclose(file);
    return padding;
}

TEST(a_damaged_file_is_never_believed)
{
    World *w = world_new(t);
    const char *path = path_of(t);
    columns_let_go(build(t, w, path));
    struct stat info;
    CHECK(stat(path, &info) == 0);
    int refused = 0;
    for (long at = 0; at < info.st_size; at += at < 128 ? 1 : 23) {
        if (is_padding(&w->source, path, at)) continue;
        flip(t, path, at);
        Err err = open_it(w, path);
        // Padding between two parts of an image is in no sum, and in no answer.
        if (err != ERR_OK) refused++;
        flip(t, path, at); // as it was
    }
    CHECK(refused > 600);
    CHECK_OK(open_it(w, path));
    long cuts[] = {info.st_size - 1, info.st_size - 64, 5000, 4096, 10, 0};
    for (size_t i = 0; i < COUNT_OF(cuts); i++) {
        CHECK(truncate(path, cuts[i]) == 0);
        CHECK_ERR(open_it(w, path), ERR_INVALID);
    }
    CHECK(unlink(path) == 0);
    CHECK_ERR(open_it(w, path), ERR_NOT_FOUND);
}

TEST(a_file_of_another_version_or_machine_is_told_apart)
{
    World *w = world_new(t);
    const char *path = path_of(t);
    columns_let_go(build(t, w, path));
    flip(t, path, offsetof(FileHead, version));
    CHECK_ERR(open_it(w, path), ERR_UNSUPPORTED);
    flip(t, path, offsetof(FileHead, version));
    flip(t, path, offsetof(FileHead, order_mark));
    CHECK_ERR(open_it(w, path), ERR_UNSUPPORTED);
    flip(t, path, offsetof(FileHead, order_mark));
    CHECK_OK(open_it(w, path));
}

// Stripes of an older file under a newer directory: each sum holds, they do not belong together.
TEST(a_stripe_of_another_file_is_noticed)
{
    World *w = world_new(t);
    const char *path = path_of(t);
    columns_let_go(build(t, w, path));
    FileHead head;
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL && fread(&head, sizeof head, 1, file) == 1);
    if (file == NULL) return;
    StripePlace places[3];
    CHECK(fseek(file, (long)head.directory_at, SEEK_SET) == 0);
    CHECK(fread(places, sizeof places[0], 3, file) == 3);
    char *image = ARENA_ARRAY(t->arena, char, places[0].bytes);
    CHECK(fseek(file, (long)places[0].at, SEEK_SET) == 0);
    CHECK(fread(image, 1, places[0].bytes, file) == places[0].bytes);
    StripeHead *of = (void *)image;
    int64_t *ids = (void *)(image + stripe_parts(of).at[SECTION_ID]);
    ids[0] = 0; // another person, and sums that hold
    Image sealed = {image, places[0].bytes};
    image_seal(&sealed);
    CHECK(fseek(file, (long)places[0].at, SEEK_SET) == 0);
    CHECK(fwrite(image, 1, places[0].bytes, file) == places[0].bytes && fclose(file) == 0);
    CHECK_ERR(open_it(w, path), ERR_INVALID);
}

TEST(the_order_of_the_people_is_kept_too)
{
    World *w = world_new(t);
    uint32_t places[PERSONS];
    for (uint32_t p = 0; p < PERSONS; p++) places[p] = PERSONS - 1 - p;
    places[30] = COLUMNS_NONE;
    w->source.places = places;
    w->source.places_as_of = (Instant){1234567};
    Columns *built = build(t, w, path_of(t));
    w->source.places = NULL; // of a source that is opened with the words alone are taken
    Columns *mapped = NULL;
    CHECK_OK(columns_open(path_of(t), &w->source, NULL, &mapped));
    const Columns *both[] = {built, mapped};
    for (size_t i = 0; i < COUNT_OF(both) && both[i] != NULL; i++) {
        ColumnOrder order = columns_order(both[i]);
        CHECK(order.place != NULL && order.as_of.ms == 1234567);
        for (int64_t p = 0; p < PERSONS && order.place != NULL; p++) {
            int64_t at = columns_number(both[i], (PersonId){p + 1});
            CHECK_I64(order.place[at], p == 30 ? COLUMNS_NONE : PERSONS - 1 - p);
        }
    }
    columns_let_go(mapped);
    columns_let_go(built);
    places[7] = PERSONS; // there are not so many
    w->source.places = places;
    columns_let_go(build(t, w, path_of(t)));
    CHECK_ERR(open_it(w, path_of(t)), ERR_INVALID);
}

// ---- places that lie under sums that hold

enum { MANY_EACH = 700 }; // of so many events a section is read in more than one block

static void build_many(Test *t, World *w, const char *path)
{
    ColumnBuilder *builder = NULL;
    Columns *columns = NULL;
    w->source.stripe_persons = PERSONS;
    CHECK_OK(column_builder_new(&w->source, path, &builder));
    for (int32_t p = 0; p < PERSONS; p++) {
        for (int32_t e = 0; e < MANY_EACH; e++) {
            EventRow row = {.person = p + 1, .day = 10000 + e, .code_id = 1 + e % CODES};
            CHECK_OK(column_builder_add(builder, &row, 1));
        }
    }
    CHECK_OK(column_builder_finish(builder, &columns));
    column_builder_free(builder);
    columns_let_go(columns);
}

// The first image of the file, with one number of a section changed and its sums made right again.
static Err with_number(Test *t, const char *path, Section section, size_t at, uint16_t number)
{
    FileHead head;
    StripePlace place;
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL && fread(&head, sizeof head, 1, file) == 1);
    CHECK(fseek(file, (long)head.directory_at, SEEK_SET) == 0);
    CHECK(fread(&place, sizeof place, 1, file) == 1);
    Image image = {
        mmap(NULL, place.bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        place.bytes};
    CHECK(image.base != MAP_FAILED && fseek(file, (long)place.at, SEEK_SET) == 0);
    CHECK(fread(image.base, 1, image.bytes, file) == image.bytes && fclose(file) == 0);
    StripeHead of;
    memcpy(&of, image.base, sizeof of);
    uint16_t *numbers = (void *)(image.base + stripe_parts(&of).at[section]);
    numbers[at] = number;
    image_seal(&image);
    Stripe *stripe = NULL;
    Err err = stripe_over(image, false, &stripe);
    if (err == ERR_OK) stripe_release(stripe);
    return err;
}

TEST(an_event_of_nobody_or_of_no_code_is_refused_wherever_it_stands)
{
    World *w = world_new(t);
    const char *path = path_of(t);
    build_many(t, w, path);
    size_t events = (size_t)PERSONS * MANY_EACH;
    size_t places[] = {0, 7, 8, 32767, 32768, 40000, events - 2, events - 1};
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        CHECK_OK(with_number(t, path, SECTION_WHO, places[i], PERSONS - 1));
        CHECK_ERR(with_number(t, path, SECTION_WHO, places[i], PERSONS), ERR_INVALID);
        CHECK_ERR(with_number(t, path, SECTION_WHO, places[i], UINT16_MAX), ERR_INVALID);
        CHECK_OK(with_number(t, path, SECTION_PERSON_CODE, places[i], CODES - 1));
        CHECK_ERR(with_number(t, path, SECTION_PERSON_CODE, places[i], CODES), ERR_INVALID);
        CHECK_ERR(with_number(t, path, SECTION_PERSON_CODE, places[i], INT16_MAX), ERR_INVALID);
        CHECK_ERR(with_number(t, path, SECTION_PERSON_CODE, places[i], 32768), ERR_INVALID);
    }
}

// The way of reckoning is part of the format: files of yesterday are read by it today.
TEST(a_sum_is_the_same_as_ever)
{
    char bytes[100];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 7);
    CHECK_I64((int64_t)bytes_sum(bytes, 100), INT64_C(3212485356633889421));
    CHECK_I64((int64_t)bytes_sum(bytes, 96), INT64_C(8991310002698919610));
    CHECK_I64((int64_t)bytes_sum(bytes, 5), INT64_C(-8462636028889628922));
    CHECK_I64((int64_t)bytes_sum(bytes, 0), INT64_C(-7096939876700343441));
}
