// equity_answers.h -- a campaign's answers beside its cohort's figures. Private to the room.
//
// Who says yes, no or not now, and who never answers, is among those whom the cohort counts as
// offered support, and who says yes among those who accepted. So a number that is safe by itself
// can be told by the two together: yes "10", fewer than 5 no, not now "10", of "15" offered, is one
// no. The cohort's figures are settled first; of the campaign's more is held back until each
// number from 1 to 4 may be one of FIGURE_VALUES_MIN for a reader who has both, knows how many were
// asked in all, and
// - exactly how many were offered support, and accepted it, otherwise than by being asked: their
//   sums with the answers are what the cohort's figures say; or
// - exactly how many were in all: the answers are no more than those; or
// - both: then it keeps as many values as the sum that it is part of has, where those are fewer.
#ifndef EQUITY_ANSWERS_H
#define EQUITY_ANSWERS_H

#include "core/figure.h"
#include "insight/campaign/campaign.h"
#include "insight/equity/equity_sheets.h"

typedef struct EquityReach { // of a cohort; of the caseload that of everybody
    Str key;
    int64_t offered, accepted;
    int64_t offered_else, accepted_else;      // of them, in no campaign's answers
    FigureSpan offered_known, accepted_known; // what all figures of the cohort leave
} EquityReach;

struct EquityCampaigns { // of one release
    CampaignTally *tallies;
    size_t count;
    EquityReach *reaches; // of each cohort that is counted and of the caseload
    size_t reach_count, reach_cap;
};
// By the cohort that a campaign asks; where that is not counted, by the caseload.
const EquityReach *equity_reach_beside(const EquityCampaigns *campaigns, Str cohort);

// The numbers that all settled figures of a subject leave of how many are at a stage: its own, and
// by each way to tell people apart what its groups add up to. {0, INT64_MAX} where it has no such.
FigureSpan equity_stage_known(const EquitySubject *settled, const char *stage);

// What may be shown of a campaign's counts. Of one that asked fewer than are given at all, nothing.
void equity_answers_settle(const int64_t counts[CAMPAIGN_TALLY_STATES], const EquityReach *reach,
                           int64_t figures[CAMPAIGN_TALLY_STATES]);

#endif
