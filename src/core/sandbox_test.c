// sandbox_test.c -- in a child process, since there is no way back.
#include "core/sandbox.h"
#include "test/fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int tries_inside(const char *dir)
{
    const char *folders[] = {dir, NULL};
    SandboxState state;
    Sandbox sandbox = {.folders = folders, .folder_count = 2, .port = 18119};
    if (sandbox_enter(&sandbox, &state) != ERR_OK) return 1;
    if (!sandbox_holds(&state)) return 2;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    int own = open(arena_fmt(arena, "%s/own", dir).ptr, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (own < 0 || write(own, "x", 1) != 1 || fsync(own) != 0) return 3;
    int unnamed = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (unnamed < 0 && errno != EOPNOTSUPP) return 4; // uploads
    if (state.landlock > 0 && open("/proc/self/environ", O_RDONLY | O_CLOEXEC) >= 0) return 5;
    if (state.seccomp && socket(AF_PACKET, SOCK_RAW, 0) >= 0) return 6;
    int web = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return web < 0 ? 7 : 0;
}

TEST(inside_there_is_its_own_folder_and_nothing_else)
{
    const char *dir = test_dir(t);
    pid_t pid = fork();
    if (pid == 0) _exit(tries_inside(dir));
    int how = 0;
    CHECK(waitpid(pid, &how, 0) == pid);
    CHECK(WIFEXITED(how));
    CHECK_I64(WEXITSTATUS(how), 0);
}
