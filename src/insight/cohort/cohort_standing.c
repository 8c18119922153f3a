// cohort_standing.c -- whether somebody may be offered support now, by record and by objection.
#include "insight/cohort/cohort_standing.h"

#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_objects.h"

// Of an objection and its withdrawal the later holds, of one day the objection. 0: never.
static bool stands(uint16_t objected, uint16_t withdrew)
{
    return objected != 0 && objected >= withdrew;
}

void cohort_add_objections(Arena *arena, const CohortColumns *columns, Date until,
                           uint8_t *opted_out)
{
    if (columns->objects == 0) return;
    DayRange days = day_range(DATE_NONE, until);
    uint16_t *objected = ARENA_ARRAY(arena, uint16_t, STRIPE_PERSONS_MAX);
    uint16_t *withdrew = ARENA_ARRAY(arena, uint16_t, STRIPE_PERSONS_MAX);
    for (size_t s = 0; s < columns->view->stripe_count; s++) {
        const LiveStripe *of = &columns->view->stripes[s];
        memset(objected, 0, STRIPE_PERSONS_MAX * sizeof *objected);
        memset(withdrew, 0, STRIPE_PERSONS_MAX * sizeof *withdrew);
        stripe_latest_days(of->stripe, (CodeList){&columns->objects, 1}, days, objected);
        if (columns->no_longer_objects != 0) {
            stripe_latest_days(of->stripe, (CodeList){&columns->no_longer_objects, 1}, days,
                               withdrew);
        }
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            if (stands(objected[p], withdrew[p])) opted_out[of->first + p] = 1;
        }
    }
}

static bool objects(const CohortColumns *columns, PersonId person, Date until)
{
    int64_t at = columns_number(columns->view, person);
    if (at < 0 || columns->objects == 0) return false;
    uint16_t objected = 0;
    uint16_t withdrew = 0;
    History history = history_of(columns, (uint32_t)at);
    for (uint32_t place = history.first; place < history.end; place++) {
        if (date_cmp(history_day(&history, place), until) > 0) break; // by day
        uint32_t code = history_code(&history, place);
        uint16_t day = history.stripe->person_day[place];
        if (code == columns->objects) objected = day;
        if (columns->no_longer_objects != 0 && code == columns->no_longer_objects) withdrew = day;
    }
    return stands(objected, withdrew);
}

Err cohort_standing(Ctx *c, const PersonId *people, size_t count, CohortStanding **out,
                    bool *updating_out)
{
    PersonRow *rows = NULL;
    CohortColumns *columns = NULL;
    *updating_out = false;
    if (engine_of(c) == NULL) return ERR_BUSY;
    TRY(person_rows(c, people, count, &rows));
    TRY(engine_columns(c, &columns, updating_out));
    CohortStanding *all = ARENA_ARRAY(c->arena, CohortStanding, count + 1);
    for (size_t i = 0; i < count; i++) {
        bool gone = rows[i].ref.len == 0;
        all[i] = (CohortStanding){
            .registration = gone ? REGISTRATION_LEFT : rows[i].registration,
            .objects = rows[i].opted_out || objects(columns, people[i], c->today),
            .practice = rows[i].practice_id,
        };
    }
    cohort_columns_let_go(columns);
    *out = all;
    return ERR_OK;
}
