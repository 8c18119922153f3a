// http_test.c -- answers through a real socket: the client hangs up meanwhile, or they are held.
#include "core/http.h"
#include "test/fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG_MS = 5000, STEP_MS = 5 };

typedef struct Seen { // of the requests that were answered
    atomic_bool began;
    atomic_int hung_up;
    atomic_int waited; // until the end
    atomic_bool hurry; // answer at once
} Seen;

static HttpPlan begin(void *arg, HttpExchange *x)
{
    (void)arg;
    (void)x;
    return HTTP_ANSWER;
}

// Works as long as somebody waits for it.
static void answer(void *arg, HttpExchange *x)
{
    Seen *seen = arg;
    atomic_store(&seen->began, true);
    for (int ms = 0; ms < LONG_MS && !atomic_load(&x->gone); ms += STEP_MS) {
        if (atomic_load(&seen->hurry)) break;
        usleep(STEP_MS * 1000);
    }
    (void)atomic_fetch_add(atomic_load(&x->gone) ? &seen->hung_up : &seen->waited, 1);
    x->status = 200;
}

static void done(void *arg, HttpExchange *x)
{
    (void)arg;
    (void)x;
}

static HttpServer *serve(Test *t, Seen *seen)
{
    HttpServer *server = NULL;
    Str why = STR("");
    HttpOptions options = {
        .addr = "127.0.0.1", .workers = 2, .hooks = {seen, begin, NULL, answer, NULL, done}};
    CHECK_OK(http_start(t->arena, &options, &server, &why));
    return server;
}

// A line to the server with so many requests sent on it.
static int call(Test *t, const HttpServer *server, int requests)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(server)),
                             .sin_addr = {htonl(INADDR_LOOPBACK)}};
    static const char ASK[] = "GET /long HTTP/1.1\r\nHost: here\r\n\r\n";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    for (int i = 0; i < requests; i++) {
        CHECK(write(fd, ASK, sizeof ASK - 1) == (ssize_t)sizeof ASK - 1);
    }
    return fd;
}

static bool comes(const atomic_int *number)
{
    for (int ms = 0; ms < 2 * LONG_MS && atomic_load(number) == 0; ms += STEP_MS) {
        usleep(STEP_MS * 1000);
    }
    return atomic_load(number) > 0;
}

static void wait_until_begun(const Seen *seen)
{
    for (int ms = 0; ms < LONG_MS && !atomic_load(&seen->began); ms += STEP_MS) {
        usleep(STEP_MS * 1000);
    }
}

TEST(a_client_that_hangs_up_is_noticed_while_its_answer_is_made)
{
    // The second time more was sent than has been read: the end of the line stands behind it.
    for (int requests = 1; requests <= 2; requests++) {
        Seen seen = {0};
        HttpServer *server = serve(t, &seen);
        int fd = call(t, server, requests);
        wait_until_begun(&seen);
        close(fd);
        CHECK(comes(&seen.hung_up));
        CHECK_I64(atomic_load(&seen.waited), 0);
        http_stop(server);
    }
}

TEST(a_client_that_waits_gets_its_answer)
{
    Seen seen = {0};
    HttpServer *server = serve(t, &seen);
    int fd = call(t, server, 1);
    wait_until_begun(&seen);
    usleep(300 * 1000); // long enough to have been looked at
    atomic_store(&seen.hurry, true);
    char text[16] = "";
    CHECK(read(fd, text, 12) == 12);
    CHECK_STR(str_from_c(text), "HTTP/1.1 200");
    CHECK_I64(atomic_load(&seen.hung_up), 0);
    close(fd);
    http_stop(server);
}

enum { ROUNDS = 3, WORKERS = 6, LINES = WORKERS + 2 }; // two more threads than workers

typedef struct Crowd {
    atomic_int at_once; // answers being made
    atomic_bool go;
} Crowd;

// Answers nobody until as many as there are workers are being answered.
static void answer_together(void *arg, HttpExchange *x)
{
    Crowd *crowd = arg;
    (void)atomic_fetch_add(&crowd->at_once, 1);
    for (int ms = 0; ms < LONG_MS && !atomic_load(&crowd->go); ms += STEP_MS) {
        usleep(STEP_MS * 1000);
    }
    x->status = 200;
}

// Where two lines share a thread, one of them waits while another thread has nothing to do.
TEST(lines_that_come_at_once_do_not_wait_for_each_other)
{
    static const char ASK[] = "GET /long HTTP/1.1\r\nHost: here\r\n\r\n";
    for (int round = 0; round < ROUNDS; round++) {
        Crowd crowd = {0};
        HttpServer *server = NULL;
        Str why = STR("");
        HttpOptions options = {.addr = "127.0.0.1",
                               .workers = WORKERS,
                               .hooks = {&crowd, begin, NULL, answer_together, NULL, done}};
        CHECK_OK(http_start(t->arena, &options, &server, &why));
        int lines[LINES];
        for (int i = 0; i < LINES; i++) lines[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        struct sockaddr_in at = {.sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)http_port(server)),
                                 .sin_addr = {htonl(INADDR_LOOPBACK)}};
        for (int i = 0; i < LINES; i++) {
            CHECK(connect(lines[i], (struct sockaddr *)&at, sizeof at) == 0);
        }
        for (int i = 0; i < WORKERS; i++) {
            CHECK(write(lines[i], ASK, sizeof ASK - 1) == (ssize_t)sizeof ASK - 1);
        }
        for (int ms = 0; ms < LONG_MS / 5 && atomic_load(&crowd.at_once) < WORKERS; ms += STEP_MS) {
            usleep(STEP_MS * 1000);
        }
        CHECK_I64(atomic_load(&crowd.at_once), WORKERS);
        atomic_store(&crowd.go, true);
        for (int i = 0; i < LINES; i++) close(lines[i]);
        http_stop(server);
    }
}

// ---- answers that are held

enum { HELD_MAX = 8, PIPELINED = 20, SILENT_MS = 50 };

typedef struct Keeper {
    bool at_once; // lets go before the hook is back
    HttpExchange *exchange[HELD_MAX];
    atomic_int held;
    atomic_int settled;
    atomic_int ended;
    int hold_ms;
    atomic_int late;
    HttpServer *server;
} Keeper;

static HttpPlan collect(void *arg, HttpExchange *x)
{
    (void)arg;
    (void)x;
    return HTTP_COLLECT;
}

static void hold(void *arg, HttpExchange *x)
{
    Keeper *keeper = arg;
    x->status = 200;
    buf_add_c(&x->answer, "before");
    if (!http_hold(x)) return;
    if (keeper->at_once) {
        http_release(x);
        usleep(STEP_MS * 1000);
    } else {
        int at = atomic_load(&keeper->held); // the test asks for one after the other
        keeper->exchange[at] = x;
        atomic_store(&keeper->held, at + 1);
    }
}

static void settle(void *arg, HttpExchange *x)
{
    Keeper *keeper = arg;
    atomic_fetch_add(&keeper->settled, 1);
    if (x->late) atomic_fetch_add(&keeper->late, 1);
    buf_clear(&x->answer);
    buf_add_c(&x->answer, "after!");
}

static void end(void *arg, HttpExchange *x)
{
    Keeper *keeper = arg;
    (void)x;
    atomic_fetch_add(&keeper->ended, 1);
}

static void serve_held(Test *t, Keeper *keeper)
{
    Str why = STR("");
    HttpOptions options = {.addr = "127.0.0.1",
                           .workers = 1,
                           .hold_ms = keeper->hold_ms == 0 ? 1000 * LONG_MS : keeper->hold_ms,
                           .hooks = {keeper, collect, NULL, hold, settle, end}};
    CHECK_OK(http_start(t->arena, &options, &keeper->server, &why));
}

static bool becomes(const atomic_int *number, int wanted)
{
    for (int ms = 0; ms < LONG_MS && atomic_load(number) < wanted; ms += STEP_MS) {
        usleep(STEP_MS * 1000);
    }
    return atomic_load(number) == wanted;
}

static void let_go(Keeper *keeper)
{
    int held = atomic_load(&keeper->held);
    for (int i = 0; i < held; i++) http_release(keeper->exchange[i]);
}

// So many answers on the line, each what `settle` made of it.
static bool settled_answers(int fd, int wanted)
{
    char text[8192] = "";
    size_t len = 0;
    for (int count = 0; count < wanted; count = 0) {
        struct pollfd line = {.fd = fd, .events = POLLIN};
        ssize_t got =
            poll(&line, 1, LONG_MS) == 1 ? read(fd, text + len, sizeof text - 1 - len) : 0;
        if (got <= 0) return false;
        len += (size_t)got;
        for (const char *at = text; (at = strstr(at, "after!")) != NULL; at++) count++;
        if (count == wanted) break;
    }
    return strstr(text, "before") == NULL;
}

TEST(held_answers_take_no_thread_and_not_a_byte_of_them_leaves)
{
    Keeper keeper = {0};
    int fd[HELD_MAX]; // more than there are threads
    serve_held(t, &keeper);
    for (int i = 0; i < HELD_MAX; i++) {
        fd[i] = call(t, keeper.server, 1);
        CHECK(becomes(&keeper.held, i + 1));
    }
    for (int i = 0; i < HELD_MAX; i++) {
        struct pollfd line = {.fd = fd[i], .events = POLLIN};
        CHECK(poll(&line, 1, SILENT_MS) == 0);
    }
    CHECK_I64(atomic_load(&keeper.settled), 0);
    let_go(&keeper);
    for (int i = 0; i < HELD_MAX; i++) {
        CHECK(settled_answers(fd[i], 1));
        close(fd[i]);
    }
    http_stop(keeper.server);
    CHECK_I64(atomic_load(&keeper.settled), HELD_MAX);
    CHECK_I64(atomic_load(&keeper.ended), HELD_MAX);
}

TEST(an_answer_let_go_before_its_hook_is_back_is_sent_once)
{
    Keeper keeper = {.at_once = true};
    serve_held(t, &keeper);
    int fd = call(t, keeper.server, PIPELINED);
    CHECK(settled_answers(fd, PIPELINED));
    close(fd);
    http_stop(keeper.server);
    CHECK_I64(atomic_load(&keeper.settled), PIPELINED);
    CHECK_I64(atomic_load(&keeper.ended), PIPELINED);
}

TEST(a_client_that_hangs_up_while_its_answer_is_held_ends_when_it_is_let_go)
{
    Keeper keeper = {0};
    serve_held(t, &keeper);
    int fd = call(t, keeper.server, 1);
    CHECK(becomes(&keeper.held, 1));
    close(fd);
    usleep(3 * SILENT_MS * 1000);             // longer than the sweep takes to look
    CHECK_I64(atomic_load(&keeper.ended), 0); // its memory is still there for who lets go
    let_go(&keeper);
    CHECK(becomes(&keeper.ended, 1));
    http_stop(keeper.server);
}

static void *stop(void *arg)
{
    Keeper *keeper = arg;
    http_stop(keeper->server);
    return NULL;
}

TEST(a_stop_waits_for_what_is_held)
{
    Keeper keeper = {0};
    pthread_t stopper = 0;
    serve_held(t, &keeper);
    int fd = call(t, keeper.server, 1);
    CHECK(becomes(&keeper.held, 1));
    CHECK(pthread_create(&stopper, NULL, stop, &keeper) == 0);
    usleep(3 * SILENT_MS * 1000);
    CHECK_I64(atomic_load(&keeper.ended), 0);
    let_go(&keeper);
    CHECK(settled_answers(fd, 1));
    close(fd);
    pthread_join(stopper, NULL);
    CHECK_I64(atomic_load(&keeper.ended), 1);
}

TEST(what_is_held_too_long_is_sent_as_late_and_its_memory_waits_for_who_holds_it)
{
    Keeper keeper = {.hold_ms = STEP_MS};
    serve_held(t, &keeper);
    int fd[2] = {call(t, keeper.server, 1), -1};
    CHECK(becomes(&keeper.held, 1));
    CHECK(settled_answers(fd[0], 1)); // nobody has let go
    CHECK_I64(atomic_load(&keeper.late), 1);
    fd[1] = call(t, keeper.server, 1); // one whose client does not wait
    CHECK(becomes(&keeper.held, 2));
    close(fd[1]);
    CHECK(becomes(&keeper.ended, 2));
    HttpExchange *x = keeper.exchange[0];
    http_release(x);
    static const char AGAIN[] = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    CHECK(write(fd[0], AGAIN, sizeof AGAIN - 1) == (ssize_t)sizeof AGAIN - 1);
    CHECK(becomes(&keeper.held, 3)); // the line goes on
    CHECK(settled_answers(fd[0], 1));
    close(fd[0]);
    http_stop(keeper.server); // waits for none of them
    CHECK_I64(atomic_load(&keeper.ended), 3);
    CHECK_STR(keeper.exchange[1]->method, "GET");
    http_release(keeper.exchange[1]);
    http_release(keeper.exchange[2]);
}
