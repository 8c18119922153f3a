// helper.c -- the keeper and its line.
//
// A message is a length of 8 bytes, then so many bytes; an answer has an Err of 8 bytes before it.
// Both ends run on one machine, so the byte order is the machine's.
#include "core/helper.h"

#include "core/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE_BYTES = 64 * 1024, MARGIN_SECONDS = 5, FILES_MAX = 64, LOOK_MS = 50 };

struct Helper {
    pthread_mutex_t one_job;
    int fd;
    pid_t keeper;
};

// ---- both ends

static bool send_all(int fd, const void *data, size_t len)
{
    const char *at = data;
    while (len > 0) {
        ssize_t sent = send(fd, at, len, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int fd, void *data, size_t len)
{
    char *at = data;
    while (len > 0) {
        ssize_t got = recv(fd, at, len, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

// ---- the keeper's side

typedef struct Run {
    pid_t pid;
    int in;        // to the program, -1 when all is written
    int out;       // from it
    int line;      // to the server
    bool is_ended; // the byte that ends the job has come
    Str input;
    Buf output;
    int64_t until_ms;
} Run;

static void limit(int what, rlim_t most)
{
    struct rlimit value = {most, most};
    (void)setrlimit(what, &value);
}

_Noreturn static void become(const char *program, int in, int out)
{
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0) _exit(127);
    close_range(STDERR_FILENO + 1, ~0U, 0);
    limit(RLIMIT_CPU, HELPER_SECONDS);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // maps larger than any limit
    limit(RLIMIT_AS, (rlim_t)HELPER_MEMORY_MIB * 1024 * 1024);
#endif
    limit(RLIMIT_NOFILE, FILES_MAX);
    limit(RLIMIT_CORE, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    // execve takes strings that are not const, and only reads them.
    char *const argv[] = {(char *)(uintptr_t)program, NULL}; // NOLINT(performance-no-int-to-ptr)
    char locale[] = "LC_ALL=C.UTF-8";
    char *const envp[] = {locale, NULL};
    execve(program, argv, envp);
    _exit(127);
}

static bool start_program(const char *program, Run *run)
{
    int in[2];
    int out[2];
    if (pipe2(in, O_CLOEXEC) != 0) return false;
    if (pipe2(out, O_CLOEXEC) != 0) {
        close(in[0]);
        close(in[1]);
        return false;
    }
    run->pid = fork();
    if (run->pid == 0) become(program, in[0], out[1]);
    close(in[0]);
    close(out[1]);
    run->in = in[1];
    run->out = out[0];
    fcntl(run->in, F_SETFL, O_NONBLOCK);
    fcntl(run->out, F_SETFL, O_NONBLOCK);
    return run->pid > 0;
}

static void give(Run *run)
{
    ssize_t wrote = write(run->in, run->input.ptr, run->input.len);
    if (wrote > 0) run->input = str_slice(run->input, (size_t)wrote, run->input.len);
    bool again = wrote < 0 && (errno == EAGAIN || errno == EINTR);
    if (run->input.len > 0 && (wrote > 0 || again)) return;
    close(run->in);
    run->in = -1;
}

// False when the program has closed its output.
static bool take(Run *run)
{
    char piece[PIECE_BYTES];
    ssize_t got = read(run->out, piece, sizeof piece);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got > 0) buf_add(&run->output, (Str){piece, (size_t)got});
    return got > 0 && buf_ok(&run->output);
}

// The server has ended the job, or has gone itself.
static Err end_early(Run *run)
{
    char end = 0;
    run->is_ended = receive_all(run->line, &end, sizeof end);
    return ERR_BUSY;
}

// Both directions at once: a program that writes before it has read all must not stop us.
static Err exchange(Run *run)
{
    for (;;) {
        int64_t left = run->until_ms - clock_ticks_ms();
        if (left <= 0) return ERR_BUSY;
        struct pollfd fds[] = {{.fd = run->out, .events = POLLIN},
                               {.fd = run->line, .events = POLLIN},
                               {.fd = run->in, .events = POLLOUT}}; // -1 is passed over
        if (poll(fds, COUNT_OF(fds), (int)left) < 0 && errno != EINTR) return ERR_FAULT;
        if (fds[1].revents != 0) return end_early(run);
        if (run->in >= 0 && fds[2].revents != 0) give(run);
        if (fds[0].revents != 0 && !take(run)) break;
    }
    return buf_ok(&run->output) ? ERR_OK : ERR_TOO_LARGE;
}

static Err run_program(const char *program, Run *run)
{
    run->until_ms = clock_ticks_ms() + (int64_t)HELPER_SECONDS * 1000;
    Err err = start_program(program, run) ? exchange(run) : ERR_FAULT;
    if (run->in >= 0) close(run->in);
    if (run->out >= 0) close(run->out);
    if (run->pid <= 0) return ERR_FAULT;
    if (err != ERR_OK) kill(run->pid, SIGKILL);
    int how = 0;
    while (waitpid(run->pid, &how, 0) < 0 && errno == EINTR) continue;
    if (err != ERR_OK) return err;
    bool done = WIFEXITED(how) && WEXITSTATUS(how) == 0 && run->output.len > 0;
    return done ? ERR_OK : ERR_FAULT;
}

static bool answer(Run *run, Err err)
{
    char end = 0;
    int64_t how = err;
    int64_t len = err == ERR_OK ? (int64_t)run->output.len : 0;
    return send_all(run->line, &how, sizeof how) && send_all(run->line, &len, sizeof len) &&
           send_all(run->line, run->output.ptr, (size_t)len) &&
           (run->is_ended || receive_all(run->line, &end, sizeof end));
}

static bool one_job(int fd, const char *program)
{
    int64_t len = 0;
    if (!receive_all(fd, &len, sizeof len)) return false;
    if (len < 0 || len > HELPER_IN_BYTES_MAX) return false;
    CLEANUP(arena_free_at) Arena *arena = arena_new();
    char *input = arena_alloc(arena, (size_t)len, 1);
    if (!receive_all(fd, input, (size_t)len)) return false;
    Run run = {.input = {input, (size_t)len},
               .output = buf_new(HELPER_OUT_BYTES_MAX),
               .in = -1,
               .out = -1,
               .line = fd};
    bool goes_on = answer(&run, run_program(program, &run));
    buf_free(&run.output);
    return goes_on;
}

_Noreturn static void keep(int fd, const char *program)
{
    signal(SIGPIPE, SIG_IGN); // a program may stop reading
    signal(SIGINT, SIG_IGN);  // the server's end of the line tells when to stop
    signal(SIGTERM, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (one_job(fd, program)) continue;
    _exit(0);
}

// ---- the server's side

static bool is_set(const atomic_bool *gone)
{
    return gone != NULL && atomic_load(gone);
}

Err helper_start(const char *program, Helper **out)
{
    if (strlen(program) > HELPER_PROGRAM_CHARS_MAX || access(program, X_OK) != 0) {
        return ERR_NOT_FOUND;
    }
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return ERR_FAULT;
    pid_t keeper = fork();
    if (keeper == 0) {
        close(ends[0]);
        keep(ends[1], program);
    }
    close(ends[1]);
    if (keeper < 0) {
        close(ends[0]);
        return ERR_FAULT;
    }
    // A keeper that hangs must not hang a worker for longer than a job may take.
    struct timeval most = {.tv_sec = HELPER_SECONDS + MARGIN_SECONDS};
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    Helper *helper = calloc(1, sizeof *helper);
    if (helper == NULL) abort();
    *helper = (Helper){.fd = ends[0], .keeper = keeper};
    pthread_mutex_init(&helper->one_job, NULL);
    *out = helper;
    return ERR_OK;
}

// Waits until an answer comes or nobody waits for it. False: neither, for longer than a job takes.
static bool await(const Helper *helper, const atomic_bool *gone)
{
    int64_t until = clock_ticks_ms() + (int64_t)(HELPER_SECONDS + MARGIN_SECONDS) * 1000;
    struct pollfd line = {.fd = helper->fd, .events = POLLIN};
    while (clock_ticks_ms() < until) {
        if (poll(&line, 1, LOOK_MS) > 0 || is_set(gone)) return true;
    }
    return false;
}

typedef struct Job {
    Str input;
    const atomic_bool *gone;
} Job;

// Sends the job and reads how it ended; *len_out bytes of an answer are still to come.
static bool do_job(const Helper *helper, const Job *job, int64_t *err_out, int64_t *len_out)
{
    const char end = 1;
    int64_t len = (int64_t)job->input.len;
    bool ok = helper->fd >= 0 && send_all(helper->fd, &len, sizeof len) &&
              send_all(helper->fd, job->input.ptr, job->input.len) && await(helper, job->gone);
    return ok && send_all(helper->fd, &end, sizeof end) &&
           receive_all(helper->fd, err_out, sizeof *err_out) &&
           receive_all(helper->fd, len_out, sizeof *len_out) && *err_out >= ERR_OK &&
           *err_out < ERR_COUNT && *len_out >= 0 && *len_out <= HELPER_OUT_BYTES_MAX;
}

// After a broken exchange the line is out of step for good: it is closed, and every later job
// fails.
static Err ask(Helper *helper, Arena *arena, const Job *job, Str *out)
{
    int64_t len = 0;
    int64_t err = ERR_FAULT;
    bool ok = do_job(helper, job, &err, &len);
    char *bytes = ok ? arena_alloc(arena, (size_t)len + 1, 1) : NULL;
    if (ok && receive_all(helper->fd, bytes, (size_t)len)) {
        *out = (Str){bytes, (size_t)len};
        return (Err)err;
    }
    if (helper->fd >= 0) close(helper->fd);
    helper->fd = -1;
    return ERR_FAULT;
}

Err helper_run(Helper *helper, Arena *arena, Str input, const atomic_bool *gone, Str *out)
{
    if (input.len > HELPER_IN_BYTES_MAX) return ERR_TOO_LARGE;
    pthread_mutex_lock(&helper->one_job);
    Str bytes = STR("");
    Err err = is_set(gone) ? ERR_BUSY : ask(helper, arena, &(Job){input, gone}, &bytes);
    pthread_mutex_unlock(&helper->one_job);
    if (err == ERR_OK) *out = bytes;
    return err;
}

void helper_stop(Helper *helper)
{
    if (helper == NULL) return;
    if (helper->fd >= 0) close(helper->fd); // the keeper reads the end and leaves
    while (waitpid(helper->keeper, NULL, 0) < 0 && errno == EINTR) continue;
    pthread_mutex_destroy(&helper->one_job);
    free(helper);
}
