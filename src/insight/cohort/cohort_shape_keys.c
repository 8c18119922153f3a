// cohort_shape_keys.c -- see cohort_shape_keys.h.
#include "insight/cohort/cohort_shape_keys.h"

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_groups.h"

// Those of insight/equity, whose expected numbers a test compares with what follows from these.
const int SHAPE_YOUNGEST[SHAPE_BANDS] = {0, 10, 18, 30, 40, 50, 60, 70, 80, 90};

GroupBy shape_division(size_t at)
{
    static const GroupBy BY[SHAPE_DIVISIONS] = {GROUP_BY_FIFTH, GROUP_BY_ETHNIC, GROUP_BY_LANGUAGE,
                                                GROUP_BY_PRACTICE};
    return BY[at];
}

typedef struct Bands {
    int32_t born_by[SHAPE_BANDS]; // the last day of birth of each
    int32_t as_at;
} Bands;

static uint32_t stratum_of(const Bands *bands, const Stripe *stripe, uint32_t p)
{
    int32_t born = stripe->born[p];
    uint8_t sex = stripe->sex[p];
    bool told =
        born > DATE_NONE.days && born <= bands->as_at && (sex == RULE_FEMALE || sex == RULE_MALE);
    if (!told) return SHAPE_STRATA - 1;
    uint32_t band = 0;
    while (band + 1 < SHAPE_BANDS && born <= bands->born_by[band + 1]) band++;
    return sex == RULE_FEMALE ? band : SHAPE_BANDS + band;
}

const uint16_t *shape_compute(const CohortColumns *columns, Arena *arena, Date as_at)
{
    const Columns *view = columns->view;
    Bands bands = {.as_at = as_at.days};
    PeopleGroups by[SHAPE_KEYED];
    uint16_t *keys = ARENA_ARRAY(arena, uint16_t, (size_t)view->numbers + 1);
    for (size_t i = 0; i < SHAPE_BANDS; i++) {
        bands.born_by[i] = date_add_years(as_at, -SHAPE_YOUNGEST[i]).days;
    }
    size_t places = 1;
    for (size_t d = 0; d < SHAPE_KEYED; d++) {
        by[d] = groups_make(arena, shape_division(d), as_at, NULL, 0);
        places *= by[d].count;
    }
    assert(places <= (size_t)1 << SHAPE_KEY_BITS);
    uint16_t *place = ARENA_ARRAY(arena, uint16_t, STRIPE_PERSONS_MAX);
    for (size_t s = 0; s < view->stripe_count; s++) {
        const LiveStripe *of = &view->stripes[s];
        uint16_t *key = keys + of->first;
        for (size_t d = 0; d < SHAPE_KEYED; d++) {
            groups_read(&by[d], of, place);
            for (uint32_t p = 0; p < of->stripe->persons; p++) {
                key[p] = (uint16_t)(key[p] * by[d].count + place[p]);
            }
        }
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            uint32_t stratum = stratum_of(&bands, of->stripe, p);
            key[p] = (uint16_t)(stratum << SHAPE_KEY_BITS | key[p]);
        }
    }
    return keys;
}
