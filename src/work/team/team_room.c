// team_room.c -- how many more people the team can take.
#include "care/caseload/caseload.h"
#include "work/team/team.h"

bool team_leads(Role role)
{
    return role == ROLE_CARE_COORDINATOR || role == ROLE_LINK_WORKER || role == ROLE_HEALTH_COACH;
}

Err team_room(Ctx *c, TeamRoom *out)
{
    LeadLoads loads = {0};
    Colleague *all = NULL;
    size_t count = 0;
    TRY(case_loads(c, &loads));
    TRY(team_colleagues(c, &all, &count));
    *out = (TeamRoom){0};
    for (size_t i = 0; i < count; i++) {
        if (!team_leads(all[i].role)) continue;
        int64_t most = c->core->config->people_red - 1;
        int64_t room = most - load_of(&loads, all[i].account_id);
        out->colleagues++;
        if (room <= 0) continue;
        out->with_room++;
        out->people += room;
    }
    return ERR_OK;
}
