// plan_fhir.c -- Plan -> CarePlan. Each goal is a contained Goal, each action an activity of it.
//
// What R4 has no element for (the headings of the plan, importance, confidence, who agreed and how)
// stands in extensions. A version that a newer one follows is "revoked": it no longer guides care.
#include "care/plan/plan_fhir.h"

#include "nhs/fhir/write.h"
#include "plan_sql.h"

static const char *goal_lifecycle(GoalStatus status)
{
    if (status == GOAL_ACHIEVED) return "completed";
    if (status == GOAL_STOPPED) return "cancelled";
    return status == GOAL_ON_TRACK || status == GOAL_NEEDS_CHANGE ? "active" : "planned";
}

static const char *action_state(ActionStatus status)
{
    if (status == ACTION_DONE) return "completed";
    if (status == ACTION_STOPPED) return "stopped";
    return status == ACTION_DOING ? "in-progress" : "not-started";
}

static void put_subject(JsonOut *json, Arena *arena, Str person_ref)
{
    fhir_reference(json, arena, "subject", "Patient", person_ref, STR(""));
}

static void put_goal(JsonOut *json, Arena *arena, const PlanGoal *goal, Str person_ref)
{
    json_obj_begin(json);
    json_field_str(json, "resourceType", STR("Goal"));
    json_field_str(json, "id", goal->ref);
    if (goal->importance > 0 || goal->confidence > 0) {
        json_field_arr(json, "extension");
        if (goal->importance > 0) {
            fhir_extension_i64(json, arena, "goal-importance", goal->importance);
        }
        if (goal->confidence > 0) {
            fhir_extension_i64(json, arena, "goal-confidence", goal->confidence);
        }
        json_arr_end(json);
    }
    json_field_str(json, "lifecycleStatus", str_from_c(goal_lifecycle(goal->status)));
    fhir_concept(json, "achievementStatus", NULL, STR(""),
                 str_from_c(goal_status_name(goal->status)));
    fhir_concept(json, "description", NULL, STR(""),
                 goal->words.len > 0 ? goal->words : STR("Not written yet"));
    put_subject(json, arena, person_ref);
    fhir_note(json, "note", goal->help);
    json_obj_end(json);
}

// {"reference": "#goal"}: to a resource contained in this one.
static void put_goal_link(JsonOut *json, Arena *arena, Str goal_ref)
{
    json_field_arr(json, "goal");
    json_obj_begin(json);
    json_field_str(json, "reference", arena_fmt(arena, "#" STR_FMT, STR_ARG(goal_ref)));
    json_obj_end(json);
    json_arr_end(json);
}

static void put_action(JsonOut *json, Arena *arena, const PlanAction *action, Str goal_ref)
{
    json_obj_begin(json);
    json_field_obj(json, "detail");
    if (action->confidence > 0) {
        json_field_arr(json, "extension");
        fhir_extension_i64(json, arena, "action-confidence", action->confidence);
        json_arr_end(json);
    }
    put_goal_link(json, arena, goal_ref);
    json_field_str(json, "status", str_from_c(action_state(action->status)));
    if (!date_is_none(action->by)) {
        json_field_obj(json, "scheduledPeriod");
        fhir_date(json, arena, "end", action->by);
        json_obj_end(json);
    }
    if (action->who.len > 0) {
        json_field_arr(json, "performer");
        json_obj_begin(json);
        json_field_str(json, "display", action->who);
        json_obj_end(json);
        json_arr_end(json);
    }
    json_field_str(json, "description", action->what);
    json_obj_end(json);
    json_obj_end(json);
}

static bool has_extensions(const Plan *p)
{
    return p->about.len + p->matters.len + p->strengths.len + p->needs.len + p->agreed_by.len +
                   p->reason.len >
               0 ||
           p->prompts != 0;
}

static void put_extensions(JsonOut *json, Arena *arena, const Plan *p)
{
    if (!has_extensions(p)) return;
    json_field_arr(json, "extension");
    fhir_extension_str(json, arena, "plan-about-me", p->about);
    fhir_extension_str(json, arena, "plan-what-matters", p->matters);
    fhir_extension_str(json, arena, "plan-strengths", p->strengths);
    fhir_extension_str(json, arena, "plan-needs", p->needs);
    fhir_extension_str(json, arena, "plan-agreed-by", p->agreed_by);
    fhir_extension_str(json, arena, "plan-agreed-role", p->agreed_role);
    fhir_extension_str(json, arena, "plan-agreed-how", p->agreed_how);
    fhir_extension_str(json, arena, "plan-not-agreed-because", p->reason);
    for (unsigned i = 0; i < PLAN_PROMPTS; i++) {
        if ((p->prompts >> i & 1) == 0) continue;
        fhir_extension_str(json, arena, "plan-talked-over", str_from_c(PLAN_PROMPT_WORDS[i]));
    }
    json_arr_end(json);
}

static void put_goals(JsonOut *json, Arena *arena, const Plan *p, Str person_ref)
{
    if (p->goal_count == 0) return;
    json_field_arr(json, "contained");
    for (size_t i = 0; i < p->goal_count; i++) put_goal(json, arena, &p->goals[i], person_ref);
    json_arr_end(json);
    json_field_arr(json, "goal");
    for (size_t i = 0; i < p->goal_count; i++) {
        json_obj_begin(json);
        json_field_str(json, "reference", arena_fmt(arena, "#" STR_FMT, STR_ARG(p->goals[i].ref)));
        json_obj_end(json);
    }
    json_arr_end(json);
}

static void put_actions(JsonOut *json, Arena *arena, const Plan *p)
{
    size_t actions = 0;
    for (size_t i = 0; i < p->goal_count; i++) actions += p->goals[i].action_count;
    if (actions == 0) return;
    json_field_arr(json, "activity");
    for (size_t i = 0; i < p->goal_count; i++) {
        const PlanGoal *goal = &p->goals[i];
        for (size_t k = 0; k < goal->action_count; k++) {
            put_action(json, arena, &goal->actions[k], goal->ref);
        }
    }
    json_arr_end(json);
}

static void put_period(JsonOut *json, Arena *arena, const Plan *p)
{
    if (!p->agreed) return;
    Date from = instant_date_london(p->agreed_at);
    json_field_obj(json, "period");
    fhir_date(json, arena, "start", from);
    fhir_date(json, arena, "end", plan_expires(from, p->review));
    json_obj_end(json);
}

static void put_author(JsonOut *json, Str name)
{
    if (name.len == 0) return;
    json_field_obj(json, "author");
    json_field_str(json, "display", name);
    json_obj_end(json);
}

Err plan_fhir(Ctx *c, const PlanFhir *from, Str *out)
{
    const Plan *p = from->plan;
    PersonRow *person = NULL;
    TRY(person_rows(c, &p->person, 1, &person));
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "CarePlan", p->ref, from->version, from->at);
    put_goals(&json, c->arena, p, person->ref);
    put_extensions(&json, c->arena, p);
    if (from->replaces.len > 0) {
        json_field_arr(&json, "replaces");
        fhir_reference_item(&json, c->arena, "CarePlan", from->replaces, STR(""));
        json_arr_end(&json);
    }
    json_field_str(&json, "status", str_from_c(from->status));
    json_field_str(&json, "intent", STR("plan"));
    json_field_str(&json, "title", STR("Personalised care and support plan"));
    put_subject(&json, c->arena, person->ref);
    put_period(&json, c->arena, p);
    fhir_instant(&json, c->arena, "created", p->agreed_at);
    put_author(&json, p->author_name);
    put_actions(&json, c->arena, p);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err plan_fhir_draft(Ctx *c, PersonId person, Str *out)
{
    PlanHead head;
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_head(c, person, &head));
    if (!head.there) return ERR_NOT_FOUND;
    TRY(plan_load_draft(c, person, draft));
    return plan_fhir(c,
                     &(PlanFhir){.plan = draft,
                                 .status = head.changed ? "draft" : "completed",
                                 .version = head.version,
                                 .at = head.changed_at},
                     out);
}

// The agreed version before `number`, "" when there is none.
static Err replaced(Ctx *c, PersonId person, int number, Str *out)
{
    Plan *before = ARENA_NEW(c->arena, Plan);
    *out = STR("");
    for (int n = number - 1; n > 0; n--) {
        TRY(plan_load(c, person, n, before));
        if (!before->agreed) continue;
        *out = before->ref;
        return ERR_OK;
    }
    return ERR_OK;
}

Err plan_fhir_version(Ctx *c, PersonId person, int number, Plan *plan_out, Str *out)
{
    TRY(plan_load(c, person, number, plan_out));
    PlanFhir from = {.plan = plan_out,
                     .status = plan_out->agreed ? "active" : "draft",
                     .version = 1,
                     .at = plan_out->agreed_at,
                     .replaces = STR("")};
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_NEXT_AGREED, ARGS(I64(person.v), I64(number)));
    if (plan_out->agreed && rows_next(&rows)) {
        from.status = "revoked";
        from.version = plan_out->version = 2;
        from.at = row_at(&rows, PLAN_NEXT_AGREED_AGREED_AT);
    }
    TRY(rows.err);
    if (plan_out->agreed) TRY(replaced(c, person, number, &from.replaces));
    return plan_fhir(c, &from, out);
}
