// referral_test.c -- what must be true of referrals: none is without a colleague who asks.
#include "care/referral/referral.h"
#include "care/referral/referral_fhir.h"
#include "care/task/task.h"
#include "core/seal.h"
#include "test/people.h"

extern const Seal REFERRAL_SEAL; // referral.c

static ReferralAdd falls(Test *t)
{
    return (ReferralAdd){.service = STR("Falls prevention, Riverside Hospital"),
                         .reach = STR("01632 960 001"),
                         .reason = STR("Wants to walk to the shop again"),
                         .way = REFERRAL_BY_LETTER,
                         .consent = REFERRAL_AGREED,
                         .sent_on = date_add_days(t->c->today, -3),
                         .chase_on = date_add_days(t->c->today, 11)};
}

static Referral added(Test *t, const Grant *grant)
{
    ReferralAdd add = falls(t);
    Referral out = {0};
    Str ref = STR("");
    CHECK_OK(referral_add(t->c, grant, &add, &ref));
    CHECK_OK(referral_get(t->c, grant, ref, &out));
    return out;
}

static ReferralStepAdd step_of(Test *t, ReferralStepKind kind)
{
    return (ReferralStepAdd){.kind = kind,
                             .on = t->c->today,
                             .words = STR("Their letter of today"),
                             .chase_on = date_add_days(t->c->today, 28)};
}

static Task *open_tasks(Test *t, const Grant *grant, size_t *count)
{
    Task *tasks = NULL;
    CHECK_OK(task_of_person(t->c, grant, true, &tasks, count));
    return tasks;
}

TEST(a_referral_says_everything_that_is_missing_at_once)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    ReferralAdd add = {.way = REFERRAL_BY_LETTER,
                       .consent = REFERRAL_AGREED,
                       .sent_on = date_add_days(t->c->today, 1),
                       .chase_on = date_add_days(t->c->today, -1)};
    Str ref;
    CHECK_ERR(referral_add(t->c, g, &add, &ref), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 4);
    CHECK_STR(t->c->issues[0].field, "service");
    CHECK_STR(t->c->issues[1].field, "reason");
    CHECK_STR(t->c->issues[2].field, "sent_on");
    CHECK_STR(t->c->issues[3].field, "chase_on");
    CHECK_I64(test_count(t, "referral"), 0);
    CHECK_I64(test_count(t, "task"), 0);
}

TEST(an_open_referral_has_one_task_of_one_colleague_to_ask_what_became_of_it)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    size_t count = 0;
    Task *tasks = open_tasks(t, g, &count);
    CHECK_I64(count, 1);
    CHECK_STR(tasks[0].what, "Ask about the referral to Falls prevention, Riverside Hospital");
    CHECK(tasks[0].waiting && date_cmp(tasks[0].due, r.chase_on) == 0);
    CHECK_STR(tasks[0].source_ref, arena_c(t->arena, r.ref));
    // Asked, and nothing new: the day moves, where it stands does not.
    ReferralStepAdd chased = step_of(t, REFERRAL_CHASED);
    CHECK_OK(referral_step(t->c, g, r.ref, r.version, &chased));
    CHECK_OK(referral_get(t->c, g, r.ref, &r));
    CHECK(r.state == REFERRAL_SENT);
    tasks = open_tasks(t, g, &count);
    CHECK_I64(count, 1);
    CHECK_I64(date_days_between(t->c->today, tasks[0].due), 28);
}

TEST(what_came_of_it_closes_a_referral_and_ends_its_task)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    ReferralStepAdd seen = step_of(t, REFERRAL_SEEN);
    CHECK_OK(referral_step(t->c, g, r.ref, r.version, &seen));
    ReferralStepAdd helped = step_of(t, REFERRAL_HELPED);
    helped.chase_on = DATE_NONE;
    CHECK_ERR(referral_step(t->c, g, r.ref, r.version, &helped), ERR_CONFLICT); // of before
    CHECK_OK(referral_step(t->c, g, r.ref, r.version + 1, &helped));
    CHECK_OK(referral_get(t->c, g, r.ref, &r));
    CHECK(r.state == REFERRAL_HELPED && date_cmp(r.closed_on, t->c->today) == 0);
    CHECK(date_is_none(r.chase_on));
    size_t count = 0;
    (void)open_tasks(t, g, &count);
    CHECK_I64(count, 0);
    CHECK_ERR(referral_step(t->c, g, r.ref, r.version, &seen), ERR_CONFLICT); // it is closed
    ReferralStep *steps = NULL;
    CHECK_OK(referral_steps(t->c, g, &r, &steps, &count));
    CHECK_I64(count, 3);
    CHECK(steps[0].kind == REFERRAL_SENT && steps[2].kind == REFERRAL_HELPED);
}

TEST(a_service_that_says_no_says_why_and_days_are_days_of_the_referral)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    ReferralStepAdd no = step_of(t, REFERRAL_DECLINED);
    no.words = STR("");
    no.on = date_add_days(r.sent_on, -1);
    CHECK_ERR(referral_step(t->c, g, r.ref, r.version, &no), ERR_INVALID);
    CHECK_I64(t->c->issue_count, 2);
    CHECK_STR(t->c->issues[0].field, "words");
    CHECK_STR(t->c->issues[1].field, "on");
    t->c->issue_count = 0;
    ReferralStepAdd accepted = step_of(t, REFERRAL_ACCEPTED);
    accepted.chase_on = DATE_NONE; // nobody would ask any more
    CHECK_ERR(referral_step(t->c, g, r.ref, r.version, &accepted), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "chase_on");
}

TEST(a_button_pressed_twice_is_one_referral_and_another_to_the_same_service_is_asked_about)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    Referral again = added(t, g);
    CHECK_I64(again.id, r.id);
    ReferralAdd add = falls(t);
    Str ref;
    add.service = STR("falls prevention, riverside hospital");
    add.reason = STR("After the second fall");
    CHECK_ERR(referral_add(t->c, g, &add, &ref), ERR_INVALID);
    CHECK_STR(t->c->issues[0].field, "again");
    t->c->issue_count = 0;
    add.again = true;
    CHECK_OK(referral_add(t->c, g, &add, &ref));
    CHECK_I64(test_count(t, "referral"), 2);
}

TEST(cohorts_learn_who_has_an_open_one_and_since_when)
{
    PersonId person = test_person(t, "Okafor", 9998787084);
    const Grant *g = test_grant(t, person, CLASS_CARE);
    ReferralFact *facts = NULL;
    size_t count = 1;
    CHECK_OK(referral_facts(t->c, &facts, &count));
    CHECK_I64(count, 0);
    Referral r = added(t, g);
    CHECK_OK(referral_facts(t->c, &facts, &count));
    CHECK_I64(count, 1);
    CHECK_I64(facts[0].person.v, person.v);
    CHECK(date_cmp(facts[0].since, r.sent_on) == 0);
    ReferralStepAdd back = step_of(t, REFERRAL_WITHDRAWN);
    CHECK_OK(referral_step(t->c, g, r.ref, r.version, &back));
    CHECK_OK(referral_facts(t->c, &facts, &count));
    CHECK_I64(count, 0);
}

TEST(a_referral_is_found_through_its_own_person_only)
{
    Referral r = added(t, test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE));
    const Grant *other = test_grant(t, test_person(t, "Price", 9991234567), CLASS_CARE);
    Referral out;
    ReferralStepAdd seen = step_of(t, REFERRAL_SEEN);
    CHECK_ERR(referral_get(t->c, other, r.ref, &out), ERR_NOT_FOUND);
    CHECK_ERR(referral_step(t->c, other, r.ref, r.version, &seen), ERR_NOT_FOUND);
}

TEST(every_step_is_in_the_seal_of_the_referral)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    Str before;
    Str after;
    CHECK_OK(seal_of(t->c, &REFERRAL_SEAL, r.ref, &before));
    test_sql(t, "UPDATE referral_step SET words = 'what nobody wrote'");
    CHECK_OK(seal_of(t->c, &REFERRAL_SEAL, r.ref, &after));
    CHECK(!str_eq(before, after));
}

TEST(a_referral_as_fhir_says_where_it_stands)
{
    const Grant *g = test_grant(t, test_person(t, "Okafor", 9998787084), CLASS_CARE);
    Referral r = added(t, g);
    ReferralStep *steps = NULL;
    size_t count = 0;
    Str body;
    CHECK_OK(referral_steps(t->c, g, &r, &steps, &count));
    ReferralWhole whole = {&r, steps, count, STR("p1"), STR("a1")};
    CHECK_OK(referral_fhir(t->c, &whole, &body));
    CHECK_CONTAINS(body, "\"resourceType\":\"ServiceRequest\"");
    CHECK_CONTAINS(body, "\"status\":\"active\"");
    CHECK_CONTAINS(body, "\"display\":\"Falls prevention, Riverside Hospital\"");
    CHECK_CONTAINS(body, "Sent, 20");
}
