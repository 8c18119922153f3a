// cohort_left_out.c -- the words for who is not listed though they meet the rules.
#include "insight/cohort/cohort_left_out.h"

#include "core/html.h"
#include "insight/definition/definition.h"

void cohort_left_out_lines(const CohortLeftOut *out, CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS])
{
    const CohortLeftOutLine all[COHORT_LEFT_OUT_KINDS] = {
        {"Already on a caseload", out->on_caseload, (out->also & ALSO_ON_CASELOAD) != 0,
         out->also_on_caseload},
        {"Said no or did not answer, not time to ask again", out->declined,
         (out->also & ALSO_DECLINED) != 0, out->also_declined},
        {.label = "Opted out of proactive contact", .count = out->opted_out},
        {.label = "Left the practice", .count = out->left},
        {.label = "Died", .count = out->died}};
    memcpy(lines, all, sizeof all);
}

Str cohort_left_out_value(Arena *arena, const CohortLeftOutLine *line)
{
    if (!line->listed) return html_count(arena, line->count);
    return arena_fmt(arena, STR_FMT ", listed too", STR_ARG(html_count(arena, line->listed_count)));
}
