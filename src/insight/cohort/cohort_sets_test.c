// cohort_sets_test.c -- a kept run says which code sets it was made from.
#include "test/cohorts.h"

TEST(a_kept_run_names_its_sets_with_version_and_hash)
{
    CohortEngine *engine = cohorts_begin(t);
    test_actor(t, ROLE_CARE_COORDINATOR);
    CLEANUP(cohort_run_end) CohortRun run;
    CHECK_OK(cohort_run(t->c, STR("carers"), 0, &run));
    CHECK_OK(cohort_keep(t->c, &run));
    store_refresh(t->c->core->store, t->c->db);
    CohortKeptRun *runs = NULL;
    size_t count = 0;
    int64_t all = 0;
    CHECK_OK(cohort_runs(t->c, STR("carers"), 0, &runs, &count, &all));
    CHECK_I64((int64_t)count, 1);
    CHECK(str_find(runs[0].counts, STR("\"sets\":[{\"set\":\"carer\",\"codes\":"), &(size_t){0}));
    CHECK(str_find(runs[0].counts, STR("\"set\":\"not-carer\""), &(size_t){0})); // what ends it
    CHECK(!str_find(runs[0].counts, STR("\"set\":\"diabetes\""), &(size_t){0}));
    cohort_engine_free(engine);
}
