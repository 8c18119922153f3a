// record_unsaved.c -- contacts and plans in the middle of being written, found for their writer.
#include "care/record/record_unsaved.h"

#include "care/plan/plan.h"
#include "core/draft.h"

#define PEOPLE    "/people/"
#define PLAN_EDIT "plan/edit/"

typedef struct Found {
    PersonId person;
    Str what;
    Str rest; // of the address, after the person: "contacts/new", "plan/edit/about"
    Instant saved_at;
} Found;
enum { FOUND_MAX = DRAFT_LIST_MAX + PLAN_TYPINGS_MAX };

static Str plan_words(Ctx *c, Str part)
{
    return arena_fmt(c->arena, "Plan, %s", plan_section_label(part));
}

// A draft's key is the address its form is sent to; that of another page says nothing here.
static bool of_draft(Ctx *c, const Draft *draft, Found *out)
{
    Str rest = str_slice(draft->key, sizeof PEOPLE - 1, draft->key.len);
    Str ref;
    if (!str_split(&rest, '/', &ref) || person_of_ref(c, ref, &out->person) != ERR_OK) return false;
    out->saved_at = draft->saved_at;
    if (str_eq(rest, STR("contacts"))) {
        out->what = STR("Contact");
        out->rest = STR("contacts/new");
        return true;
    }
    if (str_eq(rest, STR("details"))) {
        out->what = STR("Details and needs");
        out->rest = STR("details/edit");
        return true;
    }
    out->what = plan_words(c, str_slice(rest, sizeof PLAN_EDIT - 1, rest.len));
    out->rest = rest;
    return str_starts(rest, STR(PLAN_EDIT));
}

static Err find_all(Ctx *c, Found *found, size_t *count_out)
{
    Draft *drafts = NULL;
    PlanUnsaved *parts = NULL;
    size_t count = 0;
    size_t n = 0;
    TRY(draft_list(c, STR(PEOPLE), &drafts, &count));
    for (size_t i = 0; i < count; i++) n += of_draft(c, &drafts[i], &found[n]);
    TRY(plan_unsaved(c, &parts, &count));
    for (size_t i = 0; i < count; i++) {
        found[n++] = (Found){.person = parts[i].person,
                             .what = plan_words(c, parts[i].part),
                             .rest = arena_fmt(c->arena, PLAN_EDIT STR_FMT, STR_ARG(parts[i].part)),
                             .saved_at = parts[i].saved_at};
    }
    *count_out = n;
    return ERR_OK;
}

static int newest_first(const void *a, const void *b)
{
    const Found *x = a;
    const Found *y = b;
    return (y->saved_at.ms > x->saved_at.ms) - (y->saved_at.ms < x->saved_at.ms);
}

// The same part can wait twice: as typing, and as the form of a session that ended.
static bool told(const Found *found, size_t count, const Found *one)
{
    for (size_t i = 0; i < count; i++) {
        if (found[i].person.v == one->person.v && str_eq(found[i].rest, one->rest)) return true;
    }
    return false;
}

// Keeps the newest that may still be opened, in place.
static Err keep_open(Ctx *c, Found *found, size_t count, UnsavedWork *out)
{
    for (size_t i = 0; i < count && !out->more; i++) {
        bool opens = false;
        if (told(found, out->count, &found[i])) continue;
        TRY(access_opens(c, found[i].person, CLASS_CARE, MODE_WRITE, &opens));
        if (!opens) continue;
        out->more = out->count == UNSAVED_SHOWN_MAX;
        if (!out->more) found[out->count++] = found[i];
    }
    return ERR_OK;
}

Err record_unsaved(Ctx *c, UnsavedWork *out)
{
    Found *found = ARENA_ARRAY(c->arena, Found, FOUND_MAX);
    size_t count = 0;
    *out = (UnsavedWork){0};
    TRY(find_all(c, found, &count));
    if (count == 0) return ERR_OK;
    qsort(found, count, sizeof *found, newest_first);
    TRY(keep_open(c, found, count, out));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, out->count);
    for (size_t i = 0; i < out->count; i++) ids[i] = found[i].person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, out->count, &persons));
    out->rows = ARENA_ARRAY(c->arena, Unsaved, out->count);
    for (size_t i = 0; i < out->count; i++) {
        out->rows[i] = (Unsaved){
            .person = persons[i],
            .what = found[i].what,
            .at = instant_long(c->arena, found[i].saved_at),
            .href = arena_fmt(c->arena, PEOPLE STR_FMT "/" STR_FMT, STR_ARG(persons[i].ref),
                              STR_ARG(found[i].rest)),
        };
    }
    return ERR_OK;
}
