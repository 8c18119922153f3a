// cohort_members.c -- single facts about people of a run, for the lists of other rooms.
#include "insight/cohort/cohort_columns.h"
#include "insight/cohort/cohort_eval.h"

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
