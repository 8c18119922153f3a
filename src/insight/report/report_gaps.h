// report_gaps.h -- what records say without the code for it: assets/reports/gaps.cohort. Private.
#ifndef REPORT_GAPS_H
#define REPORT_GAPS_H

#include "insight/cohort/cohort.h"
#include "insight/report/report.h"

// Not a definition: who lives where people coded as living in a care home live, without the code.
#define GAP_CARE_HOME_ADDRESS "care-home-address"
#define GAP_CARE_HOME_CODED   "care-home-coded"

typedef struct ReportGap {
    Str key;
    Str name, meaning;
    Str what_to_do;
    const Definition *definition; // NULL: by address
    Str why; // it cannot be asked here: the sentence says what is missing, else ""
} ReportGap;

enum { REPORT_GAPS_MAX = 48, CARE_HOME_RESIDENTS_MIN = 2 };
// In the order of the file, in c->arena. Errors: ERR_BUSY, ERR_INVALID (a broken file).
MUST_USE Err report_gaps(Ctx *c, ReportGap **out, size_t *count_out);
const ReportGap *report_gap_of(const ReportGap *gaps, size_t count, Str key); // NULL: none

typedef struct GapPerson {
    PersonId person;
    int64_t practice;
    int64_t among; // by address: how many coded people live there
} GapPerson;
typedef struct GapAnswer {
    CohortRun run;     // what reasons are found from
    GapPerson *people; // by id
    size_t count;
} GapAnswer;
// Who is missing a code, within the actor's scope. Errors: ERR_BUSY, ERR_NOT_FOUND (also: not for
// this role).
MUST_USE Err report_gap_ask(Ctx *c, const ReportGap *gaps, size_t gap_count, const ReportGap *gap,
                            GapAnswer *out);
void report_gap_end(GapAnswer *answer); // lets go of the columns: CLEANUP(report_gap_end)

#endif
