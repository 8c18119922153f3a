// cli_doctor.c -- `trellis doctor`: what on this machine or in the data folder would do harm.
#include "app/cli.h"

#include <errno.h>
#include <linux/landlock.h>
#include <microhttpd.h>
#include <seccomp.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    FREE_MIB_MIN = 1024,
    SQLITE_VERSION_MIN = 3037000,    // STRICT tables
    SQLITE_RESET_BUG_LAST = 3051002, // two connections that write or checkpoint at once can corrupt
    FS_NFS = 0x6969,
    FS_CIFS = (int)0xFF534D42,
    FS_FUSE = 0x65735546,
};

// Of this run; app/ may hold state (house law 7).
static int wrongs; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

static void say(bool ok, const char *what)
{
    printf("%-6s %s\n", ok ? "ok" : "WRONG", what);
    if (!ok) wrongs++;
}

static void note(const char *what)
{
    printf("%-6s %s\n", "note", what);
}

static void look_at_libraries(Arena *arena)
{
    int version = sqlite3_libversion_number();
    say(version >= SQLITE_VERSION_MIN,
        arena_fmt(arena, "SQLite %s (3.37.0 or later is needed)", sqlite3_libversion()).ptr);
    if (version <= SQLITE_RESET_BUG_LAST) {
        note(
            "This SQLite has the WAL-reset fault of 3.7.0 to 3.51.2. It needs two connections that "
            "write or checkpoint; Trellis has one, and lets no other program open the file.");
    }
    say(sqlite3_threadsafe() != 0, "SQLite is built for threads");
    say(true, arena_fmt(arena, "libmicrohttpd %s", MHD_get_version()).ptr);
}

static void look_at_kernel(Arena *arena)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi > 0) {
        say(true,
            arena_fmt(arena, "Landlock version %ld: the server sees its own folders only", abi)
                .ptr);
    } else {
        note("No Landlock: the server can read what its user can. Use the systemd unit.");
    }
    const struct scmp_version *seccomp = seccomp_version();
    say(seccomp != NULL,
        seccomp == NULL ? "seccomp is not available" : "seccomp filters system calls");
}

static void look_at_file(Arena *arena, Str dir, const char *name)
{
    struct stat at;
    Str path = arena_fmt(arena, STR_FMT "/%s", STR_ARG(dir), name);
    if (stat(path.ptr, &at) != 0) {
        note(arena_fmt(arena, STR_FMT " is not there yet", STR_ARG(path)).ptr);
        return;
    }
    say((at.st_mode & 077) == 0, arena_fmt(arena, STR_FMT " is for its owner only (mode %03o)",
                                           STR_ARG(path), (unsigned)at.st_mode & 0777U)
                                     .ptr);
    say(at.st_uid == geteuid(),
        arena_fmt(arena, STR_FMT " belongs to the user who runs this", STR_ARG(path)).ptr);
}

static void look_at_folder(Arena *arena, Str dir)
{
    const char *path = arena_c(arena, dir);
    struct stat at;
    struct statvfs space;
    struct statfs fs;
    if (stat(path, &at) != 0 || !S_ISDIR(at.st_mode)) {
        say(false, arena_fmt(arena, "%s is a folder: %s", path, strerrordesc_np(errno)).ptr);
        return;
    }
    say((at.st_mode & 077) == 0,
        arena_fmt(arena, "%s is for its owner only (mode %03o)", path, (unsigned)at.st_mode & 0777U)
            .ptr);
    if (statvfs(path, &space) == 0) {
        uint64_t mib = (uint64_t)space.f_bavail * space.f_frsize / ((uint64_t)1024 * 1024);
        say(mib >= FREE_MIB_MIN,
            arena_fmt(arena, "%llu MiB free (%d are needed)", (unsigned long long)mib, FREE_MIB_MIN)
                .ptr);
    }
    if (statfs(path, &fs) == 0) {
        int type = (int)fs.f_type;
        say(type != FS_NFS && type != FS_CIFS && type != FS_FUSE,
            "the folder is on a disk of this machine (SQLite needs one)");
    }
    look_at_file(arena, dir, "trellis.db");
    look_at_file(arena, dir, "access.db");
}

int cli_doctor(int argc, char **argv)
{
    CliOption options[] = {{.name = "--data"}, {.name = "--help", .is_switch = true}};
    const char *rest[CLI_ARGS_MAX];
    size_t rest_count = 0;
    if (!cli_parse(argc, argv, options, COUNT_OF(options), rest, &rest_count)) return CLI_USAGE;
    if (options[1].value != NULL) {
        puts(
            "trellis doctor [--data DIR]\n\nLooks at libraries, kernel, clock and the data folder. "
            "Exit code 1 when something is wrong.");
        return CLI_OK;
    }
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    Config config;
    if (cli_config(arena, options[0].value, NULL, &config) != ERR_OK) return CLI_FAILED;
    wrongs = 0;
    look_at_libraries(arena);
    look_at_kernel(arena);
    Instant now = clock_now(NULL);
    say(date_year(instant_date_london(now)) >= 2025,
        arena_fmt(arena, "the clock shows " STR_FMT " (London %s)",
                  STR_ARG(instant_long(arena, now)),
                  instant_is_summer_time(now) ? "summer time" : "winter time")
            .ptr);
    look_at_folder(arena, config.data_dir);
    printf("%s\n", wrongs == 0 ? "Nothing is wrong." : "Something is wrong: see the lines above.");
    return wrongs == 0 ? CLI_OK : CLI_FAILED;
}
