// population_pack.c -- the packed form of events, written and read back with every bound checked.
#include "insight/population/population_pack.h"

#include <endian.h>

enum { PACK_FORM = 1, KIND_MASK = 15, HAS_NUMBER = 16, HAS_ANSWER = 32, NO_DATE = 64, ENDED = 128 };
enum { DAY_NONE = INT32_MIN };

static size_t put_number(uint8_t *to, uint32_t n)
{
    size_t len = 0;
    while (n >= 128) {
        to[len++] = (uint8_t)(n | 128);
        n >>= 7;
    }
    to[len++] = (uint8_t)n;
    return len;
}

static uint32_t zigzag(int32_t n)
{
    return ((uint32_t)n << 1) ^ (uint32_t)(n < 0 ? -1 : 0);
}

// The kind in the low bits, and which of the fields below follow.
static uint8_t head_of(const EventRow *row)
{
    unsigned head = row->kind;
    if (row->has_value) head |= HAS_NUMBER;
    if (row->answer_id != 0) head |= HAS_ANSWER;
    if (row->day == DAY_NONE) head |= NO_DATE;
    if (row->ended) head |= ENDED;
    return (uint8_t)head;
}

static size_t put_event(uint8_t *to, const EventRow *row, int32_t *day)
{
    assert(row->kind > 0 && row->kind <= KIND_MASK);
    assert(row->code_id >= 0 && row->unit_id >= 0 && row->answer_id >= 0);
    size_t len = 0;
    to[len++] = head_of(row);
    if (row->day != DAY_NONE) {
        len += put_number(to + len, zigzag(row->day - *day));
        *day = row->day;
    }
    len += put_number(to + len, (uint32_t)row->code_id);
    if (row->has_value) {
        len += put_number(to + len, (uint32_t)row->unit_id);
        uint64_t bits = 0;
        memcpy(&bits, &row->value, sizeof bits);
        for (int i = 0; i < 8; i++) to[len++] = (uint8_t)(bits >> (8 * i));
    }
    if (row->answer_id != 0) len += put_number(to + len, (uint32_t)row->answer_id);
    return len;
}

void pack_write(Buf *out, const EventRow *rows, size_t count)
{
    assert(count > 0 && count <= PACK_EVENTS_MAX);
    buf_add_char(out, PACK_FORM);
    int32_t day = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t one[PACK_EVENT_BYTES_MAX];
        size_t len = put_event(one, &rows[i], &day);
        buf_add(out, (Str){(const char *)one, len});
    }
}

PackReader pack_reader(Str body, int64_t person)
{
    const uint8_t *from = (const uint8_t *)body.ptr;
    bool known = body.len > 0 && from[0] == PACK_FORM;
    return (PackReader){.at = known ? from + 1 : from,
                        .end = known ? from + body.len : from,
                        .person = person,
                        .bad = !known};
}

static bool get_long(PackReader *r, uint32_t *out)
{
    uint64_t n = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        if (r->at == r->end) return false;
        uint8_t byte = *r->at++;
        n |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *out = (uint32_t)n;
            return n <= UINT32_MAX;
        }
    }
    return false;
}

// Most have one byte.
static inline bool get_number(PackReader *r, uint32_t *out)
{
    if (r->at == r->end || *r->at >= 128) return get_long(r, out);
    *out = *r->at++;
    return true;
}

static inline bool get_id(PackReader *r, int32_t *out)
{
    uint32_t n = 0;
    if (!get_number(r, &n) || n > INT32_MAX) return false;
    *out = (int32_t)n;
    return true;
}

static inline bool get_day(PackReader *r, int32_t *out)
{
    uint32_t n = 0;
    if (!get_number(r, &n)) return false;
    int64_t day = (int64_t)r->day + (int32_t)((n >> 1) ^ (0U - (n & 1)));
    if (day <= INT32_MIN || day > INT32_MAX) return false;
    r->day = (int32_t)day;
    *out = r->day;
    return true;
}

static bool get_value(PackReader *r, double *out)
{
    if (r->end - r->at < 8) return false;
    uint64_t bits = 0;
    memcpy(&bits, r->at, sizeof bits);
    bits = le64toh(bits);
    memcpy(out, &bits, sizeof bits);
    r->at += sizeof bits;
    return true;
}

bool pack_next(PackReader *r, EventRow *out)
{
    if (r->bad || r->at == r->end) return false;
    uint8_t head = *r->at++;
    EventRow row = {.person = r->person,
                    .day = DAY_NONE,
                    .kind = head & KIND_MASK,
                    .has_value = (head & HAS_NUMBER) != 0,
                    .ended = (head & ENDED) != 0};
    bool ok =
        row.kind != 0 && ((head & NO_DATE) != 0 || get_day(r, &row.day)) && get_id(r, &row.code_id);
    if (ok && row.has_value) ok = get_id(r, &row.unit_id) && get_value(r, &row.value);
    if (ok && (head & HAS_ANSWER) != 0) ok = get_id(r, &row.answer_id);
    r->bad = !ok;
    if (ok) *out = row;
    return ok;
}

static int order(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

int event_row_cmp(const void *a_, const void *b_)
{
    const EventRow *a = a_;
    const EventRow *b = b_;
    int by = order(a->person, b->person);
    if (by == 0) by = order(a->day, b->day);
    if (by == 0) by = order(a->kind, b->kind);
    if (by == 0) by = order(a->code_id, b->code_id);
    if (by == 0) by = order(a->has_value, b->has_value);
    if (by == 0 && a->has_value) by = a->value < b->value ? -1 : a->value > b->value;
    if (by == 0) by = order(a->unit_id, b->unit_id);
    return by != 0 ? by : order(a->answer_id, b->answer_id);
}

bool event_row_same(const EventRow *a, const EventRow *b)
{
    return event_row_cmp(a, b) == 0;
}
