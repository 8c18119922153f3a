// report_lines.h -- the lines of the monthly report: assets/reports/monthly.tsv. Private.
#ifndef REPORT_LINES_H
#define REPORT_LINES_H

#include "base/base.h"

typedef enum LineKind {
    LINE_OFFERED,
    LINE_ACCEPTED,
    LINE_DECLINED,
    LINE_UNANSWERED,
    LINE_SPOKEN_SOON, // of those offered
    LINE_ACTIVE,
    LINE_CLOSED,
    LINE_CONTACTS,
    LINE_SPOKEN,
    LINE_PLAN_MONTH,
    LINE_PLAN_ACTIVE, // of the active caseload
    LINE_PLAN_CLOSED, // of those closed
    LINE_NO_PLAN_ACTIVE,
    LINE_CODE_MONTH,
    LINE_CODE_ACTIVE,
    LINE_CODE_CLOSED,
    LINE_NO_CODE_ACTIVE,
    LINE_NO_CODE_CLOSED,
    LINE_KINDS,
} LineKind;

typedef struct ReportLine {
    Str key; // for addresses: "plan-active"
    Str section;
    LineKind kind;
    Str set;    // of codes, "" when none is asked for
    int months; // how far back a code counts, 0: ever
    Str label;
    Str meaning; // a sentence or two
    Str refset;  // the national reference set that holds its codes, "" when not known
} ReportLine;

enum { REPORT_LINES_MAX = 64, REPORT_MONTHS_BACK_MAX = 60 };
// In the order of the report, in the arena; *why_out says file, line and what was expected.
// Errors: ERR_INVALID (a table that was changed by hand and broken).
MUST_USE Err report_lines(Arena *arena, ReportLine **out, size_t *count_out, Str *why_out);
// The same from a given text. For tests.
MUST_USE Err report_lines_from(Arena *arena, Str text, ReportLine **out, size_t *count_out,
                               Str *why_out);
const ReportLine *report_line_of(const ReportLine *lines, size_t count, Str key); // NULL: none

// Does the number say how many of others: of the active caseload, of those offered or closed?
bool line_has_whole(const ReportLine *line);

#endif
