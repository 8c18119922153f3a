// cohort_refresh.h -- from the store to columns: mapped, built, or old ones with what changed.
#ifndef COHORT_REFRESH_H
#define COHORT_REFRESH_H

#include "insight/columns/columns.h"

#include <stdatomic.h>

enum {
    DELTA_PERSONS_MAX = 4 * STRIPE_PERSONS_MAX,
    DELTA_SHARE = 20, // of the people: when more than one in so many changed, all is built anew
    DELTA_SHARE_BESIDE = 4,    // up to so many are shown first where it is built beside
    DELTA_ALWAYS = 256,        // so few are a delta in any population
    DELTA_STRIPES_TIDY = 4,    // more are put together
    DELTA_TIDY_FEW = 64,       // people who are put together without being asked for
    DELTA_STRIPES_MAX = 64,    // more are compared with the base anew
    ENTRIES_READ_MAX = 100000, // of the journal; when there are more everybody is compared
};

// What to make columns from and with. path of the kept file, NULL for memory only.
typedef struct Refresh {
    const char *path;
    ColumnPool *pool;
    bool beside;    // the caller builds anew beside it (columns_anew) when columns_outgrown says so
    Columns *base;  // held; NULL at first. Replaced when all is built anew
    Columns *shown; // held: what the last refresh gave; NULL: none since the start
    bool renewed;   // the base is another than that of what is shown: the next refresh starts there
    const atomic_bool *hurry; // once true, tidying is given up; NULL: it never is
    bool waits; // from what is there nothing newer can be shown: only a renewed base helps
} Refresh;

// The population as the store has it now, held for the caller. Reads in c's read transaction.
// The journal tells who was written to since the last one, and the batches whose events are new:
// those only are read, and stand in a stripe behind the others. When it does not tell (somebody
// was taken away, a batch was undone, the file is of another store) everybody's facts are compared
// with the base's; when too many changed, or a batch of the base is gone, all is built anew and
// kept in the file. *out is NULL when that is done beside it, is needed and has not come yet.
// Errors: ERR_FAULT, ERR_TOO_LARGE.
MUST_USE Err columns_refresh(Ctx *c, Refresh *refresh, Columns **out);

// Would a base of now be worth its while? Then columns_anew builds it, from c's read transaction
// and touching no Refresh, so on any thread and while others go on: *out is held for the caller,
// and kept in the file at path. One at a time for one path. stop, NULL allowed: once true it soon
// ends. Errors: ERR_BUSY (stopped), ERR_FAULT, ERR_TOO_LARGE.
bool columns_outgrown(const Refresh *refresh);
MUST_USE Err columns_anew(Ctx *c, const char *path, const atomic_bool *stop, Columns **out);

// Takes over what columns_anew gave. The next refresh reads what changed since it was begun, and
// shows all from there.
void columns_renew(Refresh *refresh, Columns *anew);

// Does more than DELTA_STRIPES_TIDY stand behind the base? all: whatever stands there, else of the
// last pieces, of a few people together.
bool columns_untidy(const Refresh *refresh, bool all);

// Puts that into one stripe, but for what is so much that a new base is due. In the read
// transaction of the refresh before. *out: the same population, held for the caller; NULL: there
// was nothing to do. Errors: those of a refresh, ERR_BUSY (hurry; all is as it was).
MUST_USE Err columns_tidy(Ctx *c, Refresh *refresh, bool all, Columns **out);

void refresh_end(Refresh *refresh); // lets go of what it holds

#endif
