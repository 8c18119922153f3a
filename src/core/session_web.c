// session_web.c -- pages for signing in and out, choosing a password, and stating a reason.
#include "core/session_web.h"

#include "core/account.h"
#include "core/asset.h"
#include "core/decode.h"
#include "core/draft.h"
#include "core/form.h"
#include "core/page.h"
#include "core/password.h"
#include "core/unsent.h"
#include "session_page.h"

enum { BACK_CHARS_MAX = 500 };

bool session_back_ok(Str path)
{
    if (path.len == 0 || path.len > BACK_CHARS_MAX || path.ptr[0] != '/') return false;
    if (path.len > 1 && path.ptr[1] == '/') return false;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char b = (unsigned char)path.ptr[i];
        if (b <= ' ' || b >= 0x7F || b == '\\' || b == '"' || b == '<') return false;
    }
    return true;
}

Err session_sign_in_page(Ctx *c, Str username, Str back, bool sent, Response *res)
{
    SignInPage m = {.username = username, .back = back};
    m.was_locked = c->session_state != NULL && session_locked(c);
    m.idle_minutes = c->core->config->idle_lock_minutes;
    if (m.was_locked) {
        m.draft_kept = c->session_state->draft_kept;
        TRY(draft_count(c, &m.drafts));
    }
    m.not_saved = sent && !m.draft_kept;
    // The page is for nobody in particular: no name or navigation of the one who was signed in.
    Actor actor = c->actor;
    Str session = c->session;
    c->actor = (Actor){.role = ROLE_NONE};
    c->session = STR("");
    m.page = page_of(c, STR("Sign in"), "");
    sign_in_page(&res->body, &m);
    c->actor = actor;
    c->session = session;
    return ERR_OK;
}

static Err show_sign_in(Ctx *c, const Request *req, Response *res)
{
    if (c->session.len > 0 && !session_locked(c)) return res_redirect(c, res, page_home(c));
    Str back = req_query(req, "back");
    return session_sign_in_page(c, STR(""), session_back_ok(back) ? back : STR(""), false, res);
}

static Err sign_in(Ctx *c, const Request *req, Response *res)
{
    Str back = form_value(req, "back");
    if (!session_back_ok(back)) back = STR("");
    Str cookie = STR("");
    Err err = session_sign_in(c, form_value(req, "username"), form_value(req, "password"),
                              req->peer, &cookie);
    if (err == ERR_INVALID || err == ERR_TOO_MANY) {
        res->status = err_status(err);
        if (err == ERR_TOO_MANY) res->retry_after = 30;
        c->session_state = NULL;
        return session_sign_in_page(c, form_value(req, "username"), back, false, res);
    }
    TRY(err);
    res->cookie = cookie;
    Str unsent;
    TRY(unsent_place(c, &unsent));
    if (unsent.len > 0) back = unsent;
    return res_redirect(c, res, back.len > 0 ? back : page_home(c));
}

static Err sign_out(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    TRY(session_sign_out(c, &res->cookie));
    res->forget = true;
    return res_redirect(c, res, STR("/sign-in"));
}

// The script asks when somebody presses "Stay signed in"; without it the form comes back here.
static Err keep(Ctx *c, const Request *req, Response *res)
{
    if (req->accept.len > 0 && str_find(req->accept, STR("text/html"), &(size_t){0})) {
        return res_redirect(c, res, page_home(c));
    }
    res->status = 204;
    return ERR_OK;
}

static Err home(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    return res_redirect(c, res, page_home(c));
}

// ---- choosing a password

static Err code_over(Ctx *c, Response *res)
{
    PageProblem m = {.page = page_of(c, STR("This link no longer works"), "")};
    res->status = 404;
    code_over_page(&res->body, &m);
    return ERR_OK;
}

static Err password_form(Ctx *c, const Account *account, Str code, Response *res)
{
    PasswordPage m = {
        .page = page_of(c, STR("Choose your password"), ""),
        .code = code,
        .username = account->username,
        .chars_min = PASSWORD_CHARS_MIN,
    };
    if (c->issue_count > 0) res->status = 422;
    set_password_page(&res->body, &m);
    return ERR_OK;
}

static Err show_set_password(Ctx *c, const Request *req, Response *res)
{
    Account account;
    Err err = account_by_code(c, req_param(req, "code"), &account);
    if (err == ERR_NOT_FOUND) return code_over(c, res);
    TRY(err);
    return password_form(c, &account, req_param(req, "code"), res);
}

static Err set_password(Ctx *c, const Request *req, Response *res)
{
    Str code = req_param(req, "code");
    Account account;
    Err err = account_by_code(c, code, &account);
    if (err == ERR_NOT_FOUND) return code_over(c, res);
    TRY(err);
    Str password = form_value(req, "password");
    if (!str_eq(password, form_value(req, "again"))) {
        // Both at once: a password that would be refused is not typed twice for nothing.
        Str fault = password_fault(c->arena, password, account.username, account.name);
        if (fault.len > 0) (void)ctx_issue(c, STR("password"), fault);
        (void)ctx_issue(c, STR("again"), STR("Type the same password twice"));
        return password_form(c, &account, code, res);
    }
    err = account_set_password(c, code, password, &account);
    c->actor = (Actor){.role = ROLE_NONE};
    if (err == ERR_NOT_FOUND) return code_over(c, res);
    if (err == ERR_INVALID) return password_form(c, &account, code, res);
    TRY(err);
    SignInPage m = {.page = page_of(c, STR("Sign in"), ""),
                    .username = account.username,
                    .back = STR(""),
                    .password_chosen = true};
    sign_in_page(&res->body, &m);
    return ERR_OK;
}

// ---- stating a reason

Err session_reason_page(Ctx *c, Str person_ref, DataClass data, Str back, Str typed, Response *res)
{
    ReasonPage m = {
        .action = arena_fmt(c->arena, "/people/" STR_FMT "/reason", STR_ARG(person_ref)),
        .what = str_from_c(CLASS_NAMES[data]),
        .always = access_needs_reason(c, data),
        .reason = typed,
        .back = back,
        .kept = c->session_state != NULL && c->session_state->draft_kept,
    };
    PersonId person = {0};
    RelationshipKind stands = RELATIONSHIP_NONE;
    TRY(c->core->person_of_ref(c, person_ref, &person));
    TRY(access_stands(c, person, &stands));
    m.stands = stands != RELATIONSHIP_NONE;
    m.page = page_of(c,
                     m.always ? STR("Say why you need to see this")
                              : STR("You do not have access to this record"),
                     "");
    reason_page(&res->body, &m);
    return ERR_OK;
}

// The class of what `back` leads to: the reason was asked for there.
static DataClass class_of(Ctx *c, Str back)
{
    Request probe = {.method = STR("GET"), .path = back};
    size_t mark = 0;
    Str allow;
    if (str_find(back, STR("?"), &mark)) probe.path = str_slice(back, 0, mark);
    const Route *route = route_find(c->arena, c->core->routes, &probe, &allow);
    return route == NULL || route->data == CLASS_NONE ? CLASS_CARE : route->data;
}

static Err state_reason(Ctx *c, const Request *req, Response *res)
{
    Str ref = req_param(req, "who");
    Str back = form_value(req, "back");
    Str reason = form_value(req, "reason");
    PersonId person = {0};
    if (c->core->person_of_ref == NULL) return ERR_NOT_FOUND;
    TRY(c->core->person_of_ref(c, ref, &person));
    bool emergency = form_has(req, "emergency");
    RelationshipKind kind = emergency ? RELATIONSHIP_BREAK_GLASS : RELATIONSHIP_REASON;
    Err err = access_state_reason(c, person, kind, reason);
    if (!session_back_ok(back)) back = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(ref));
    if (err != ERR_INVALID) {
        TRY(err);
        return res_redirect(c, res, back);
    }
    res->status = 422;
    return session_reason_page(c, ref, class_of(c, back), back, reason, res);
}

// ---- the files of a page

static Err asset(Ctx *c, const Request *req, Response *res)
{
    bool forever = false;
    const Asset *file = asset_find(req->path, &forever);
    if (file == NULL) return ERR_NOT_FOUND;
    Str body = file->body;
    if (file->brotli.len > 0 && decode_accepts(req->accept_encoding, STR("br"))) {
        body = file->brotli;
        res->encoding = STR("br");
    } else if (file->gzip.len > 0 && decode_accepts(req->accept_encoding, STR("gzip"))) {
        body = file->gzip;
        res->encoding = STR("gzip");
    }
    res->keep = true;
    res->forever = forever;
    // The hashed name says which content; the coding is part of what is compared.
    res->etag = arena_fmt(c->arena, "\"" STR_FMT "%s" STR_FMT "\"", STR_ARG(file->hashed),
                          res->encoding.len > 0 ? "-" : "", STR_ARG(res->encoding));
    res->content_type = file->type;
    buf_add(&res->body, body);
    return buf_ok(&res->body) ? ERR_OK : ERR_TOO_LARGE;
}

static const Route ROUTES[] = {
    ROUTE("GET", "/", home, CAP_SESSION_USE, CLASS_NONE, VERB_PUBLIC),
    ROUTE("GET", "/sign-in", show_sign_in, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .fields = "back",
          .flags = ROUTE_PUBLIC),
    ROUTE("POST", "/sign-in", sign_in, CAP_NONE, CLASS_NONE, VERB_SIGN_IN,
          .fields = "username password back", .flags = ROUTE_PUBLIC),
    ROUTE("POST", "/sign-out", sign_out, CAP_NONE, CLASS_NONE, VERB_SIGN_OUT,
          .flags = ROUTE_PUBLIC),
    ROUTE("POST", "/session/keep", keep, CAP_SESSION_USE, CLASS_NONE, VERB_PUBLIC),
    ROUTE("GET", "/unsent", unsent_show, CAP_SESSION_USE, CLASS_NONE, VERB_PUBLIC),
    ROUTE("POST", "/unsent", unsent_answer, CAP_SESSION_USE, CLASS_NONE, VERB_PUBLIC,
          .fields = "unsent"),
    ROUTE("GET", "/set-password/:code", show_set_password, CAP_NONE, CLASS_NONE, VERB_PUBLIC,
          .flags = ROUTE_PUBLIC),
    ROUTE("POST", "/set-password/:code", set_password, CAP_NONE, CLASS_NONE, VERB_PUBLIC,
          .fields = "password again", .flags = ROUTE_PUBLIC),
    ROUTE("POST", "/people/:who/reason", state_reason, CAP_STATE_REASON, CLASS_CARE, VERB_WRITE,
          .fields = "reason emergency back"),
    ROUTE("GET", "/assets/:file", asset, CAP_NONE, CLASS_NONE, VERB_PUBLIC, .flags = ROUTE_PUBLIC),
    ROUTE("GET", "/assets/:folder/:file", asset, CAP_NONE, CLASS_NONE, VERB_PUBLIC,
          .flags = ROUTE_PUBLIC),
};

static const Seal *const SEALS[] = {&ACCOUNT_SEAL, &REASON_SEAL, &SESSION_SEAL};

const Room SESSION_ROOM = {
    .name = "session",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
