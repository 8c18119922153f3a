// made.h -- the made-up population of the shared benchmark (its gen.h), laid out as columns.
//
// Only benches use it. MADE_THERE is 0 without ../shared/bench: then there is nothing to measure.
#ifndef MADE_H
#define MADE_H

#if __has_include("../../../shared/bench/src/gen.h")
#define MADE_THERE 1
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wcast-qual"
#include "../../../shared/bench/src/gen.h"
#pragma GCC diagnostic pop

#include "insight/columns/columns_image.h"

enum { PERSON_EVENTS_CAP = 20000, CHUNK_EVENTS = 65536, ETHNIC_GROUPS_MADE = 18 };

typedef struct World {
    Arena *arena;
    uint32_t people;
    ColumnPool *pool;
    ColumnSource source;
    Columns *now;        // on the day of reference
    Columns *tomorrow;   // with one day's arrivals as a delta
    const Columns *view; // the one that is asked
    CodeList ltc[NLTC], deficits[NBLK], hba1c, sbp, admission, palliative, medicine,
        asthma_medicine;
    size_t deficit_count;
    CodeMasks ltc_masks, deficit_masks;
    uint8_t group_of[256]; // the benchmark's ethnic group by the category of the columns
    uint8_t kinds[NCODES]; // of each code: as what it is sent
    ColumnMeasure hba1c_value, sbp_value;
} World;

typedef struct Feed {
    ColumnBuilder *builder;
    EventRow *rows;
    size_t count;
    uint64_t total;
    double wall, cpu; // inside the builder
} Feed;

double now_ms(void);
double cpu_ms(void);
void must(bool holds); // ends the program

void make_lists(World *w);
void make_source(World *w);
// Of all persons of the source with their events, into a file or, with NULL, into memory.
Columns *build(World *w, const ColumnSource *source, const char *path, Feed *feed);
void build_tomorrow(World *w); // w->now and one day's arrivals

#else
#define MADE_THERE 0
#endif

#endif
