// cohort_known.c -- who of a list nobody here has had to do with yet.
#include "insight/cohort/cohort_now.h"
#include "insight/cohort/cohort_pages.h"

static void narrow_to_new(const bool *known, CohortRun *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        if (known[i]) continue;
        run->people[kept] = run->people[i];
        run->born[kept] = run->born[i];
        run->deficits[kept] = run->deficits[i];
        run->practices[kept] = run->practices[i];
        kept++;
    }
    run->people_count = kept;
}

Err cohort_new_to_us(Ctx *c, CohortRun *run, bool narrow, int64_t *count_out)
{
    bool *known = ARENA_ARRAY(c->arena, bool, run->people_count + 1);
    uint32_t *numbers = ARENA_ARRAY(c->arena, uint32_t, run->people_count + 1);
    const CohortNow *now = NULL;
    TRY(cohort_now(c, run->evaluation->columns, c->today, NOW_KNOWN, &now));
    cohort_numbers(run, numbers);
    *count_out = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        known[i] = numbers[i] != COLUMNS_NONE && now->known[numbers[i]] != 0;
        *count_out += !known[i];
    }
    cohort_now_let_go(now);
    if (narrow) narrow_to_new(known, run);
    return ERR_OK;
}
