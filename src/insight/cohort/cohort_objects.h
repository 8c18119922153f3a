// cohort_objects.h -- who objects to sharing for direct care, of the columns. Private to the room.
#ifndef COHORT_OBJECTS_H
#define COHORT_OBJECTS_H

#include "insight/cohort/cohort_columns.h"

// Sets opted_out[number] of whoever objects up to a day; the others are left as they are.
void cohort_add_objections(Arena *arena, const CohortColumns *columns, Date until,
                           uint8_t *opted_out);

#endif
