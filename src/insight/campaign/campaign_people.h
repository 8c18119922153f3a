// campaign_people.h -- the people of a campaign and what is done with them: part of campaign.h.
#ifndef CAMPAIGN_PEOPLE_H
#define CAMPAIGN_PEOPLE_H

#include "insight/campaign/campaign.h"

typedef struct AskedPerson {
    int64_t id;
    Str ref;
    int64_t campaign;
    PersonId person;
    int64_t practice;
    AskState state;
    bool standing;   // still to be asked
    int why;         // LeaveOut or DeclineReason by state, 0
    Str words;       // what was said, or why taken off
    int64_t account; // who asks, 0 nobody yet
    Str account_name;
    int place; // in the order of asking, from 1
    Date ask_from, ask_again;
    Str reasons; // why listed; only of campaign_of_person
    Instant answered_at;
    Str answered_name;
    int64_t version;
} AskedPerson;

typedef struct CampaignPeople {
    AskedPerson *at;
    size_t count;
} CampaignPeople;
// In the order of asking, within the actor's practices: who moved away from them is not among them.
// Needs CLASS_COHORT.
MUST_USE Err campaign_people(Ctx *c, const Campaign *campaign, CampaignPeople *out);
MUST_USE Err campaign_colleagues(Ctx *c, const Campaign *campaign, CampaignColleague **out,
                                 size_t *count_out);
MUST_USE Err campaign_practices(Ctx *c, const Campaign *campaign, CampaignPractice **out,
                                size_t *count_out);
bool campaign_may_see(const Ctx *c, int64_t practice); // the actor's scope, as a cohort's

// --- before and while people are asked. Each journalled; ERR_CONFLICT: campaign changed since ---
typedef struct ShareOut {
    const CampaignColleague *colleagues; // account and a_week
    size_t count;
    bool evenly; // the same number for each, not in proportion to what each can do
} ShareOut;
// Deals everybody who is to be asked and was not tried yet. ERR_INVALID: no colleague, or one who
// cannot be given work.
MUST_USE Err campaign_share(Ctx *c, Str ref, int64_t version, const ShareOut *how);
// Those of `refs` that are still to be asked, to another colleague. ERR_INVALID.
MUST_USE Err campaign_move(Ctx *c, Str ref, const Str *refs, size_t count, int64_t account);
// Confirms for the practices the actor works for. ERR_INVALID: none of them waits for it.
MUST_USE Err campaign_confirm(Ctx *c, Str ref, int64_t version);
typedef struct TakeOff {
    const Str *refs;         // of people of the campaign
    const int64_t *versions; // of each, as it was seen
    size_t count;            // at least 1
} TakeOff;
// All of them or, when one was changed since (ERR_CONFLICT), nobody. ERR_INVALID: no reason.
MUST_USE Err campaign_take_off(Ctx *c, Str ref, const TakeOff *whom, Str reason);
// From now on people are asked; who can no longer be is left out. ERR_INVALID: not shared out,
// or the population is being read.
MUST_USE Err campaign_start(Ctx *c, Str ref, int64_t version);
MUST_USE Err campaign_close(Ctx *c, Str ref, int64_t version, Str note);

// --- asking ---
typedef struct Answer {
    AskState answer; // ASK_WAITING: nobody was reached
    ContactMode mode;
    bool message; // nobody was reached, but a message or letter was left
    Instant at;
    int minutes;
    DeclineReason why;
    Str words;      // in their own words
    Date ask_again; // of a "no" (may be none) and of "not now"
    Str next_step;  // of a yes
    Date next_due;
} Answer;
// Records a contact and what follows of it, all in one change: who was reached has a case, accepted
// or declined with the answer; an attempt that reached nobody opens none. Errors: ERR_INVALID,
// ERR_CONFLICT (somebody recorded something since), ERR_NOT_FOUND (not to be asked by the actor).
MUST_USE Err campaign_record(Ctx *c, const Grant *grant, int64_t version, const Answer *answer);
// Gives up. ERR_INVALID: fewer attempts, ways or days than are asked for.
MUST_USE Err campaign_stop(Ctx *c, const Grant *grant, int64_t version, Date ask_again);
// Takes off the actor's list whom nobody may ask any more, or who has support by now
// (campaign_stops): left out with that reason, or as accepted where support was accepted since the
// list was made.
// ERR_INVALID: can be asked. ERR_CONFLICT, ERR_NOT_FOUND as campaign_record.
MUST_USE Err campaign_leave_out(Ctx *c, const Grant *grant, int64_t version);
// What the person is being asked in, or was last. Needs CLASS_CARE. ERR_NOT_FOUND.
MUST_USE Err campaign_of_person(Ctx *c, const Grant *grant, Campaign *out, AskedPerson *asked_out);
// "2 more attempts, one of them another way than by telephone call", "" when enough was tried.
Str campaign_still_to_try(Arena *arena, const ContactAttempts *attempts);

// Whom the actor is to ask now, those never tried first.
typedef struct ToAsk {
    AskedPerson asked;
    Str campaign_name, offer;
    bool confirm; // as the next, of the campaign
    Instant made_at;
    PersonRow person;
    ContactAttempts attempts;
} ToAsk;
MUST_USE Err campaign_mine(Ctx *c, ToAsk **out, size_t *count_out);

typedef struct CampaignAsking { // where somebody is still to be asked
    Str name;                   // of the campaign, "" in none
    int64_t account;            // who asks, 0 nobody yet
    bool now;                   // it runs, and their day has come
} CampaignAsking;
// In the order of `persons`, in c->arena: for lists of other rooms that show those people already.
MUST_USE Err campaign_asking_of(Ctx *c, const PersonId *persons, size_t count,
                                CampaignAsking **out);

const char *ask_state_name(AskState state);         // "To be asked"
const char *leave_out_name(LeaveOut why);           // "Was asked not long ago"
const char *decline_reason_name(DeclineReason why); // "Has enough support already"

#endif
