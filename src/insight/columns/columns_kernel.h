// columns_kernel.h -- the questions that one stripe answers in one walk over postings.
//
// Bit sets have STRIPE_WORDS words, arrays by person STRIPE_PERSONS_MAX places, all zero before the
// first call; a kernel adds to what is there. People who are not live are in them too: whoever
// counts takes LiveStripe.live with them.
#ifndef COLUMNS_KERNEL_H
#define COLUMNS_KERNEL_H

#include "insight/columns/columns.h"
#include "nhs/code_set.h"

// ---- memory of one thread, for one stripe
enum { SCRATCH_BYTES_MAX = 256 * 1024 * 1024 }; // more ends the process, as an arena does
void *scratch_take(ColumnScratch *scratch, size_t count, size_t size);     // zeroed, on 64 bytes
void *scratch_take_raw(ColumnScratch *scratch, size_t count, size_t size); // not zeroed
#define SCRATCH_PERSONS(scratch, type)                                                             \
    ((type *)scratch_take((scratch), STRIPE_PERSONS_MAX, sizeof(type)))
uint64_t *scratch_bits(ColumnScratch *scratch);
uint64_t *scratch_bits_raw(ColumnScratch *scratch); // not zeroed
size_t scratch_mark(const ColumnScratch *scratch);
void scratch_back(ColumnScratch *scratch, size_t mark); // gives back what was taken since

// ---- days and codes
typedef struct DayRange { // both included, days since 1900; none when first > last
    int32_t first, last;
} DayRange;
DayRange day_range(Date after, Date until); // (after, until]; after DATE_NONE: from the beginning
// A code's postings in the days: [*from_out, *to_out). False: nobody of the stripe has the code.
bool stripe_span(const Stripe *stripe, uint32_t id, DayRange days, uint32_t *from_out,
                 uint32_t *to_out, const StripeCode **code_out);

typedef struct CodeList { // ids of the store; ascending is fastest
    const uint32_t *ids;
    size_t count;
} CodeList;

// The same codes as they stand in one stripe: who asks often for a list finds them once.
typedef struct CodeSpan { // of one code that the stripe has
    uint32_t first, end;  // its postings are [first, end)
    uint16_t first_day, last_day;
} CodeSpan;
typedef struct CodeSpans {
    const CodeSpan *spans;
    size_t count;
} CodeSpans;
CodeSpan code_span(const Stripe *stripe, uint32_t local);

// A measure as its codes and units stand in one view.
typedef struct UnitRule {
    enum { UNIT_UNKNOWN, UNIT_LINEAR, UNIT_BY_RANGE } kind;
    double factor, plus;
    double from, below; // by range: what values of the first such unit are; others are looked up
} UnitRule;
typedef struct ColumnMeasure {
    CodeList codes;
    const UnitRule *units; // by the view's unit
    size_t unit_count;
    const Measure *measure;
} ColumnMeasure;
ColumnMeasure column_measure(Arena *arena, const Columns *columns, const Measure *measure);
// In the measure's first unit, as measure_value says it; false: no known unit.
bool column_measure_value(const ColumnMeasure *measure, double value, uint16_t unit, double *out);

// ---- who
void stripe_mark(const Stripe *stripe, CodeList codes, DayRange days, uint64_t *bits);
void spans_mark(const Stripe *stripe, CodeSpans codes, DayRange days, uint64_t *bits);
// An event of `first`, then one of `next` from min_days to max_days later; both in `days`.
typedef struct Sequence {
    CodeList first, next;
    DayRange days;
    int32_t min_days, max_days;
} Sequence;
void stripe_then(const Stripe *stripe, const Sequence *sequence, ColumnScratch *scratch,
                 uint64_t *bits);
// For each code i its bits[i] into the mask of everybody who has it in the days.
typedef struct CodeMasks {
    CodeList codes;
    const uint64_t *bits;
    DayRange days;
    const uint64_t *kinds;       // the different masks; NULL: each code's is found when needed
    const uint8_t *kind_of_code; // and which a code of the stripe has, by its own number
    int enough; // of different bits: of few people no more need be found; 0: all are
} CodeMasks;
void stripe_mask(const Stripe *stripe, const CodeMasks *masks, uint64_t *mask);

// Into each person's day (0 before the first) the latest on which there is any of the codes.
void stripe_latest_days(const Stripe *stripe, CodeList codes, DayRange days, uint16_t *latest);

// ---- how often: stops at 65,535
void stripe_count_events(const Stripe *stripe, CodeList codes, DayRange days, uint16_t *count);
// Into bits: who has at least so many, which must be more than 0.
void spans_at_least(const Stripe *stripe, CodeSpans codes, DayRange days, uint16_t least,
                    ColumnScratch *scratch, uint64_t *bits);
void stripe_count_codes(const Stripe *stripe, CodeList codes, DayRange days, ColumnScratch *scratch,
                        uint16_t *count);
// Writes every count, whatever was in it.
void spans_count_codes(const Stripe *stripe, CodeSpans codes, DayRange days, ColumnScratch *scratch,
                       uint16_t *count);
// Different days on which there is any of the codes.
void stripe_count_days(const Stripe *stripe, CodeList codes, DayRange days, ColumnScratch *scratch,
                       uint16_t *count);

// ---- which value: of two on one day the higher; of two equally high or low ones the later
typedef enum Pick { PICK_LATEST, PICK_EARLIEST, PICK_HIGHEST, PICK_LOWEST } Pick;
typedef struct Picked {
    uint64_t *has; // who has any; the rest has no day or value
    uint16_t *day;
    double *value;
    uint32_t *key;      // the kernel's own
    const uint64_t *of; // whose values are looked at; NULL, as new: everybody's
} Picked;
Picked picked_new(ColumnScratch *scratch);
void stripe_pick(const Stripe *stripe, const ColumnMeasure *measure, DayRange days, Pick pick,
                 Picked *out);
// Who has any value of the measure for which test is true.
typedef bool ValueTest(const void *arg, double value, uint32_t local);
void stripe_mark_values(const Stripe *stripe, const ColumnMeasure *measure, DayRange days,
                        ValueTest *test, const void *arg, uint64_t *bits);

#endif
