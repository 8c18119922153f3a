// report_month_web.c -- the pages of months as reported. Handlers only translate.
#include "base/csv.h"
#include "core/figure.h"
#include "core/form.h"
#include "core/html.h"
#include "insight/report/report_gaps_pages.h"
#include "insight/report/report_month_pages.h"
#include "insight/report/report_pages.h"
#include "report_month_page.h"

enum { KEEP_CHOICES = 12, CSV_BYTES_MAX = 256 * 1024 };

static Str data_words(Ctx *c, Date on)
{
    if (date_is_none(on)) return STR("No practice had said the day of its extract");
    return arena_fmt(c->arena, "Codes as at " STR_FMT " or later",
                     STR_ARG(date_long(c->arena, on)));
}

static Str kept_words(Ctx *c, const ReportedMonth *m)
{
    return arena_fmt(c->arena, STR_FMT " by " STR_FMT,
                     STR_ARG(date_long(c->arena, instant_date_london(m->at))), STR_ARG(m->by));
}

// ---- the list, and keeping one

static bool is_among(const ReportedMonth *kept, size_t count, ReportMonth month)
{
    for (size_t i = 0; i < count; i++) {
        if (kept[i].month.first.days == month.first.days) return true;
    }
    return false;
}

// The last months that are over and not kept yet, the latest first.
static void fill_choice(Ctx *c, const ReportedMonth *kept, size_t count, UiField *out)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, KEEP_CHOICES);
    size_t filled = 0;
    for (int i = 1; i <= KEEP_CHOICES; i++) {
        ReportMonth month = month_add(month_of(c->today), -i);
        if (is_among(kept, count, month)) continue;
        options[filled++] =
            (UiOption){.value = month_key(c->arena, month), .text = month_name(c->arena, month)};
    }
    *out = (UiField){.name = STR("month"),
                     .label = STR("Month"),
                     .error = issue_of(c, "month"),
                     .options = options,
                     .option_count = filled};
}

static Err list_page(Ctx *c, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Month")}, {.label = STR_INIT("Kept")}, {.label = STR_INIT("Data")}};
    ReportedListPage m = {.page = page_of(c, STR("As reported"), "/reports"),
                          .views = report_views(c, REPORT_VIEW_REPORTED, &m.view_count),
                          .table = {.caption = STR("Months as reported"),
                                    .columns = COLUMNS,
                                    .column_count = COUNT_OF(COLUMNS)}};
    ReportedMonth *kept = NULL;
    TRY(report_months_kept(c, &kept, &m.row_count));
    if (report_month_may_keep(c)) fill_choice(c, kept, m.row_count, &m.month);
    ReportedMonthRow *rows = ARENA_ARRAY(c->arena, ReportedMonthRow, m.row_count + 1);
    for (size_t i = 0; i < m.row_count; i++) {
        rows[i] = (ReportedMonthRow){.month = month_name(c->arena, kept[i].month),
                                     .href = arena_fmt(c->arena, "/reports/reported/" STR_FMT,
                                                       STR_ARG(month_key(c->arena, kept[i].month))),
                                     .kept = kept_words(c, &kept[i]),
                                     .data = data_words(c, kept[i].data_on)};
    }
    m.rows = rows;
    report_months_html(&res->body, &m);
    return ERR_OK;
}

Err report_months_page(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    return list_page(c, res);
}

Err report_month_keep_form(Ctx *c, const Request *req, Response *res)
{
    ReportMonth month = {DATE_NONE, DATE_NONE};
    Err err = month_parse(form_value(req, "month"), &month)
                  ? report_month_keep(c, month)
                  : ctx_issue(c, STR("month"), STR("Choose a month that is over."));
    if (err == ERR_BUSY && c->issue_count == 0) {
        (void)ctx_issue(c, STR(""), STR("The population is being read. Try again in a minute"));
    }
    if (err == ERR_INVALID || err == ERR_BUSY) {
        res->status = err_status(err);
        return list_page(c, res);
    }
    TRY(err);
    Str at = arena_fmt(c->arena, "/reports/reported/" STR_FMT, STR_ARG(month_key(c->arena, month)));
    return res_redirect_saying(c, res, at, STR("The numbers of the month are kept."));
}

// ---- one month

typedef struct Reported { // a month as it was, and its lines now
    ReportedMonth then;
    ReportLine *lines;
    size_t line_count;
    ReportFacts *facts; // NULL: the population is being read
    bool exact;
} Reported;

static Err open_month(Ctx *c, const Request *req, Reported *out)
{
    ReportMonth month;
    Str why = STR("");
    ReportScope *scope = ARENA_NEW(c->arena, ReportScope);
    *out = (Reported){.exact = report_sees_people(c)};
    if (!month_parse(req_param(req, "month"), &month)) return ERR_NOT_FOUND;
    TRY(report_scope_kept(c, scope));
    TRY(report_month_kept(c, month, scope, &out->then));
    // What is counted anew every day is for who may see the people themselves.
    if (!out->exact) return ERR_OK;
    TRY(report_lines(c->arena, &out->lines, &out->line_count, &why));
    ReportFacts *facts = ARENA_NEW(c->arena, ReportFacts);
    Err err = report_facts(c, out->lines, out->line_count, month, month, facts);
    if (err == ERR_BUSY) return ERR_OK;
    out->facts = facts;
    return err;
}

// What the line says now; NULL: nothing is counted.
static const ReportNumber *number_now(Ctx *c, const Reported *r, Str key)
{
    const ReportLine *line = report_line_of(r->lines, r->line_count, key);
    if (r->facts == NULL || line == NULL || !report_is_known(r->facts, line)) return NULL;
    return report_number(c, r->facts, line, r->then.month, WITHOUT_ENTRIES);
}

static Str with_whole(Ctx *c, int64_t count, bool has_whole, int64_t whole, bool exact)
{
    Str text = report_count_text(c, count, exact);
    if (!has_whole) return text;
    return arena_fmt(c->arena, STR_FMT " of " STR_FMT, STR_ARG(text),
                     STR_ARG(report_count_text(c, whole, exact)));
}

static Str change_text(Ctx *c, const ReportedLine *then, const ReportNumber *now)
{
    if (!then->known || now == NULL) return STR("cannot be compared");
    int64_t more = now->count - then->count;
    if (more == 0 && now->whole == then->whole) return STR("no change");
    if (more == 0) return STR("same number, of another whole");
    return arena_fmt(c->arena, STR_FMT " %s",
                     STR_ARG(html_count(c->arena, more > 0 ? more : -more)),
                     more > 0 ? "more" : "fewer");
}

static ReportedRow row_of(Ctx *c, const Reported *r, const ReportedLine *then)
{
    const ReportNumber *now = number_now(c, r, then->key);
    ReportedRow row = {.label = then->label,
                       .meaning = then->meaning,
                       .reported = STR("not counted"),
                       .now = r->facts == NULL ? STR("not known yet") : STR("not counted")};
    if (then->known) {
        row.reported = with_whole(c, then->count, then->has_whole, then->whole, r->exact);
    }
    if (now != NULL) row.now = with_whole(c, now->count, now->has_whole, now->whole, r->exact);
    if (r->exact) row.change = change_text(c, then, now);
    return row;
}

static void fill_sections(Ctx *c, const Reported *r, ReportedPage *m)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("What is counted")},
                                       {.label = STR_INIT("As reported"), .width = 150},
                                       {.label = STR_INIT("Now"), .width = 150},
                                       {.label = STR_INIT("Changed since"), .width = 150}};
    ReportedSection *sections = ARENA_ARRAY(c->arena, ReportedSection, SECTIONS_MAX);
    for (size_t i = 0; i < r->then.line_count; i++) {
        const ReportedLine *line = &r->then.lines[i];
        bool counted = line->known || number_now(c, r, line->key) != NULL;
        if (!counted) continue; // neither then nor now
        ReportedSection *s = m->section_count == 0 ? NULL : &sections[m->section_count - 1];
        if (s == NULL || !str_eq(s->title, line->section)) {
            if (m->section_count == SECTIONS_MAX) break;
            s = &sections[m->section_count++];
            *s = (ReportedSection){
                .id = arena_fmt(c->arena, "section-%zu", m->section_count),
                .title = line->section,
                .rows = ARENA_ARRAY(c->arena, ReportedRow, r->then.line_count),
                .table = {.caption = line->section,
                          .columns = COLUMNS,
                          .column_count = COUNT_OF(COLUMNS) - (m->figures ? 2 : 0)}};
        }
        s->rows[s->row_count++] = row_of(c, r, line);
    }
    m->sections = sections;
}

Err report_month_page(Ctx *c, const Request *req, Response *res)
{
    Reported *r = ARENA_NEW(c->arena, Reported);
    TRY(open_month(c, req, r));
    Str title = month_name(c->arena, r->then.month);
    ReportedPage m = {
        .page = page_of(c, arena_fmt(c->arena, STR_FMT " as reported", STR_ARG(title)), "/reports"),
        .title = title,
        .caption =
            arena_fmt(c->arena, "As reported on " STR_FMT ". " STR_FMT ".",
                      STR_ARG(kept_words(c, &r->then)), STR_ARG(data_words(c, r->then.data_on))),
        .csv_href = arena_fmt(c->arena, "/reports/reported/" STR_FMT "/numbers.csv",
                              STR_ARG(month_key(c->arena, r->then.month))),
        .figures = !r->exact};
    if (r->exact && r->facts == NULL) {
        m.busy = STR("The population is being read: what the lines say now is not known yet. Look "
                     "again in a minute.");
    }
    fill_sections(c, r, &m);
    report_month_html(&res->body, &m);
    return ERR_OK;
}

// ---- file

static void put_number(Ctx *c, CsvOut *csv, bool given, int64_t n, bool exact)
{
    int64_t figure = exact ? n : figure_of(n);
    if (given && figure >= 0) {
        csv_put_i64(csv, figure);
    } else {
        csv_put_field(csv, given ? figure_text(c->arena, figure) : STR(""));
    }
}

static void put_line(Ctx *c, CsvOut *csv, const Reported *r, const ReportedLine *then)
{
    const ReportNumber *now = number_now(c, r, then->key);
    csv_put_field(csv, month_key(c->arena, r->then.month));
    csv_put_field(csv, then->section);
    csv_put_field(csv, then->label);
    put_number(c, csv, then->known, then->count, r->exact);
    put_number(c, csv, then->known && then->has_whole, then->whole, r->exact);
    if (r->exact) {
        put_number(c, csv, now != NULL, now == NULL ? 0 : now->count, true);
        put_number(c, csv, now != NULL && now->has_whole, now == NULL ? 0 : now->whole, true);
    }
    csv_put_field(csv, kept_words(c, &r->then));
    csv_put_field(csv, then->meaning);
    csv_end_row(csv);
}

Err report_month_csv(Ctx *c, const Request *req, Response *res)
{
    static const char *const HEADS[] = {"Month", "Section", "What is counted", "As reported", "Of",
                                        "Now",   "Of now",  "Reported on",     "Meaning"};
    enum { NOW = 5, OF_NOW = 6 }; // for who may see the people
    Reported *r = ARENA_NEW(c->arena, Reported);
    TRY(open_month(c, req, r));
    CLEANUP(buf_free) Buf buf = buf_new(CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    for (size_t i = 0; i < COUNT_OF(HEADS); i++) {
        if (r->exact || (i != NOW && i != OF_NOW)) csv_put_field(&csv, str_from_c(HEADS[i]));
    }
    csv_end_row(&csv);
    for (size_t i = 0; i < r->then.line_count; i++) put_line(c, &csv, r, &r->then.lines[i]);
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    Str name = arena_fmt(c->arena, "as-reported-" STR_FMT ".csv",
                         STR_ARG(month_key(c->arena, r->then.month)));
    return res_download(res, "text/csv; charset=utf-8", name, arena_str(c->arena, buf_str(&buf)));
}
