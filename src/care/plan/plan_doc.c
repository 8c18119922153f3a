// plan_doc.c -- the plan as a document: what trellis-pdf (src/app/pdf) makes a tagged PDF of.
#include "base/json.h"
#include "care/plan/plan_pages.h"
#include "core/helper.h"
#include "plan_no_pdf_page.h"

static void put(JsonOut *json, const char *kind, Str text)
{
    json_obj_begin(json);
    json_field_str(json, kind, text);
    json_obj_end(json);
}

static void put_texts(JsonOut *json, const PlanShow *m)
{
    for (size_t i = 0; i < PLAN_TEXTS; i++) {
        if (m->texts[i].text.len == 0) continue;
        put(json, "h2", m->texts[i].heading);
        put(json, "p", m->texts[i].text);
    }
}

static void put_actions(JsonOut *json, Arena *arena, const PlanGoalView *g)
{
    static const char *const HEAD[] = {"Action", "Who", "By when", "How it is going"};
    if (g->goal->action_count == 0) return;
    json_obj_begin(json);
    json_field_obj(json, "table");
    json_field_str(json, "caption", arena_fmt(arena, "Actions for goal %zu", g->number));
    json_field_arr(json, "head");
    for (size_t i = 0; i < COUNT_OF(HEAD); i++) json_put_str(json, str_from_c(HEAD[i]));
    json_arr_end(json);
    json_field_arr(json, "rows");
    for (size_t i = 0; i < g->goal->action_count; i++) {
        const PlanAction *a = &g->goal->actions[i];
        json_arr_begin(json);
        json_put_str(json, a->confidence == 0 ? a->what
                                              : arena_fmt(arena, STR_FMT " (confidence %d of 10)",
                                                          STR_ARG(a->what), a->confidence));
        json_put_str(json, a->who);
        json_put_str(json, date_long(arena, a->by));
        json_put_str(json, str_from_c(action_status_name(a->status)));
        json_arr_end(json);
    }
    json_arr_end(json);
    json_obj_end(json);
    json_obj_end(json);
}

static void put_goal(JsonOut *json, Arena *arena, const PlanGoalView *g)
{
    put(json, "h3",
        arena_fmt(arena, "Goal %zu. " STR_FMT, g->number,
                  STR_ARG(g->goal->words.len > 0 ? g->goal->words : STR("Not written yet"))));
    put(json, "p", arena_fmt(arena, STR_FMT ". " STR_FMT, STR_ARG(g->tag), STR_ARG(g->meta)));
    if (g->goal->help.len > 0) {
        put(json, "p", arena_fmt(arena, "What would help: " STR_FMT, STR_ARG(g->goal->help)));
    }
    put_actions(json, arena, g);
}

static void put_facts(JsonOut *json, Arena *arena, const PlanShow *m)
{
    put(json, "h2", STR("Agreed"));
    json_obj_begin(json);
    json_field_arr(json, "list");
    for (size_t i = 0; i < m->fact_count; i++) {
        const UiPair *f = &m->facts[i];
        json_put_str(json, arena_fmt(arena, STR_FMT ": " STR_FMT, STR_ARG(f->key),
                                     STR_ARG(f->value.len > 0 ? f->value : f->missing)));
    }
    json_arr_end(json);
    json_obj_end(json);
}

static void put_blocks(JsonOut *json, Arena *arena, const PlanShow *m)
{
    put(json, "h1", STR("My care and support plan"));
    put(json, "p",
        m->plan->agreed ? arena_fmt(arena, "Version %d.", m->plan->number)
                        : STR("This is a draft. It is not agreed yet."));
    put_texts(json, m);
    if (m->plan->goal_count > 0) put(json, "h2", STR("My goals and actions"));
    for (size_t i = 0; i < m->plan->goal_count; i++) put_goal(json, arena, &m->goals[i]);
    put_facts(json, arena, m);
}

// Name, number and date of birth on every page; the title, which is metadata, names nobody.
static void put_document(Buf *buf, Ctx *c, const PlanShow *m, bool large)
{
    JsonOut json = json_out(buf);
    Str nhs = m->frame.nhs.len > 0 ? m->frame.nhs : STR("not recorded");
    Date born_on = m->frame.person.born;
    Str born = date_is_none(born_on) ? STR("not recorded") : date_long(c->arena, born_on);
    json_obj_begin(&json);
    json_field_str(&json, "title", STR("Care and support plan"));
    json_field_str(&json, "header",
                   arena_fmt(c->arena, STR_FMT "    NHS number " STR_FMT "    Born " STR_FMT,
                             STR_ARG(m->frame.name), STR_ARG(nhs), STR_ARG(born)));
    json_field_str(&json, "footer",
                   arena_fmt(c->arena,
                             "printed " STR_FMT " by " STR_FMT ". Check this is the right person.",
                             STR_ARG(instant_long(c->arena, c->now)), STR_ARG(c->actor.name)));
    json_field_bool(&json, "large", large);
    json_field_arr(&json, "blocks");
    put_blocks(&json, c->arena, m);
    json_arr_end(&json);
    json_obj_end(&json);
}

Err plan_pdf(Ctx *c, const Request *req, Response *res)
{
    PlanShow m = {0};
    Plan *plan = ARENA_NEW(c->arena, Plan);
    bool large = str_eq(req_query(req, "size"), STR("large"));
    TRY(plan_of_query(c, req, plan));
    TRY(plan_show_of(c, req, plan, &m));
    CLEANUP(buf_free) Buf question = buf_new(HELPER_IN_BYTES_MAX);
    Str pdf;
    put_document(&question, c, &m, large);
    Err err = buf_ok(&question) ? ERR_UNSUPPORTED : ERR_TOO_LARGE;
    if (err == ERR_UNSUPPORTED && c->core->documents != NULL) {
        err = helper_run(c->core->documents, c->arena, buf_str(&question), c->cancelled, &pdf);
    }
    if (ctx_cancelled(c)) return ERR_BUSY; // it takes a while, and nobody waits any more
    if (err != ERR_OK) {
        res->status = err_status(ERR_BUSY);
        plan_no_pdf(&res->body, &m, large ? m.print_large : m.print);
        return ERR_OK;
    }
    return res_download(res, "application/pdf",
                        large ? STR("care-plan-large-print.pdf") : STR("care-plan.pdf"), pdf);
}
