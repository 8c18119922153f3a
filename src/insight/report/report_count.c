// report_count.c -- one number of one month, as the list of those it counts.
#include "insight/report/report_count.h"

enum { SOON_DAYS = 14, ENTRIES_FIRST = 64 };

typedef struct Gather { // a number being made
    Ctx *c;
    const ReportFacts *facts;
    const ReportLine *line;
    size_t nr; // of the line
    ReportMonth month;
    PersonId last; // the person that was added last
    ReportNumber *out;
} Gather;

static bool in_month(Date day, ReportMonth month)
{
    return !date_is_none(day) && date_cmp(day, month.first) >= 0 && date_cmp(day, month.last) <= 0;
}

// Begun by the last day of the month, and not ended before its first.
static bool is_active(const CaseSpan *span, ReportMonth month)
{
    if (date_is_none(span->accepted) || date_cmp(span->accepted, month.last) > 0) return false;
    return date_is_none(span->ended) || date_cmp(span->ended, month.first) >= 0;
}

static bool is_closed(const CaseSpan *span, ReportMonth month)
{
    return span->state == CASE_CLOSED && in_month(span->ended, month);
}

static void keep(Gather *g, ReportEntry entry)
{
    ReportNumber *out = g->out;
    ARENA_GROW(g->c->arena, out->entries, (size_t)out->count, &out->room);
    out->entries[out->count] = entry;
}

static void add(Gather *g, PersonId person, int64_t practice, Date on, Str note)
{
    if (g->out->entries != NULL) keep(g, (ReportEntry){person, practice, on, note});
    g->out->at[report_place(g->facts->scope, practice)]++;
    g->out->count++;
    g->last = person;
}

// Of one person's rows, which follow each other, only the first counts.
static bool again(const Gather *g, PersonId person)
{
    return g->out->count > 0 && g->last.v == person.v;
}

// ---- looking up one person

// The first row of a person among held facts of this line.
static size_t held_from(const Gather *g, PersonId person)
{
    const ReportFacts *f = g->facts;
    size_t low = 0;
    size_t high = f->held_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const HeldDay *at = &f->held[middle];
        bool before = at->set != g->nr ? at->set < g->nr : at->person.v < person.v;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// The latest day of a code of the line's set up to `until`, within the line's months before it.
static Date coded(const Gather *g, PersonId person, Date until)
{
    Date found = DATE_NONE;
    Date after = g->line->months == 0 ? DATE_NONE : date_add_months(until, -g->line->months);
    for (size_t i = held_from(g, person); i < g->facts->held_count; i++) {
        const HeldDay *at = &g->facts->held[i];
        if (at->set != g->nr || at->person.v != person.v) break;
        if (date_cmp(at->on, until) <= 0 && date_cmp(at->on, after) > 0) found = at->on;
    }
    return found;
}

static Date planned(const Gather *g, PersonId person, Date until)
{
    const ReportFacts *f = g->facts;
    Date after = date_add_months(until, -g->line->months);
    Date found = DATE_NONE;
    size_t low = 0;
    size_t high = f->plan_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (f->plans[middle].person.v < person.v) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (size_t i = low; i < f->plan_count && f->plans[i].person.v == person.v; i++) {
        Date on = f->plans[i].on;
        if (date_cmp(on, until) <= 0 && date_cmp(on, after) > 0) found = on;
    }
    return found;
}

// The later of a plan agreed here and a code for one.
static Date plan_or_code(const Gather *g, PersonId person, Date until)
{
    Date here = planned(g, person, until);
    Date there = coded(g, person, until);
    return date_cmp(there, here) > 0 ? there : here;
}

static bool spoken_soon(const Gather *g, const CaseSpan *span, Date *on_out)
{
    const ReportFacts *f = g->facts;
    Date last = date_add_days(span->offered, SOON_DAYS);
    size_t low = 0;
    size_t high = f->contact_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const ContactDay *at = &f->contacts[middle];
        bool before = at->person.v != span->person.v ? at->person.v < span->person.v
                                                     : date_cmp(at->on, span->offered) < 0;
        if (before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == f->contact_count || f->contacts[low].person.v != span->person.v) return false;
    *on_out = f->contacts[low].on;
    return date_cmp(*on_out, last) <= 0;
}

// ---- the kinds

// The day on which a case is counted, DATE_NONE: not in this line.
static Date span_day(const CaseSpan *span, LineKind kind)
{
    static const struct {
        LineKind kind;
        CaseState state;
    } ENDS[] = {{LINE_DECLINED, CASE_DECLINED},
                {LINE_UNANSWERED, CASE_NO_ANSWER},
                {LINE_CLOSED, CASE_CLOSED}};
    if (kind == LINE_OFFERED) return span->offered;
    if (kind == LINE_ACCEPTED || kind == LINE_ACTIVE) return span->accepted;
    for (size_t i = 0; i < COUNT_OF(ENDS); i++) {
        if (ENDS[i].kind == kind) return span->state == ENDS[i].state ? span->ended : DATE_NONE;
    }
    return DATE_NONE;
}

static void from_spans(Gather *g)
{
    const ReportFacts *f = g->facts;
    LineKind kind = g->line->kind;
    for (size_t i = 0; i < f->span_count; i++) {
        const CaseSpan *span = &f->spans[i];
        Date on = span_day(span, kind);
        bool counts = kind == LINE_ACTIVE ? is_active(span, g->month) : in_month(on, g->month);
        if (!counts || again(g, span->person)) continue;
        bool ended = kind != LINE_OFFERED && kind != LINE_ACCEPTED;
        add(g, span->person, f->span_practice[i], on, ended ? span->reason : STR(""));
    }
}

static void from_contacts(Gather *g)
{
    const ReportFacts *f = g->facts;
    for (size_t i = 0; i < f->contact_count; i++) {
        const ContactDay *at = &f->contacts[i];
        if (!in_month(at->on, g->month)) continue;
        if (g->line->kind == LINE_SPOKEN && again(g, at->person)) continue;
        add(g, at->person, f->contact_practice[i], at->on, str_from_c(contact_mode_name(at->mode)));
    }
}

static void from_plans(Gather *g)
{
    const ReportFacts *f = g->facts;
    for (size_t i = 0; i < f->plan_count; i++) {
        const PlanAgreed *at = &f->plans[i];
        if (!in_month(at->on, g->month) || again(g, at->person)) continue;
        add(g, at->person, f->plan_practice[i], at->on, STR(""));
    }
}

static void from_codes(Gather *g)
{
    const ReportFacts *f = g->facts;
    for (size_t i = held_from(g, (PersonId){INT64_MIN}); i < f->held_count; i++) {
        const HeldDay *at = &f->held[i];
        if (at->set != g->nr) break;
        if (!in_month(at->on, g->month) || again(g, at->person)) continue;
        add(g, at->person, at->practice, at->on, STR(""));
    }
}

typedef struct Part { // is somebody of the whole counted?
    bool counts;
    Date on;
} Part;

static Part part_of(const Gather *g, const CaseSpan *span)
{
    bool of_closed = g->line->kind == LINE_PLAN_CLOSED || g->line->kind == LINE_CODE_CLOSED ||
                     g->line->kind == LINE_NO_CODE_CLOSED;
    Date until = of_closed ? span->ended : g->month.last;
    Date on = DATE_NONE;
    switch (g->line->kind) {
    case LINE_SPOKEN_SOON: {
        bool soon = spoken_soon(g, span, &on);
        return (Part){soon, soon ? on : DATE_NONE};
    }
    case LINE_PLAN_ACTIVE:
    case LINE_PLAN_CLOSED: on = plan_or_code(g, span->person, until); break;
    case LINE_NO_PLAN_ACTIVE:
        return (Part){date_is_none(plan_or_code(g, span->person, until)), span->accepted};
    case LINE_NO_CODE_ACTIVE:
        return (Part){date_is_none(coded(g, span->person, until)), span->accepted};
    // The code may be entered after the day on which support ended here.
    case LINE_NO_CODE_CLOSED:
        return (Part){date_is_none(coded(g, span->person, g->facts->until.last)), span->ended};
    default: on = coded(g, span->person, until); break;
    }
    return (Part){!date_is_none(on), on};
}

static bool in_whole(const Gather *g, const CaseSpan *span)
{
    switch (g->line->kind) {
    case LINE_SPOKEN_SOON: return in_month(span->offered, g->month);
    case LINE_PLAN_CLOSED:
    case LINE_CODE_CLOSED:
    case LINE_NO_CODE_CLOSED: return is_closed(span, g->month);
    default: return is_active(span, g->month);
    }
}

// How many of others: each person once, by the first of their cases that is among these.
static void from_whole(Gather *g)
{
    const ReportFacts *f = g->facts;
    PersonId last = {INT64_MIN};
    for (size_t i = 0; i < f->span_count; i++) {
        const CaseSpan *span = &f->spans[i];
        if (!in_whole(g, span) || span->person.v == last.v) continue;
        last = span->person;
        g->out->whole++;
        g->out->whole_at[report_place(f->scope, f->span_practice[i])]++;
        Part part = part_of(g, span);
        if (part.counts) add(g, span->person, f->span_practice[i], part.on, STR(""));
    }
}

size_t report_place(const ReportScope *scope, int64_t practice)
{
    size_t low = 0;
    size_t high = scope->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scope->practices[middle].id < practice) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < scope->count && scope->practices[low].id == practice ? low : scope->count;
}

// A plan is agreed here whether or not somebody knows codes for it.
bool report_is_known(const ReportFacts *facts, const ReportLine *line)
{
    size_t nr = (size_t)(line - facts->lines);
    bool plans = line->kind == LINE_PLAN_ACTIVE || line->kind == LINE_PLAN_CLOSED ||
                 line->kind == LINE_NO_PLAN_ACTIVE;
    return line->set.len == 0 || plans || facts->codes[nr] > 0;
}

ReportNumber *report_number_new(Arena *arena, const ReportScope *scope)
{
    ReportNumber *number = ARENA_NEW(arena, ReportNumber);
    number->at = ARENA_ARRAY(arena, int64_t, scope->count + 1);
    number->whole_at = ARENA_ARRAY(arena, int64_t, scope->count + 1);
    return number;
}

ReportNumber *report_number(Ctx *c, const ReportFacts *facts, const ReportLine *line,
                            ReportMonth month, ReportWith with)
{
    size_t nr = (size_t)(line - facts->lines);
    ReportNumber *number = report_number_new(c->arena, facts->scope);
    number->known = report_is_known(facts, line);
    number->has_whole = line_has_whole(line);
    if (with == WITH_ENTRIES) {
        number->room = ENTRIES_FIRST;
        number->entries = ARENA_ARRAY(c->arena, ReportEntry, ENTRIES_FIRST);
    }
    if (!number->known) return number;
    Gather g = {.c = c, .facts = facts, .line = line, .nr = nr, .month = month, .out = number};
    if (number->has_whole) {
        from_whole(&g);
        return number;
    }
    switch (line->kind) {
    case LINE_CONTACTS:
    case LINE_SPOKEN: from_contacts(&g); break;
    case LINE_PLAN_MONTH: from_plans(&g); break;
    case LINE_CODE_MONTH: from_codes(&g); break;
    default: from_spans(&g); break;
    }
    return number;
}
