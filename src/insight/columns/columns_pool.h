// columns_pool.h -- one question asked of all stripes at once, by a few threads.
//
// A pool is made once; its threads wait until somebody asks, the asker works too. Results go where
// the task puts them by stripe and are put together by the caller in that order, so an answer does
// not depend on how many threads there were.
#ifndef COLUMNS_POOL_H
#define COLUMNS_POOL_H

#include "insight/columns/columns.h"

#include <stdatomic.h>

enum { COLUMN_THREADS_MAX = 64, COLUMN_ASKERS_MAX = 64 };

// threads: 0 as many as processors, the asker counted; 1: none beside the asker.
MUST_USE Err columns_pool_new(Arena *arena, int threads, ColumnPool **out);
void columns_pool_free(ColumnPool *pool); // after the last run has come back; NULL is allowed

typedef struct RunLimits {
    int64_t budget_ms;         // 0: none. Looked at between stripes
    const atomic_bool *cancel; // NULL: cannot be. Set by anybody, looked at between stripes
} RunLimits;

// Work on stripe `index`; what it takes of the scratch is given back after it.
typedef Err ColumnTask(void *arg, const LiveStripe *stripe, size_t index, ColumnScratch *scratch);

// Runs the task once for every stripe and comes back when all are done. limits may be NULL.
// Errors: the task's (of the first stripe that has one), ERR_BUSY (budget used up, or cancelled:
// some stripes were not asked, so that nothing may be shown of the rest).
MUST_USE Err columns_run(ColumnPool *pool, const Columns *columns, const RunLimits *limits,
                         ColumnTask *task, void *arg);

// The same for other pieces of work than stripes: index counts from 0 to count.
typedef Err PieceTask(void *arg, size_t index, ColumnScratch *scratch);
MUST_USE Err columns_run_pieces(ColumnPool *pool, size_t count, const RunLimits *limits,
                                PieceTask *task, void *arg);

#endif
