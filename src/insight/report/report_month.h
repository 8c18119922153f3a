// report_month.h -- a month of the report as it was reported, kept as it stood. Private.
//
// What is sent to others changes afterwards: contacts are entered late, codes come weeks later. A
// month that is over is kept once, with every number of that moment; it is never changed, and what
// the same lines say now stands beside it for who may see the people. Who reads figures sees months
// as they were kept and nothing else: a figure that changes from day to day tells of one person.
#ifndef REPORT_MONTH_H
#define REPORT_MONTH_H

#include "core/job.h"
#include "insight/report/report.h"
#include "insight/report/report_impact.h"

enum {
    REPORTED_MAX = 120,                         // shown: ten years
    REPORTED_BODY_BYTES_MAX = 16 * 1024 * 1024, // some 20 KB a practice at most
};

typedef struct ReportedLine {
    Str key, section, label, meaning;
    bool known; // false: there were no codes for it, nothing was counted
    bool has_whole;
    int64_t count, whole;       // of the actor's scope
    const ReportNumber *number; // the same with its practices; without entries
} ReportedLine;

typedef struct ReportedMonth {
    Str ref;
    ReportMonth month;
    Date data_on; // of the oldest extract then, DATE_NONE: not known
    Instant at;
    Str by;
    ReportedLine *lines; // of one month that is read; NULL in a list
    size_t line_count;
    int64_t opted_out;           // people in no number; -1: not kept
    const ImpactSummary *impact; // before and after of the whole network; NULL: not kept
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

Str report_kept_words(Ctx *c, const ReportedMonth *m); // "As kept on 1 November 2026 by Trellis."

// Where the numbers of some months come from.
typedef struct ReportSource {
    const ReportFacts *facts;  // the lines and the scope; all else too when nothing is kept
    const ReportedMonth *kept; // of each of the months; NULL: counted now
    const ReportMonth *months;
    size_t month_count;
} ReportSource;
// Of the month at `i`; its `known` is false where nothing was counted. In c->arena.
const ReportNumber *report_source_number(Ctx *c, const ReportSource *from, const ReportLine *line,
                                         size_t i);
bool report_source_knows(const ReportSource *from, const ReportLine *line); // of some month

extern const JobKind REPORT_JOBS[]; // report_months_keep, due when a month is missing
enum { REPORT_JOB_COUNT = 1 };

extern const Seal REPORT_MONTH_SEAL;

#endif
