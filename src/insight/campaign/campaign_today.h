// campaign_today.h -- the actor's outreach in few words for Today: part of the door campaign.h.
#ifndef CAMPAIGN_TODAY_H
#define CAMPAIGN_TODAY_H

#include "insight/campaign/campaign.h"

typedef struct CampaignToday {
    int64_t to_ask; // people to be asked now: the rows of /outreach; 0 shows nothing
} CampaignToday;
MUST_USE Err campaign_today(Ctx *c, CampaignToday *out);
void campaign_today_box(Buf *o, const CampaignToday *m);

#endif
