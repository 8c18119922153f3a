// equity_sheet.h -- what else belongs to a month's release: part of the door equity.h.
//
// Campaigns, coding gaps and code sets in numbers, of the same people on the same day as everything
// else in the release, and like that settled once: who reads figures has them from here alone.
#ifndef EQUITY_SHEET_H
#define EQUITY_SHEET_H

#include "insight/equity/equity.h"

#define EQUITY_CAMPAIGNS "campaigns" // by CAMPAIGN_TALLY_LABELS
#define EQUITY_GAPS      "gaps"      // people
#define EQUITY_CODE_SETS "code-sets" // people; without names, which a set says itself

enum {
    EQUITY_SHEETS = 3,
    EQUITY_SHEET_FIGURES_MAX = 6,
    EQUITY_SHEET_ROWS_MAX = 2500, // a deployment's code sets are the most
};

typedef struct EquitySheetRow {
    Str key, name, note;
    size_t figure_count;
    int64_t figures[EQUITY_SHEET_FIGURES_MAX]; // core/figure.h
} EquitySheetRow;

typedef struct EquitySheet {
    Str key;
    EquitySheetRow *rows;
    size_t row_count;
} EquitySheet;

// The newest release, and its sheet. Errors: ERR_NOT_FOUND (not for this role, nothing is made yet,
// or the newest was made before there were sheets).
MUST_USE Err equity_sheet(Ctx *c, const char *key, EquityRelease *release_out, EquitySheet *out);
Str equity_month(Arena *arena, Date month);                                // "November 2026"
const EquitySheetRow *equity_sheet_row(const EquitySheet *sheet, Str key); // NULL: none

#endif
