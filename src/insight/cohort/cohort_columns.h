// cohort_columns.h -- the columns of the population, and what their codes mean to cohorts.
//
// A view of columns knows code ids; which of them are in which set, carry which measure, are a
// medicine or a deficit is worked out once for a view, and what is asked of all of it more than
// once is kept beside it. Held by counting, swapped whole.
#ifndef COHORT_COLUMNS_H
#define COHORT_COLUMNS_H

#include "care/person/person.h"
#include "insight/cohort/cohort_truth.h"
#include "insight/columns/columns.h"

enum {
    DEFICITS_CODED = 35,
    DEFICITS = 36, // the last is polypharmacy
};

enum { MARK_INTERPRETER = 1 }; // of ColumnPerson.marks: needs an interpreter

typedef struct OptOutCodes { // 0: nobody ever did
    uint32_t said, withdrawn;
} OptOutCodes;
enum { SECONDARY_OPT_OUTS = 2 }; // national data, type 1

typedef struct CohortColumns {
    Columns *view;
    ColumnPool *pool;
    const CodeSets *sets;
    size_t words;         // of 64 persons: of a set of bits by the view's numbers
    CodeList medicines;   // codes that were ever sent as one
    CodeMasks conditions; // codes of the sets "ltc-...", each with its bits; NULL: above 64
    OptOutCodes objects;  // to sharing for direct care
    OptOutCodes secondary[SECONDARY_OPT_OUTS];
    struct CohortLife *life;
} CohortColumns;

// Takes the view over, even when this fails; sets and pool must outlive it. Held once.
// Errors: ERR_INVALID (the sets lack a deficit).
MUST_USE Err cohort_columns_new(Columns *view, ColumnPool *pool, const CodeSets *sets,
                                CohortColumns **out);
// The same after others, with the same pool and sets: of the stripes that both have, what was found
// out before is known. before: NULL, there were none.
typedef struct CohortColumnsOf {
    Columns *view;
    ColumnPool *pool;
    const CodeSets *sets;
    const CohortColumns *before;
} CohortColumnsOf;
MUST_USE Err cohort_columns_next(const CohortColumnsOf *of, CohortColumns **out);
CohortColumns *cohort_columns_share(CohortColumns *columns);
void cohort_columns_let_go(CohortColumns *columns); // NULL is allowed

// ---- codes: by the store's id
CodeList codes_of_set(const CohortColumns *columns, int set);   // those in use
int64_t postings_of_set(const CohortColumns *columns, int set); // in the first stripe
const uint16_t *sets_of_code(const CohortColumns *columns, uint32_t code, size_t *count_out);
// NULL: not a measure of the sets.
const ColumnMeasure *measure_of(const CohortColumns *columns, const Measure *measure);
bool code_is_measured(const CohortColumns *columns, uint32_t code); // by any measure
int set_of_deficit(const CohortColumns *columns, int deficit);      // of deficit 0..34
bool set_is_condition(const CodeSets *sets, size_t set);            // "ltc-..."
Str code_text(const CohortColumns *columns, uint32_t code);
Str code_term(const CohortColumns *columns, uint32_t code);

// ---- one person, by the view's number
typedef struct History { // events by day: places [first, end)
    const Stripe *stripe;
    uint32_t local;
    uint32_t first, end;
} History;
History history_of(const CohortColumns *columns, uint32_t person);
static inline uint32_t history_code(const History *history, uint32_t place)
{
    return history->stripe->code[history->stripe->person_code[place]].id;
}
static inline Date history_day(const History *history, uint32_t place)
{
    return (Date){(int32_t)history->stripe->person_day[place] + COLUMNS_DAY_ZERO};
}
// In the measure's first unit; false when there is none or no known unit.
bool history_value(const CohortColumns *columns, const History *history, uint32_t place,
                   const Measure *measure, double *out);

// ---- kept with the columns
typedef struct NowCache NowCache; // cohort_now.h
NowCache *columns_now_cache(const CohortColumns *columns);
TruthCache *cohort_truths(const CohortColumns *columns); // what rules answered before
typedef struct CohortSpans CohortSpans;                  // cohort_spans.h
const CohortSpans *cohort_spans(const CohortColumns *columns);
// What the columns before counted of the first stripes, by number; {NULL, 0}: nothing.
typedef struct KnownStripes {
    const void *numbers;
    size_t count; // of stripes
} KnownStripes;
// Frailty (cohort_frailty.c): how many of the 36 deficits each person has, by number. Kept for the
// as-at days asked first (16), else computed into the arena.
const uint8_t *frailty_counts(const CohortColumns *columns, Arena *arena, Date as_at);
const uint8_t *frailty_kept(const CohortColumns *columns, Date as_at); // NULL: not asked for yet
// How much each code set touches (cohort_coded.c), counted when it is first asked for.
struct CohortCoded;
struct CohortCoded *coded_compute(const CohortColumns *columns, ColumnPool *pool, Arena *arena);
const struct CohortCoded *columns_coded(const CohortColumns *columns, ColumnPool *pool);
// In which groups and stratum of a shape everybody is (cohort_shape.c), by number; kept likewise.
const uint16_t *shape_keys(const CohortColumns *columns, Arena *arena, Date as_at);
// The releases that their deciles are of, as area_years; read when they are first asked for.
MUST_USE Err columns_area_years(Ctx *c, const CohortColumns *columns, int *oldest, int *newest);
// Points of a score (cohort_score.c) in hundredths, by number; kept likewise.
const uint16_t *score_points(const CohortColumns *columns, Arena *arena, const CodeScore *score,
                             Date as_at);

#endif
