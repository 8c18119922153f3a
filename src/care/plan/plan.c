// plan.c -- reading: the head, versions, the draft put together from its parts, facts and events.
#include "care/plan/plan.h"

#include "care/plan/plan_store.h"
#include "core/ids.h"
#include "plan_sql.h"

const Seal PLAN_SEAL = {"plan", "plan plan_part", {PLAN_SEALED_STATEMENT}};
const Seal PLAN_VERSION_SEAL = {"plan", "plan_version", {PLAN_SEALED_VERSIONS_STATEMENT}};
const Seal PLAN_STRAY_SEAL = {"plan", "plan_part", {PLAN_SEALED_STRAYS_STATEMENT}};

const char *const PLAN_HOW[PLAN_HOW_COUNT] = {"In person", "By telephone", "By video call",
                                              "In writing"};

const char *goal_status_name(GoalStatus status)
{
    static const char *const NAMES[] = {"Not started",    "Not started", "On track",
                                        "Needs a change", "Achieved",    "Stopped"};
    return NAMES[status <= GOAL_STOPPED ? status : 0];
}

const char *action_status_name(ActionStatus status)
{
    static const char *const NAMES[] = {"Not started", "Not started", "Doing it", "Done",
                                        "Stopped"};
    return NAMES[status <= ACTION_STOPPED ? status : 0];
}

static bool action_is_late(const PlanAction *action, Date today)
{
    bool open = action->status != ACTION_DONE && action->status != ACTION_STOPPED;
    return open && !date_is_none(action->by) && date_cmp(action->by, today) < 0;
}

Date plan_expires(Date agreed_on, Date review)
{
    Date latest = date_add_months(agreed_on, PLAN_EXPIRES_MONTHS);
    if (date_is_none(review) || date_cmp(latest, review) < 0) return latest;
    return review;
}

Err plan_head(Ctx *c, PersonId person, PlanHead *out)
{
    *out = (PlanHead){.agreed_on = DATE_NONE, .review = DATE_NONE};
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PLAN_HEAD, ARGS(I64(person.v)));
    if (rows_next(&rows)) {
        *out = (PlanHead){
            .there = true,
            .ref = row_str(c->arena, &rows, PLAN_HEAD_REF),
            .number = (int)row_i64(&rows, PLAN_HEAD_NUMBER),
            .agreed_number = (int)row_i64(&rows, PLAN_HEAD_AGREED_NUMBER),
            .agreed_on = row_date(&rows, PLAN_HEAD_AGREED_ON),
            .review = row_date(&rows, PLAN_HEAD_REVIEW),
            .changed = row_i64(&rows, PLAN_HEAD_CHANGED) != 0,
            .changed_at = row_at(&rows, PLAN_HEAD_CHANGED_AT),
            .version = row_i64(&rows, PLAN_HEAD_VERSION),
        };
    }
    return rows.err;
}

static Err version_of_row(Ctx *c, PersonId person, const Rows *rows, Plan *out)
{
    *out = (Plan){
        .ref = row_str(c->arena, rows, PLAN_VERSION_REF),
        .person = person,
        .number = (int)row_i64(rows, PLAN_VERSION_NUMBER),
        .agreed = row_i64(rows, PLAN_VERSION_AGREED) != 0,
        .agreed_by = row_str(c->arena, rows, PLAN_VERSION_AGREED_BY),
        .agreed_role = row_str(c->arena, rows, PLAN_VERSION_AGREED_ROLE),
        .agreed_how = row_str(c->arena, rows, PLAN_VERSION_AGREED_HOW),
        .reason = row_str(c->arena, rows, PLAN_VERSION_REASON),
        .agreed_at = row_at(rows, PLAN_VERSION_AGREED_AT),
        .author_name = row_str(c->arena, rows, PLAN_VERSION_AUTHOR_NAME),
        .version = 1,
    };
    return plan_read(c->arena, row_str(c->arena, rows, PLAN_VERSION_BODY), out);
}

Err plan_load(Ctx *c, PersonId person, int number, Plan *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_VERSION, ARGS(I64(person.v), I64(number)));
    if (!rows_next(&rows)) return rows.err == ERR_OK ? ERR_NOT_FOUND : rows.err;
    return version_of_row(c, person, &rows, out);
}

static Err part_of_row(Ctx *c, const Rows *rows, PlanPart *out)
{
    *out = (PlanPart){
        .part = row_str(c->arena, rows, PLAN_PART_PART),
        .place = (int)row_i64(rows, PLAN_PART_PLACE),
        .complete = row_i64(rows, PLAN_PART_COMPLETE) != 0,
        .removed = row_i64(rows, PLAN_PART_REMOVED) != 0,
        .by_name = row_str(c->arena, rows, PLAN_PART_BY_NAME),
        .saved_at = row_at(rows, PLAN_PART_SAVED_AT),
        .version = row_i64(rows, PLAN_PART_VERSION),
    };
    return plan_part_read(c->arena, row_str(c->arena, rows, PLAN_PART_BODY), out);
}

Err plan_load_part(Ctx *c, PersonId person, Str part, PlanPart *out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_PART, ARGS(I64(person.v), TEXT(part)));
    if (rows_next(&rows)) return part_of_row(c, &rows, out);
    if (rows.err != ERR_OK) return rows.err;
    if (!plan_part_is_section(part)) return ERR_NOT_FOUND;
    *out = (PlanPart){.part = arena_str(c->arena, part), .review = DATE_NONE};
    return ERR_OK;
}

Err plan_load_parts(Ctx *c, PersonId person, PlanPart **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PLAN_PARTS, ARGS(I64(person.v)));
    PlanPart *parts = NULL; // it grows: most plans have few, and room for all is 149 kB to clear
    size_t count = 0;
    size_t cap = 0;
    while (count < PLAN_PARTS_MAX && rows_next(&rows)) {
        ARENA_GROW(c->arena, parts, count, &cap);
        TRY(part_of_row(c, &rows, &parts[count++]));
    }
    *out = parts;
    *count_out = count;
    return rows.err;
}

static void take_part(Plan *plan, const PlanPart *part)
{
    if (plan_part_is_goal(part->part)) {
        if (part->removed || plan->goal_count == PLAN_GOALS_MAX) return;
        plan->goals[plan->goal_count++] = part->goal;
        return;
    }
    if (str_eq(part->part, STR(PLAN_PART_ABOUT))) plan->about = part->text;
    if (str_eq(part->part, STR(PLAN_PART_MATTERS))) plan->matters = part->text;
    if (str_eq(part->part, STR(PLAN_PART_STRENGTHS))) plan->strengths = part->text;
    if (str_eq(part->part, STR(PLAN_PART_NEEDS))) plan->needs = part->text;
    if (str_eq(part->part, STR(PLAN_PART_REVIEW))) plan->review = part->review;
}

Err plan_load_draft(Ctx *c, PersonId person, Plan *out)
{
    PlanHead head;
    PlanPart *parts = NULL;
    size_t count = 0;
    TRY(plan_head(c, person, &head));
    TRY(plan_load_parts(c, person, &parts, &count));
    *out = (Plan){.ref = head.ref,
                  .person = person,
                  .number = head.number + 1,
                  .review = DATE_NONE,
                  .version = head.version};
    Instant latest = {0};
    for (size_t i = 0; i < count; i++) {
        take_part(out, &parts[i]);
        if (parts[i].saved_at.ms < latest.ms) continue;
        latest = parts[i].saved_at;
        out->author_name = parts[i].by_name;
    }
    return ERR_OK;
}

// ---- the door

Err plan_get(Ctx *c, const Grant *grant, int number, Plan *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return plan_load(c, grant_person(grant), number, out);
}

Err plan_current(Ctx *c, const Grant *grant, Plan *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    PlanHead head;
    TRY(plan_head(c, grant_person(grant), &head));
    return plan_load(c, grant_person(grant), head.agreed_number, out);
}

Err plan_draft(Ctx *c, const Grant *grant, Plan *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return plan_load_draft(c, grant_person(grant), out);
}

Err plan_part(Ctx *c, const Grant *grant, Str part, PlanPart *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return plan_load_part(c, grant_person(grant), part, out);
}

Err plan_parts(Ctx *c, const Grant *grant, PlanPart **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return plan_load_parts(c, grant_person(grant), out, count_out);
}

Err plan_versions(Ctx *c, const Grant *grant, PlanVersion **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_VERSIONS,
                         ARGS(I64(grant_person(grant).v), I64(PLAN_VERSIONS_MAX)));
    PlanVersion *all = NULL;
    size_t count = 0;
    size_t cap = 0;
    while (count < PLAN_VERSIONS_MAX && rows_next(&rows)) {
        ARENA_GROW(c->arena, all, count, &cap);
        all[count++] =
            (PlanVersion){.ref = row_str(c->arena, &rows, PLAN_VERSIONS_REF),
                          .number = (int)row_i64(&rows, PLAN_VERSIONS_NUMBER),
                          .agreed = row_i64(&rows, PLAN_VERSIONS_AGREED) != 0,
                          .agreed_by = row_str(c->arena, &rows, PLAN_VERSIONS_AGREED_BY),
                          .agreed_role = row_str(c->arena, &rows, PLAN_VERSIONS_AGREED_ROLE),
                          .agreed_how = row_str(c->arena, &rows, PLAN_VERSIONS_AGREED_HOW),
                          .reason = row_str(c->arena, &rows, PLAN_VERSIONS_REASON),
                          .agreed_at = row_at(&rows, PLAN_VERSIONS_AGREED_AT),
                          .author_name = row_str(c->arena, &rows, PLAN_VERSIONS_AUTHOR_NAME)};
    }
    *out = all;
    *count_out = count;
    return rows.err;
}

Err plan_events(Ctx *c, const Grant *grant, PlanEvent **out, size_t *count_out)
{
    PlanVersion *plans = NULL;
    TRY(plan_versions(c, grant, &plans, count_out));
    PlanEvent *events = ARENA_ARRAY(c->arena, PlanEvent, *count_out);
    for (size_t i = 0; i < *count_out; i++) {
        const PlanVersion *p = &plans[i];
        events[i] = (PlanEvent){.ref = p->ref,
                                .number = p->number,
                                .at = p->agreed_at,
                                .by = p->agreed ? p->agreed_by : p->author_name,
                                .how = p->agreed ? p->agreed_how : p->reason};
    }
    *out = events;
    return ERR_OK;
}

static void count_goal(const PlanGoal *goal, Date today, PlanSummary *sum)
{
    sum->goals++;
    for (size_t i = 0; i < goal->action_count; i++) {
        sum->actions++;
        sum->actions_done += goal->actions[i].status == ACTION_DONE;
        sum->actions_late += action_is_late(&goal->actions[i], today);
    }
}

Err plan_summary(Ctx *c, const Grant *grant, PlanSummary *out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    PersonId person = grant_person(grant);
    PlanHead head;
    Plan *plan = ARENA_NEW(c->arena, Plan);
    TRY(plan_head(c, person, &head));
    *out = (PlanSummary){.has_agreed = head.agreed_number > 0,
                         .has_draft = head.changed,
                         .number = head.agreed_number,
                         .agreed_on = head.agreed_on,
                         .review = head.review};
    if (!head.there) return ERR_OK;
    TRY(out->has_agreed ? plan_load(c, person, head.agreed_number, plan)
                        : plan_load_draft(c, person, plan));
    out->matters = plan->matters;
    for (size_t i = 0; i < plan->goal_count; i++) count_goal(&plan->goals[i], c->today, out);
    return ERR_OK;
}

Err plan_facts(Ctx *c, PlanFact **out, size_t *count_out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PLAN_FACTS, NO_ARGS);
    size_t cap = 1024;
    size_t count = 0;
    PlanFact *facts = ARENA_ARRAY(c->arena, PlanFact, cap);
    while (rows_next(&rows)) {
        ARENA_GROW(c->arena, facts, count, &cap);
        facts[count++] = (PlanFact){.person = {row_i64(&rows, PLAN_FACTS_PERSON_ID)},
                                    .agreed_on = row_date(&rows, PLAN_FACTS_AGREED_ON),
                                    .review = row_date(&rows, PLAN_FACTS_REVIEW)};
    }
    *out = facts;
    *count_out = count;
    return rows.err;
}

Err plan_facts_of(Ctx *c, const PersonId *persons, size_t count, PlanFact **out)
{
    PlanFact *facts = ARENA_ARRAY(c->arena, PlanFact, count);
    for (size_t i = 0; i < count; i++) {
        facts[i] = (PlanFact){.person = persons[i], .agreed_on = DATE_NONE, .review = DATE_NONE};
    }
    for (size_t from = 0; from < count; from += IDS_AT_ONCE) {
        Ids ask = ids_from(persons, count, from);
        CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_PLAN_FACTS_OF, ask.at, IDS_AT_ONCE);
        while (rows_next(&rows)) {
            int64_t person = row_i64(&rows, PLAN_FACTS_OF_PERSON_ID);
            IDS_EACH (i, ask, person) {
                facts[from + i].agreed_on = row_date(&rows, PLAN_FACTS_OF_AGREED_ON);
                facts[from + i].review = row_date(&rows, PLAN_FACTS_OF_REVIEW);
            }
        }
        if (rows.err != ERR_OK) return rows.err;
    }
    *out = facts;
    return ERR_OK;
}

Err plans_agreed(Ctx *c, Date from, Date until, PlanAgreed **out, size_t *count_out)
{
    assert(c->actor.account_id == 0 || access_may(c, CLASS_CARE, MODE_READ) ||
           access_may(c, CLASS_STATISTICS, MODE_READ));
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_AGREED_BETWEEN,
                         ARGS(AT(date_begins(from)), AT(date_begins(date_add_days(until, 1))),
                              I64(PLANS_AGREED_MAX)));
    size_t cap = 256;
    size_t count = 0;
    PlanAgreed *all = ARENA_ARRAY(c->arena, PlanAgreed, cap);
    while (rows_next(&rows)) {
        if (count == PLANS_AGREED_MAX - 1) return ERR_TOO_LARGE;
        ARENA_GROW(c->arena, all, count, &cap);
        all[count++] =
            (PlanAgreed){.person = {row_i64(&rows, PLAN_AGREED_BETWEEN_PERSON_ID)},
                         .number = (int)row_i64(&rows, PLAN_AGREED_BETWEEN_NUMBER),
                         .on = instant_date_london(row_at(&rows, PLAN_AGREED_BETWEEN_AGREED_AT))};
    }
    if (rows.err != ERR_OK) return rows.err;
    *out = all;
    *count_out = count;
    return ERR_OK;
}

// One reader for all typings: for pages that say who else is at it.
Err plan_load_typings(Ctx *c, PersonId person, PlanTyping **out, size_t *count_out)
{
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_TYPINGS, ARGS(I64(person.v), I64(PLAN_TYPINGS_MAX)));
    PlanTyping *typings = ARENA_ARRAY(c->arena, PlanTyping, PLAN_TYPINGS_MAX);
    size_t count = 0;
    while (count < PLAN_TYPINGS_MAX && rows_next(&rows)) {
        typings[count++] = (PlanTyping){
            .part = row_str(c->arena, &rows, PLAN_TYPINGS_PART),
            .account_id = row_i64(&rows, PLAN_TYPINGS_ACCOUNT_ID),
            .by_name = row_str(c->arena, &rows, PLAN_TYPINGS_BY_NAME),
            .body = row_str(c->arena, &rows, PLAN_TYPINGS_BODY),
            .seen = row_i64(&rows, PLAN_TYPINGS_SEEN),
            .saved_at = row_at(&rows, PLAN_TYPINGS_SAVED_AT),
        };
    }
    *out = typings;
    *count_out = count;
    return rows.err;
}

Err plan_typings(Ctx *c, const Grant *grant, PlanTyping **out, size_t *count_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_READ));
    return plan_load_typings(c, grant_person(grant), out, count_out);
}

Err plan_unsaved(Ctx *c, PlanUnsaved **out, size_t *count_out)
{
    *out = ARENA_ARRAY(c->arena, PlanUnsaved, PLAN_TYPINGS_MAX);
    *count_out = 0;
    CLEANUP(rows_close)
    Rows rows = db_query(c->db, SQL_PLAN_TYPINGS_OF_ACCOUNT,
                         ARGS(I64(c->actor.account_id), I64(PLAN_TYPINGS_MAX)));
    while (*count_out < PLAN_TYPINGS_MAX && rows_next(&rows)) {
        (*out)[(*count_out)++] = (PlanUnsaved){.person = {row_i64(&rows, 0)},
                                               .part = row_str(c->arena, &rows, 1),
                                               .saved_at = row_at(&rows, 2)};
    }
    return rows.err;
}
