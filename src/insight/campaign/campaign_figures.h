// campaign_figures.h -- campaigns in figures without names. Private to the room.
#ifndef CAMPAIGN_FIGURES_H
#define CAMPAIGN_FIGURES_H

#include "insight/campaign/campaign_pages.h"

enum { CAMPAIGN_FIGURES = 6 };

typedef struct CampaignFigureRow {
    const Campaign *campaign;
    Str state;
    Str figures[CAMPAIGN_FIGURES]; // "15", "fewer than 5", "not given"
} CampaignFigureRow;

typedef struct CampaignFiguresPage {
    Page page;
    const CampaignFigureRow *rows;
    size_t row_count;
    UiPages foot;
    UiTable table;
} CampaignFiguresPage;

Err campaign_figures(Ctx *c, const Request *req, Response *res);

#endif
