// cohort_wait.h -- what a page says beside an answer, of its data, and in place of one after
// ERR_BUSY: part of cohort.h.
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

// "Data as at: Millfield Surgery 20 November 2026; ...", and which of it is old or cut short, in
// sentences ("" when none is). In c->arena.
typedef struct CohortData {
    Str days, warnings;
} CohortData;
MUST_USE Err cohort_data(Ctx *c, CohortData *out);
// The warnings where nobody overlooks them; nothing when there are none.
void cohort_warnings_box(Buf *o, Str warnings);

#endif
