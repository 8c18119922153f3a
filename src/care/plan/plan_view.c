// plan_view.c -- a plan made ready for pages: headings, goals with due chips, versions.
#include "care/plan/plan_pages.h"
#include "care/task/task.h"

static const struct {
    const char *part;
    const char *label;
} LABELS[] = {
    {PLAN_PART_ABOUT, "About me"},
    {PLAN_PART_MATTERS, "What matters to me"},
    {PLAN_PART_STRENGTHS, "My strengths"},
    {PLAN_PART_NEEDS, "My needs and concerns"},
    {PLAN_PART_REVIEW, "Looking at it again"},
};

Str plan_path(Ctx *c, const Request *req, const char *rest)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "/plan%s", STR_ARG(req_param(req, "person")),
                     rest);
}

const char *plan_section_label(Str part)
{
    for (size_t i = 0; i < COUNT_OF(LABELS); i++) {
        if (str_eq(part, str_from_c(LABELS[i].part))) return LABELS[i].label;
    }
    return "My goals and actions";
}

static void fill_texts(Ctx *c, const Plan *plan, Str base, PlanTextView *out)
{
    const Str texts[PLAN_TEXTS] = {plan->about, plan->matters, plan->strengths, plan->needs};
    for (size_t i = 0; i < PLAN_TEXTS; i++) {
        out[i] = (PlanTextView){
            .id = str_from_c(LABELS[i].part),
            .heading = str_from_c(LABELS[i].label),
            .text = texts[i],
            .edit = arena_fmt(c->arena, STR_FMT "/edit/%s", STR_ARG(base), LABELS[i].part),
        };
    }
}

static Str goal_meta(Ctx *c, const PlanGoal *goal)
{
    CLEANUP(buf_free) Buf buf = buf_new(200);
    if (goal->importance > 0) buf_fmt(&buf, "Importance %d of 10. ", goal->importance);
    if (goal->confidence > 0) buf_fmt(&buf, "Confidence %d of 10.", goal->confidence);
    return arena_str(c->arena, str_trim(buf_str(&buf)));
}

static Str colour_of(GoalStatus status)
{
    if (status == GOAL_ACHIEVED || status == GOAL_ON_TRACK) return STR("green");
    if (status == GOAL_NEEDS_CHANGE) return STR("orange");
    return STR("grey");
}

static PlanActionView *action_views(Ctx *c, const PlanGoal *goal)
{
    PlanActionView *views = ARENA_ARRAY(c->arena, PlanActionView, goal->action_count);
    for (size_t i = 0; i < goal->action_count; i++) {
        const PlanAction *action = &goal->actions[i];
        bool ended = action->status == ACTION_DONE || action->status == ACTION_STOPPED;
        views[i] = (PlanActionView){
            .action = action,
            .number = i + 1,
            .due = ui_due_of(c->arena, action->by, -1, ended, c->today),
        };
    }
    return views;
}

PlanGoalView *plan_goal_views(Ctx *c, const Plan *plan)
{
    PlanGoalView *views = ARENA_ARRAY(c->arena, PlanGoalView, plan->goal_count);
    for (size_t i = 0; i < plan->goal_count; i++) {
        const PlanGoal *goal = &plan->goals[i];
        views[i] = (PlanGoalView){
            .goal = goal,
            .number = i + 1,
            .id = arena_fmt(c->arena, "goal-%zu", i + 1),
            .meta = goal_meta(c, goal),
            .tag = str_from_c(goal_status_name(goal->status)),
            .colour = colour_of(goal->status),
            .actions = action_views(c, goal),
        };
    }
    return views;
}

// Which actions of the agreed plan can become tasks, and which are tasks already.
static Err fill_tasks(Ctx *c, const Request *req, PlanShow *m)
{
    Task *tasks = NULL;
    size_t count = 0;
    if (!ctx_can(c, CAP_TASK_CHANGE) || !m->plan->agreed) return ERR_OK;
    TRY(task_of_person(c, req->grant, true, &tasks, &count));
    for (size_t i = 0; i < m->plan->goal_count; i++) {
        for (size_t k = 0; k < m->plan->goals[i].action_count; k++) {
            PlanActionView *view = &m->goals[i].actions[k];
            if (view->due.state == DUE_DONE || view->action->status >= ACTION_DONE) continue;
            for (size_t n = 0; n < count; n++) {
                view->is_task = view->is_task || (tasks[n].source == TASK_FROM_PLAN &&
                                                  str_eq(tasks[n].what, view->action->what));
            }
            view->task_address = arena_fmt(c->arena, STR_FMT "/versions/%d/tasks", STR_ARG(m->base),
                                           m->plan->number);
        }
    }
    return ERR_OK;
}

static Str state_of(Ctx *c, const PlanVersion *p)
{
    Str on = date_long(c->arena, instant_date_london(p->agreed_at));
    if (!p->agreed) {
        return arena_fmt(c->arena, "Not agreed, " STR_FMT ". " STR_FMT, STR_ARG(on),
                         STR_ARG(p->reason));
    }
    Str role = p->agreed_role.len == 0
                   ? STR("")
                   : arena_fmt(c->arena, " (" STR_FMT ")", STR_ARG(p->agreed_role));
    return arena_fmt(c->arena, "Agreed " STR_FMT " by " STR_FMT STR_FMT ". " STR_FMT ".",
                     STR_ARG(on), STR_ARG(p->agreed_by), STR_ARG(role), STR_ARG(p->agreed_how));
}

static Err fill_versions(Ctx *c, const Request *req, PlanShow *m)
{
    PlanVersion *plans = NULL;
    TRY(plan_versions(c, req->grant, &plans, &m->version_count));
    m->versions = ARENA_ARRAY(c->arena, PlanVersionRow, m->version_count);
    for (size_t i = 0; i < m->version_count; i++) {
        const PlanVersion *p = &plans[i];
        m->versions[i] = (PlanVersionRow){
            .title = arena_fmt(c->arena, "Version %d", p->number),
            .state = state_of(c, p),
            .href = arena_fmt(c->arena, STR_FMT "/versions/%d", STR_ARG(m->base), p->number),
            .compare = p->number == 1 ? STR("")
                                      : arena_fmt(c->arena, STR_FMT "/compare?a=%d&b=%d",
                                                  STR_ARG(m->base), p->number - 1, p->number),
        };
    }
    return ERR_OK;
}

static void fill_facts(Ctx *c, PlanShow *m)
{
    const Plan *p = m->plan;
    Date on = p->agreed ? instant_date_london(p->agreed_at) : DATE_NONE;
    Date review = p->agreed ? plan_expires(on, p->review) : p->review;
    UiPair facts[] = {
        {.key = STR("Agreed by"), .value = p->agreed_by, .missing = STR("Not agreed yet")},
        {.key = STR("As"),
         .value = p->agreed && p->agreed_role.len == 0 ? STR("The person") : p->agreed_role,
         .missing = STR("Not agreed yet")},
        {.key = STR("How"), .value = p->agreed_how, .missing = STR("Not agreed yet")},
        {.key = STR("On"), .value = date_long(c->arena, on), .missing = STR("Not agreed yet")},
        {.key = STR("Look at it again by"),
         .value = date_long(c->arena, review),
         .missing = STR("12 months after it is agreed")},
        {.key = STR("Written with"), .value = p->author_name, .missing = STR("Nobody yet")},
    };
    memcpy(m->facts, facts, sizeof facts);
    m->fact_count = COUNT_OF(facts);
    for (unsigned i = 0; i < PLAN_PROMPTS; i++) {
        if ((p->prompts >> i & 1) == 0) continue;
        m->prompts[m->prompt_count++] = str_from_c(PLAN_PROMPT_WORDS[i]);
    }
    m->review = ui_due_of(c->arena, review, -1, false, c->today);
}

static void add_unsaved(Ctx *c, const PlanTyping *typing, PlanShow *m)
{
    if (!m->can_edit || m->unsaved_count == PLAN_UNSAVED_MAX) return;
    m->unsaved[m->unsaved_count++] = (PlanTextView){
        .heading = str_from_c(plan_section_label(typing->part)),
        .text = instant_long(c->arena, typing->saved_at),
        .edit =
            arena_fmt(c->arena, STR_FMT "/edit/" STR_FMT, STR_ARG(m->base), STR_ARG(typing->part)),
    };
}

static Err who_types(Ctx *c, const Grant *grant, PlanShow *m)
{
    PlanTyping *typings = NULL;
    size_t count = 0;
    TRY(plan_typings(c, grant, &typings, &count));
    CLEANUP(buf_free) Buf buf = buf_new(PLAN_TYPING_BYTES_MAX);
    for (size_t i = 0; i < count; i++) {
        if (typings[i].account_id == c->actor.account_id) {
            add_unsaved(c, &typings[i], m);
            continue;
        }
        buf_fmt(&buf, STR_FMT " typed in \"%s\" on " STR_FMT " and has not saved it. ",
                STR_ARG(typings[i].by_name), plan_section_label(typings[i].part),
                STR_ARG(instant_long(c->arena, typings[i].saved_at)));
    }
    m->who_types = arena_str(c->arena, str_trim(buf_str(&buf)));
    return ERR_OK;
}

static Str under(Ctx *c, const PlanShow *m, const char *what)
{
    Str version = m->is_version ? arena_fmt(c->arena, "&version=%d", m->plan->number) : STR("");
    return arena_fmt(c->arena, STR_FMT "/%s" STR_FMT, STR_ARG(m->base), what, STR_ARG(version));
}

Err plan_show_of(Ctx *c, const Request *req, const Plan *plan, PlanShow *m)
{
    TRY(person_frame(c, req->grant, "plan", &m->frame));
    m->plan = plan;
    m->base = plan_path(c, req, "");
    m->heading = STR("Care and support plan");
    m->can_edit = ctx_can(c, CAP_PLAN_EDIT) && !m->is_version;
    m->can_agree = ctx_can(c, CAP_PLAN_AGREE) && !m->is_version;
    fill_texts(c, plan, m->base, m->texts);
    m->goals = plan_goal_views(c, plan);
    m->edit = plan_path(c, req, "/edit");
    m->print = under(c, m, "print?size=standard");
    m->print_large = under(c, m, "print?size=large");
    m->pdf = under(c, m, "plan.pdf?size=standard");
    m->pdf_large = under(c, m, "plan.pdf?size=large");
    fill_facts(c, m);
    TRY(fill_tasks(c, req, m));
    TRY(fill_versions(c, req, m));
    TRY(who_types(c, req->grant, m));
    m->printed =
        arena_fmt(c->arena, "Printed " STR_FMT " by " STR_FMT ". Check this is the right person.",
                  STR_ARG(instant_long(c->arena, c->now)), STR_ARG(c->actor.name));
    Str title = m->is_version ? arena_fmt(c->arena, "Plan, version %d", plan->number) : STR("Plan");
    m->page = page_of(c, person_title(c, title, &m->frame.person), "/caseload");
    return ERR_OK;
}
