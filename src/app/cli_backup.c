// cli_backup.c -- `trellis backup` and `trellis restore`.
//
// A backup is a new folder (0700) with trellis.db, access.db, trellis.conf, code-sets and anchors,
// as they were at one moment each. It may be made beside a running server: it opens both stores
// read-only, without their lock, copies every page inside one read transaction by SQLite's backup
// interface, and never checkpoints: the server's writer stays the only connection that writes or
// checkpoints.
// The access log is copied after the record, so that it covers every look at what the copy holds;
// the anchors are copied first, so that they never name an entry that the copy lacks.
// Restoring copies the same way into an empty folder, and verifies both chains before it says done.
#include "app/cli.h"
#include "app/code_folder.h"
#include "app/files.h"
#include "app/verify.h"
#include "core/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 64 * 1024 };

typedef struct Copy {
    Arena *arena;
    Str from;
    Str to;
    Str from_anchors; // folder
    Str to_anchors;
} Copy;

static const char *inside(const Copy *copy, Str folder, const char *name)
{
    return arena_fmt(copy->arena, STR_FMT "/%s", STR_ARG(folder), name).ptr;
}

static int refuse(const char *what, const char *path)
{
    fprintf(stderr, "trellis: %s %s.\n", what, path);
    return 1;
}

static int copy_store(const Copy *copy, const char *name, bool access_store)
{
    StoreOptions options = {
        .path = inside(copy, copy->from, name), .access_store = access_store, .look_only = true};
    Store *store = NULL;
    Str why = STR("");
    if (store_open(copy->arena, &options, &store, &why) != ERR_OK) {
        fprintf(stderr, "trellis: " STR_FMT "\n", STR_ARG(why));
        return 1;
    }
    const char *path = inside(copy, copy->to, name);
    Err err = store_backup(store, path);
    store_close(store);
    return err == ERR_OK ? 0 : refuse("the copy could not be written to", path);
}

static bool copy_bytes(int from, int to)
{
    char bytes[COPY_BYTES];
    ssize_t got = 0;
    while ((got = read(from, bytes, sizeof bytes)) > 0) {
        if (write(to, bytes, (size_t)got) != got) return false;
    }
    return got == 0 && fsync(to) == 0;
}

// Copies one plain file; one that is not there is no fault (verify says when anchors are missing).
static int copy_file(const Copy *copy, Str from_folder, Str to_folder, const char *name)
{
    const char *path = inside(copy, from_folder, name);
    int from = open(path, O_RDONLY | O_CLOEXEC);
    if (from < 0) return errno == ENOENT ? 0 : refuse("this file cannot be read:", path);
    int to = -1;
    const char *folder = arena_c(copy->arena, to_folder);
    const char *target = inside(copy, to_folder, name);
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) {
        to = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    bool ok = to >= 0 && copy_bytes(from, to);
    close(from);
    if (to >= 0) close(to);
    return ok ? 0 : refuse("this file cannot be written:", target);
}

static int make_folder(const Copy *copy)
{
    const char *folder = arena_c(copy->arena, copy->to);
    // An empty folder makes way; one with anything in it cannot be removed like this.
    if (rmdir(folder) != 0 && errno != ENOENT) {
        return refuse("this folder is not empty, choose another:", folder);
    }
    return mkdir(folder, 0700) == 0 ? 0 : refuse("this folder cannot be made:", folder);
}

// The deployment's own code sets.
static int copy_codes(const Copy *copy)
{
    Str *names = NULL;
    size_t count = 0;
    Str from = arena_fmt(copy->arena, STR_FMT "/" CODES_FOLDER, STR_ARG(copy->from));
    Str to = arena_fmt(copy->arena, STR_FMT "/" CODES_FOLDER, STR_ARG(copy->to));
    if (code_folder_names(copy->arena, copy->from, &names, &count) != ERR_OK) {
        return refuse("this folder cannot be read:", from.ptr);
    }
    int code = 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        code = copy_file(copy, from, to, arena_c(copy->arena, names[i]));
    }
    return code;
}

static int sync_folder(const Copy *copy)
{
    int fd = open(arena_c(copy->arena, copy->to), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0) close(fd);
    return rc == 0 ? 0
                   : refuse("this folder could not be flushed to disk:",
                            arena_c(copy->arena, copy->to));
}

static int run(const Copy *copy)
{
    int code = make_folder(copy);
    if (code == 0) code = copy_file(copy, copy->from_anchors, copy->to_anchors, ANCHOR_FILE);
    if (code == 0) code = copy_file(copy, copy->from, copy->to, SETTINGS_FILE);
    if (code == 0) code = copy_codes(copy);
    if (code == 0) code = copy_store(copy, RECORD_FILE, false);
    if (code == 0) code = copy_store(copy, ACCESS_FILE, true);
    if (code == 0) code = sync_folder(copy);
    if (code == 0) code = verify_chains(copy->to, copy->to_anchors, stdout);
    if (code == 0) printf("Done: " STR_FMT " holds a whole copy.\n", STR_ARG(copy->to));
    return code;
}

static Str anchors_in(Arena *arena, Str folder)
{
    return arena_fmt(arena, STR_FMT "/" ANCHORS_FOLDER, STR_ARG(folder));
}

int cli_backup(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"},
                           {.name = "--to"},
                           {.name = "--anchors"},
                           {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[3].value != NULL) {
        puts("trellis backup --data DIR --to NEW_DIR [--anchors DIR]\n\n"
             "Copies both stores, the settings and the anchors into a new folder, also while the\n"
             "server runs, and verifies the copy. NEW_DIR must be absent or empty.");
        return CLI_OK;
    }
    if (!cli_complete(options, 2, rest_count)) return CLI_USAGE;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str from = str_from_c(options[0].value);
    Str to = str_from_c(options[1].value);
    Str anchors = cli_text(options[2].value);
    return run(&(Copy){.arena = arena,
                       .from = from,
                       .to = to,
                       .from_anchors = anchors.len > 0 ? anchors : anchors_in(arena, from),
                       .to_anchors = anchors_in(arena, to)});
}

int cli_restore(int argc, char **argv)
{
    CliOption options[] = {
        {.name = "--from"}, {.name = "--data"}, {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[2].value != NULL) {
        puts("trellis restore --from BACKUP_DIR --data DIR\n\n"
             "Makes a data folder from a backup and verifies it. DIR must be absent or empty.");
        return CLI_OK;
    }
    if (!cli_complete(options, 2, rest_count)) return CLI_USAGE;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Str from = str_from_c(options[0].value);
    Str to = str_from_c(options[1].value);
    return run(&(Copy){.arena = arena,
                       .from = from,
                       .to = to,
                       .from_anchors = anchors_in(arena, from),
                       .to_anchors = anchors_in(arena, to)});
}
