// team_room.c -- how many more people the team can take.
#include "care/caseload/caseload.h"
#include "work/team/team.h"

bool team_leads(Role role)
{
    return role == ROLE_CARE_COORDINATOR || role == ROLE_LINK_WORKER || role == ROLE_HEALTH_COACH;
}

static int64_t load_of(const LeadLoad *loads, size_t count, int64_t account)
{
    for (size_t i = 0; i < count; i++) {
        if (loads[i].account == account) return loads[i].people;
    }
    return 0;
}

Err team_room(Ctx *c, TeamRoom *out)
{
    LeadLoad *loads = NULL;
    Colleague *all = NULL;
    size_t load_count = 0;
    size_t count = 0;
    TRY(case_loads(c, &loads, &load_count));
    TRY(team_colleagues(c, &all, &count));
    *out = (TeamRoom){0};
    for (size_t i = 0; i < count; i++) {
        if (!team_leads(all[i].role)) continue;
        int64_t most = c->core->config->people_red - 1;
        int64_t room = most - load_of(loads, load_count, all[i].account_id);
        out->colleagues++;
        if (room <= 0) continue;
        out->with_room++;
        out->people += room;
    }
    return ERR_OK;
}
