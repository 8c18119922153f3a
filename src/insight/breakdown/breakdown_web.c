// breakdown_web.c -- the page of a breakdown, its form and its file. Handlers only translate.
#include "breakdown_show_page.h"
#include "insight/breakdown/breakdown.h"
#include "insight/breakdown/breakdown_pages.h"

// ---- the form

static Err fill_cohorts(Ctx *c, const BreakdownAsk *ask, UiField *out)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    TRY(cohort_list(c, &all, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 2);
    *out = (UiField){.name = STR("of"), .label = STR("Who"), .options = options, .value = ask->of};
    options[out->option_count++] =
        (UiOption){.value = STR(""), .text = STR("Everybody registered")};
    bool there = ask->of.len == 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].problem.len > 0) continue;
        there = there || str_eq(all[i].key, ask->of);
        options[out->option_count++] = (UiOption){.value = all[i].key, .text = all[i].name};
    }
    if (!there) { // withdrawn, or beyond those listed
        options[out->option_count++] = (UiOption){.value = ask->of, .text = ask->definition->name};
    }
    return ERR_OK;
}

static void fill_measures(Ctx *c, const BreakdownAsk *ask, UiField *out)
{
    const CodeSets *sets = cohort_sets(c);
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, measures_count(sets) + 1);
    *out = (UiField){.name = STR("value"),
                     .label = STR("Latest value of"),
                     .options = options,
                     .value = ask->values.measure->name,
                     .error = issue_of(c, "value")};
    for (size_t i = 0; i < measures_count(sets); i++) {
        const Measure *measure = measure_at(sets, i);
        if (measure->count == 0) continue; // no code carries it: nobody has a value
        options[out->option_count++] =
            (UiOption){.value = measure->name,
                       .text = arena_fmt(c->arena, STR_FMT " (" STR_FMT ")",
                                         STR_ARG(measure->label), STR_ARG(measure->units[0].unit))};
    }
}

static void fill_within(Ctx *c, const BreakdownAsk *ask, UiField *out)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, BREAKDOWN_WITHIN_COUNT);
    *out = (UiField){.name = STR("within"),
                     .label = STR("Recorded within"),
                     .options = options,
                     .option_count = BREAKDOWN_WITHIN_COUNT,
                     .error = issue_of(c, "within")};
    for (size_t i = 0; i < BREAKDOWN_WITHIN_COUNT; i++) {
        const BreakdownMonths *within = &BREAKDOWN_WITHIN[i];
        options[i] =
            (UiOption){.value = str_from_c(within->key), .text = str_from_c(within->label)};
        if (within->months == ask->values.months) out->value = options[i].value;
    }
}

static void fill_groups(Ctx *c, const BreakdownAsk *ask, size_t which, UiField *out)
{
    static const char *const NAMES[] = {"by", "and"};
    static const char *const LABELS[] = {"By", "And by"};
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, ask->kind_count);
    *out = (UiField){.name = str_from_c(NAMES[which]),
                     .label = str_from_c(LABELS[which]),
                     .options = options,
                     .value = ask->by[which]->key,
                     .error = issue_of(c, NAMES[which])};
    for (size_t i = which == 0 ? 1 : 0; i < ask->kind_count; i++) {
        options[out->option_count++] =
            (UiOption){.value = ask->kinds[i].key, .text = ask->kinds[i].label};
    }
}

static void fill_target(Ctx *c, const Request *req, const BreakdownAsk *ask, BreakdownPage *m)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, COUNT_OF(BREAKDOWN_TARGETS));
    for (size_t i = 0; i < COUNT_OF(BREAKDOWN_TARGETS); i++) {
        options[i] = (UiOption){.value = str_from_c(BREAKDOWN_TARGETS[i].key),
                                .text = str_from_c(BREAKDOWN_TARGETS[i].label)};
    }
    m->target = (UiField){.name = STR("target"),
                          .label = STR("Target"),
                          .options = options,
                          .option_count = COUNT_OF(BREAKDOWN_TARGETS),
                          .value = req_query(req, "target"),
                          .error = issue_of(c, "target")};
    m->than =
        (UiField){.name = STR("than"),
                  .label = arena_fmt(c->arena, "Target in " STR_FMT, STR_ARG(breakdown_unit(ask))),
                  .value = ask->than,
                  .width = 10,
                  .inputmode = STR("decimal"),
                  .autocomplete = STR("off"),
                  .error = issue_of(c, "than")};
    m->at = (UiField){.name = STR("at"),
                      .label = STR("As at"),
                      .value = ask->at.len > 0 && issue_of(c, "at").len > 0
                                   ? ask->at
                                   : date_long(c->arena, ask->as_at),
                      .error = issue_of(c, "at")};
}

static Err fill_form(Ctx *c, const Request *req, const BreakdownAsk *ask, BreakdownPage *m)
{
    TRY(fill_cohorts(c, ask, &m->of));
    fill_measures(c, ask, &m->value);
    fill_within(c, ask, &m->within);
    fill_groups(c, ask, 0, &m->by);
    fill_groups(c, ask, 1, &m->and);
    fill_target(c, req, ask, m);
    m->filter = (UiFilter){
        .action = STR("/breakdown"), .label = STR("Choose what to look at"), .columns = 4};
    return ERR_OK;
}

// ---- the page

static Err show_page(Ctx *c, const Request *req, Response *res)
{
    BreakdownAsk ask;
    BreakdownPage m = {.page = page_of(c, STR("Values by group"), "/cohorts")};
    TRY(breakdown_ask(c, req, &ask));
    TRY(fill_form(c, req, &ask, &m));
    m.about = ask.definition->name;
    if (ask.of.len > 0) m.about_href = arena_fmt(c->arena, "/cohorts/" STR_FMT, STR_ARG(ask.of));
    res->log_detail = arena_fmt(c->arena, "/breakdown?" STR_FMT, STR_ARG(ask.query));
    if (c->issue_count > 0) {
        res->status = err_status(ERR_INVALID);
        breakdown_show_html(&res->body, &m);
        return ERR_OK;
    }
    CohortQuestion question = {.definition = ask.definition, .as_at = ask.as_at};
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Err err = cohort_match(c, &question, &run);
    if (err == ERR_BUSY) {
        m.busy = cohort_wait_of(c);
        breakdown_show_html(&res->body, &m);
        return ERR_OK;
    }
    TRY(err);
    TRY(breakdown_fill(c, &ask, &run, &m));
    if (ctx_can(c, CAP_EXPORT_ROWS)) {
        m.csv = arena_fmt(c->arena, "/breakdown/figures.csv?" STR_FMT, STR_ARG(ask.query));
    }
    breakdown_show_html(&res->body, &m);
    return ERR_OK;
}

static Err csv_file(Ctx *c, const Request *req, Response *res)
{
    BreakdownAsk ask;
    TRY(breakdown_ask(c, req, &ask));
    if (c->issue_count > 0) return ERR_NOT_FOUND; // an address that no page of ours gives
    CohortQuestion question = {.definition = ask.definition, .as_at = ask.as_at};
    CLEANUP(cohort_run_end) CohortRun run = {0};
    Str body = STR("");
    TRY(cohort_match(c, &question, &run));
    TRY(breakdown_export(c, &ask, &run, &body));
    res->log_detail = arena_fmt(c->arena, "/breakdown/figures.csv?" STR_FMT, STR_ARG(ask.query));
    Str name = arena_fmt(c->arena, STR_FMT "-by-" STR_FMT "-" STR_FMT ".csv",
                         STR_ARG(ask.values.measure->name), STR_ARG(ask.by[0]->key),
                         STR_ARG(date_iso(c->arena, ask.as_at)));
    return res_download(res, "text/csv; charset=utf-8", name, body);
}

#define ASKED "of value within target than by and at"
static const Route ROUTES[] = {
    ROUTE("GET", "/breakdown", show_page, CAP_COHORT_VIEW, CLASS_COHORT, VERB_LIST,
          .fields = ASKED " page"),
    ROUTE("GET", "/breakdown/people", breakdown_people_page, CAP_COHORT_VIEW, CLASS_COHORT,
          VERB_LIST, .fields = ASKED " group second who page"),
    ROUTE("GET", "/breakdown/figures.csv", csv_file, CAP_EXPORT_ROWS, CLASS_COHORT, VERB_EXPORT,
          .fields = ASKED),
};

const Room BREAKDOWN_ROOM = {.name = "breakdown",
                             .routes = ROUTES,
                             .route_count = COUNT_OF(ROUTES)};
