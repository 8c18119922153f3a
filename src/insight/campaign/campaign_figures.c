// campaign_figures.c -- how far each campaign is, for who counts and does not see who.
#include "insight/campaign/campaign_figures.h"

#include "campaign_figures_page.h"
#include "campaign_sql.h"
#include "core/figure.h"

static const AskState SHOWN[CAMPAIGN_FIGURES] = {ASK_WAITING, ASK_ACCEPTED,  ASK_DECLINED,
                                                 ASK_NOT_NOW, ASK_NO_ANSWER, ASK_WRONG_DETAILS};

typedef struct Counted { // of one campaign
    int64_t n[CAMPAIGN_FIGURES];
} Counted;

static Err count_all(Ctx *c, const Campaign *all, size_t count, Counted *out)
{
    CLEANUP(rows_close) Rows rows = db_query(c->db, SQL_CAMPAIGN_COUNTS, NO_ARGS);
    while (rows_next(&rows)) {
        int64_t id = row_i64(&rows, CAMPAIGN_COUNTS_CAMPAIGN_ID);
        int64_t state = row_i64(&rows, CAMPAIGN_COUNTS_STATE);
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < CAMPAIGN_FIGURES && all[i].id == id; k++) {
                if ((int64_t)SHOWN[k] == state) out[i].n[k] += row_i64(&rows, CAMPAIGN_COUNTS_N);
            }
        }
    }
    return rows.err;
}

// Whoever knows how many were asked in all must not work out a figure that is not given.
static void protect(Ctx *c, const Counted *counted, CampaignFigureRow *row)
{
    int64_t figures[CAMPAIGN_FIGURES];
    for (size_t k = 0; k < CAMPAIGN_FIGURES; k++) figures[k] = figure_of(counted->n[k]);
    figures_protect(c->arena, &(FigureTable){.groups = CAMPAIGN_FIGURES,
                                             .stages = 1,
                                             .counts = counted->n,
                                             .figures = figures});
    for (size_t k = 0; k < CAMPAIGN_FIGURES; k++) {
        row->figures[k] = figure_text(c->arena, figures[k]);
    }
}

Err campaign_figures(Ctx *c, const Request *req, Response *res)
{
    static const UiColumn COLUMNS[] = {
        {.label = STR_INIT("Campaign")},      {.label = STR_INIT("To be asked")},
        {.label = STR_INIT("Want support")},  {.label = STR_INIT("Said no")},
        {.label = STR_INIT("Not now")},       {.label = STR_INIT("No answer")},
        {.label = STR_INIT("Wrong details")},
    };
    CampaignSome some;
    TRY(campaign_page_of(c, req, STR("/campaign-figures?page="), &some));
    const Campaign *all = some.at;
    size_t count = some.count;
    Counted *counted = ARENA_ARRAY(c->arena, Counted, count + 1);
    TRY(count_all(c, all, count, counted));
    CampaignFigureRow *rows = ARENA_ARRAY(c->arena, CampaignFigureRow, count + 1);
    for (size_t i = 0; i < count; i++) {
        rows[i] =
            (CampaignFigureRow){.campaign = &all[i], .state = campaign_state_text(c, &all[i])};
        protect(c, &counted[i], &rows[i]);
    }
    CampaignFiguresPage m = {.page = page_of(c, STR("Campaigns"), "/campaign-figures"),
                             .rows = rows,
                             .row_count = count,
                             .foot = some.foot,
                             .table = {.caption = STR("Campaigns"),
                                       .columns = COLUMNS,
                                       .column_count = COUNT_OF(COLUMNS),
                                       .more = STR("app-table--wide")}};
    campaign_figures_all(&res->body, &m);
    return ERR_OK;
}
