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

// Who has each trait, bits by number; NULL: the code sets have none of its name.
typedef struct ShapeTraits {
    const uint64_t *who[SHAPE_TRAITS_MAX];
} ShapeTraits;
// Kept with the columns for the as-at days asked first, as shape_keys. False: not kept.
bool shape_traits_find(const CohortColumns *columns, Date as_at, ShapeTraits *out);
// Copies them, each of so many words.
void shape_traits_keep(const CohortColumns *columns, Date as_at, const ShapeTraits *traits,
                       size_t words);

#endif
