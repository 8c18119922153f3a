// cohort_refresh.h -- from the store to columns: mapped, built, or old ones with what changed.
#ifndef COHORT_REFRESH_H
#define COHORT_REFRESH_H

#include "insight/columns/columns.h"

enum {
    DELTA_PERSONS_MAX = STRIPE_PERSONS_MAX,
    DELTA_SHARE = 20,   // of the people: when more than one in so many changed, build anew
    DELTA_ALWAYS = 256, // so few are a delta in any population
};

// What to make columns from and with. path of the kept file, NULL for memory only.
typedef struct Refresh {
    const char *path;
    ColumnPool *pool;
    Columns *base; // held; NULL at first. Replaced when all is built anew
} Refresh;

// The population as the store has it now, held for the caller. Reads in c's read transaction.
// Who changed since the base was built is known by its batches and by comparing everybody's facts;
// when a batch of the base is gone, or too many changed, all is built anew and kept in the file.
// Errors: ERR_FAULT, ERR_TOO_LARGE.
MUST_USE Err columns_refresh(Ctx *c, Refresh *refresh, Columns **out);

#endif
