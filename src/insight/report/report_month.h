// report_month.h -- a month of the report as it was reported, kept as it stood. Private.
//
// What is sent to others changes afterwards: contacts are entered late, codes come weeks later. A
// month that is over can be kept once, with every number of that moment; it is never changed, and
// what the same lines say now stands beside it.
#ifndef REPORT_MONTH_H
#define REPORT_MONTH_H

#include "insight/report/report_count.h"

enum {
    REPORTED_MAX = 120, // shown: ten years
    REPORTED_BODY_BYTES_MAX = 1024 * 1024,
};

typedef struct ReportedLine {
    Str key, section, label, meaning;
    bool known; // false: there were no codes for it, nothing was counted
    bool has_whole;
    int64_t count, whole; // of the actor's scope
} ReportedLine;

typedef struct ReportedMonth {
    Str ref;
    ReportMonth month;
    Date data_on; // of the oldest extract then, DATE_NONE: not known
    Instant at;
    Str by;
    ReportedLine *lines; // of one month that is read; NULL in a list
    size_t line_count;
} ReportedMonth;

// Keeps the month with its numbers over the whole network. Errors: ERR_NOT_FOUND (not for this
// role), ERR_INVALID (the month is not over, or is kept already), ERR_BUSY (the population is being
// read), ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err report_month_keep(Ctx *c, ReportMonth month);
bool report_month_may_keep(const Ctx *c);
// Newest first, without lines.
MUST_USE Err report_months_kept(Ctx *c, ReportedMonth **out, size_t *count_out);
// Numbers of the practices in scope. Errors: ERR_NOT_FOUND.
MUST_USE Err report_month_kept(Ctx *c, ReportMonth month, const ReportScope *scope,
                               ReportedMonth *out);

extern const Seal REPORT_MONTH_SEAL;

#endif
