// cohort_places.h -- the order by name that a view of columns keeps, and how it outlives a change.
#ifndef COHORT_PLACES_H
#define COHORT_PLACES_H

#include "insight/columns/columns.h"

// The place of each of the source's people, read from the store: for columns that are built anew.
// The file keeps them, so that a start reads nobody's name.
MUST_USE Err places_for(Ctx *c, ColumnSource *out);

// Everybody's place, read from the store: for a view that no order is known of.
MUST_USE Err places_read(Ctx *c, Columns *columns);

// The order of `from` for `to`, which was joined from it or shows the same people: of those in
// `changed` (ascending: all whose name may be another) and of new ones only the names are read, and
// they are put where they belong among the others. Reads all when `from` has none or too many
// changed.
MUST_USE Err places_carry(Ctx *c, const Columns *from, Columns *to, const PersonId *changed,
                          size_t count);

#endif
