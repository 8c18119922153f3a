// cohort_one.c -- one person's stripe with nobody else live in it.
#include "insight/cohort/cohort_one.h"

#include "insight/cohort/cohort_frailty.h"

static void narrow_facts(Evaluation *e, OnePerson *one, uint32_t first)
{
    e->facts.contact_last += first;
    e->facts.plan_until += first;
    e->facts.referral_since += first;
    e->facts.on_caseload += first;
    e->facts.declined += first;
    if (e->now == NULL) return;
    one->now = *e->now; // held as it was
    one->now.facts = e->facts;
    one->now.registration += first;
    one->now.opted_out += first;
    e->now = &one->now;
}

Err evaluation_narrow(Evaluation *e, PersonId person)
{
    assert(e->one == NULL);
    const Columns *whole = e->columns->view;
    int64_t at = columns_number(whole, person);
    if (at < 0) return ERR_NOT_FOUND;
    OnePerson *one = ARENA_NEW(e->arena, OnePerson);
    const LiveStripe *of = columns_stripe(whole, (uint32_t)at, &one->number);
    one->stripe_number = (size_t)(of - whole->stripes);
    bit_set(one->live, one->number);
    // The stripe stands as it is: whichever way a rule is answered, it is right of this person.
    one->stripe = (LiveStripe){of->stripe, one->live, 0};
    one->view = *whole;
    one->view.numbers = STRIPE_PERSONS_MAX;
    one->view.persons = 1;
    one->view.events =
        of->stripe->person_first[one->number + 1] - of->stripe->person_first[one->number];
    one->view.stripes = &one->stripe;
    one->view.stripe_count = 1;
    one->view.base_count = 1;
    one->columns = *e->columns;
    one->columns.view = &one->view;
    one->columns.words = STRIPE_WORDS;
    e->columns = &one->columns;
    e->one = one;
    narrow_facts(e, one, of->first);
    return ERR_OK;
}

int evaluation_deficits(const Evaluation *e, uint32_t person)
{
    if (e->one == NULL) {
        return frailty_counts(e->columns, e->arena, e->as_at)[person];
    }
    return frailty_deficits(e->columns, e->arena, person, e->as_at);
}
