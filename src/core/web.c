// web.c -- the walk of a request.
#include "core/web.h"

#include "core/account.h"
#include "core/decode.h"
#include "core/draft.h"
#include "core/log.h"
#include "core/secret.h"
#include "core/session_web.h"
#include "core/unsent.h"
#include "core/web_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { CSRF_FIELD_CHARS_MAX = 128, REFERENCE_CHARS = 8 };

typedef struct Walk {
    Ctx *c;
    Request req;
    Response res;
    Str allow; // methods, when only the method was wrong
    Multipart *multipart;
    Err early;        // what was wrong before or while the body came
    int early_status; // of the gate
    Str csrf;         // from the form
    int upload_fd;
    int64_t upload_bytes;
    bool signed_in;
    bool not_for_role;
    bool logged; // the access log has its line
    Err settled; // why the line could not be written while the answer was held
} Walk;

// ---- the beginning

static Str reference_new(Arena *arena)
{
    static const char LETTERS[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    unsigned char bytes[REFERENCE_CHARS];
    secret_random(bytes, sizeof bytes);
    char text[REFERENCE_CHARS + 1];
    for (size_t i = 0; i < REFERENCE_CHARS; i++) text[i] = LETTERS[bytes[i] % 32];
    return arena_fmt(arena, "%.4s-%.4s", text, text + 4);
}

Ctx *web_ctx(const Core *core, Arena *arena)
{
    Ctx *c = ARENA_NEW(arena, Ctx);
    c->arena = arena;
    c->core = core;
    c->now = clock_now(core->clock);
    c->today = instant_date_london(c->now);
    c->request = reference_new(arena);
    c->purpose = STR("direct-care");
    c->session = STR("");
    return c;
}

static Walk *walk_new(const Core *core, HttpExchange *x)
{
    Walk *walk = ARENA_NEW(x->arena, Walk);
    walk->c = web_ctx(core, x->arena);
    walk->upload_fd = -1;
    walk->res.body = buf_new(HTTP_ANSWER_BYTES_MAX);
    walk->req = (Request){
        .method = x->method,
        .path = x->path,
        .upload = {.fd = -1},
        .peer = x->peer,
        .fragment = http_header(x, "x-fragment"),
        .if_none_match = http_header(x, "if-none-match"),
        .if_match = http_header(x, "if-match"),
        .accept = http_header(x, "accept"),
        .accept_encoding = http_header(x, "accept-encoding"),
        .content_type = http_header(x, "content-type"),
        .query_text = x->query,
    };
    x->user = walk;
    return walk;
}

static bool is_unsafe(Str method)
{
    return !str_eq(method, STR("GET")) && !str_eq(method, STR("HEAD")) &&
           !str_eq(method, STR("OPTIONS"));
}

// What the browser itself says about where a request was made. Our own pages send no referrer, so
// their Origin is "null": then, as with old browsers, the token decides alone.
static bool from_elsewhere(const HttpExchange *x)
{
    Str site = http_header(x, "sec-fetch-site");
    if (site.len > 0) return !str_eq(site, STR("same-origin")) && !str_eq(site, STR("none"));
    Str origin = http_header(x, "origin");
    if (origin.len == 0 || str_eq(origin, STR("null"))) return false;
    size_t at = 0;
    if (!str_find(origin, STR("://"), &at)) return true;
    return !str_eq_ascii_fold(str_slice(origin, at + 3, origin.len), http_header(x, "host"));
}

// Another site may link to a page here. It may not have it fetched as an image or a frame: nobody
// looks then, yet a view is logged, and a list that is opened is kept as listed to the one signed
// in.
static bool fetched_by_another_site(const HttpExchange *x)
{
    Str kind = http_header(x, "sec-fetch-dest");
    return kind.len > 0 && !str_eq(kind, STR("document")) && from_elsewhere(x);
}

static Err open_session(Walk *walk, HttpExchange *x)
{
    Err err = session_open(walk->c, http_header(x, "cookie"));
    walk->signed_in = err == ERR_OK;
    bool public = (walk->req.route->flags & ROUTE_PUBLIC) != 0;
    return err == ERR_SIGNED_OUT && public ? ERR_OK : err;
}

static bool may_use(const Ctx *c, const Route *route)
{
    if ((route->flags & ROUTE_PUBLIC) != 0) return true;
    return ctx_can(c, route->cap) && access_any(c, route->data);
}

// Before a byte of a file is taken: somebody is signed in, may do this, and asked from our page.
static Err admit_upload(Walk *walk, HttpExchange *x)
{
    Ctx *c = walk->c;
    TRY(store_borrow(c->core->store, &c->db));
    Err err = open_session(walk, x);
    walk->not_for_role = err == ERR_OK && !may_use(c, walk->req.route);
    if (walk->not_for_role) err = ERR_NOT_FOUND;
    store_return(c->core->store, c->db);
    c->db = NULL;
    return err;
}

static Err on_file(void *arg, const Pair *fields, size_t count, Str name, Str filename)
{
    Walk *walk = arg;
    (void)name;
    for (size_t i = 0; i < count; i++) {
        if (str_eq(fields[i].name, STR("csrf"))) walk->csrf = fields[i].value;
    }
    // The token stands before the file in the form, or no file is taken.
    if (!session_csrf_ok(walk->c, walk->csrf)) return ERR_FORBIDDEN;
    const char *dir = arena_c(walk->c->arena, walk->c->core->config->data_dir);
    walk->upload_fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (walk->upload_fd < 0) return errno == ENOSPC ? ERR_BUSY : ERR_FAULT;
    walk->req.upload.filename = filename;
    return ERR_OK;
}

static Err on_file_data(void *arg, Str bytes)
{
    Walk *walk = arg;
    while (bytes.len > 0) {
        ssize_t wrote = write(walk->upload_fd, bytes.ptr, bytes.len);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return errno == ENOSPC ? ERR_BUSY : ERR_FAULT;
        bytes = str_slice(bytes, (size_t)wrote, bytes.len);
        walk->upload_bytes += wrote;
    }
    return ERR_OK;
}

static HttpPlan begin_upload(Walk *walk, HttpExchange *x)
{
    walk->early = from_elsewhere(x) ? ERR_FORBIDDEN : admit_upload(walk, x);
    if (walk->early == ERR_OK) {
        MultipartSink sink = {walk, on_file, on_file_data};
        walk->early = multipart_new(x->arena, walk->req.content_type, sink, &walk->multipart);
    }
    if (walk->early != ERR_OK) return HTTP_ANSWER;
    x->body_max = walk->c->core->config->upload_bytes_max + BODY_BYTES_MAX;
    return HTTP_STREAM;
}

static HttpPlan begin(void *arg, HttpExchange *x)
{
    const Core *core = arg;
    Walk *walk = walk_new(core, x);
    if (route_find(x->arena, core->routes, &walk->req, &walk->allow) == NULL) {
        walk->early = ERR_NOT_FOUND;
        return HTTP_ANSWER;
    }
    x->body_max = BODY_BYTES_MAX;
    if (http_header(x, "content-encoding").len > 0) walk->early = ERR_UNSUPPORTED;
    bool upload = (walk->req.route->flags & ROUTE_UPLOAD) != 0;
    if (walk->early != ERR_OK) return HTTP_ANSWER;
    return upload && x->body_bytes != 0 ? begin_upload(walk, x) : HTTP_COLLECT;
}

static void chunk(void *arg, HttpExchange *x, Str data)
{
    (void)arg;
    Walk *walk = x->user;
    if (walk->early == ERR_OK) walk->early = multipart_feed(walk->multipart, data);
}

// ---- the form

// Keeps what the row declares; a field sent twice that may not be is an attempt to confuse.
static Err take_declared(Walk *walk, const Pair *pairs, size_t count, bool form)
{
    Request *req = &walk->req;
    Pair *kept = ARENA_ARRAY(walk->c->arena, Pair, count);
    size_t kept_count = 0;
    for (size_t i = 0; i < count; i++) {
        bool repeats = false;
        if (form && str_eq(pairs[i].name, STR("csrf"))) {
            walk->csrf = pairs[i].value;
            continue;
        }
        if (!route_declares(req->route, pairs[i].name, &repeats)) continue;
        for (size_t k = 0; k < kept_count && !repeats; k++) {
            if (str_eq(kept[k].name, pairs[i].name)) return ERR_MALFORMED;
        }
        kept[kept_count++] = pairs[i];
    }
    if (form) {
        req->form = kept;
        req->form_count = kept_count;
    } else {
        req->query = kept;
        req->query_count = kept_count;
    }
    return ERR_OK;
}

static Err take_query(Walk *walk, HttpExchange *x)
{
    Pair *pairs = NULL;
    size_t count = 0;
    TRY(decode_urlencoded(x->arena, x->query, &pairs, &count));
    return take_declared(walk, pairs, count, false);
}

static Err take_form(Walk *walk, HttpExchange *x)
{
    Request *req = &walk->req;
    Pair *pairs = NULL;
    const Pair *fields = NULL;
    size_t count = 0;
    if (walk->multipart != NULL) {
        TRY(multipart_end(walk->multipart, &fields, &count));
        req->upload.fd = walk->upload_fd;
        req->upload.bytes = walk->upload_bytes;
        if (walk->upload_bytes > walk->c->core->config->upload_bytes_max) return ERR_TOO_LARGE;
        return take_declared(walk, fields, count, true);
    }
    if ((req->route->flags & ROUTE_RAW) != 0) {
        req->body = x->body;
        return ERR_OK;
    }
    if (x->body.len == 0) return ERR_OK;
    if (!is_unsafe(req->method)) return ERR_MALFORMED; // a GET has no body here
    if (!str_eq_ascii_fold(decode_media_type(req->content_type),
                           STR("application/x-www-form-urlencoded"))) {
        return ERR_UNSUPPORTED;
    }
    TRY(decode_urlencoded(x->arena, x->body, &pairs, &count));
    return take_declared(walk, pairs, count, true);
}

// ---- the steps

// Where a token that is not of this session comes from. Another site has none that was ever ours.
static OldForm old_form(Walk *walk, const HttpExchange *x, Str token)
{
    if (from_elsewhere(x) || token.len == 0) return OLD_FORM_NONE;
    if (session_csrf_was(walk->c, token)) return OLD_FORM_OWN;
    bool ours = str_eq(http_header(x, "sec-fetch-site"), STR("same-origin"));
    return ours ? OLD_FORM_OTHER : OLD_FORM_NONE;
}

static Err check_csrf(Walk *walk, const HttpExchange *x)
{
    if (!is_unsafe(walk->req.method)) return ERR_OK;
    if (from_elsewhere(x)) return ERR_FORBIDDEN;
    // Without a session there is nothing to ride on. The sign-in form has no token of one; in a
    // second tab it is sent although there is a session by now.
    if (!walk->signed_in || walk->req.route->verb == VERB_SIGN_IN) return ERR_OK;
    Str header = http_header(x, "x-csrf-token");
    Str token = walk->csrf.len > 0 ? walk->csrf : header;
    if (token.len > CSRF_FIELD_CHARS_MAX) return ERR_FORBIDDEN;
    if (session_csrf_ok(walk->c, token)) return ERR_OK;
    walk->req.old_form = old_form(walk, x, token);
    return ERR_FORBIDDEN;
}

static Err log_refused(Walk *walk, const char *why)
{
    walk->logged = true;
    return access_log(walk->c, &(AccessEntry){.verb = VERB_REFUSED,
                                              .what = str_from_c(walk->req.route->path),
                                              .detail = str_from_c(why)});
}

static Err take_grant(Walk *walk)
{
    Ctx *c = walk->c;
    const Route *route = walk->req.route;
    Str ref = req_param(&walk->req, "person");
    if (ref.len == 0 || c->core->person_of_ref == NULL) return ERR_OK;
    PersonId person = {0};
    TRY(c->core->person_of_ref(c, ref, &person));
    bool reads = !is_unsafe(walk->req.method) || (route->flags & ROUTE_READS) != 0;
    Err err =
        access_grant(c, person, route->data, reads ? MODE_READ : MODE_WRITE, &walk->req.grant);
    walk->req.no_relationship = err == ERR_FORBIDDEN;
    walk->logged = err != ERR_OK; // access_grant has written the refusal
    return err;
}

// Keeps a form that is not taken for the one who typed it, where the row says so.
static void keep_draft(Walk *walk)
{
    Ctx *c = walk->c;
    const Route *route = walk->req.route;
    Draft kept;
    if ((route->flags & ROUTE_DRAFT) == 0 || !is_unsafe(walk->req.method)) return;
    if (walk->req.form_count > 0 &&
        draft_save(c, draft_key(c, &walk->req), &walk->req, &kept) == ERR_OK) {
        c->session_state->draft_kept = true;
    }
}

// The session ended, or the record closed, while something was typed: kept as the draft of its
// form, or to be sent again.
static void keep_typed(Walk *walk)
{
    bool kept = false;
    keep_draft(walk);
    if ((walk->req.route->flags & ROUTE_DRAFT) != 0 || !is_unsafe(walk->req.method)) return;
    if (unsent_keep(walk->c, &walk->req, &kept) == ERR_OK && kept) {
        walk->c->session_state->draft_kept = true;
    }
}

// Who asks, and what the form holds. ERR_SIGNED_OUT: a form that was typed may have been kept.
static Err take_request(Walk *walk, HttpExchange *x)
{
    const Route *route = walk->req.route;
    if ((route->flags & ROUTE_PUBLIC) == 0 && fetched_by_another_site(x)) return ERR_FORBIDDEN;
    Err session = open_session(walk, x);
    if (session != ERR_OK && session != ERR_SIGNED_OUT) return session;
    if ((route->flags & ROUTE_RAW) == 0) TRY(take_query(walk, x));
    TRY(take_form(walk, x));
    bool typed_here = !from_elsewhere(x) && session_csrf_ok(walk->c, walk->csrf);
    if (session == ERR_SIGNED_OUT && typed_here && session_may_keep_draft(walk->c)) {
        keep_typed(walk);
    }
    return session;
}

static Err steps(Walk *walk, HttpExchange *x)
{
    Ctx *c = walk->c;
    const Route *route = walk->req.route;
    assert(route != NULL);
    TRY(take_request(walk, x));
    Err from_page = check_csrf(walk, x);
    if (from_page != ERR_OK && walk->req.old_form != OLD_FORM_OWN) return from_page;
    if (!may_use(c, route)) {
        walk->not_for_role = true;
        TRY(log_refused(walk, "not for this role"));
        return ERR_NOT_FOUND;
    }
    Err opens = take_grant(walk);
    if (walk->req.no_relationship && from_page == ERR_OK) keep_typed(walk);
    TRY(opens);
    c->here = web_here(c, &walk->req);
    if (from_page == ERR_OK) return route->handler(c, &walk->req, &walk->res);
    walk->res.log_detail = STR("a form from before signing in again");
    keep_draft(walk);
    return from_page;
}

// The client had hung up before there was an answer: who asked is logged, and that nothing left.
static void say_unsent(Walk *walk)
{
    walk->res.shown_count = 0;
    walk->res.log_detail = STR("not sent: the client had hung up");
}

static void on_logged(void *arg, Err err)
{
    HttpExchange *x = arg;
    Walk *walk = x->user;
    walk->settled = err;
    http_release(x);
}

// What is shown stands in the access log when this is back, or the answer is held until it does.
static Err log_shown(Walk *walk, HttpExchange *x, Err err)
{
    const Route *route = walk->req.route;
    if (route == NULL || walk->logged || route->verb == VERB_PUBLIC) return ERR_OK;
    if (err == ERR_SIGNED_OUT || !(walk->signed_in || err == ERR_OK)) return ERR_OK;
    bool refused = err == ERR_NOT_FOUND || err == ERR_FORBIDDEN;
    AccessEntry entry = {
        .verb = refused ? VERB_REFUSED : route->verb,
        .person = walk->req.grant == NULL ? (PersonId){0} : grant_person(walk->req.grant),
        .what = str_from_c(route->path),
        .detail = walk->res.log_detail,
        .persons = walk->res.shown,
        .person_count = walk->res.shown_count,
    };
    if (!http_hold(x)) return access_log(walk->c, &entry);
    access_log_later(walk->c, &entry, on_logged, x);
    return ERR_OK;
}

static void reset_response(Walk *walk)
{
    buf_free(&walk->res.body);
    walk->res = (Response){.body = buf_new(HTTP_ANSWER_BYTES_MAX)};
}

static void log_fault(const Ctx *c, bool borrowed)
{
    const char *why = c->refused != NULL ? c->refused : borrowed ? db_why(c->db) : "";
    LogField fields[] = {LOG_REF("request", c->request), LOG_REF("why", str_from_c(why))};
    log_line(LOG_ERROR, "fault", fields, COUNT_OF(fields));
}

// Puts the page that says what happened in place of what was written.
static void answer_problem(Walk *walk, Err err)
{
    reset_response(walk);
    if (err == ERR_NOT_FOUND && walk->allow.len > 0) walk->res.status = 405;
    if (web_problem(walk->c, &walk->req, err, &walk->res) == ERR_OK) return;
    reset_response(walk);
    walk->res.status = 500;
}

// Refused before the steps: who gets the page that says so, and was a file sent with an old form?
static void explain_early(Walk *walk, const HttpExchange *x)
{
    // Nowhere, or too much: whoever is signed in still gets a page with their own menu.
    if (!walk->signed_in) {
        walk->signed_in = session_open(walk->c, http_header(x, "cookie")) == ERR_OK;
    }
    if (walk->early == ERR_FORBIDDEN && walk->signed_in) {
        walk->req.old_form = old_form(walk, x, walk->csrf);
    }
}

// From now on what is read and asked ends when *gone is set; NULL: nothing does.
static void heed(Walk *walk, const atomic_bool *gone)
{
    walk->c->cancelled = gone;
    db_heed(walk->c->db, gone);
}

// What was asked, with the reader: *nobody_out: it ended early, for the client has hung up.
static Err with_reader(Walk *walk, HttpExchange *x, bool *nobody_out)
{
    heed(walk, &x->gone);
    if (walk->early != ERR_OK) explain_early(walk, x);
    Err err = walk->early != ERR_OK ? walk->early : steps(walk, x);
    if (err == ERR_OK && !buf_ok(&walk->res.body)) err = ERR_TOO_LARGE;
    *nobody_out = err == ERR_BUSY && ctx_cancelled(walk->c);
    heed(walk, NULL);
    return err;
}

// Runs the steps with a reader, logs what is shown, and puts an error page in place of what failed.
static void walk_through(Walk *walk, HttpExchange *x)
{
    Ctx *c = walk->c;
    Err err = store_borrow(c->core->store, &c->db);
    bool borrowed = err == ERR_OK;
    bool nobody_waits = false;
    if (borrowed) err = with_reader(walk, x, &nobody_waits);
    if (nobody_waits) say_unsent(walk);
    // What cannot be logged is not shown.
    if (borrowed && log_shown(walk, x, err) != ERR_OK) err = ERR_BUSY;
    if (err == ERR_FAULT) log_fault(c, borrowed);
    if (err != ERR_OK) answer_problem(walk, err);
    if (nobody_waits) walk->res.status = HTTP_GONE;
    if (borrowed) store_return(c->core->store, c->db);
    c->db = NULL;
}

// Makes of the response what is sent, in place of what may stand there.
static void finish(const Core *core, Walk *walk, HttpExchange *x)
{
    x->answer_header_count = 0;
    http_answer_header(x, "X-Request-Id", walk->c->request); // the reference shown on pages
    web_answer(core, x, &walk->req, &walk->res, walk->allow);
}

static void answer(void *arg, HttpExchange *x)
{
    const Core *core = arg;
    int status = x->refused ? x->status : 0;
    Walk *walk = x->user == NULL ? walk_new(core, x) : x->user;
    if (status != 0) {
        walk->res.status = status;
        web_plain_problem(walk->c, &walk->res);
    } else {
        if (x->too_large && walk->early == ERR_OK) walk->early = ERR_TOO_LARGE;
        walk_through(walk, x);
    }
    finish(core, walk, x);
}

// The answer was held for its line in the access log, and goes only if that was written. A late
// one's may be written yet, on its own thread: then the log says more than was seen, never less.
static void settle(void *arg, HttpExchange *x)
{
    const Core *core = arg;
    Walk *walk = x->user;
    Ctx *c = walk->c;
    if (!x->late && walk->settled == ERR_OK) return;
    Err borrowed = store_borrow(core->store, &c->db);
    answer_problem(walk, ERR_BUSY);
    if (borrowed == ERR_OK) store_return(core->store, c->db);
    c->db = NULL;
    finish(core, walk, x);
}

static void done(void *arg, HttpExchange *x)
{
    (void)arg;
    Walk *walk = x->user;
    if (walk == NULL) return;
    if (walk->multipart != NULL) {
        const Pair *fields = NULL;
        size_t count = 0;
        (void)!multipart_end(walk->multipart, &fields, &count); // frees; again does no harm
    }
    if (walk->upload_fd >= 0) close(walk->upload_fd);
    buf_free(&walk->res.body);
    if (x->started_ms == 0) return; // a test's: there was no request
    const char *pattern = walk->req.route == NULL ? "-" : walk->req.route->path;
    LogField fields[] = {
        LOG_REF("request", walk->c->request),
        LOG_WORD("method", http_method_known(x->method) ? NULL : "other"),
        LOG_WORD("route", pattern),
        LOG_NUMBER("status", x->status),
        LOG_NUMBER("ms", clock_ticks_ms() - x->started_ms),
        LOG_NUMBER("bytes", (int64_t)x->answer.len),
        LOG_NUMBER("account", walk->c->actor.account_id),
        LOG_WORD("refused", walk->not_for_role ? "role" : "no"),
    };
    if (fields[1].word == NULL) fields[1].ref = x->method;
    log_line(x->status >= 500 ? LOG_WARN : LOG_INFO, "request", fields, COUNT_OF(fields));
}

HttpHooks web_hooks(const Core *core)
{
    // Every hook takes its argument back as const.
    void *arg = (void *)(uintptr_t)core; // NOLINT(performance-no-int-to-ptr)
    return (HttpHooks){arg, begin, chunk, answer, settle, done};
}
