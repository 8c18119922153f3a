// report_web.c -- the monthly report, a line of it by practice, and the people behind a number.
#include "core/figure.h"
#include "core/html.h"
#include "insight/population/population.h"
#include "insight/report/report_gaps_pages.h"
#include "insight/report/report_impact.h"
#include "insight/report/report_month_pages.h"
#include "insight/report/report_pages.h"
#include "insight/report/report_write.h"
#include "report_monthly_page.h"
#include "report_people_page.h"

enum { MONTH_WIDTH = 70 }; // pixels of a column
enum { PRACTICES_A_PAGE = 25 };

typedef struct Ask { // what the address asks for
    ReportMonth month;
    int64_t practice; // 0: all
    Str line;         // key
    int64_t page;
} Ask;

typedef struct Report { // what a page is drawn from
    Ask ask;
    ReportLine *lines;
    size_t line_count;
    ReportMonth months[REPORT_MONTHS_MAX];
    ReportedMonth *kept; // of each month; NULL: counted now
    size_t month_count;
    ReportFacts facts; // of kept months the lines and the scope only
    bool people;       // the actor may see who
} Report;

static Ask ask_of(const Ctx *c, const Request *req)
{
    Ask ask = {.month = month_of(c->today), .line = req_query(req, "line"), .page = 1};
    ReportMonth month;
    if (month_parse(req_query(req, "month"), &month) && date_cmp(month.first, c->today) <= 0) {
        ask.month = month;
    }
    if (!str_i64(req_query(req, "practice"), 0, INT64_MAX, &ask.practice)) ask.practice = 0;
    ask.page = req_page(req);
    return ask;
}

bool report_sees_people(const Ctx *c)
{
    return ctx_can(c, CAP_REPORT_PEOPLE) && access_may(c, CLASS_COHORT, MODE_READ);
}

ReportMonth report_newest_over(const Ctx *c)
{
    return month_add(month_of(c->today), -1);
}

Str report_not_kept(Ctx *c, ReportMonth month)
{
    Str name = month_name(c->arena, month);
    Date over = date_add_days(month.last, 1);
    if (date_cmp(over, c->today) > 0) {
        return arena_fmt(c->arena, STR_FMT " is kept on " STR_FMT ".", STR_ARG(name),
                         STR_ARG(date_long(c->arena, over)));
    }
    return arena_fmt(c->arena, "Nothing of " STR_FMT " was kept.", STR_ARG(name));
}

// Who reads figures sees the months that are over as they were kept: what is counted anew each day
// tells on which day somebody came or went.
static Err open_kept(Ctx *c, Report *out)
{
    ReportScope *scope = ARENA_NEW(c->arena, ReportScope);
    TRY(report_scope_kept(c, scope));
    out->facts = (ReportFacts){.lines = out->lines, .line_count = out->line_count, .scope = scope};
    out->kept = ARENA_ARRAY(c->arena, ReportedMonth, REPORT_MONTHS_MAX);
    if (date_cmp(out->ask.month.last, c->today) >= 0) out->ask.month = report_newest_over(c);
    ReportMonth month = month_year_begin(out->ask.month);
    for (; date_cmp(month.first, out->ask.month.first) <= 0; month = month_add(month, 1)) {
        if (out->month_count == REPORT_MONTHS_MAX) break;
        Err err = report_month_kept(c, month, scope, &out->kept[out->month_count]);
        if (err == ERR_NOT_FOUND) continue;
        TRY(err);
        out->months[out->month_count++] = month;
    }
    return ERR_OK;
}

// Facts of the months from `from` to the one asked for.
static Err open_report(Ctx *c, const Request *req, bool year, Report *out)
{
    Str why = STR("");
    *out = (Report){.ask = ask_of(c, req), .people = report_sees_people(c)};
    TRY(report_lines(c->arena, &out->lines, &out->line_count, &why));
    if (!out->people) {
        out->ask.practice = 0; // a practice's figures stand beside their sum only
        return open_kept(c, out);
    }
    ReportMonth month = year ? month_year_begin(out->ask.month) : out->ask.month;
    ReportMonth first = month;
    for (; date_cmp(month.first, out->ask.month.first) <= 0; month = month_add(month, 1)) {
        if (out->month_count < REPORT_MONTHS_MAX) out->months[out->month_count++] = month;
    }
    return report_facts(c, out->lines, out->line_count, first, out->ask.month, &out->facts);
}

static ReportSource source_of(const Report *r)
{
    return (ReportSource){
        .facts = &r->facts, .kept = r->kept, .months = r->months, .month_count = r->month_count};
}

static Str href_of(Ctx *c, const char *path, const Ask *ask, ReportMonth month)
{
    return arena_fmt(c->arena, "/reports%s?month=" STR_FMT "&practice=%lld&line=" STR_FMT, path,
                     STR_ARG(month_key(c->arena, month)), (long long)ask->practice,
                     STR_ARG(ask->line));
}

// ---- one number

static Str percent_of(Ctx *c, Str whole, int64_t part, int64_t of)
{
    if (of == 0) return STR("of nobody");
    return arena_fmt(c->arena, "of " STR_FMT ", " STR_FMT, STR_ARG(whole),
                     STR_ARG(html_percent(c->arena, (double)part / (double)of)));
}

static ReportCell figure_cell(Ctx *c, int64_t count, bool has_whole, int64_t whole)
{
    ReportCell cell = {.text = figure_text(c->arena, figure_of(count))};
    if (has_whole) {
        Str of = figure_text(c->arena, figure_of(whole));
        cell.note = arena_fmt(c->arena, "of " STR_FMT, STR_ARG(of));
    }
    return cell;
}

static ReportCell exact_cell(Ctx *c, int64_t count, bool has_whole, int64_t whole)
{
    ReportCell cell = {.text = html_count(c->arena, count)};
    if (has_whole) cell.note = percent_of(c, html_count(c->arena, whole), count, whole);
    return cell;
}

// At one practice (a place of the scope), or anywhere (place < 0).
static ReportCell cell_of(Ctx *c, const Report *r, const ReportNumber *n, int place)
{
    int64_t count = place < 0 ? n->count : n->at[place];
    int64_t whole = place < 0 ? n->whole : n->whole_at[place];
    if (!n->known) return (ReportCell){.text = STR("not counted")};
    return r->people ? exact_cell(c, count, n->has_whole, whole)
                     : figure_cell(c, count, n->has_whole, whole);
}

static ReportRow line_row(Ctx *c, const Report *r, const ReportLine *line)
{
    Ask ask = r->ask;
    ask.line = line->key;
    ReportCell *cells = ARENA_ARRAY(c->arena, ReportCell, r->month_count + 1);
    int place = ask.practice == 0 ? -1 : (int)report_place(r->facts.scope, ask.practice);
    ReportSource source = source_of(r);
    for (size_t i = 0; i < r->month_count; i++) {
        cells[i] = cell_of(c, r, report_source_number(c, &source, line, i), place);
        cells[i].label = month_short(c->arena, r->months[i]);
        cells[i].about = line->label;
        if (r->people) cells[i].href = href_of(c, "/people", &ask, r->months[i]);
    }
    return (ReportRow){.label = line->label,
                       .meaning = line->meaning,
                       .href = href_of(c, "/line", &ask, r->ask.month),
                       .cells = cells,
                       .cell_count = r->month_count};
}

// ---- the report

static UiTable months_table(Ctx *c, const Report *r, Str caption, Str first)
{
    UiColumn *columns = ARENA_ARRAY(c->arena, UiColumn, r->month_count + 1);
    columns[0] = (UiColumn){.label = first};
    for (size_t i = 0; i < r->month_count; i++) {
        columns[i + 1] =
            (UiColumn){.label = month_short(c->arena, r->months[i]), .width = MONTH_WIDTH};
    }
    return (UiTable){.caption = caption, .columns = columns, .column_count = r->month_count + 1};
}

static void fill_sections(Ctx *c, const Report *r, ReportPage *m)
{
    ReportSection *sections = ARENA_ARRAY(c->arena, ReportSection, SECTIONS_MAX);
    ReportMissing *missing = ARENA_ARRAY(c->arena, ReportMissing, r->line_count + 1);
    ReportSource source = source_of(r);
    for (size_t i = 0; i < r->line_count; i++) {
        const ReportLine *line = &r->lines[i];
        if (!report_source_knows(&source, line)) {
            missing[m->missing_count++] = (ReportMissing){line->label, line->set, line->refset};
            continue;
        }
        ReportSection *s = m->section_count == 0 ? NULL : &sections[m->section_count - 1];
        if (s == NULL || !str_eq(s->title, line->section)) {
            if (m->section_count == SECTIONS_MAX) break;
            s = &sections[m->section_count++];
            *s =
                (ReportSection){.id = arena_fmt(c->arena, "section-%zu", m->section_count),
                                .title = line->section,
                                .rows = ARENA_ARRAY(c->arena, ReportRow, r->line_count),
                                .table = months_table(c, r, line->section, STR("What is counted"))};
        }
        s->rows[s->row_count++] = line_row(c, r, line);
    }
    m->sections = sections;
    m->missing = missing;
}

void report_month_field(Ctx *c, bool only_over, ReportMonth month, UiField *out)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, REPORT_CHOICES + 1);
    ReportMonth now = only_over ? report_newest_over(c) : month_of(c->today);
    size_t count = 0;
    for (; count < REPORT_CHOICES; count++) {
        ReportMonth at = month_add(now, -(int)count);
        options[count] =
            (UiOption){.value = month_key(c->arena, at), .text = month_name(c->arena, at)};
    }
    *out = (UiField){.name = STR("month"),
                     .label = STR("Up to and including"),
                     .options = options,
                     .option_count = count,
                     .value = month_key(c->arena, month)};
}

static Str practice_of(const Report *r, int64_t id)
{
    for (size_t i = 0; i < r->facts.scope->count; i++) {
        if (r->facts.scope->practices[i].id == id) return r->facts.scope->practices[i].name;
    }
    return STR("");
}

static void fill_practice(Ctx *c, const Report *r, ReportPage *m)
{
    const ReportScope *scope = r->facts.scope;
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, scope->count + 1);
    options[0] = (UiOption){.value = STR("0"), .text = STR("All practices")};
    for (size_t i = 0; i < scope->count; i++) {
        options[i + 1] =
            (UiOption){.value = arena_fmt(c->arena, "%lld", (long long)scope->practices[i].id),
                       .text = scope->practices[i].name};
    }
    m->practice = (UiField){.name = STR("practice"),
                            .label = STR("Registered with"),
                            .options = options,
                            .option_count = scope->count + 1,
                            .value = arena_fmt(c->arena, "%lld", (long long)r->ask.practice)};
    Str chosen = practice_of(r, r->ask.practice);
    if (chosen.len == 0) return;
    Ask all = r->ask;
    all.practice = 0;
    m->filter.clear = href_of(c, "", &all, r->ask.month);
    m->chips[m->filter.chip_count++] = (UiFilterChip){.text = chosen, .href = m->filter.clear};
    m->filter.chips = m->chips;
}

Str report_count_text(Ctx *c, int64_t n, bool exact)
{
    return exact ? html_count(c->arena, n) : figure_text(c->arena, figure_of(n));
}

Str report_opted_out(Ctx *c, int64_t people)
{
    if (people < 0) return STR("");
    Str figure = figure_text(c->arena, figure_of(people));
    return arena_fmt(c->arena,
                     "People who opted out of uses of their record beyond their own care are in no "
                     "number: " STR_FMT " in the network.",
                     STR_ARG(figure));
}

static Str kept_sentence(Ctx *c, const Report *r)
{
    ReportMonth now = month_of(c->today);
    const ReportedMonth *last = r->month_count == 0 ? NULL : &r->kept[r->month_count - 1];
    Str opted_out = last == NULL ? STR("") : report_opted_out(c, last->opted_out);
    return arena_fmt(c->arena,
                     "Each month is shown as it was kept when it was over, and does not change "
                     "afterwards. " STR_FMT " " STR_FMT,
                     STR_ARG(report_not_kept(c, now)), STR_ARG(opted_out));
}

static Err data_sentence(Ctx *c, const Report *r, Str *out)
{
    *out = r->kept != NULL ? kept_sentence(c, r) : STR("");
    if (r->kept != NULL) return ERR_OK;
    const ReportScope *scope = r->facts.scope;
    Date oldest = DATE_NONE;
    size_t without = 0;
    for (size_t i = 0; i < scope->count; i++) {
        bool counts = false;
        Date on = scope->practices[i].extract_on;
        TRY(extract_counts(c, &scope->practices[i], &counts));
        without += counts && date_is_none(on);
        if (!date_is_none(on) && (date_is_none(oldest) || date_cmp(on, oldest) < 0)) oldest = on;
    }
    Str codes = date_is_none(oldest) ? STR("No practice has said the day of its extract.")
                                     : arena_fmt(c->arena, "Codes as at " STR_FMT " or later.",
                                                 STR_ARG(date_long(c->arena, oldest)));
    bool over = date_cmp(r->ask.month.last, c->today) < 0;
    Str opted_out = report_opted_out(c, (int64_t)scope->opted_out_count);
    *out = arena_fmt(
        c->arena, "%s" STR_FMT "%s " STR_FMT,
        over ? "" : "The last month is not over: it is counted up to today. ", STR_ARG(codes),
        without > 0 ? " Some practices gave no date for their extract." : "", STR_ARG(opted_out));
    return ERR_OK;
}

static Err busy_page(Ctx *c, Response *res)
{
    CohortWait wait = cohort_wait_of(c);
    ReportPage m = {.page = page_of(c, STR("Monthly report"), "/reports"),
                    .title = STR("Monthly report"),
                    .busy = wait};
    report_monthly_page(&res->body, &m);
    return ERR_OK;
}

static Err show(Ctx *c, const Request *req, Response *res)
{
    Report *r = ARENA_NEW(c->arena, Report);
    Err err = open_report(c, req, true, r);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    if (r->ask.practice != 0 && practice_of(r, r->ask.practice).len == 0) return ERR_NOT_FOUND;
    ReportPage m = {
        .page = page_of(c, STR("Monthly report"), "/reports"),
        .title = STR("Monthly report"),
        .caption = STR("What is asked of a proactive-care team, month by month."),
        .filter = {.action = STR("/reports"), .label = STR("Choose the months"), .columns = 3},
        .views = report_views(c, REPORT_VIEW_MONTHLY, &m.view_count),
        .figures = !r->people,
        .csv_href = href_of(c, "/monthly.csv", &r->ask, r->ask.month)};
    TRY(data_sentence(c, r, &m.data));
    report_month_field(c, !r->people, r->ask.month, &m.month);
    if (r->people) fill_practice(c, r, &m);
    if (r->month_count == 0) m.none = report_not_kept(c, r->ask.month);
    if (r->month_count > 0) fill_sections(c, r, &m);
    report_monthly_page(&res->body, &m);
    return ERR_OK;
}

// ---- one line by practice

static bool practices_tell(Ctx *c, const Report *r, const ReportNumber *n)
{
    size_t places = r->facts.scope->count + 1;
    FigureSums count = {
        .matching = n->count, .people = n->count, .parts = n->at, .part_count = places};
    FigureSums whole = {
        .matching = n->whole, .people = n->whole, .parts = n->whole_at, .part_count = places};
    return figure_sums_tell(c->arena, &count) || figure_sums_tell(c->arena, &whole);
}

static ReportRow place_row(Ctx *c, const Report *r, const ReportNumber *const *numbers, int place)
{
    const ReportScope *scope = r->facts.scope;
    bool known = place < 0 || (size_t)place < scope->count;
    ReportCell *cells = ARENA_ARRAY(c->arena, ReportCell, r->month_count + 1);
    Ask ask = r->ask;
    ask.practice = place >= 0 && known ? scope->practices[place].id : 0;
    Str name = place < 0 ? STR("All practices")
               : known   ? scope->practices[place].name
                         : STR("Practice not known");
    for (size_t i = 0; i < r->month_count; i++) {
        cells[i] = cell_of(c, r, numbers[i], place);
        cells[i].label = month_short(c->arena, r->months[i]);
        cells[i].about = name;
        if (r->people && known) cells[i].href = href_of(c, "/people", &ask, r->months[i]);
    }
    return (ReportRow){.label = name, .cells = cells, .cell_count = r->month_count};
}

typedef struct Placed {
    Str name;
    size_t place; // of the scope
} Placed;

static int placed_cmp(const void *a, const void *b)
{
    const Placed *left = a;
    const Placed *right = b;
    int cmp = str_cmp(left->name, right->name);
    return cmp != 0 ? cmp : (left->place > right->place) - (left->place < right->place);
}

// By name, since whoever reads many pages looks for one.
static const Placed *places_by_name(Ctx *c, const ReportScope *scope)
{
    Placed *all = ARENA_ARRAY(c->arena, Placed, scope->count + 1);
    for (size_t i = 0; i < scope->count; i++) all[i] = (Placed){scope->practices[i].name, i};
    if (scope->count > 1) qsort(all, scope->count, sizeof *all, placed_cmp);
    return all;
}

static void fill_places(Ctx *c, const Report *r, const ReportLine *line, ReportPage *m)
{
    const ReportScope *scope = r->facts.scope;
    const ReportNumber **numbers = ARENA_ARRAY(c->arena, const ReportNumber *, r->month_count + 1);
    ReportSource source = source_of(r);
    int64_t strays = 0;
    for (size_t i = 0; i < r->month_count; i++) {
        numbers[i] = report_source_number(c, &source, line, i);
        strays += numbers[i]->at[scope->count] + numbers[i]->whole_at[scope->count];
        m->hidden = m->hidden || (!r->people && practices_tell(c, r, numbers[i]));
    }
    ReportSection *s = ARENA_NEW(c->arena, ReportSection);
    *s = (ReportSection){.id = STR("practices"),
                         .title = STR("By practice"),
                         .rows = ARENA_ARRAY(c->arena, ReportRow, scope->count + 2),
                         .table = months_table(c, r, STR("By practice"), STR("Practice"))};
    UiSlice slice = ui_slice(scope->count, PRACTICES_A_PAGE, r->ask.page);
    const Placed *placed = places_by_name(c, scope);
    for (size_t i = 0; i < slice.count; i++) {
        s->rows[s->row_count++] = place_row(c, r, numbers, (int)placed[slice.from + i].place);
    }
    if (strays > 0) s->rows[s->row_count++] = place_row(c, r, numbers, (int)scope->count);
    s->rows[s->row_count++] = place_row(c, r, numbers, -1);
    m->sections = s;
    m->section_count = 1;
    if (slice.pages == 1) return;
    Str href =
        arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(href_of(c, "/line", &r->ask, r->ask.month)));
    m->foot = ui_foot(c->arena, slice, href,
                      html_count_of(c->arena, (int64_t)scope->count, "practice", "practices"));
}

static Err show_line(Ctx *c, const Request *req, Response *res)
{
    Report *r = ARENA_NEW(c->arena, Report);
    Err err = open_report(c, req, true, r);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    const ReportLine *line = report_line_of(r->lines, r->line_count, r->ask.line);
    ReportSource source = source_of(r);
    if (line == NULL || !report_source_knows(&source, line)) return ERR_NOT_FOUND;
    r->ask.practice = 0;
    ReportPage m = {
        .page = page_of(c, line->label, "/reports"),
        .title = line->label,
        .caption = line->meaning,
        .back = href_of(c, "", &r->ask, r->ask.month),
        .filter = {.action = STR("/reports/line"), .label = STR("Choose the months"), .columns = 3},
        .line = line->key,
        .figures = !r->people};
    TRY(data_sentence(c, r, &m.data));
    report_month_field(c, !r->people, r->ask.month, &m.month);
    fill_places(c, r, line, &m);
    report_monthly_page(&res->body, &m);
    return ERR_OK;
}

// ---- the people behind a number

static Str on_label(LineKind kind)
{
    switch (kind) {
    case LINE_OFFERED: return STR("Offered");
    case LINE_ACCEPTED:
    case LINE_ACTIVE:
    case LINE_NO_PLAN_ACTIVE:
    case LINE_NO_CODE_ACTIVE: return STR("Support began");
    case LINE_DECLINED:
    case LINE_UNANSWERED:
    case LINE_CLOSED:
    case LINE_NO_CODE_CLOSED: return STR("Ended");
    case LINE_SPOKEN_SOON:
    case LINE_CONTACTS:
    case LINE_SPOKEN: return STR("Spoken with");
    default: return STR("Recorded");
    }
}

static Err fill_people(Ctx *c, const Report *r, const ReportEntry *entries, size_t count,
                       ReportPersonRow **out)
{
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = entries[i].person;
    PersonRow *persons = NULL;
    TRY(person_rows(c, ids, count, &persons));
    ReportPersonRow *rows = ARENA_ARRAY(c->arena, ReportPersonRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        Str practice = practice_of(r, entries[i].practice);
        rows[i] = (ReportPersonRow){.person = persons[i],
                                    .nhs = person_row_nhs(c, &persons[i]),
                                    .born = person_row_born(c, &persons[i]),
                                    .practice = practice.len > 0 ? practice : STR("Not known"),
                                    .on = date_is_none(entries[i].on)
                                              ? STR("Not recorded")
                                              : date_medium(c->arena, entries[i].on),
                                    .note = entries[i].note};
    }
    *out = rows;
    return ERR_OK;
}

typedef struct Listed { // the list that a number opens
    Report *report;
    const ReportLine *line;
    ReportEntry *entries;
    size_t count;
} Listed;

static Err open_list(Ctx *c, const Request *req, Listed *out)
{
    Report *r = ARENA_NEW(c->arena, Report);
    TRY(open_report(c, req, false, r));
    *out = (Listed){.report = r, .line = report_line_of(r->lines, r->line_count, r->ask.line)};
    if (out->line == NULL || !report_is_known(&r->facts, out->line)) return ERR_NOT_FOUND;
    if (r->ask.practice != 0 && practice_of(r, r->ask.practice).len == 0) return ERR_NOT_FOUND;
    ReportNumber *n = report_number(c, &r->facts, out->line, r->ask.month, WITH_ENTRIES);
    out->entries = n->entries;
    for (int64_t i = 0; i < n->count; i++) {
        bool here = r->ask.practice == 0 || n->entries[i].practice == r->ask.practice;
        if (here) out->entries[out->count++] = n->entries[i];
    }
    return ERR_OK;
}

static Err show_people(Ctx *c, const Request *req, Response *res)
{
    Listed list;
    Err err = open_list(c, req, &list);
    if (err == ERR_BUSY) return busy_page(c, res);
    TRY(err);
    const Report *r = list.report;
    UiSlice slice = ui_slice(list.count, REPORT_PAGE_ROWS, r->ask.page);
    ReportPersonRow *rows = NULL;
    TRY(fill_people(c, r, list.entries + slice.from, slice.count, &rows));
    Str all = html_count(c->arena, (int64_t)list.count);
    Str href = href_of(c, "/people", &r->ask, r->ask.month);
    Str where = practice_of(r, r->ask.practice);
    const UiColumn columns[] = {{.label = STR("Person"), .width = 292},
                                {.label = STR("Practice")},
                                {.label = on_label(list.line->kind)}};
    ReportPeoplePage m = {
        .page = page_of(c, list.line->label, "/reports"),
        .title = list.line->label,
        .meaning = list.line->meaning,
        .back = href_of(c, "", &r->ask, r->ask.month),
        .count =
            arena_fmt(c->arena, STR_FMT " %s, " STR_FMT ", " STR_FMT ".", STR_ARG(all),
                      list.line->kind == LINE_CONTACTS ? (list.count == 1 ? "contact" : "contacts")
                                                       : (list.count == 1 ? "person" : "people"),
                      STR_ARG(month_name(c->arena, r->ask.month)),
                      STR_ARG(where.len > 0 ? where : STR("all practices"))),
        .on_label = on_label(list.line->kind),
        .rows = rows,
        .row_count = slice.count,
        .table = {.caption = list.line->label,
                  .columns = columns,
                  .column_count = COUNT_OF(columns)},
        .foot =
            ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(href)), all)};
    if (ctx_can(c, CAP_EXPORT_ROWS)) {
        m.csv_href = href_of(c, "/people.csv", &r->ask, r->ask.month);
    }
    RES_SHOWS(res, c->arena, list.entries + slice.from, slice.count, person);
    res->log_detail = href;
    report_people_page(&res->body, &m);
    return ERR_OK;
}

static Err people_csv(Ctx *c, const Request *req, Response *res)
{
    Listed list;
    Str body;
    TRY(open_list(c, req, &list));
    const Report *r = list.report;
    Str detail = href_of(c, "/people.csv", &r->ask, r->ask.month);
    ReportPersonRow *rows = NULL;
    TRY(fill_people(c, r, list.entries, list.count, &rows));
    TRY(report_people_csv(c, rows, list.count, on_label(list.line->kind), &body));
    TRY(journal_export(c, STR("report"), detail, list.count));
    RES_SHOWS(res, c->arena, list.entries, list.count, person);
    res->log_detail = detail;
    Str name = arena_fmt(c->arena, STR_FMT "-" STR_FMT ".csv", STR_ARG(list.line->key),
                         STR_ARG(month_key(c->arena, r->ask.month)));
    return res_download(res, "text/csv; charset=utf-8", name, body);
}

static Err monthly_csv(Ctx *c, const Request *req, Response *res)
{
    Report *r = ARENA_NEW(c->arena, Report);
    Str body;
    TRY(open_report(c, req, true, r));
    ReportCsv csv = {.from = source_of(r), .exact = r->people};
    TRY(report_monthly_csv(c, &csv, &body));
    Str name = arena_fmt(c->arena, "monthly-report-" STR_FMT ".csv",
                         STR_ARG(month_key(c->arena, r->ask.month)));
    return res_download(res, "text/csv; charset=utf-8", name, body);
}

static const Route ROUTES[] = {
    ROUTE("GET", "/reports", show, CAP_REPORT_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "month practice line"),
    ROUTE("GET", "/reports/line", show_line, CAP_REPORT_VIEW, CLASS_STATISTICS, VERB_LIST,
          .fields = "month practice line page"),
    ROUTE("GET", "/reports/monthly.csv", monthly_csv, CAP_REPORT_VIEW, CLASS_STATISTICS,
          VERB_EXPORT, .fields = "month practice line"),
    ROUTE("GET", "/reports/people", show_people, CAP_REPORT_PEOPLE, CLASS_COHORT, VERB_LIST,
          .fields = "month practice line page"),
    ROUTE("GET", "/reports/people.csv", people_csv, CAP_EXPORT_ROWS, CLASS_COHORT, VERB_EXPORT,
          .fields = "month practice line"),
    ROUTE("GET", "/reports/impact", report_impact_page, CAP_REPORT_VIEW, CLASS_STATISTICS,
          VERB_LIST, .fields = "month"),
    ROUTE("GET", "/reports/impact.csv", report_impact_csv, CAP_REPORT_VIEW, CLASS_STATISTICS,
          VERB_EXPORT, .fields = "month"),
    ROUTE("GET", "/reports/impact/people", report_impact_people_page, CAP_REPORT_PEOPLE,
          CLASS_COHORT, VERB_LIST, .fields = "month line page"),
    ROUTE("GET", "/reports/reported", report_months_page, CAP_REPORT_VIEW, CLASS_STATISTICS,
          VERB_LIST, .fields = ""),
    ROUTE("POST", "/reports/reported", report_month_keep_form, CAP_REPORT_KEEP, CLASS_STATISTICS,
          VERB_WRITE, .fields = "month"),
    ROUTE("GET", "/reports/reported/:month", report_month_page, CAP_REPORT_VIEW, CLASS_STATISTICS,
          VERB_LIST, .fields = ""),
    ROUTE("GET", "/reports/reported/:month/numbers.csv", report_month_csv, CAP_REPORT_VIEW,
          CLASS_STATISTICS, VERB_EXPORT, .fields = ""),
    ROUTE("GET", "/reports/gaps", report_gaps_page, CAP_REPORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = "practice"),
    ROUTE("GET", "/reports/gaps/people", report_gap_people_page, CAP_REPORT_PEOPLE, CLASS_COHORT,
          VERB_LIST, .fields = "gap practice page"),
    ROUTE("GET", "/reports/gaps/people.csv", report_gap_people_csv, CAP_EXPORT_ROWS, CLASS_COHORT,
          VERB_EXPORT, .fields = "gap practice"),
};

static const NavItem NAV[] = {
    {.label = "Reports", .href = "/reports", .cap = CAP_REPORT_VIEW},
};

static const Seal *const SEALS[] = {&REPORT_MONTH_SEAL};

const Room REPORT_ROOM = {
    .name = "report",
    .routes = ROUTES,
    .route_count = COUNT_OF(ROUTES),
    .nav = NAV,
    .nav_count = COUNT_OF(NAV),
    .seals = SEALS,
    .seal_count = COUNT_OF(SEALS),
    .jobs = REPORT_JOBS,
    .job_count = REPORT_JOB_COUNT,
};
