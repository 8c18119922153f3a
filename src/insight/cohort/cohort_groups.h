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

typedef struct GroupReader { // of one stripe
    const PeopleGroups *groups;
    const Stripe *stripe;
    const uint8_t *bytes;  // NULL: not by a byte
    const uint64_t *trait; // NULL: not by a trait
} GroupReader;
GroupReader group_reader(const PeopleGroups *groups, const LiveStripe *of);

// The place in groups->groups of the stripe's person `p`.
static inline uint32_t group_of(const GroupReader *r, uint32_t p)
{
    const PeopleGroups *groups = r->groups;
    uint32_t rest = (uint32_t)groups->count - 1;
    if (r->bytes != NULL) return groups->of_byte[r->bytes[p]];
    if (r->trait != NULL) return bit_on(r->trait, p) ? 0 : rest;
    if (groups->by == GROUP_BY_PRACTICE) {
        uint32_t id = r->stripe->practice[p];
        return id < groups->practice_ids ? groups->of_practice[id] : rest;
    }
    if (groups->by == GROUP_BY_AGE) {
        int32_t born = r->stripe->born[p];
        if (born <= DATE_NONE.days || born > groups->as_at) return rest;
        uint32_t band = 0;
        while (band + 1 < VALUE_AGE_BANDS && born <= groups->born_by[band + 1]) band++;
        return band;
    }
    uint64_t language = r->stripe->language[p];
    return language == groups->english ? 0 : language != 0 ? 1 : rest;
}

#endif
