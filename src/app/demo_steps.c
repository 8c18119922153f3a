// demo_steps.c -- each step through the rule of its room, by the colleague who took it, then.
#include "app/demo_steps.h"

#include "app/demo_referrals.h"

void demo_steps_begin(DemoStory *story, DemoSteps *out)
{
    Arena *arena = story->c->arena;
    *out = (DemoSteps){story, arena, ARENA_ARRAY(arena, DemoStep, DEMO_STEPS_MAX), 0};
}

void demo_step(DemoSteps *steps, int days_ago, int hour, int minute, DemoStep step)
{
    assert(steps->count < DEMO_STEPS_MAX);
    assert(days_ago > 0); // today has not happened yet
    Instant later;
    Date day = date_add_days(steps->story->town->options.today, -days_ago);
    (void)instant_from_london(day, hour, minute, &step.at, &later);
    step.order = steps->count;
    steps->steps[steps->count++] = step;
}

static int by_time(const void *a, const void *b)
{
    const DemoStep *x = a;
    const DemoStep *y = b;
    if (x->at.ms != y->at.ms) return x->at.ms < y->at.ms ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

static Err do_case(Ctx *c, const Grant *grant, const DemoStep *step)
{
    Case k;
    TRY(case_of_person(c, grant, &k));
    switch (step->kind) {
    case STEP_ACCEPT: return case_accept(c, grant, k.version);
    case STEP_DECLINE: return case_decline(c, grant, k.version, step->text, step->ask_again);
    case STEP_NO_ANSWER: return case_no_answer(c, grant, k.version, DATE_NONE);
    case STEP_CLOSE: return case_close(c, grant, k.version, step->text);
    default: return case_set(c, grant, k.version, step->arg);
    }
}

static Err do_tasks_done(Ctx *c, const Grant *grant)
{
    Task *tasks = NULL;
    size_t count = 0;
    TRY(task_of_person(c, grant, true, &tasks, &count));
    for (size_t i = 0; i < count; i++) {
        if (tasks[i].waiting || date_cmp(tasks[i].due, c->today) > 0) continue;
        TRY(task_done(c, grant, tasks[i].ref, tasks[i].version));
    }
    return ERR_OK;
}

static Err do_agree(Ctx *c, const Grant *grant, const DemoStep *step)
{
    Plan *draft = ARENA_NEW(c->arena, Plan);
    TRY(plan_draft(c, grant, draft));
    PlanAgree how = {.agreed = true,
                     .by = step->text,
                     .how = str_from_c(PLAN_HOW[0]),
                     .prompts = (1U << PLAN_PROMPTS) - 1,
                     .version = draft->version};
    int number = 0;
    return plan_agree(c, grant, &how, &number);
}

static Err do_offer(Ctx *c, const Grant *grant, const DemoStep *step, DemoMade *made)
{
    Case standing;
    made->cases++;
    return case_offer(c, grant, step->arg, &standing);
}

static Err do_contact(Ctx *c, const Grant *grant, const Contact *contact, DemoMade *made)
{
    Str ref;
    made->contacts++;
    made->tasks += contact->next_step.len > 0; // its next step becomes one
    return contact_record(c, grant, contact, &ref);
}

// A task that came from a contact or an offer names it: the latest one of the person.
static Err do_task(Ctx *c, const Grant *grant, const TaskAdd *add)
{
    TaskAdd task = *add;
    TaskId id;
    Contact *contacts = NULL;
    size_t count = 0;
    Case standing;
    TRY(contact_of_person(c, grant, &contacts, &count));
    if (task.source == TASK_FROM_CONTACT && count > 0) task.source_ref = contacts[0].ref;
    if (task.source == TASK_FROM_CASE) {
        TRY(case_of_person(c, grant, &standing));
        task.source_ref = standing.ref;
    }
    return task_add(c, grant, &task, &id);
}

static Err do_step(DemoStory *story, const DemoStep *step)
{
    Ctx *c = story->c;
    c->now = step->at;
    c->today = instant_date_london(step->at);
    c->actor = (Actor){.name = STR("Demonstration")};
    const Grant *grant = access_program_grant(c, step->person, CLASS_CARE);
    c->actor = story->staff->actors[step->who];
    switch (step->kind) {
    case STEP_OFFER: return do_offer(c, grant, step, story->made);
    case STEP_CONTACT: return do_contact(c, grant, step->arg, story->made);
    case STEP_TASK: story->made->tasks++; return do_task(c, grant, step->arg);
    case STEP_TASKS_DONE: return do_tasks_done(c, grant);
    case STEP_PLAN: return plan_save(c, grant, step->arg);
    case STEP_AGREE: story->made->plans++; return do_agree(c, grant, step);
    case STEP_REFERRAL:
    case STEP_REFERRAL_NEXT: return demo_do_referral(c, grant, step);
    default: return do_case(c, grant, step);
    }
}

typedef struct StepBatch {
    DemoSteps *steps;
    size_t from, until;
} StepBatch;

static Err run_some(Ctx *c, void *arg)
{
    (void)c;
    const StepBatch *b = arg;
    for (size_t i = b->from; i < b->until; i++) {
        TRY(do_step(b->steps->story, &b->steps->steps[i]));
    }
    return ERR_OK;
}

// Some dozens share a transaction: two thousand flushes to disk would be most of the time.
Err demo_steps_run(DemoSteps *steps)
{
    Ctx *c = steps->story->c;
    Actor program = c->actor;
    Arena *kept = c->arena;
    CLEANUP(arena_free_at) Arena *scratch = arena_new();
    qsort(steps->steps, steps->count, sizeof *steps->steps, by_time);
    Err err = ERR_OK;
    for (size_t from = 0; from < steps->count && err == ERR_OK; from += DEMO_STEPS_A_WRITE) {
        size_t until = from + DEMO_STEPS_A_WRITE;
        if (until > steps->count) until = steps->count;
        arena_reset(scratch);
        c->arena = scratch;
        err = ctx_change(c, run_some, &(StepBatch){steps, from, until});
        c->arena = kept;
        for (size_t i = 0; err != ERR_OK && i < c->issue_count; i++) {
            c->issues[i].text = arena_str(kept, c->issues[i].text);
        }
    }
    c->actor = program;
    return err;
}
