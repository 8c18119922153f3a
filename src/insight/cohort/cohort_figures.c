// cohort_figures.c -- cohorts for who counts and does not see who: figures, rounded, no names.
#include "cohort_figures_page.h"
#include "core/html.h"
#include "insight/cohort/cohort_more_pages.h"

enum { FIGURE_MIN = 5, FIGURE_STEP = 5, FIGURE_VALUES_MIN = 3 };

Str cohort_figure(Arena *arena, int64_t n)
{
    if (n == 0) return STR("0");
    if (n < FIGURE_MIN) return STR("fewer than 5");
    return html_count(arena, (n + FIGURE_STEP / 2) / FIGURE_STEP * FIGURE_STEP);
}

typedef struct Span { // what a reader knows of a number: it lies in [lo, hi]
    int64_t lo, hi;
} Span;

static Span span_of(int64_t n)
{
    if (n == 0) return (Span){0, 0};
    if (n < FIGURE_MIN) return (Span){1, FIGURE_MIN - 1};
    int64_t shown = (n + FIGURE_STEP / 2) / FIGURE_STEP * FIGURE_STEP;
    int64_t lo = shown - FIGURE_STEP / 2;
    return (Span){lo < FIGURE_MIN ? FIGURE_MIN : lo, shown + FIGURE_STEP / 2};
}

static Span both(Span a, Span b)
{
    return (Span){a.lo > b.lo ? a.lo : b.lo, a.hi < b.hi ? a.hi : b.hi};
}

// What a sum and its parts say about each other.
static void narrow(Span *sum, Span *parts, size_t count)
{
    Span all = {0, 0};
    for (size_t i = 0; i < count; i++) all = (Span){all.lo + parts[i].lo, all.hi + parts[i].hi};
    *sum = both(*sum, all);
    for (size_t i = 0; i < count; i++) {
        Span rest = {all.lo - parts[i].lo, all.hi - parts[i].hi};
        parts[i] = both(parts[i], (Span){sum->lo - rest.hi, sum->hi - rest.lo});
    }
}

static bool tells(int64_t n, Span known)
{
    return n > 0 && n < FIGURE_MIN && known.hi - known.lo + 1 < FIGURE_VALUES_MIN;
}

// Four practices "fewer than 5" of a cohort of "fewer than 5" have one person each: the sums are
// followed as a reader would, until they say nothing new.
bool cohort_parts_tell(Arena *arena, const CohortParts *p)
{
    enum { ROUNDS = 4 };
    size_t listed = p->left_out_count;
    Span matching = span_of(p->matching);
    Span *first = ARENA_ARRAY(arena, Span, listed + 1); // left out, and the people of the list
    Span *second = ARENA_ARRAY(arena, Span, p->practice_count + 1);
    for (size_t i = 0; i < listed; i++) first[i] = span_of(p->left_out[i]);
    first[listed] = span_of(p->people);
    for (size_t i = 0; i < p->practice_count; i++) second[i] = span_of(p->practices[i]);
    for (int round = 0; round < ROUNDS; round++) {
        narrow(&matching, first, listed + 1);
        narrow(&first[listed], second, p->practice_count);
    }
    bool told = tells(p->matching, matching) || tells(p->people, first[listed]);
    for (size_t i = 0; i < listed; i++) told = told || tells(p->left_out[i], first[i]);
    for (size_t i = 0; i < p->practice_count; i++) {
        told = told || tells(p->practices[i], second[i]);
    }
    return told;
}

static Err rows_of(Ctx *c, CohortFiguresPage *m)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    TRY(cohort_list(c, &all, &count));
    CohortFigureRow *rows = ARENA_ARRAY(c->arena, CohortFigureRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        CohortRun run;
        CohortAtPractice *at = NULL;
        size_t at_count = 0;
        TRY(cohort_count(c, all[i].key, &run, &at, &at_count));
        rows[i] = (CohortFigureRow){all[i], cohort_figure(c->arena, (int64_t)run.people_count)};
    }
    m->rows = rows;
    m->row_count = count;
    return ERR_OK;
}

Err cohort_figures_page(Ctx *c, const Request *req, Response *res)
{
    (void)req;
    static const UiColumn COLUMNS[] = {
        {.label = {"Cohort", 6}},
        {.label = {"People now", 10}, .width = 128},
        {.label = {"Offer", 5}},
        {.label = {"Owner", 5}, .width = 196},
    };
    CohortFiguresPage m = {.page = page_of(c, STR("Cohorts"), "/cohort-figures"),
                           .table = {.caption = STR("Cohorts"),
                                     .columns = COLUMNS,
                                     .column_count = COUNT_OF(COLUMNS),
                                     .more = STR("app-table--wide")}};
    TRY(cohort_data_sentence(c, &m.data));
    Err err = rows_of(c, &m);
    if (err == ERR_BUSY) m.busy = STR(COHORT_BUILDING);
    if (err != ERR_OK && err != ERR_BUSY) return err;
    cohort_figures_html(&res->body, &m);
    return ERR_OK;
}

static void fill_steps(Ctx *c, const CohortRun *run, CohortFigurePage *m)
{
    CohortBar *bars = ARENA_ARRAY(c->arena, CohortBar, run->step_count + 1);
    for (size_t i = 0; i < run->step_count; i++) {
        const CohortStep *step = &run->steps[i];
        bool last = i + 1 == run->step_count; // its words say an exact number
        bars[i] = (CohortBar){.text = last ? STR("After leaving out") : step->text,
                              .count = cohort_figure(c->arena, step->count)};
        if (step->not_recorded == 0) continue;
        Str missing = cohort_figure(c->arena, step->not_recorded);
        bars[i].detail = arena_fmt(c->arena, "Not recorded for " STR_FMT, STR_ARG(missing));
    }
    m->bars = bars;
    m->bar_count = run->step_count;
}

static void fill_left_out(Ctx *c, const CohortLeftOut *out, CohortFigurePage *m)
{
    CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS];
    cohort_left_out_lines(out, lines);
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        m->left_out[i] = (UiPair){.key = str_from_c(lines[i].label),
                                  .value = cohort_figure(c->arena, lines[i].count)};
    }
}

static void fill_practices(Ctx *c, const CohortAtPractice *at, size_t count, CohortFigurePage *m)
{
    m->practices = ARENA_ARRAY(c->arena, UiPair, count + 1);
    m->practice_count = count;
    for (size_t i = 0; i < count; i++) {
        Str people = cohort_figure(c->arena, at[i].people);
        Str of = cohort_figure(c->arena, at[i].registered);
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
    CohortParts parts = {.people = (int64_t)run->people_count,
                         .left_out = left_out,
                         .left_out_count = COHORT_LEFT_OUT_KINDS,
                         .practices = practices,
                         .practice_count = count};
    parts.matching = parts.people;
    for (size_t i = 0; i < COHORT_LEFT_OUT_KINDS; i++) parts.matching += left_out[i];
    for (size_t i = 0; i < count; i++) practices[i] = at[i].people;
    return cohort_parts_tell(c->arena, &parts);
}

static Err one_busy(Ctx *c, Response *res)
{
    CohortFiguresPage m = {.page = page_of(c, STR("Cohorts"), "/cohort-figures"),
                           .busy = STR(COHORT_BUILDING)};
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
                          .people = cohort_figure(c->arena, (int64_t)run.people_count)};
    Str of = cohort_figure(c->arena, run.registered);
    m.of = arena_fmt(c->arena, "of " STR_FMT " people registered", STR_ARG(of));
    if (run.updating) m.busy = STR("Newer data has arrived and is being read: look again soon.");
    TRY(cohort_data_sentence(c, &m.data));
    fill_steps(c, &run, &m);
    fill_left_out(c, &run.left_out, &m);
    fill_practices(c, at, count, &m);
    m.parts_hidden = parts_tell(c, &run, at, count);
    cohort_figure_html(&res->body, &m);
    return ERR_OK;
}
