// campaign_confirmed.c -- who has confirmed a campaign's list, whom it waits for, where nobody can.
#include "core/core.h"
#include "core/html.h"
#include "core/session.h"
#include "insight/campaign/campaign_pages.h"
#include "insight/campaign/campaign_store.h"
#include "work/team/team.h"

enum { NAMED_MAX = 12 }; // of more practices that have to confirm, how many more

typedef struct Names {
    Str text; // "Millfield Surgery, Bankside Practice"
    size_t count;
} Names;

static void add_name(Ctx *c, Names *names, Str name)
{
    if (names->count++ >= NAMED_MAX) return;
    names->text = arena_fmt(c->arena, STR_FMT "%s" STR_FMT, STR_ARG(names->text),
                            names->text.len > 0 ? ", " : "", STR_ARG(name));
}

static Str names_of(Ctx *c, const Names *names)
{
    if (names->count <= NAMED_MAX) return names->text;
    return arena_fmt(c->arena, STR_FMT " and " STR_FMT " more", STR_ARG(names->text),
                     STR_ARG(html_count(c->arena, (int64_t)(names->count - NAMED_MAX))));
}

static Str waits_sentence(Ctx *c, const Names *waits, const Names *nobody)
{
    if (waits->count == 0) return STR("");
    Str text = arena_fmt(c->arena,
                         "Nobody is asked before a GP of their practice has confirmed the list. "
                         "Still to confirm: " STR_FMT ".",
                         STR_ARG(names_of(c, waits)));
    if (nobody->count == 0) return text;
    return arena_fmt(c->arena,
                     STR_FMT " No GP of these can confirm it until an administrator has given one "
                             "an account: " STR_FMT ".",
                     STR_ARG(text), STR_ARG(names_of(c, nobody)));
}

static UiPair practice_row(Ctx *c, const CampaignPractice *one, Str name, bool can)
{
    Str at = instant_long(c->arena, one->confirmed_at);
    return (UiPair){.key = name,
                    .missing = can ? STR("Waits for a GP of the practice")
                                   : STR("Waits, and no GP of the practice has an account"),
                    .value = one->confirmed_at.ms == 0
                                 ? STR("")
                                 : arena_fmt(c->arena, "Confirmed by " STR_FMT ", " STR_FMT,
                                             STR_ARG(one->confirmed_name), STR_ARG(at))};
}

Err campaign_fill_practices(Ctx *c, CampaignShowPage *m)
{
    CampaignPractice *all = NULL;
    size_t count = 0;
    Names waits = {.text = STR("")};
    Names nobody = {.text = STR("")};
    bool over = m->campaign.state == CAMPAIGN_CLOSED;
    if (!m->campaign.confirm) return ERR_OK;
    TRY(campaign_practices(c, &m->campaign, &all, &count));
    m->practices = ARENA_ARRAY(c->arena, UiPair, count + 1);
    for (size_t i = 0; i < count; i++) {
        Practice practice;
        bool can = true;
        Err err = practice_get(c, all[i].practice, &practice);
        if (err == ERR_NOT_FOUND) continue;
        TRY(err);
        bool done = all[i].confirmed_at.ms != 0;
        if (!done && !over) TRY(account_role_at(c, ROLE_GP_SUPERVISOR, practice.id, &can));
        m->practices[m->practice_count++] = practice_row(c, &all[i], practice.name, can);
        if (done) continue;
        m->can_confirm = m->can_confirm || (ctx_can(c, CAP_CAMPAIGN_CONFIRM) && !over &&
                                            campaign_may_see(c, all[i].practice));
        add_name(c, &waits, practice.name);
        if (!can) add_name(c, &nobody, practice.name);
    }
    if (!over) m->waits = waits_sentence(c, &waits, &nobody);
    return ERR_OK;
}
