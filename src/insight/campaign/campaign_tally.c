// campaign_tally.c -- see campaign_tally.h.
#include "campaign_sql.h"
#include "core/ids.h"
#include "insight/campaign/campaign.h"
#include "insight/campaign/campaign_pages.h"
#include "insight/campaign/campaign_store.h"
#include "insight/cohort/cohort.h"

static const AskState SHOWN[CAMPAIGN_TALLY_STATES] = {
    [TALLY_WAITING] = ASK_WAITING,     [TALLY_WANTED] = ASK_ACCEPTED,
    [TALLY_DECLINED] = ASK_DECLINED,   [TALLY_NOT_NOW] = ASK_NOT_NOW,
    [TALLY_NO_ANSWER] = ASK_NO_ANSWER, [TALLY_WRONG_DETAILS] = ASK_WRONG_DETAILS};
const char *const CAMPAIGN_TALLY_LABELS[CAMPAIGN_TALLY_STATES] = {
    "To be asked", "Want support", "Said no", "Not now", "No answer", "Wrong details"};

typedef struct Tallying {
    const Campaign *all;
    CampaignTally *tallies;
    size_t (*caps)[CAMPAIGN_TALLY_STATES];
    size_t count;
    Arena *arena;
    const PersonId *opted_out; // by id
    size_t opted_out_count;
} Tallying;

static void add_person(const Tallying *t, size_t campaign, size_t state, PersonId person)
{
    CampaignTally *tally = &t->tallies[campaign];
    size_t count = (size_t)tally->people[state];
    ARENA_GROW(t->arena, tally->who[state], count, &t->caps[campaign][state]);
    tally->who[state][count] = person;
    tally->people[state]++;
}

static void tally_row(const Tallying *t, const Rows *rows)
{
    PersonId person = {row_i64(rows, CAMPAIGN_STATES_PERSON_ID)};
    int64_t id = row_i64(rows, CAMPAIGN_STATES_CAMPAIGN_ID);
    int64_t state = row_i64(rows, CAMPAIGN_STATES_STATE);
    if (t->opted_out_count > 0 &&
        bsearch(&person, t->opted_out, t->opted_out_count, sizeof person, person_id_cmp) != NULL) {
        return;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (t->all[i].id != id) continue;
        for (size_t k = 0; k < CAMPAIGN_TALLY_STATES; k++) {
            if ((int64_t)SHOWN[k] == state) add_person(t, i, k, person);
        }
        return;
    }
}

static Err every_campaign(Ctx *c, Campaign **out, size_t *count_out)
{
    size_t total = 0;
    TRY(campaign_count(c, &total));
    Campaign *all = ARENA_ARRAY(c->arena, Campaign, total + 1);
    size_t count = 0;
    while (count < total) {
        Campaign *some = NULL;
        size_t more = 0;
        TRY(campaign_list(c, count, &some, &more));
        if (more == 0) break; // fewer than were counted
        for (size_t i = 0; i < more && count < total; i++) all[count++] = some[i];
    }
    *out = all;
    *count_out = count;
    return ERR_OK;
}

// Managers read beside the numbers whom the list left out on purpose: it asked fewer for it.
static Str tally_state(Ctx *c, const Campaign *k)
{
    Str state = campaign_state_text(c, k);
    if (k->contact_days == 0) return state;
    return arena_fmt(c->arena,
                     STR_FMT ". Without who was contacted in the %d %s before it was made",
                     STR_ARG(state), k->contact_days, k->contact_days == 1 ? "day" : "days");
}

Err campaign_tallies(Ctx *c, CampaignTally **out, size_t *count_out)
{
    Campaign *all = NULL;
    PersonId *opted_out = NULL;
    Tallying t = {0};
    TRY(every_campaign(c, &all, &t.count));
    TRY(cohort_secondary_out(c, &opted_out, &t.opted_out_count));
    t.all = all;
    t.opted_out = opted_out;
    t.arena = c->arena;
    t.tallies = ARENA_ARRAY(c->arena, CampaignTally, t.count + 1);
    t.caps = arena_alloc(c->arena, t.count + 1, sizeof *t.caps);
    for (size_t i = 0; i < t.count; i++) {
        t.tallies[i] = (CampaignTally){.ref = all[i].ref,
                                       .name = all[i].name,
                                       .cohort = all[i].cohort,
                                       .cohort_name = all[i].cohort_name,
                                       .state = tally_state(c, &all[i])};
    }
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_STATES, NO_ARGS);
    while (rows_next(&rows)) tally_row(&t, &rows);
    *out = t.tallies;
    *count_out = t.count;
    return rows.err;
}
