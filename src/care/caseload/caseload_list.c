// caseload_list.c -- the caseload as a list: gathered, filtered, sorted, written as CSV.
#include "base/csv.h"
#include "base/utf8.h"
#include "care/caseload/caseload_pages.h"
#include "work/team/team.h"

typedef struct Gathered {
    CaseloadRow *rows;
    size_t count;
} Gathered;

static Str plan_text(const PlanFact *plan)
{
    return date_is_none(plan->agreed_on) ? STR("Not agreed yet") : STR("Agreed");
}

static Str plan_note(Ctx *c, const PlanFact *plan)
{
    if (date_is_none(plan->agreed_on)) return STR("");
    if (!date_is_none(plan->review) && date_cmp(plan->review, c->today) < 0) {
        return arena_fmt(c->arena, "Review was due " STR_FMT,
                         STR_ARG(date_medium(c->arena, plan->review)));
    }
    return date_medium(c->arena, plan->agreed_on);
}

// The first reasons on one line. The facts behind them ("- ...") are for the page of the case:
// the first rule of most cohorts is an age, which alone says nothing of why.
static Str why_text(Ctx *c, const Case *k)
{
    Str rest = k->reasons;
    Str why = STR("");
    Str line = STR("");
    for (int shown = 0; shown < WHY_LINES_MAX && str_split(&rest, '\n', &line);) {
        if (str_trim(line).len == 0 || str_starts(line, CASE_FACT_MARK)) continue;
        why = why.len == 0 ? str_trim(line)
                           : arena_fmt(c->arena, STR_FMT "; " STR_FMT, STR_ARG(why),
                                       STR_ARG(str_trim(line)));
        shown++;
    }
    return why.len > 0 ? why : STR("No reason recorded");
}

static void show_row(Ctx *c, const Practice *practices, size_t practice_count, CaseloadRow *r)
{
    r->nhs = person_row_nhs(c, &r->person);
    r->age = person_row_age(c, &r->person);
    r->why = why_text(c, &r->k);
    r->plan_text = plan_text(&r->plan);
    r->plan_note = plan_note(c, &r->plan);
    bool spoke = !date_is_none(r->last.on);
    r->last_text = spoke ? date_medium(c->arena, r->last.on) : STR("Not yet");
    r->last_how = spoke ? str_from_c(contact_mode_name(r->last.mode)) : STR("");
    r->practice =
        practice_name_of(practices, practice_count, r->person.practice_id, STR("Not recorded"));
    if (r->next.ref.len > 0) {
        r->due = ui_due_of(c->arena, r->next.due, r->next.due_minutes, false, c->today);
    }
}

static Err cases_of(Ctx *c, bool team, Case **out, size_t *count_out)
{
    if (!team) return case_mine(c, out, count_out);
    return team_within(c, 0) ? case_standing(c, out, count_out)
                             : case_standing_near(c, out, count_out);
}

// What the views are told apart by: no names. The counts of Today need no more.
static Err gather_facts(Ctx *c, bool team, Gathered *out)
{
    Case *cases = NULL;
    size_t n = 0;
    TRY(cases_of(c, team, &cases, &n));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, n);
    for (size_t i = 0; i < n; i++) ids[i] = cases[i].person;
    ContactLast *last = NULL;
    PlanFact *plans = NULL;
    TRY(contact_last_of(c, ids, n, &last));
    TRY(plan_facts_of(c, ids, n, &plans));
    Task *next = NULL;
    TRY(task_next_of(c, ids, n, &next));
    CaseloadRow *rows = ARENA_ARRAY(c->arena, CaseloadRow, n);
    for (size_t i = 0; i < n; i++) {
        rows[i] = (CaseloadRow){.k = cases[i], .next = next[i], .last = last[i], .plan = plans[i]};
    }
    *out = (Gathered){rows, n};
    return ERR_OK;
}

// On the whole team's list: a GP sees those of their own practices and those they look after.
static bool shown_to(const Ctx *c, const CaseloadRow *r)
{
    int64_t me = c->actor.account_id;
    return team_within(c, r->person.practice_id) || r->k.lead_account == me ||
           r->k.supervisor_account == me;
}

static Err gather(Ctx *c, bool team, Gathered *out)
{
    TRY(gather_facts(c, team, out));
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, out->count);
    for (size_t i = 0; i < out->count; i++) ids[i] = out->rows[i].k.person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, out->count, &persons));
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->rows[i].person = persons[i];
        if (!team || shown_to(c, &out->rows[i])) out->rows[kept++] = out->rows[i];
    }
    out->count = kept;
    return ERR_OK;
}

static bool review_due(const CaseloadRow *r, Date today)
{
    int year = 0;
    int month = 0;
    int day = 0;
    if (date_is_none(r->plan.review) || !date_to_ymd(today, &year, &month, &day)) return false;
    Date month_end = date_add_days(today, date_month_days(year, month) - day);
    return date_cmp(r->plan.review, month_end) <= 0;
}

// Accepted or offered, and nobody spoke with the person for four weeks.
static bool quiet(const CaseloadRow *r, Date today)
{
    Date since = date_is_none(r->last.on) ? instant_date_london(r->k.offered_at) : r->last.on;
    return date_days_between(since, today) >= QUIET_DAYS;
}

static bool in_view(const CaseloadRow *r, CaseloadView view, Date today)
{
    switch (view) {
    case VIEW_REVIEW: return review_due(r, today);
    case VIEW_QUIET: return quiet(r, today);
    case VIEW_IDLE: return r->next.ref.len == 0;
    case VIEW_MOVE_ON: return r->k.stage == STAGE_MOVING_ON;
    default: return true;
    }
}

// Does each of the words stand somewhere in what the row shows? Any case, any accent.
static bool has_words(Ctx *c, const CaseloadRow *r, Str words)
{
    Str number = r->person.nhs_number == 0
                     ? STR("")
                     : arena_fmt(c->arena, "%lld", (long long)r->person.nhs_number);
    Str all = utf8_key(
        c->arena, arena_fmt(c->arena, STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT "\n" STR_FMT,
                            STR_ARG(r->person.name), STR_ARG(number), STR_ARG(r->k.reasons),
                            STR_ARG(r->next.what), STR_ARG(r->k.lead_name)));
    Str rest = utf8_key(c->arena, words);
    Str word;
    while (str_split(&rest, ' ', &word)) {
        size_t at = 0;
        if (word.len > 0 && !str_find(all, word, &at)) return false;
    }
    return true;
}

static bool passes(Ctx *c, const CaseloadRow *r, const CaseloadAsk *ask)
{
    if (ask->words.len > 0 && !has_words(c, r, ask->words)) return false;
    if (ask->practice != 0 && r->person.practice_id != ask->practice) return false;
    if (ask->priority != 0 && r->k.priority != ask->priority) return false;
    return ask->stage == 0 || r->k.stage == ask->stage;
}

static int by_name(const void *a, const void *b)
{
    const CaseloadRow *x = a;
    const CaseloadRow *y = b;
    int order = str_cmp(x->person.name, y->person.name);
    if (order != 0) return order;
    return (x->person.id.v > y->person.id.v) - (x->person.id.v < y->person.id.v);
}

// Overdue first; who has no next action at all comes before everybody: nobody falls out.
static int by_due(const void *a, const void *b)
{
    const CaseloadRow *x = a;
    const CaseloadRow *y = b;
    bool x_none = x->next.ref.len == 0;
    bool y_none = y->next.ref.len == 0;
    if (x_none != y_none) return x_none ? -1 : 1;
    int order = x_none ? 0 : date_cmp(x->next.due, y->next.due);
    if (order == 0 && !x_none) order = x->next.due_minutes - y->next.due_minutes;
    return order != 0 ? order : by_name(a, b);
}

static int by_priority(const void *a, const void *b)
{
    int order =
        (int)((const CaseloadRow *)a)->k.priority - (int)((const CaseloadRow *)b)->k.priority;
    return order != 0 ? order : by_due(a, b);
}

static int by_last(const void *a, const void *b)
{
    int order = date_cmp(((const CaseloadRow *)a)->last.on, ((const CaseloadRow *)b)->last.on);
    return order != 0 ? order : by_name(a, b);
}

static void sort_rows(CaseloadRow *rows, size_t count, Str sort)
{
    bool down = str_starts(sort, STR("-"));
    Str key = down ? str_slice(sort, 1, sort.len) : sort;
    int (*order)(const void *, const void *) = by_due;
    if (str_eq(key, STR("name"))) order = by_name;
    if (str_eq(key, STR("priority"))) order = by_priority;
    if (str_eq(key, STR("last"))) order = by_last;
    if (count > 1) qsort(rows, count, sizeof *rows, order);
    for (size_t i = 0; down && i < count / 2; i++) {
        CaseloadRow swap = rows[i];
        rows[i] = rows[count - 1 - i];
        rows[count - 1 - i] = swap;
    }
}

static void count_views(const Gathered *mine, Date today, CaseloadList *out)
{
    out->counts = (CaseloadCounts){.mine = (int64_t)mine->count};
    for (size_t i = 0; i < mine->count; i++) {
        out->counts.review += in_view(&mine->rows[i], VIEW_REVIEW, today);
        out->counts.quiet += in_view(&mine->rows[i], VIEW_QUIET, today);
        out->counts.idle += in_view(&mine->rows[i], VIEW_IDLE, today);
        out->move_on += in_view(&mine->rows[i], VIEW_MOVE_ON, today);
    }
}

Err caseload_list(Ctx *c, const CaseloadAsk *ask, CaseloadList *out)
{
    Gathered mine = {0};
    *out = (CaseloadList){0};
    TRY(gather(c, false, &mine));
    count_views(&mine, c->today, out);
    TRY(case_standing_count(c, &out->team));
    Gathered from = mine;
    bool all = team_within(c, 0); // nobody is kept from the actor: the count needs no rows
    if (ask->view == VIEW_TEAM || !all) TRY(gather(c, true, &from));
    if (!all) out->team = (int64_t)from.count;
    if (ask->view != VIEW_TEAM) from = mine;

    out->rows = ARENA_ARRAY(c->arena, CaseloadRow, from.count);
    for (size_t i = 0; i < from.count; i++) {
        if (!in_view(&from.rows[i], ask->view, c->today)) continue;
        out->of++;
        if (!passes(c, &from.rows[i], ask)) continue;
        out->rows[out->count++] = from.rows[i];
    }
    sort_rows(out->rows, out->count, ask->sort);
    return ERR_OK;
}

Err caseload_show(Ctx *c, CaseloadRow *rows, size_t count)
{
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(practice_list(c, &practices, &practice_count));
    for (size_t i = 0; i < count; i++) show_row(c, practices, practice_count, &rows[i]);
    return ERR_OK;
}

Err caseload_counts(Ctx *c, CaseloadCounts *out)
{
    Gathered mine = {0};
    CaseloadList list = {0};
    TRY(gather_facts(c, false, &mine));
    count_views(&mine, c->today, &list);
    *out = list.counts;
    return ERR_OK;
}

static Err write_csv(Ctx *c, const CaseloadList *list, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(CASELOAD_CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    static const char *const HEADS[] = {
        "Person", "NHS number", "Born", "Practice",     "State",           "Stage", "Priority",
        "Why",    "Next step",  "Due",  "Last contact", "Kind of contact", "Plan",  "Lead"};
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < list->count; i++) {
        const CaseloadRow *r = &list->rows[i];
        Str cells[] = {r->person.name,
                       r->nhs,
                       date_iso(c->arena, r->person.born),
                       r->practice,
                       str_from_c(case_state_name(r->k.state)),
                       str_from_c(case_stage_name(r->k.stage)),
                       str_from_c(case_priority_name(r->k.priority)),
                       r->why,
                       r->next.what,
                       r->next.ref.len == 0 ? STR("") : date_iso(c->arena, r->next.due),
                       date_iso(c->arena, r->last.on),
                       r->last_how,
                       r->plan_text,
                       r->k.lead_name};
        for (size_t k = 0; k < COUNT_OF(cells); k++) csv_put_field(&csv, cells[k]);
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err caseload_export(Ctx *c, const CaseloadList *list, Str what, Str *out)
{
    TRY(caseload_show(c, list->rows, list->count));
    TRY(write_csv(c, list, out));
    return journal_export(c, STR("caseload"), what, list->count);
}
