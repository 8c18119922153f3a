// plan_web.c -- the plan for reading, its versions, paper, and the table of routes.
#include "care/plan/plan_fhir.h"
#include "care/plan/plan_pages.h"
#include "care/plan/plan_typed.h"
#include "care/task/task.h"
#include "plan_print_page.h"
#include "plan_show_page.h"

// The agreed plan, or the draft when none was agreed yet.
static Err plan_for_others(Ctx *c, const Grant *grant, Plan *out)
{
    Err err = plan_current(c, grant, out);
    return err == ERR_NOT_FOUND ? plan_draft(c, grant, out) : err;
}

static Str caption_of(Ctx *c, const PlanSummary *sum, const Plan *draft)
{
    Str on = date_long(c->arena, sum->agreed_on);
    if (sum->has_agreed && sum->has_draft) {
        return arena_fmt(c->arena,
                         "Version %d was agreed on " STR_FMT " and is what others see. "
                         "Version %d is a draft.",
                         sum->number, STR_ARG(on), draft->number);
    }
    if (sum->has_agreed) {
        return arena_fmt(c->arena, "Version %d, agreed on " STR_FMT ".", sum->number, STR_ARG(on));
    }
    return sum->has_draft ? STR("A draft, not agreed yet.") : STR("");
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    PlanShow m = {0};
    PlanSummary sum;
    Plan *plan = ARENA_NEW(c->arena, Plan);
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_summary(c, req->grant, &sum));
    TRY(plan_for_others(c, req->grant, plan));
    TRY(plan_draft(c, req->grant, draft));
    TRY(plan_show_of(c, req, plan, &m));
    m.caption = caption_of(c, &sum, draft);
    m.empty = !sum.has_agreed && !sum.has_draft;
    m.can_agree = m.can_agree && sum.has_draft;
    plan_show(&res->body, &m);
    return ERR_OK;
}

// The version that a path or query names; 0 means what others see.
static Err version_of(Ctx *c, const Request *req, Str text, Plan *out)
{
    int64_t number = 0;
    if (text.len == 0) return plan_for_others(c, req->grant, out);
    if (!str_i64(text, 1, PLAN_VERSIONS_MAX, &number)) return ERR_NOT_FOUND;
    return plan_get(c, req->grant, (int)number, out);
}

Err plan_of_query(Ctx *c, const Request *req, Plan *out)
{
    return version_of(c, req, req_query(req, "version"), out);
}

static Err show_version(Ctx *c, const Request *req, Response *res)
{
    PlanShow m = {.is_version = true};
    PlanSummary sum;
    Plan *plan = ARENA_NEW(c->arena, Plan);
    TRY(version_of(c, req, req_param(req, "number"), plan));
    TRY(plan_summary(c, req->grant, &sum));
    TRY(plan_show_of(c, req, plan, &m));
    m.heading = arena_fmt(c->arena, "Care and support plan, version %d", plan->number);
    if (plan->number != sum.number) {
        m.notice = arena_fmt(c->arena,
                             "This is version %d. What others see is version %d. "
                             "A version never changes.",
                             plan->number, sum.number);
    }
    if (!plan->agreed) {
        m.notice = arena_fmt(c->arena, "This version could not be agreed: " STR_FMT,
                             STR_ARG(plan->reason));
    }
    plan_show(&res->body, &m);
    return ERR_OK;
}

static Err print(Ctx *c, const Request *req, Response *res)
{
    PlanShow m = {0};
    Plan *plan = ARENA_NEW(c->arena, Plan);
    TRY(plan_of_query(c, req, plan));
    TRY(plan_show_of(c, req, plan, &m));
    bool large = str_eq(req_query(req, "size"), STR("large"));
    plan_print(&res->body, &m, large ? STR("app-print app-print--large") : STR("app-print"));
    return ERR_OK;
}

static const PlanAction *action_of(const Request *req, const Plan *plan)
{
    int64_t goal = 0;
    int64_t action = 0;
    if (!str_i64(form_value(req, "goal"), 1, (int64_t)plan->goal_count, &goal)) return NULL;
    const PlanGoal *of = &plan->goals[goal - 1];
    if (!str_i64(form_value(req, "action"), 1, (int64_t)of->action_count, &action)) return NULL;
    return &of->actions[action - 1];
}

static Str shortened(Ctx *c, Str text, size_t chars)
{
    size_t at = 0;
    if (str_chars(text) <= chars) return text;
    for (size_t n = 0; n < chars - 3 && at < text.len; n++) {
        at++;
        while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80) at++;
    }
    return arena_fmt(c->arena, STR_FMT "...", (int)at, text.ptr);
}

// An action becomes a task of the actor's; its whole words stand in the detail.
static Err add_task(Ctx *c, const Request *req, Response *res)
{
    Plan *plan = ARENA_NEW(c->arena, Plan);
    TRY(version_of(c, req, req_param(req, "number"), plan));
    const PlanAction *action = action_of(req, plan);
    if (action == NULL) return ERR_NOT_FOUND;
    TaskAdd add = {
        .what = shortened(c, action->what, TASK_WHAT_CHARS_MAX),
        .detail = arena_fmt(c->arena, "From the plan, version %d. Who: " STR_FMT, plan->number,
                            STR_ARG(action->who)),
        .due = date_is_none(action->by) ? date_add_days(c->today, 7) : action->by,
        .due_minutes = -1,
        .source = TASK_FROM_PLAN,
        .source_ref = plan->ref,
    };
    TaskId id;
    TRY(task_add(c, req->grant, &add, &id));
    return res_redirect_saying(c, res, plan_path(c, req, ""),
                               STR("The action was added to your tasks."));
}

#define PERSON_PLAN "/people/:person/plan"

static const Route ROUTES[] = {
    ROUTE("GET", PERSON_PLAN, show, CAP_PLAN_VIEW, CLASS_CARE, VERB_VIEW, .fields = ""),
    ROUTE("GET", PERSON_PLAN "/versions/:number", show_version, CAP_PLAN_VIEW, CLASS_CARE,
          VERB_VIEW, .fields = ""),
    ROUTE("GET", PERSON_PLAN "/compare", plan_compare_show, CAP_PLAN_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = "a b"),
    ROUTE("GET", PERSON_PLAN "/print", print, CAP_PLAN_VIEW, CLASS_CARE, VERB_PRINT,
          .fields = "size version"),
    ROUTE("GET", PERSON_PLAN "/plan.pdf", plan_pdf, CAP_PLAN_VIEW, CLASS_CARE, VERB_PRINT,
          .fields = "size version"),
    ROUTE("POST", PERSON_PLAN "/versions/:number/tasks", add_task, CAP_TASK_CHANGE, CLASS_CARE,
          VERB_WRITE, .fields = "goal action"),
    ROUTE("GET", PERSON_PLAN "/edit", plan_edit_start, CAP_PLAN_EDIT, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("GET", PERSON_PLAN "/edit/:section", plan_edit_show, CAP_PLAN_EDIT, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", PERSON_PLAN "/edit/:section", plan_edit_save, CAP_PLAN_EDIT, CLASS_CARE,
          VERB_WRITE,
          .fields = PLAN_TYPED_FIELDS " " PLAN_CHOOSE_FIELDS " version seen add remove undo save",
          .flags = ROUTE_DRAFT),
    ROUTE("POST", PERSON_PLAN "/edit/:section/draft", plan_edit_type, CAP_PLAN_EDIT, CLASS_CARE,
          VERB_WRITE, .fields = PLAN_TYPED_FIELDS " " PLAN_CHOOSE_FIELDS " version seen"),
    ROUTE("POST", PERSON_PLAN "/goals", plan_goal_add, CAP_PLAN_EDIT, CLASS_CARE, VERB_WRITE,
          .fields = ""),
    ROUTE("POST", PERSON_PLAN "/goals/:goal/remove", plan_goal_remove, CAP_PLAN_EDIT, CLASS_CARE,
          VERB_WRITE, .fields = "version"),
    ROUTE("POST", PERSON_PLAN "/goals/:goal/restore", plan_goal_restore, CAP_PLAN_EDIT, CLASS_CARE,
          VERB_WRITE, .fields = "version"),
    ROUTE("GET", PERSON_PLAN "/agree", plan_agree_show, CAP_PLAN_AGREE, CLASS_CARE, VERB_VIEW,
          .fields = ""),
    ROUTE("POST", PERSON_PLAN "/agree", plan_agree_save, CAP_PLAN_AGREE, CLASS_CARE, VERB_WRITE,
          .fields = "version who by role how reason prompt[]"),
};

static const Seal *const SEALS[] = {&PLAN_SEAL, &PLAN_VERSION_SEAL, &PLAN_STRAY_SEAL};

const Room PLAN_ROOM = {
    .name = "plan",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
};
