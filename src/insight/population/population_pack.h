// population_pack.h -- one person's events in few bytes; no other file knows the form.
//
// A row a person and piece instead of a row an event: written four times as fast, a quarter of the
// size, undone in a tenth of the time (ADR 0008 has the measurement).
// Form 1: a byte 1, then per event in order of day: a byte (bits 0-3 kind, 4 number, 5 answer, 6 no
// date, 7 ended), days since the event before it, code id; with a number: unit id and 8 bytes of
// IEEE 754, lowest first; with an answer: its code id. Whole numbers are LEB128, days zigzag first.
#ifndef POPULATION_PACK_H
#define POPULATION_PACK_H

#include "insight/population/population.h"

enum {
    PACK_EVENTS_MAX = 4096, // in one pack: longer histories take several
    PACK_EVENT_BYTES_MAX = 1 + 5 + 5 + 5 + 8 + 5,
    PACK_BYTES_MAX = 1 + PACK_EVENTS_MAX * PACK_EVENT_BYTES_MAX,
};

// Appends a pack of `count` events of one person, sorted by day, to `out`. Kinds are 1 to 15, ids
// not negative, count at most PACK_EVENTS_MAX: checked by assert.
void pack_write(Buf *out, const EventRow *rows, size_t count);

typedef struct PackReader {
    const uint8_t *at;
    const uint8_t *end;
    int64_t person;
    int32_t day;
    bool bad; // the pack is damaged: what was read so far stands, the rest is lost
} PackReader;

PackReader pack_reader(Str body, int64_t person);
bool pack_next(PackReader *reader, EventRow *out); // false at the end, and when it is damaged

// Person, then the order of a timeline: day (no date first), kind, code, value, unit, answer. For
// qsort. Whether it has ended does not count: the same condition, sent again as over, is the same.
int event_row_cmp(const void *a, const void *b);
bool event_row_same(const EventRow *a, const EventRow *b); // the same fact, whoever sent it

#endif
