// contact.h -- one conversation or attempt: how, who was there, what was said, what happens next.
//
// The person's own words are kept verbatim. Every contact ends in one next step with an owner and a
// date, which becomes a task. A failed attempt is a contact too, and counts as an attempt.
#ifndef CONTACT_H
#define CONTACT_H

#include "care/person/person.h"

typedef enum ContactMode { // stored as numbers; names follow NHS appointment modes
    CONTACT_TELEPHONE = 1,
    CONTACT_HOME_VISIT = 2,
    CONTACT_SURGERY = 3,
    CONTACT_VIDEO = 4,
    CONTACT_WRITTEN = 5,
    CONTACT_OTHER = 6,
} ContactMode;
typedef enum ContactOutcome {
    CONTACT_SPOKE = 1,
    CONTACT_NO_ANSWER = 2,
    CONTACT_LEFT_MESSAGE = 3,
    CONTACT_NOT_AT_HOME = 4,
    CONTACT_DID_NOT_ATTEND = 5
} ContactOutcome;

typedef struct Contact {
    int64_t id;
    Str ref;
    PersonId person;
    ContactMode mode;
    ContactOutcome outcome;
    Instant at;
    int minutes;
    Str present; // who was there besides the person
    bool interpreter_used;
    Str own_words; // verbatim
    Str done;      // what was done
    Str next_step;
    Date next_due;
    int64_t next_owner; // becomes a task; next_step empty: none, no_next_reason says why
    Str no_next_reason;
    const Str *tasks_done; // refs of tasks this contact has done: ended only when they spoke
    size_t tasks_done_count;
    int64_t by_account;
    Str by_name;
    bool in_error; // entered in error: kept, marked, never deleted
    Str error_reason;
    Instant changed_at;
    int64_t version;
} Contact;

enum { CONTACT_TEXT_CHARS_MAX = 10000, CONTACT_MINUTES_MAX = 600, CONTACTS_OF_PERSON_MAX = 2000 };

// Records what happened. From *what, the fields from mode to tasks_done_count are read; the rest
// is filled from the actor and the clock. Adds the next step as a task, ends the open tasks among
// tasks_done when they spoke, and counts a failed attempt when not, all in one change. The same
// contact sent again within a minute gives the first one's ref and records nothing. Journalled as
// FHIR Encounter. Errors: ERR_INVALID, with every issue.
MUST_USE Err contact_record(Ctx *c, const Grant *grant, const Contact *what, Str *ref_out);
// Did the actor record this same contact within the last minute, or is it new?
MUST_USE Err contact_sent_again(Ctx *c, const Grant *grant, const Contact *what, bool *out);
MUST_USE Err contact_get(Ctx *c, const Grant *grant, Str ref, Contact *out); // ERR_NOT_FOUND
// Errors: ERR_INVALID (no reason), ERR_CONFLICT (changed since, or marked already).
MUST_USE Err contact_mark_error(Ctx *c, const Grant *grant, Str ref, int64_t version, Str reason);
// The newest CONTACTS_OF_PERSON_MAX, newest first; of all, or of those before a moment.
MUST_USE Err contact_of_person(Ctx *c, const Grant *grant, Contact **out, size_t *count_out);
MUST_USE Err contact_before(Ctx *c, const Grant *grant, Instant before, Contact **out,
                            size_t *count_out);

typedef struct ContactLast { // when the person was last spoken with, and how
    Date on;                 // DATE_NONE: never
    ContactMode mode;        // only with a day
} ContactLast;
// Of each person; in c->arena.
MUST_USE Err contact_last_of(Ctx *c, const PersonId *persons, size_t count, ContactLast **out);
typedef struct ContactFact {
    PersonId person;
    Date last;
} ContactFact;
MUST_USE Err contact_facts(Ctx *c, ContactFact **out,
                           size_t *count_out); // for cohorts, in person order

typedef struct ContactDay { // one contact as it happened; those entered in error are not among them
    PersonId person;
    Date on; // in London
    ContactMode mode;
    ContactOutcome outcome;
    int minutes;
} ContactDay;
enum { CONTACT_DAYS_MAX = 1000000 };
// Everything that was tried with anybody from one day to another, both included, by time. For
// reports. In c->arena. Errors: ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err contact_days(Ctx *c, Date from, Date until, ContactDay **out, size_t *count_out);
typedef struct ContactAttempts { // of one person, in which nobody was reached
    int count;
    int modes, days; // by how many different ways, on how many different days
    Instant last;    // {0}: none
} ContactAttempts;
// A contact is entered by the minute: what was since a moment is what was since its minute.
Instant contact_since(Instant moment);
// Since that minute, of each of these persons; in c->arena.
MUST_USE Err contact_attempts_of(Ctx *c, const PersonId *persons, size_t count, Instant since,
                                 ContactAttempts **out);

const char *contact_mode_name(ContactMode mode);          // "Telephone call"
const char *contact_outcome_name(ContactOutcome outcome); // "No answer"
// Did the actor record a contact with this person in the last 10 minutes? Asked before a second.
bool contact_just_recorded(Ctx *c, const Grant *grant);

#include "care/contact/contact_field.h"
#include "care/contact/contact_letter.h"

extern const Room CONTACT_ROOM;

#endif
