// equity_sheets.h -- sheets of a release counted and kept. Private to the room.
#ifndef EQUITY_SHEETS_H
#define EQUITY_SHEETS_H

#include "insight/equity/equity.h"

// Under this and a sheet's key it stands beside the subjects: no cohort's key has a colon.
#define EQUITY_SHEET_PREFIX "sheet:"

typedef struct EquityCampaigns EquityCampaigns; // equity_answers.h
typedef Err EquitySheetSink(void *arg, const EquitySheet *sheet);
// Counts every sheet as at today, of campaigns what was counted already, and hands on what may be
// shown of it; a sheet is gone after its call. Errors: ERR_BUSY (the columns are being built),
// those of the sink.
MUST_USE Err equity_count_sheets(Ctx *c, const EquityCampaigns *campaigns, EquitySheetSink *sink,
                                 void *arg);

// In the arena. Errors: ERR_TOO_LARGE.
MUST_USE Err equity_sheet_body(Arena *arena, const EquitySheet *sheet, Str *out);
// And back; views `body`. Errors: ERR_FAULT (not what we wrote).
MUST_USE Err equity_sheet_read(Arena *arena, Str body, EquitySheet *out);

#endif
