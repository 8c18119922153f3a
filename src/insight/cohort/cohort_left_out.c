// cohort_left_out.c -- the words for who is not listed though they meet the rules.
#include "insight/cohort/cohort_left_out.h"

void cohort_left_out_lines(const CohortLeftOut *out, CohortLeftOutLine lines[COHORT_LEFT_OUT_KINDS])
{
    const CohortLeftOutLine all[COHORT_LEFT_OUT_KINDS] = {
        {"Already on a caseload", out->on_caseload},
        {"Said no or did not answer, not time to ask again", out->declined},
        {"Opted out of proactive contact", out->opted_out},
        {"Left the practice", out->left},
        {"Died", out->died}};
    memcpy(lines, all, sizeof all);
}
