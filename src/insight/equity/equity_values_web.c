// equity_values_web.c -- values by group for who reads figures, as the newest release holds them.
#include "core/figure.h"
#include "core/form.h"
#include "core/html.h"
#include "equity_values_page.h"
#include "insight/equity/equity_figure_pages.h"
#include "insight/equity/equity_pages.h"
#include "insight/equity/equity_values.h"

#include <math.h>

typedef struct Showing {
    Ctx *c;
    const EquityValueRule *rule;
    const EquitySubject *subject;
    const UiColumn *columns;
    size_t column_count;
    int64_t page; // of groups where there are many
} Showing;

static Str median_words(Arena *arena, const EquityValueRule *rule, EquityMedian median)
{
    if (!median.given) return STR("not given");
    if (!median.has_lo) return arena_fmt(arena, "at most %d %s", median.hi, rule->unit);
    if (!median.has_hi) return arena_fmt(arena, "over %d %s", median.lo, rule->unit);
    return arena_fmt(arena, "over %d, at most %d %s", median.lo, median.hi, rule->unit);
}

// figures: of each stage.
static EquityValueRow row_of(const Showing *s, Str group, const int64_t *figures)
{
    Arena *arena = s->c->arena;
    int64_t met = figures[equity_value_target(s->rule)];
    EquityMedian median = equity_median(s->rule, figures[VALUE_RECORDED], &figures[VALUE_STEPS]);
    EquityValueRow row = {.group = group,
                          .people = figure_text(arena, figures[VALUE_OF]),
                          .recorded = figure_text(arena, figures[VALUE_RECORDED]),
                          .met = figure_text(arena, met),
                          .share = STR("not given"),
                          .median = median_words(arena, s->rule, median)};
    double share = 0;
    EquityRange range;
    if (!equity_kept_share(met, figures[VALUE_RECORDED], &share, &range)) return row;
    row.share = html_percent(arena, share);
    row.range = arena_fmt(arena, STR_FMT " to " STR_FMT, STR_ARG(html_percent(arena, range.lo)),
                          STR_ARG(html_percent(arena, range.hi)));
    return row;
}

static UiTable table_of(const Showing *s, Str caption)
{
    return (UiTable){.caption = caption,
                     .columns = s->columns,
                     .column_count = s->column_count,
                     .more = STR("app-table--tight app-table--pairs")};
}

static void figures_of(const Showing *s, const EquityDimension *d, size_t group, int64_t *figures)
{
    for (size_t i = 0; i < s->subject->stage_count; i++) {
        figures[i] = d->figures[i * d->group_count + group];
    }
}

// By the shares that are shown: those that are not given come last.
static const size_t *order_of(const Showing *s, const EquityDimension *d, const UiSlice *slice)
{
    double *met = ARENA_ARRAY(s->c->arena, double, d->group_count + 1);
    for (size_t g = 0; g < d->group_count && slice->pages > 1; g++) {
        int64_t figures[EQUITY_STAGES_MAX] = {0};
        EquityRange range;
        figures_of(s, d, g, figures);
        if (!equity_kept_share(figures[equity_value_target(s->rule)], figures[VALUE_RECORDED],
                               &met[g], &range)) {
            met[g] = INFINITY;
        }
    }
    return ui_least_first(s->c->arena, met, d->group_count);
}

static UiPages block_foot(const Showing *s, const EquityDimension *d, const UiSlice *slice)
{
    Arena *arena = s->c->arena;
    if (slice->pages == 1) return (UiPages){0};
    UiPages foot =
        ui_foot(arena, *slice, arena_fmt(arena, "/value-figures?of=%s&page=", s->rule->key),
                arena_fmt(arena, "%zu groups, those with the lowest share first", d->group_count));
    foot.at = arena_fmt(arena, "h-" STR_FMT, STR_ARG(d->key));
    return foot;
}

static void fill_block(const Showing *s, const EquityDimension *d, EquityValueBlock *out)
{
    UiSlice slice = ui_slice(d->group_count, EQUITY_GROUPS_A_PAGE, s->page);
    const size_t *order = order_of(s, d, &slice);
    EquityValueRow *rows = ARENA_ARRAY(s->c->arena, EquityValueRow, slice.count + 1);
    for (size_t i = 0; i < slice.count; i++) {
        size_t g = order[slice.from + i];
        int64_t figures[EQUITY_STAGES_MAX] = {0};
        figures_of(s, d, g, figures);
        rows[i] = row_of(s, d->groups[g], figures);
    }
    *out = (EquityValueBlock){.key = d->key,
                              .label = d->label,
                              .by = d->by,
                              .table = table_of(s, d->label),
                              .rows = rows,
                              .row_count = slice.count,
                              .foot = block_foot(s, d, &slice)};
}

static void fill_page(Ctx *c, const EquityValueRule *rule, const EquitySubject *subject,
                      int64_t page, EquityValuesPage *m)
{
    UiColumn *columns = ARENA_ARRAY(c->arena, UiColumn, 6);
    Str target = arena_fmt(c->arena, "At most %d %s", rule->target, rule->unit);
    columns[0] = (UiColumn){.label = STR("Group")};
    columns[1] = (UiColumn){.label = STR("People"), .number = true};
    columns[2] = (UiColumn){.label = STR("With a value"), .number = true};
    columns[3] = (UiColumn){.label = target, .number = true};
    columns[4] = (UiColumn){.label = STR("Share, 95% range"), .number = true};
    columns[5] = (UiColumn){.label = STR("Median"), .number = true};
    Showing s = {c, rule, subject, columns, 6, page};
    int64_t figures[EQUITY_STAGES_MAX] = {0};
    for (size_t i = 0; i < subject->stage_count; i++) figures[i] = subject->stages[i].people;
    UiTable *all = ARENA_NEW(c->arena, UiTable);
    *all = table_of(&s, STR("Everybody"));
    m->all_table = all;
    m->all = row_of(&s, STR("Everybody"), figures);
    EquityValueBlock *blocks = ARENA_ARRAY(c->arena, EquityValueBlock, EQUITY_DIMENSIONS_MAX);
    for (size_t d = 0; d < subject->dimension_count; d++) {
        fill_block(&s, &subject->dimensions[d], &blocks[d]);
    }
    m->blocks = blocks;
    m->block_count = subject->dimension_count;
    m->csv = arena_fmt(c->arena, "/equity/%s/figures.csv", rule->key);
}

static const EquityValueRule *rule_asked(const Request *req)
{
    Str of = req_query(req, "of");
    for (size_t i = 0; i < EQUITY_VALUES; i++) {
        if (str_eq(of, str_from_c(EQUITY_VALUE_RULES[i].key))) return &EQUITY_VALUE_RULES[i];
    }
    return &EQUITY_VALUE_RULES[0];
}

static void fill_choice(Ctx *c, const EquityValueRule *rule, EquityValuesPage *m)
{
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, EQUITY_VALUES);
    for (size_t i = 0; i < EQUITY_VALUES; i++) {
        options[i] = (UiOption){.value = str_from_c(EQUITY_VALUE_RULES[i].key),
                                .text = str_from_c(EQUITY_VALUE_RULES[i].name)};
    }
    m->of = (UiField){.name = STR("of"),
                      .label = STR("Look at"),
                      .options = options,
                      .option_count = EQUITY_VALUES,
                      .value = str_from_c(rule->key)};
    m->filter = (UiFilter){
        .action = STR("/value-figures"), .label = STR("Choose what to look at"), .columns = 2};
}

Err equity_values_page(Ctx *c, const Request *req, Response *res)
{
    const EquityValueRule *rule = rule_asked(req);
    EquityValuesPage m = {.page = page_of(c, STR("Values by group"), "/reports"),
                          .name = str_from_c(rule->name)};
    EquityRelease release;
    EquitySubject *subject = ARENA_NEW(c->arena, EquitySubject);
    fill_choice(c, rule, &m);
    Err err = equity_newest(c, &release, &m.month, &m.about);
    if (err == ERR_OK) err = equity_subject(c, &release, str_from_c(rule->key), subject);
    if (err != ERR_OK && err != ERR_NOT_FOUND) return err;
    bool whole = subject->stage_count == VALUE_STEPS + equity_value_steps(rule);
    if (err == ERR_OK && whole) {
        fill_page(c, rule, subject, req_page(req), &m);
    } else {
        m.none = STR("These figures hold nothing of it. It is in those that are made from next "
                     "month on, where the code sets have its codes.");
    }
    equity_values_html(&res->body, &m);
    return ERR_OK;
}
