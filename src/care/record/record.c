// record.c -- what other rooms know about a person, in one order of time.
#include "care/record/record.h"

#include "base/utf8.h"
#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "care/task/task.h"
#include "insight/population/population.h"

enum { FIRST_WORDS_CHARS = 240, MINUTES_OF_HOUR = 60 };

static Moment *add(Ctx *c, Timeline *t)
{
    ARENA_GROW(c->arena, t->moments, t->count, &t->cap);
    Moment *m = &t->moments[t->count++];
    *m = (Moment){.minute = -1};
    return m;
}

static void set_time(Moment *m, Instant at)
{
    int hour = 0;
    int minute = 0;
    instant_london_clock(at, &hour, &minute);
    m->day = instant_date_london(at);
    m->minute = hour * MINUTES_OF_HOUR + minute;
}

// The first words of a note: whole code points, with dots where it goes on.
static Str first_words(Ctx *c, Str text)
{
    size_t at = 0;
    for (size_t chars = 0; at < text.len && chars < FIRST_WORDS_CHARS; chars++) {
        uint32_t point = 0;
        at += utf8_next(text, at, &point);
    }
    if (at >= text.len) return text;
    return arena_fmt(c->arena, STR_FMT "…", STR_ARG(str_slice(text, 0, at)));
}

static Str person_path(Ctx *c, Str ref, const char *rest)
{
    return arena_fmt(c->arena, "/people/" STR_FMT "%s", STR_ARG(ref), rest);
}

typedef struct Asked { // what a timeline is read for
    const Grant *grant;
    Instant before;
    int kind; // a MomentKind, or -1 for all
} Asked;

// What stands before the oldest of a full list was not read: told where that kind is shown.
static void begins_on(Timeline *t, const Asked *asked, MomentKind kind, Instant oldest)
{
    Date day = instant_date_london(oldest);
    if (asked->kind >= 0 && asked->kind != (int)kind) return;
    if (date_is_none(t->whole_from) || date_cmp(day, t->whole_from) > 0) t->whole_from = day;
}

static Err add_contacts(Ctx *c, const Asked *asked, Str ref, Timeline *t)
{
    Contact *contacts = NULL;
    size_t count = 0;
    TRY(contact_before(c, asked->grant, asked->before, &contacts, &count));
    if (count == CONTACTS_OF_PERSON_MAX) {
        begins_on(t, asked, MOMENT_CONTACT, contacts[count - 1].at);
    }
    for (size_t i = 0; i < count; i++) {
        const Contact *k = &contacts[i];
        Moment *m = add(c, t);
        set_time(m, k->at);
        m->kind = MOMENT_CONTACT;
        m->home = k->mode == CONTACT_HOME_VISIT;
        Str mode = str_from_c(contact_mode_name(k->mode));
        bool spoke = k->outcome == CONTACT_SPOKE;
        m->title = k->minutes > 0 && spoke
                       ? arena_fmt(c->arena, STR_FMT ", %d %s", STR_ARG(mode), k->minutes,
                                   k->minutes == 1 ? "minute" : "minutes")
                       : arena_fmt(c->arena, STR_FMT ": %s", STR_ARG(mode),
                                   contact_outcome_name(k->outcome));
        if (k->in_error) {
            m->title = arena_fmt(c->arena, STR_FMT " (entered in error)", STR_ARG(m->title));
        }
        m->meta = k->by_name;
        m->text = first_words(c, k->done.len > 0 ? k->done : k->own_words);
        m->href = arena_fmt(c->arena, STR_FMT "/" STR_FMT,
                            STR_ARG(person_path(c, ref, "/contacts")), STR_ARG(k->ref));
        m->link = STR("Read note");
    }
    return ERR_OK;
}

static Err add_plans(Ctx *c, const Grant *grant, Str ref, Timeline *t)
{
    PlanEvent *plans = NULL;
    size_t count = 0;
    TRY(plan_events(c, grant, &plans, &count));
    for (size_t i = 0; i < count; i++) {
        Moment *m = add(c, t);
        set_time(m, plans[i].at);
        m->kind = MOMENT_PLAN;
        m->title = arena_fmt(c->arena, "Plan version %d agreed", plans[i].number);
        m->meta = plans[i].by;
        m->text = plans[i].how;
        m->href = person_path(c, ref, "/plan");
        m->link = STR("Open plan");
    }
    return ERR_OK;
}

static Err add_tasks(Ctx *c, const Asked *asked, Timeline *t)
{
    Task *tasks = NULL;
    size_t count = 0;
    TRY(task_done_before(c, asked->grant, asked->before, &tasks, &count));
    if (count == TASKS_OF_PERSON_MAX) begins_on(t, asked, MOMENT_TASK, tasks[count - 1].done_at);
    for (size_t i = 0; i < count; i++) {
        Moment *m = add(c, t);
        set_time(m, tasks[i].done_at);
        m->kind = MOMENT_TASK;
        m->title = arena_fmt(c->arena, "Done: " STR_FMT, STR_ARG(tasks[i].what));
        m->meta = tasks[i].owner_name;
        m->text = tasks[i].detail;
    }
    return ERR_OK;
}

static void add_case_moment(Ctx *c, Timeline *t, Instant at, const char *title, Str meta, Str text)
{
    if (at.ms == 0) return;
    Moment *m = add(c, t);
    set_time(m, at);
    m->kind = MOMENT_CASE;
    m->title = str_from_c(title);
    m->meta = meta;
    m->text = text;
}

static Err add_case(Ctx *c, const Grant *grant, Timeline *t)
{
    Case k;
    Err err = case_of_person(c, grant, &k);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    add_case_moment(c, t, k.offered_at, "Support offered", k.lead_name, STR(""));
    add_case_moment(c, t, k.accepted_at, "Support accepted", k.lead_name, STR(""));
    add_case_moment(c, t, k.closed_at, "Support ended", k.lead_name, k.end_reason);
    return ERR_OK;
}

// ---- coded facts: those of one day and kind are one entry

static MomentKind kind_of(EventKind kind)
{
    switch (kind) {
    case EVENT_ENCOUNTER:
    case EVENT_PROCEDURE:
    case EVENT_CARE_PLAN: return MOMENT_VISIT;
    case EVENT_MEDICINE:
    case EVENT_IMMUNISATION: return MOMENT_MEDICINE;
    case EVENT_CONDITION:
    case EVENT_OBSERVATION:
    case EVENT_ALLERGY: return MOMENT_FACT;
    }
    return MOMENT_FACT;
}

static const char *event_noun(EventKind kind)
{
    static const char *const NOUNS[] = {
        "entries",   "conditions",   "measurements", "procedures", "visits",
        "medicines", "vaccinations", "allergies",    "care plans",
    };
    return (size_t)kind < COUNT_OF(NOUNS) ? NOUNS[kind] : NOUNS[0];
}

static Str event_line(Ctx *c, const Event *e)
{
    Str term = e->term.len > 0 ? e->term : e->code;
    if (!e->has_value) return term;
    return arena_fmt(c->arena, STR_FMT ": %.6g%s" STR_FMT, STR_ARG(term), e->value,
                     e->unit.len > 0 ? " " : "", STR_ARG(e->unit));
}

// "2 March 2026: Amlodipine": the day of each, since the entry stands for a month.
static Str medicine_line(Ctx *c, const Event *e)
{
    return arena_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(date_long(c->arena, e->on)),
                     STR_ARG(event_line(c, e)));
}

static Str month_of(Ctx *c, Date day)
{
    Str whole = date_long(c->arena, day); // "2 March 2026"
    size_t space = 0;
    return str_find(whole, STR(" "), &space) ? str_slice(whole, space + 1, whole.len) : whole;
}

static void fold(Ctx *c, Moment *m)
{
    const Event *events = m->events;
    size_t count = m->event_count;
    bool medicines = events[0].kind == EVENT_MEDICINE;
    if (count == 1) {
        m->title = event_line(c, &events[0]);
        return;
    }
    m->title = medicines ? arena_fmt(c->arena, "Medicines in " STR_FMT ": %zu entries",
                                     STR_ARG(month_of(c, m->day)), count)
                         : arena_fmt(c->arena, "%zu %s", count, event_noun(events[0].kind));
    size_t lines = count < MOMENT_LINES_MAX ? count : MOMENT_LINES_MAX;
    Str *list = ARENA_ARRAY(c->arena, Str, lines);
    for (size_t i = 0; i < lines; i++) {
        list[i] = medicines ? medicine_line(c, &events[i]) : event_line(c, &events[i]);
    }
    if (lines < count) {
        list[lines - 1] = arena_fmt(c->arena, "and %zu more", count - lines + 1);
    }
    m->lines = list;
    m->line_count = lines;
}

void record_words(Ctx *c, Moment *moments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (moments[i].events != NULL && moments[i].title.len == 0) fold(c, &moments[i]);
    }
}

// Kinds apart, each newest first as all of them came.
static Event *by_kind(Ctx *c, const Event *events, size_t count)
{
    Event *sorted = arena_alloc_raw(c->arena, count * sizeof *sorted);
    size_t placed = 0;
    for (int kind = EVENT_CONDITION; kind <= EVENT_CARE_PLAN; kind++) {
        for (size_t i = 0; i < count; i++) {
            if ((int)events[i].kind == kind) sorted[placed++] = events[i];
        }
    }
    assert(placed == count);
    return sorted;
}

static bool one_entry(const Event *a, const Event *b)
{
    if (a->kind != b->kind) return false;
    if (date_cmp(a->on, b->on) == 0) return true;
    if (a->kind != EVENT_MEDICINE || date_is_none(a->on) || date_is_none(b->on)) return false;
    int year[2];
    int month[2];
    int day = 0;
    bool read = date_to_ymd(a->on, &year[0], &month[0], &day) &&
                date_to_ymd(b->on, &year[1], &month[1], &day);
    return read && year[0] == year[1] && month[0] == month[1];
}

static Err add_events(Ctx *c, PersonId person, Timeline *t)
{
    if (!access_may(c, CLASS_CLINICAL, MODE_READ)) {
        t->facts_hidden = true;
        return ERR_OK;
    }
    const Grant *grant = NULL;
    TRY(access_grant(c, person, CLASS_CLINICAL, MODE_READ, &grant));
    Event *events = NULL;
    size_t count = 0;
    TRY(event_of_person(c, grant, (EventKind)0, EVENTS_OF_PERSON_MAX, &events, &count));
    t->facts_older = count == EVENTS_OF_PERSON_MAX;
    events = by_kind(c, events, count);
    for (size_t from = 0, until = 0; from < count; from = until) {
        until = from + 1;
        while (until < count && one_entry(&events[from], &events[until])) until++;
        if (date_is_none(events[from].on)) continue; // no day: stands under key facts
        Moment *m = add(c, t);
        m->day = events[from].on;
        m->kind = kind_of(events[from].kind);
        m->meta = STR("from the practice's record");
        m->events = &events[from];
        m->event_count = until - from;
    }
    return ERR_OK;
}

static int newest_first(const void *a, const void *b)
{
    const Moment *x = a;
    const Moment *y = b;
    int order = date_cmp(y->day, x->day);
    if (order != 0) return order;
    if (x->minute != y->minute) return y->minute - x->minute;
    return (int)x->kind - (int)y->kind;
}

static bool contains(Ctx *c, Str text, Str key)
{
    size_t at = 0;
    return text.len > 0 && str_find(utf8_key(c->arena, text), key, &at);
}

static bool fits(Ctx *c, const Moment *m, const MomentFilter *filter, Str key)
{
    if (filter->short_list && m->kind == MOMENT_MEDICINE) return false;
    if (filter->kind >= 0 && m->kind != (MomentKind)filter->kind) return false;
    if (key.len == 0) return true;
    if (contains(c, m->title, key) || contains(c, m->text, key) || contains(c, m->meta, key)) {
        return true;
    }
    for (size_t i = 0; i < m->line_count; i++) {
        if (contains(c, m->lines[i], key)) return true;
    }
    return false;
}

static Err add_all(Ctx *c, const Grant *grant, const MomentFilter *filter, Timeline *t)
{
    Person p;
    const Date *until = filter->until;
    Asked asked = {.grant = grant,
                   .before =
                       until == NULL ? (Instant){INT64_MAX} : date_begins(date_add_days(*until, 1)),
                   .kind = filter->kind};
    TRY(person_get(c, grant, &p));
    TRY(add_contacts(c, &asked, p.ref, t));
    TRY(add_plans(c, grant, p.ref, t));
    TRY(add_tasks(c, &asked, t));
    TRY(add_case(c, grant, t));
    return add_events(c, p.id, t);
}

static void drop_after(Timeline *t, Date until)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (date_cmp(t->moments[i].day, until) <= 0) t->moments[kept++] = t->moments[i];
    }
    t->count = kept;
}

Err record_timeline(Ctx *c, const Grant *grant, const MomentFilter *filter, Timeline *out)
{
    Timeline t = {.whole_from = DATE_NONE};
    TRY(add_all(c, grant, filter, &t));
    if (filter->until != NULL) drop_after(&t, *filter->until);
    if (t.count > 1) qsort(t.moments, t.count, sizeof *t.moments, newest_first);
    t.total = t.count;
    for (size_t i = 0; i < t.count; i++) t.kinds[t.moments[i].kind]++;
    Str key = utf8_key(c->arena, filter->text);
    if (key.len > 0) record_words(c, t.moments, t.count); // they are looked through
    size_t kept = 0;
    for (size_t i = 0; i < t.count; i++) {
        if (fits(c, &t.moments[i], filter, key)) t.moments[kept++] = t.moments[i];
    }
    t.count = kept;
    *out = t;
    return ERR_OK;
}
