// record_web.c -- the overview of a person and the whole timeline.
#include "base/utf8.h"
#include "care/record/record_pages.h"
#include "core/draft.h"
#include "core/form.h"
#include "insight/cohort/cohort.h"
#include "insight/population/population.h"
#include "record_overview_page.h"
#include "record_timeline_page.h"

static const char *const TYPE_WORDS[] = {"",     "contacts", "plan",  "tasks",
                                         "case", "visits",   "facts", "medicines"};
static const char *const TYPE_LABELS[] = {"Everything",
                                          "Contacts and visits",
                                          "Plan changes",
                                          "Tasks done",
                                          "Support",
                                          "Practice and hospital visits",
                                          "Conditions and measurements",
                                          "Medicines and vaccinations"};

UiIcon moment_icon(const Moment *m)
{
    static const UiIcon ICONS[MOMENT_COUNT] = {
        [MOMENT_CONTACT] = ICON_PHONE, [MOMENT_PLAN] = ICON_DOCUMENT,  [MOMENT_TASK] = ICON_TICK,
        [MOMENT_CASE] = ICON_PEOPLE,   [MOMENT_VISIT] = ICON_HOSPITAL, [MOMENT_FACT] = ICON_CHART,
        [MOMENT_MEDICINE] = ICON_PILL,
    };
    return m->kind == MOMENT_CONTACT && m->home ? ICON_HOME : ICONS[m->kind];
}

Str moment_colour(MomentKind kind)
{
    static const char *const COLOURS[MOMENT_COUNT] = {
        [MOMENT_CONTACT] = "green",   [MOMENT_PLAN] = "purple", [MOMENT_TASK] = "blue",
        [MOMENT_CASE] = "pink",       [MOMENT_VISIT] = "red",   [MOMENT_FACT] = "blue",
        [MOMENT_MEDICINE] = "purple",
    };
    return str_from_c(COLOURS[kind]);
}

Str moment_meta(Arena *arena, const Moment *m)
{
    if (m->minute < 0) return m->meta;
    return arena_fmt(arena, "%02d:%02d, " STR_FMT, m->minute / 60, m->minute % 60,
                     STR_ARG(m->meta));
}

static Err group_days(Ctx *c, Moment *moments, size_t count, RecordDay **out, size_t *count_out)
{
    TRY(record_words(c, moments, count));
    RecordDay *days = ARENA_ARRAY(c->arena, RecordDay, count);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (n == 0 || date_cmp(days[n - 1].day, moments[i].day) != 0) {
            days[n++] = (RecordDay){moments[i].day, &moments[i], 0};
        }
        days[n - 1].count++;
    }
    *out = days;
    *count_out = n;
    return ERR_OK;
}

// The choice of kinds, each with how many entries it opens.
static UiField type_field(Ctx *c, int kind, const Timeline *t)
{
    UiOption *options = ui_options(c->arena, TYPE_WORDS, TYPE_LABELS, COUNT_OF(TYPE_WORDS));
    for (size_t i = 0; i < COUNT_OF(TYPE_WORDS); i++) {
        size_t count = i == 0 ? t->total : t->kinds[i - 1];
        options[i].text = arena_fmt(c->arena, "%s (%zu)", TYPE_LABELS[i], count);
    }
    return (UiField){.name = STR("type"),
                     .label = STR("Show"),
                     .value = str_from_c(TYPE_WORDS[kind + 1]),
                     .options = options,
                     .option_count = COUNT_OF(TYPE_WORDS)};
}

// "type" of a query or form as a MomentKind, -1 for all.
static int kind_of_word(Str word)
{
    for (size_t i = 1; i < COUNT_OF(TYPE_WORDS); i++) {
        if (str_eq(word, str_from_c(TYPE_WORDS[i]))) return (int)i - 1;
    }
    return -1;
}

// ---- the overview

static Err fill_tasks(Ctx *c, RecordPage *m)
{
    Task *tasks = NULL;
    TRY(task_of_person(c, m->read.grant, true, &tasks, &m->task_total));
    m->task_count = m->task_total < RECORD_TASKS_SHOWN ? m->task_total : RECORD_TASKS_SHOWN;
    for (size_t i = 0; i < m->task_count; i++) {
        const Task *t = &tasks[i];
        Str href =
            arena_fmt(c->arena, STR_FMT "/tasks/" STR_FMT, STR_ARG(m->read.base), STR_ARG(t->ref));
        m->tasks[i] = (RecordTask){
            .task = t,
            .due = ui_due_of(c->arena, t->due, t->due_minutes, false, c->today),
            .href = href,
            .done_action = arena_fmt(c->arena, STR_FMT "/done", STR_ARG(href)),
        };
        TRY(record_task_from(c, &m->read, &m->tasks[i]));
    }
    return ERR_OK;
}

static Err fill_plan(Ctx *c, const Grant *grant, RecordPage *m)
{
    TRY(plan_summary(c, grant, &m->plan));
    const PlanSummary *p = &m->plan;
    if (!p->has_agreed) {
        if (p->has_draft) m->plan_line = STR("A plan is being written and is not agreed yet.");
        return ERR_OK;
    }
    m->plan_line = arena_fmt(c->arena, "%d %s, %d %s: %d done, %d late. Plan agreed " STR_FMT ".",
                             p->goals, p->goals == 1 ? "goal" : "goals", p->actions,
                             p->actions == 1 ? "action" : "actions", p->actions_done,
                             p->actions_late, STR_ARG(date_long(c->arena, p->agreed_on)));
    m->review = ui_due_of(c->arena, p->review, -1, false, c->today);
    if (m->review.state != DUE_NONE) {
        m->review.text = arena_fmt(c->arena, "Review: " STR_FMT, STR_ARG(m->review.text));
        if (m->review.full.len > 0) {
            m->review.full = arena_fmt(c->arena, "Review: " STR_FMT, STR_ARG(m->review.full));
        }
    }
    return ERR_OK;
}

static void fact(RecordPage *m, const char *key, Str value, const char *missing)
{
    if (m->fact_count == RECORD_FACTS_MAX) return;
    m->facts[m->fact_count++] =
        (UiPair){.key = str_from_c(key), .value = value, .missing = str_from_c(missing)};
}

static void split_reasons(RecordPage *m)
{
    Str rest = m->read.support.reasons;
    Str line = {0};
    while (m->reason_count < RECORD_REASONS_MAX && str_split(&rest, '\n', &line)) {
        if (str_starts(line, CASE_FACT_MARK)) {
            m->more_reasons = true;
        } else if (str_trim(line).len > 0) {
            m->reasons[m->reason_count++] = str_trim(line);
        }
    }
}

static Err fill_cohort(Ctx *c, RecordPage *m)
{
    if (m->read.support.cohort.len == 0) return ERR_OK;
    return cohort_name(c, m->read.support.cohort, &m->cohort_name);
}

static Err fill_case(Ctx *c, RecordPage *m)
{
    const Case *k = &m->read.support;
    if (!m->read.has_case) {
        m->caption = STR("Not on a caseload");
        return ERR_OK;
    }
    if (k->state == CASE_OPEN) {
        m->caption = arena_fmt(c->arena, "On " STR_FMT "'s caseload since " STR_FMT ". Stage: %s.",
                               STR_ARG(k->lead_name),
                               STR_ARG(date_long(c->arena, instant_date_london(k->accepted_at))),
                               case_stage_name(k->stage));
    } else {
        m->caption = arena_fmt(c->arena, "Support: %s", case_state_name(k->state));
    }
    m->priority = str_from_c(case_priority_name(k->priority));
    m->priority_tone = k->priority == PRIORITY_HIGH     ? TONE_ALERT
                       : k->priority == PRIORITY_MEDIUM ? TONE_WARN
                                                        : TONE_PLAIN;
    fact(m, "Coordinator", k->lead_name, "Nobody yet");
    fact(m, "Supervising GP", k->supervisor_name, "Nobody yet");
    split_reasons(m);
    return fill_cohort(c, m);
}

// "Diabetes; Heart failure": COPD and the like keep their capitals, so each name begins anew.
static Str conditions_line(Arena *arena, const Str *names, size_t count)
{
    Str line = STR("");
    for (size_t i = 0; i < count; i++) {
        line = arena_fmt(arena, STR_FMT "%s" STR_FMT, STR_ARG(line), i > 0 ? "; " : "",
                         STR_ARG(names[i]));
    }
    return line;
}

// Worked out from the practice's coded record, so only for roles that may see that.
static Err fill_coded(Ctx *c, RecordPage *m)
{
    if (m->read.clinical == NULL) return ERR_OK;
    CodedSummary coded;
    Err err = coded_summary(c, m->read.clinical, &coded);
    if (err == ERR_BUSY || err == ERR_NOT_FOUND) {
        fact(m, "Frailty (eFI)", STR(""), "Being worked out");
        fact(m, "Long-term conditions", STR(""), "Being worked out");
        return ERR_OK;
    }
    TRY(err);
    fact(m, "Frailty (eFI)",
         arena_fmt(c->arena, "%.2f, " STR_FMT " (%d of 36 deficits)", coded.deficits / 36.0,
                   STR_ARG(coded.band), coded.deficits),
         "");
    fact(m, "Long-term conditions",
         conditions_line(c->arena, coded.conditions, coded.condition_count), "None recorded");
    return ERR_OK;
}

static Err fill_seen(Ctx *c, PersonId person, RecordPage *m)
{
    Opener last;
    Err err = access_opened(c, person, &last);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    m->last_seen = arena_fmt(c->arena, STR_FMT ", " STR_FMT, STR_ARG(last.name),
                             STR_ARG(instant_long(c->arena, last.at)));
    return ERR_OK;
}

static Err fill_links(Ctx *c, RecordPage *m)
{
    bool opens = false;
    TRY(access_opens(c, m->frame.person.id, CLASS_COHORT, MODE_READ, &opens));
    m->asks_cohorts = opens && ctx_can(c, CAP_COHORT_VIEW);
    m->add_task = arena_fmt(c->arena, STR_FMT "/tasks/new", STR_ARG(m->read.base));
    m->add_contact = arena_fmt(c->arena, STR_FMT "/contacts/new", STR_ARG(m->read.base));
    m->timeline_href = arena_fmt(c->arena, STR_FMT "/timeline", STR_ARG(m->read.base));
    m->may_contact = ctx_can(c, CAP_CONTACT_RECORD);
    m->may_task = ctx_can(c, CAP_TASK_CHANGE) && access_may(c, CLASS_CARE, MODE_WRITE);
    m->may_plan = ctx_can(c, CAP_PLAN_VIEW);
    m->may_offer = ctx_can(c, CAP_CASELOAD_CHANGE);
    return ERR_OK;
}

static Err fill_timeline(Ctx *c, RecordPage *m)
{
    Timeline t;
    MomentFilter filter = {.kind = -1, .short_list = true, .newest = RECORD_MOMENTS_SHOWN};
    TRY(record_timeline_of(c, &m->read, &filter, &t));
    m->moment_shown = t.count;
    TRY(group_days(c, t.moments, m->moment_shown, &m->days, &m->day_count));
    m->type = type_field(c, -1, &t);
    m->moment_total = t.total;
    m->facts_hidden = t.facts_hidden;
    return ERR_OK;
}

// The boxes beside the timeline.
static Err fill_boxes(Ctx *c, const Request *req, RecordPage *m)
{
    const Person *p = &m->frame.person;
    TRY(fill_plan(c, req->grant, m));
    TRY(fill_tasks(c, m));
    TRY(fill_case(c, m));
    TRY(fill_coded(c, m));
    fact(m, "Usual GP", p->usual_gp, "Not recorded");
    fact(m, "Language", p->language, "Not recorded");
    return fill_seen(c, p->id, m);
}

static Err overview(Ctx *c, const Request *req, Response *res)
{
    RecordPage *m = ARENA_NEW(c->arena, RecordPage);
    TRY(person_frame(c, req->grant, "overview", &m->frame));
    const Person *p = &m->frame.person;
    TRY(record_read(c, req->grant, p->ref, NULL, &m->read));
    m->called = person_called(c->arena, p);
    TRY(fill_timeline(c, m));
    TRY(fill_boxes(c, req, m));
    TRY(fill_links(c, m));
    m->page = page_of(c, person_title(c, STR("Overview"), p), "/caseload");
    record_page(&res->body, m);
    return ERR_OK;
}

// ---- the whole timeline

// until: a day like 2024-05-03, "" for all.
static Str timeline_href(Ctx *c, const TimelinePage *m, int kind, Str s, Str until)
{
    Str words = s.len > 0 ? arena_fmt(c->arena, "&s=" STR_FMT, STR_ARG(s)) : STR("");
    Str day = until.len > 0 ? arena_fmt(c->arena, "&until=" STR_FMT, STR_ARG(until)) : STR("");
    return arena_fmt(c->arena, STR_FMT "?type=%s" STR_FMT STR_FMT, STR_ARG(m->base),
                     TYPE_WORDS[kind + 1], STR_ARG(words), STR_ARG(day));
}

static void fill_filter(Ctx *c, TimelinePage *m, const MomentFilter *by, Str s, const Timeline *t)
{
    m->type = type_field(c, by->kind, t);
    m->text = (UiField){.name = STR("q"),
                        .label = STR("With the words"),
                        .value = by->text,
                        .type = STR("search"),
                        .autocomplete = STR("off")};
    m->filter = (UiFilter){
        .action = arena_fmt(c->arena, STR_FMT "/find", STR_ARG(m->base)),
        .label = STR("Filter the timeline"),
        .shown = arena_fmt(c->arena, "%zu of %zu %s.", t->count, t->total,
                           t->total == 1 ? "entry" : "entries"),
        .clear = m->filtered ? m->base : STR(""),
        .chips = m->chips,
        .columns = 3,
        .csrf = session_csrf(c),
    };
    if (by->kind >= 0) {
        m->chips[m->filter.chip_count++] = (UiFilterChip){str_from_c(TYPE_LABELS[by->kind + 1]),
                                                          timeline_href(c, m, -1, s, m->until)};
    }
    if (by->text.len > 0) {
        m->chips[m->filter.chip_count++] =
            (UiFilterChip){arena_fmt(c->arena, "Words: " STR_FMT, STR_ARG(by->text)),
                           timeline_href(c, m, by->kind, STR(""), m->until)};
    }
    if (by->until != NULL) {
        m->chips[m->filter.chip_count++] = (UiFilterChip){
            arena_fmt(c->arena, "Until " STR_FMT, STR_ARG(date_long(c->arena, *by->until))),
            timeline_href(c, m, by->kind, s, STR(""))};
    }
}

// What was cut off, from which day on, and the way to it.
static void fill_older(Ctx *c, const Timeline *t, const MomentFilter *by, Str s, TimelinePage *m)
{
    Date day = t->whole_from;
    if (date_is_none(day)) return;
    if (by->until != NULL && date_cmp(day, *by->until) >= 0) day = date_add_days(*by->until, -1);
    m->older = date_long(c->arena, t->whole_from);
    m->older_href = timeline_href(c, m, by->kind, s, date_iso(c->arena, day));
}

static Err fill_page(Ctx *c, const Request *req, const Timeline *t, TimelinePage *m)
{
    int64_t pages = (int64_t)((t->count + RECORD_PAGE_MOMENTS - 1) / RECORD_PAGE_MOMENTS);
    int64_t page = 1;
    if (!str_i64(req_query(req, "page"), 1, pages > 0 ? pages : 1, &page)) page = 1;
    size_t from = (size_t)(page - 1) * RECORD_PAGE_MOMENTS;
    size_t left = t->count - from;
    size_t shown = left < RECORD_PAGE_MOMENTS ? left : RECORD_PAGE_MOMENTS;
    TRY(group_days(c, &t->moments[from], shown, &m->days, &m->day_count));
    m->pages = (UiPages){.page = page, .pages = pages, .shown = STR("")};
    if (t->count > 0) {
        m->pages.shown = arena_fmt(c->arena, "Showing %zu to %zu of %zu, newest first.", from + 1,
                                   from + shown, t->count);
    }
    return ERR_OK;
}

// The words that were sent, kept under an opaque one; none for an old link.
static Err words_of(Ctx *c, const Request *req, Str *out)
{
    Request typed;
    Err err = draft_words(c, "timeline", req_query(req, "s"), req, &typed);
    *out = STR("");
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    // Longer words find nothing; utf8_key's reader cuts after whole code points.
    *out = utf8_cut(str_trim(form_value(&typed, "q")), RECORD_WORDS_BYTES_MAX);
    return ERR_OK;
}

static Err timeline(Ctx *c, const Request *req, Response *res)
{
    TimelinePage m = {0};
    MomentFilter filter = {.kind = kind_of_word(req_query(req, "type"))};
    RecordRead read;
    Timeline t;
    Date until;
    if (date_parse_iso(req_query(req, "until"), &until)) {
        filter.until = &until;
        m.until = date_iso(c->arena, until);
    }
    TRY(person_frame(c, req->grant, "timeline", &m.frame));
    m.base = arena_fmt(c->arena, "/people/" STR_FMT "/timeline", STR_ARG(m.frame.person.ref));
    TRY(words_of(c, req, &filter.text));
    m.filtered = filter.kind >= 0 || filter.text.len > 0 || filter.until != NULL;
    TRY(record_read(c, req->grant, m.frame.person.ref, filter.until, &read));
    TRY(record_timeline_of(c, &read, &filter, &t));
    m.facts_hidden = t.facts_hidden;
    m.facts_older = t.facts_older;
    Str s = filter.text.len > 0 ? req_query(req, "s") : STR("");
    fill_filter(c, &m, &filter, s, &t);
    TRY(fill_page(c, req, &t, &m));
    fill_older(c, &t, &filter, s, &m);
    Str own = timeline_href(c, &m, filter.kind, s, m.until);
    m.pages.href = arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(own));
    m.page = page_of(c, person_title(c, STR("Timeline"), &m.frame.person), "/caseload");
    timeline_page(&res->body, &m);
    return ERR_OK;
}

// Words may name people or what ails them: posted, and kept out of the address.
static Err find(Ctx *c, const Request *req, Response *res)
{
    Str s = STR("");
    TimelinePage m = {.base = arena_fmt(c->arena, "/people/" STR_FMT "/timeline",
                                        STR_ARG(req_param(req, "person")))};
    if (str_trim(form_value(req, "q")).len > 0) TRY(draft_keep_words(c, "timeline", req, &s));
    Date until;
    bool set = date_parse_iso(form_value(req, "until"), &until);
    Str day = set ? date_iso(c->arena, until) : STR("");
    int kind = kind_of_word(form_value(req, "type"));
    return res_redirect(c, res, timeline_href(c, &m, kind, s, day));
}

static const Route ROUTES[] = {
    ROUTE("GET", "/people/:person", overview, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW, .fields = ""),
    ROUTE("GET", "/people/:person/timeline", timeline, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = "type s q page until"),
    ROUTE("POST", "/people/:person/timeline/find", find, CAP_PERSON_VIEW, CLASS_CARE, VERB_SEARCH,
          .fields = "type q until", .flags = ROUTE_READS),
    ROUTE("GET", "/people/:person/seen", record_seen, CAP_PERSON_VIEW, CLASS_CARE, VERB_VIEW,
          .fields = "before"),
};

const Room RECORD_ROOM = {.name = "record", .routes = ROUTES, .route_count = COUNT_OF(ROUTES)};
