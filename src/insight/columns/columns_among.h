// columns_among.h -- what columns_kernel.h answers for everybody, for a few people only.
//
// Walks over each one's own history, where the others walk over the postings of the codes: cheaper
// when the codes are many and the people few. Whoever is not among them
// keeps what is there.
#ifndef COLUMNS_AMONG_H
#define COLUMNS_AMONG_H

#include "insight/columns/columns_kernel.h"

typedef struct CodesAsked {
    CodeList codes;
    DayRange days;
} CodesAsked;
void stripe_mark_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *bits);
void stripe_latest_days_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                              ColumnScratch *scratch, uint16_t *latest);
void stripe_count_days_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                             ColumnScratch *scratch, uint16_t *count);
void stripe_count_codes_among(const Stripe *stripe, const CodesAsked *asked, const uint64_t *among,
                              ColumnScratch *scratch, uint16_t *count);
// Sets the masks instead of adding to them.
void stripe_mask_among(const Stripe *stripe, const CodeMasks *masks, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *mask);
void stripe_then_among(const Stripe *stripe, const Sequence *sequence, const uint64_t *among,
                       ColumnScratch *scratch, uint64_t *bits);

typedef struct PickAsked {
    const ColumnMeasure *measure;
    DayRange days;
    Pick pick;
} PickAsked;
void stripe_pick_among(const Stripe *stripe, const PickAsked *asked, const uint64_t *among,
                       ColumnScratch *scratch, Picked *out);

// Over the postings, of the people in `of` alone: who has at least so many different days, or codes
// of the list, into bits.
enum { DIFFERENT_MAX = 64 }; // least is at most this
typedef struct DifferentAsked {
    DayRange days;
    const uint64_t *of;
    uint16_t least;
    bool codes;
} DifferentAsked;
void spans_different(const Stripe *stripe, CodeSpans codes, const DifferentAsked *asked,
                     ColumnScratch *scratch, uint64_t *bits);

// ---- what either way takes, about, in nanoseconds of one processor
enum { COST_CODE_NS = 8, COST_PERSON_NS = 90, COST_START_NS = 15000 };
// Over the postings of the codes in the days, by how many the stripe holds of them.
int64_t stripe_cost(const Stripe *stripe, CodeList codes, DayRange days);
int64_t stripe_postings(const Stripe *stripe, CodeList codes); // how many, of any day
// The same by their number, for lists of codes whose postings were counted before.
int64_t postings_cost(size_t codes, int64_t postings, DayRange days);
// Over the histories of so many people.
int64_t stripe_cost_among(const Stripe *stripe, int64_t people, DayRange days);

#endif
