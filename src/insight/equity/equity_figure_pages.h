// equity_figure_pages.h -- pages of figures beside those by group: cohorts, campaigns, coding gaps.
// Private to the room.
#ifndef EQUITY_FIGURE_PAGES_H
#define EQUITY_FIGURE_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/campaign/campaign.h"
#include "insight/cohort/cohort.h"
#include "insight/equity/equity.h"

typedef struct EquityCohortRow {
    CohortSummary about;
    Str people; // "310", "fewer than 5", "Not counted"
} EquityCohortRow;

typedef struct EquityCohortsPage { // all cohorts
    Page page;
    Str month, about; // of the release, "" none is made
    const EquityCohortRow *rows;
    size_t row_count;
    bool has_uncounted;
    UiTable table;
    UiPages foot;
    const KeptDefinition *withdrawn; // by the actor, and can be brought back
    size_t withdrawn_count;
} EquityCohortsPage;

typedef struct EquityCohortPage { // one
    Page page;
    CohortSummary cohort;
    Str month, about;
    Str why; // it is in no figures, "" it is
    Str people;
    const UiPair *stages; // how each rule narrows the list, and what came of it
    size_t stage_count;
    const UiPair *bridge;
    size_t bridge_count;
} EquityCohortPage;

typedef struct EquitySheetLine {
    const EquitySheetRow *row;
    Str figures[EQUITY_SHEET_FIGURES_MAX];
} EquitySheetLine;

typedef struct EquitySheetPage { // campaigns, or coding gaps
    Page page;
    Str title, caption, none, note;
    Str back; // the reports it is one of, "": it stands in the navigation
    Str month, about;
    const EquitySheetLine *rows;
    size_t row_count;
    const UiColumn *columns; // the first names the row
    UiTable table;
} EquitySheetPage;

typedef struct EquityValueRow {
    Str group;
    Str people, recorded, met; // figures
    Str share;                 // who meet the target of those with a value, "not given"
    Str range;                 // of it, "" none
    Str median;                // "over 53, at most 58", "not given"
} EquityValueRow;

typedef struct EquityValueBlock { // one dimension
    Str key, label, by;
    UiTable table;
    const EquityValueRow *rows;
    size_t row_count;
    UiPages foot; // of many groups, least who meet the target first; pages 0: of others
} EquityValueBlock;

typedef struct EquityValuesPage {
    Page page;
    Str month, about; // of the release, "" none is made
    Str none;         // why there is nothing of the value, "" there is
    Str name, csv;
    UiField of;
    UiFilter filter;
    const UiTable *all_table;
    EquityValueRow all; // everybody
    const EquityValueBlock *blocks;
    size_t block_count;
} EquityValuesPage;

// equity_web.c
Str equity_about_release(Ctx *c, const EquityRelease *release, const EquitySubject *population);
// equity_figures_web.c: the newest release and its words. ERR_NOT_FOUND: none is made yet.
Err equity_newest(Ctx *c, EquityRelease *out, Str *month_out, Str *about_out);
const UiPair *equity_bridge_pairs(Ctx *c, const EquityBridge *bridge, size_t *count_out);

Err equity_cohorts_page(Ctx *c, const Request *req, Response *res);
Err equity_cohort_page(Ctx *c, const Request *req, Response *res);
Err equity_campaigns_page(Ctx *c, const Request *req, Response *res);
Err equity_gaps_page(Ctx *c, const Request *req, Response *res);
Err equity_values_page(Ctx *c, const Request *req, Response *res); // equity_values_web.c

#endif
