// plan_edit.c -- writing the draft, part by part, and agreeing it. Every statement is in plan.sql.
#include "care/plan/plan_fhir.h"
#include "plan_sql.h"

enum { SENT_AGAIN_MS = 60 * 1000 };
enum { PLACE_OF_GOALS = 100, PLACE_OF_REVIEW = 100000, GOAL_REF_FROM = sizeof PLAN_PART_GOAL - 1 };

static const char *const SECTIONS[] = {PLAN_PART_ABOUT, PLAN_PART_MATTERS, PLAN_PART_STRENGTHS,
                                       PLAN_PART_NEEDS, PLAN_PART_REVIEW};

bool plan_part_is_goal(Str part)
{
    return str_starts(part, STR(PLAN_PART_GOAL));
}

bool plan_part_is_section(Str part)
{
    for (size_t i = 0; i < COUNT_OF(SECTIONS); i++) {
        if (str_eq(part, str_from_c(SECTIONS[i]))) return true;
    }
    return false;
}

static int place_of(Str part)
{
    if (str_eq(part, STR(PLAN_PART_REVIEW))) return PLACE_OF_REVIEW;
    for (size_t i = 0; i < COUNT_OF(SECTIONS); i++) {
        if (str_eq(part, str_from_c(SECTIONS[i]))) return (int)i;
    }
    return PLACE_OF_GOALS;
}

// ---- what may be in a part

static void check_chars(Ctx *c, Str field, Str text, size_t max, const char *label)
{
    if (str_chars(text) <= max) return;
    Str number = max == PLAN_TEXT_CHARS_MAX ? STR("10,000") : arena_fmt(c->arena, "%zu", max);
    ctx_issue(
        c, field,
        arena_fmt(c->arena, "%s must be " STR_FMT " characters or fewer", label, STR_ARG(number)));
}

static void check_scale(Ctx *c, const char *field, int n)
{
    if (n < 0 || n > 10) ctx_issue(c, str_from_c(field), STR("Select a number from 1 to 10"));
}

static void check_action(Ctx *c, size_t i, const PlanAction *action)
{
    Str what = arena_fmt(c->arena, "actions[%zu].what", i);
    Str who = arena_fmt(c->arena, "actions[%zu].who", i);
    if (action->what.len == 0) {
        ctx_issue(c, what, arena_fmt(c->arena, "Enter what will be done in action %zu", i + 1));
    }
    if (action->who.len == 0) {
        ctx_issue(c, who, arena_fmt(c->arena, "Enter who will do action %zu", i + 1));
    }
    check_chars(c, what, action->what, PLAN_LINE_CHARS_MAX, "An action");
    check_chars(c, who, action->who, PLAN_LINE_CHARS_MAX, "Who will do it");
    if (action->status < ACTION_PLANNED || action->status > ACTION_STOPPED) {
        ctx_issue(c, arena_fmt(c->arena, "actions[%zu].status", i),
                  arena_fmt(c->arena, "Select how action %zu is going", i + 1));
    }
}

static void check_goal(Ctx *c, const PlanGoal *goal)
{
    if (goal->words.len == 0) {
        ctx_issue(c, STR("words"), STR("Enter the goal in the person's own words"));
    }
    check_chars(c, STR("words"), goal->words, PLAN_TEXT_CHARS_MAX, "The goal");
    check_chars(c, STR("help"), goal->help, PLAN_TEXT_CHARS_MAX, "What would help");
    check_scale(c, "importance", goal->importance);
    check_scale(c, "confidence", goal->confidence);
    if (goal->status < GOAL_NOT_STARTED || goal->status > GOAL_STOPPED) {
        ctx_issue(c, STR("status"), STR("Select how the goal is going"));
    }
    if (goal->action_count > PLAN_ACTIONS_MAX) {
        ctx_issue(c, STR("actions"), STR("A goal can have at most 12 actions"));
        return;
    }
    for (size_t i = 0; i < goal->action_count; i++) check_action(c, i, &goal->actions[i]);
}

static void check_review(Ctx *c, Date review)
{
    if (date_is_none(review)) return;
    if (date_cmp(review, c->today) <= 0) {
        ctx_issue(c, STR("review"), STR("The review must be on a day to come"));
    } else if (date_cmp(review, date_add_months(c->today, PLAN_EXPIRES_MONTHS)) > 0) {
        ctx_issue(c, STR("review"), STR("The review must be within 12 months"));
    }
}

static Err check_part(Ctx *c, const PlanPart *part)
{
    size_t before = c->issue_count;
    if (plan_part_is_goal(part->part)) {
        check_goal(c, &part->goal);
    } else if (str_eq(part->part, STR(PLAN_PART_REVIEW))) {
        check_review(c, part->review);
    } else {
        check_chars(c, STR("text"), part->text, PLAN_TEXT_CHARS_MAX, "The text");
    }
    return c->issue_count > before ? ERR_INVALID : ERR_OK;
}

// ---- the draft. All of these run inside a change.

static Err journal_draft(Ctx *c, PersonId person, Str verb)
{
    PlanHead head;
    Str body;
    TRY(plan_head(c, person, &head));
    TRY(plan_fhir_draft(c, person, &body));
    return journal_append(c, &(JournalEntry){.person = person,
                                             .kind = STR("plan"),
                                             .id = head.ref,
                                             .version = head.version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &PLAN_SEAL});
}

// Marks the draft as changed; the plan begins with the first part that is saved.
static Err touch(Ctx *c, PersonId person)
{
    PlanHead head;
    TRY(plan_head(c, person, &head));
    if (!head.there) {
        TRY(db_exec(c->db, SQL_PLAN_ADD, ARGS(TEXT(ref_new(c)), I64(person.v), AT(c->now)), NULL));
    }
    return db_exec(c->db, SQL_PLAN_CHANGED, ARGS(I64(person.v), AT(c->now)), NULL);
}

static Err put_part(Ctx *c, PersonId person, const PlanPart *part)
{
    Str body;
    TRY(plan_part_body(c->arena, part, &body));
    if (part->version == 0) {
        return db_exec(c->db, SQL_PLAN_PART_ADD,
                       ARGS(I64(person.v), TEXT(part->part), I64(part->place), TEXT(body),
                            I64(part->complete), TEXT(c->actor.name), AT(c->now)),
                       NULL);
    }
    int64_t changed = 0;
    TRY(db_exec(c->db, SQL_PLAN_PART_SET,
                ARGS(I64(person.v), TEXT(part->part), I64(part->version), TEXT(body),
                     I64(part->complete), I64(part->removed), TEXT(c->actor.name), AT(c->now)),
                &changed));
    return changed == 0 ? ERR_CONFLICT : ERR_OK;
}

static Err end_typing(Ctx *c, PersonId person, Str part)
{
    return db_exec(c->db, SQL_PLAN_TYPE_END,
                   ARGS(I64(person.v), TEXT(part), I64(c->actor.account_id)), NULL);
}

typedef struct Saving {
    PersonId person;
    PlanPart part;
} Saving;

// What is saved already says the same: a button pressed twice, or two who wrote one thing.
static Err says_the_same(Ctx *c, const PlanPart *now, const PlanPart *sent, bool *out)
{
    Str saved;
    Str typed;
    TRY(plan_part_body(c->arena, now, &saved));
    TRY(plan_part_body(c->arena, sent, &typed));
    *out = now->version > 0 && !now->removed && now->complete == sent->complete &&
           str_eq(saved, typed);
    return ERR_OK;
}

static Err do_save(Ctx *c, void *arg)
{
    Saving *s = arg;
    PlanPart now;
    bool same = false;
    TRY(plan_load_part(c, s->person, s->part.part, &now));
    s->part.goal.ref = now.goal.ref;
    if (now.version != s->part.version) TRY(says_the_same(c, &now, &s->part, &same));
    if (same) return end_typing(c, s->person, s->part.part);
    if (now.version != s->part.version || now.removed) return ERR_CONFLICT;
    s->part.place = now.version == 0 ? place_of(s->part.part) : now.place;
    s->part.removed = false;
    TRY(put_part(c, s->person, &s->part));
    TRY(end_typing(c, s->person, s->part.part));
    TRY(touch(c, s->person));
    return journal_draft(c, s->person, STR("save"));
}

Err plan_save_part(Ctx *c, const Grant *grant, const PlanPart *to)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Saving saving = {.person = grant_person(grant), .part = *to};
    PlanPart now;
    TRY(plan_load_part(c, saving.person, to->part, &now));
    TRY(check_part(c, to));
    return ctx_change(c, do_save, &saving);
}

static Err count_goals(Ctx *c, PersonId person, size_t *goals_out, int *last_out)
{
    PlanPart *parts = NULL;
    size_t count = 0;
    TRY(plan_load_parts(c, person, &parts, &count));
    *goals_out = 0;
    *last_out = PLACE_OF_GOALS;
    for (size_t i = 0; i < count; i++) {
        if (!plan_part_is_goal(parts[i].part)) continue;
        *goals_out += !parts[i].removed;
        if (parts[i].place > *last_out) *last_out = parts[i].place;
    }
    return count >= PLAN_PARTS_MAX ? ctx_issue(c, STR(""), STR("This plan has too many goals"))
                                   : ERR_OK;
}

static Err goals_full(Ctx *c)
{
    return ctx_issue(c, STR(""),
                     STR("A plan can have at most 12 goals. Remove one before adding another"));
}

typedef struct Adding {
    PersonId person;
    const PlanGoal *goal;
    Str part;
} Adding;

// The empty goal that the actor added a moment ago: a button pressed twice.
static Err added_again(Ctx *c, const Adding *a, Str *part_out)
{
    PlanPart *parts = NULL;
    size_t count = 0;
    *part_out = STR("");
    if (a->goal->words.len > 0 || a->goal->action_count > 0) return ERR_OK;
    TRY(plan_load_parts(c, a->person, &parts, &count));
    for (size_t i = 0; i < count; i++) {
        const PlanPart *p = &parts[i];
        bool fresh = plan_part_is_goal(p->part) && !p->removed && p->version == 1 &&
                     c->now.ms - p->saved_at.ms < SENT_AGAIN_MS;
        bool empty = p->goal.words.len == 0 && p->goal.action_count == 0;
        if (fresh && empty && str_eq(p->by_name, c->actor.name)) *part_out = p->part;
    }
    return ERR_OK;
}

static Err do_add_goal(Ctx *c, void *arg)
{
    Adding *a = arg;
    size_t goals = 0;
    PlanPart part = {.goal = *a->goal, .review = DATE_NONE};
    TRY(added_again(c, a, &a->part));
    if (a->part.len > 0) return ERR_OK;
    TRY(count_goals(c, a->person, &goals, &part.place));
    if (goals >= PLAN_GOALS_MAX) return goals_full(c);
    part.place++;
    part.goal.ref = ref_new(c);
    if (part.goal.status == 0) part.goal.status = GOAL_NOT_STARTED;
    part.part = arena_fmt(c->arena, PLAN_PART_GOAL STR_FMT, STR_ARG(part.goal.ref));
    a->part = part.part;
    TRY(put_part(c, a->person, &part));
    TRY(touch(c, a->person));
    return journal_draft(c, a->person, STR("add-goal"));
}

Err plan_add_goal(Ctx *c, const Grant *grant, const PlanGoal *goal, Str *part_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Adding adding = {.person = grant_person(grant), .goal = goal};
    TRY(ctx_change(c, do_add_goal, &adding));
    *part_out = adding.part;
    return ERR_OK;
}

typedef struct Removing {
    PersonId person;
    Str part;
    int64_t version;
    bool removed;
} Removing;

static Err do_remove(Ctx *c, void *arg)
{
    const Removing *r = arg;
    PlanPart now;
    size_t goals = 0;
    int last = 0;
    TRY(plan_load_part(c, r->person, r->part, &now));
    if (!plan_part_is_goal(r->part)) return ERR_NOT_FOUND;
    if (now.version != r->version || now.removed == r->removed) return ERR_CONFLICT;
    TRY(count_goals(c, r->person, &goals, &last));
    if (!r->removed && goals >= PLAN_GOALS_MAX) return goals_full(c);
    now.removed = r->removed;
    TRY(put_part(c, r->person, &now));
    TRY(touch(c, r->person));
    return journal_draft(c, r->person, r->removed ? STR("remove-goal") : STR("restore-goal"));
}

Err plan_remove_goal(Ctx *c, const Grant *grant, Str part, int64_t version, bool removed)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Removing removing = {grant_person(grant), part, version, removed};
    return ctx_change(c, do_remove, &removing);
}

// ---- a whole draft at once

static PlanPart part_of_draft(const Plan *draft, const char *name)
{
    PlanPart part = {.part = str_from_c(name), .review = DATE_NONE, .complete = true};
    part.place = place_of(part.part);
    if (part.place == PLACE_OF_REVIEW) {
        part.review = draft->review;
    } else {
        const Str texts[] = {draft->about, draft->matters, draft->strengths, draft->needs};
        part.text = texts[part.place];
    }
    return part;
}

typedef struct Whole {
    PersonId person;
    const Plan *draft;
} Whole;

// Takes out the goals that are there; *last_out is the last place among them.
static Err remove_goals(Ctx *c, PersonId person, int *last_out)
{
    PlanPart *parts = NULL;
    size_t count = 0;
    *last_out = PLACE_OF_GOALS;
    TRY(plan_load_parts(c, person, &parts, &count));
    for (size_t i = 0; i < count; i++) {
        if (!plan_part_is_goal(parts[i].part)) continue;
        if (parts[i].place > *last_out) *last_out = parts[i].place;
        if (parts[i].removed) continue;
        parts[i].removed = true;
        TRY(put_part(c, person, &parts[i]));
    }
    return ERR_OK;
}

static Err put_section(Ctx *c, const Whole *w, const char *section)
{
    PlanPart now;
    PlanPart part = part_of_draft(w->draft, section);
    TRY(plan_load_part(c, w->person, part.part, &now));
    part.version = now.version;
    return put_part(c, w->person, &part);
}

static Err put_goal(Ctx *c, const Whole *w, size_t i, int place)
{
    PlanPart part = {
        .goal = w->draft->goals[i], .review = DATE_NONE, .complete = true, .place = place};
    part.goal.ref = ref_new(c);
    part.part = arena_fmt(c->arena, PLAN_PART_GOAL STR_FMT, STR_ARG(part.goal.ref));
    return put_part(c, w->person, &part);
}

static Err do_save_whole(Ctx *c, void *arg)
{
    const Whole *w = arg;
    int last = 0;
    Err err = remove_goals(c, w->person, &last);
    for (size_t i = 0; i < COUNT_OF(SECTIONS) && err == ERR_OK; i++) {
        err = put_section(c, w, SECTIONS[i]);
    }
    for (size_t i = 0; i < w->draft->goal_count && err == ERR_OK; i++) {
        err = put_goal(c, w, i, last + 1 + (int)i);
    }
    TRY(err);
    TRY(touch(c, w->person));
    return journal_draft(c, w->person, STR("save"));
}

Err plan_save(Ctx *c, const Grant *grant, const Plan *draft)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    size_t before = c->issue_count;
    if (draft->goal_count > PLAN_GOALS_MAX) return goals_full(c);
    for (size_t i = 0; i < COUNT_OF(SECTIONS); i++) {
        PlanPart part = part_of_draft(draft, SECTIONS[i]);
        Err err = check_part(c, &part); // all issues at once
        if (err != ERR_OK && err != ERR_INVALID) return err;
    }
    for (size_t i = 0; i < draft->goal_count; i++) check_goal(c, &draft->goals[i]);
    if (c->issue_count > before) return ERR_INVALID;
    Whole whole = {.person = grant_person(grant), .draft = draft};
    return ctx_change(c, do_save_whole, &whole);
}

// ---- what is being typed: housekeeping, durable at once, no journal entry

typedef struct Typing {
    PersonId person;
    const PlanTyping *typing;
} Typing;

static Err do_type(Ctx *c, void *arg)
{
    const Typing *t = arg;
    return db_exec(c->db, SQL_PLAN_TYPE,
                   ARGS(I64(t->person.v), TEXT(t->typing->part), I64(c->actor.account_id),
                        TEXT(c->actor.name), TEXT(t->typing->body), I64(t->typing->seen),
                        AT(c->now)),
                   NULL);
}

Err plan_type(Ctx *c, const Grant *grant, const PlanTyping *typing)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    if (typing->body.len > PLAN_TYPING_BYTES_MAX) return ERR_TOO_LARGE;
    Typing what = {.person = grant_person(grant), .typing = typing};
    PlanPart now;
    TRY(plan_load_part(c, what.person, typing->part, &now));
    return ctx_housekeep(c, do_type, &what);
}

static Err do_type_end(Ctx *c, void *arg)
{
    const Typing *t = arg;
    return end_typing(c, t->person, t->typing->part);
}

Err plan_type_end(Ctx *c, const Grant *grant, Str part)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    Typing what = {.person = grant_person(grant), .typing = &(PlanTyping){.part = part}};
    return ctx_housekeep(c, do_type_end, &what);
}
