// columns_image.c -- one stripe's bytes: where its parts are, their sums, what is checked of them.
#include "insight/columns/columns_image.h"

#include <math.h>
#include <sys/mman.h>

enum { LANES = 8, BLOCK_BYTES = 64 * 1024 };
typedef int16_t Lanes __attribute__((vector_size(LANES * sizeof(int16_t))));
static_assert(BLOCK_BYTES % (4 * sizeof(uint64_t)) == 0, "a block is whole turns of a sum");

struct StripeLife {
    atomic_int holders;
    Image image;
    Arena *arena; // the stripe and its `local` stand in it
};

static size_t aligned(size_t at)
{
    return (at + IMAGE_ALIGN - 1) / IMAGE_ALIGN * IMAGE_ALIGN;
}

ImageParts stripe_parts(const StripeHead *head)
{
    const size_t sizes[SECTIONS] = {
        [SECTION_ID] = head->persons * sizeof(int64_t),
        [SECTION_BORN] = head->persons * sizeof(int32_t),
        [SECTION_PRACTICE] = head->persons * sizeof(uint32_t),
        [SECTION_REGISTRATION] = head->persons,
        [SECTION_SEX] = head->persons,
        [SECTION_IMD] = head->persons,
        [SECTION_OPTED_OUT] = head->persons,
        [SECTION_ETHNICITY] = head->persons,
        [SECTION_MARKS] = head->persons,
        [SECTION_REGISTERED_ON] = head->persons * sizeof(int32_t),
        [SECTION_LANGUAGE] = head->persons * sizeof(uint64_t),
        [SECTION_PERSON_FIRST] = (head->persons + 1) * sizeof(uint32_t),
        [SECTION_CODE] = (head->codes + 1) * sizeof(StripeCode),
        [SECTION_PERSON_CODE] = head->events * sizeof(uint16_t),
        [SECTION_PERSON_DAY] = head->events * sizeof(uint16_t),
        [SECTION_WHO] = head->events * sizeof(uint16_t),
        [SECTION_DAY] = head->events * sizeof(uint16_t),
        [SECTION_SHORT] = head->shorts * sizeof(int16_t),
        [SECTION_WHOLE] = head->wholes * sizeof(int32_t),
        [SECTION_WIDE] = head->wides * sizeof(double),
        [SECTION_UNIT] = head->units * sizeof(uint16_t),
    };
    ImageParts parts = {0};
    size_t at = aligned(sizeof *head);
    for (int s = 0; s < SECTIONS; s++) {
        parts.at[s] = at;
        parts.bytes[s] = sizes[s];
        at = aligned(at + sizes[s]);
    }
    parts.total = at;
    return parts;
}

// Against damage, not against people (the file is the program's own, mode 0600): four lanes of
// multiply and turn, each by its name. As an array they would go through memory at every step,
// which takes twice as long.
typedef struct Summing {
    uint64_t a, b, c, d;
} Summing;

static Summing sum_start(size_t bytes)
{
    return (Summing){11, 22, 33, 44 ^ bytes};
}

static inline uint64_t turned(uint64_t lane, uint64_t word)
{
    uint64_t mixed = (lane ^ word) * 0x9E3779B97F4A7C15ULL;
    return (mixed << 29) | (mixed >> 35);
}

// Whole turns only.
static void sum_add(Summing *sum, const char *at, size_t bytes)
{
    Summing s = *sum;
    uint64_t words[4];
    for (const char *end = at + bytes; at < end; at += sizeof words) {
        memcpy(words, at, sizeof words);
        s.a = turned(s.a, words[0]);
        s.b = turned(s.b, words[1]);
        s.c = turned(s.c, words[2]);
        s.d = turned(s.d, words[3]);
    }
    *sum = s;
}

// `bytes`: what is left, less than a turn.
static uint64_t sum_end(const Summing *s, const char *at, size_t bytes)
{
    const uint64_t lanes[] = {s->a, s->b, s->c, s->d};
    uint64_t words[4] = {0};
    if (bytes > 0) memcpy(words, at, bytes);
    uint64_t sum = 0;
    for (size_t i = 0; i < COUNT_OF(lanes); i++) {
        uint64_t mixed = (lanes[i] ^ words[i] ^ sum) * 0x9E3779B97F4A7C15ULL;
        sum = (mixed << 31) | (mixed >> 33);
    }
    return sum;
}

static size_t whole_turns(size_t bytes)
{
    return bytes / (4 * sizeof(uint64_t)) * (4 * sizeof(uint64_t));
}

uint64_t bytes_sum(const void *from, size_t bytes)
{
    Summing sum = sum_start(bytes);
    size_t whole = whole_turns(bytes);
    sum_add(&sum, from, whole);
    return sum_end(&sum, (const char *)from + whole, bytes - whole);
}

static uint64_t stripe_head_sum(const StripeHead *head)
{
    StripeHead copy = *head;
    copy.sum = 0;
    return bytes_sum(&copy, sizeof copy);
}

uint64_t file_head_sum(const FileHead *head)
{
    FileHead copy = *head;
    copy.sum = 0;
    return bytes_sum(&copy, sizeof copy);
}

void image_seal(Image *image)
{
    StripeHead head;
    memcpy(&head, image->base, sizeof head);
    ImageParts parts = stripe_parts(&head);
    for (int s = 0; s < SECTIONS; s++) {
        head.section_sum[s] = bytes_sum(image->base + parts.at[s], parts.bytes[s]);
    }
    head.sum = stripe_head_sum(&head);
    memcpy(image->base, &head, sizeof head);
}

static Stripe stripe_point(const Image *image)
{
    StripeHead head;
    memcpy(&head, image->base, sizeof head);
    ImageParts parts = stripe_parts(&head);
#define PART(section) ((const void *)(image->base + parts.at[section]))
    return (Stripe){
        .persons = (uint32_t)head.persons,
        .codes = (uint32_t)head.codes,
        .events = (uint32_t)head.events,
        .id = PART(SECTION_ID),
        .born = PART(SECTION_BORN),
        .practice = PART(SECTION_PRACTICE),
        .registration = PART(SECTION_REGISTRATION),
        .sex = PART(SECTION_SEX),
        .imd = PART(SECTION_IMD),
        .opted_out = PART(SECTION_OPTED_OUT),
        .ethnicity = PART(SECTION_ETHNICITY),
        .marks = PART(SECTION_MARKS),
        .registered_on = PART(SECTION_REGISTERED_ON),
        .language = PART(SECTION_LANGUAGE),
        .person_first = PART(SECTION_PERSON_FIRST),
        .person_code = PART(SECTION_PERSON_CODE),
        .person_day = PART(SECTION_PERSON_DAY),
        .code = PART(SECTION_CODE),
        .who = PART(SECTION_WHO),
        .day = PART(SECTION_DAY),
        .narrow = PART(SECTION_SHORT),
        .whole = PART(SECTION_WHOLE),
        .wide = PART(SECTION_WIDE),
        .unit = PART(SECTION_UNIT),
    };
#undef PART
}

// ---- what must hold before anything in an image is used as a place

static bool head_sound(const Image *image, StripeHead *head)
{
    if (image->bytes < sizeof *head) return false;
    memcpy(head, image->base, sizeof *head);
    return memcmp(head->magic, STRIPE_MAGIC, sizeof head->magic) == 0 &&
           head->version == IMAGE_VERSION && head->order_mark == IMAGE_ORDER_MARK &&
           head->persons <= STRIPE_PERSONS_MAX && head->codes <= STRIPE_CODES_MAX &&
           head->events <= STRIPE_EVENTS_MAX && head->wholes <= head->events &&
           head->wides <= head->events && head->units <= head->events &&
           head->shorts <= head->events && head->bytes == image->bytes &&
           head->sum == stripe_head_sum(head) && stripe_parts(head).total == image->bytes;
}

// Is each of the numbers below the bound? Several are compared at once, as numbers with a sign: the
// plainest machine has no comparison of those without.
static bool all_below(const uint16_t *numbers, size_t count, uint64_t bound)
{
    if (bound > UINT16_MAX) return true;
    if (bound == 0) return count == 0;
    const Lanes flip = (Lanes){0} + INT16_MIN;
    const Lanes last = (Lanes){0} + (int16_t)((int32_t)bound - 1 + INT16_MIN);
    Lanes beyond = {0};
    size_t e = 0;
    for (; e + LANES <= count; e += LANES) {
        Lanes next;
        memcpy(&next, &numbers[e], sizeof next);
        beyond |= (Lanes)((next ^ flip) > last);
    }
    bool ok = true;
    for (uint32_t i = 0; i < LANES; i++) ok = ok && beyond[i] == 0;
    for (; e < count; e++) ok = ok && numbers[e] < bound;
    return ok;
}

// The sum of a section of numbers that are places, each below the bound. Block by block, so that
// memory is read once for both.
static bool places_hold(const char *at, size_t bytes, uint64_t bound, uint64_t sum)
{
    Summing summing = sum_start(bytes);
    while (bytes >= BLOCK_BYTES) {
        sum_add(&summing, at, BLOCK_BYTES);
        if (!all_below((const void *)at, BLOCK_BYTES / sizeof(uint16_t), bound)) return false;
        at += BLOCK_BYTES;
        bytes -= BLOCK_BYTES;
    }
    size_t whole = whole_turns(bytes);
    sum_add(&summing, at, whole);
    return sum_end(&summing, at + whole, bytes - whole) == sum &&
           all_below((const void *)at, bytes / sizeof(uint16_t), bound);
}

static bool sections_hold(const Image *image, const StripeHead *head)
{
    ImageParts parts = stripe_parts(head);
    for (int s = 0; s < SECTIONS; s++) {
        const char *at = image->base + parts.at[s];
        bool ok = s == SECTION_WHO
                      ? places_hold(at, parts.bytes[s], head->persons, head->section_sum[s])
                  : s == SECTION_PERSON_CODE
                      ? places_hold(at, parts.bytes[s], head->codes, head->section_sum[s])
                      : head->section_sum[s] == bytes_sum(at, parts.bytes[s]);
        if (!ok) return false;
    }
    return true;
}

static bool persons_sound(const Stripe *stripe)
{
    const uint32_t *first = stripe->person_first;
    bool ok = first[0] == 0 && first[stripe->persons] == stripe->events;
    for (uint32_t p = 0; p < stripe->persons; p++) {
        ok = ok && first[p] <= first[p + 1] && (p == 0 || stripe->id[p - 1] < stripe->id[p]);
    }
    return ok;
}

static uint64_t values_of_width(const StripeHead *head, uint8_t width)
{
    switch (width) {
    case VALUES_SHORT: return head->shorts;
    case VALUES_WHOLE: return head->wholes;
    case VALUES_WIDE: return head->wides;
    default: return 0;
    }
}

static bool code_sound(const StripeHead *head, const StripeCode *code)
{
    if (code[0].first > code[1].first || code[0].id > COLUMNS_CODE_MAX) return false;
    if (code[0].first == code[1].first) return false; // a code that nobody has
    uint64_t events = code[1].first - code[0].first;
    if (code[0].values != COLUMNS_NONE) {
        uint64_t values = values_of_width(head, code[0].width);
        if (code[0].decimals > DECIMALS_MAX || code[0].values + events > values) return false;
    }
    return code[0].units == COLUMNS_NONE || code[0].units + events <= head->units;
}

static bool codes_sound(const Stripe *stripe, const StripeHead *head)
{
    const StripeCode *code = stripe->code;
    if (code[0].first != 0 || code[stripe->codes].first != stripe->events) return false;
    for (uint32_t c = 0; c < stripe->codes; c++) {
        if (!code_sound(head, &code[c]) || (c > 0 && code[c - 1].id >= code[c].id)) return false;
    }
    return true;
}

static bool image_sound(const Image *image)
{
    StripeHead head;
    if (!head_sound(image, &head) || !sections_hold(image, &head)) return false;
    Stripe stripe = stripe_point(image);
    return persons_sound(&stripe) && codes_sound(&stripe, &head);
}

// ---- its life

static void bind_codes(Stripe *stripe, Arena *arena)
{
    stripe->ids = stripe->codes == 0 ? 0 : stripe->code[stripe->codes - 1].id + 1;
    uint16_t *local = arena_alloc_raw(arena, (size_t)(stripe->ids + 1) * sizeof *local);
    memset(local, 0xFF, (size_t)(stripe->ids + 1) * sizeof *local);
    for (uint32_t c = 0; c < stripe->codes; c++) local[stripe->code[c].id] = (uint16_t)c;
    stripe->local = local;
}

Err stripe_over(Image image, bool trusted, Stripe **out)
{
    if (!trusted && !image_sound(&image)) {
        (void)munmap(image.base, image.bytes);
        return ERR_INVALID;
    }
    Arena *arena = arena_new();
    Stripe *stripe = ARENA_NEW(arena, Stripe);
    *stripe = stripe_point(&image);
    stripe->life = ARENA_NEW(arena, struct StripeLife);
    stripe->life->image = image;
    stripe->life->arena = arena;
    atomic_init(&stripe->life->holders, 1);
    bind_codes(stripe, arena);
    *out = stripe;
    return ERR_OK;
}

void stripe_hold(const Stripe *stripe)
{
    (void)atomic_fetch_add_explicit(&stripe->life->holders, 1, memory_order_relaxed);
}

void stripe_release(const Stripe *stripe)
{
    struct StripeLife *life = stripe->life;
    if (atomic_fetch_sub_explicit(&life->holders, 1, memory_order_acq_rel) != 1) return;
    (void)munmap(life->image.base, life->image.bytes);
    arena_free(life->arena);
}

void stripe_map(const Stripe *stripe, bool in)
{
    int advice = in ? MADV_POPULATE_READ : MADV_DONTNEED;
    (void)madvise(stripe->life->image.base, stripe->life->image.bytes, advice);
}

uint64_t stripe_bytes(const Stripe *stripe)
{
    return stripe->life->image.bytes;
}

StripeHead stripe_image_head(const Stripe *stripe)
{
    StripeHead head;
    memcpy(&head, stripe->life->image.base, sizeof head);
    return head;
}

// ---- single events

static const double POWERS[DECIMALS_MAX + 1] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

static void take_value(const Stripe *stripe, const StripeCode *of, uint32_t slot, ColumnEvent *out)
{
    size_t at = (size_t)of->values + slot;
    if (of->width == VALUES_WIDE) {
        out->has_value = !isnan(stripe->wide[at]);
        if (out->has_value) out->value = stripe->wide[at];
        return;
    }
    bool narrow = of->width == VALUES_SHORT;
    int32_t whole = narrow ? stripe->narrow[at] : stripe->whole[at];
    out->has_value = whole != (narrow ? SHORT_NONE : VALUE_NONE);
    if (out->has_value) out->value = whole / POWERS[of->decimals];
}

ColumnEvent stripe_event(const Stripe *stripe, uint32_t local, uint32_t place)
{
    uint16_t code = stripe->person_code[place];
    uint16_t day = stripe->person_day[place];
    const StripeCode *of = &stripe->code[code];
    ColumnEvent event = {.code = of->id, .on = {(int32_t)day + COLUMNS_DAY_ZERO}};
    if (of->values == COLUMNS_NONE) return event;
    // Equal events of one person and day stand side by side in both orders: the nth here is the
    // nth there.
    uint32_t nth = 0;
    for (uint32_t at = place; at > stripe->person_first[local]; at--, nth++) {
        if (stripe->person_code[at - 1] != code || stripe->person_day[at - 1] != day) break;
    }
    uint32_t low = of[0].first;
    uint32_t high = of[1].first;
    while (low < high) { // the first posting at or after this day and person
        uint32_t middle = low + (high - low) / 2;
        bool before = stripe->day[middle] < day ||
                      (stripe->day[middle] == day && stripe->who[middle] < local);
        low = before ? middle + 1 : low;
        high = before ? high : middle;
    }
    uint32_t slot = low + nth - of->first;
    if (slot >= of[1].first - of->first) return event; // only in a file that lies
    event.unit = of->units == COLUMNS_NONE ? of->unit : stripe->unit[of->units + slot];
    take_value(stripe, of, slot, &event);
    return event;
}
