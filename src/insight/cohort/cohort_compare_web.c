// cohort_compare_web.c -- the page of two cohorts beside each other.
#include "cohort_compare_page.h"
#include "core/html.h"
#include "insight/cohort/cohort_compare.h"
#include "insight/cohort/cohort_more_pages.h"

static const char *const SIDES[COMPARE_SIDES] = {"a", "both", "b"};

// "Carers"; of an earlier version "Carers, version of 8 hexadecimal digits".
static Str side_name(Ctx *c, Str word, const CohortRun *run)
{
    size_t at = 0;
    if (!str_find(word, STR("@"), &at)) return run->about.name;
    return arena_fmt(c->arena, STR_FMT " (earlier version)", STR_ARG(run->about.name));
}

static Err side_field(Ctx *c, const char *name, const char *label, Str chosen, UiField *out)
{
    CohortSummary *all = NULL;
    size_t count = 0;
    TRY(cohort_list(c, &all, &count));
    UiOption *options = ARENA_ARRAY(c->arena, UiOption, count + 2);
    size_t n = 0;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (all[i].problem.len > 0) continue;
        options[n++] = (UiOption){.value = all[i].key, .text = all[i].name};
    }
    if (str_find(chosen, STR("@"), &at)) {
        Str of = STR("");
        TRY(cohort_name(c, str_slice(chosen, 0, at), &of));
        Str text = arena_fmt(c->arena, STR_FMT " (earlier version)", STR_ARG(of));
        options[n++] = (UiOption){.value = chosen, .text = text};
    }
    *out = (UiField){.name = str_from_c(name),
                     .label = str_from_c(label),
                     .options = options,
                     .option_count = n,
                     .value = chosen};
    return ERR_OK;
}

// Nobody means to compare a cohort with itself: the second begins with another one.
static void begin_apart(const UiField *a, UiField *b)
{
    Str first = a->value;
    if (first.len == 0 && a->option_count > 0) first = a->options[0].value;
    for (size_t i = 0; i < b->option_count && b->value.len == 0; i++) {
        if (!str_eq(b->options[i].value, first)) b->value = b->options[i].value;
    }
}

static CompareSide side_of(const Request *req)
{
    for (int i = 0; i < COMPARE_SIDES; i++) {
        if (str_eq(req_query(req, "show"), str_from_c(SIDES[i]))) return (CompareSide)i;
    }
    return IN_BOTH;
}

static Str side_href(Ctx *c, const ComparePage *m, CompareSide side)
{
    return arena_fmt(c->arena, "/cohorts/compare?a=" STR_FMT "&b=" STR_FMT "&show=%s",
                     STR_ARG(m->a.value), STR_ARG(m->b.value), SIDES[side]);
}

static void fill_tabs(Ctx *c, const CohortComparison *found, CompareSide side, ComparePage *m)
{
    const Str labels[COMPARE_SIDES] = {
        arena_fmt(c->arena, "Only " STR_FMT, STR_ARG(m->about_a.name)), STR("Both"),
        arena_fmt(c->arena, "Only " STR_FMT, STR_ARG(m->about_b.name))};
    for (int i = 0; i < COMPARE_SIDES; i++) {
        m->tabs[i] = (UiNavItem){.label = labels[i],
                                 .href = side_href(c, m, (CompareSide)i),
                                 .count = (int64_t)found->count[i],
                                 .current = i == (int)side};
    }
    Str only_a = html_count(c->arena, (int64_t)found->count[ONLY_A]);
    Str both = html_count(c->arena, (int64_t)found->count[IN_BOTH]);
    Str only_b = html_count(c->arena, (int64_t)found->count[ONLY_B]);
    m->sentence = arena_fmt(c->arena,
                            STR_FMT " only in \"" STR_FMT "\", " STR_FMT " in both, " STR_FMT
                                    " only in \"" STR_FMT "\".",
                            STR_ARG(only_a), STR_ARG(m->about_a.name), STR_ARG(both),
                            STR_ARG(only_b), STR_ARG(m->about_b.name));
}

static bool is_told(const CohortPersonRow *row, const Reason *reason)
{
    for (size_t i = 0; i < row->reason_count; i++) {
        const Reason *told = &row->reasons[i];
        if (str_eq(told->text, reason->text) && date_cmp(told->on, reason->on) == 0) return true;
    }
    return false;
}

// Whoever is in both is there for the reasons of each; one that both give stands once.
static Err add_reasons(Ctx *c, const CohortRun *run, const PersonId *people, CohortPersonRow *rows,
                       size_t count)
{
    CohortPersonRow *others = ARENA_ARRAY(c->arena, CohortPersonRow, count + 1);
    TRY(cohort_rows_of(c, run, people, count, WITHOUT_DETAILS, others));
    for (size_t i = 0; i < count; i++) {
        CohortPersonRow *row = &rows[i];
        size_t n = row->reason_count;
        Reason *all = ARENA_ARRAY(c->arena, Reason, n + others[i].reason_count + 1);
        for (size_t k = 0; k < n; k++) all[k] = row->reasons[k];
        for (size_t k = 0; k < others[i].reason_count; k++) {
            if (!is_told(row, &others[i].reasons[k])) all[n++] = others[i].reasons[k];
        }
        row->reasons = all;
        row->reason_count = n;
    }
    return ERR_OK;
}

static Err fill_people(Ctx *c, const CohortComparison *found, CompareSide side, int64_t page,
                       ComparePage *m)
{
    UiSlice slice = ui_slice(found->count[side], COHORT_PAGE_ROWS, page);
    const CohortRun *run = side == ONLY_B ? &found->b : &found->a;
    CohortPersonRow *rows = ARENA_ARRAY(c->arena, CohortPersonRow, slice.count + 1);
    TRY(cohort_rows_of(c, run, found->people[side] + slice.from, slice.count, WITHOUT_DETAILS,
                       rows));
    if (side == IN_BOTH) {
        TRY(add_reasons(c, &found->b, found->people[side] + slice.from, rows, slice.count));
    }
    m->rows = rows;
    m->row_count = slice.count;
    m->key = run->about.key;
    m->foot = ui_foot(c->arena, slice,
                      arena_fmt(c->arena, STR_FMT "&page=", STR_ARG(side_href(c, m, side))),
                      html_people(c->arena, (int64_t)found->count[side]));
    return ERR_OK;
}

static void say_tables(ComparePage *m, UiColumn rules[3])
{
    static const UiColumn PEOPLE[] = {{.label = STR_INIT("Person"), .width = 292},
                                      {.label = STR_INIT("Why listed")}};
    rules[0] = (UiColumn){.label = STR("Rule")};
    rules[1] = (UiColumn){.label = m->about_a.name, .width = 196};
    rules[2] = (UiColumn){.label = m->about_b.name, .width = 196};
    m->rules = (UiTable){.caption = STR("Rules"),
                         .columns = rules,
                         .column_count = 3,
                         .more = STR("app-table--wide")};
    m->table = (UiTable){.caption = STR("People"),
                         .columns = PEOPLE,
                         .column_count = COUNT_OF(PEOPLE),
                         .more = STR("app-table--wide")};
}

// A run that showed people is kept, so that these can be opened. An earlier version is looked at
// and opens nobody: who was shown stands in the access log.
static Err keep_side(Ctx *c, Str word, const CohortRun *run)
{
    size_t at = 0;
    return str_find(word, STR("@"), &at) ? ERR_OK : cohort_keep(c, run);
}

static Err fill(Ctx *c, const Request *req, CohortComparison *found, ComparePage *m, Response *res)
{
    TRY(keep_side(c, m->a.value, &found->a));
    TRY(keep_side(c, m->b.value, &found->b));
    CompareSide side = side_of(req);
    int64_t page = req_page(req);
    m->asked = true;
    m->about_a = found->a.about;
    m->about_b = found->b.about;
    m->about_a.name = side_name(c, m->a.value, &found->a);
    m->about_b.name = side_name(c, m->b.value, &found->b);
    m->lines = found->lines;
    m->line_count = found->line_count;
    fill_tabs(c, found, side, m);
    TRY(fill_people(c, found, side, page, m));
    PersonId *shown = ARENA_ARRAY(c->arena, PersonId, m->row_count + 1);
    for (size_t i = 0; i < m->row_count; i++) shown[i] = m->rows[i].person.id;
    res->shown = shown;
    res->shown_count = m->row_count;
    res->log_detail = side_href(c, m, side);
    return ERR_OK;
}

// Asks both when both are given. What cannot be asked now, or be read, is said on the page.
static Err ask_both(Ctx *c, Str a, Str b, CohortComparison *found, ComparePage *m, bool *asked_out)
{
    size_t before = c->issue_count;
    *asked_out = false;
    if (a.len == 0 || b.len == 0) return ERR_OK;
    Err err = cohort_compare(c, a, b, found);
    if (err == ERR_BUSY) {
        m->busy = cohort_wait_of(c);
        return ERR_OK;
    }
    if (err == ERR_INVALID) {
        m->problem = c->issue_count > before ? c->issues[before].text : STR("It cannot be read.");
        c->issue_count = before;
        return ERR_OK;
    }
    *asked_out = err == ERR_OK;
    return err;
}

Err cohort_compare_page(Ctx *c, const Request *req, Response *res)
{
    UiColumn rules[3];
    Str a = req_query(req, "a");
    Str b = req_query(req, "b");
    CLEANUP(cohort_comparison_end) CohortComparison found = {.line_count = 0};
    ComparePage m = {.page = page_of(c, STR("Compare two cohorts"), "/cohorts")};
    TRY(cohort_data(c, &m.data));
    TRY(side_field(c, "a", "First", a, &m.a));
    TRY(side_field(c, "b", "Second", b, &m.b));
    begin_apart(&m.a, &m.b);
    bool asked = false;
    TRY(ask_both(c, a, b, &found, &m, &asked));
    if (asked) TRY(fill(c, req, &found, &m, res));
    say_tables(&m, rules);
    cohort_compare_html(&res->body, &m);
    return ERR_OK;
}
