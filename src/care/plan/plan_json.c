// plan_json.c -- parts and versions as the room's own JSON: what the tables keep.
#include "base/json.h"
#include "care/plan/plan_store.h"

static void put_action(JsonOut *out, Arena *arena, const PlanAction *action)
{
    json_obj_begin(out);
    json_field_str(out, "what", action->what);
    json_field_str(out, "who", action->who);
    json_field_str(out, "by", date_iso(arena, action->by));
    json_field_i64(out, "status", action->status);
    json_field_i64(out, "confidence", action->confidence);
    json_obj_end(out);
}

static void put_goal(JsonOut *out, Arena *arena, const PlanGoal *goal)
{
    json_field_str(out, "ref", goal->ref);
    json_field_str(out, "words", goal->words);
    json_field_i64(out, "importance", goal->importance);
    json_field_i64(out, "confidence", goal->confidence);
    json_field_str(out, "help", goal->help);
    json_field_i64(out, "status", goal->status);
    json_field_arr(out, "actions");
    for (size_t i = 0; i < goal->action_count; i++) put_action(out, arena, &goal->actions[i]);
    json_arr_end(out);
}

static Err whole(Arena *arena, const Buf *buf, Str *out)
{
    if (!buf_ok(buf)) return ERR_TOO_LARGE;
    *out = arena_str(arena, buf_str(buf));
    return ERR_OK;
}

Err plan_part_body(Arena *arena, const PlanPart *part, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(PLAN_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    if (plan_part_is_goal(part->part)) {
        put_goal(&json, arena, &part->goal);
    } else {
        json_field_str(&json, "text", part->text);
        json_field_str(&json, "review", date_iso(arena, part->review));
    }
    json_obj_end(&json);
    return whole(arena, &buf, out);
}

Err plan_body(Arena *arena, const Plan *plan, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(PLAN_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    json_obj_begin(&json);
    json_field_str(&json, "about", plan->about);
    json_field_str(&json, "matters", plan->matters);
    json_field_str(&json, "strengths", plan->strengths);
    json_field_str(&json, "needs", plan->needs);
    json_field_str(&json, "review", date_iso(arena, plan->review));
    json_field_arr(&json, "goals");
    for (size_t i = 0; i < plan->goal_count; i++) {
        json_obj_begin(&json);
        put_goal(&json, arena, &plan->goals[i]);
        json_obj_end(&json);
    }
    json_arr_end(&json);
    if (plan->prompts != 0) json_field_i64(&json, "prompts", plan->prompts);
    json_obj_end(&json);
    return whole(arena, &buf, out);
}

// ---- back

static int small(const Json *node)
{
    int64_t n = 0;
    return json_i64(node, &n) && n >= 0 && n <= 10 ? (int)n : 0;
}

static Date day(const Json *node)
{
    Date date = DATE_NONE;
    return date_parse_iso(json_str(node), &date) ? date : DATE_NONE;
}

static PlanGoal goal_of(const Json *node)
{
    const Json *actions = json_get(node, "actions");
    PlanGoal goal = {
        .ref = json_str(json_get(node, "ref")),
        .words = json_str(json_get(node, "words")),
        .importance = small(json_get(node, "importance")),
        .confidence = small(json_get(node, "confidence")),
        .help = json_str(json_get(node, "help")),
        .status = (GoalStatus)small(json_get(node, "status")),
    };
    for (size_t i = 0; i < json_count(actions) && i < PLAN_ACTIONS_MAX; i++) {
        const Json *action = json_at(actions, i);
        goal.actions[goal.action_count++] = (PlanAction){
            .what = json_str(json_get(action, "what")),
            .who = json_str(json_get(action, "who")),
            .by = day(json_get(action, "by")),
            .status = (ActionStatus)small(json_get(action, "status")),
            .confidence = small(json_get(action, "confidence")),
        };
    }
    return goal;
}

static const Json *parsed(Arena *arena, Str body)
{
    JsonErr why;
    return json_parse(arena, body, (JsonLimits){.bytes = PLAN_BODY_BYTES_MAX}, &why);
}

Err plan_part_read(Arena *arena, Str body, PlanPart *out)
{
    const Json *json = parsed(arena, body);
    if (json == NULL) return ERR_FAULT;
    out->text = json_str(json_get(json, "text"));
    out->review = day(json_get(json, "review"));
    out->goal = goal_of(json);
    return ERR_OK;
}

Err plan_read(Arena *arena, Str body, Plan *out)
{
    const Json *json = parsed(arena, body);
    if (json == NULL) return ERR_FAULT;
    out->about = json_str(json_get(json, "about"));
    out->matters = json_str(json_get(json, "matters"));
    out->strengths = json_str(json_get(json, "strengths"));
    out->needs = json_str(json_get(json, "needs"));
    out->review = day(json_get(json, "review"));
    int64_t prompts = 0;
    if (json_i64(json_get(json, "prompts"), &prompts)) out->prompts = (unsigned)prompts;
    const Json *goals = json_get(json, "goals");
    out->goal_count = 0;
    for (size_t i = 0; i < json_count(goals) && i < PLAN_GOALS_MAX; i++) {
        out->goals[out->goal_count++] = goal_of(json_at(goals, i));
    }
    return ERR_OK;
}
