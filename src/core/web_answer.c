// web_answer.c -- headers of every answer. The policy allows nothing inline: a script that got into
// a page would not run, and no other site can frame, read or be sent anything.
#include "core/web_answer.h"

#include "core/decode.h"
#include "core/gzip.h"
#include "core/page.h"
#include "session_page.h"

enum { RETRY_SECONDS = 5 };

static const char POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'";

static const struct {
    const char *name;
    const char *value;
} ALWAYS[] = {
    {"Content-Security-Policy", POLICY},
    {"X-Content-Type-Options", "nosniff"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

static void caching(HttpExchange *x, const Response *res)
{
    const char *value = "no-store";
    if (res->keep) {
        value = res->forever ? "public, max-age=31536000, immutable" : "public, max-age=300";
    }
    http_answer_header(x, "Cache-Control", str_from_c(value));
    if (res->etag.len > 0) http_answer_header(x, "ETag", res->etag);
    http_answer_header(x, "Vary", STR("Accept-Encoding"));
}

// RFC 6266: a name of ASCII letters for old browsers is enough, since names are ours.
static void download(HttpExchange *x, Str name)
{
    char *at = arena_alloc(x->arena, name.len + 1, 1);
    for (size_t i = 0; i < name.len; i++) {
        char ch = name.ptr[i];
        bool plain = (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
                     (ch >= 'A' && ch <= 'Z') || ch == '.' || ch == '-' || ch == '_';
        at[i] = (char)(plain ? ch : '-');
    }
    Str copy = {at, name.len};
    http_answer_header(x, "Content-Disposition",
                       arena_fmt(x->arena, "attachment; filename=\"" STR_FMT "\"", STR_ARG(copy)));
}

static bool unchanged(const Request *req, const Response *res, int status)
{
    return status == 200 && res->etag.len > 0 &&
           (str_eq(req->if_none_match, res->etag) || str_eq(req->if_none_match, STR("*")));
}

// A page for a reader far away on a slow line. What is kept by browsers is made smaller when built.
static void compress(const Core *core, const Request *req, Response *res)
{
    if (res->keep || res->encoding.len > 0 || !gzip_gains(res->content_type)) return;
    if (!decode_accepts(req->accept_encoding, STR("gzip"))) return;
    if (gzip_body(core->gzips, &res->body)) res->encoding = STR("gzip");
}

// What the handler set, each as its header.
static void handlers_headers(HttpExchange *x, const Response *res)
{
    if (res->location.len > 0) http_answer_header(x, "Location", res->location);
    if (res->cookie.len > 0) http_answer_header(x, "Set-Cookie", res->cookie);
    if (res->forget) {
        http_answer_header(x, "Clear-Site-Data", STR("\"cache\", \"cookies\", \"storage\""));
    }
    if (res->retry_after > 0) {
        http_answer_header(x, "Retry-After", arena_fmt(x->arena, "%d", res->retry_after));
    }
    if (res->download_name.len > 0) download(x, res->download_name);
    if (res->encoding.len > 0) http_answer_header(x, "Content-Encoding", res->encoding);
}

void web_answer(const Core *core, HttpExchange *x, const Request *req, Response *res, Str allow)
{
    int status = res->status != 0 ? res->status : (res->location.len > 0 ? 303 : 200);
    for (size_t i = 0; i < COUNT_OF(ALWAYS); i++) {
        http_answer_header(x, ALWAYS[i].name, str_from_c(ALWAYS[i].value));
    }
    if (core->config->secure_cookies) {
        http_answer_header(x, "Strict-Transport-Security", STR("max-age=31536000"));
    }
    caching(x, res);
    if (unchanged(req, res, status)) {
        status = 304;
        buf_clear(&res->body);
    }
    compress(core, req, res);
    handlers_headers(x, res);
    if (status == 405) http_answer_header(x, "Allow", allow);
    if (status != 304 && status != 204 && res->location.len == 0) {
        Str type = res->content_type.len > 0 ? res->content_type : STR("text/html; charset=utf-8");
        http_answer_header(x, "Content-Type", type);
    }
    x->status = status;
    buf_free(&x->answer);
    x->answer = res->body;
    res->body = (Buf){.max = 1};
}

void web_busy_page(Ctx *c, Response *res)
{
    c->actor = (Actor){.role = ROLE_NONE};
    c->session = STR("");
    PageProblem m = page_problem_of(c, ERR_BUSY);
    res->retry_after = RETRY_SECONDS;
    busy_page(&res->body, &m);
}

void web_plain_problem(Ctx *c, Response *res)
{
    if (res->status == 503) {
        web_busy_page(c, res);
        return;
    }
    res->content_type = STR("text/plain; charset=utf-8");
    if (res->status == 501) {
        buf_add_c(&res->body, "This server does not do what the request asks for.\n");
    } else {
        buf_add_c(&res->body, "This request cannot be read.\n");
    }
    buf_fmt(&res->body, "Reference: " STR_FMT "\n", STR_ARG(c->request));
}
