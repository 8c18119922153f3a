// record_from.c -- where a task came from, in words with its day, and the way there.
#include "care/record/record_pages.h"

// One of those that were read, or one before them.
static Err contact_of(Ctx *c, const RecordRead *read, Str ref, Contact *out)
{
    if (ref.len == 0) return ERR_NOT_FOUND;
    for (size_t i = 0; i < read->contact_count; i++) {
        if (!str_eq(read->contacts[i].ref, ref)) continue;
        *out = read->contacts[i];
        return ERR_OK;
    }
    return contact_get(c, read->grant, ref, out);
}

static Err from_contact(Ctx *c, const RecordRead *read, const Task *task, RecordTask *out)
{
    Contact k;
    out->from = STR("A contact");
    Err err = contact_of(c, read, task->source_ref, &k);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    out->from = arena_fmt(c->arena, "Contact, " STR_FMT,
                          STR_ARG(date_long(c->arena, instant_date_london(k.at))));
    out->from_href =
        arena_fmt(c->arena, STR_FMT "/contacts/" STR_FMT, STR_ARG(read->base), STR_ARG(k.ref));
    return ERR_OK;
}

static void from_plan(Ctx *c, const RecordRead *read, const Task *task, RecordTask *out)
{
    out->from = STR("The plan");
    for (size_t i = 0; i < read->plan_count; i++) {
        const PlanEvent *plan = &read->plans[i];
        if (!str_eq(plan->ref, task->source_ref)) continue;
        Date on = instant_date_london(plan->at);
        out->from = arena_fmt(c->arena, "Plan version %d, " STR_FMT, plan->number,
                              STR_ARG(date_long(c->arena, on)));
        out->from_href =
            arena_fmt(c->arena, STR_FMT "/plan/versions/%d", STR_ARG(read->base), plan->number);
    }
}

// The person's latest case is the one of the page it links; an older one is named without a link.
static void from_case(Ctx *c, const RecordRead *read, const Task *task, RecordTask *out)
{
    const Case *k = &read->support;
    out->from = STR("The offer of support");
    if (!read->has_case || !str_eq(k->ref, task->source_ref)) return;
    out->from = arena_fmt(c->arena, "Offer of support, " STR_FMT,
                          STR_ARG(date_long(c->arena, instant_date_london(k->offered_at))));
    out->from_href = arena_fmt(c->arena, STR_FMT "/case", STR_ARG(read->base));
}

static void from_referral(Ctx *c, const RecordRead *read, const Task *task, RecordTask *out)
{
    out->from = STR("A referral");
    out->from_href = arena_fmt(c->arena, STR_FMT "/referrals/" STR_FMT, STR_ARG(read->base),
                               STR_ARG(task->source_ref));
}

Err record_task_from(Ctx *c, const RecordRead *read, RecordTask *row)
{
    const Task *task = row->task;
    row->from = STR("Added directly");
    row->from_href = STR("");
    switch (task->source) {
    case TASK_FROM_CONTACT: return from_contact(c, read, task, row);
    case TASK_FROM_PLAN: from_plan(c, read, task, row); break;
    case TASK_FROM_CASE: from_case(c, read, task, row); break;
    case TASK_FROM_REFERRAL: from_referral(c, read, task, row); break;
    case TASK_BY_HAND: break;
    }
    return ERR_OK;
}
