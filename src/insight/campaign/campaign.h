// campaign.h -- the people of one run are asked whether they want support.
//
// From a list to answers: who is left out and why, a GP who confirms the list where the definition
// asks for one, people shared out by what each colleague can do in a week, attempts (contacts of
// care/contact) and answers, which go straight to the caseload. Somebody is to be asked in one
// campaign at a time. Not here: the question itself (insight/cohort), letters through an outbox.
#ifndef CAMPAIGN_H
#define CAMPAIGN_H

#include "care/contact/contact.h"
#include "care/person/person.h"
#include "insight/campaign/campaign_why.h"

typedef enum CampaignState { // stored as numbers: add at the end, never renumber
    CAMPAIGN_PREPARING = 1,
    CAMPAIGN_RUNNING = 2,
    CAMPAIGN_CLOSED = 3,
} CampaignState;

typedef enum AskState {    // how it stands with one person; stored as numbers
    ASK_LEFT_OUT = 1,      // by a rule: `why` is a LeaveOut
    ASK_TAKEN_OFF = 2,     // by a colleague, who said why
    ASK_WAITING = 3,       // to be asked, or tried again
    ASK_ACCEPTED = 4,      // on the caseload
    ASK_DECLINED = 5,      // `why` is a DeclineReason
    ASK_NOT_NOW = 6,       // to be asked again on ask_again
    ASK_NO_ANSWER = 7,     // given up after enough attempts
    ASK_WRONG_DETAILS = 8, // on nobody's list until given to somebody who has the right ones
    ASK_NOT_ASKED = 9,     // the campaign was closed first
} AskState;
enum { ASK_STATES = 10 };

typedef enum AskOrder { ORDER_NEED = 1, ORDER_DEPRIVATION = 2 } AskOrder;

enum {
    CAMPAIGN_PEOPLE_MAX = 2000, // to be asked in one campaign
    CAMPAIGN_ROWS_MAX = 4000,   // with those left out by name; more of them are counted
    CAMPAIGN_NAME_CHARS_MAX = 120,
    CAMPAIGN_NOTE_CHARS_MAX = 500,
    CAMPAIGN_GAP_MONTHS_MAX = 36,
    CAMPAIGN_CONTACT_DAYS_MAX = 365,
    CAMPAIGN_WEEK_MAX = 100,       // people a week for one colleague
    CAMPAIGN_COLLEAGUES_MAX = 200, // who share one out; as many rows as a form has
    CAMPAIGN_ATTEMPTS = 3,         // before giving up, on as many days and by at least
    CAMPAIGN_MODES = 2,            // different ways
};

typedef struct CampaignColleague {
    int64_t account;
    Str name;
    int a_week;
} CampaignColleague;

typedef struct CampaignPractice {
    int64_t practice;
    Str confirmed_name; // "" while nobody has
    Instant confirmed_at;
} CampaignPractice;

typedef struct Campaign {
    int64_t id;
    Str ref;
    CampaignState state;
    Str name;
    Str cohort, cohort_name, definition_version, offer;
    Str run; // ref of the kept run, "" when it listed nobody new
    Date as_at, data_on;
    bool confirm; // a GP supervisor of each practice confirms before its people are asked
    AskOrder order_by;
    int gap_months, contact_days;
    int64_t listed, beyond; // people of the run; those that were more than are to be asked
    Str left_out;           // by the run itself, a line each
    int64_t made_account;
    Str made_name, started_name, closed_name, close_note;
    Instant made_at, closed_at, changed_at;
    Date start_on; // DATE_NONE until started
    int64_t version;
} Campaign;

typedef struct CampaignNew {
    Str cohort, name;
    Str run; // ref of an earlier run: only who was on its list and still is; "": the list of now
    int64_t practice; // 0: all within the actor's scope
    AskOrder order_by;
    int people;       // how many are to be asked at most
    int gap_months;   // nobody who was asked in the last so many
    int contact_days; // nobody who was contacted in the last so many, 0: whoever was
    bool confirm;     // a GP confirms, though the definition does not ask for it
} CampaignNew;
// Runs the cohort, keeps the run, leaves out, keeps the list; sent again within a minute it is the
// one that is there. Journalled. Errors: ERR_INVALID (also an open one's name), ERR_CONFLICT
// (another list was made meanwhile), ERR_NOT_FOUND (definition), ERR_BUSY (columns).
MUST_USE Err campaign_make(Ctx *c, const CampaignNew *from, Str *ref_out);

MUST_USE Err campaign_get(Ctx *c, Str ref, Campaign *out); // ERR_NOT_FOUND

#include "insight/campaign/campaign_people.h"
#include "insight/campaign/campaign_tally.h"
#include "insight/campaign/campaign_today.h"

extern const Room CAMPAIGN_ROOM; // /campaigns, /outreach, /people/:person/outreach

#endif
