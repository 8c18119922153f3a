// http.c -- libmicrohttpd behind our door: its threads, our limits, deadlines and drain.
//
// It runs an epoll loop in each thread of a pool; a connection stays with one thread, so a slow
// handler delays its neighbours. That is why there are more threads than workers: the spare ones
// say 503 when every worker has been busy for HTTP_WAIT_MS. And that is why a thread of our own
// takes connections in and deals them out in turn: where every thread took what it could, some had
// ten and others none, and whoever shared one waited ten times as long.
#include "core/http.h"

#include "core/clock.h"
#include "core/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    SPARE_THREADS = 2,
    LOOK_MS = 100, // has a client hung up that is being answered?
    LOOKS_A_SWEEP = 5,
    WAIT_STEP_MS = 2,
    FULL_STEP_MS = 10,                 // until somebody leaves
    RATE_BYTES_PER_SECOND = 16 * 1024, // slower senders and readers are cut off
    MEMORY_PER_CONNECTION = 40 * 1024, // header buffer of the library: header and target fit
    OVERRUN_FACTOR = 4,                // of a body over its maximum, before the line is cut
    ADDRESS_CHARS_MAX = 64,
    BACKLOG = 512,
};

typedef struct Conn Conn; // one socket, for the deadlines
typedef struct Pending Pending;
struct Conn {
    Conn *next;
    Conn *prev;
    int fd;
    int64_t deadline_ms; // 0: none
    bool reading;        // waits for the client: its end of the line can only mean that it is gone
    bool gone;           // seen so by the sweep before
    atomic_bool *answering; // set when the client hangs up before its answer; NULL: none is made
    Pending *holding;       // its answer, until it is sent; NULL: none was held
    int64_t hold_until_ms;
};

typedef enum Hold { HOLD_NONE, HOLD_ON, HOLD_RELEASED, HOLD_LATE } Hold;

// One request: from its first line to the last byte of its answer, and the release of a held one.
struct Pending {
    HttpExchange x;
    HttpServer *server;
    struct MHD_Connection *connection;
    Str target;
    Conn *conn;
    HttpPlan plan;
    bool begun;
    bool keeps; // the client means to ask again on the same line
    bool answered;
    int64_t received;
    Buf body;
    _Atomic(Hold) hold; // ended by whoever comes first, http_release or the sweep
    atomic_int users;   // the library, and who holds the answer: the last one frees it
    Pending *next_late;
};

struct HttpServer {
    HttpHooks hooks;
    struct MHD_Daemon *daemon;
    Str trusted_proxy;
    int port;
    int listening; // the socket
    int hold_ms;
    sem_t workers;
    atomic_int running; // requests begun and not done
    atomic_int held;    // of those the ones that wait for their release
    atomic_int open;    // connections
    atomic_bool stopping;
    pthread_mutex_t lock; // of the list
    Conn *conns;
    pthread_t sweeper;
    atomic_bool sweeping;
    pthread_t door; // lets connections in
};

static int64_t seconds(int64_t n)
{
    return n * 1000;
}

static void set_deadline(HttpServer *server, Conn *conn, int64_t at_ms, bool reading)
{
    if (conn == NULL) return;
    pthread_mutex_lock(&server->lock);
    conn->deadline_ms = at_ms;
    conn->reading = reading;
    conn->holding = NULL; // sent, or over
    pthread_mutex_unlock(&server->lock);
}

// Our own time is not the client's. gone: told when its client hangs up, until this is called again
// with NULL.
static void watch(HttpServer *server, Conn *conn, atomic_bool *gone)
{
    if (conn == NULL) return;
    pthread_mutex_lock(&server->lock);
    conn->deadline_ms = 0;
    conn->reading = false;
    conn->answering = gone;
    pthread_mutex_unlock(&server->lock);
}

static void on_connection(void *arg, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    HttpServer *server = arg;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        Conn *conn = calloc(1, sizeof *conn);
        if (conn == NULL) abort();
        conn->fd = info == NULL ? -1 : info->connect_fd;
        conn->deadline_ms = clock_ticks_ms() + seconds(HTTP_HEADER_SECONDS);
        conn->reading = true;
        atomic_fetch_add(&server->open, 1);
        pthread_mutex_lock(&server->lock);
        conn->next = server->conns;
        if (conn->next != NULL) conn->next->prev = conn;
        server->conns = conn;
        pthread_mutex_unlock(&server->lock);
        *context = conn;
        return;
    }
    Conn *conn = *context;
    if (conn == NULL) return;
    pthread_mutex_lock(&server->lock); // the descriptor is still open: the sweep cannot hit another
    if (conn->next != NULL) conn->next->prev = conn->prev;
    if (conn->prev != NULL) conn->prev->next = conn->next;
    if (server->conns == conn) server->conns = conn->next;
    pthread_mutex_unlock(&server->lock);
    atomic_fetch_sub(&server->open, 1);
    free(conn);
    *context = NULL;
}

// The library misses the end of a line that comes together with the last bytes. Seen by two sweeps:
// at the first, what came may be on its way to the handler.
static bool is_gone(Conn *conn)
{
    char byte = 0;
    bool before = conn->gone;
    conn->gone = conn->reading && recv(conn->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    return before && conn->gone;
}

// What it sent meanwhile may still wait to be read: that is not looked at.
static bool has_hung_up(const Conn *conn)
{
    struct pollfd line = {.fd = conn->fd, .events = POLLRDHUP};
    return poll(&line, 1, 0) > 0 && (line.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

static void cut_late(HttpServer *server, int64_t now)
{
    for (Conn *conn = server->conns; conn != NULL; conn = conn->next) {
        bool late = conn->deadline_ms != 0 && conn->deadline_ms <= now;
        if (!late && !is_gone(conn)) continue;
        shutdown(conn->fd, SHUT_RDWR); // its own thread sees the end and frees it
        conn->deadline_ms = 0;
        conn->reading = false;
    }
}

static bool end_hold(Pending *pending, Hold how)
{
    Hold on = HOLD_ON;
    return atomic_compare_exchange_strong(&pending->hold, &on, how);
}

// The held answers that have waited too long. They stay suspended, and so here, until resumed.
static Pending *take_late(const HttpServer *server, int64_t now)
{
    Pending *late = NULL;
    for (const Conn *conn = server->conns; conn != NULL; conn = conn->next) {
        Pending *pending = conn->holding;
        if (pending == NULL || conn->hold_until_ms > now) continue;
        if (!end_hold(pending, HOLD_LATE)) continue;
        pending->next_late = late;
        late = pending;
    }
    return late;
}

// Without the lock: the library has locks of its own, and calls us.
static void send_late(HttpServer *server, Pending *late)
{
    while (late != NULL) {
        Pending *next = late->next_late; // it may be gone once it is resumed
        MHD_resume_connection(late->connection);
        atomic_fetch_sub(&server->held, 1);
        late = next;
    }
}

static void *sweep(void *arg)
{
    HttpServer *server = arg;
    for (int look = 0; atomic_load(&server->sweeping); look++) {
        pthread_mutex_lock(&server->lock);
        for (const Conn *conn = server->conns; conn != NULL; conn = conn->next) {
            bool hung_up = conn->answering != NULL && has_hung_up(conn);
            if (hung_up) atomic_store(conn->answering, true);
        }
        if (look % LOOKS_A_SWEEP == 0) cut_late(server, clock_ticks_ms());
        Pending *late = take_late(server, clock_ticks_ms());
        pthread_mutex_unlock(&server->lock);
        send_late(server, late);
        usleep(LOOK_MS * 1000);
    }
    return NULL;
}

// ---- one request

static void *on_target(void *arg, const char *uri, struct MHD_Connection *connection)
{
    Arena *arena = arena_new();
    Pending *pending = ARENA_NEW(arena, Pending);
    pending->server = arg;
    pending->connection = connection;
    pending->x.arena = arena;
    pending->x.started_ms = clock_ticks_ms();
    pending->x.answer = buf_new(HTTP_ANSWER_BYTES_MAX);
    atomic_init(&pending->users, 1);
    pending->target = arena_str(arena, str_from_c(uri));
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    if (info != NULL) pending->conn = info->socket_context;
    return pending;
}

typedef struct Taking {
    HttpExchange *x;
    HttpHeader *headers; // of x, while they are filled
} Taking;

static enum MHD_Result take_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                   size_t name_len, const char *value, size_t value_len)
{
    (void)kind;
    const Taking *taking = arg;
    HttpExchange *x = taking->x;
    if (x->header_count > HTTP_HEADERS_MAX) return MHD_NO; // one too many tells the gate
    HttpHeader *header = &taking->headers[x->header_count++];
    header->name = arena_str(x->arena, (Str){name, name_len});
    header->value = value == NULL ? STR("") : arena_str(x->arena, (Str){value, value_len});
    return MHD_YES;
}

static Str socket_peer(Arena *arena, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (info == NULL || info->client_addr == NULL) return STR("");
    char text[ADDRESS_CHARS_MAX] = "";
    const struct sockaddr *addr = info->client_addr;
    if (addr->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, addr, sizeof in);
        inet_ntop(AF_INET, &in.sin_addr, text, sizeof text);
    } else if (addr->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, addr, sizeof in6);
        inet_ntop(AF_INET6, &in6.sin6_addr, text, sizeof text);
    }
    return arena_str(arena, str_from_c(text));
}

// Only the configured proxy is believed, and of its list only the last entry, which it wrote
// itself.
static Str peer_of(const HttpServer *server, const HttpExchange *x, Str socket_addr)
{
    if (server->trusted_proxy.len == 0 || !str_eq(server->trusted_proxy, socket_addr)) {
        return socket_addr;
    }
    Str list = http_header(x, "x-forwarded-for");
    Str part = STR("");
    Str last = STR("");
    while (list.len > 0 && str_split(&list, ',', &part)) last = str_trim(part);
    bool plausible = last.len > 0 && last.len < ADDRESS_CHARS_MAX;
    return plausible ? last : socket_addr;
}

// A client that lets go first never asks on a line that is being closed.
static void say_kept(struct MHD_Response *response)
{
    char text[sizeof "timeout=" + STR_I64_CHARS];
    snprintf(text, sizeof text, "timeout=%d", HTTP_KEPT_SECONDS);
    MHD_add_response_header(response, "Keep-Alive", text);
}

static enum MHD_Result send_answer(HttpServer *server, Pending *pending,
                                   struct MHD_Connection *connection, bool close_after)
{
    HttpExchange *x = &pending->x;
    Str body = buf_str(&x->answer);
    // The library's pointer is not const, yet it only reads. The body is freed in on_done.
    void *bytes = (void *)(uintptr_t)body.ptr; // NOLINT(performance-no-int-to-ptr)
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, bytes, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) return MHD_NO;
    for (size_t i = 0; i < x->answer_header_count; i++) {
        const HttpHeader *header = &x->answer_headers[i];
        MHD_add_response_header(response, header->name.ptr, arena_c(x->arena, header->value));
    }
    if (close_after || atomic_load(&server->stopping)) {
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    } else if (pending->keeps) {
        say_kept(response);
    }
    int64_t allowance = seconds(HTTP_BODY_SECONDS + (int64_t)(body.len / RATE_BYTES_PER_SECOND));
    set_deadline(server, pending->conn, clock_ticks_ms() + allowance, false);
    enum MHD_Result queued = MHD_queue_response(connection, (unsigned)x->status, response);
    MHD_destroy_response(response);
    pending->answered = true;
    return queued;
}

static bool take_worker(HttpServer *server)
{
    int64_t until = clock_ticks_ms() + HTTP_WAIT_MS;
    while (sem_trywait(&server->workers) != 0) {
        if (clock_ticks_ms() >= until) return false;
        usleep(WAIT_STEP_MS * 1000);
    }
    return true;
}

static void let_go(Pending *pending)
{
    if (atomic_fetch_sub(&pending->users, 1) == 1) arena_free(pending->x.arena);
}

// For the sweep: from when on this answer is late.
static void limit_hold(HttpServer *server, Pending *pending)
{
    if (pending->conn == NULL) return;
    pthread_mutex_lock(&server->lock);
    pending->conn->holding = pending;
    pending->conn->hold_until_ms = clock_ticks_ms() + server->hold_ms;
    pthread_mutex_unlock(&server->lock);
}

bool http_hold(HttpExchange *x)
{
    Pending *pending = x->line;
    if (pending == NULL) return false;
    HttpServer *server = pending->server;
    atomic_fetch_add(&server->held, 1);
    if (atomic_load(&server->stopping)) { // http_stop may have seen that there was none
        atomic_fetch_sub(&server->held, 1);
        return false;
    }
    // At once: the release may come before the hook is back, and it takes this away.
    MHD_suspend_connection(pending->connection);
    atomic_fetch_add(&pending->users, 1);
    atomic_store(&pending->hold, HOLD_ON);
    limit_hold(server, pending);
    return true;
}

void http_release(HttpExchange *x)
{
    Pending *pending = x->line;
    if (end_hold(pending, HOLD_RELEASED)) {
        HttpServer *server = pending->server;
        MHD_resume_connection(pending->connection); // its own thread goes on
        atomic_fetch_sub(&server->held, 1);
    } // or it was late: server and connection may be gone, the exchange is not
    let_go(pending);
}

// Does the client keep the line? One of HTTP/1.0 that does is not told for how long.
static bool client_keeps(const HttpExchange *x, Str version)
{
    if (!str_eq(version, STR("HTTP/1.1"))) return false;
    for (size_t i = 0; i < x->header_count; i++) {
        Str list = x->headers[i].value;
        Str part = STR("");
        if (!str_eq_ascii_fold(x->headers[i].name, STR("connection"))) continue;
        while (list.len > 0 && str_split(&list, ',', &part)) {
            if (str_eq_ascii_fold(str_trim(part), STR("close"))) return false;
        }
    }
    return true;
}

// Answers under one of the worker slots; without one the hooks see status 503 already set.
static enum MHD_Result answer(HttpServer *server, Pending *pending,
                              struct MHD_Connection *connection, bool close_after)
{
    HttpExchange *x = &pending->x;
    watch(server, pending->conn, &x->gone);
    bool worker = take_worker(server);
    if (!worker) {
        x->refused = true;
        x->status = MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    server->hooks.answer(server->hooks.arg, x);
    if (worker) sem_post(&server->workers);
    watch(server, pending->conn, NULL);
    // The library calls again for a held one, also when it is released by now.
    if (atomic_load(&pending->hold) != HOLD_NONE) return MHD_YES;
    return send_answer(server, pending, connection, close_after);
}

static enum MHD_Result begin(HttpServer *server, Pending *pending,
                             struct MHD_Connection *connection, const char *method,
                             const char *version)
{
    HttpExchange *x = &pending->x;
    pending->begun = true;
    atomic_fetch_add(&server->running, 1);
    Taking taking = {x, ARENA_ARRAY(x->arena, HttpHeader, HTTP_HEADERS_MAX + 1)};
    x->headers = taking.headers;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, &taking);
    x->method = arena_str(x->arena, str_from_c(method));
    x->peer = peer_of(server, x, socket_peer(x->arena, connection));
    pending->keeps = client_keeps(x, str_from_c(version));
    x->status = http_gate(x, pending->target, str_from_c(version));
    x->refused = x->status != 0;
    if (x->refused) return answer(server, pending, connection, true);

    pending->plan = server->hooks.begin(server->hooks.arg, x);
    if (x->body_bytes > x->body_max) x->too_large = true;
    if (x->body_bytes != 0 && (pending->plan == HTTP_ANSWER || x->too_large)) {
        return answer(server, pending, connection, true);
    }
    pending->body = buf_new(x->body_max > 0 ? (size_t)x->body_max : 1);
    set_deadline(server, pending->conn, clock_ticks_ms() + seconds(HTTP_BODY_SECONDS), true);
    return MHD_YES; // the library calls again with the body, or at once when there is none
}

static enum MHD_Result take_body(HttpServer *server, Pending *pending, Str data)
{
    HttpExchange *x = &pending->x;
    pending->received += (int64_t)data.len;
    if (pending->received > x->body_max) {
        x->too_large = true; // an answer can be sent only after the body: swallow a little more
        return pending->received > x->body_max * OVERRUN_FACTOR ? MHD_NO : MHD_YES;
    }
    if (pending->plan == HTTP_STREAM) {
        int64_t allowance = seconds(HTTP_BODY_SECONDS + pending->received / RATE_BYTES_PER_SECOND);
        set_deadline(server, pending->conn, x->started_ms + allowance, true);
        server->hooks.chunk(server->hooks.arg, x, data);
    } else {
        buf_add(&pending->body, data);
    }
    return MHD_YES;
}

// The library's form: MHD_AccessHandlerCallback. NOLINTNEXTLINE(readability-function-size)
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *data_len, void **context)
{
    (void)url;
    HttpServer *server = arg;
    Pending *pending = *context;
    if (pending == NULL) return MHD_NO;
    if (!pending->begun) return begin(server, pending, connection, method, version);
    if (*data_len > 0) {
        enum MHD_Result taken = take_body(server, pending, (Str){data, *data_len});
        *data_len = 0;
        return taken;
    }
    if (pending->answered) return MHD_YES;
    Hold hold = atomic_load(&pending->hold);
    if (hold != HOLD_NONE) {
        pending->x.late = hold == HOLD_LATE;
        server->hooks.settle(server->hooks.arg, &pending->x);
        return send_answer(server, pending, connection, false);
    }
    pending->x.body = buf_str(&pending->body);
    pending->x.line = pending; // with a body unread the library would go on with that instead
    return answer(server, pending, connection, false);
}

static void on_done(void *arg, struct MHD_Connection *connection, void **context,
                    enum MHD_RequestTerminationCode why)
{
    (void)connection;
    (void)why;
    HttpServer *server = arg;
    Pending *pending = *context;
    if (pending == NULL) return;
    *context = NULL;
    set_deadline(server, pending->conn,
                 clock_ticks_ms() + seconds(HTTP_IDLE_SECONDS + HTTP_HEADER_SECONDS), true);
    server->hooks.done(server->hooks.arg, &pending->x);
    buf_free(&pending->x.answer);
    buf_free(&pending->body);
    if (pending->begun) atomic_fetch_sub(&server->running, 1);
    let_go(pending);
}

static size_t keep_escapes(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg;
    (void)connection;
    return strlen(text); // we decode ourselves, from the target as it was sent
}

static void quiet(void *arg, const char *fmt, va_list args)
{
    (void)arg;
    (void)fmt;
    (void)args; // the library's words may hold what a client sent
}

// ---- the server

static int listen_on(const HttpOptions *options, int *port_out)
{
    struct sockaddr_storage at = {0};
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)options->port)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6,
                               .sin6_port = htons((uint16_t)options->port)};
    socklen_t len = 0;
    if (inet_pton(AF_INET, options->addr, &in.sin_addr) == 1) {
        memcpy(&at, &in, len = sizeof in);
    } else if (inet_pton(AF_INET6, options->addr, &in6.sin6_addr) == 1) {
        memcpy(&at, &in6, len = sizeof in6);
    } else {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, BACKLOG) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
        int why = errno;
        close(fd);
        errno = why;
        return -1;
    }
    memcpy(&in, &at, sizeof in); // the port stands at the same place in both kinds
    *port_out = ntohs(in.sin_port);
    return fd;
}

// The library gives each to the thread whose turn it is by the number of the descriptor, and closes
// what it does not take. Who comes when all places are taken waits in the line before the door.
static void *let_in(void *arg)
{
    HttpServer *server = arg;
    struct pollfd line = {.fd = server->listening, .events = POLLIN};
    while (!atomic_load(&server->stopping)) {
        struct sockaddr_storage from = {0};
        socklen_t len = sizeof from;
        if (atomic_load(&server->open) >= HTTP_CONNECTIONS_MAX) {
            usleep(FULL_STEP_MS * 1000);
            continue;
        }
        if (poll(&line, 1, LOOK_MS) <= 0) continue;
        int fd = accept4(server->listening, (struct sockaddr *)&from, &len,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) { // gone again, or no descriptor is left
            if (errno != EAGAIN && errno != ECONNABORTED) usleep(FULL_STEP_MS * 1000);
            continue;
        }
        (void)MHD_add_connection(server->daemon, fd, (struct sockaddr *)&from, len);
    }
    return NULL;
}

static struct MHD_Daemon *start_daemon(HttpServer *server, const HttpOptions *options)
{
    unsigned per_address = options->trusted_proxy.len > 0 ? 0 : HTTP_CONNECTIONS_PER_ADDRESS_MAX;
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG |
            MHD_ALLOW_SUSPEND_RESUME,
        0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, quiet, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)(options->workers + SPARE_THREADS),
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)HTTP_IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)MEMORY_PER_CONNECTION, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
        on_target, server, MHD_OPTION_NOTIFY_COMPLETED, on_done, server,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_END);
}

static void server_free(HttpServer *server)
{
    sem_destroy(&server->workers);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

Err http_start(Arena *arena, const HttpOptions *options, HttpServer **out, Str *why_out)
{
    assert(options->workers > 0);
    int port = 0;
    int fd = listen_on(options, &port);
    if (fd < 0) {
        bool taken = errno == EADDRINUSE;
        *why_out = arena_fmt(arena,
                             taken ? "Port %d on %s is in use by another program."
                                   : "Cannot listen on port %d of %s.",
                             options->port, options->addr);
        return taken ? ERR_CONFLICT : ERR_FAULT;
    }
    HttpServer *server = calloc(1, sizeof *server);
    if (server == NULL) abort();
    *server = (HttpServer){
        .hooks = options->hooks,
        .trusted_proxy = options->trusted_proxy,
        .port = port,
        .listening = fd,
        .hold_ms = options->hold_ms > 0 ? options->hold_ms : HTTP_HOLD_MS,
        .sweeping = true,
    };
    sem_init(&server->workers, 0, (unsigned)options->workers);
    pthread_mutex_init(&server->lock, NULL);
    server->daemon = start_daemon(server, options);
    if (server->daemon == NULL) {
        close(fd);
        server_free(server);
        *why_out = STR("The web server could not start its threads.");
        return ERR_FAULT;
    }
    if (pthread_create(&server->sweeper, NULL, sweep, server) != 0) abort();
    if (pthread_create(&server->door, NULL, let_in, server) != 0) abort();
    *out = server;
    return ERR_OK;
}

int http_port(const HttpServer *server)
{
    return server->port;
}

void http_stop(HttpServer *server)
{
    if (server == NULL) return;
    atomic_store(&server->stopping, true);
    shutdown(server->listening, SHUT_RDWR); // the door looks up
    pthread_join(server->door, NULL);
    close(server->listening);
    int64_t until = clock_ticks_ms() + seconds(HTTP_DRAIN_SECONDS);
    while (atomic_load(&server->running) > 0 && clock_ticks_ms() < until) usleep(10 * 1000);
    while (atomic_load(&server->held) > 0) usleep(1000); // the library ends the program over one
    MHD_stop_daemon(server->daemon);
    atomic_store(&server->sweeping, false);
    pthread_join(server->sweeper, NULL);
    server_free(server);
}
