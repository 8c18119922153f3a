// team_choose.c -- the list of a form that says who: its options, and reading which was chosen.
#include "work/team/team.h"

bool team_may_lead(Role role)
{
    return role < ROLE_COUNT && (ACCESS_CAPS[role] >> CAP_CASELOAD_VIEW & 1U) != 0;
}

static bool belongs(TeamChoice which, const Ctx *c, const Colleague *who)
{
    if (which == CHOOSE_GP) return who->role == ROLE_GP_SUPERVISOR;
    if (which == CHOOSE_LEAD) return team_may_lead(who->role);
    return which != CHOOSE_DOER || who->account_id != c->actor.account_id;
}

Err team_choices(Ctx *c, TeamChoice which, UiOption **out, size_t *count_out)
{
    Colleague *all = NULL;
    size_t count = 0;
    TRY(team_colleagues(c, &all, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 2);
    size_t n = 0;
    if (which == CHOOSE_DOER) options[n++] = (UiOption){.value = STR("me"), .text = STR("Me")};
    if (which == CHOOSE_GP) {
        options[n++] = (UiOption){.value = STR("none"), .text = STR("None yet")};
    }
    for (size_t i = 0; i < count; i++) {
        if (!belongs(which, c, &all[i])) continue;
        options[n++] = (UiOption){.value = all[i].ref,
                                  .text = arena_fmt(c->arena, STR_FMT " (%s)", STR_ARG(all[i].name),
                                                    ROLE_NAMES[all[i].role])};
    }
    *out = options;
    *count_out = n;
    return ERR_OK;
}

Err team_chosen(Ctx *c, const Request *req, const char *field, const char *missing, int64_t *out)
{
    Str ref = form_value(req, field);
    *out = 0;
    if (ref.len == 0 || str_eq(ref, STR("me")) || str_eq(ref, STR("none"))) return ERR_OK;
    Account account;
    Err err = account_get(c, ref, &account);
    if (err == ERR_NOT_FOUND) return ctx_issue(c, str_from_c(field), str_from_c(missing));
    TRY(err);
    *out = account.id;
    return ERR_OK;
}

Str team_choice_of(Ctx *c, TeamChoice which, int64_t account)
{
    Str nobody = which == CHOOSE_DOER ? STR("me") : STR("none");
    Account found;
    if (which == CHOOSE_DOER && account == c->actor.account_id) return nobody;
    if (account == 0 || account_by_id(c, account, &found) != ERR_OK) return nobody;
    return found.ref;
}

Err practice_field(Ctx *c, const char *label, int64_t chosen, UiField *out, Str *chosen_name)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 1);
    options[0] = (UiOption){.value = STR("0"), .text = STR("All practices")};
    *chosen_name = STR("");
    size_t n = 1;
    for (size_t i = 0; i < count; i++) {
        if (!team_within(c, all[i].id)) continue;
        options[n++] = (UiOption){.value = arena_fmt(c->arena, "%lld", (long long)all[i].id),
                                  .text = all[i].name};
        if (all[i].id == chosen) *chosen_name = all[i].name;
    }
    *out = (UiField){.name = STR("practice"),
                     .label = str_from_c(label),
                     .options = options,
                     .option_count = n,
                     .value = arena_fmt(c->arena, "%lld", (long long)chosen)};
    return ERR_OK;
}
