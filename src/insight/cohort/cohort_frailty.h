// cohort_frailty.h -- the electronic Frailty Index (Clegg 2016): 36 deficits, counted.
//
// A deficit is present when one of its codes was ever recorded up to the as-at day, or a value rule
// is met by any value up to then; deficits do not lapse. The 36th, polypharmacy, is 5 or more
// different medicine codes in the 12 months up to the day. It is a screen: a clinician confirms.
#ifndef COHORT_FRAILTY_H
#define COHORT_FRAILTY_H

#include "insight/cohort/cohort.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/definition/definition.h"

enum { POLYPHARMACY_MEDICINES = 5, POLYPHARMACY_MONTHS = 12 };

FrailtyBand frailty_band(int deficits);

// A value as a laboratory writes it: "0.94", "12.9", "58.5", "129".
Str measured_text(Arena *arena, double value);

typedef struct CodedFrailty { // what a clinician coded last, of one day the more severe
    FrailtyBand band;         // FRAILTY_FIT: nothing is coded
    Str code;
    Date on;
} CodedFrailty;
// Up to a day. Strs in the arena.
CodedFrailty frailty_coded(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at);
// The code beside the index, and what it means that they differ: a sentence or two.
Str frailty_beside(Arena *arena, const CodedFrailty *coded, int deficits, Str practice);

// How many deficits everybody has, by number, in the arena.
uint8_t *frailty_compute(const CohortColumns *columns, Arena *arena, Date as_at,
                         KnownStripes known);

// One person's deficits with the latest fact that makes each; Strs in the arena.
// How many they are, without the facts.
int frailty_deficits(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at);
void frailty_explain(const CohortColumns *columns, Arena *arena, uint32_t person, Date as_at,
                     FrailtyIndex *out);

#endif
