// record_from.c -- where a task came from, in words with its day, and the way there.
#include "care/contact/contact.h"
#include "care/record/record_pages.h"

static Err from_contact(Ctx *c, const Grant *grant, const Task *task, RecordTask *out, Str base)
{
    Contact k;
    out->from = STR("A contact");
    Err err =
        task->source_ref.len == 0 ? ERR_NOT_FOUND : contact_get(c, grant, task->source_ref, &k);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    out->from = arena_fmt(c->arena, "Contact, " STR_FMT,
                          STR_ARG(date_long(c->arena, instant_date_london(k.at))));
    out->from_href =
        arena_fmt(c->arena, STR_FMT "/contacts/" STR_FMT, STR_ARG(base), STR_ARG(k.ref));
    return ERR_OK;
}

static Err from_plan(Ctx *c, const Grant *grant, const Task *task, RecordTask *out, Str base)
{
    PlanVersion *plans = NULL;
    size_t count = 0;
    out->from = STR("The plan");
    TRY(plan_versions(c, grant, &plans, &count));
    for (size_t i = 0; i < count; i++) {
        if (!str_eq(plans[i].ref, task->source_ref)) continue;
        Date on = instant_date_london(plans[i].agreed_at);
        out->from = arena_fmt(c->arena, "Plan version %d, " STR_FMT, plans[i].number,
                              STR_ARG(date_long(c->arena, on)));
        out->from_href =
            arena_fmt(c->arena, STR_FMT "/plan/versions/%d", STR_ARG(base), plans[i].number);
    }
    return ERR_OK;
}

// The person's latest case is the one of the page it links; an older one is named without a link.
static Err from_case(Ctx *c, const Grant *grant, const Task *task, RecordTask *out, Str base)
{
    Case k;
    out->from = STR("The offer of support");
    Err err = case_of_person(c, grant, &k);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && !str_eq(k.ref, task->source_ref))) return ERR_OK;
    TRY(err);
    out->from = arena_fmt(c->arena, "Offer of support, " STR_FMT,
                          STR_ARG(date_long(c->arena, instant_date_london(k.offered_at))));
    out->from_href = arena_fmt(c->arena, STR_FMT "/case", STR_ARG(base));
    return ERR_OK;
}

Err record_task_from(Ctx *c, const Grant *grant, Str base, RecordTask *row)
{
    const Task *task = row->task;
    row->from = STR("Added directly");
    row->from_href = STR("");
    switch (task->source) {
    case TASK_FROM_CONTACT: return from_contact(c, grant, task, row, base);
    case TASK_FROM_PLAN: return from_plan(c, grant, task, row, base);
    case TASK_FROM_CASE: return from_case(c, grant, task, row, base);
    case TASK_BY_HAND: return ERR_OK;
    }
    return ERR_OK;
}
