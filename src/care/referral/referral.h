// referral.h -- somebody is referred to a service, and the loop closes: what came of it is known.
//
// One that is open always has a colleague and a day on which they ask what became of it, as a task
// of theirs; a step (chased, accepted, seen ...) ends that task and makes the next, until the
// referral is closed with what came of it. Not here: who is referred to this team.
#ifndef REFERRAL_H
#define REFERRAL_H

#include "care/person/person.h"

typedef enum ReferralStepKind { // stored as numbers: add at the end, never renumber
    REFERRAL_SENT = 1,
    REFERRAL_CHASED, // the team asked, and nothing is new
    REFERRAL_ACCEPTED,
    REFERRAL_SEEN,        // the first appointment took place
    REFERRAL_NOT_THERE,   // the person did not attend
    REFERRAL_DECLINED,    // closes: the service said no
    REFERRAL_WITHDRAWN,   // closes: the person or the team took it back
    REFERRAL_HELPED,      // closes
    REFERRAL_HELPED_PART, // closes: it helped in part
    REFERRAL_NO_HELP,     // closes: seen, and it did not help
    REFERRAL_STEP_COUNT
} ReferralStepKind;

typedef enum ReferralWay {
    REFERRAL_BY_ERS = 1, // NHS e-Referral Service; its number is the UBRN
    REFERRAL_BY_EMAIL,
    REFERRAL_BY_LETTER,
    REFERRAL_BY_PHONE,
    REFERRAL_BY_FORM, // of the service, online or on paper
    REFERRAL_WAY_COUNT
} ReferralWay;

typedef enum ReferralConsent {
    REFERRAL_AGREED = 1,     // the person said yes
    REFERRAL_BEST_INTERESTS, // they could not decide; the reason says who decided and why
    REFERRAL_CONSENT_COUNT
} ReferralConsent;

typedef struct Referral {
    int64_t id;
    Str ref;
    PersonId person;
    Str service; // "Falls prevention, Riverside Hospital"
    Str reach;   // telephone or address of it, may be empty
    Str reason;
    ReferralWay way;
    Str number; // what the service calls it, may be empty
    ReferralConsent consent;
    Date sent_on;
    ReferralStepKind state; // the last step but REFERRAL_CHASED
    Date state_on;
    int64_t owner_account;
    Str owner_name;
    Date chase_on;  // DATE_NONE once closed
    Date closed_on; // DATE_NONE while open
    Instant changed_at;
    int64_t version;
} Referral;

typedef struct ReferralStep {
    ReferralStepKind kind;
    Date on;
    Str words; // may be empty
    Str by;
    Instant written_at;
} ReferralStep;

enum { REFERRAL_SERVICE_CHARS_MAX = 150, REFERRAL_REACH_CHARS_MAX = 200 }; // a task names them
enum { REFERRAL_REASON_CHARS_MAX = 2000, REFERRAL_WORDS_CHARS_MAX = 2000 };
enum { REFERRAL_NUMBER_CHARS_MAX = 40, REFERRALS_OF_PERSON_MAX = 200, REFERRAL_STEPS_MAX = 500 };

const char *referral_step_name(ReferralStepKind kind); // "Did not attend"
const char *referral_way_name(ReferralWay way), *referral_consent_name(ReferralConsent consent);
bool referral_closes(ReferralStepKind kind);

typedef struct ReferralAdd {
    Str service, reach, reason, number;
    ReferralWay way;
    ReferralConsent consent;
    Date sent_on;          // not after today
    int64_t owner_account; // 0: the actor
    Date chase_on;         // from today
    bool again;            // there is an open one to the same service already, and this is another
} ReferralAdd;
// Journalled as FHIR ServiceRequest, with the task to chase it. The same one within a minute is the
// one that is there: a button pressed twice. Joins a running change.
// Errors: ERR_INVALID (also: an open one to this service, without `again`), ERR_CONFLICT (the
// person has REFERRALS_OF_PERSON_MAX already).
MUST_USE Err referral_add(Ctx *c, const Grant *grant, const ReferralAdd *add, Str *ref_out);

typedef struct ReferralStepAdd {
    ReferralStepKind kind; // not REFERRAL_SENT
    Date on;               // from the day it was sent until today
    Str words;             // not empty where the service said no or it was taken back
    Date chase_on;         // from today; DATE_NONE where the step closes it
} ReferralStepAdd;
// Ends the task to chase it and makes the next, unless the step closes the referral.
// Errors: ERR_NOT_FOUND, ERR_INVALID, ERR_CONFLICT (version, or closed).
MUST_USE Err referral_step(Ctx *c, const Grant *grant, Str ref, int64_t version,
                           const ReferralStepAdd *add);

MUST_USE Err referral_get(Ctx *c, const Grant *grant, Str ref, Referral *out); // ERR_NOT_FOUND
// Open ones first, by when they are to be chased; then those that are closed, newest first.
MUST_USE Err referral_of_person(Ctx *c, const Grant *grant, Referral **out, size_t *count_out);
// Oldest first, the first REFERRAL_STEPS_MAX.
MUST_USE Err referral_steps(Ctx *c, const Grant *grant, const Referral *of, ReferralStep **out,
                            size_t *count_out);

// For cohorts: everybody who has an open one, one row each, in person order.
typedef struct ReferralFact {
    PersonId person;
    Date since; // the open one that was sent first
} ReferralFact;
MUST_USE Err referral_facts(Ctx *c, ReferralFact **out, size_t *count_out);

extern const Room REFERRAL_ROOM; // /people/:person/referrals ...

#endif
