// report.h -- what is asked of a proactive-care team month by month, with its meaning beside it.
//
// Every number is the length of a list that it opens; who may not see people sees figures that
// nobody can be told from. Facts of our own are kept for ever; the practices' can come later with
// an earlier date, so that a month that is over may still grow.
#ifndef REPORT_H
#define REPORT_H

#include "core/route.h"

// Keeps every month of the financial year of the latest month that is over, up to that one, which
// is not kept yet: what the program does by itself in the first days of a month, once, as itself.
// Journalled. Errors: ERR_BUSY (the population is being read), ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err report_months_keep(Ctx *c);

typedef struct ReportGapCount { // people without the code for what their record says
    Str key, name, meaning;
    int64_t people;
} ReportGapCount;
// Of the whole network, without people who opted out of uses beyond their own care, and without the
// gap that goes by address. The numbers are exact: for a month's figures, which settle what is
// shown of them, and for no page. In c->arena. Errors: ERR_NOT_FOUND (not for this role), ERR_BUSY.
MUST_USE Err report_gap_counts(Ctx *c, ReportGapCount **out, size_t *count_out);

// Counts what the page of coding gaps shows for the whole network: cohort_engine_ahead.
void report_ahead(Ctx *c);

extern const Room REPORT_ROOM; // /reports

#endif
