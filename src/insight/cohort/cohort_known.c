// cohort_known.c -- who of a list nobody here has had to do with yet.
#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "insight/cohort/cohort_pages.h"

typedef struct Known { // both in the order of people
    const CohortRun *run;
    bool *known; // of each of run->people
    size_t at;
} Known;

static void begin(Known *k)
{
    k->at = 0;
}

// Persons come ascending.
static void mark(Known *k, PersonId person)
{
    while (k->at < k->run->people_count && k->run->people[k->at].v < person.v) k->at++;
    if (k->at < k->run->people_count && k->run->people[k->at].v == person.v) {
        k->known[k->at] = true;
    }
}

static Err mark_all(Ctx *c, Known *k)
{
    CaseFact *cases = NULL;
    ContactFact *contacts = NULL;
    PlanFact *plans = NULL;
    size_t count = 0;
    TRY(case_facts(c, &cases, &count));
    begin(k);
    for (size_t i = 0; i < count; i++) mark(k, cases[i].person);
    TRY(contact_facts(c, &contacts, &count));
    begin(k);
    for (size_t i = 0; i < count; i++) mark(k, contacts[i].person);
    TRY(plan_facts(c, &plans, &count));
    begin(k);
    for (size_t i = 0; i < count; i++) mark(k, plans[i].person);
    return ERR_OK;
}

static void narrow_to_new(const Known *k, CohortRun *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->people_count; i++) {
        if (k->known[i]) continue;
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
    Known k = {.run = run, .known = ARENA_ARRAY(c->arena, bool, run->people_count + 1)};
    TRY(mark_all(c, &k));
    *count_out = 0;
    for (size_t i = 0; i < run->people_count; i++) *count_out += !k.known[i];
    if (narrow) narrow_to_new(&k, run);
    return ERR_OK;
}
