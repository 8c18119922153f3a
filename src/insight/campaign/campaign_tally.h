// campaign_tally.h -- how far each campaign is, in numbers: part of the door campaign.h.
#ifndef CAMPAIGN_TALLY_H
#define CAMPAIGN_TALLY_H

#include "insight/campaign/campaign.h"

typedef enum CampaignTallyState { // those who answered stand beside each other
    TALLY_WAITING,
    TALLY_WANTED,
    TALLY_DECLINED,
    TALLY_NOT_NOW,
    TALLY_NO_ANSWER,
    TALLY_WRONG_DETAILS,
} CampaignTallyState;
enum { CAMPAIGN_TALLY_STATES = TALLY_WRONG_DETAILS + 1 };
extern const char *const CAMPAIGN_TALLY_LABELS[CAMPAIGN_TALLY_STATES]; // "To be asked" ...

typedef struct CampaignTally {
    Str ref, name, cohort, cohort_name;
    Str state; // "Running since 3 November 2026", and whether the list left out who was contacted
    int64_t people[CAMPAIGN_TALLY_STATES];
    PersonId *who[CAMPAIGN_TALLY_STATES]; // as many
} CampaignTally;
// Of the whole network, each campaign, without people who opted out of uses beyond their own
// care. The numbers are exact: for a month's figures, which settle what is shown of them, and for
// no page. In c->arena. Errors: ERR_BUSY (the columns are being built).
MUST_USE Err campaign_tallies(Ctx *c, CampaignTally **out, size_t *count_out);

#endif
