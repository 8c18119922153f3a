// campaign_store.h -- what the files of this room share: rows, names of numbers, journal entries.
#ifndef CAMPAIGN_STORE_H
#define CAMPAIGN_STORE_H

#include "care/caseload/caseload.h"
#include "insight/campaign/campaign.h"

enum { CAMPAIGNS_A_PAGE = 50 };
// Open ones first, the newest first, from the nth (0) on, at most CAMPAIGNS_A_PAGE.
MUST_USE Err campaign_list(Ctx *c, size_t from, Campaign **out, size_t *count_out);
MUST_USE Err campaign_count(Ctx *c, size_t *out);

// By the store's id. Errors: ERR_NOT_FOUND.
MUST_USE Err campaign_by_id(Ctx *c, int64_t id, Campaign *out);
// Everybody of the campaign, whatever the actor's practices: for rules that write.
MUST_USE Err campaign_everybody(Ctx *c, const Campaign *campaign, CampaignPeople *out);
// Of these the ones the actor sees: their practice is the actor's, when the list was made and now.
MUST_USE Err campaign_visible(Ctx *c, const CampaignPeople *all, CampaignPeople *out);
AskedPerson asked_of_row(Ctx *c, const Rows *rows);
MUST_USE Err asked_get(Ctx *c, Str ref, AskedPerson *out); // ERR_NOT_FOUND

// Inside a change: the entry of the campaign as it now is, of one person of it, or of many.
MUST_USE Err campaign_journal(Ctx *c, Str ref, Str verb);
// Inside a change: how many days without a contact the campaign asks for, beside its row: those of
// before were sealed without it. Once, and journalled.
MUST_USE Err campaign_keep_contact_gap(Ctx *c, int64_t id, Str ref, int days);
MUST_USE Err asked_journal(Ctx *c, Str ref, Str verb);
MUST_USE Err asked_journal_many(Ctx *c, const Str *refs, size_t count);

// Inside a change: how it now stands with somebody, at the version seen; journalled.
typedef struct Settling {
    AskState state;
    bool standing;
    int why;
    Str words;
    Date ask_again;
} Settling;
MUST_USE Err asked_settle(Ctx *c, const AskedPerson *asked, const Settling *to, Str verb);
// The offer of whoever asks the person in this campaign: it does not outlive their asking.
CaseFrom asked_offer(const Campaign *k, const AskedPerson *asked);
// Of whom nobody may ask any more, or need not: `why` is what campaign_stops says.
MUST_USE Err asked_leave_out(Ctx *c, const AskedPerson *asked, Str why);

typedef enum Newest { ANY_COLUMNS, NEWEST_COLUMNS } Newest;
// Why each of `people` is not to be asked (any more), a sentence or "": died, left, opted out or
// objects, whoever made the list and whenever; has support; and, where a GP confirms, moved to a
// practice whose GP did not see the list. *out in c->arena. Errors: ERR_BUSY (columns are being
// built; with NEWEST_COLUMNS also while newer extracts are taken in, which may hold an objection).
MUST_USE Err campaign_stops(Ctx *c, const AskedPerson *people, size_t count, bool confirm,
                            Newest newest, Str **out);
#define CAMPAIGN_WAIT "The population is being read. Try again in a few seconds"
bool campaign_sees_network(const Ctx *c); // all practices, whatever the actor's own

bool campaign_may_ask(Role role); // can be given people to ask
MUST_USE Err campaign_relationship(Ctx *c, PersonId person, RelationshipKind *out);

extern const Seal CAMPAIGN_SEAL, CONTACT_GAP_SEAL, ASKED_SEAL;

#endif
