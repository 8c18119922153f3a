// report_impact_web.c -- the pages of before and after. Handlers only translate.
#include "base/csv.h"
#include "core/figure.h"
#include "core/html.h"
#include "insight/report/report_gaps_pages.h"
#include "insight/report/report_impact_pages.h"
#include "insight/report/report_month.h"
#include "insight/report/report_pages.h"
#include "report_impact_page.h"

enum { CSV_BYTES_MAX = 64 * 1024 };

static ReportMonth month_asked(const Ctx *c, const Request *req)
{
    ReportMonth month;
    bool read = month_parse(req_query(req, "month"), &month);
    return read && date_cmp(month.first, c->today) <= 0 ? month : month_of(c->today);
}

// Days of fewer than 5 people tell of them: for figures they count as those people.
static ImpactCounts counts_shown(ImpactCounts n, bool exact)
{
    if (!exact && n.had_before < FIGURE_MIN) n.before = n.had_before;
    if (!exact && n.had_after < FIGURE_MIN) n.after = n.had_after;
    return n;
}

static ImpactRow row_of(Ctx *c, const ImpactSummary *sum, size_t line, bool exact)
{
    ImpactCounts n = counts_shown(sum->counts[line], exact);
    return (ImpactRow){.line = &sum->lines[line],
                       .before = report_count_text(c, n.before, exact),
                       .after = report_count_text(c, n.after, exact),
                       .fewer = report_count_text(c, n.fewer, exact),
                       .more = report_count_text(c, n.more, exact)};
}

static void fill_rows(Ctx *c, const ImpactSummary *sum, ReportMonth month, ImpactPage *m)
{
    ImpactRow *rows = ARENA_ARRAY(c->arena, ImpactRow, IMPACT_LINES_MAX);
    const ImpactLine **missing = ARENA_ARRAY(c->arena, const ImpactLine *, IMPACT_LINES_MAX);
    for (size_t i = 0; i < sum->line_count; i++) {
        if (!sum->lines[i].known) {
            missing[m->missing_count++] = &sum->lines[i];
            continue;
        }
        ImpactRow *row = &rows[m->row_count++];
        *row = row_of(c, sum, i, !m->figures);
        if (m->figures) continue;
        row->href = arena_fmt(c->arena, "/reports/impact/people?month=" STR_FMT "&line=" STR_FMT,
                              STR_ARG(month_key(c->arena, month)), STR_ARG(row->line->key));
    }
    m->rows = rows;
    m->missing = missing;
}

typedef struct Asked { // what a page or file shows
    ReportMonth month;
    const ImpactSummary *sum; // NULL: nothing is kept for this month
    Str kept;                 // "As kept on 1 November 2026 by ...", "" when counted now
} Asked;

// Who sees people gets what is counted now; who reads figures what was kept with the month.
static Err open_impact(Ctx *c, const Request *req, Asked *out)
{
    *out = (Asked){.month = month_asked(c, req)};
    if (report_sees_people(c)) {
        Impact *impact = ARENA_NEW(c->arena, Impact);
        ImpactSummary *sum = ARENA_NEW(c->arena, ImpactSummary);
        TRY(report_impact(c, out->month, impact));
        report_impact_sum(impact, sum);
        out->sum = sum;
        return ERR_OK;
    }
    ReportedMonth *then = ARENA_NEW(c->arena, ReportedMonth);
    ReportScope *scope = ARENA_NEW(c->arena, ReportScope);
    if (date_cmp(out->month.last, c->today) >= 0) out->month = report_newest_over(c);
    TRY(report_scope_kept(c, scope));
    Err err = report_month_kept(c, out->month, scope, then);
    if (err == ERR_NOT_FOUND) return ERR_OK;
    TRY(err);
    // What is kept is the whole network's.
    out->sum = scope->all ? then->impact : NULL;
    out->kept = report_kept_words(c, then);
    return ERR_OK;
}

static void fill_impact(Ctx *c, const Asked *asked, ImpactPage *m)
{
    const ImpactSummary *sum = asked->sum;
    Str people = report_count_text(c, sum->people, !m->figures);
    m->people = arena_fmt(c->arena, STR_FMT " %s", STR_ARG(people),
                          sum->people == 1 && !m->figures ? "person" : "people");
    m->began = arena_fmt(c->arena, "whose support began from " STR_FMT " to " STR_FMT ".",
                         STR_ARG(date_long(c->arena, sum->from)),
                         STR_ARG(date_long(c->arena, sum->until)));
    m->opted_out = report_opted_out(c, sum->opted_out);
    fill_rows(c, sum, asked->month, m);
    m->csv_href = arena_fmt(c->arena, "/reports/impact.csv?month=" STR_FMT,
                            STR_ARG(month_key(c->arena, asked->month)));
}

Err report_impact_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("What is counted")},
                                       {.label = STR_INIT("Days before"), .width = 104},
                                       {.label = STR_INIT("Days after"), .width = 104},
                                       {.label = STR_INIT("People with fewer"), .width = 104},
                                       {.label = STR_INIT("People with more"), .width = 104}};
    Asked asked;
    ImpactPage m = {.page = page_of(c, STR("Before and after"), "/reports"),
                    .views = report_views(c, REPORT_VIEW_IMPACT, &m.view_count),
                    .filter = {.action = STR("/reports/impact"),
                               .label = STR("Choose the month"),
                               .columns = 3},
                    .table = {.caption = STR("Before and after"),
                              .columns = COLUMNS,
                              .column_count = COUNT_OF(COLUMNS)},
                    .figures = !report_sees_people(c)};
    Err err = open_impact(c, req, &asked);
    if (err == ERR_BUSY) m.busy = cohort_wait_of(c);
    if (err != ERR_OK && err != ERR_BUSY) return err;
    report_month_field(c, m.figures, asked.month, &m.month);
    if (asked.kept.len > 0) m.kept = asked.kept;
    if (err == ERR_OK && asked.sum == NULL) {
        m.none = report_not_kept(c, asked.month);
    } else if (err == ERR_OK) {
        fill_impact(c, &asked, &m);
    }
    report_impact_html(&res->body, &m);
    return ERR_OK;
}

static void put_count(Ctx *c, CsvOut *csv, int64_t n, bool exact)
{
    int64_t figure = exact ? n : figure_of(n);
    if (figure >= 0) {
        csv_put_i64(csv, figure);
    } else {
        csv_put_field(csv, figure_text(c->arena, figure));
    }
}

static void put_line(Ctx *c, CsvOut *csv, const ImpactSummary *sum, size_t line, Str opted_out)
{
    bool exact = report_sees_people(c);
    ImpactCounts n = counts_shown(sum->counts[line], exact);
    csv_put_field(csv, date_iso(c->arena, sum->from));
    csv_put_field(csv, date_iso(c->arena, sum->until));
    put_count(c, csv, sum->people, exact);
    csv_put_field(csv, sum->lines[line].label);
    put_count(c, csv, n.before, exact);
    put_count(c, csv, n.after, exact);
    put_count(c, csv, n.fewer, exact);
    put_count(c, csv, n.more, exact);
    csv_put_field(csv, sum->lines[line].meaning);
    // A file goes further than the page: the warning goes with it.
    csv_put_field(csv, STR("Does not show what support did: there is nobody to compare with, and "
                           "what was bad often gets better by itself."));
    csv_put_field(csv, opted_out);
    csv_end_row(csv);
}

Err report_impact_csv(Ctx *c, const Request *req, Response *res)
{
    static const char *const HEADS[] = {"Support began from",
                                        "Support began until",
                                        "People",
                                        "What is counted",
                                        "Days before",
                                        "Days after",
                                        "People with fewer",
                                        "People with more",
                                        "Meaning",
                                        "Warning",
                                        "Left out"};
    Asked asked;
    TRY(open_impact(c, req, &asked));
    if (asked.sum == NULL) return ERR_NOT_FOUND;
    Str opted_out = report_opted_out(c, asked.sum->opted_out);
    CLEANUP(buf_free) Buf buf = buf_new(CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < asked.sum->line_count; i++) {
        if (asked.sum->lines[i].known) put_line(c, &csv, asked.sum, i, opted_out);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    Str name = arena_fmt(c->arena, "before-and-after-" STR_FMT ".csv",
                         STR_ARG(month_key(c->arena, asked.month)));
    return res_download(res, "text/csv; charset=utf-8", name, arena_str(c->arena, buf_str(&buf)));
}

// ---- the people of one line: who had a code before or after

static size_t with_days(const Impact *impact, size_t line, const ImpactPerson **out)
{
    size_t count = 0;
    for (size_t i = 0; i < impact->count; i++) {
        const ImpactPerson *who = &impact->people[i];
        if (who->before[line] + who->after[line] > 0) out[count++] = who;
    }
    return count;
}

static Str practice_name(const Impact *impact, int64_t id)
{
    size_t place = report_place(impact->scope, id);
    return place < impact->scope->count ? impact->scope->practices[place].name
                                        : STR("Practice not known");
}

static Err fill_people(Ctx *c, const Impact *impact, size_t line, const ImpactPerson *const *who,
                       ImpactPeoplePage *m)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) ids[i] = who[i]->person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, m->row_count, &persons));
    ImpactPersonRow *rows = ARENA_ARRAY(c->arena, ImpactPersonRow, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) {
        rows[i] = (ImpactPersonRow){.person = persons[i],
                                    .practice = practice_name(impact, who[i]->practice),
                                    .began = date_medium(c->arena, who[i]->began),
                                    .before = who[i]->before[line],
                                    .after = who[i]->after[line]};
    }
    m->rows = rows;
    return ERR_OK;
}

Err report_impact_people_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("Support began")},
                                       {.label = STR_INIT("Days before")},
                                       {.label = STR_INIT("Days after")}};
    ReportMonth month = month_asked(c, req);
    Impact *impact = ARENA_NEW(c->arena, Impact);
    Err err = report_impact(c, month, impact);
    if (err == ERR_BUSY) return report_impact_page(c, req, res);
    TRY(err);
    const ImpactLine *line = impact_line_of(impact, req_query(req, "line"));
    if (line == NULL) return ERR_NOT_FOUND;
    size_t nr = (size_t)(line - impact->lines);
    const ImpactPerson **who = ARENA_ARRAY(c->arena, const ImpactPerson *, impact->count + 1);
    size_t count = with_days(impact, nr, who);
    UiSlice slice = ui_slice(count, REPORT_PAGE_ROWS, req_page(req));
    Str key = month_key(c->arena, month);
    Str href = arena_fmt(
        c->arena, "/reports/impact/people?month=" STR_FMT "&line=" STR_FMT "&page=", STR_ARG(key),
        STR_ARG(line->key));
    ImpactPeoplePage m = {
        .page = page_of(c, line->label, "/reports"),
        .line = line,
        .back = arena_fmt(c->arena, "/reports/impact?month=" STR_FMT, STR_ARG(key)),
        .count = arena_fmt(c->arena, "Of " STR_FMT ", %zu %s a code before or after.",
                           STR_ARG(html_people(c->arena, (int64_t)impact->count)), count,
                           count == 1 ? "has" : "have"),
        .row_count = slice.count,
        .table = {.caption = line->label, .columns = COLUMNS, .column_count = COUNT_OF(COLUMNS)},
        .foot = ui_foot(c->arena, slice, href, html_count(c->arena, (int64_t)count))};
    TRY(fill_people(c, impact, nr, who + slice.from, &m));
    PersonId *seen = ARENA_ARRAY(c->arena, PersonId, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) seen[i] = who[slice.from + i]->person;
    res->shown = seen;
    res->shown_count = slice.count;
    res->log_detail = m.foot.href;
    report_impact_people_html(&res->body, &m);
    return ERR_OK;
}
