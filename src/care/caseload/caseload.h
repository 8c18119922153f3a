// caseload.h -- who is being supported, by whom, since when, and how it stands.
//
// One open case a person across all practices: a second attempt is shown the first. A case begins
// as an offer (or from a cohort), and is accepted, declined with a reason, or unanswered; attempts
// are counted by care/contact. Nobody falls out: every open case has a lead and a next action.
#ifndef CASELOAD_H
#define CASELOAD_H

#include "care/person/person.h"

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
    int64_t id;
    Str ref;
    PersonId person;
    CaseState state;
    CaseStage stage;
    Priority priority;
    int64_t lead_account; // whose caseload
    Str lead_name;
    int64_t supervisor_account; // GP, 0 none yet
    Str supervisor_name;
    Str cohort;     // key of the definition it came from, "" when not from a cohort
    Str reasons;    // why offered, as facts with dates, one a line
    Str end_reason; // why declined or closed
    Date ask_again; // after a decline or no answer, DATE_NONE: not
    int attempts;   // failed attempts to reach the person
    Instant offered_at, accepted_at, closed_at, changed_at; // {0} unless
    int64_t version;
} Case;

#define CASE_FACT_MARK STR("- ") // begins a line of reasons that is a record behind the one above
enum { CASE_REASON_CHARS_MAX = 1000, CASES_MAX = 20000 };
// The person's standing case (offered or open), else the latest that ended. Needs a grant for
// CLASS_CARE. Errors: ERR_NOT_FOUND.
MUST_USE Err case_of_person(Ctx *c, const Grant *grant, Case *out);

typedef struct CaseOffer {
    Priority priority;
    int64_t lead_account; // 0: the actor
    Str cohort;           // key, may be empty
    Str reasons;          // facts with dates, one a line
} CaseOffer;
// Offers support. Errors: ERR_CONFLICT (*existing_out is the case that stands, with its lead),
// ERR_INVALID (died, left, opted out, or no such lead). Needs CLASS_CARE write or CLASS_COHORT
// read: a cohort worker may offer, and leads. Journalled as FHIR EpisodeOfCare.
MUST_USE Err case_offer(Ctx *c, const Grant *grant, const CaseOffer *offer, Case *existing_out);
// Each ends or moves the standing case at the version that was seen. No answer: after an attempt,
// until ask_again (DATE_NONE: 6 months). ERR_CONFLICT (changed since), ERR_INVALID, ERR_NOT_FOUND.
MUST_USE Err case_accept(Ctx *c, const Grant *grant, int64_t version);
MUST_USE Err case_decline(Ctx *c, const Grant *grant, int64_t version, Str reason, Date ask_again);
MUST_USE Err case_no_answer(Ctx *c, const Grant *grant, int64_t version, Date ask_again);
MUST_USE Err case_close(Ctx *c, const Grant *grant, int64_t version, Str reason);
// One more failed attempt; nothing when no case stands. Joins the change of care/contact.
MUST_USE Err case_count_attempt(Ctx *c, const Grant *grant);

typedef struct CaseSetting {
    CaseStage stage;
    Priority priority;
    int64_t lead_account;
    int64_t supervisor_account; // 0: none
} CaseSetting;
MUST_USE Err case_set(Ctx *c, const Grant *grant, int64_t version, const CaseSetting *to);

// Those the actor leads, offered and open, in id order; of all these lists the first CASES_MAX.
MUST_USE Err case_mine(Ctx *c, Case **out, size_t *count_out);
// Standing cases of the network; near: of people of the actor's practices, or led or supervised.
MUST_USE Err case_standing_count(Ctx *c, int64_t *out);
MUST_USE Err case_standing(Ctx *c, Case **out, size_t *count_out);
MUST_USE Err case_standing_near(Ctx *c, Case **out, size_t *count_out);

const char *case_state_name(CaseState state);      // "Offered"
const char *case_stage_name(CaseStage stage);      // "Getting to know"
const char *case_priority_name(Priority priority); // "High"

// For cohorts: every person with a case, one row each, in person order; the caller owns nothing.
typedef struct CaseFact {
    PersonId person;
    CaseState state;
    Date on, ask_again;
    int64_t lead_account;
    Str cohort;    // key of the definition it came from, "" when not from a cohort
    bool accepted; // support was, whatever came of it
} CaseFact;
MUST_USE Err case_facts(Ctx *c, CaseFact **out, size_t *count_out);

typedef struct CaseloadCounts {        // the actor's saved views: rows of the list each opens
    int64_t mine, review, quiet, idle; // idle: without a next action
} CaseloadCounts;
MUST_USE Err caseload_counts(Ctx *c, CaseloadCounts *out);

int64_t case_mine_count(Ctx *c); // the badge of "Caseload"

// Why an actor may open a record: leads or supervises the case. For CASELOAD_ROOM.
MUST_USE Err case_relationship(Ctx *c, PersonId person, RelationshipKind *out);

#include "care/caseload/caseload_brief.h"
#include "care/caseload/caseload_hand.h"
#include "care/caseload/caseload_span.h"

extern const Room CASELOAD_ROOM; // /caseload, /people/:person/case ...

#endif
