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

extern const Room REPORT_ROOM; // /reports

#endif
