// report_impact.h -- what was coded in the year before support began, and in a year after. Private.
//
// Before and after without anybody to compare with: who is chosen for having had many admissions
// has fewer the year after, whatever is done. The page says so beside the numbers.
#ifndef REPORT_IMPACT_H
#define REPORT_IMPACT_H

#include "insight/report/report_count.h"

enum {
    IMPACT_MONTHS = 12,       // of both spans
    IMPACT_SETTLE_MONTHS = 2, // after support began, of neither
    IMPACT_LINES_MAX = 16,
    IMPACT_PEOPLE_MAX = 50000,
};

typedef struct ImpactLine {
    Str key, set, label, meaning, refset;
    bool known; // some code of the set is
} ImpactLine;

typedef struct ImpactPerson {
    PersonId person;
    int64_t practice;
    Date began;
    int32_t before[IMPACT_LINES_MAX], after[IMPACT_LINES_MAX]; // days with a code
} ImpactPerson;

typedef struct Impact {
    ImpactLine lines[IMPACT_LINES_MAX];
    size_t line_count;
    Date from, until;     // support began on these days, both included
    ImpactPerson *people; // by id, each once, by the first case of the span
    size_t count;
    ReportScope *scope;
} Impact;

// Everybody in scope whose support began in the 12 months that ended 14 months before the end of
// the month, so that both years are over. In c->arena. Errors: ERR_BUSY, ERR_TOO_LARGE, ERR_FAULT,
// ERR_INVALID (assets/reports/impact.tsv is broken).
MUST_USE Err report_impact(Ctx *c, ReportMonth month, Impact *out);
const ImpactLine *impact_line_of(const Impact *impact, Str key); // NULL: none, or no codes known

typedef struct ImpactCounts { // days, and people
    int64_t before, after;
    int64_t had_before, had_after; // people with such a day
    int64_t fewer, more;
} ImpactCounts;

typedef struct ImpactSummary { // what is shown of it: no persons
    ImpactLine lines[IMPACT_LINES_MAX];
    ImpactCounts counts[IMPACT_LINES_MAX]; // of those known
    size_t line_count;
    Date from, until;
    int64_t people;
    int64_t opted_out; // in no number; -1: not known
} ImpactSummary;
void report_impact_sum(const Impact *impact, ImpactSummary *out);

Err report_impact_page(Ctx *c, const Request *req, Response *res);
Err report_impact_csv(Ctx *c, const Request *req, Response *res);
Err report_impact_people_page(Ctx *c, const Request *req, Response *res);

#endif
