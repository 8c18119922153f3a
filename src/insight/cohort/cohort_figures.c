// cohort_figures.c -- cohorts for who counts and does not see who: figures, rounded, no names.
#include "cohort_figures_page.h"
#include "core/figure.h"
#include "core/html.h"
#include "insight/cohort/cohort_apart.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_kept_pages.h"
#include "insight/cohort/cohort_more_pages.h"

enum { FIGURE_ROWS = 50 };

// Who asks may have written the rules, or know who did: publishing them changes nothing of it.
static Str figure_shown(Ctx *c, const CohortSummary *about, int64_t n)
{
    return about->ready_made ? figure_text(c->arena, figure_of(n)) : figure_asked_text(c->arena, n);
}

typedef struct Counted {
    CohortFigureRow *row;
    Arena *arena;  // of the page
    Str opted_out; // people whom no figure holds, as one
} Counted;

static Err count_one(Ctx *own, void *arg)
{
    Counted *counted = arg;
    CohortFigureRow *row = counted->row;
    CohortFiguresNow now;
    TRY(cohort_figures_now(own, row->about.key, &now));
    row->about.ready_made = now.ready_made;
    Str people = figure_shown(own, &row->about, now.people);
    row->people = arena_str(counted->arena, people);
    counted->opted_out = figure_text(counted->arena, figure_of(now.left_secondary));
    return ERR_OK;
}

static Err count_row(Ctx *c, CohortFigureRow *row, Str *opted_out)
{
    row->problem = row->about.problem;
    if (row->problem.len > 0) return ERR_OK;
    Counted counted = {.row = row, .arena = c->arena};
    TRY(cohort_apart(c, count_one, &counted, &row->problem));
    if (counted.opted_out.len > 0) *opted_out = counted.opted_out;
    return ERR_OK;
}

static Err rows_of(Ctx *c, int64_t page, CohortFiguresPage *m)
{
    CohortSummary *all = NULL;
    ListCount listed;
    TRY(cohort_list_from(c, (size_t)(page - 1) * FIGURE_ROWS, FIGURE_ROWS, &all, &listed));
    UiSlice slice = ui_slice(listed.all, FIGURE_ROWS, page);
    if (slice.page != page) return rows_of(c, slice.page, m);
    size_t count = listed.given;
    CohortFigureRow *rows = ARENA_ARRAY(c->arena, CohortFigureRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i].about = all[i];
        TRY(count_row(c, &rows[i], &m->opted_out));
        m->has_asked = m->has_asked || !rows[i].about.ready_made;
    }
    m->rows = rows;
    m->row_count = count;
    m->foot = ui_foot(c->arena, slice, STR("/cohort-figures?page="),
                      html_count_of(c->arena, (int64_t)listed.all, "cohort", "cohorts"));
    return ERR_OK;
}

Err cohort_figures_page(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Cohort")},
        {.label = STR_INIT("People now"), .width = 128},
        {.label = STR_INIT("Offer")},
        {.label = STR_INIT("Owner"), .width = 196},
    };
    CohortFiguresPage m = {.page = page_of(c, STR("Cohorts"), "/cohort-figures"),
                           .table = {.caption = STR("Cohorts"),
                                     .columns = COLUMNS,
                                     .column_count = COUNT_OF(COLUMNS),
                                     .more = STR("app-table--wide")}};
    TRY(cohort_data_sentence(c, &m.data));
    Err err = rows_of(c, req_page(req), &m);
    if (err == ERR_BUSY) {
        m.busy = cohort_wait_of(c).text;
        m.busy_title = cohort_wait_of(c).title;
    }
    if (err != ERR_OK && err != ERR_BUSY) return err;
    WithdrawnLine *withdrawn = NULL;
    TRY(definition_withdrawn_lines(c, &withdrawn, &m.withdrawn_count));
    m.withdrawn = withdrawn;
    cohort_figures_html(&res->body, &m);
    return ERR_OK;
}

static void fill_steps(Ctx *c, const CohortRun *run, CohortFigurePage *m)
{
    CohortBar *bars = ARENA_ARRAY(c->arena, CohortBar, run->step_count + 1);
    bool parts = run->about.ready_made;
    m->bar_count = parts ? run->step_count : run->step_count - 1; // the last: who was left out
    for (size_t i = 0; i < m->bar_count; i++) {
        const CohortStep *step = &run->steps[i];
        bool last = i + 1 == run->step_count; // its words say an exact number
        bars[i] = (CohortBar){.text = last ? STR("After leaving out") : step->text,
                              .count = figure_shown(c, &run->about, step->count)};
        if (!parts || step->not_recorded == 0) continue;
        Str missing = figure_shown(c, &run->about, step->not_recorded);
        bars[i].detail = arena_fmt(c->arena, "Not recorded for " STR_FMT, STR_ARG(missing));
    }
    m->bars = bars;
}

static void fill_left_out(Ctx *c, const CohortRun *run, CohortFigurePage *m)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(&run->left_out, lines);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        m->left_out[i] = (UiPair){.key = str_from_c(lines[i].label),
                                  .value = figure_shown(c, &run->about, lines[i].count)};
    }
}

static void fill_practices(Ctx *c, const CohortAtPractice *at, size_t count, CohortFigurePage *m)
{
    m->practices = ARENA_ARRAY(c->arena, UiPair, count + 1);
    m->practice_count = count;
    for (size_t i = 0; i < count; i++) {
        Str people = figure_shown(c, &m->about, at[i].people);
        Str of = figure_shown(c, &m->about, at[i].registered);
        m->practices[i] = (UiPair){
            .key = at[i].name,
            .value = arena_fmt(c->arena, STR_FMT " of " STR_FMT, STR_ARG(people), STR_ARG(of))};
    }
}

static bool parts_tell(Ctx *c, const CohortRun *run, const CohortAtPractice *at, size_t count)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(&run->left_out, lines);
    int64_t left_out[COHORT_LEFT_OUT_KINDS];
    for (size_t i = 0; i < COUNT_OF(lines); i++) left_out[i] = lines[i].count;
    int64_t *practices = ARENA_ARRAY(c->arena, int64_t, count + 1);
    FigureSums parts = {.people = (int64_t)run->people_count,
                        .left_out = left_out,
                        .left_out_count = COHORT_LEFT_OUT_KINDS,
                        .parts = practices,
                        .part_count = count};
    parts.matching = parts.people;
    for (size_t i = 0; i < COHORT_LEFT_OUT_KINDS; i++) parts.matching += left_out[i];
    for (size_t i = 0; i < count; i++) practices[i] = at[i].people;
    return figure_sums_tell(c->arena, &parts);
}

static Err one_busy(Ctx *c, Response *res)
{
    CohortFiguresPage m = {.page = page_of(c, STR("Cohorts"), "/cohort-figures"),
                           .busy = cohort_wait_of(c).text,
                           .busy_title = cohort_wait_of(c).title};
    TRY(cohort_data_sentence(c, &m.data));
    cohort_figures_html(&res->body, &m);
    return ERR_OK;
}

Err cohort_figure_page(Ctx *c, const Request *req, Response *res)
{
    CohortRun run;
    CohortAtPractice *at = NULL;
    size_t count = 0;
    Err err = cohort_count(c, req_param(req, "key"), &run, &at, &count);
    if (err == ERR_BUSY) return one_busy(c, res);
    TRY(err);
    CohortFigurePage m = {.page = page_of(c, run.about.name, "/cohort-figures"),
                          .about = run.about,
                          .people = figure_shown(c, &run.about, (int64_t)run.people_count),
                          .opted_out = figure_text(c->arena, figure_of(run.left_secondary))};
    Str of = figure_shown(c, &run.about, run.registered);
    m.of = arena_fmt(c->arena, "of " STR_FMT " people registered", STR_ARG(of));
    if (run.updating) m.busy = STR("Newer data has arrived and is being read: look again soon.");
    TRY(cohort_data_sentence(c, &m.data));
    fill_steps(c, &run, &m);
    if (run.about.ready_made) { // of others no parts are given
        fill_left_out(c, &run, &m);
        fill_practices(c, at, count, &m);
        m.parts_hidden = parts_tell(c, &run, at, count);
    }
    cohort_figure_html(&res->body, &m);
    return ERR_OK;
}
