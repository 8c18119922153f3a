// columns.h -- the whole registered population in memory, laid out for questions.
//
// Persons stand in stripes of at most 65,536 people and 65,535 different codes, so that inside one
// a person and a code are 16 bits. A stripe holds its events twice: by code, day and person
// ("postings", for questions about everybody), and by person and day (for reasons). Stripes never
// change. A view (Columns) is a list of stripes, each with its live people: whoever changed since
// the stripes were built is not live there, and stands with the whole present record in a small
// stripe behind them, the delta. Views are held by counting and swapped whole.
#ifndef COLUMNS_H
#define COLUMNS_H

#include "insight/population/population.h"

enum {
    STRIPE_PERSONS_MAX = 65536,
    STRIPE_CODES_MAX = 65535,
    STRIPE_EVENTS_MAX = 1 << 26,
    STRIPE_WORDS = STRIPE_PERSONS_MAX / 64, // of a bit set of a stripe's persons
    COLUMNS_STRIPES_MAX = 4096,
    COLUMNS_PERSONS_MAX = 4000000,
    COLUMNS_CODE_MAX = 1 << 21, // highest id of a code
    COLUMNS_UNITS_MAX = 65535,
    COLUMN_STAMPS_MAX = 1 << 20,
    COLUMNS_DAY_ZERO = -25567, // 1 January 1900 as days since 1970: day 0 here
    COLUMNS_DAYS = 65536,      // up to 6 June 2079
};
#define COLUMNS_NONE UINT32_MAX
typedef struct StripeCode { // one code that somebody of the stripe has, by its local number
    uint32_t id;            // the store's code id
    uint32_t first;         // its postings are [first, first of the next code)
    uint32_t values;        // its first value, COLUMNS_NONE: none of them has one
    uint32_t units;         // first of its units, COLUMNS_NONE: all have `unit`
    uint16_t unit;
    uint16_t first_day, last_day;
    uint16_t kinds;   // bit 1 << EventKind: what it was sent as
    uint8_t decimals; // a value is a whole number by 10^decimals
    uint8_t width;    // of a value, in bytes: VALUES_SHORT, VALUES_WHOLE or, a double, VALUES_WIDE
    uint8_t spare[2];
} StripeCode;
enum { VALUES_SHORT = 2, VALUES_WHOLE = 4, VALUES_WIDE = 8, DECIMALS_MAX = 9 };
enum { SHORT_NONE = INT16_MIN, VALUE_NONE = INT32_MIN }; // this one came without a value

typedef struct Stripe {
    uint32_t persons, codes, events;
    // by person
    const int64_t *id;                   // ascending
    const int32_t *born, *registered_on; // days since 1970, INT32_MIN when not recorded
    const uint64_t *language;            // as the caller keys them, 0 not recorded
    const uint32_t *practice;            // the store's id, 0 none
    const uint8_t *registration, *sex, *imd, *opted_out, *ethnicity, *marks;
    const uint32_t *person_first; // persons + 1: into the two below, which are by day, then code
    const uint16_t *person_code;  // local number
    const uint16_t *person_day;
    // postings, by code, then day, then person
    const StripeCode *code; // codes + 1, by id
    const uint16_t *who;
    const uint16_t *day;
    const int16_t *narrow;
    const int32_t *whole;
    const double *wide;    // NaN: came without
    const uint16_t *unit;  // 0 none
    const uint16_t *local; // local number of a code id below `ids`, UINT16_MAX: nobody has it
    uint32_t ids;
    struct StripeLife *life;
} Stripe;
typedef struct LiveStripe {
    const Stripe *stripe;
    const uint64_t *live; // STRIPE_WORDS: whose record this is
    uint32_t first;       // the view's number of its first person
} LiveStripe;

typedef struct Columns {
    int64_t generation; // of the population that it shows
    uint32_t numbers;   // STRIPE_PERSONS_MAX a stripe: some are nobody's, some not live
    uint32_t persons;   // live
    uint64_t events;    // of live persons
    LiveStripe *stripes;
    size_t stripe_count;
    size_t base_count;                // of those, the first: built together; the rest is the delta
    const struct ColumnStamp *stamps; // of what it was built from
    size_t stamp_count;
    int64_t base_generation;
    struct ColumnsLife *life;
} Columns;

typedef struct ColumnPool ColumnPool;       // columns_pool.h
typedef struct ColumnScratch ColumnScratch; // columns_kernel.h

Columns *columns_share(Columns *columns);
void columns_let_go(Columns *columns); // NULL is allowed

// ---- persons and codes of a view
int64_t columns_number(const Columns *columns, PersonId id); // -1: not there, or not live
// The stripe of a number below columns->numbers; *local_out is the number within it.
const LiveStripe *columns_stripe(const Columns *columns, uint32_t number, uint32_t *local_out);
const Code *columns_code(const Columns *columns, uint32_t id);    // NULL: no such code
uint32_t columns_code_ids(const Columns *columns);                // ids are below this
uint16_t columns_code_kinds(const Columns *columns, uint32_t id); // of live and other persons
size_t columns_units(const Columns *columns); // every unit of an event is below this
Str columns_unit(const Columns *columns, uint16_t unit);
uint64_t columns_bytes(const Columns *columns); // of all its stripes, as they are mapped

typedef struct ColumnEvent {
    uint32_t code; // the store's id
    Date on;
    bool has_value;
    double value;
    uint16_t unit;
} ColumnEvent;
// place: in [person_first[local], person_first[local + 1]).
ColumnEvent stripe_event(const Stripe *stripe, uint32_t local, uint32_t place);

// The rest of the door.
#include "insight/columns/columns_among.h"
#include "insight/columns/columns_bits.h"
#include "insight/columns/columns_build.h"
#include "insight/columns/columns_kernel.h"
#include "insight/columns/columns_pool.h"

#endif
