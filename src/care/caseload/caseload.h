// caseload.h -- who is being supported, by whom, since when, and how it stands.
//
// One open case a person across all practices: a second attempt is shown the first. A case begins
// as an offer (or from a cohort), and is accepted, declined with a reason, or unanswered; attempts
// are counted by care/contact. Nobody falls out: every open case has a lead and a next action.
#ifndef CASELOAD_H
#define CASELOAD_H

#include "care/person/person.h"

typedef struct CaseId {
    int64_t v;
} CaseId;

typedef enum CaseState { // stored as numbers
    CASE_OFFERED = 1,
    CASE_OPEN = 2, // accepted
    CASE_DECLINED = 3,
    CASE_NO_ANSWER = 4,
    CASE_CLOSED = 5,
} CaseState;

typedef enum CaseStage { // what is going on, ux.md section 2
    STAGE_GETTING_TO_KNOW = 1,
    STAGE_PLANNING = 2,
    STAGE_ACTIVE = 3,
    STAGE_REVIEWING = 4,
    STAGE_MOVING_ON = 5,
} CaseStage;

typedef enum Priority { PRIORITY_HIGH = 1, PRIORITY_MEDIUM = 2, PRIORITY_LOW = 3 } Priority;

typedef struct Case {
    CaseId id;
    Str ref;
    PersonId person;
    CaseState state;
    CaseStage stage;
    Priority priority;
    int64_t lead_account; // whose caseload
    Str lead_name;
    int64_t supervisor_account; // GP, 0 none yet
    Str supervisor_name;
    Str cohort;  // key of the definition it came from, "" when not from a cohort
    Str reasons; // why offered, as facts with dates, one a line
    Str decline_reason;
    Date ask_again;                             // after a decline, DATE_NONE: not
    int attempts;                               // failed attempts to reach the person
    Instant offered_at, accepted_at, closed_at; // {0} unless
    int64_t version;
} Case;

// The person's open or offered case, else the latest. Errors: ERR_NOT_FOUND.
MUST_USE Err case_of_person(Ctx *c, const Grant *grant, Case *out);
// Offers support. Errors: ERR_CONFLICT (*existing_out is the case that stands), ERR_INVALID (died,
// left, opted out). Journalled as FHIR EpisodeOfCare.
typedef struct CaseOffer {
    Priority priority;
    int64_t lead_account;
    Str cohort;
    Str reasons;
} CaseOffer;
MUST_USE Err case_offer(Ctx *c, const Grant *grant, const CaseOffer *offer, Case *existing_out,
                        CaseId *out);
MUST_USE Err case_accept(Ctx *c, const Grant *grant, int64_t version);
MUST_USE Err case_decline(Ctx *c, const Grant *grant, int64_t version, Str reason, Date ask_again);
MUST_USE Err case_no_answer(Ctx *c, const Grant *grant, int64_t version); // gives up for now
MUST_USE Err case_count_attempt(Ctx *c, const Grant *grant); // inside a change of care/contact
MUST_USE Err case_set(Ctx *c, const Grant *grant, int64_t version, CaseStage stage,
                      Priority priority, int64_t lead);
MUST_USE Err case_close(Ctx *c, const Grant *grant, int64_t version, Str reason);

// For cohorts: every person with a case, one row each, in person order; the caller owns nothing.
typedef struct CaseFact {
    PersonId person;
    CaseState state;
    Date on;
    Date ask_again;
    int64_t lead_account;
} CaseFact;
MUST_USE Err case_facts(Ctx *c, CaseFact **out, size_t *count_out);

extern const Room CASELOAD_ROOM;

#endif
