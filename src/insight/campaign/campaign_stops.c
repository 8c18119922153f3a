// campaign_stops.c -- whom a campaign asks no more, and who sees whom in it.
#include "care/caseload/caseload.h"
#include "insight/campaign/campaign_store.h"
#include "insight/cohort/cohort.h"

static Str stop_of(Ctx *c, const AskedPerson *asked, const CohortStanding *now,
                   const CaseBrief *brief, bool confirm)
{
    Str never = case_never(now->registration, now->objects);
    if (never.len > 0) return never;
    if (brief->state == CASE_OPEN) {
        return arena_fmt(c->arena, "Has support already, led by " STR_FMT ".",
                         STR_ARG(brief->lead_name));
    }
    if (!confirm || now->practice == asked->practice) return STR("");
    return STR("Has moved to another practice, whose GP has not confirmed the list.");
}

Err campaign_stops(Ctx *c, const AskedPerson *people, size_t count, bool confirm, Newest newest,
                   Str **out)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    CohortStanding *now = NULL;
    CaseBrief *cases = NULL;
    bool updating = false;
    for (size_t i = 0; i < count; i++) ids[i] = people[i].person;
    TRY(cohort_standing(c, ids, count, &now, &updating));
    if (updating && newest == NEWEST_COLUMNS) return ERR_BUSY;
    TRY(case_briefs(c, ids, count, &cases));
    Str *all = ARENA_ARRAY(c->arena, Str, count + 1);
    for (size_t i = 0; i < count; i++) {
        all[i] = stop_of(c, &people[i], &now[i], &cases[i], confirm);
    }
    *out = all;
    return ERR_OK;
}

CaseFrom asked_offer(const Campaign *k, const AskedPerson *asked)
{
    return (CaseFrom){
        .person = asked->person, .lead = asked->account, .cohort = k->cohort, .since = k->made_at};
}

Err asked_leave_out(Ctx *c, const AskedPerson *asked, Str why)
{
    return asked_settle(
        c, asked,
        &(Settling){
            .state = ASK_LEFT_OUT, .why = LEAVE_OUT_CHANGED, .words = why, .ask_again = DATE_NONE},
        STR("leave-out"));
}

bool campaign_sees_network(const Ctx *c)
{
    return c->actor.account_id == 0 || c->actor.role == ROLE_CARE_COORDINATOR;
}

// As for a cohort: the network's own staff see all its practices, a GP the practices worked for.
bool campaign_may_see(const Ctx *c, int64_t practice)
{
    return campaign_sees_network(c) || ctx_works_for(c, practice);
}

Err campaign_visible(Ctx *c, const CampaignPeople *all, CampaignPeople *out)
{
    AskedPerson *seen = ARENA_ARRAY(c->arena, AskedPerson, all->count + 1);
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, all->count + 1);
    PersonRow *rows = NULL;
    size_t count = 0;
    *out = *all;
    if (campaign_sees_network(c)) return ERR_OK;
    for (size_t i = 0; i < all->count; i++) {
        if (!campaign_may_see(c, all->at[i].practice)) continue;
        ids[count] = all->at[i].person;
        seen[count++] = all->at[i];
    }
    TRY(person_rows(c, ids, count, &rows));
    *out = (CampaignPeople){.at = seen};
    for (size_t i = 0; i < count; i++) {
        if (campaign_may_see(c, rows[i].practice_id)) seen[out->count++] = seen[i];
    }
    return ERR_OK;
}

Err campaign_people(Ctx *c, const Campaign *campaign, CampaignPeople *out)
{
    assert(c->actor.account_id == 0 || access_may(c, CLASS_COHORT, MODE_READ));
    CampaignPeople all;
    TRY(campaign_everybody(c, campaign, &all));
    return campaign_visible(c, &all, out);
}
