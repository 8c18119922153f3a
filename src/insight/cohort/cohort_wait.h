// cohort_wait.h -- what a page says in place of an answer after ERR_BUSY: part of cohort.h.
#ifndef COHORT_WAIT_H
#define COHORT_WAIT_H

#include "core/ctx.h"

typedef struct CohortWait {
    Str title, text; // title "": there is nothing to wait for
} CohortWait;
// After ERR_BUSY: that an extract is waited for, or a question takes too long, which is taken from
// c->issues (the page says it once); else that the population is being read.
CohortWait cohort_wait_of(Ctx *c);
// In place of the answer, with a way to look again at `href`; nothing when nothing is waited for.
void cohort_wait_box(Buf *o, const CohortWait *m, Str href);

#endif
