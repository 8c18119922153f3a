// rooms.c -- the one list of rooms. A new room adds one include and one line.
#include "app/rooms.h"

#include "app/help.h"
#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/person/person.h"
#include "care/plan/plan.h"
#include "care/record/record.h"
#include "care/referral/referral.h"
#include "care/task/task.h"
#include "insight/breakdown/breakdown.h"
#include "insight/builder/builder.h"
#include "insight/campaign/campaign.h"
#include "insight/codes/codes.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity.h"
#include "insight/population/population.h"
#include "insight/report/report.h"
#include "work/privacy/privacy.h"
#include "work/team/team.h"

static const Room *const ROOMS[] = {
    &SESSION_ROOM, &TEAM_ROOM,      &TASK_ROOM,     &CASELOAD_ROOM,   &COHORT_ROOM,
    &BUILDER_ROOM, &CAMPAIGN_ROOM,  &EQUITY_ROOM,   &POPULATION_ROOM, &CONTACT_ROOM,
    &PLAN_ROOM,    &RECORD_ROOM,    &PERSON_ROOM,   &PRIVACY_ROOM,    &REPORT_ROOM,
    &CODES_ROOM,   &BREAKDOWN_ROOM, &REFERRAL_ROOM, &HELP_ROOM,
};

const Room *const *rooms_all(size_t *count_out)
{
    *count_out = COUNT_OF(ROOMS);
    return ROOMS;
}

static const ShellWords WORDS = {
    .service = "Care coordination",
    .search_action = "/people/find",
    .search_label = "Find a person by NHS number, name, date of birth or postcode",
    .search_hint = "Name, NHS No., born or postcode",
    .search_cap = CAP_PERSON_FIND,
};

// The first page after signing in. NULL: the role has none of its own yet, and nobody is given it.
static const char *home_of_role(Role role)
{
    switch (role) {
    case ROLE_CARE_COORDINATOR:
    case ROLE_LINK_WORKER:
    case ROLE_HEALTH_COACH: return "/today";
    case ROLE_GP_SUPERVISOR: return "/clinical";
    case ROLE_PCN_MANAGER: return "/overview";
    case ROLE_PRACTICE_STAFF: return "/practice";
    case ROLE_ADMINISTRATOR: return "/admin";
    case ROLE_PRIVACY_OFFICER: return "/reasons";
    default: return NULL;
    }
}

Err rooms_install(Arena *arena, Core *core, Str *why_out)
{
    core->rooms = ROOMS;
    core->room_count = COUNT_OF(ROOMS);
    core->words = &WORDS;
    core->home_of_role = home_of_role;
    core->person_of_ref = person_of_ref;
    return route_table_new(arena, ROOMS, COUNT_OF(ROOMS), &core->routes, why_out);
}
