// cohort_standing.c -- whether somebody may be offered support now, by record and by objection.
#include "insight/cohort/cohort_standing.h"

#include "core/ids.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_objects.h"

// Of an objection and its withdrawal the later holds, of one day the objection. 0: never.
static bool stands(uint16_t objected, uint16_t withdrew)
{
    return objected != 0 && objected >= withdrew;
}

typedef struct Sent { // who of a stripe has one code
    const uint16_t *who;
    size_t count;
} Sent;

static Sent sent(const Stripe *stripe, uint32_t code)
{
    uint16_t local = code != 0 && code < stripe->ids ? stripe->local[code] : UINT16_MAX;
    if (local == UINT16_MAX) return (Sent){0};
    uint32_t first = stripe->code[local].first;
    return (Sent){stripe->who + first, stripe->code[local + 1].first - first};
}

static void forget(Sent sent, uint16_t *days)
{
    for (size_t i = 0; i < sent.count; i++) days[sent.who[i]] = 0;
}

// Whoever said so up to a day and has not withdrawn it since. They are few: nobody else is looked
// at, since every question about everybody asks this.
static void add_opted_out(Arena *arena, const CohortColumns *columns, OptOutCodes codes, Date until,
                          uint8_t *out)
{
    if (codes.said == 0) return;
    DayRange days = day_range(DATE_NONE, until);
    uint16_t *objected = ARENA_ARRAY(arena, uint16_t, STRIPE_PERSONS_MAX);
    uint16_t *withdrew = ARENA_ARRAY(arena, uint16_t, STRIPE_PERSONS_MAX);
    for (size_t s = 0; s < columns->view->stripe_count; s++) {
        const LiveStripe *of = &columns->view->stripes[s];
        Sent said = sent(of->stripe, codes.said);
        Sent withdrawn = sent(of->stripe, codes.withdrawn);
        if (said.count == 0) continue;
        stripe_latest_days(of->stripe, (CodeList){&codes.said, 1}, days, objected);
        if (withdrawn.count > 0) {
            stripe_latest_days(of->stripe, (CodeList){&codes.withdrawn, 1}, days, withdrew);
        }
        for (size_t i = 0; i < said.count; i++) {
            uint16_t p = said.who[i];
            if (stands(objected[p], withdrew[p])) out[of->first + p] = 1;
        }
        forget(said, objected);
        forget(withdrawn, withdrew);
    }
}

void cohort_add_objections(Arena *arena, const CohortColumns *columns, Date until,
                           uint8_t *opted_out)
{
    add_opted_out(arena, columns, columns->objects, until, opted_out);
}

uint8_t *cohort_objectors(Arena *arena, const CohortColumns *columns, Date until)
{
    if (columns->objects.said == 0) return NULL;
    uint8_t *out = ARENA_ARRAY(arena, uint8_t, (size_t)columns->view->numbers + 1);
    add_opted_out(arena, columns, columns->objects, until, out);
    return out;
}

uint8_t *cohort_secondary(Arena *arena, const CohortColumns *columns, Date until)
{
    uint8_t *out = ARENA_ARRAY(arena, uint8_t, (size_t)columns->view->numbers + 1);
    for (size_t i = 0; i < SECONDARY_OPT_OUTS; i++) {
        add_opted_out(arena, columns, columns->secondary[i], until, out);
    }
    return out;
}

Err cohort_secondary_out(Ctx *c, PersonId **out, size_t *count_out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    size_t count = 0;
    *count_out = 0;
    if (engine_of(c) == NULL) return ERR_BUSY;
    TRY(engine_columns(c, &columns, &updating));
    const uint8_t *opted_out = cohort_secondary(c->arena, columns, c->today);
    const Columns *view = columns->view;
    for (uint32_t n = 0; n < view->numbers; n++) count += opted_out[n];
    *out = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t s = 0; s < view->stripe_count && *count_out < count; s++) {
        const LiveStripe *of = &view->stripes[s];
        for (uint32_t p = 0; p < of->stripe->persons; p++) {
            bool live = (of->live[p / 64] >> (p % 64) & 1) != 0;
            if (!live || opted_out[of->first + p] == 0) continue;
            (*out)[(*count_out)++] = (PersonId){of->stripe->id[p]};
        }
    }
    cohort_columns_let_go(columns);
    if (*count_out > 1) qsort(*out, *count_out, sizeof **out, person_id_cmp);
    return ERR_OK;
}

bool cohort_objects(const CohortColumns *columns, PersonId person, Date until)
{
    int64_t at = columns_number(columns->view, person);
    if (at < 0 || columns->objects.said == 0) return false;
    uint16_t objected = 0;
    uint16_t withdrew = 0;
    History history = history_of(columns, (uint32_t)at);
    for (uint32_t place = history.first; place < history.end; place++) {
        if (date_cmp(history_day(&history, place), until) > 0) break; // by day
        uint32_t code = history_code(&history, place);
        uint16_t day = history.stripe->person_day[place];
        if (code == columns->objects.said) objected = day;
        if (columns->objects.withdrawn != 0 && code == columns->objects.withdrawn) withdrew = day;
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
            .objects = rows[i].opted_out || cohort_objects(columns, people[i], c->today),
            .practice = rows[i].practice_id,
        };
    }
    cohort_columns_let_go(columns);
    *out = all;
    return ERR_OK;
}

Err cohort_objecting(Ctx *c, const PersonId *people, size_t count, bool **out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    if (engine_of(c) == NULL) return ERR_BUSY;
    TRY(engine_columns(c, &columns, &updating));
    *out = ARENA_ARRAY(c->arena, bool, count + 1);
    for (size_t i = 0; i < count; i++) (*out)[i] = cohort_objects(columns, people[i], c->today);
    cohort_columns_let_go(columns);
    return ERR_OK;
}
