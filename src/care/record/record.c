// record.c -- what other rooms know about a person, in one order of time.
#include "base/utf8.h"
#include "care/record/record_read.h"
#include "insight/population/population.h"

enum { FIRST_WORDS_CHARS = 240, MINUTES_OF_HOUR = 60, DAYS_OF_MONTH_MAX = 31 };

static Moment *add(Ctx *c, Timeline *t)
{
    ARENA_GROW(c->arena, t->moments, t->count, &t->cap);
    Moment *m = &t->moments[t->count++];
    *m = (Moment){.minute = -1};
    return m;
}

// Room for so many more, written to only as they are added: somebody has hundreds of events, and a
// list that doubles is copied and cleared again each time.
static void make_room(Ctx *c, Timeline *t, size_t more)
{
    if (more <= t->cap - t->count) return;
    Moment *moments = arena_alloc_raw(c->arena, (t->count + more) * sizeof *moments);
    if (t->count > 0) memcpy(moments, t->moments, t->count * sizeof *moments);
    t->moments = moments;
    t->cap = t->count + more;
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

// What stands before the oldest of a full list was not read: told where that kind is shown.
static void begins_on(Timeline *t, int asked, MomentKind kind, Instant oldest)
{
    Date day = instant_date_london(oldest);
    if (asked >= 0 && asked != (int)kind) return;
    if (date_is_none(t->whole_from) || date_cmp(day, t->whole_from) > 0) t->whole_from = day;
}

// asked: a MomentKind, or -1 for all.
static void say_begin(const RecordRead *read, int asked, Timeline *t)
{
    if (read->contact_count == CONTACTS_OF_PERSON_MAX) {
        begins_on(t, asked, MOMENT_CONTACT, read->contacts[read->contact_count - 1].at);
    }
    if (read->done_count == TASKS_OF_PERSON_MAX) {
        begins_on(t, asked, MOMENT_TASK, read->done[read->done_count - 1].done_at);
    }
}

static void add_contacts(Ctx *c, const RecordRead *read, Timeline *t)
{
    for (size_t i = 0; i < read->contact_count; i++) {
        const Contact *k = &read->contacts[i];
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
        m->href =
            arena_fmt(c->arena, STR_FMT "/contacts/" STR_FMT, STR_ARG(read->base), STR_ARG(k->ref));
        m->link = STR("Read note");
    }
}

static void add_plans(Ctx *c, const RecordRead *read, Timeline *t)
{
    for (size_t i = 0; i < read->plan_count; i++) {
        const PlanEvent *plan = &read->plans[i];
        Moment *m = add(c, t);
        set_time(m, plan->at);
        m->kind = MOMENT_PLAN;
        m->title = arena_fmt(c->arena, "Plan version %d agreed", plan->number);
        m->meta = plan->by;
        m->text = plan->how;
        m->href = arena_fmt(c->arena, STR_FMT "/plan", STR_ARG(read->base));
        m->link = STR("Open plan");
    }
}

static void add_tasks(Ctx *c, const RecordRead *read, Timeline *t)
{
    for (size_t i = 0; i < read->done_count; i++) {
        const Task *task = &read->done[i];
        Moment *m = add(c, t);
        set_time(m, task->done_at);
        m->kind = MOMENT_TASK;
        m->title = arena_fmt(c->arena, "Done: " STR_FMT, STR_ARG(task->what));
        m->meta = task->owner_name;
        m->text = task->detail;
    }
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

static void add_case(Ctx *c, const RecordRead *read, Timeline *t)
{
    const Case *k = &read->support;
    if (!read->has_case) return;
    add_case_moment(c, t, k->offered_at, "Support offered", k->lead_name, STR(""));
    add_case_moment(c, t, k->accepted_at, "Support accepted", k->lead_name, STR(""));
    add_case_moment(c, t, k->closed_at, "Support ended", k->lead_name, k->end_reason);
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
    bool says = e->answer.len > 0; // beside a number: of a score, who worked it out
    if (!e->has_value) {
        if (!says) return term;
        return arena_fmt(c->arena, STR_FMT ": " STR_FMT, STR_ARG(term), STR_ARG(e->answer));
    }
    return arena_fmt(c->arena, STR_FMT ": %.6g%s" STR_FMT "%s" STR_FMT "%s", STR_ARG(term),
                     e->value, e->unit.len > 0 ? " " : "", STR_ARG(e->unit), says ? " (" : "",
                     STR_ARG(e->answer), says ? ")" : "");
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

static bool wants_words(const Moment *m)
{
    return m->rows != NULL && m->events == NULL;
}

// Of all of them at once: their codes are few and repeat.
static Err read_words(Ctx *c, Moment *moments, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        total += wants_words(&moments[i]) ? moments[i].event_count : 0;
    }
    if (total == 0) return ERR_OK;
    EventRow *rows = arena_alloc_raw(c->arena, total * sizeof *rows);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const Moment *m = &moments[i];
        if (!wants_words(m)) continue;
        memcpy(&rows[at], m->rows, m->event_count * sizeof *rows);
        at += m->event_count;
    }
    Event *events = NULL;
    TRY(event_words(c, rows, total, &events));
    at = 0;
    for (size_t i = 0; i < count; i++) {
        if (!wants_words(&moments[i])) continue;
        moments[i].events = &events[at];
        at += moments[i].event_count;
    }
    return ERR_OK;
}

Err record_words(Ctx *c, Moment *moments, size_t count)
{
    TRY(read_words(c, moments, count));
    for (size_t i = 0; i < count; i++) {
        if (moments[i].events != NULL && moments[i].title.len == 0) fold(c, &moments[i]);
    }
    return ERR_OK;
}

// Kinds apart, each newest first as all of them came.
static EventRow *by_kind(Ctx *c, const EventRow *rows, size_t count)
{
    size_t place[UINT8_MAX + 2] = {0}; // of the first of each kind
    EventRow *sorted = arena_alloc_raw(c->arena, count * sizeof *sorted);
    for (size_t i = 0; i < count; i++) place[rows[i].kind + 1]++;
    for (size_t kind = 1; kind < COUNT_OF(place); kind++) place[kind] += place[kind - 1];
    for (size_t i = 0; i < count; i++) sorted[place[rows[i].kind]++] = rows[i];
    return sorted;
}

static Date day_of(const EventRow *row)
{
    return row->day == INT32_MIN ? DATE_NONE : (Date){row->day};
}

static bool one_entry(const EventRow *a, const EventRow *b)
{
    if (a->kind != b->kind) return false;
    if (a->day == b->day) return true;
    if (a->kind != EVENT_MEDICINE || a->day == INT32_MIN || b->day == INT32_MIN) return false;
    if (labs((long)a->day - b->day) > DAYS_OF_MONTH_MAX) return false;
    int year[2];
    int month[2];
    int day = 0;
    bool read = date_to_ymd(day_of(a), &year[0], &month[0], &day) &&
                date_to_ymd(day_of(b), &year[1], &month[1], &day);
    return read && year[0] == year[1] && month[0] == month[1];
}

static Err add_events(Ctx *c, const RecordRead *read, Timeline *t)
{
    if (read->clinical == NULL) {
        t->facts_hidden = true;
        return ERR_OK;
    }
    EventRow *rows = NULL;
    size_t count = 0;
    TRY(event_rows_of_person(c, read->clinical, (EventKind)0, EVENTS_OF_PERSON_MAX, &rows, &count));
    t->facts_older = count == EVENTS_OF_PERSON_MAX;
    rows = by_kind(c, rows, count);
    make_room(c, t, count);
    for (size_t from = 0, until = 0; from < count; from = until) {
        until = from + 1;
        while (until < count && one_entry(&rows[from], &rows[until])) until++;
        if (rows[from].day == INT32_MIN) continue; // no day: stands under key facts
        Moment *m = add(c, t);
        m->day = day_of(&rows[from]);
        m->kind = kind_of((EventKind)rows[from].kind);
        m->meta = STR("from the practice's record");
        m->rows = &rows[from];
        m->event_count = until - from;
    }
    return ERR_OK;
}

// Places are put in order, not the entries, which are large.
static int newest_first(const void *a, const void *b)
{
    const Moment *x = *(const Moment *const *)a;
    const Moment *y = *(const Moment *const *)b;
    int order = date_cmp(y->day, x->day);
    if (order != 0) return order;
    if (x->minute != y->minute) return y->minute - x->minute;
    if (x->kind != y->kind) return (int)x->kind - (int)y->kind;
    return x < y ? -1 : x > y; // as they were added
}

// The newest `limit` of them to the front, in order: few of many, so each goes to its place.
static void few_first(const Moment **places, size_t count, size_t limit)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const Moment *m = places[i];
        if (n == limit && newest_first(&m, &places[n - 1]) > 0) continue;
        size_t at = n < limit ? n++ : n - 1;
        for (; at > 0 && newest_first(&m, &places[at - 1]) < 0; at--) places[at] = places[at - 1];
        places[at] = m;
    }
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

static Err read_clinical(Ctx *c, RecordRead *read)
{
    if (!access_may(c, CLASS_CLINICAL, MODE_READ)) return ERR_OK;
    return access_also(c, read->grant, CLASS_CLINICAL, MODE_READ, &read->clinical);
}

static Err read_case(Ctx *c, RecordRead *read)
{
    Err err = case_of_person(c, read->grant, &read->support);
    read->has_case = err == ERR_OK;
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

Err record_read(Ctx *c, const Grant *grant, Str ref, const Date *until, RecordRead *out)
{
    RecordRead read = {.grant = grant};
    Instant before = until == NULL ? (Instant){INT64_MAX} : date_begins(date_add_days(*until, 1));
    read.base = arena_fmt(c->arena, "/people/" STR_FMT, STR_ARG(ref));
    TRY(contact_before(c, grant, before, &read.contacts, &read.contact_count));
    TRY(plan_events(c, grant, &read.plans, &read.plan_count));
    TRY(task_done_before(c, grant, before, &read.done, &read.done_count));
    TRY(read_case(c, &read));
    TRY(read_clinical(c, &read));
    *out = read;
    return ERR_OK;
}

// Those that fit, newest first.
static void keep(Ctx *c, Timeline *t, const MomentFilter *filter, Str key)
{
    const Moment **places = arena_alloc_raw(c->arena, t->count * sizeof(const Moment *));
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (fits(c, &t->moments[i], filter, key)) places[kept++] = &t->moments[i];
    }
    if (filter->newest > 0 && filter->newest < kept) {
        few_first(places, kept, filter->newest);
        kept = filter->newest;
    } else if (kept > 1) {
        qsort(places, kept, sizeof(const Moment *), newest_first);
    }
    Moment *sorted = arena_alloc_raw(c->arena, kept * sizeof *sorted);
    for (size_t i = 0; i < kept; i++) sorted[i] = *places[i];
    t->moments = sorted;
    t->count = kept;
}

static void drop_after(Timeline *t, Date until)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->count; i++) {
        if (date_cmp(t->moments[i].day, until) <= 0) t->moments[kept++] = t->moments[i];
    }
    t->count = kept;
}

Err record_timeline_of(Ctx *c, const RecordRead *read, const MomentFilter *filter, Timeline *out)
{
    Timeline t = {.whole_from = DATE_NONE};
    say_begin(read, filter->kind, &t);
    add_contacts(c, read, &t);
    add_plans(c, read, &t);
    add_tasks(c, read, &t);
    add_case(c, read, &t);
    TRY(add_events(c, read, &t));
    if (filter->until != NULL) drop_after(&t, *filter->until);
    t.total = t.count;
    for (size_t i = 0; i < t.count; i++) t.kinds[t.moments[i].kind]++;
    Str key = utf8_key(c->arena, filter->text);
    if (key.len > 0) TRY(record_words(c, t.moments, t.count)); // they are looked through
    keep(c, &t, filter, key);
    *out = t;
    return ERR_OK;
}

Err record_timeline(Ctx *c, const Grant *grant, const MomentFilter *filter, Timeline *out)
{
    Person p;
    RecordRead read;
    TRY(person_get(c, grant, &p));
    TRY(record_read(c, grant, p.ref, filter->until, &read));
    return record_timeline_of(c, &read, filter, out);
}
