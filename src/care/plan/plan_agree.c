// plan_agree.c -- the draft becomes a version that never changes again.
#include "care/plan/plan_fhir.h"
#include "plan_sql.h"

enum { REASON_MAX = 2000 };

const char *const PLAN_PROMPT_WORDS[PLAN_PROMPTS] = {
    "They were at the centre, and chose who else took part",
    "We talked about their whole life and what matters to them",
    "The goals are theirs, and we agreed them together",
    "The plan says what matters, the goals, and how to reach them, and can be shared",
    "They know when it is looked at again, and how to ask for that sooner",
};

static bool how_is_known(Str how)
{
    for (size_t i = 0; i < PLAN_HOW_COUNT; i++) {
        if (str_eq(how, str_from_c(PLAN_HOW[i]))) return true;
    }
    return false;
}

static void check_how(Ctx *c, const PlanAgree *how)
{
    if (!how->agreed) {
        size_t chars = str_chars(how->reason);
        if (chars < PLAN_REASON_CHARS_MIN || chars > REASON_MAX) {
            ctx_issue(c, STR("reason"),
                      STR("Enter why it could not be agreed, in 10 to 2,000 characters"));
        }
        return;
    }
    if (how->by.len == 0) ctx_issue(c, STR("by"), STR("Enter who agreed the plan"));
    if (str_chars(how->by) > NAME_CHARS_MAX || str_chars(how->role) > NAME_CHARS_MAX) {
        ctx_issue(c, STR("by"), STR("Names and roles must be 300 characters or fewer"));
    }
    if (!how_is_known(how->how)) {
        ctx_issue(c, STR("how"), STR("Select how the plan was agreed"));
    }
}

static void check_draft(Ctx *c, const Plan *draft)
{
    if (draft->matters.len == 0) {
        ctx_issue(c, STR(""), STR("Write what matters to the person before agreeing the plan"));
    }
    for (size_t i = 0; i < draft->goal_count; i++) {
        if (draft->goals[i].words.len > 0) continue;
        ctx_issue(c, STR(""),
                  arena_fmt(c->arena, "Goal %zu has no words yet. Write it, or remove it", i + 1));
    }
    Date latest = date_add_months(c->today, PLAN_EXPIRES_MONTHS);
    if (!date_is_none(draft->review) &&
        (date_cmp(draft->review, c->today) <= 0 || date_cmp(draft->review, latest) > 0)) {
        ctx_issue(c, STR(""), STR("Choose a review date that is to come, within 12 months"));
    }
}

// What the actor typed and did not save would be missing from the version: not silently.
static Err check_typing(Ctx *c, PersonId person)
{
    PlanTyping *typings = NULL;
    size_t count = 0;
    TRY(plan_load_typings(c, person, &typings, &count));
    for (size_t i = 0; i < count; i++) {
        if (typings[i].account_id != c->actor.account_id) continue;
        ctx_issue(c, STR(""),
                  STR("You typed something that is not saved yet. Save it or throw it away first"));
        return ERR_OK;
    }
    return ERR_OK;
}

static Err journal_version(Ctx *c, PersonId person, int number, Str verb)
{
    Plan *plan = ARENA_NEW(c->arena, Plan);
    Str body;
    TRY(plan_fhir_version(c, person, number, plan, &body));
    return journal_append(c, &(JournalEntry){.person = person,
                                             .kind = STR("plan"),
                                             .id = plan->ref,
                                             .version = plan->version,
                                             .verb = verb,
                                             .body = body,
                                             .seal = &PLAN_VERSION_SEAL});
}

typedef struct Agreeing {
    PersonId person;
    const PlanAgree *how;
    PlanHead head;
    const Plan *draft;
} Agreeing;

static Err add_version(Ctx *c, const Agreeing *a)
{
    Str body;
    TRY(plan_body(c->arena, a->draft, &body));
    return db_exec(c->db, SQL_PLAN_VERSION_ADD,
                   ARGS(TEXT(ref_new(c)), I64(a->person.v), I64(a->head.number + 1),
                        I64(a->how->agreed), TEXT(a->how->by), TEXT(a->how->role),
                        TEXT(a->how->how), TEXT(a->how->reason), AT(c->now), TEXT(c->actor.name),
                        TEXT(body)),
                   NULL);
}

static Err store_head(Ctx *c, const Agreeing *a, const PlanHead *to)
{
    int64_t changed = 0;
    Err err = db_exec(c->db, SQL_PLAN_AGREED,
                      ARGS(I64(a->person.v), I64(a->how->version), I64(to->number),
                           I64(to->agreed_number), DAY(to->agreed_on), DAY(to->review),
                           I64(to->changed), AT(c->now)),
                      &changed);
    return err == ERR_OK && changed == 0 ? ERR_CONFLICT : err;
}

static Err set_head(Ctx *c, const Agreeing *a)
{
    PlanHead to = a->head;
    to.number++;
    to.changed = !a->how->agreed;
    if (a->how->agreed) {
        to.agreed_number = to.number;
        to.agreed_on = c->today;
        to.review = plan_expires(c->today, a->draft->review);
    }
    return store_head(c, a, &to);
}

static Err journal_versions(Ctx *c, const Agreeing *a)
{
    int number = a->head.number + 1;
    if (!a->how->agreed) return journal_version(c, a->person, number, STR("not-agreed"));
    TRY(journal_version(c, a->person, number, STR("agree")));
    if (a->head.agreed_number == 0) return ERR_OK;
    return journal_version(c, a->person, a->head.agreed_number, STR("supersede"));
}

static Err do_agree(Ctx *c, void *arg)
{
    Agreeing *a = arg;
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_head(c, a->person, &a->head));
    if (a->head.number >= PLAN_VERSIONS_MAX) {
        return ctx_issue(c, STR(""), STR("A plan has 10,000 versions at most"));
    }
    TRY(plan_load_draft(c, a->person, draft));
    draft->prompts = a->how->prompts & ((1U << PLAN_PROMPTS) - 1);
    a->draft = draft;
    TRY(set_head(c, a));
    TRY(add_version(c, a));
    if (!a->how->agreed) return ERR_OK;
    return db_exec(c->db, SQL_PLAN_PARTS_UNCHECKED, ARGS(I64(a->person.v)), NULL);
}

// The draft's own entry follows the version's: its row changed too.
static Err do_agree_all(Ctx *c, void *arg)
{
    Agreeing *a = arg;
    PlanHead head;
    Str body;
    TRY(do_agree(c, a));
    TRY(journal_versions(c, a));
    TRY(plan_head(c, a->person, &head));
    TRY(plan_fhir_draft(c, a->person, &body));
    return journal_append(c, &(JournalEntry){.person = a->person,
                                             .kind = STR("plan"),
                                             .id = head.ref,
                                             .version = head.version,
                                             .verb = STR("agree"),
                                             .body = body,
                                             .seal = &PLAN_SEAL});
}

Err plan_agree(Ctx *c, const Grant *grant, const PlanAgree *how, int *number_out)
{
    assert(grant_covers(grant, CLASS_CARE, MODE_WRITE));
    size_t before = c->issue_count;
    Agreeing agreeing = {.person = grant_person(grant), .how = how};
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_head(c, agreeing.person, &agreeing.head));
    TRY(plan_load_draft(c, agreeing.person, draft));
    check_how(c, how);
    check_draft(c, draft);
    TRY(check_typing(c, agreeing.person));
    if (c->issue_count > before) return ERR_INVALID;
    if (!agreeing.head.changed) {
        return ctx_issue(c, STR(""), STR("Nothing has changed since the plan was agreed"));
    }
    TRY(ctx_change(c, do_agree_all, &agreeing));
    *number_out = agreeing.head.number + 1;
    return ERR_OK;
}
