// cohort_shape_keys.h -- everybody's groups and stratum as one small number. Private to the room.
#ifndef COHORT_SHAPE_KEYS_H
#define COHORT_SHAPE_KEYS_H

#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_shape.h"

// A key is a stratum and, below it, a place for each of the three divisions that everybody has a
// byte or word of; the practice is looked up where it is asked for.
enum {
    SHAPE_KEY_BITS = 7,
    SHAPE_KEYED = 3, // divisions in a key: deprivation fifth, ethnic group, language
    SHAPE_KEYS = SHAPE_STRATA << SHAPE_KEY_BITS,
};
GroupBy shape_division(size_t at);
// By the view's number, in the arena.
const uint16_t *shape_compute(const CohortColumns *columns, Arena *arena, Date as_at);

#endif
