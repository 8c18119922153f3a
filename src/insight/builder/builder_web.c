// builder_web.c -- one page and the form it sends. A change is kept as a draft and counted at once.
#include "builder_page.h"
#include "core/form.h"
#include "insight/builder/builder.h"
#include "insight/builder/builder_pages.h"

#define ROW(part) " rows[]." part
#define FIELDS                                                                                     \
    "source act at practice as-at text name purpose owner offer start end target review confirm "  \
    "leave leave-caseload leave-declined "                                                         \
    "note note-end" ROW("depth") ROW("note") ROW("group") ROW("what") ROW("is") ROW("years")       \
        ROW("to-years") ROW("decile") ROW("to-decile") ROW("deficits") ROW("points") ROW("times")  \
            ROW("months") ROW("days") ROW("sex") ROW("pick") ROW("direction") ROW("practices")     \
                ROW("languages") ROW("sets") ROW("set") ROW("then") ROW("score") ROW("cohort")     \
                    ROW("measure") ROW("compare") ROW("value") ROW("value-to") ROW("unit")         \
                        ROW("when") ROW("span") ROW("from") ROW("to") ROW("unless") ROW("b1")      \
                            ROW("b2") ROW("b3") ROW("b4") ROW("b5") ROW("b6") ROW("b7") ROW("b8")  \
                                ROW("b9") ROW("b10") ROW("b11") ROW("b12") ROW("b13") ROW("b14")

static Err draw(Ctx *c, const Request *req, BuilderState *state, Response *res)
{
    BuilderPage *m = ARENA_NEW(c->arena, BuilderPage);
    bool regions = req->fragment.len > 0;
    TRY(builder_view(c, state, regions ? BUILDER_REGIONS : BUILDER_WHOLE, m));
    res->log_detail = state->good->version;
    if (regions) {
        builder_regions(&res->body, m);
    } else {
        builder_page(&res->body, m);
    }
    return ERR_OK;
}

static Err busy(Ctx *c, Response *res)
{
    BuilderPage m = {.page = page_of(c, STR("Cohorts"), "/cohorts")};
    builder_busy(&res->body, &m);
    return ERR_OK;
}

static Err edit_page(Ctx *c, const Request *req, Response *res)
{
    BuilderState *state = ARENA_NEW(c->arena, BuilderState);
    Err err = state_load(c, req, state);
    if (err == ERR_BUSY) return busy(c, res);
    TRY(err);
    state->suggest = str_eq(req_query(req, "suggest"), STR("yes"));
    return draw(c, req, state, res);
}

static Err discard(Ctx *c, const BuilderState *state, Str path, Response *res)
{
    TRY(state_drop(c, state));
    return res_redirect_saying(c, res, path, STR("The draft was thrown away."));
}

static Str path_of(Ctx *c, const BuilderState *state)
{
    return arena_fmt(c->arena, "/cohorts/" STR_FMT "/edit", STR_ARG(state->key));
}

// With the status that says what was wrong with it.
static Err redraw(Ctx *c, const Request *req, BuilderState *state, Err why, Response *res)
{
    res->status = err_status(why);
    return draw(c, req, state, res);
}

static Err edit(Ctx *c, const Request *req, Response *res)
{
    BuilderState *state = ARENA_NEW(c->arena, BuilderState);
    TRY(state_load(c, req, state));
    Str path = path_of(c, state);
    if (str_eq(form_value(req, "act"), STR("discard"))) return discard(c, state, path, res);
    Err err = state_apply(c, req, state);
    if (err != ERR_OK && err != ERR_INVALID) return err;
    TRY(state_save(c, req, state));
    if (req->fragment.len > 0) return draw(c, req, state, res);
    if (err == ERR_INVALID) return redraw(c, req, state, err, res);
    res->log_detail = state->good->version;
    if (state->suggest) {
        return res_redirect(c, res,
                            arena_fmt(c->arena, STR_FMT "?suggest=yes#suggest", STR_ARG(path)));
    }
    if (state->focus == 0) return res_redirect(c, res, path);
    return res_redirect(c, res,
                        arena_fmt(c->arena, STR_FMT "#rule-%zu", STR_ARG(path), state->focus));
}

static Err saved(Ctx *c, const KeptDefinition *kept, Response *res)
{
    const char *where = ctx_can(c, CAP_COHORT_VIEW) ? "cohorts" : "cohort-figures";
    Str said = kept->state == DEFINITION_DRAFT
                   ? arena_fmt(c->arena, STR_FMT " is kept as your draft: nobody else sees it.",
                               STR_ARG(kept->name))
                   : arena_fmt(c->arena, STR_FMT " is saved, version %lld.", STR_ARG(kept->name),
                               (long long)kept->number);
    return res_redirect_saying(
        c, res, arena_fmt(c->arena, "/%s/" STR_FMT, where, STR_ARG(kept->key)), said);
}

static Err save(Ctx *c, const Request *req, Response *res)
{
    BuilderState *state = ARENA_NEW(c->arena, BuilderState);
    KeptDefinition kept;
    TRY(state_load(c, req, state));
    Err err = state_apply(c, req, state);
    if (err == ERR_OK) err = state_keep(c, req, state, &kept);
    if (err == ERR_OK) return saved(c, &kept, res);
    if (err != ERR_INVALID && err != ERR_CONFLICT) return err;
    TRY(state_save(c, req, state)); // what could not be kept is not lost
    return redraw(c, req, state, err, res);
}

static const Route ROUTES[] = {
    ROUTE("GET", "/cohorts/:key/edit", edit_page, CAP_COHORT_DEFINE, CLASS_DEFINITION, VERB_LIST,
          .fields = "suggest"),
    ROUTE("POST", "/cohorts/:key/edit", edit, CAP_COHORT_DEFINE, CLASS_DEFINITION, VERB_LIST,
          .fields = FIELDS, .flags = ROUTE_READS | ROUTE_DRAFT | ROUTE_FRAGMENT, .draft = "cohort"),
    ROUTE("POST", "/cohorts/:key/save", save, CAP_COHORT_DEFINE, CLASS_DEFINITION, VERB_WRITE,
          .fields = FIELDS, .flags = ROUTE_DRAFT, .form = "/cohorts/:key/edit", .draft = "cohort"),
};

const Room BUILDER_ROOM = {
    .name = "builder",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
};
