// campaign_write_to.c -- who of a campaign may be written to now, and why the others may not.
#include "insight/campaign/campaign_write_to.h"

#include "work/team/team.h"

// Whose practice's GP has not confirmed yet gets no letter.
static bool is_confirmed(const Campaign *k, const CampaignPractice *all, size_t count, int64_t id)
{
    for (size_t i = 0; i < count; i++) {
        if (all[i].practice == id) return !k->confirm || all[i].confirmed_at.ms != 0;
    }
    return !k->confirm;
}

typedef struct Known { // of the people, in their order
    Str *stops;
    CampaignPractice *confirmed;
    size_t confirmed_count;
} Known;

static Err read_known(Ctx *c, const WriteTo *w, Known *out)
{
    TRY(campaign_practices(c, &w->campaign, &out->confirmed, &out->confirmed_count));
    return campaign_stops(c, w->people.at, w->people.count, w->campaign.confirm, NEWEST_COLUMNS,
                          &out->stops);
}

static Str why_not(const WriteTo *w, const Known *known, size_t i)
{
    const AskedPerson *a = &w->people.at[i];
    if (!a->standing || a->state != ASK_WAITING) return STR("Is not to be asked now");
    if (known->stops[i].len > 0) return known->stops[i];
    if (!is_confirmed(&w->campaign, known->confirmed, known->confirmed_count, a->practice)) {
        return STR("No GP of the practice has confirmed the list");
    }
    return STR("");
}

static Err find_addresses(Ctx *c, WriteTo *out)
{
    TRY(person_letters(c, out->ids, out->count, &out->to));
    for (size_t i = 0; i < out->count; i++) {
        bool has_address = out->to[i].address.len > 0;
        out->written += has_address;
        out->guarded += out->to[i].is_protected;
        if (has_address) continue;
        out->why[out->asked[i] - out->people.at] = out->to[i].is_protected
                                                       ? STR("The address is protected")
                                                       : STR("No address is recorded");
    }
    return ERR_OK;
}

static Err find_people(Ctx *c, WriteTo *out)
{
    Known known = {0};
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(campaign_people(c, &out->campaign, &out->people));
    TRY(practice_list(c, &practices, &practice_count));
    TRY(read_known(c, out, &known));
    size_t most = out->people.count + 1;
    out->why = ARENA_ARRAY(c->arena, Str, most);
    out->asked = ARENA_ARRAY(c->arena, const AskedPerson *, most);
    out->ids = ARENA_ARRAY(c->arena, PersonId, most);
    out->practices = ARENA_ARRAY(c->arena, Str, most);
    for (size_t i = 0; i < out->people.count; i++) {
        const AskedPerson *a = &out->people.at[i];
        out->why[i] = why_not(out, &known, i);
        if (out->why[i].len > 0) continue;
        out->practices[out->count] =
            practice_name_of(practices, practice_count, a->practice, STR("your practice"));
        out->asked[out->count] = a;
        out->ids[out->count++] = a->person;
    }
    return ERR_OK;
}

Err campaign_write_to(Ctx *c, Str ref, WriteTo *out)
{
    *out = (WriteTo){0};
    if (!access_may(c, CLASS_COHORT, MODE_READ) || !ctx_can(c, CAP_EXPORT_ROWS)) {
        return ERR_NOT_FOUND;
    }
    TRY(campaign_get(c, ref, &out->campaign));
    if (out->campaign.state != CAMPAIGN_RUNNING) return ERR_NOT_FOUND; // nobody is asked before
    TRY(find_people(c, out));
    return find_addresses(c, out);
}
