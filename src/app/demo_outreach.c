// demo_outreach.c -- two campaigns of the demonstration: one that runs, one that waits for a GP.
#include "app/demo.h"
#include "insight/campaign/campaign.h"
#include "work/team/team.h"

enum { PEOPLE_ASKED = 24, HOUR = 22, A_WEEK = 4, GAP_MONTHS = 6, CONTACT_DAYS = 28 };

// Acts as this colleague from now on.
static Err become(Ctx *c, const Colleague *all, size_t count, Str name)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(all[i].name, name)) continue;
        c->actor =
            (Actor){.account_id = all[i].account_id, .name = all[i].name, .role = all[i].role};
        return ERR_OK;
    }
    return ERR_NOT_FOUND;
}

// In a small network a cohort can be empty; then there is no campaign of it.
static Err make_one(Ctx *c, CampaignNew from, Str *ref_out)
{
    from.order_by = ORDER_NEED;
    from.people = PEOPLE_ASKED;
    from.gap_months = GAP_MONTHS;
    from.contact_days = CONTACT_DAYS;
    Err err = campaign_make(c, &from, ref_out);
    if (err != ERR_INVALID) return err;
    c->issue_count = 0;
    *ref_out = STR("");
    return ERR_OK;
}

static Err share_and_start(Ctx *c, Str ref, const Colleague *all, size_t count)
{
    static const char *const ASKERS[] = {"Priya Nair", "Tom Ashworth", "Beth Lowe"};
    CampaignColleague who[COUNT_OF(ASKERS)];
    size_t n = 0;
    Campaign k;
    TRY(campaign_get(c, ref, &k));
    for (size_t i = 0; i < count && n < COUNT_OF(ASKERS); i++) {
        for (size_t a = 0; a < COUNT_OF(ASKERS) && n < COUNT_OF(ASKERS); a++) {
            if (!str_eq(all[i].name, str_from_c(ASKERS[a]))) continue;
            who[n++] = (CampaignColleague){.account = all[i].account_id, .a_week = A_WEEK};
        }
    }
    TRY(campaign_share(c, ref, k.version, &(ShareOut){.colleagues = who, .count = n}));
    return campaign_start(c, ref, k.version + 1);
}

Err demo_outreach(Ctx *c, Date today)
{
    Colleague *all = NULL;
    size_t count = 0;
    Instant later;
    Str ref;
    Actor before = c->actor;
    c->today = date_add_days(today, -1);
    (void)instant_from_london(c->today, HOUR, 0, &c->now, &later);
    TRY(team_colleagues(c, &all, &count));
    TRY(become(c, all, count, STR("Priya Nair")));
    TRY(make_one(c,
                 (CampaignNew){.cohort = STR("housebound-alone"),
                               .name = STR("Housebound and alone: winter calls")},
                 &ref));
    if (ref.len > 0) TRY(share_and_start(c, ref, all, count));
    TRY(make_one(c,
                 (CampaignNew){.cohort = STR("frailty-repeat-admissions"),
                               .name = STR("After repeated admissions"),
                               .confirm = true},
                 &ref));
    c->actor = before;
    c->today = today;
    return ERR_OK;
}
