// http.h -- HTTP/1.1 from a socket, strictly read, and the answer back.
//
// The façade over libmicrohttpd: nothing else includes it. Requests that two programs could read
// differently (two lengths, two hosts, odd transfer codings, control characters) are answered 400
// before any body is read. Not here: routes, sessions, pages (web.h).
#ifndef HTTP_H
#define HTTP_H

#include "base/base.h"

#include <stdatomic.h>

enum {
    HTTP_HEADERS_MAX = 100,
    HTTP_HEADER_BYTES_MAX = 16 * 1024, // names and values of one request together
    HTTP_TARGET_BYTES_MAX = 8 * 1024,
    HTTP_ANSWER_HEADERS_MAX = 24,
    HTTP_ANSWER_BYTES_MAX = 64 * 1024 * 1024,
    HTTP_CONNECTIONS_MAX = 1000,
    HTTP_CONNECTIONS_PER_ADDRESS_MAX = 256, // not applied behind a proxy
    HTTP_HEADER_SECONDS = 10,               // to send a whole header
    HTTP_IDLE_SECONDS = 30,                 // between two requests, or without a byte of a body
    HTTP_KEPT_SECONDS = 20,                 // of these a client is told, so that it lets go first
    HTTP_BODY_SECONDS = 30,                 // to send a body of at most BODY_BYTES_MAX
    HTTP_DRAIN_SECONDS = 15,                // after a stop: for what is being answered
    HTTP_WAIT_MS = 1000,                    // for a free worker, then 503
    HTTP_HOLD_MS = 4000, // for the release of a held answer: longer than a store waits for its lock
    HTTP_GONE = 499,     // for the log: answered nobody, for the client had hung up
};

typedef struct HttpHeader {
    Str name;
    Str value;
} HttpHeader;

typedef enum HttpPlan { // what to do with the body, said when the header is known
    HTTP_ANSWER,        // answer now: there is no body, or it is not wanted
    HTTP_COLLECT,       // keep it in `body`, at most body_max bytes
    HTTP_STREAM         // hand it to `chunk` as it comes, at most body_max bytes
} HttpPlan;

typedef struct HttpExchange { // one request and its answer
    Arena *arena;
    Str method;
    Str path;  // decoded, valid UTF-8, begins with '/'; no "//", no "." or ".." part, no NUL
    Str query; // as sent, without '?'
    Str peer;  // address of the socket, or what a trusted proxy says
    const HttpHeader *headers;
    size_t header_count;
    int64_t body_bytes; // as announced; -1: chunked
    int64_t body_max;
    Str body;     // HTTP_COLLECT
    bool refused; // the gate said no: `status` says which
    bool too_large;
    bool late; // held and not released in time: for `settle`, which must not send what was held
    int64_t started_ms; // of clock_ticks_ms
    atomic_bool gone;   // while it is answered: the client has hung up, nobody reads the answer
    void *user;         // the hooks' own
    void *line;         // http.c's own; NULL: its answer cannot be held

    int status;
    Buf answer;
    HttpHeader answer_headers[HTTP_ANSWER_HEADERS_MAX];
    size_t answer_header_count;
} HttpExchange;

// Called on worker threads. Strings and the exchange live until `done` returns and, of an answer
// that was held (http_hold), until http_release. Such an answer is sent only after `settle`, which
// comes after http_release or, when that took longer than hold_ms, before it with `late` set.
typedef struct HttpHooks {
    void *arg;
    HttpPlan (*begin)(void *arg, HttpExchange *x);
    void (*chunk)(void *arg, HttpExchange *x, Str data);
    void (*answer)(void *arg, HttpExchange *x); // sets status, answer and headers
    void (*settle)(void *arg, HttpExchange *x); // may put another in its place
    void (*done)(void *arg, HttpExchange *x);   // sent or broken off: release `user`
} HttpHooks;

typedef struct HttpOptions {
    const char *addr; // numeric, "127.0.0.1" or "::1"
    int port;         // 0: any free one
    int workers;
    int hold_ms; // how long an answer may be held; 0: HTTP_HOLD_MS
    Str trusted_proxy;
    HttpHooks hooks;
} HttpOptions;

typedef struct HttpServer HttpServer;

// Listens and starts. *why_out gets a sentence for the operator.
// Errors: ERR_CONFLICT (the address is in use), ERR_FAULT.
MUST_USE Err http_start(Arena *arena, const HttpOptions *options, HttpServer **out, Str *why_out);
int http_port(const HttpServer *server);
// Takes no more connections, lets running requests finish (HTTP_DRAIN_SECONDS), frees everything.
void http_stop(HttpServer *server);

// From `answer`: not a byte of it leaves until http_release, and no thread waits meanwhile. False:
// it cannot be held, the hook itself has to wait. Then, once and from any thread, http_release; the
// exchange may be gone when that comes back. A server does not stop while one is held and not late;
// the release of a late one may come after http_stop.
MUST_USE bool http_hold(HttpExchange *x);
void http_release(HttpExchange *x);

Str http_header(const HttpExchange *x, const char *name); // "" when absent; any case
void http_answer_header(HttpExchange *x, const char *name, Str value);
bool http_method_known(Str method);

// The pure part of the gate, for tests and fuzzing: the status to answer, 0 when all is well.
// Sets x->path, x->query and x->body_bytes from `target` and the headers.
int http_gate(HttpExchange *x, Str target, Str version);

#endif
