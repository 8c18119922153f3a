// report_gaps_web.c -- the pages of coding gaps and their files. Handlers only translate.
#include "base/csv.h"
#include "core/html.h"
#include "insight/report/report_gaps_pages.h"
#include "insight/report/report_write.h"
#include "report_gaps_page.h"
#include "work/team/team.h"

// Of who counts and does not see who: of the month's figures (insight/equity).
#define GAP_FIGURES "/gap-figures"
enum { GAP_CSV_BYTES_MAX = 16 * 1024 * 1024, LINES_BYTES_MAX = 32 * 1024 };

const UiNavItem *report_views(Ctx *c, ReportView now, size_t *count_out)
{
    static const struct {
        const char *label, *href;
    } VIEWS[] = {[REPORT_VIEW_MONTHLY] = {"Monthly report", "/reports"},
                 [REPORT_VIEW_IMPACT] = {"Before and after", "/reports/impact"},
                 [REPORT_VIEW_REPORTED] = {"As reported", "/reports/reported"},
                 [REPORT_VIEW_GAPS] = {"Coding gaps", "/reports/gaps"}};
    UiNavItem *views = ARENA_ARRAY(c->arena, UiNavItem, COUNT_OF(VIEWS) + 2);
    for (size_t i = 0; i < COUNT_OF(VIEWS); i++) {
        bool figures = i == REPORT_VIEW_GAPS && !report_sees_people(c);
        views[i] = (UiNavItem){.label = str_from_c(VIEWS[i].label),
                               .href = str_from_c(figures ? GAP_FIGURES : VIEWS[i].href),
                               .count = -1,
                               .current = i == (size_t)now};
    }
    // Who has no part in cohorts is not led to the gaps.
    bool gaps = access_may(c, CLASS_COHORT, MODE_READ) || access_may_count(c, CLASS_COHORT);
    *count_out = gaps ? COUNT_OF(VIEWS) : COUNT_OF(VIEWS) - 1;
    if (ctx_can(c, CAP_EQUITY_VIEW)) {
        views[(*count_out)++] =
            (UiNavItem){.label = STR("Who is reached"), .href = STR("/equity"), .count = -1};
    }
    bool people = ctx_can(c, CAP_COHORT_VIEW);
    if (people || ctx_can(c, CAP_EQUITY_VIEW)) {
        views[(*count_out)++] =
            (UiNavItem){.label = STR("Values by group"),
                        .href = people ? STR("/breakdown") : STR("/value-figures"),
                        .count = -1};
    }
    return views;
}

static int64_t practice_asked(const Request *req)
{
    int64_t practice = 0;
    return str_i64(req_query(req, "practice"), 0, INT64_MAX, &practice) ? practice : 0;
}

// Of these people those at one practice; 0: all.
static size_t at_practice(GapPerson *people, size_t count, int64_t practice)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (practice == 0 || people[i].practice == practice) people[kept++] = people[i];
    }
    return kept;
}

typedef struct GapCounting {
    const ReportGap *gaps;
    size_t gap_count;
    const ReportGap *gap;
    int64_t practice;
} GapCounting;

static Err count_gap(Ctx *c, void *arg, int64_t *out)
{
    const GapCounting *of = arg;
    CLEANUP(report_gap_end) GapAnswer answer = {0};
    TRY(report_gap_ask(c, of->gaps, of->gap_count, of->gap, &answer));
    *out = (int64_t)at_practice(answer.people, answer.count, of->practice);
    return ERR_OK;
}

// What the team does changes nothing of who is missing a code, unless the gap asks for it.
static bool of_record(const CohortRule *rule)
{
    if (rule->kind >= RULE_CONTACT && rule->kind < RULE_KINDS) return false;
    for (const CohortRule *inner = rule->first; inner != NULL; inner = inner->next) {
        if (!of_record(inner)) return false;
    }
    return true;
}

static Err number_of(Ctx *c, GapCounting *of, int64_t *out)
{
    const Definition *definition = of->gap->definition;
    if (definition == NULL) { // by address, from those who are coded
        const ReportGap *coded = report_gap_of(of->gaps, of->gap_count, STR(GAP_CARE_HOME_CODED));
        definition = coded == NULL ? NULL : coded->definition;
    }
    NumberAsked asked = {.what = arena_fmt(c->arena, "gap " STR_FMT " %lld", STR_ARG(of->gap->key),
                                           (long long)of->practice),
                         .count = count_gap,
                         .arg = of,
                         .record = definition != NULL && of_record(definition->root)};
    return cohort_number_now(c, &asked, out);
}

static Err fill_row(Ctx *c, GapCounting *of, GapRow *out)
{
    int64_t people = 0;
    TRY(number_of(c, of, &people));
    *out = (GapRow){.gap = of->gap, .people = html_count(c->arena, people)};
    out->href = arena_fmt(c->arena, "/reports/gaps/people?gap=" STR_FMT "&practice=%lld",
                          STR_ARG(of->gap->key), (long long)of->practice);
    return ERR_OK;
}

static Err fill_rows(Ctx *c, int64_t practice, GapsPage *m)
{
    ReportGap *gaps = NULL;
    size_t count = 0;
    TRY(report_gaps(c, &gaps, &count));
    GapRow *rows = ARENA_ARRAY(c->arena, GapRow, count + 1);
    const ReportGap **missing = ARENA_ARRAY(c->arena, const ReportGap *, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (gaps[i].why.len > 0) {
            missing[m->missing_count++] = &gaps[i];
            continue;
        }
        GapCounting of = {gaps, count, &gaps[i], practice};
        TRY(fill_row(c, &of, &rows[m->row_count++]));
    }
    m->rows = rows;
    m->missing = missing;
    return ERR_OK;
}

void report_ahead(Ctx *c)
{
    ReportGap *gaps = NULL;
    size_t count = 0;
    Err err = report_gaps(c, &gaps, &count);
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        int64_t people = 0;
        GapCounting of = {gaps, count, &gaps[i], 0};
        if (gaps[i].why.len == 0) err = number_of(c, &of, &people);
    }
}

static Err fill_filter(Ctx *c, int64_t practice, GapsPage *m)
{
    Str chosen = STR("");
    TRY(practice_field(c, "Registered with", practice, &m->practice, &chosen));
    m->filter = (UiFilter){.action = STR("/reports/gaps"),
                           .label = STR("Choose a practice"),
                           .columns = 3,
                           .chips = m->chips};
    if (chosen.len == 0) return ERR_OK;
    m->chips[m->filter.chip_count++] = (UiFilterChip){chosen, STR("/reports/gaps")};
    m->filter.clear = STR("/reports/gaps");
    return ERR_OK;
}

Err report_gaps_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("What is missing")},
                                       {.label = STR_INIT("What to do"), .width = 252},
                                       {.label = STR_INIT("People now"), .width = 128}};
    int64_t practice = practice_asked(req);
    if (!report_sees_people(c)) return res_redirect(c, res, STR(GAP_FIGURES));
    GapsPage m = {.page = page_of(c, STR("Coding gaps"), "/reports"),
                  .views = report_views(c, REPORT_VIEW_GAPS, &m.view_count),
                  .table = {.caption = STR("Coding gaps"),
                            .columns = COLUMNS,
                            .column_count = COUNT_OF(COLUMNS)}};
    TRY(fill_filter(c, practice, &m));
    Err err = fill_rows(c, practice, &m);
    if (err == ERR_BUSY) m.busy = cohort_wait_of(c);
    if (err != ERR_OK && err != ERR_BUSY) return err;
    TRY(cohort_extract_warnings(c, &m.warnings));
    report_gaps_html(&res->body, &m);
    return ERR_OK;
}

// ---- the people behind one gap

typedef struct GapList {
    const ReportGap *gap;
    GapAnswer answer;
    int64_t practice;
    size_t count;
} GapList;

static void list_end(GapList *list)
{
    report_gap_end(&list->answer);
}

static Err open_list(Ctx *c, const Request *req, GapList *out)
{
    ReportGap *gaps = NULL;
    size_t count = 0;
    *out = (GapList){.practice = practice_asked(req)};
    TRY(report_gaps(c, &gaps, &count));
    out->gap = report_gap_of(gaps, count, req_query(req, "gap"));
    if (out->gap == NULL) return ERR_NOT_FOUND;
    TRY(report_gap_ask(c, gaps, count, out->gap, &out->answer));
    if (out->answer.people == NULL) return ERR_NOT_FOUND;
    out->count = at_practice(out->answer.people, out->answer.count, out->practice);
    return ERR_OK;
}

static Err fill_people(Ctx *c, const GapList *list, size_t from, size_t count, GapPersonRow **out)
{
    const GapPerson *people = list->answer.people + from;
    PersonId *ids = ARENA_ARRAY(c->arena, PersonId, count + 1);
    for (size_t i = 0; i < count; i++) ids[i] = people[i].person;
    PersonRow *persons = NULL;
    Practice *practices = NULL;
    size_t practice_count = 0;
    TRY(person_rows(c, ids, count, &persons));
    TRY(practice_list(c, &practices, &practice_count));
    GapPersonRow *rows = ARENA_ARRAY(c->arena, GapPersonRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (GapPersonRow){.person = persons[i],
                                 .nhs = person_row_nhs(c, &persons[i]),
                                 .born = person_row_born(c, &persons[i]),
                                 .practice =
                                     practice_name_of(practices, practice_count, people[i].practice,
                                                      STR("Practice not known"))};
        if (list->gap->definition == NULL) {
            rows[i].note =
                arena_fmt(c->arena, STR_FMT " at this address %s coded as living in a care home",
                          STR_ARG(html_people(c->arena, people[i].among)),
                          people[i].among == 1 ? "is" : "are");
            continue;
        }
        Reason *reasons = NULL;
        TRY(cohort_reasons(c, &list->answer.run, people[i].person, WITHOUT_DETAILS, &reasons,
                           &rows[i].reason_count));
        rows[i].reasons = reasons;
    }
    *out = rows;
    return ERR_OK;
}

static Str list_href(Ctx *c, const GapList *list, const char *tail)
{
    return arena_fmt(c->arena, "/reports/gaps/people%s?gap=" STR_FMT "&practice=%lld", tail,
                     STR_ARG(list->gap->key), (long long)list->practice);
}

static Err draw_people(Ctx *c, const Request *req, const GapList *list, Response *res)
{
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("Person"), .width = 292},
                                       {.label = STR_INIT("What the record says")}};
    UiSlice slice = ui_slice(list->count, GAP_PAGE_ROWS, req_page(req));
    GapPersonRow *rows = NULL;
    TRY(fill_people(c, list, slice.from, slice.count, &rows));
    Str all = html_count(c->arena, (int64_t)list->count);
    Str href = list_href(c, list, "");
    GapPeoplePage m = {
        .page = page_of(c, list->gap->name, "/reports"),
        .gap = list->gap,
        .back = arena_fmt(c->arena, "/reports/gaps?practice=%lld", (long long)list->practice),
        .count = arena_fmt(c->arena, STR_FMT " %s.", STR_ARG(all),
                           list->count == 1 ? "person" : "people"),
        .rows = rows,
        .row_count = slice.count,
        .table = {.caption = list->gap->name,
                  .columns = COLUMNS,
                  .column_count = COUNT_OF(COLUMNS)},
        .foot =
            ui_foot(c->arena, slice, arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(href)), all)};
    if (ctx_can(c, CAP_EXPORT_ROWS)) m.csv_href = list_href(c, list, ".csv");
    TRY(cohort_extract_warnings(c, &m.warnings));
    RES_SHOWS(res, c->arena, list->answer.people + slice.from, slice.count, person);
    res->log_detail = href;
    report_gap_people_html(&res->body, &m);
    return ERR_OK;
}

Err report_gap_people_page(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(list_end) GapList list = {0};
    Err err = open_list(c, req, &list);
    if (err == ERR_BUSY) return report_gaps_page(c, req, res);
    TRY(err);
    return draw_people(c, req, &list, res);
}

// The facts on one line of a file.
static Str facts_text(Ctx *c, const GapPersonRow *row)
{
    CLEANUP(buf_free) Buf text = buf_new(LINES_BYTES_MAX);
    buf_add(&text, row->note);
    for (size_t i = 0; i < row->reason_count; i++) {
        const Reason *why = &row->reasons[i];
        if (why->depth > 0) continue;
        buf_add_c(&text, text.len > 0 ? "; " : "");
        buf_add(&text, why->text);
        if (date_is_none(why->on)) continue;
        buf_fmt(&text, " (" STR_FMT ")", STR_ARG(date_medium(c->arena, why->on)));
    }
    return arena_str(c->arena, buf_str(&text));
}

static Err write_list(Ctx *c, const GapList *list, Str *out)
{
    static const char *const HEADS[] = {"NHS number", "Name", "Date of birth", "Practice",
                                        "What the record says"};
    GapPersonRow *rows = NULL;
    TRY(fill_people(c, list, 0, list->count, &rows));
    CLEANUP(buf_free) Buf buf = buf_new(GAP_CSV_BYTES_MAX);
    CsvOut csv = csv_out(&buf);
    csv_put_heads(&csv, HEADS, COUNT_OF(HEADS));
    for (size_t i = 0; i < list->count; i++) {
        csv_put_field(&csv, rows[i].nhs);
        csv_put_field(&csv, rows[i].person.name);
        csv_put_field(&csv, date_iso(c->arena, rows[i].person.born));
        csv_put_field(&csv, rows[i].practice);
        csv_put_field(&csv, facts_text(c, &rows[i]));
        csv_end_row(&csv);
    }
    if (!buf_ok(&buf)) return ERR_TOO_LARGE;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err report_gap_people_csv(Ctx *c, const Request *req, Response *res)
{
    CLEANUP(list_end) GapList list = {0};
    Str body = STR("");
    TRY(open_list(c, req, &list));
    TRY(write_list(c, &list, &body));
    Str detail = list_href(c, &list, ".csv");
    TRY(journal_export(c, STR("report"), detail, list.count));
    RES_SHOWS(res, c->arena, list.answer.people, list.count, person);
    res->log_detail = detail;
    Str name = arena_fmt(c->arena, STR_FMT "-" STR_FMT ".csv", STR_ARG(list.gap->key),
                         STR_ARG(date_iso(c->arena, c->today)));
    return res_download(res, "text/csv; charset=utf-8", name, body);
}
