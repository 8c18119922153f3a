// plan_typed.c -- what was typed, kept, compared and read.
#include "care/plan/plan_typed.h"

#include "base/json.h"
#include "base/utf8.h"

const char *const GOAL_STATUS_WORDS[] = {"not-started", "on-track", "needs-change", "achieved",
                                         "stopped"};
const char *const ACTION_STATUS_WORDS[] = {"planned", "doing", "done", "stopped"};

// The fields with one value each, by the name they have in the form and in JSON.
static const struct {
    const char *name;
    const char *label;
    size_t offset;
    bool both;
} FIELDS[] = {
    {"text", "The text", offsetof(PlanTyped, text), true},
    {"review", "Review date", offsetof(PlanTyped, review), false},
    {"words", "The goal", offsetof(PlanTyped, words), true},
    {"importance", "Importance", offsetof(PlanTyped, importance), false},
    {"confidence", "Confidence", offsetof(PlanTyped, confidence), false},
    {"help", "What would help", offsetof(PlanTyped, help), true},
    {"status", "How it is going", offsetof(PlanTyped, status), false},
    {"complete", "Completed", offsetof(PlanTyped, complete), false},
};

static Str *field_at(PlanTyped *typed, size_t i)
{
    return (Str *)(void *)((char *)typed + FIELDS[i].offset);
}

static Str field_of(const PlanTyped *typed, size_t i)
{
    PlanTyped copy = *typed;
    return *field_at(&copy, i);
}

static Str tidied(Ctx *c, Str text)
{
    return str_trim(utf8_clean(c->arena, text, UTF8_KEEP_LINES));
}

PlanTyped plan_typed_of_form(Ctx *c, const Request *req)
{
    PlanTyped typed = {0};
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        *field_at(&typed, i) = tidied(c, form_value(req, FIELDS[i].name));
    }
    size_t rows = form_rows(req, "actions");
    for (size_t i = 0; i < rows && typed.action_count < PLAN_ROWS_MAX; i++) {
        if (!form_has(req, arena_c(c->arena, arena_fmt(c->arena, "actions[%zu].what", i)))) {
            continue;
        }
        typed.actions[typed.action_count++] = (TypedAction){
            .what = tidied(c, form_row(c, req, "actions", i, "what")),
            .who = tidied(c, form_row(c, req, "actions", i, "who")),
            .by = tidied(c, form_row(c, req, "actions", i, "by")),
            .status = tidied(c, form_row(c, req, "actions", i, "status")),
            .confidence = tidied(c, form_row(c, req, "actions", i, "confidence")),
        };
    }
    return typed;
}

static Str number(Ctx *c, int n)
{
    return n == 0 ? STR("") : arena_fmt(c->arena, "%d", n);
}

static Str word_of(const char *const *words, int status, size_t count)
{
    return str_from_c(words[status >= 1 && (size_t)status <= count ? status - 1 : 0]);
}

PlanTyped plan_typed_of_part(Ctx *c, const PlanPart *part)
{
    const PlanGoal *goal = &part->goal;
    PlanTyped typed = {
        .text = part->text,
        .review = date_long(c->arena, part->review),
        .words = goal->words,
        .importance = number(c, goal->importance),
        .confidence = number(c, goal->confidence),
        .help = goal->help,
        .complete = part->version == 0 ? STR("")
                    : part->complete   ? STR("yes")
                                       : STR("no"),
    };
    if (!plan_part_is_goal(part->part)) return typed;
    typed.status = word_of(GOAL_STATUS_WORDS, goal->status, GOAL_STATUS_COUNT);
    for (size_t i = 0; i < goal->action_count; i++) {
        const PlanAction *action = &goal->actions[i];
        typed.actions[typed.action_count++] = (TypedAction){
            .what = action->what,
            .who = action->who,
            .by = date_long(c->arena, action->by),
            .status = word_of(ACTION_STATUS_WORDS, action->status, ACTION_STATUS_COUNT),
            .confidence = number(c, action->confidence),
        };
    }
    return typed;
}

PlanTyped plan_typed_of_body(Ctx *c, Str body)
{
    JsonErr why;
    PlanTyped typed = {0};
    const Json *json = json_parse(c->arena, body, (JsonLimits){0}, &why);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        *field_at(&typed, i) = json_str(json_get(json, FIELDS[i].name));
    }
    const Json *rows = json_get(json, "actions");
    for (size_t i = 0; i < json_count(rows) && i < PLAN_ROWS_MAX; i++) {
        const Json *row = json_at(rows, i);
        typed.actions[typed.action_count++] = (TypedAction){
            .what = json_str(json_get(row, "what")),
            .who = json_str(json_get(row, "who")),
            .by = json_str(json_get(row, "by")),
            .status = json_str(json_get(row, "status")),
            .confidence = json_str(json_get(row, "confidence")),
        };
    }
    return typed;
}

Str plan_typed_body(Ctx *c, const PlanTyped *typed)
{
    CLEANUP(buf_free) Buf buf = buf_new((size_t)PLAN_TYPING_BYTES_MAX * 2);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        json_field_opt(&json, FIELDS[i].name, field_of(typed, i));
    }
    json_field_arr(&json, "actions");
    for (size_t i = 0; i < typed->action_count; i++) {
        json_obj_begin(&json);
        json_field_str(&json, "what", typed->actions[i].what);
        json_field_str(&json, "who", typed->actions[i].who);
        json_field_str(&json, "by", typed->actions[i].by);
        json_field_str(&json, "status", typed->actions[i].status);
        json_field_str(&json, "confidence", typed->actions[i].confidence);
        json_obj_end(&json);
    }
    json_arr_end(&json);
    json_obj_end(&json);
    return arena_str(c->arena, buf_str(&buf));
}

// ---- read

static Date day_of(Ctx *c, Str field, Str text)
{
    Pair pair = {.name = field, .value = text};
    Request one = {.form = &pair, .form_count = 1};
    return form_date(c, &one, arena_c(c->arena, field), NULL);
}

static int scale_of(Ctx *c, const char *field, Str text)
{
    int64_t n = 0;
    if (text.len == 0) return 0;
    if (str_i64(text, 1, 10, &n)) return (int)n;
    ctx_issue(c, str_from_c(field), STR("Select a number from 1 to 10"));
    return 0;
}

// 1 for the first word; `missing` when it is none of them (the rule says so), 1 when empty.
static int status_of(const char *const *words, size_t count, Str text)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(text, str_from_c(words[i]))) return (int)i + 1;
    }
    return text.len == 0 ? 1 : 0;
}

static void read_goal(Ctx *c, const PlanTyped *typed, PlanGoal *goal)
{
    goal->words = typed->words;
    goal->help = typed->help;
    goal->importance = scale_of(c, "importance", typed->importance);
    goal->confidence = scale_of(c, "confidence", typed->confidence);
    goal->status = (GoalStatus)status_of(GOAL_STATUS_WORDS, GOAL_STATUS_COUNT, typed->status);
    goal->action_count = 0;
    if (typed->action_count > PLAN_ACTIONS_MAX) {
        ctx_issue(c, STR("actions[12].what"), STR("A goal can have at most 12 actions"));
        return;
    }
    for (size_t i = 0; i < typed->action_count; i++) {
        const TypedAction *row = &typed->actions[i];
        goal->actions[goal->action_count++] = (PlanAction){
            .what = row->what,
            .who = row->who,
            .by = day_of(c, arena_fmt(c->arena, "actions[%zu].by", i), row->by),
            .status =
                (ActionStatus)status_of(ACTION_STATUS_WORDS, ACTION_STATUS_COUNT, row->status),
            .confidence =
                scale_of(c, arena_c(c->arena, arena_fmt(c->arena, "actions[%zu].confidence", i)),
                         row->confidence),
        };
    }
}

void plan_typed_read(Ctx *c, const PlanTyped *typed, PlanPart *out)
{
    out->complete = str_eq(typed->complete, STR("yes"));
    out->text = typed->text;
    out->review = DATE_NONE;
    if (str_eq(out->part, STR(PLAN_PART_REVIEW))) {
        out->review = day_of(c, STR("review"), typed->review);
    }
    if (plan_part_is_goal(out->part)) read_goal(c, typed, &out->goal);
}

void plan_typed_drop_row(PlanTyped *typed, size_t row)
{
    if (row >= typed->action_count) return;
    typed->action_count--;
    memmove(&typed->actions[row], &typed->actions[row + 1],
            (typed->action_count - row) * sizeof typed->actions[0]);
}

void plan_typed_drop_blank_rows(PlanTyped *typed)
{
    for (size_t i = typed->action_count; i-- > 0;) {
        const TypedAction *row = &typed->actions[i];
        if (row->what.len + row->who.len + row->by.len == 0) plan_typed_drop_row(typed, i);
    }
}

// ---- two people in one part

static bool same_action(const TypedAction *a, const TypedAction *b)
{
    return str_eq(a->what, b->what) && str_eq(a->who, b->who) && str_eq(a->by, b->by) &&
           str_eq(a->status, b->status) && str_eq(a->confidence, b->confidence);
}

static bool same_actions(const PlanTyped *a, const PlanTyped *b)
{
    if (a->action_count != b->action_count) return false;
    for (size_t i = 0; i < a->action_count; i++) {
        if (!same_action(&a->actions[i], &b->actions[i])) return false;
    }
    return true;
}

static Str actions_text(Ctx *c, const PlanTyped *typed)
{
    CLEANUP(buf_free) Buf buf = buf_new(PLAN_TYPING_BYTES_MAX);
    for (size_t i = 0; i < typed->action_count; i++) {
        const TypedAction *a = &typed->actions[i];
        buf_fmt(&buf, "%zu. " STR_FMT ", " STR_FMT, i + 1, STR_ARG(a->what), STR_ARG(a->who));
        if (a->by.len > 0) buf_fmt(&buf, ", by " STR_FMT, STR_ARG(a->by));
        buf_fmt(&buf, " (" STR_FMT ")", STR_ARG(a->status));
        if (a->confidence.len > 0) {
            buf_fmt(&buf, ", confidence " STR_FMT " of 10", STR_ARG(a->confidence));
        }
        buf_add_char(&buf, '\n');
    }
    return arena_str(c->arena, buf_str(&buf));
}

static bool is_complete_field(size_t i)
{
    return FIELDS[i].offset == offsetof(PlanTyped, complete);
}

size_t plan_clashes(Ctx *c, const PlanTyped *theirs, const PlanTyped *mine, PlanClash *out)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        Str a = field_of(theirs, i);
        Str b = field_of(mine, i);
        if (is_complete_field(i) || str_eq(a, b)) continue;
        out[count++] = (PlanClash){.name = str_from_c(FIELDS[i].name),
                                   .label = str_from_c(FIELDS[i].label),
                                   .theirs = a,
                                   .mine = b,
                                   .both = FIELDS[i].both};
    }
    if (same_actions(theirs, mine)) return count;
    out[count++] = (PlanClash){.name = STR("actions"),
                               .label = STR("Actions"),
                               .theirs = actions_text(c, theirs),
                               .mine = actions_text(c, mine),
                               .both = true};
    return count;
}

static Str choice_of(Ctx *c, const Request *req, const char *name)
{
    return form_value(req, arena_c(c->arena, arena_fmt(c->arena, "choose_%s", name)));
}

// Theirs, then what only I have.
static void both_actions(const PlanTyped *theirs, PlanTyped *mine)
{
    PlanTyped all = *mine;
    memcpy(all.actions, theirs->actions, sizeof all.actions);
    all.action_count = theirs->action_count;
    for (size_t i = 0; i < mine->action_count && all.action_count < PLAN_ROWS_MAX; i++) {
        bool there = false;
        for (size_t k = 0; k < theirs->action_count; k++) {
            there = there || same_action(&theirs->actions[k], &mine->actions[i]);
        }
        if (!there) all.actions[all.action_count++] = mine->actions[i];
    }
    *mine = all;
}

void plan_typed_settle(Ctx *c, const Request *req, const PlanTyped *theirs, PlanTyped *mine)
{
    for (size_t i = 0; i < COUNT_OF(FIELDS); i++) {
        Str choice = choice_of(c, req, FIELDS[i].name);
        Str a = field_of(theirs, i);
        Str *b = field_at(mine, i);
        if (str_eq(choice, STR("theirs"))) *b = a;
        if (str_eq(choice, STR("both")) && !str_eq(a, *b)) {
            *b = arena_fmt(c->arena, STR_FMT "\n\n" STR_FMT, STR_ARG(a), STR_ARG(*b));
        }
    }
    Str choice = choice_of(c, req, "actions");
    if (str_eq(choice, STR("both"))) both_actions(theirs, mine);
    if (!str_eq(choice, STR("theirs"))) return;
    memcpy(mine->actions, theirs->actions, sizeof mine->actions);
    mine->action_count = theirs->action_count;
}
