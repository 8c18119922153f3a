// problem.c -- a page in place of the one that could not be given: what happened, what to do now.
#include "core/account.h"
#include "core/form.h"
#include "core/session_web.h"
#include "core/web.h"
#include "core/web_answer.h"
#include "session_page.h"

// A row's `form` with the names of this request in it.
static Str form_page_of(Ctx *c, const Request *req)
{
    Str rest = str_from_c(req->route->form);
    Str out = STR("");
    Str part;
    while (str_split(&rest, '/', &part)) {
        if (part.len == 0) continue; // before the first one
        Str name = part.ptr[0] == ':'
                       ? req_param(req, arena_c(c->arena, str_slice(part, 1, part.len)))
                       : part;
        out = arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(out), STR_ARG(name));
    }
    return out;
}

Str web_here(Ctx *c, const Request *req)
{
    if (req->route != NULL && req->route->form != NULL) return form_page_of(c, req);
    Str back = req->path;
    if (req->query_text.len > 0) {
        back = arena_fmt(c->arena, STR_FMT "?" STR_FMT, STR_ARG(back), STR_ARG(req->query_text));
    }
    if (!str_eq(req->method, STR("GET"))) {
        Request probe = {.method = STR("GET"), .path = req->path};
        Str allow;
        if (route_find(c->arena, c->core->routes, &probe, &allow) == NULL) back = STR("");
    }
    return session_back_ok(back) ? back : STR("");
}

// Somebody whose role may, but who has nothing to do with this person: may say why they need to.
static bool may_state_reason(const Ctx *c, const Request *req, Err err)
{
    return err == ERR_FORBIDDEN && req->no_relationship && ctx_can(c, CAP_STATE_REASON);
}

static Err draw_reason(Ctx *c, const Request *req, Response *res)
{
    bool kept = c->session_state != NULL && c->session_state->draft_kept;
    bool as_draft = (req->route->flags & ROUTE_DRAFT) != 0;
    Str back = kept && !as_draft ? STR("/unsent") : web_here(c, req);
    return session_reason_page(c, req_param(req, "person"), req->route->data, back, STR(""), res);
}

// What was typed is not lost because somebody signed in again in another tab.
static void draw_old_form(Ctx *c, const Request *req, Response *res)
{
    bool file = (req->route->flags & ROUTE_UPLOAD) != 0;
    OldFormPage m = {
        .old_form = req->old_form,
        .kept = c->session_state != NULL && c->session_state->draft_kept,
        .file = file,
        .action = req->path,
        .fields = file ? NULL : req->form,
        .field_count = file ? 0 : req->form_count,
        .back = web_here(c, req),
        .reference = c->request,
    };
    m.page = page_of(c, STR("This form was not saved"), "");
    if (m.back.len == 0) m.back = m.page.home;
    old_form_page(&res->body, &m);
}

// More than a search or a press of a button.
static bool has_sent(const Request *req)
{
    return str_eq(req->method, STR("POST")) && req->form_count > 0 && req->route != NULL &&
           (req->route->flags & ROUTE_READS) == 0;
}

Err web_problem(Ctx *c, const Request *req, Err err, Response *res)
{
    int status = res->status != 0 ? res->status : err_status(err);
    res->status = status;
    if (err == ERR_BUSY || err == ERR_TOO_MANY) res->retry_after = 5;
    Problem *own = route_problem(c->core->routes, req);
    if (own != NULL) return own(c, req, err, res);
    if (c->db == NULL) { // no reader to draw the menu with
        web_busy_page(c, res);
        return ERR_OK;
    }
    if (err == ERR_SIGNED_OUT) {
        return session_sign_in_page(c, STR(""), web_here(c, req), has_sent(req), res);
    }
    if (session_locked(c)) { // whose session ended is not signed in for an error page either
        c->actor = (Actor){.role = ROLE_NONE};
        c->session = STR("");
        c->session_state = NULL;
    }
    if (err == ERR_FORBIDDEN && req->old_form != OLD_FORM_NONE) {
        draw_old_form(c, req, res);
        return ERR_OK;
    }
    if (may_state_reason(c, req, err)) return draw_reason(c, req, res);
    PageProblem m = page_problem_of(c, err);
    if (status == 405) {
        method_page(&res->body, &m);
    } else if (err == ERR_INVALID && c->issue_count > 0) {
        invalid_page(&res->body, &m);
    } else {
        page_problem(&res->body, &m);
    }
    return ERR_OK;
}
