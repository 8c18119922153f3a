// plan_edit_web.c -- the editor: one section or one goal at a time, kept as it is typed.
#include "care/plan/plan_edit_pages.h"
#include "core/draft.h"
#include "plan_edit_page.h"

static const struct {
    const char *part; // "goals" stands for all goals
    const char *hint;
} STEPS[PLAN_STEPS] = {
    {PLAN_PART_ABOUT, "Who I am, the people around me, how I like to be spoken to and supported."},
    {PLAN_PART_MATTERS, "What makes a good day. What I would not want to be without."},
    {PLAN_PART_STRENGTHS, "What I do well, what I enjoy, who and what helps me."},
    {PLAN_PART_NEEDS, "What is hard at the moment. What worries me."},
    {"goals", ""},
    {PLAN_PART_REVIEW, "Like 1 June 2027, or in 6 months. At most 12 months from now."},
};
static const char *const GOAL_LABELS[GOAL_STATUS_COUNT] = {"Not started", "On track",
                                                           "Needs a change", "Achieved", "Stopped"};
static const char *const ACTION_LABELS[ACTION_STATUS_COUNT] = {"Not started", "Doing it", "Done",
                                                               "Stopped"};

static size_t step_of(Str part)
{
    for (size_t i = 0; i < PLAN_STEPS; i++) {
        if (str_eq(part, str_from_c(STEPS[i].part))) return i;
    }
    return 4; // a goal
}

static Str edit_path(Ctx *c, const Request *req, Str part)
{
    return arena_fmt(c->arena, STR_FMT "/" STR_FMT, STR_ARG(plan_path(c, req, "/edit")),
                     STR_ARG(part));
}

// ---- the list at the left

static void state_of_goals(Ctx *c, const PlanPart *parts, size_t count, PlanStep *step)
{
    size_t goals = 0;
    size_t complete = 0;
    for (size_t i = 0; i < count; i++) {
        if (!plan_part_is_goal(parts[i].part) || parts[i].removed) continue;
        goals++;
        complete += parts[i].complete;
    }
    step->done = goals > 0 && complete == goals;
    step->part = goals > 0 && !step->done;
    step->state = goals == 0
                      ? STR("Not started")
                      : arena_fmt(c->arena, "%zu %s, %s", goals, goals == 1 ? "goal" : "goals",
                                  step->done ? "complete" : "in progress");
}

static void state_of_section(const PlanPart *parts, size_t count, Str part, PlanStep *step)
{
    step->state = STR("Not started");
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(parts[i].part, part)) continue;
        step->done = parts[i].complete;
        step->part = !parts[i].complete;
        step->state = parts[i].complete ? STR("Complete") : STR("Not checked this time");
    }
}

// What was typed and not yet marked as done is a start: to say "Not started" would be untrue.
static Err start_typed(Ctx *c, const Request *req, PlanEdit *m)
{
    PlanTyping *typings = NULL;
    size_t count = 0;
    TRY(plan_typings(c, req->grant, &typings, &count));
    for (size_t i = 0; i < count; i++) {
        PlanStep *step = &m->steps[step_of(typings[i].part)];
        if (step->done || step->part) continue;
        step->part = true;
        step->state = STR("Started");
    }
    return ERR_OK;
}

static void fill_steps(Ctx *c, const Request *req, const PlanPart *parts, size_t count, PlanEdit *m)
{
    size_t at = step_of(req_param(req, "section"));
    for (size_t i = 0; i < PLAN_STEPS; i++) {
        Str part = str_from_c(STEPS[i].part);
        PlanStep *step = &m->steps[i];
        *step = (PlanStep){.label = str_from_c(plan_section_label(part)),
                           .href = edit_path(c, req, part),
                           .current = i == at};
        if (i == 4) state_of_goals(c, parts, count, step);
        if (i != 4) state_of_section(parts, count, part, step);
    }
    m->heading = m->steps[at].label;
    m->step_title =
        arena_fmt(c->arena, "Section %zu of %d: " STR_FMT, at + 1, PLAN_STEPS, STR_ARG(m->heading));
}

// ---- the form

static void fill_status(UiOption *options, const char *const *words, const char *const *labels,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        options[i] = (UiOption){.value = str_from_c(words[i]), .text = str_from_c(labels[i])};
    }
}

static PlanRow row_of(Ctx *c, size_t i, const TypedAction *typed)
{
    PlanRow row = {.i = i, .typed = *typed};
    const struct {
        const char *name;
        Str *error;
    } errors[] = {{"what", &row.what_error},
                  {"who", &row.who_error},
                  {"by", &row.by_error},
                  {"status", &row.status_error},
                  {"confidence", &row.confidence_error}};
    for (size_t k = 0; k < COUNT_OF(errors); k++) {
        Str name = arena_fmt(c->arena, "actions[%zu].%s", i, errors[k].name);
        *errors[k].error = issue_of(c, arena_c(c->arena, name));
    }
    fill_status(row.statuses, ACTION_STATUS_WORDS, ACTION_LABELS, ACTION_STATUS_COUNT);
    for (size_t k = 0; k < ACTION_STATUS_COUNT; k++) {
        row.statuses[k].on = str_eq(row.statuses[k].value, typed->status);
    }
    row.confidences[0] = (UiOption){.value = STR(""), .text = STR("Not asked")};
    for (size_t k = 1; k < PLAN_CONFIDENCE_OPTIONS; k++) {
        Str n = arena_fmt(c->arena, "%zu", k);
        row.confidences[k] = (UiOption){.value = n, .text = n, .on = str_eq(n, typed->confidence)};
    }
    return row;
}

static void fill_goal_form(Ctx *c, const PlanTyped *typed, PlanEdit *m)
{
    Str whose = arena_fmt(c->arena, "Goal, in " STR_FMT "'s own words", STR_ARG(m->called));
    m->words = ui_field(c, "words", "", typed->words);
    m->words.label = whose;
    m->words.rows = 2;
    m->importance =
        ui_field(c, "importance", "How important is this to you? (1 to 10)", typed->importance);
    m->confidence =
        ui_field(c, "confidence", "How confident are you? (1 to 10)", typed->confidence);
    m->importance.size = m->confidence.size = STR("s");
    m->help = ui_field(c, "help", "What would help", typed->help);
    m->help.rows = 2;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, GOAL_STATUS_COUNT);
    fill_status(options, GOAL_STATUS_WORDS, GOAL_LABELS, GOAL_STATUS_COUNT);
    m->status = ui_field(c, "status", "How is it going?", typed->status);
    m->status.options = options;
    m->status.option_count = GOAL_STATUS_COUNT;
    for (size_t i = 0; i < typed->action_count; i++) {
        m->rows[m->row_count++] = row_of(c, i, &typed->actions[i]);
    }
    // A goal without actions begins with a row to write in; left blank, it is dropped.
    if (m->row_count == 0) m->rows[m->row_count++] = row_of(c, 0, &(TypedAction){0});
    m->blank = row_of(c, m->row_count, &(TypedAction){0});
}

static void fill_form(Ctx *c, Str part, const PlanTyped *typed, PlanEdit *m)
{
    m->is_goal = plan_part_is_goal(part);
    m->is_review = str_eq(part, STR(PLAN_PART_REVIEW));
    m->text = ui_field(c, "text", "", typed->text);
    m->text.label = m->heading;
    m->text.hint = str_from_c(STEPS[step_of(part)].hint);
    m->text.rows = 10;
    m->text.max = PLAN_TEXT_CHARS_MAX;
    m->review = ui_field(c, "review", "When will you look at the plan again?", typed->review);
    m->review.hint = m->text.hint;
    if (m->is_goal) fill_goal_form(c, typed, m);
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, 2);
    options[0] = (UiOption){
        .value = STR("yes"),
        .text = arena_fmt(c->arena, "Yes, " STR_FMT " is happy with it", STR_ARG(m->called))};
    options[1] = (UiOption){.value = STR("no"), .text = STR("No, I will come back to it")};
    m->complete =
        ui_field(c, "complete",
                 m->is_goal ? "Have you completed this goal?" : "Have you completed this section?",
                 typed->complete.len > 0 ? typed->complete : STR("no"));
    m->complete.size = STR("s");
    m->complete.options = options;
    m->complete.option_count = 2;
    m->complete.inline_row = m->complete.small = true;
}

// Both versions, field by field, with a choice each. Mine is in the form below and stays there.
static void fill_clash(Ctx *c, const PlanPart *now, const PlanTyped *mine, PlanEdit *m)
{
    PlanTyped theirs = plan_typed_of_part(c, now);
    PlanTyped said = *mine;
    PlanClash clashes[PLAN_CLASHES_MAX];
    plan_typed_drop_blank_rows(&said); // a row nobody wrote in is no difference
    m->clash_count = plan_clashes(c, &theirs, &said, clashes);
    m->clash = m->clash_count > 0;
    m->clash_by = arena_fmt(c->arena, STR_FMT " saved this part on " STR_FMT, STR_ARG(now->by_name),
                            STR_ARG(instant_long(c->arena, now->saved_at)));
    for (size_t i = 0; i < m->clash_count; i++) {
        UiOption *options = ARENA_ARRAY(c->arena, UiOption, 3);
        options[0] = (UiOption){.value = STR("mine"), .text = STR("Keep mine (below)")};
        options[1] = (UiOption){.value = STR("theirs"), .text = STR("Keep theirs")};
        options[2] = (UiOption){.value = STR("both"), .text = STR("Keep both, theirs first")};
        m->clashes[i] = (PlanClashView){
            .clash = clashes[i],
            .choose = {.name = arena_fmt(c->arena, "choose_" STR_FMT, STR_ARG(clashes[i].name)),
                       .label = arena_fmt(c->arena, STR_FMT ": which is kept?",
                                          STR_ARG(clashes[i].label)),
                       .value = clashes[i].both ? STR("both") : STR("mine"),
                       .options = options,
                       .option_count = clashes[i].both ? 3 : 2,
                       .inline_row = true,
                       .small = true},
        };
    }
}

// ---- what stands beside the form

static Str last_time_of(const Plan *plan, Str part)
{
    if (str_eq(part, STR(PLAN_PART_ABOUT))) return plan->about;
    if (str_eq(part, STR(PLAN_PART_MATTERS))) return plan->matters;
    if (str_eq(part, STR(PLAN_PART_STRENGTHS))) return plan->strengths;
    if (str_eq(part, STR(PLAN_PART_NEEDS))) return plan->needs;
    for (size_t i = 0; i < plan->goal_count && plan_part_is_goal(part); i++) {
        Str ref = str_slice(part, sizeof PLAN_PART_GOAL - 1, part.len);
        if (str_eq(plan->goals[i].ref, ref)) return plan->goals[i].words;
    }
    return STR("");
}

static Str typed_text(const PlanTyped *typed)
{
    if (typed->text.len > 0) return typed->text;
    return typed->words.len > 0 ? typed->words : typed->review;
}

static Err fill_sides(Ctx *c, const Request *req, Str part, PlanEdit *m)
{
    Plan *agreed = ARENA_NEW(c->arena, Plan);
    PlanTyping *typings = NULL;
    size_t count = 0;
    Err err = plan_current(c, req->grant, agreed);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (err == ERR_OK) {
        m->last_time = last_time_of(agreed, part);
        m->last_label = arena_fmt(
            c->arena, STR_FMT ", version %d.",
            STR_ARG(date_long(c->arena, instant_date_london(agreed->agreed_at))), agreed->number);
    }
    TRY(plan_typings(c, req->grant, &typings, &count));
    for (size_t i = 0; i < count && m->other_count < COUNT_OF(m->others); i++) {
        if (typings[i].account_id == c->actor.account_id || !str_eq(typings[i].part, part)) {
            continue;
        }
        PlanTyped typed = plan_typed_of_body(c, typings[i].body);
        m->others[m->other_count++] = (PlanOther){
            .who = arena_fmt(c->arena, STR_FMT ", last typed " STR_FMT, STR_ARG(typings[i].by_name),
                             STR_ARG(instant_long(c->arena, typings[i].saved_at))),
            .text = typed_text(&typed),
        };
    }
    return ERR_OK;
}

// The goals of the draft in their order, those in it or those taken out, with their parts.
static PlanGoalView *goal_list(Ctx *c, const Request *req, const PlanPart *parts, size_t count,
                               bool removed, size_t *count_out)
{
    Plan *plan = ARENA_NEW(c->arena, Plan);
    Str goals = plan_path(c, req, "/goals");
    const char *act = removed ? "restore" : "remove";
    for (size_t i = 0; i < count && plan->goal_count < PLAN_GOALS_MAX; i++) {
        if (!plan_part_is_goal(parts[i].part) || parts[i].removed != removed) continue;
        plan->goals[plan->goal_count++] = parts[i].goal;
    }
    PlanGoalView *views = plan_goal_views(c, plan);
    for (size_t i = 0, k = 0; i < count && k < plan->goal_count; i++) {
        if (!plan_part_is_goal(parts[i].part) || parts[i].removed != removed) continue;
        Str part = parts[i].part;
        views[k].edit = edit_path(c, req, part);
        views[k].remove =
            arena_fmt(c->arena, STR_FMT "/" STR_FMT "/%s", STR_ARG(goals), STR_ARG(part), act);
        views[k].version = parts[i].version;
        views[k++].current = str_eq(part, req_param(req, "section"));
    }
    *count_out = plan->goal_count;
    return views;
}

// ---- the page

typedef struct Editing {
    PlanPart now;    // as it is saved
    PlanTyped typed; // as it is shown in the form
    int64_t seen;    // the version that the typing began from
    Instant kept_at; // when the typing was kept, {0}: it is what is saved
} Editing;

static Err fill_editing(Ctx *c, const Request *req, const Editing *e, PlanEdit *m)
{
    Str part = req_param(req, "section");
    m->editing = true;
    m->action = edit_path(c, req, part);
    m->autosave = arena_fmt(c->arena, STR_FMT "/draft", STR_ARG(m->action));
    m->version = e->now.version;
    m->seen = e->seen;
    m->unsaved = e->kept_at.ms != 0;
    if (m->unsaved) {
        m->saved =
            arena_fmt(c->arena, "Saved " STR_FMT, STR_ARG(instant_clock(c->arena, e->kept_at)));
    }
    fill_form(c, part, &e->typed, m);
    if (e->seen != e->now.version) fill_clash(c, &e->now, &e->typed, m);
    if (!m->clash) m->seen = m->version;
    if (e->now.version > 0) {
        m->written = arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(e->now.by_name),
                               STR_ARG(instant_long(c->arena, e->now.saved_at)));
    }
    return fill_sides(c, req, part, m);
}

static Err page_with(Ctx *c, const Request *req, const Editing *e, Response *res)
{
    PlanEdit m = {.base = plan_path(c, req, ""), .add_goal = plan_path(c, req, "/goals")};
    PlanPart *parts = NULL;
    size_t count = 0;
    Str part = req_param(req, "section");
    TRY(person_frame(c, req->grant, "plan", &m.frame));
    TRY(plan_parts(c, req->grant, &parts, &count));
    m.called = person_called(c->arena, &m.frame.person);
    m.caption = STR("The draft. Nobody else sees it as the plan until it is agreed.");
    fill_steps(c, req, parts, count, &m);
    TRY(start_typed(c, req, &m));
    m.goals = step_of(part) == 4;
    if (m.goals) {
        m.views = goal_list(c, req, parts, count, false, &m.view_count);
        m.removed = goal_list(c, req, parts, count, true, &m.removed_count);
    }
    if (e != NULL) TRY(fill_editing(c, req, e, &m));
    Str title = arena_fmt(c->arena, STR_FMT ", edit the plan", STR_ARG(m.heading));
    m.page = page_of(c, person_title(c, title, &m.frame.person), "/caseload");
    plan_edit(&res->body, &m);
    return ERR_OK;
}

// What the actor typed in this part and did not save: kept by the page, or, when the session had
// ended, by the draft of the form. ERR_NOT_FOUND when there is none.
static Err typing_of(Ctx *c, const Request *req, Str part, Editing *e)
{
    PlanTyping *typings = NULL;
    size_t count = 0;
    Draft draft;
    TRY(plan_typings(c, req->grant, &typings, &count));
    for (size_t i = 0; i < count; i++) {
        if (typings[i].account_id != c->actor.account_id || !str_eq(typings[i].part, part)) {
            continue;
        }
        e->typed = plan_typed_of_body(c, typings[i].body);
        e->seen = typings[i].seen;
        e->kept_at = typings[i].saved_at;
    }
    Err err = draft_find(c, edit_path(c, req, part), &draft);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    if (err == ERR_OK && draft.saved_at.ms > e->kept_at.ms) {
        Request typed;
        TRY(draft_request(c, &draft, req, &typed));
        e->typed = plan_typed_of_form(c, &typed);
        e->seen = form_version(c, &typed);
        e->kept_at = draft.saved_at;
    }
    return ERR_OK;
}

Err plan_edit_show(Ctx *c, const Request *req, Response *res)
{
    Str part = req_param(req, "section");
    Editing e = {0};
    if (str_eq(part, STR("goals"))) return page_with(c, req, NULL, res);
    TRY(plan_part(c, req->grant, part, &e.now));
    if (e.now.removed) return ERR_NOT_FOUND;
    e.typed = plan_typed_of_part(c, &e.now);
    e.seen = e.now.version;
    TRY(typing_of(c, req, part, &e));
    return page_with(c, req, &e, res);
}

Err plan_edit_start(Ctx *c, const Request *req, Response *res)
{
    PlanPart *parts = NULL;
    size_t count = 0;
    PlanEdit m = {0};
    TRY(plan_parts(c, req->grant, &parts, &count));
    fill_steps(c, req, parts, count, &m);
    for (size_t i = 0; i < PLAN_STEPS; i++) {
        if (!m.steps[i].done) return res_redirect(c, res, m.steps[i].href);
    }
    return res_redirect(c, res, m.steps[1].href);
}

// The version the typing began from: while two versions clash, still the older one, so that the
// clash is shown again after the browser was closed.
static int64_t seen_of(Ctx *c, const Request *req)
{
    int64_t seen = 0;
    if (form_has(req, "seen") && str_i64(form_value(req, "seen"), 0, INT64_MAX, &seen)) {
        return seen;
    }
    return form_version(c, req);
}

static Err keep(Ctx *c, const Request *req, const PlanTyped *typed, int64_t seen)
{
    return plan_type(c, req->grant,
                     &(PlanTyping){.part = req_param(req, "section"),
                                   .body = plan_typed_body(c, typed),
                                   .seen = seen});
}

Err plan_edit_type(Ctx *c, const Request *req, Response *res)
{
    PlanTyped typed = plan_typed_of_form(c, req);
    TRY(keep(c, req, &typed, seen_of(c, req)));
    return res_text(res, "text/plain; charset=utf-8", instant_clock(c->arena, c->now));
}

static Err drop_typing(Ctx *c, const Request *req, Str part)
{
    TRY(plan_type_end(c, req->grant, part));
    Err err = draft_drop(c, edit_path(c, req, part));
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

// After a save: the next section, also of one to come back to, and after the last the plan.
static Str after(Ctx *c, const Request *req)
{
    Str part = req_param(req, "section");
    size_t at = step_of(part);
    if (plan_part_is_goal(part)) return edit_path(c, req, STR("goals"));
    if (at + 1 < PLAN_STEPS) return edit_path(c, req, str_from_c(STEPS[at + 1].part));
    return plan_path(c, req, "");
}

// The buttons that only change the form: what was typed is kept, and the form is shown again.
static Err change_rows(Ctx *c, const Request *req, PlanTyped *typed, Response *res)
{
    int64_t row = 0;
    if (str_i64(form_value(req, "remove"), 0, PLAN_ROWS_MAX, &row)) {
        plan_typed_drop_row(typed, (size_t)row);
    } else if (typed->action_count < PLAN_ACTIONS_MAX) {
        typed->actions[typed->action_count++] = (TypedAction){.what = STR("")};
    }
    TRY(keep(c, req, typed, seen_of(c, req)));
    return res_redirect(c, res,
                        arena_fmt(c->arena, STR_FMT "#actions",
                                  STR_ARG(edit_path(c, req, req_param(req, "section")))));
}

static Err redraw(Ctx *c, const Request *req, Editing *e, Err why, Response *res)
{
    // What was refused is kept like any typing, so that closing the browser now loses nothing.
    Err kept = keep(c, req, &e->typed, e->seen);
    if (kept != ERR_OK && kept != ERR_TOO_LARGE) return kept;
    e->kept_at = kept == ERR_OK ? c->now : (Instant){0};
    res->status = err_status(why);
    return page_with(c, req, e, res);
}

static Err undo(Ctx *c, const Request *req, Response *res)
{
    Str part = req_param(req, "section");
    TRY(drop_typing(c, req, part));
    return res_redirect_saying(c, res, edit_path(c, req, part),
                               STR("What you had typed was thrown away."));
}

static Err save(Ctx *c, const Request *req, Editing *e, PlanPart *to)
{
    plan_typed_drop_blank_rows(&e->typed);
    if (e->seen == e->now.version) {
        PlanTyped theirs = plan_typed_of_part(c, &e->now);
        plan_typed_settle(c, req, &theirs, &e->typed);
    }
    *to = e->now;
    to->version = e->seen;
    plan_typed_read(c, &e->typed, to);
    Err err = c->issue_count > 0 ? ERR_INVALID : plan_save_part(c, req->grant, to);
    if (err == ERR_CONFLICT) TRY(plan_part(c, req->grant, to->part, &e->now));
    return err;
}

Err plan_edit_save(Ctx *c, const Request *req, Response *res)
{
    Str part = req_param(req, "section");
    Editing e = {.typed = plan_typed_of_form(c, req), .seen = form_version(c, req)};
    PlanPart to;
    TRY(plan_part(c, req->grant, part, &e.now));
    if (form_has(req, "undo")) return undo(c, req, res);
    bool rows = form_has(req, "add") || form_has(req, "remove");
    if (rows) return change_rows(c, req, &e.typed, res);
    Err err = save(c, req, &e, &to);
    if (err == ERR_INVALID || err == ERR_CONFLICT) return redraw(c, req, &e, err, res);
    TRY(err);
    TRY(drop_typing(c, req, part));
    return res_redirect_saying(
        c, res, after(c, req),
        arena_fmt(c->arena, "Saved in the draft: %s.", plan_section_label(part)));
}

Err plan_goal_add(Ctx *c, const Request *req, Response *res)
{
    Str part;
    Err err = plan_add_goal(c, req->grant, &(PlanGoal){0}, &part);
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return page_with(c, req, NULL, res);
    }
    TRY(err);
    return res_redirect(c, res, edit_path(c, req, part));
}

static Err set_removed(Ctx *c, const Request *req, bool removed, Response *res)
{
    Str part = req_param(req, "goal");
    Err err = plan_remove_goal(c, req->grant, part, form_version(c, req), removed);
    if (err == ERR_INVALID) {
        res->status = err_status(err);
        return page_with(c, req, NULL, res);
    }
    TRY(err);
    return res_redirect_saying(c, res, edit_path(c, req, STR("goals")),
                               removed ? STR("The goal was taken out. You can put it back.")
                                       : STR("The goal is back in the plan."));
}

Err plan_goal_remove(Ctx *c, const Request *req, Response *res)
{
    return set_removed(c, req, true, res);
}

Err plan_goal_restore(Ctx *c, const Request *req, Response *res)
{
    return set_removed(c, req, false, res);
}
