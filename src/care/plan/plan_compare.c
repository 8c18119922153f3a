// plan_compare.c -- what changed between two versions, and the page that shows it.
#include "care/plan/plan_compare.h"

#include "care/plan/plan_edit_pages.h"
#include "plan_compare_page.h"

static Str goal_text(Arena *arena, const PlanGoal *goal)
{
    if (goal == NULL) return STR("");
    CLEANUP(buf_free) Buf buf = buf_new(PLAN_BODY_BYTES_MAX);
    buf_fmt(&buf, STR_FMT "\n%s\n", STR_ARG(goal->words), goal_status_name(goal->status));
    if (goal->importance > 0) buf_fmt(&buf, "Importance %d of 10\n", goal->importance);
    if (goal->confidence > 0) buf_fmt(&buf, "Confidence %d of 10\n", goal->confidence);
    if (goal->help.len > 0) buf_fmt(&buf, "What would help: " STR_FMT "\n", STR_ARG(goal->help));
    for (size_t i = 0; i < goal->action_count; i++) {
        const PlanAction *a = &goal->actions[i];
        Str by = date_long(arena, a->by);
        buf_fmt(&buf, "Action: " STR_FMT ". " STR_FMT "%s" STR_FMT ". %s", STR_ARG(a->what),
                STR_ARG(a->who), by.len > 0 ? ", by " : "", STR_ARG(by),
                action_status_name(a->status));
        if (a->confidence > 0) buf_fmt(&buf, ". Confidence %d of 10", a->confidence);
        buf_add_char(&buf, '\n');
    }
    return arena_str(arena, buf_str(&buf));
}

static const PlanGoal *goal_of(const Plan *plan, Str ref)
{
    for (size_t i = 0; i < plan->goal_count; i++) {
        if (str_eq(plan->goals[i].ref, ref)) return &plan->goals[i];
    }
    return NULL;
}

// The same goal in another version: by its ref, else by its words (a goal typed again).
static const PlanGoal *same_goal(const Plan *plan, const PlanGoal *goal)
{
    const PlanGoal *found = goal_of(plan, goal->ref);
    for (size_t i = 0; i < plan->goal_count && found == NULL; i++) {
        if (str_eq(plan->goals[i].words, goal->words)) found = &plan->goals[i];
    }
    return found;
}

PlanDiff *plan_diff(Arena *arena, const Plan *a, const Plan *b, size_t *count_out)
{
    PlanDiff *rows = ARENA_ARRAY(arena, PlanDiff, PLAN_DIFFS_MAX);
    size_t n = 0;
    rows[n++] = plan_diff_of(arena, STR("About me"), a->about, b->about);
    rows[n++] = plan_diff_of(arena, STR("What matters to me"), a->matters, b->matters);
    rows[n++] = plan_diff_of(arena, STR("My strengths"), a->strengths, b->strengths);
    rows[n++] = plan_diff_of(arena, STR("My needs and concerns"), a->needs, b->needs);
    for (size_t i = 0; i < b->goal_count; i++) {
        const PlanGoal *goal = &b->goals[i];
        rows[n++] = plan_diff_of(arena, arena_fmt(arena, "Goal %zu", i + 1),
                                 goal_text(arena, same_goal(a, goal)), goal_text(arena, goal));
    }
    for (size_t i = 0; i < a->goal_count; i++) {
        const PlanGoal *goal = &a->goals[i];
        if (same_goal(b, goal) != NULL) continue;
        rows[n++] =
            plan_diff_of(arena, STR("A goal that was taken out"), goal_text(arena, goal), STR(""));
    }
    rows[n++] = plan_diff_of(arena, STR("Looking at it again"), date_long(arena, a->review),
                             date_long(arena, b->review));
    *count_out = n;
    return rows;
}

// ---- the page

static UiField version_field(Ctx *c, const char *name, const char *label, const PlanVersion *plans,
                             size_t count)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 1);
    options[0] = (UiOption){.value = STR("draft"), .text = STR("The draft")};
    for (size_t i = 0; i < count; i++) {
        Date on = instant_date_london(plans[i].agreed_at);
        options[i + 1] = (UiOption){
            .value = arena_fmt(c->arena, "%d", plans[i].number),
            .text = arena_fmt(c->arena, "Version %d, " STR_FMT, plans[i].number,
                              STR_ARG(date_long(c->arena, on))),
        };
    }
    return (UiField){.name = str_from_c(name),
                     .label = str_from_c(label),
                     .options = options,
                     .option_count = count + 1};
}

// A version by the value of its option; what is not one is not found.
static Err pick(Ctx *c, const Request *req, Str value, Plan *out, Str *title_out)
{
    int64_t number = 0;
    if (str_eq(value, STR("draft"))) {
        *title_out = STR("The draft");
        return plan_draft(c, req->grant, out);
    }
    if (!str_i64(value, 1, PLAN_VERSIONS_MAX, &number)) return ERR_NOT_FOUND;
    *title_out = arena_fmt(c->arena, "Version %d", (int)number);
    return plan_get(c, req->grant, (int)number, out);
}

Err plan_compare_show(Ctx *c, const Request *req, Response *res)
{
    PlanComparePage m = {.base = plan_path(c, req, "")};
    PlanVersion *plans = NULL;
    size_t count = 0;
    TRY(person_frame(c, req->grant, "plan", &m.frame));
    TRY(plan_versions(c, req->grant, &plans, &count));
    m.a = version_field(c, "a", "Compare", plans, count);
    m.b = version_field(c, "b", "With", plans, count);
    m.a.value = req_query(req, "a");
    m.b.value = req_query(req, "b");
    // After the draft the versions come newest first: the two newest stand beside each other.
    if (m.b.value.len == 0) m.b.value = m.b.options[count > 1 ? 1 : 0].value;
    if (m.a.value.len == 0) m.a.value = m.a.options[count > 1 ? 2 : count].value;
    Plan *a = ARENA_NEW(c->arena, Plan);
    Plan *b = ARENA_NEW(c->arena, Plan);
    TRY(pick(c, req, m.a.value, a, &m.a_title));
    TRY(pick(c, req, m.b.value, b, &m.b_title));
    m.rows = plan_diff(c->arena, a, b, &m.row_count);
    for (size_t i = 0; i < m.row_count; i++) m.changes += m.rows[i].changed;
    m.page = page_of(c, person_title(c, STR("What changed"), &m.frame.person), "/caseload");
    plan_compare(&res->body, &m);
    return ERR_OK;
}
