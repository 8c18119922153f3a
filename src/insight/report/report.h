// report.h -- what is asked of a proactive-care team month by month, with its meaning beside it.
//
// Every number is the length of a list that it opens; who may not see people sees figures that
// nobody can be told from. Facts of our own are kept for ever; the practices' can come later with
// an earlier date, so that a month that is over may still grow.
#ifndef REPORT_H
#define REPORT_H

#include "core/route.h"

extern const Room REPORT_ROOM; // /reports

#endif
