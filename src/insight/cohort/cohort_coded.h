// cohort_coded.h -- how many people and events each code set touches: part of the door cohort.h.
//
// Of people who are registered now, of the whole network; counted once for the columns as they
// stand. Counts are exact: a page shows figures of them (core/figure.h).
#ifndef COHORT_CODED_H
#define COHORT_CODED_H

#include "insight/cohort/cohort.h"
#include "insight/population/population.h"

enum { CODED_PRACTICES_MAX = 512, CODED_UNKNOWN_MAX = 5000, CODED_PEOPLE_MIN = 5 };

typedef struct CohortCoded CohortCoded;
typedef struct CodedCount {
    int64_t people, events;
} CodedCount;

struct CohortCoded {
    const CodeSets *sets;
    bool updating;            // newer data has come and is being taken in
    const int64_t *practices; // the store's ids, ascending; 0: none is recorded
    size_t practice_count;
    const CodedCount *counts; // [set * practice_count + place of the practice]
    const CodedCount *codes;  // by the store's id of a code
    const uint32_t *unknown;  // codes in no set and of no measure, no medicines, most people first;
    size_t unknown_count;     // of at least CODED_PEOPLE_MIN people, the first CODED_UNKNOWN_MAX
    size_t unknown_rare;      // those of fewer people
    struct CohortColumns *held;
};

// Errors: ERR_BUSY (columns are being built).
MUST_USE Err cohort_coded(Ctx *c, CohortCoded *out);
// The same without people who opted out of uses beyond their own care, counted anew, in c->arena:
// for a month's figures. Errors: as cohort_coded.
MUST_USE Err cohort_coded_figures(Ctx *c, CohortCoded *out);
void cohort_coded_end(CohortCoded *coded); // for CLEANUP(cohort_coded_end)
CodedCount coded_total(const CohortCoded *coded, size_t set);
const Code *coded_code(const CohortCoded *coded, uint32_t id);
// Of each row of the set: whether anybody registered has it. In the arena.
bool *coded_seen(Arena *arena, const CohortCoded *coded, size_t set);

#endif
