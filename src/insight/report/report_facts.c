// report_facts.c -- reads what the lines of some months ask for, of the people in scope.
#include "core/ids.h"
#include "insight/report/report_count.h"

enum {
    SOON_DAYS = 14,
    PLAN_MONTHS = 12,
    YEAR_MIN = 2000,
    YEAR_MAX = 2199,
    APRIL = 4,
    FIRST_YEAR_OF_CODES = 1900
};

ReportMonth month_of(Date day)
{
    int year = 0;
    int month = 0;
    int number = 0;
    (void)date_to_ymd(day, &year, &month, &number);
    Date first = date_add_days(day, 1 - number);
    return (ReportMonth){first, date_add_days(first, date_month_days(year, month) - 1)};
}

bool month_parse(Str text, ReportMonth *out)
{
    enum { MONTH_CHARS = 7 };
    int64_t year = 0;
    int64_t month = 0;
    Date first = DATE_NONE;
    if (text.len != MONTH_CHARS || text.ptr[4] != '-') return false;
    if (!str_i64(str_slice(text, 0, 4), YEAR_MIN, YEAR_MAX, &year)) return false;
    Str tail = str_slice(text, text.ptr[5] == '0' ? 6 : 5, MONTH_CHARS);
    if (!str_i64(tail, 1, 12, &month) || !date_from_ymd((int)year, (int)month, 1, &first)) {
        return false;
    }
    *out = month_of(first);
    return true;
}

Str month_key(Arena *arena, ReportMonth month)
{
    return str_slice(date_iso(arena, month.first), 0, 7);
}

Str month_name(Arena *arena, ReportMonth month)
{
    return str_slice(date_long(arena, month.first), 2, SIZE_MAX);
}

Str month_short(Arena *arena, ReportMonth month)
{
    return str_slice(date_medium(arena, month.first), 2, SIZE_MAX);
}

ReportMonth month_add(ReportMonth month, int months)
{
    return month_of(date_add_months(month.first, months));
}

ReportMonth month_year_begin(ReportMonth month)
{
    int year = 0;
    int number = 0;
    int day = 0;
    (void)date_to_ymd(month.first, &year, &number, &day);
    return month_add(month, number >= APRIL ? APRIL - number : APRIL - number - 12);
}

static int by_id(const void *a, const void *b)
{
    int64_t left = ((const Practice *)a)->id;
    int64_t right = ((const Practice *)b)->id;
    return (left > right) - (left < right);
}

Err report_scope_kept(Ctx *c, ReportScope *out)
{
    Practice *all = NULL;
    size_t count = 0;
    TRY(practice_list(c, &all, &count));
    Role role = c->actor.role;
    *out = (ReportScope){.all = c->actor.account_id == 0 ||
                                (role != ROLE_GP_SUPERVISOR && role != ROLE_PRACTICE_STAFF)};
    out->practices = all;
    for (size_t i = 0; i < count; i++) {
        if (out->all || ctx_works_for(c, all[i].id)) out->practices[out->count++] = all[i];
    }
    if (out->count > 1) qsort(out->practices, out->count, sizeof *out->practices, by_id);
    return ERR_OK;
}

Err report_scope(Ctx *c, ReportScope *out)
{
    PersonId *opted_out = NULL;
    TRY(report_scope_kept(c, out));
    TRY(cohort_secondary_out(c, &opted_out, &out->opted_out_count));
    out->opted_out = opted_out;
    return ERR_OK;
}

int64_t *report_practice_ids(Arena *arena, const ReportScope *scope, size_t *count_out)
{
    int64_t *ids = ARENA_ARRAY(arena, int64_t, scope->count + 1);
    size_t count = scope->all ? 1 : 0; // 0: practice not known
    for (size_t i = 0; i < scope->count; i++) ids[count++] = scope->practices[i].id;
    *count_out = count;
    return ids;
}

static bool leaves_out(const ReportScope *scope, PersonId person)
{
    return scope->opted_out_count > 0 && bsearch(&person, scope->opted_out, scope->opted_out_count,
                                                 sizeof person, person_id_cmp) != NULL;
}

Err report_practices(Ctx *c, const ReportScope *scope, const PersonId *people, size_t count,
                     int64_t *out)
{
    enum { NO_PRACTICE = -1 };
    TRY(cohort_practices(c, people, count, out));
    for (size_t i = 0; i < count; i++) {
        if (leaves_out(scope, people[i])) out[i] = NO_PRACTICE;
    }
    return ERR_OK;
}

bool report_in_scope(const ReportScope *scope, int64_t practice)
{
    if (practice == 0) return scope->all;
    for (size_t i = 0; i < scope->count; i++) {
        if (scope->practices[i].id == practice) return true;
    }
    return false;
}

// ---- what this team did

static Err take_spans(Ctx *c, ReportFacts *f)
{
    TRY(case_spans(c, f->from.first, &f->spans, &f->span_count));
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, f->span_count + 1);
    f->span_practice = ARENA_ARRAY(c->arena, int64_t, f->span_count + 1);
    for (size_t i = 0; i < f->span_count; i++) people[i] = f->spans[i].person;
    TRY(report_practices(c, f->scope, people, f->span_count, f->span_practice));
    size_t kept = 0;
    for (size_t i = 0; i < f->span_count; i++) {
        if (!report_in_scope(f->scope, f->span_practice[i])) continue;
        f->span_practice[kept] = f->span_practice[i];
        f->spans[kept++] = f->spans[i];
    }
    f->span_count = kept;
    return ERR_OK;
}

static int contact_order(const void *left, const void *right)
{
    const ContactDay *a = left;
    const ContactDay *b = right;
    if (a->person.v != b->person.v) return a->person.v < b->person.v ? -1 : 1;
    return date_cmp(a->on, b->on);
}

static Err take_contacts(Ctx *c, ReportFacts *f)
{
    Date until = date_add_days(f->until.last, SOON_DAYS);
    size_t count = 0;
    TRY(contact_days(c, f->from.first, until, &f->contacts, &count));
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, count + 1);
    f->contact_practice = ARENA_ARRAY(c->arena, int64_t, count + 1);
    if (count > 1) qsort(f->contacts, count, sizeof *f->contacts, contact_order);
    for (size_t i = 0; i < count; i++) people[i] = f->contacts[i].person;
    TRY(report_practices(c, f->scope, people, count, f->contact_practice));
    for (size_t i = 0; i < count; i++) {
        bool spoke = f->contacts[i].outcome == CONTACT_SPOKE;
        if (!spoke || !report_in_scope(f->scope, f->contact_practice[i])) continue;
        f->contact_practice[f->contact_count] = f->contact_practice[i];
        f->contacts[f->contact_count++] = f->contacts[i];
    }
    return ERR_OK;
}

static int plan_order(const void *left, const void *right)
{
    const PlanAgreed *a = left;
    const PlanAgreed *b = right;
    if (a->person.v != b->person.v) return a->person.v < b->person.v ? -1 : 1;
    return date_cmp(a->on, b->on);
}

static Err take_plans(Ctx *c, ReportFacts *f)
{
    Date from = date_add_months(f->from.first, -PLAN_MONTHS);
    size_t count = 0;
    TRY(plans_agreed(c, from, f->until.last, &f->plans, &count));
    PersonId *people = ARENA_ARRAY(c->arena, PersonId, count + 1);
    f->plan_practice = ARENA_ARRAY(c->arena, int64_t, count + 1);
    if (count > 1) qsort(f->plans, count, sizeof *f->plans, plan_order);
    for (size_t i = 0; i < count; i++) people[i] = f->plans[i].person;
    TRY(report_practices(c, f->scope, people, count, f->plan_practice));
    for (size_t i = 0; i < count; i++) {
        if (!report_in_scope(f->scope, f->plan_practice[i])) continue;
        f->plan_practice[f->plan_count] = f->plan_practice[i];
        f->plans[f->plan_count++] = f->plans[i];
    }
    return ERR_OK;
}

// ---- what the practices coded

static Err take_held(Ctx *c, ReportFacts *f)
{
    Str sets[REPORT_LINES_MAX];
    size_t count = 0;
    const int64_t *practices = report_practice_ids(c->arena, f->scope, &count);
    for (size_t i = 0; i < f->line_count; i++) sets[i] = f->lines[i].set;
    TRY(cohort_set_codes(c, sets, f->line_count, f->codes));
    Date from = DATE_NONE;
    (void)date_from_ymd(FIRST_YEAR_OF_CODES, 1, 1, &from);
    HeldAsk ask = {.sets = sets,
                   .set_count = f->line_count,
                   .from = from,
                   .until = f->until.last,
                   .practices = practices,
                   .practice_count = count};
    size_t held = 0;
    TRY(cohort_held(c, &ask, &f->held, &held));
    for (size_t i = 0; i < held; i++) {
        if (!leaves_out(f->scope, f->held[i].person)) f->held[f->held_count++] = f->held[i];
    }
    return ERR_OK;
}

Err report_facts(Ctx *c, const ReportLine *lines, size_t line_count, ReportMonth from,
                 ReportMonth until, ReportFacts *out)
{
    ReportScope *scope = ARENA_NEW(c->arena, ReportScope);
    TRY(report_scope(c, scope));
    *out = (ReportFacts){
        .lines = lines, .line_count = line_count, .scope = scope, .from = from, .until = until};
    TRY(take_spans(c, out));
    TRY(take_contacts(c, out));
    TRY(take_plans(c, out));
    return take_held(c, out);
}
