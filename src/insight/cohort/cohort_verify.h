// cohort_verify.h -- every night each published definition is asked of everybody once more, in SQL
// past the engine; what was found is kept and shown to who answers for the system.
#ifndef COHORT_VERIFY_H
#define COHORT_VERIFY_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/cohort/cohort.h"

enum {
    VERIFY_MINUTES_MAX = 60, // of one night; what is not compared by then is said to be so
    VERIFY_HOUR_FROM = 1,    // London
    VERIFY_HOUR_UNTIL = 5,   // before it
    VERIFY_HOURS_BETWEEN = 20,
    VERIFY_DAYS_SHOWN = 90,
    VERIFY_ROWS_MAX = COHORTS_LISTED_MAX,
};

typedef enum VerifyResult { // stored as numbers
    VERIFY_SAME = 1,
    VERIFY_DIFFERENT = 2,
    VERIFY_NOT_COMPARED = 3,
    VERIFY_NOT_FINISHED = 4,
} VerifyResult;

typedef struct CohortVerified { // the newest result of one definition
    Str definition, name, version;
    Instant at;
    VerifyResult result;
    int64_t people, different;
    Str said; // why it was not compared
} CohortVerified;
// Of the last VERIFY_DAYS_SHOWN days, by name.
MUST_USE Err cohort_verified(Ctx *c, CohortVerified **out, size_t *count_out);

// The room's jobs. The comparison runs as the program, whoever started it: it shows nobody.
enum { COHORT_JOB_FOLLOW, COHORT_JOB_VERIFY, COHORT_JOB_COUNT };
extern const JobKind COHORT_JOBS[COHORT_JOB_COUNT];
extern const Seal VERIFY_SEAL;

typedef struct CohortVerifyRow {
    CohortVerified found;
    Str at, result, colour, detail;
} CohortVerifyRow;
typedef struct CohortVerifyPage {
    Page page;
    const CohortVerifyRow *rows;
    size_t row_count;
    UiTable table;
    Str sentence; // what the last night found
    Str running;  // how far a check is that runs now, "" none
    bool can_stop;
    Str following; // how far the run of followed cohorts is, "" none
    bool can_stop_following;
} CohortVerifyPage;
Err cohort_verify_page(Ctx *c, const Request *req, Response *res);
Err cohort_verify_post(Ctx *c, const Request *req, Response *res);
Err cohort_job_stop_post(Ctx *c, const Request *req, Response *res);

#endif
