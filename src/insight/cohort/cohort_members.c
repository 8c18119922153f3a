// cohort_members.c -- single facts about people of a run, for the lists of other rooms.
#include "core/ids.h"
#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_now.h"

bool cohort_marked(const CohortRun *run, PersonId person, Str set, Date *on_out)
{
    assert(run->evaluation != NULL);
    *on_out = DATE_NONE;
    const CohortColumns *columns = run->evaluation->columns;
    int wanted = code_set_index(columns->sets, set);
    int64_t at = columns_number(columns->view, person);
    if (wanted < 0 || at < 0) return false;
    History history = history_of(columns, (uint32_t)at);
    for (uint32_t place = history.end; place > history.first; place--) { // the latest first
        Date on = history_day(&history, place - 1);
        if (on.days > run->as_at.days) continue;
        size_t count = 0;
        const uint16_t *in = sets_of_code(columns, history_code(&history, place - 1), &count);
        for (size_t s = 0; s < count; s++) {
            if (in[s] != wanted) continue;
            *on_out = on;
            return true;
        }
    }
    return false;
}

// Numbers of a view go by id as the list does, so that one walk over who is listed finds them; only
// those of a delta are searched for.
void cohort_numbers(const CohortRun *run, uint32_t *out)
{
    const Evaluation *e = run->evaluation;
    size_t next = 0;
    memset(out, 0xFF, run->people_count * sizeof *out);
    for (size_t w = 0; w < e->words; w++) {
        const Stripe *stripe = e->columns->view->stripes[w / STRIPE_WORDS].stripe;
        for (uint64_t left = run->listed[w]; left != 0; left &= left - 1) {
            size_t number = w * 64 + (size_t)__builtin_ctzll(left);
            PersonId id = {stripe->id[number % STRIPE_PERSONS_MAX]};
            while (next < run->people_count && run->people[next].v < id.v) next++;
            const PersonId *at = &run->people[next];
            if (next == run->people_count || at->v != id.v) { // of a delta, or no more on the list
                at = bsearch(&id, run->people, run->people_count, sizeof id, person_id_cmp);
            }
            if (at != NULL) out[at - run->people] = (uint32_t)number;
        }
    }
}
