// task_opened.c -- what Today tells of records that others opened with a stated reason.
#include "care/caseload/caseload.h"
#include "care/task/task_pages.h"
#include "core/reason.h"

static bool leads(const Case *cases, size_t count, PersonId person)
{
    for (size_t i = 0; i < count; i++) {
        if (cases[i].person.v == person.v) return true;
    }
    return false;
}

static Err add_row(Ctx *c, const StatedReason *r, TodayPage *m)
{
    PersonRow *person = NULL;
    Account who = {0};
    TRY(person_rows(c, &r->person, 1, &person));
    Err err = account_by_id(c, r->account_id, &who);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    m->opened[m->opened_count++] = (OpenedRow){
        .person = *person,
        .who = arena_fmt(c->arena, STR_FMT " (%s)", STR_ARG(who.name), ROLE_NAMES[who.role]),
        .at = instant_long(c->arena, r->from),
        .words = r->words,
        .emergency = r->emergency,
    };
    return ERR_OK;
}

Err task_fill_opened(Ctx *c, TodayPage *m)
{
    StatedReason *reasons = NULL;
    size_t count = 0;
    Case *cases = NULL;
    size_t case_count = 0;
    Instant since = {c->now.ms - (int64_t)TODAY_OPENED_DAYS * DAY_MS};
    TRY(reason_since(c, since, &reasons, &count));
    if (count == 0) return ERR_OK; // most days: nothing more is asked
    TRY(case_mine(c, &cases, &case_count));
    for (size_t i = 0; i < count && m->opened_count < TODAY_OPENED_MAX; i++) {
        if (reasons[i].account_id == c->actor.account_id) continue;
        if (leads(cases, case_count, reasons[i].person)) TRY(add_row(c, &reasons[i], m));
    }
    return ERR_OK;
}
