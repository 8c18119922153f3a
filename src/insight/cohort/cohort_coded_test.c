// cohort_coded_test.c -- how many people and events each set touches, by practice.
#include "test/cohorts.h"

static size_t set_of(const CohortCoded *coded, const char *name)
{
    int at = code_set_index(coded->sets, str_from_c(name));
    assert(at >= 0);
    return (size_t)at;
}

TEST(a_set_counts_each_registered_person_once)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CohortCoded coded;
    CHECK_OK(cohort_coded(t->c, &coded));
    size_t housebound = set_of(&coded, "housebound");
    CodedCount all = coded_total(&coded, housebound);
    CHECK_I64(all.people, 5); // DAVIS died, EVANS left
    CHECK_I64(all.events, 5);
    CHECK_I64((int64_t)coded.practice_count, 2);
    CHECK_I64(coded.counts[housebound * 2].people, 3);
    CHECK_I64(coded.counts[housebound * 2 + 1].people, 2);
    CHECK_I64(coded_total(&coded, set_of(&coded, "carer")).people, 2);
    CHECK_I64(coded_total(&coded, set_of(&coded, "diabetes")).people, 3); // by the set it takes in
    CHECK_I64(coded_total(&coded, set_of(&coded, "ltc-cancer")).people, 0);
    cohort_coded_end(&coded);
    cohort_engine_free(engine);
}

TEST(codes_that_nobody_registered_has_are_told_from_those_seen)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CohortCoded coded;
    CHECK_OK(cohort_coded(t->c, &coded));
    size_t carer = set_of(&coded, "carer");
    const CodeSet *set = code_set_at(coded.sets, carer);
    const bool *seen = coded_seen(t->arena, &coded, carer);
    int64_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        count += seen[i];
        if (seen[i]) CHECK_STR(set->rows[i].code, "224484003");
    }
    CHECK_I64(count, 1);
    CHECK_I64((int64_t)coded.unknown_count, 0); // every code of the town is in a set
    CHECK_I64((int64_t)coded.unknown_rare, 0);
    cohort_coded_end(&coded);
    cohort_engine_free(engine);
}
