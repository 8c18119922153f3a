// cli_verify.c -- `trellis verify`.
#include "app/cli.h"
#include "app/rooms.h"
#include "app/verify.h"
#include "app/verify_rows.h"

int cli_verify(int argc, char **argv)
{
    CliOption options[] = {
        {.name = "--data"}, {.name = "--anchors"}, {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[2].value != NULL) {
        puts("trellis verify --data DIR [--anchors DIR]\n\n"
             "Walks the journal and the access log, compares them with the anchors, and every\n"
             "record with its newest journal entry. May run beside the server. Exit codes: 0 all\n"
             "is whole, 1 something was changed or is missing, 2 it could not be looked at.\n"
             "--anchors: a copy of the anchors kept on another machine, instead of DIR/anchors.");
        return CLI_OK;
    }
    if (!cli_complete(options, 1, rest_count)) return CLI_USAGE;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str data = str_from_c(options[0].value);
    size_t room_count = 0;
    const Room *const *rooms = rooms_all(&room_count);
    int chains = verify_chains(data, cli_text(options[1].value), stdout);
    int rows = verify_rows(arena, data, rooms, room_count, stdout);
    return chains > rows ? chains : rows;
}
