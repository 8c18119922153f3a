// sample_web.c -- the page of a person's samples. Handlers only translate.
#include "care/sample/sample_pages.h"
#include "core/form.h"
#include "sample_person_page.h"

enum { FORM_WHAT_CHARS_MAX = 20000 }; // the rule says its own limit

static Str base_of(Ctx *c, const Request *req)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "/samples", STR_ARG(req_param(req, "person")));
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    SamplePage m = {.base = base_of(c, req), .can_change = ctx_can(c, CAP_TASK_CHANGE)};
    Sample *samples = NULL;
    TRY(sample_of_person(c, req->grant, &samples, &m.count));
    m.samples = samples;
    m.what = (UiField){.name = STR("what"),
                       .label = STR("What is it?"),
                       .value = form_value(req, "what"),
                       .error = issue_of(c, "what")};
    TRY(person_frame(c, req->grant, "samples", &m.frame));
    m.page = page_of(c, person_title(c, STR("Samples"), &m.frame.person), "/caseload");
    sample_of_person_page(&res->body, &m);
    return ERR_OK;
}

static Err add(Ctx *c, const Request *req, Response *res)
{
    Str what = form_text(c, req, "what", "What it is", FORM_WHAT_CHARS_MAX, NULL);
    Str ref;
    Err err = c->issue_count > 0 ? ERR_INVALID : sample_add(c, req->grant, what, &ref);
    if (err == ERR_INVALID) { // the page again, with what was typed
        res->status = err_status(err);
        return show(c, req, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, base_of(c, req), STR("It was saved."));
}

static Err end(Ctx *c, const Request *req, Response *res)
{
    TRY(sample_end(c, req->grant, req_param(req, "sample"), form_version(c, req)));
    return res_redirect_saying(c, res, base_of(c, req), STR("It is ended."));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/people/:person/samples", show, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", "/people/:person/samples", add, CAP_TASK_CHANGE, CLASS_CARE, VERB_WRITE,
          .fields = "what"),
    ROUTE("POST", "/people/:person/samples/:sample/end", end, CAP_TASK_CHANGE, CLASS_CARE,
          VERB_WRITE, .fields = "version"),
};

static const Seal *const SEALS[] = {&SAMPLE_SEAL};

const Room SAMPLE_ROOM = {
    .name = "sample",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
