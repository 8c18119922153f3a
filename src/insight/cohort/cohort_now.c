// cohort_now.c -- facts of other rooms and numbers made of them, until the journal grows.
#include "insight/cohort/cohort_now.h"

#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "care/referral/referral.h"
#include "core/journal.h"
#include "insight/cohort/cohort_engine.h"
#include "insight/cohort/cohort_objects.h"

#include <pthread.h>

enum { PLAN_MONTHS = 12 };   // a plan without a review date is in date for so long after agreeing
enum { NUMBERS_MAX = 1024 }; // when there are more all are forgotten

struct NowLife {
    atomic_int holders;
    Arena *arena; // all of it stands in it
    int64_t head; // of the journal
    Date as_at, today;
    unsigned has;
};

typedef struct Number {
    Str name;
    int64_t value;
} Number;

// What numbers follow from: of the record alone `head` counts corrections and `generation` imports,
// else `head` is the journal's.
typedef struct Stamp {
    int64_t head, generation;
    Date today;
} Stamp;

typedef struct Numbers { // right at one stamp
    Arena *arena;
    Stamp stamp;
    Number *list;
    size_t count;
} Numbers;

struct NowCache {
    pthread_mutex_t lock;  // of everything below
    const CohortNow *kept; // held
    int64_t head;          // of the journal, when it was last asked
    unsigned asked, usual; // what was asked for since then; and of the state before
    Numbers work, record;  // of the team's work, of the record alone
};

static void forget(Numbers *numbers)
{
    arena_reset(numbers->arena);
    numbers->list = ARENA_ARRAY(numbers->arena, Number, NUMBERS_MAX);
    numbers->count = 0;
}

NowCache *now_cache_next(Arena *arena, NowCache *before)
{
    NowCache *cache = ARENA_NEW(arena, NowCache);
    (void)pthread_mutex_init(&cache->lock, NULL);
    if (before != NULL) {
        (void)pthread_mutex_lock(&before->lock);
        cache->asked = before->asked != 0 ? before->asked : before->usual;
        (void)pthread_mutex_unlock(&before->lock);
    }
    cache->work.arena = arena_new();
    cache->record.arena = arena_new();
    forget(&cache->work);
    forget(&cache->record);
    return cache;
}

void now_cache_end(NowCache *cache)
{
    if (cache == NULL) return;
    cohort_now_let_go(cache->kept);
    arena_free(cache->work.arena);
    arena_free(cache->record.arena);
    (void)pthread_mutex_destroy(&cache->lock);
}

void cohort_now_let_go(const CohortNow *now)
{
    if (now == NULL) return;
    struct NowLife *life = now->life;
    if (atomic_fetch_sub_explicit(&life->holders, 1, memory_order_acq_rel) != 1) return;
    arena_free(life->arena); // it stands in it
}

static const CohortNow *share(const CohortNow *now)
{
    (void)atomic_fetch_add_explicit(&now->life->holders, 1, memory_order_relaxed);
    return now;
}

// ---- reading

static Date plan_until(const PlanFact *fact)
{
    if (date_is_none(fact->agreed_on)) return DATE_NONE;
    return date_is_none(fact->review) ? date_add_months(fact->agreed_on, PLAN_MONTHS)
                                      : fact->review;
}

static Err take_cases(Ctx *c, const CohortColumns *columns, Date as_at, CohortNow *now)
{
    CaseloadFacts *out = &now->facts;
    CaseFact *cases = NULL;
    size_t count = 0;
    TRY(case_facts(c, &cases, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(columns->view, cases[i].person);
        if (at < 0) continue;
        now->known[at] = 1;
        bool later = date_is_none(cases[i].ask_again) || cases[i].ask_again.days > as_at.days;
        out->on_caseload[at] = cases[i].state == CASE_OFFERED || cases[i].state == CASE_OPEN;
        // Given up for now: until the day that was set, and no longer.
        bool given_up = cases[i].state == CASE_NO_ANSWER && !date_is_none(cases[i].ask_again);
        out->declined[at] = later && (given_up || cases[i].state == CASE_DECLINED);
    }
    return ERR_OK;
}

static Err take_contacts(Ctx *c, const CohortColumns *columns, CohortNow *out)
{
    ContactFact *contacts = NULL;
    size_t count = 0;
    TRY(contact_facts(c, &contacts, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(columns->view, contacts[i].person);
        if (at < 0) continue;
        out->known[at] = 1;
        out->facts.contact_last[at] = contacts[i].last.days;
    }
    return ERR_OK;
}

static Err take_plans(Ctx *c, const CohortColumns *columns, CohortNow *out)
{
    PlanFact *plans = NULL;
    size_t count = 0;
    TRY(plan_facts(c, &plans, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(columns->view, plans[i].person);
        if (at < 0) continue;
        out->known[at] = 1;
        out->facts.plan_until[at] = plan_until(&plans[i]).days;
    }
    return ERR_OK;
}

static Err take_referrals(Ctx *c, const CohortColumns *columns, CohortNow *out)
{
    ReferralFact *referrals = NULL;
    size_t count = 0;
    TRY(referral_facts(c, &referrals, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(columns->view, referrals[i].person);
        if (at >= 0) out->facts.referral_since[at] = referrals[i].since.days;
    }
    return ERR_OK;
}

// What can have changed since the columns were made is asked of the record itself.
static Err take_standing(Ctx *c, const CohortColumns *columns, CohortNow *out)
{
    const Columns *view = columns->view;
    uint8_t *registration = ARENA_ARRAY(out->life->arena, uint8_t, (size_t)view->numbers + 1);
    uint8_t *opted_out = ARENA_ARRAY(out->life->arena, uint8_t, (size_t)view->numbers + 1);
    for (size_t s = 0; s < view->stripe_count; s++) {
        const Stripe *stripe = view->stripes[s].stripe;
        memcpy(registration + view->stripes[s].first, stripe->registration, stripe->persons);
        memcpy(opted_out + view->stripes[s].first, stripe->opted_out, stripe->persons);
    }
    PersonFact *changed = NULL;
    size_t count = 0;
    TRY(person_facts_changed(c, &changed, &count));
    for (size_t i = 0; i < count; i++) {
        int64_t at = columns_number(view, changed[i].id);
        if (at < 0) continue;
        bool died = !date_is_none(changed[i].died);
        registration[at] = (uint8_t)(died ? REGISTRATION_DIED : changed[i].registration);
        opted_out[at] = changed[i].opted_out;
    }
    cohort_add_objections(c->arena, columns, c->today, opted_out);
    out->registration = registration;
    out->opted_out = opted_out;
    return ERR_OK;
}

static Err take_all(Ctx *c, const CohortColumns *columns, CohortNow *out)
{
    struct NowLife *life = out->life;
    out->facts = caseload_facts_new(life->arena, columns->view->numbers);
    out->known = ARENA_ARRAY(life->arena, uint8_t, (size_t)columns->view->numbers + 1);
    TRY(take_cases(c, columns, life->as_at, out));
    if ((life->has & NOW_CONTACTS) != 0) TRY(take_contacts(c, columns, out));
    if ((life->has & NOW_PLANS) != 0) TRY(take_plans(c, columns, out));
    if ((life->has & NOW_REFERRALS) != 0) TRY(take_referrals(c, columns, out));
    return take_standing(c, columns, out);
}

static Err read_now(Ctx *c, const CohortColumns *columns, struct NowLife life,
                    const CohortNow **out)
{
    // What is only read on the way is many times what is kept.
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    Ctx own = *c;
    own.arena = scratch;
    life.arena = arena_new();
    CohortNow *now = ARENA_NEW(life.arena, CohortNow);
    now->life = ARENA_NEW(life.arena, struct NowLife);
    now->life->arena = life.arena;
    now->life->head = life.head;
    now->life->as_at = life.as_at;
    now->life->today = life.today;
    now->life->has = life.has;
    atomic_init(&now->life->holders, 1);
    Err err = take_all(&own, columns, now);
    if (err == ERR_OK) {
        *out = now;
    } else {
        cohort_now_let_go(now);
    }
    return err;
}

// ---- what is kept

static bool answers(const CohortNow *now, const struct NowLife *asked)
{
    const struct NowLife *life = now->life;
    return life->head == asked->head && life->as_at.days == asked->as_at.days &&
           life->today.days == asked->today.days && (life->has & asked->has) == asked->has;
}

// Of another reader's older state nothing takes the place of a newer one.
static void keep_now(NowCache *cache, const CohortNow *now)
{
    (void)pthread_mutex_lock(&cache->lock);
    const CohortNow *old = cache->kept;
    if (old == NULL || old->life->head <= now->life->head) {
        cache->kept = share(now);
    } else {
        old = NULL;
    }
    (void)pthread_mutex_unlock(&cache->lock);
    cohort_now_let_go(old);
}

// With the lock held. One page asks for this and then for that, and the next page for the same: it
// is read in one go what was asked of the state before.
static unsigned usual(NowCache *cache, const struct NowLife *asked)
{
    if (cache->head != asked->head) {
        cache->head = asked->head;
        cache->usual = cache->asked;
        cache->asked = 0;
    }
    cache->asked |= asked->has;
    return cache->usual;
}

Err cohort_now(Ctx *c, const CohortColumns *columns, Date as_at, unsigned wanted,
               const CohortNow **out)
{
    NowCache *cache = columns_now_cache(columns);
    if ((wanted & NOW_KNOWN) != 0) wanted |= NOW_CONTACTS | NOW_PLANS; // those make somebody known
    struct NowLife asked = {.as_at = as_at, .today = c->today, .has = wanted};
    bool kept = !c->changing && as_at.days == c->today.days;
    *out = NULL;
    TRY(journal_head(c, &asked.head));
    (void)pthread_mutex_lock(&cache->lock);
    const CohortNow *now = cache->kept;
    if (kept && now != NULL && answers(now, &asked)) *out = share(now);
    // Another rule of the same page may have asked for the rest.
    if (kept && now != NULL && now->life->head == asked.head) asked.has |= now->life->has;
    if (kept) asked.has |= usual(cache, &asked);
    (void)pthread_mutex_unlock(&cache->lock);
    if (*out != NULL) return ERR_OK;
    TRY(read_now(c, columns, asked, out));
    if (kept) keep_now(cache, *out);
    return ERR_OK;
}

// ---- numbers

// As this account may see them: what follows from the record is one number for everybody who may
// ask about the whole network.
static Str name_of(Ctx *c, const NumberAsked *asked)
{
    bool may = c->actor.account_id == 0 ||
               (ctx_can(c, CAP_COHORT_VIEW) && access_may(c, CLASS_COHORT, MODE_READ));
    if (asked->record && may && cohort_sees_network(c)) {
        return arena_fmt(c->arena, "network " STR_FMT, STR_ARG(asked->what));
    }
    CLEANUP(buf_free)
    Buf name = buf_new((size_t)ORGS_MAX * 24 + asked->what.len + 64);
    buf_fmt(&name, "%lld %d", (long long)c->actor.account_id, (int)c->actor.role);
    for (size_t i = 0; i < c->actor.org_count; i++) {
        buf_fmt(&name, " %lld", (long long)c->actor.orgs[i]);
    }
    buf_fmt(&name, " " STR_FMT, STR_ARG(asked->what));
    return arena_str(c->arena, buf_str(&name));
}

static Err stamp_of(Ctx *c, const NumberAsked *asked, Stamp *out)
{
    *out = (Stamp){.today = c->today};
    if (!asked->record) return journal_head(c, &out->head);
    out->head = person_corrections(c);
    out->generation = population_generation(c);
    return ERR_OK;
}

static Number *number_named(const Numbers *numbers, Str name)
{
    for (size_t i = 0; i < numbers->count; i++) {
        if (str_eq(numbers->list[i].name, name)) return &numbers->list[i];
    }
    return NULL;
}

// With the lock held. Those of another state are forgotten; false: of an older one than theirs.
static bool numbers_at(Numbers *numbers, Stamp stamp)
{
    const Stamp *has = &numbers->stamp;
    if (has->head == stamp.head && has->generation == stamp.generation &&
        has->today.days == stamp.today.days) {
        return true;
    }
    if (has->head > stamp.head || has->generation > stamp.generation) return false;
    forget(numbers);
    numbers->stamp = stamp;
    return true;
}

typedef struct Keeping {
    NowCache *cache;
    Numbers *numbers; // of it
    Stamp stamp;
    Str name;
} Keeping;

static bool find_number(const Keeping *k, int64_t *out)
{
    (void)pthread_mutex_lock(&k->cache->lock);
    const Number *number =
        numbers_at(k->numbers, k->stamp) ? number_named(k->numbers, k->name) : NULL;
    if (number != NULL) *out = number->value;
    (void)pthread_mutex_unlock(&k->cache->lock);
    return number != NULL;
}

static void keep_number(const Keeping *k, int64_t value)
{
    Numbers *numbers = k->numbers;
    (void)pthread_mutex_lock(&k->cache->lock);
    if (numbers_at(numbers, k->stamp) && number_named(numbers, k->name) == NULL) {
        if (numbers->count == NUMBERS_MAX) forget(numbers);
        numbers->list[numbers->count++] = (Number){arena_str(numbers->arena, k->name), value};
    }
    (void)pthread_mutex_unlock(&k->cache->lock);
}

static Err count_now(Ctx *c, const CohortColumns *columns, const NumberAsked *asked, int64_t *out)
{
    NowCache *cache = columns_now_cache(columns);
    Keeping k = {cache, asked->record ? &cache->record : &cache->work, {0}, name_of(c, asked)};
    TRY(stamp_of(c, asked, &k.stamp));
    if (find_number(&k, out)) return ERR_OK;
    TRY(asked->count(c, asked->arg, out));
    // Newer columns may have come in between: what was counted on them is right for these no more.
    CohortColumns *later = NULL;
    bool updating = false;
    TRY(engine_columns(c, &later, &updating));
    if (later == columns) keep_number(&k, *out);
    cohort_columns_let_go(later);
    return ERR_OK;
}

Err cohort_number_now(Ctx *c, const NumberAsked *asked, int64_t *out)
{
    if (c->changing) return asked->count(c, asked->arg, out);
    CohortColumns *columns = NULL;
    bool updating = false;
    TRY(engine_columns(c, &columns, &updating));
    Err err = count_now(c, columns, asked, out);
    cohort_columns_let_go(columns);
    return err;
}
