// report_write.h -- the report and its lists as files for spreadsheets. Private to the room.
#ifndef REPORT_WRITE_H
#define REPORT_WRITE_H

#include "insight/report/report_month.h"
#include "insight/report/report_pages.h"

typedef struct ReportCsv {
    ReportSource from;
    bool exact; // every number, and by practice; else figures of all practices together
} ReportCsv;
// One row for each line and month (and practice), with the meaning of the number. In c->arena.
// Errors: ERR_TOO_LARGE.
MUST_USE Err report_monthly_csv(Ctx *c, const ReportCsv *what, Str *out);
// One row for each person of a list. Errors: ERR_TOO_LARGE.
MUST_USE Err report_people_csv(Ctx *c, const ReportPersonRow *rows, size_t count, Str on_label,
                               Str *out);

#endif
