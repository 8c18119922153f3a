// cohort_groups.h -- in which group somebody of a stripe is. Private to the room.
#ifndef COHORT_GROUPS_H
#define COHORT_GROUPS_H

#include "insight/cohort/cohort_values.h"
#include "insight/columns/columns.h"

typedef struct GroupPractice {
    int64_t id;
    PeopleGroup group;
} GroupPractice;

// The practices matter to GROUP_BY_PRACTICE only; not of GROUP_BY_TRAIT. In the arena.
PeopleGroups groups_make(Arena *arena, GroupBy by, Date as_at, const GroupPractice *practices,
                         size_t practice_count);

PeopleGroups groups_trait(Arena *arena, Str label); // whose bits are still to be set

// The place in groups->groups of each person of the stripe, whether live or not.
void groups_read(const PeopleGroups *groups, const LiveStripe *of, uint16_t *place);

#endif
