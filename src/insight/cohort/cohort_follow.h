// cohort_follow.h -- cohorts that somebody follows: run by themselves, and who newly qualifies is
// worked through: offered support, or set aside with a reason until a day.
//
// A schedule runs as who asked for it, with what they may see at that time; when they no longer may
// it stops and says so.
#ifndef COHORT_FOLLOW_H
#define COHORT_FOLLOW_H

#include "insight/cohort/cohort_history.h"

typedef enum FollowEvery { // stored as numbers
    FOLLOW_DAILY = 1,
    FOLLOW_WEEKLY = 2,
    FOLLOW_MONTHLY = 3,
} FollowEvery;
typedef enum FollowState { FOLLOW_RUNS = 1, FOLLOW_STOPPED = 2, FOLLOW_ENDED = 3 } FollowState;

enum {
    FOLLOWS_MAX = 64,            // of one account
    FOLLOWS_AT_ONCE_MAX = 200,   // schedules in one job; the others wait a minute
    FOLLOW_DAYS_BACK_MAX = 92,   // who counts as new may have come so long ago
    FOLLOW_RUNS_READ_MAX = 1100, // to find since when somebody is listed: three years of days
    ASIDE_REASON_CHARS_MAX = 500,
    ASIDE_MONTHS_MAX = 24,
    ASIDES_MAX = 20000, // of one definition
};

#define ASIDE_NO_REASON "Enter why this person is set aside"

typedef struct CohortFollow {
    Str ref, definition;
    int64_t account_id;
    Str account_name;
    FollowEvery every;
    Date since;           // who was listed on this day is not new
    Str baseline, latest; // refs of runs
    Date next_on;
    FollowState state;
    Str said;        // why it stopped
    int64_t waiting; // who was new and not dealt with when it was last counted
    int64_t version;
} CohortFollow;

// Follows a definition from a day on, today at the latest; or changes how often. Who is listed on
// that day (by the record of today) is not new. Journalled. Errors: ERR_NOT_FOUND, ERR_BUSY,
// ERR_INVALID (field "every" or "since").
MUST_USE Err cohort_follow_start(Ctx *c, Str key, FollowEvery every, Date since);
MUST_USE Err cohort_follow_end(Ctx *c, Str key); // ERR_NOT_FOUND
// The actor's own, also a stopped one. Errors: ERR_NOT_FOUND.
MUST_USE Err cohort_follow_of(Ctx *c, Str key, CohortFollow *out);
MUST_USE Err cohort_follows(Ctx *c, CohortFollow **out, size_t *count_out); // by key

typedef struct CohortAside { // who was set aside
    Str ref;
    PersonId person;
    Str by, reason;
    Instant at;
    Date until; // listed again from this day on
    bool standing;
    int64_t version;
} CohortAside;
// Those of a definition that stand today, by person.
MUST_USE Err cohort_asides(Ctx *c, Str key, CohortAside **out, size_t *count_out);
// For everybody who works on the definition. Needs CLASS_COHORT. Journalled with the person.
// Errors: ERR_INVALID (fields "reason", "until").
MUST_USE Err cohort_set_aside(Ctx *c, const Grant *grant, Str key, Str reason, Date until);
MUST_USE Err cohort_put_back(Ctx *c, const Grant *grant, Str key); // ERR_NOT_FOUND

// Of a run of the definition followed: who is new since `since` and not set aside, by id.
MUST_USE Err cohort_newly(Ctx *c, const CohortRun *run, const CohortFollow *follow, PersonId **out,
                          size_t *count_out);
typedef struct NewlySince { // from when on somebody was listed, by the followed runs
    Date on;                // today when no run holds them yet
    bool or_before;         // by the earliest of FOLLOW_RUNS_READ_MAX runs too
} NewlySince;
MUST_USE Err cohort_newly_since(Ctx *c, const CohortFollow *follow, const PersonId *ids,
                                size_t count, NewlySince **out);
// Counts anew how many wait.
MUST_USE Err cohort_follow_count(Ctx *c, const CohortFollow *follow, size_t waiting);

extern const Seal FOLLOW_SEAL;
extern const Seal ASIDE_SEAL;

#endif
