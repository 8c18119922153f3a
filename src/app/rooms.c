// rooms.c -- the one list of rooms. A new room adds one include and one line.
#include "app/rooms.h"

#include "app/help.h"

static const Room *const ROOMS[] = {
    &SESSION_ROOM,
    &HELP_ROOM,
};

const Room *const *rooms_all(size_t *count_out)
{
    *count_out = COUNT_OF(ROOMS);
    return ROOMS;
}

static const ShellWords WORDS = {
    .service = "Care coordination",
    .search_action = "/people",
    .search_label = "Find a person",
    .search_hint = "NHS number, name or date of birth",
    .search_cap = CAP_PERSON_FIND,
};

// The first page after signing in. A role without one of its own sees the page of accounts' help.
static const char *home_of_role(Role role)
{
    (void)role;
    return "/help";
}

Err rooms_install(Arena *arena, Core *core, Str *why_out)
{
    core->rooms = ROOMS;
    core->room_count = COUNT_OF(ROOMS);
    core->words = &WORDS;
    core->home_of_role = home_of_role;
    return route_table_new(arena, ROOMS, COUNT_OF(ROOMS), &core->routes, why_out);
}
