// cohort_list_web.c -- all cohorts, the program's and this network's, with how many each finds now.
#include "cohort_list_page.h"
#include "core/html.h"
#include "insight/cohort/cohort_apart.h"
#include "insight/cohort/cohort_extracts.h"
#include "insight/cohort/cohort_kept_pages.h"
#include "insight/cohort/cohort_more_pages.h"

enum { LIST_ROWS = 20 };

static Str last_text(Ctx *c, const CohortKept *kept)
{
    if (kept->at.ms == 0) return STR("Never");
    Str at = instant_long(c->arena, kept->at);
    Str count = html_people(c->arena, kept->people);
    return arena_fmt(c->arena, STR_FMT ", " STR_FMT ", " STR_FMT, STR_ARG(at), STR_ARG(count),
                     STR_ARG(kept->by));
}

typedef struct Counted {
    Str key;
    int64_t people;
} Counted;

static Err count_one(Ctx *own, void *arg)
{
    Counted *counted = arg;
    return cohort_people_now(own, counted->key, &counted->people);
}

static Err count_row(Ctx *c, CohortListRow *row)
{
    Counted counted = {.key = row->about.key};
    row->problem = row->about.problem;
    if (row->problem.len == 0) TRY(cohort_apart(c, count_one, &counted, &row->problem));
    if (row->problem.len == 0) row->people = html_count(c->arena, counted.people);
    return ERR_OK;
}

static Err list_rows(Ctx *c, int64_t page, CohortListPage *m)
{
    CohortSummary *all = NULL;
    ListCount count;
    TRY(cohort_list_from(c, (size_t)(page - 1) * LIST_ROWS, LIST_ROWS, &all, &count));
    UiSlice slice = ui_slice(count.all, LIST_ROWS, page);
    if (slice.page != page) return list_rows(c, slice.page, m);
    CohortListRow *rows = ARENA_ARRAY(c->arena, CohortListRow, count.given + 1);
    for (size_t i = 0; i < count.given; i++) {
        CohortKept kept;
        rows[i].about = all[i];
        rows[i].due = !date_is_none(all[i].review) && date_cmp(all[i].review, c->today) < 0;
        TRY(count_row(c, &rows[i]));
        TRY(cohort_last_kept(c, all[i].key, &kept));
        rows[i].last = last_text(c, &kept);
    }
    CohortNewLine *followed = NULL;
    if (page == 1) TRY(cohort_follow_lines(c, &followed, &m->followed_count));
    m->followed = followed;
    m->rows = rows;
    m->row_count = count.given;
    m->foot = ui_foot(c->arena, slice, STR("/cohorts?page="),
                      html_count_of(c->arena, (int64_t)count.all, "cohort", "cohorts"));
    return ERR_OK;
}

Err cohort_list_of_all(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Cohort")},
        {.label = STR_INIT("People now"), .width = 128},
        {.label = STR_INIT("Offer")},
        {.label = STR_INIT("Owner"), .width = 196},
        {.label = STR_INIT("Last listed"), .optional = true, .width = 196},
    };
    CohortListPage m = {.page = page_of(c, STR("Cohorts"), "/cohorts"),
                        .table = {.caption = STR("Cohorts"),
                                  .columns = COLUMNS,
                                  .column_count = COUNT_OF(COLUMNS),
                                  .more = STR("app-table--wide")}};
    int64_t page = req_page(req);
    TRY(cohort_data(c, &m.data));
    Err err = list_rows(c, page, &m);
    if (err == ERR_BUSY) {
        m.busy = cohort_wait_of(c);
        m.data.warnings = STR(""); // said once
    }
    if (err != ERR_OK && err != ERR_BUSY) return err;
    WithdrawnLine *withdrawn = NULL;
    TRY(definition_withdrawn_lines(c, &withdrawn, &m.withdrawn_count));
    m.withdrawn = withdrawn;
    cohort_list_page(&res->body, &m);
    return ERR_OK;
}
