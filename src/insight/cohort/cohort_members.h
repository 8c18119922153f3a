// cohort_members.h -- what a list made from a run needs to know of its people: part of cohort.h.
#ifndef COHORT_MEMBERS_H
#define COHORT_MEMBERS_H

#include "insight/cohort/cohort.h"

// The people of a run in the order that `sort` names ("need", "name", "age", with '-' for the other
// way): indices into run->people, in the arena.
MUST_USE Err cohort_sorted(Ctx *c, const CohortRun *run, Str sort, size_t **out);

// Has the person's record an event of this code set up to the run's day? *on_out: of the latest.
// False when there is no such set.
bool cohort_marked(const CohortRun *run, PersonId person, Str set, Date *on_out);

// Reasons as lines for a case or a file: "Housebound [160689007] (3 Feb 2026)"; details after "- ".
Str cohort_reason_text(Ctx *c, const Reason *reasons, size_t count);
// One of these lines without its code, for a list: "Housebound (3 Feb 2026)".
Str cohort_reason_brief(Arena *arena, Str line);

#endif
