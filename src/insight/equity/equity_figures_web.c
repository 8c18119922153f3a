// equity_figures_web.c -- cohorts, campaigns and coding gaps for who counts and does not see who:
// as the newest month's release holds them, never counted when a page is opened.
#include "core/figure.h"
#include "core/html.h"
#include "equity_figures_page.h"
#include "insight/equity/equity_figure_pages.h"
#include "insight/equity/equity_pages.h"

enum { COHORTS_A_PAGE = 50 };

Err equity_newest(Ctx *c, EquityRelease *out, Str *month_out, Str *about_out)
{
    EquityRelease *all = NULL;
    size_t count = 0;
    TRY(equity_releases(c, &all, &count));
    if (count == 0) return ERR_NOT_FOUND;
    EquitySubject *population = ARENA_NEW(c->arena, EquitySubject);
    TRY(equity_subject(c, &all[0], STR(EQUITY_POPULATION), population));
    *out = all[0];
    *month_out = equity_month(c->arena, all[0].month);
    *about_out = equity_about_release(c, &all[0], population);
    return ERR_OK;
}

// ---- cohorts

static Str figure_in(Ctx *c, const EquitySubjectName *subjects, size_t count, Str key)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(subjects[i].key, key)) return figure_text(c->arena, subjects[i].people);
    }
    return STR("Not counted");
}

static Err fill_cohorts(Ctx *c, const EquityRelease *release, int64_t page, EquityCohortsPage *m)
{
    CohortSummary *all = NULL;
    EquitySubjectName *subjects = NULL;
    size_t subject_count = 0;
    ListCount listed;
    TRY(cohort_list_from(c, (size_t)(page - 1) * COHORTS_A_PAGE, COHORTS_A_PAGE, &all, &listed));
    UiSlice slice = ui_slice(listed.all, COHORTS_A_PAGE, page);
    if (slice.page != page) return fill_cohorts(c, release, slice.page, m);
    m->row_count = listed.given;
    m->foot = ui_foot(c->arena, slice, STR("/cohort-figures?page="),
                      html_count_of(c->arena, (int64_t)listed.all, "cohort", "cohorts"));
    if (m->month.len > 0) TRY(equity_subjects(c, release, &subjects, &subject_count));
    EquityCohortRow *rows = ARENA_ARRAY(c->arena, EquityCohortRow, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) {
        rows[i] = (EquityCohortRow){all[i], figure_in(c, subjects, subject_count, all[i].key)};
        m->has_uncounted = m->has_uncounted || str_eq(rows[i].people, STR("Not counted"));
    }
    m->rows = rows;
    return ERR_OK;
}

Err equity_cohorts_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Cohort")},
        {.label = STR_INIT("People found"), .width = 128},
        {.label = STR_INIT("Offer")},
        {.label = STR_INIT("Owner"), .width = 196},
    };
    EquityCohortsPage m = {.page = page_of(c, STR("Cohorts"), "/cohort-figures"),
                           .table = {.caption = STR("Cohorts"),
                                     .columns = COLUMNS,
                                     .column_count = COUNT_OF(COLUMNS),
                                     .more = STR("app-table--wide")}};
    EquityRelease release = {0};
    KeptDefinition *withdrawn = NULL;
    Err err = equity_newest(c, &release, &m.month, &m.about);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    TRY(fill_cohorts(c, &release, req_page(req), &m));
    if (ctx_can(c, CAP_COHORT_DEFINE)) {
        TRY(definitions_withdrawn(c, &withdrawn, &m.withdrawn_count));
    }
    m.withdrawn = withdrawn;
    equity_cohorts_html(&res->body, &m);
    return ERR_OK;
}

// Why there is no figure of it.
static Err why_not(Ctx *c, EquityCohortPage *m)
{
    bool counted = false;
    Err err = cohort_in_figures(c, m->cohort.key, &counted);
    if (err != ERR_OK && err != ERR_INVALID) return err;
    if (m->cohort.problem.len > 0) {
        m->why = m->cohort.problem;
    } else if (m->cohort.state == DEFINITION_DRAFT) {
        m->why = STR("It is a draft: only cohorts that are published are counted.");
    } else if (!counted) {
        m->why =
            STR("Its text, or that of a cohort it asks for, was last kept by somebody who sees "
                "figures only. It is counted from the next month on once a care coordinator "
                "or a GP supervisor has kept a version of it.");
    } else {
        m->why = STR("It is newer than this month's figures. They are made once a month, of the "
                     "cohorts that are published then.");
    }
    return ERR_OK;
}

static void fill_stages(Ctx *c, const EquitySubject *s, EquityCohortPage *m)
{
    UiPair *stages = ARENA_ARRAY(c->arena, UiPair, s->stage_count + 1);
    for (size_t i = 0; i < s->stage_count; i++) {
        stages[i] = (UiPair){.key = s->stages[i].label,
                             .value = figure_text(c->arena, s->stages[i].people)};
    }
    int found = equity_stage(s, STR("identified"));
    m->people = stages[found < 0 ? s->stage_count - 1 : (size_t)found].value;
    m->stages = stages;
    m->stage_count = s->stage_count;
    m->bridge = equity_bridge_pairs(c, &s->bridge, &m->bridge_count);
}

Err equity_cohort_page(Ctx *c, const Request *req, Response *res)
{
    EquityCohortPage m = {0};
    EquityRelease release;
    EquitySubject *s = ARENA_NEW(c->arena, EquitySubject);
    TRY(cohort_about(c, req_param(req, "key"), &m.cohort));
    m.page = page_of(c, m.cohort.name, "/cohort-figures");
    Err err = equity_newest(c, &release, &m.month, &m.about);
    if (err == ERR_OK) err = equity_subject(c, &release, m.cohort.key, s);
    if (err == ERR_OK) {
        fill_stages(c, s, &m);
    } else if (err == ERR_NOT_FOUND) {
        TRY(why_not(c, &m));
    } else {
        return err;
    }
    equity_cohort_html(&res->body, &m);
    return ERR_OK;
}

// ---- campaigns and coding gaps

static Err draw_sheet(Ctx *c, const char *key, EquitySheetPage *m, Response *res)
{
    EquityRelease release;
    EquitySheet sheet = {0};
    Err err = equity_newest(c, &release, &m->month, &m->about);
    if (err == ERR_OK) err = equity_sheet(c, key, &release, &sheet);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    bool older = err == ERR_NOT_FOUND && m->month.len > 0;
    EquitySheetLine *rows = ARENA_ARRAY(c->arena, EquitySheetLine, sheet.row_count + 1);
    for (size_t i = 0; i < sheet.row_count; i++) {
        rows[i].row = &sheet.rows[i];
        for (size_t k = 0; k < sheet.rows[i].figure_count; k++) {
            rows[i].figures[k] = figure_text(c->arena, sheet.rows[i].figures[k]);
        }
    }
    m->rows = rows;
    m->row_count = sheet.row_count;
    if (older) {
        m->none =
            arena_fmt(c->arena, STR_FMT " are in the figures that are made from next month on.",
                      STR_ARG(m->table.caption));
    }
    equity_sheet_html(&res->body, m);
    return ERR_OK;
}

static UiTable table_of(Str caption, const UiColumn *columns, size_t count)
{
    return (UiTable){.caption = caption,
                     .columns = columns,
                     .column_count = count,
                     .more = STR("app-table--wide")};
}

Err equity_campaigns_page(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    UiColumn *columns = ARENA_ARRAY(c->arena, UiColumn, CAMPAIGN_TALLY_STATES + 1);
    columns[0] = (UiColumn){.label = STR("Campaign")};
    for (size_t i = 0; i < CAMPAIGN_TALLY_STATES; i++) {
        columns[i + 1] = (UiColumn){.label = str_from_c(CAMPAIGN_TALLY_LABELS[i])};
    }
    EquitySheetPage m = {.page = page_of(c, STR("Campaigns"), "/campaign-figures"),
                         .title = STR("Campaigns"),
                         .caption = STR("Counts only: no person is named here"),
                         .none = STR("No campaign had been made then."),
                         .note = STR("Figures from 1 to 4 are not given, and others are held back "
                                     "where they could be worked out from the rest, or "
                                     "from how many were offered support."),
                         .columns = columns,
                         .table = table_of(STR("Campaigns"), columns, CAMPAIGN_TALLY_STATES + 1)};
    return draw_sheet(c, EQUITY_CAMPAIGNS, &m, res);
}

Err equity_gaps_page(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    static const UiColumn COLUMNS[] = {{.label = STR_INIT("What is missing")},
                                       {.label = STR_INIT("People"), .width = 140}};
    EquitySheetPage m = {.page = page_of(c, STR("Coding gaps"), "/reports"),
                         .title = STR("Coding gaps"),
                         .back = STR("/reports"),
                         .caption = STR("Where a record says one thing and the code for it is not "
                                        "there"),
                         .none = STR("No gap had been counted then."),
                         .note = STR("Figures under 10 are not given, 0 among them, since gaps "
                                     "overlap. Each practice's lists are for its own clinicians "
                                     "and the care coordinators."),
                         .columns = COLUMNS,
                         .table = table_of(STR("Coding gaps"), COLUMNS, COUNT_OF(COLUMNS))};
    return draw_sheet(c, EQUITY_GAPS, &m, res);
}
