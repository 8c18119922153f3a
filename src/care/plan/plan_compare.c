// plan_compare.c -- what changed between two versions.
#include "care/plan/plan_compare.h"

#include "care/plan/plan_edit_pages.h"
#include "plan_compare_page.h"

// Lines of a text that are not blank. What is beyond PLAN_PARAS_MAX stays in the last one.
static PlanPara *paras_of(Arena *arena, Str text, size_t *count_out)
{
    PlanPara *paras = ARENA_ARRAY(arena, PlanPara, PLAN_PARAS_MAX);
    size_t count = 0;
    Str part;
    while (count + 1 < PLAN_PARAS_MAX && str_split(&text, '\n', &part)) {
        part = str_trim(part);
        if (part.len > 0) paras[count++].text = part;
    }
    text = str_trim(text);
    if (text.len > 0) paras[count++].text = text;
    *count_out = count;
    return paras;
}

// best[i * wide + k]: how many paragraphs a from i and b from k have in common, in order.
static uint16_t *common(Arena *arena, const PlanDiff *d, size_t wide)
{
    uint16_t *best = ARENA_ARRAY(arena, uint16_t, (d->a_count + 1) * wide);
    for (size_t i = d->a_count; i-- > 0;) {
        for (size_t k = d->b_count; k-- > 0;) {
            uint16_t down = best[(i + 1) * wide + k];
            uint16_t right = best[i * wide + k + 1];
            uint16_t longest = down > right ? down : right;
            if (str_eq(d->a[i].text, d->b[k].text)) {
                longest = (uint16_t)(best[(i + 1) * wide + k + 1] + 1);
            }
            best[i * wide + k] = longest;
        }
    }
    return best;
}

// The longest run of paragraphs that both have, in order, is unchanged; the rest is marked.
static void mark(Arena *arena, PlanDiff *d)
{
    size_t wide = d->b_count + 1;
    const uint16_t *best = common(arena, d, wide);
    size_t i = 0;
    size_t k = 0;
    while (i < d->a_count && k < d->b_count) {
        if (str_eq(d->a[i].text, d->b[k].text)) {
            i++, k++;
        } else if (best[(i + 1) * wide + k] >= best[i * wide + k + 1]) {
            d->a[i++].changed = d->changed = true;
        } else {
            d->b[k++].changed = d->changed = true;
        }
    }
    while (i < d->a_count) d->a[i++].changed = d->changed = true;
    while (k < d->b_count) d->b[k++].changed = d->changed = true;
}

static PlanDiff diff_of(Arena *arena, Str label, Str a, Str b)
{
    PlanDiff d = {.label = label};
    d.a = paras_of(arena, a, &d.a_count);
    d.b = paras_of(arena, b, &d.b_count);
    mark(arena, &d);
    return d;
}

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
    rows[n++] = diff_of(arena, STR("About me"), a->about, b->about);
    rows[n++] = diff_of(arena, STR("What matters to me"), a->matters, b->matters);
    rows[n++] = diff_of(arena, STR("My strengths"), a->strengths, b->strengths);
    rows[n++] = diff_of(arena, STR("My needs and concerns"), a->needs, b->needs);
    for (size_t i = 0; i < b->goal_count; i++) {
        const PlanGoal *goal = &b->goals[i];
        rows[n++] = diff_of(arena, arena_fmt(arena, "Goal %zu", i + 1),
                            goal_text(arena, same_goal(a, goal)), goal_text(arena, goal));
    }
    for (size_t i = 0; i < a->goal_count; i++) {
        const PlanGoal *goal = &a->goals[i];
        if (same_goal(b, goal) != NULL) continue;
        rows[n++] =
            diff_of(arena, STR("A goal that was taken out"), goal_text(arena, goal), STR(""));
    }
    rows[n++] = diff_of(arena, STR("Looking at it again"), date_long(arena, a->review),
                        date_long(arena, b->review));
    *count_out = n;
    return rows;
}

// ---- the page

static UiField version_field(Ctx *c, const char *name, const char *label, const Plan *plans,
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
    Plan *plans = NULL;
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
