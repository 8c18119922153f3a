// cohort_objects.h -- who objects to what, of the columns. Private to the room.
#ifndef COHORT_OBJECTS_H
#define COHORT_OBJECTS_H

#include "insight/cohort/cohort_columns.h"

// Whether each by number objects to sharing for direct care up to a day; NULL: nobody ever said so.
uint8_t *cohort_objectors(Arena *arena, const CohortColumns *columns, Date until);
// Whether one person does, up to a day; nobody who is not in the columns.
bool cohort_objects(const CohortColumns *columns, PersonId person, Date until);
// Sets opted_out[number] of whoever objects up to a day; the others are left as they are.
void cohort_add_objections(Arena *arena, const CohortColumns *columns, Date until,
                           uint8_t *opted_out);

// By number: 1 for whoever opted out of secondary uses (national data, type 1) up to a day. The one
// rule of whom figures leave out that are not for a person's own care.
uint8_t *cohort_secondary(Arena *arena, const CohortColumns *columns, Date until);

#endif
