// campaign_write_to.h -- who of a campaign may be written to now. Private to the room.
#ifndef CAMPAIGN_WRITE_TO_H
#define CAMPAIGN_WRITE_TO_H

#include "insight/campaign/campaign_store.h"

typedef struct WriteTo {
    Campaign campaign;
    CampaignPeople people; // everybody the actor sees
    Str *why;              // of each of `people`: why no letter is written, "": one may be
    // Those who are to be asked and may be, in the order of asking.
    const AskedPerson **asked;
    PersonId *ids;
    Str *practices; // names
    PersonLetter *to;
    size_t count;
    size_t written; // of them with an address that is not protected
    size_t guarded; // of them whose address is protected
} WriteTo;

// Only of a campaign that runs, for who may take addresses out. In c->arena. Errors: ERR_NOT_FOUND,
// ERR_BUSY (the population is being read).
MUST_USE Err campaign_write_to(Ctx *c, Str ref, WriteTo *out);

#endif
