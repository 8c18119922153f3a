// sandbox.c -- Landlock by system call (the library has no wrapper), seccomp by libseccomp.
#include "core/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Of versions newer than the headers of the building machine (linux/landlock.h).
enum {
    ABI_REFER = 2,
    ABI_TRUNCATE = 3,
    ABI_NET = 4,
    BIT_REFER = 1 << 13,
    BIT_TRUNCATE = 1 << 14,
    BITS_FIRST = (1 << 13) - 1, // every right of the first version
    NET_BIND = 1 << 0,
    NET_CONNECT = 1 << 1,
    RULE_NET_PORT = 2,
    BITS_READ = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
};

typedef struct Ruleset { // struct landlock_ruleset_attr of version 4
    uint64_t files;
    uint64_t net;
} Ruleset;

typedef struct NetPort { // struct landlock_net_port_attr
    uint64_t rights;
    uint64_t port;
} NetPort;

static bool allow_folder(int ruleset, const char *path, uint64_t rights)
{
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0) return false;
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = fd};
    long done = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(fd);
    return done == 0;
}

static bool restrict_files(const Sandbox *sandbox, int abi)
{
    uint64_t rights = BITS_FIRST;
    if (abi >= ABI_REFER) rights |= BIT_REFER;
    if (abi >= ABI_TRUNCATE) rights |= BIT_TRUNCATE;
    Ruleset wanted = {.files = rights, .net = abi >= ABI_NET ? NET_BIND | NET_CONNECT : 0};
    size_t size = abi >= ABI_NET ? sizeof wanted : sizeof wanted.files;
    int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted, size, 0);
    if (ruleset < 0) return false;

    bool ok = true;
    for (size_t i = 0; i < sandbox->folder_count; i++) {
        if (sandbox->folders[i] == NULL) continue;
        ok = ok && allow_folder(ruleset, sandbox->folders[i], rights & ~LANDLOCK_ACCESS_FS_EXECUTE);
    }
    (void)allow_folder(ruleset, "/dev/urandom", LANDLOCK_ACCESS_FS_READ_FILE);
    if (abi >= ABI_NET) {
        NetPort port = {NET_BIND, (uint64_t)sandbox->port};
        ok = ok && syscall(SYS_landlock_add_rule, ruleset, RULE_NET_PORT, &port, 0) == 0;
    }
    ok = ok && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
    close(ruleset);
    return ok;
}

// Refused with EPERM: a library that tries one goes on without it.
static const char *const REFUSED_CALLS[] = {
    "execve",
    "execveat",
    "ptrace",
    "process_vm_readv",
    "process_vm_writev",
    "mount",
    "umount2",
    "pivot_root",
    "chroot",
    "move_mount",
    "open_tree",
    "fsopen",
    "setns",
    "unshare",
    "init_module",
    "finit_module",
    "delete_module",
    "kexec_load",
    "kexec_file_load",
    "bpf",
    "perf_event_open",
    "userfaultfd",
    "keyctl",
    "add_key",
    "request_key",
    "personality",
    "reboot",
    "swapon",
    "swapoff",
    "settimeofday",
    "clock_settime",
    "adjtimex",
    "iopl",
    "ioperm",
    "acct",
    "quotactl",
    "io_uring_setup",
    "open_by_handle_at",
    "name_to_handle_at",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setresuid",
    "setresgid",
    "mknod",
    "mknodat",
};

static bool refuse_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (filter == NULL) return false;
    bool ok = true;
    for (size_t i = 0; i < COUNT_OF(REFUSED_CALLS); i++) {
        int call = seccomp_syscall_resolve_name(REFUSED_CALLS[i]);
        if (call == __NR_SCMP_ERROR) continue; // this kernel's headers do not know it
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
    }
    // Sockets of the web and of this machine only: no packets, no netlink.
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1,
                                SCMP_A0(SCMP_CMP_GT, AF_INET6)) == 0;
    ok = ok && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

Err sandbox_enter(const Sandbox *sandbox, SandboxState *out)
{
    *out = (SandboxState){0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return ERR_FAULT;
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); // no core file holds a record
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi > 0) {
        if (!restrict_files(sandbox, (int)abi)) return ERR_FAULT;
        out->landlock = (int)abi;
    }
    out->seccomp = refuse_calls();
    return out->seccomp || seccomp_api_get() == 0 ? ERR_OK : ERR_FAULT;
}

bool sandbox_holds(const SandboxState *state)
{
    if (state->landlock > 0) {
        int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            close(fd);
            return false;
        }
    }
    if (state->seccomp) {
        // With a folder in place of a program this fails either way; only EPERM is the filter.
        char *const none[] = {NULL};
        if (execve("/", none, none) == 0 || errno != EPERM) return false;
    }
    return true;
}
