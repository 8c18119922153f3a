// campaign_confirmed_test.c -- a practice of which nobody can confirm is told: all wait for it.
#include "core/session.h"
#include "insight/campaign/campaign_pages.h"
#include "test/cohorts.h"

static Str waits_of(Test *t, Str ref)
{
    CampaignShowPage m = {0};
    store_refresh(t->c->core->store, t->c->db);
    CHECK_OK(campaign_get(t->c, ref, &m.campaign));
    CHECK_OK(campaign_fill_practices(t->c, &m));
    CHECK_I64((int64_t)m.practice_count, 2);
    return m.waits;
}

static void gp_at(Test *t, const char *username, const char *ods)
{
    Account account;
    Practice practice;
    CHECK_OK(practice_of_ods(t->c, str_from_c(ods), &practice));
    CHECK_OK(account_create(t->c,
                            &(AccountNew){.username = str_from_c(username),
                                          .name = str_from_c(username),
                                          .role = ROLE_GP_SUPERVISOR,
                                          .orgs = &practice.id,
                                          .org_count = 1},
                            STR("violet-anchor-teapot"), &account));
}

TEST(a_practice_of_which_no_gp_can_confirm_is_told)
{
    CohortEngine *engine = cohorts_begin(t);
    cohorts_account(t, ROLE_CARE_COORDINATOR);
    test_written(t, "UPDATE person SET phone = '0161 496 0001', version = version + 1");
    Str ref = STR("");
    CampaignNew from = {.cohort = STR("housebound-alone"),
                        .name = STR("Winter calls"),
                        .order_by = ORDER_NEED,
                        .people = 50,
                        .confirm = true};
    gp_at(t, "first", "X26101");
    CHECK_OK(campaign_make(t->c, &from, &ref));
    CHECK_CONTAINS(waits_of(t, ref), "Still to confirm: Practice X26101, Practice X26102.");
    CHECK_CONTAINS(waits_of(t, ref),
                   "until an administrator has given one an account: Practice X26102.");
    gp_at(t, "second", "X26102");
    CHECK_LACKS(waits_of(t, ref), "administrator");
    test_sql(t, "UPDATE account SET state = 3 WHERE username = 'first'"); // suspended
    CHECK_CONTAINS(waits_of(t, ref),
                   "until an administrator has given one an account: Practice X26101.");
    cohort_engine_free(engine);
}
