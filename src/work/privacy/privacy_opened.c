// privacy_opened.c -- records that others opened with a stated reason: told to who leads or
// supervises the support of the person.
#include "core/reason.h"
#include "work/privacy/privacy.h"

static bool among(const PersonId *persons, size_t count, PersonId person)
{
    for (size_t i = 0; i < count; i++) {
        if (persons[i].v == person.v) return true;
    }
    return false;
}

static Err add_row(Ctx *c, const StatedReason *r, OpenedRecords *out)
{
    PersonRow *person = NULL;
    Account who = {0};
    TRY(person_rows(c, &r->person, 1, &person));
    Err err = account_by_id(c, r->account_id, &who);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    bool known = err == ERR_OK;
    out->rows[out->count++] = (OpenedRecord){
        .person = *person,
        .who = known ? arena_fmt(c->arena, STR_FMT " (%s)", STR_ARG(who.name), ROLE_NAMES[who.role])
                     : STR("An account that is gone"),
        .at = instant_long(c->arena, r->from),
        .words = r->words,
        .emergency = r->emergency,
    };
    return ERR_OK;
}

static Err lately(Ctx *c, StatedReason **out, size_t *count_out)
{
    return reason_since(c, (Instant){c->now.ms - (int64_t)OPENED_DAYS * DAY_MS}, out, count_out);
}

Err privacy_opened_any(Ctx *c, bool *out)
{
    StatedReason *reasons = NULL;
    size_t count = 0;
    TRY(lately(c, &reasons, &count));
    *out = count > 0;
    return ERR_OK;
}

Err privacy_opened(Ctx *c, const PersonId *persons, size_t count, OpenedRecords *out)
{
    StatedReason *reasons = NULL;
    size_t reason_count = 0;
    *out = (OpenedRecords){0};
    if (count == 0) return ERR_OK;
    TRY(lately(c, &reasons, &reason_count));
    for (size_t i = 0; i < reason_count && out->count < OPENED_RECORDS_MAX; i++) {
        if (reasons[i].account_id == c->actor.account_id) continue;
        if (among(persons, count, reasons[i].person)) TRY(add_row(c, &reasons[i], out));
    }
    return ERR_OK;
}
