// cli_verify.c -- `trellis verify`, and how the small commands read their words.
#include "app/cli.h"
#include "app/verify.h"
#include "app/verify_rows.h"

static bool take(const char *word, Str value, const char *const *names, Str *values)
{
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(word, names[i]) != 0) continue;
        values[i] = value;
        return true;
    }
    return false;
}

bool cli_options(int argc, char **argv, const char *const *names, Str *values)
{
    for (size_t i = 0; names[i] != NULL; i++) values[i] = STR("");
    for (int i = 0; i < argc; i += 2) {
        if (i + 1 < argc && take(argv[i], str_from_c(argv[i + 1]), names, values)) continue;
        fprintf(stderr, "trellis: %s is not understood here.\n", argv[i]);
        return false;
    }
    return true;
}

int cli_verify(int argc, char **argv, const Room *const *rooms, size_t room_count)
{
    static const char *const NAMES[] = {"--data", "--anchors", NULL};
    Str values[COUNT_OF(NAMES)];
    if (!cli_options(argc, argv, NAMES, values)) return 2;
    if (values[0].len == 0) {
        fputs("usage: trellis verify --data DIR [--anchors DIR]\n", stderr);
        return 2;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    int chains = verify_chains(values[0], values[1], stdout);
    int rows = verify_rows(arena, values[0], rooms, room_count, stdout);
    return chains > rows ? chains : rows;
}
