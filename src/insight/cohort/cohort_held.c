// cohort_held.c -- walks the postings of a set's codes in a span of days.
#include "insight/cohort/cohort_held.h"

#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_objects.h"

enum { HELD_FIRST = 1024 };

typedef struct Held {
    Arena *arena;
    const HeldAsk *ask;
    HeldDay *days;
    size_t count, cap;
} Held;

static bool within(const HeldAsk *ask, int64_t practice)
{
    size_t low = 0;
    size_t high = ask->practice_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ask->practices[middle] < practice) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < ask->practice_count && ask->practices[low] == practice;
}

static Err add(Held *held, HeldDay day)
{
    if (held->count == HELD_DAYS_MAX) return ERR_TOO_LARGE;
    ARENA_GROW(held->arena, held->days, held->count, &held->cap);
    held->days[held->count++] = day;
    return ERR_OK;
}

static Err take_stripe(Held *held, const LiveStripe *of, CodeList codes, DayRange days, size_t set)
{
    for (size_t i = 0; i < codes.count; i++) {
        const StripeCode *code = NULL;
        uint32_t from = 0;
        uint32_t to = 0;
        if (!stripe_span(of->stripe, codes.ids[i], days, &from, &to, &code)) continue;
        for (uint32_t at = from; at < to; at++) {
            uint16_t local = of->stripe->who[at];
            int64_t practice = of->stripe->practice[local];
            if (!bit_on(of->live, local) || !within(held->ask, practice)) continue;
            TRY(add(held, (HeldDay){.person = {of->stripe->id[local]},
                                    .practice = practice,
                                    .on = {(int32_t)of->stripe->day[at] + COLUMNS_DAY_ZERO},
                                    .set = (uint16_t)set}));
        }
    }
    return ERR_OK;
}

static int by_day(const void *left, const void *right)
{
    const HeldDay *a = left;
    const HeldDay *b = right;
    if (a->set != b->set) return a->set < b->set ? -1 : 1;
    if (a->person.v != b->person.v) return a->person.v < b->person.v ? -1 : 1;
    return date_cmp(a->on, b->on);
}

// Two codes of one set on one day are one fact.
static void settle(Held *held)
{
    if (held->count > 1) qsort(held->days, held->count, sizeof *held->days, by_day);
    size_t kept = 0;
    for (size_t i = 0; i < held->count; i++) {
        bool again = kept > 0 && by_day(&held->days[kept - 1], &held->days[i]) == 0;
        if (!again) held->days[kept++] = held->days[i];
    }
    held->count = kept;
}

static Err take(Held *held, const CohortColumns *columns)
{
    const HeldAsk *ask = held->ask;
    DayRange days = day_range(date_add_days(ask->from, -1), ask->until);
    for (size_t i = 0; i < ask->set_count; i++) {
        int set = code_set_index(columns->sets, ask->sets[i]);
        if (set < 0) continue;
        CodeList codes = codes_of_set(columns, set);
        for (size_t s = 0; s < columns->view->stripe_count; s++) {
            TRY(take_stripe(held, &columns->view->stripes[s], codes, days, i));
        }
    }
    settle(held);
    return ERR_OK;
}

Err cohort_held(Ctx *c, const HeldAsk *ask, HeldDay **out, size_t *count_out)
{
    assert(ask->set_count <= HELD_SETS_MAX);
    assert(c->actor.account_id == 0 || access_may(c, CLASS_COHORT, MODE_READ) ||
           access_may(c, CLASS_STATISTICS, MODE_READ));
    CohortColumns *columns = NULL;
    bool updating = false;
    TRY(engine_columns(c, &columns, &updating));
    Held held = {.arena = c->arena,
                 .ask = ask,
                 .days = ARENA_ARRAY(c->arena, HeldDay, HELD_FIRST),
                 .cap = HELD_FIRST};
    Err err = take(&held, columns);
    cohort_columns_let_go(columns);
    *out = held.days;
    *count_out = held.count;
    return err;
}

Err cohort_set_codes(Ctx *c, const Str *sets, size_t count, int64_t *out)
{
    const CohortEngine *engine = engine_of(c);
    if (engine == NULL) return ERR_BUSY;
    for (size_t i = 0; i < count; i++) {
        int set = code_set_index(engine_sets(engine), sets[i]);
        out[i] = set < 0 ? -1 : (int64_t)code_set_at(engine_sets(engine), (size_t)set)->count;
    }
    return ERR_OK;
}

Err cohort_practices(Ctx *c, const PersonId *people, size_t count, int64_t *out)
{
    CohortColumns *columns = NULL;
    bool updating = false;
    TRY(engine_columns(c, &columns, &updating));
    for (size_t i = 0; i < count; i++) {
        int64_t number = columns_number(columns->view, people[i]);
        uint32_t local = 0;
        out[i] = 0;
        if (number < 0) continue;
        const LiveStripe *of = columns_stripe(columns->view, (uint32_t)number, &local);
        out[i] = of->stripe->practice[local];
    }
    cohort_columns_let_go(columns);
    return ERR_OK;
}

static int by_person(const void *left, const void *right)
{
    int64_t a = ((const Matching *)left)->person.v;
    int64_t b = ((const Matching *)right)->person.v;
    return (a > b) - (a < b);
}

// Who died or left by a correction made here, since the columns were made.
static Err gone_since(Ctx *c, const Columns *view, uint64_t *gone)
{
    PersonFact *changed = NULL;
    size_t count = 0;
    TRY(person_facts_changed(c, &changed, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(view, changed[i].id);
        bool here =
            date_is_none(changed[i].died) && changed[i].registration == REGISTRATION_CURRENT;
        if (at >= 0 && !here) bit_set(gone, (uint32_t)at);
    }
    return ERR_OK;
}

Err cohort_matching(Ctx *c, const CohortRun *run, Matching **out, size_t *count_out)
{
    const Evaluation *e = run->evaluation;
    assert(e != NULL && run->asked_of != NULL);
    const uint64_t *met = e->truths[e->definition->root->index].met;
    uint64_t *gone = ARENA_ARRAY(c->arena, uint64_t, e->words + 1);
    TRY(gone_since(c, e->columns->view, gone));
    const uint8_t *objectors = cohort_objectors(c->arena, e->columns, c->today);
    int64_t most = 0;
    for (size_t w = 0; w < e->words; w++) {
        most += __builtin_popcountll(met[w] & run->asked_of[w] & ~gone[w]);
    }
    Matching *list = ARENA_ARRAY(c->arena, Matching, (size_t)most + 1);
    size_t count = 0;
    for (size_t w = 0; w < e->words; w++) {
        uint64_t left = met[w] & run->asked_of[w] & ~gone[w];
        for (; left != 0; left &= left - 1) {
            uint32_t number = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(left);
            uint32_t p = 0;
            if (objectors != NULL && objectors[number] != 0) continue;
            const Stripe *stripe = columns_stripe(e->columns->view, number, &p)->stripe;
            list[count++] = (Matching){{stripe->id[p]}, stripe->practice[p]};
        }
    }
    if (count > 1) qsort(list, count, sizeof *list, by_person);
    *out = list;
    *count_out = count;
    return ERR_OK;
}
