// team.h -- the network's practices and the people who work in them.
//
// The administrator adds, suspends and re-activates users and starts (never sets) a new password.
// Not here: what an account may do (app/access.csv), signing in (core/session).
#ifndef TEAM_H
#define TEAM_H

#include "core/session.h"
#include "core/ui_form.h"

typedef struct Practice {
    int64_t id;
    Str ref;
    Str ods_code; // "X26101"
    Str name;
    Date extract_on; // date of its last extract, DATE_NONE when none
} Practice;

enum { PRACTICES_MAX = 512 };   // that lists and rules hold; the largest ICB has some 300
enum { EXTRACT_OLD_DAYS = 14 }; // an older extract is flagged wherever it is used

// The first PRACTICES_MAX by name.
MUST_USE Err practice_list(Ctx *c, Practice **out, size_t *count_out);
// How many more there are than lists and rules by practice hold; 0 in any real network.
MUST_USE Err practice_beyond_lists(Ctx *c, int64_t *out);
// What the one of a list is called; `other` when it is none of them.
Str practice_name_of(const Practice *all, size_t count, int64_t id, Str other);
MUST_USE Err practice_get(Ctx *c, int64_t id, Practice *out);      // ERR_NOT_FOUND
MUST_USE Err practice_of_ods(Ctx *c, Str ods_code, Practice *out); // ERR_NOT_FOUND
// Finds or creates, inside a change. Errors: ERR_INVALID (no ODS code).
MUST_USE Err practice_ensure(Ctx *c, Str ods_code, Str name, int64_t *id_out);
MUST_USE Err practice_mark_extract(Ctx *c, int64_t id, Date on); // unless it is marked later
// The newest extract that counts, now that one of them was taken back. DATE_NONE: none does.
MUST_USE Err practice_mark_extract_again(Ctx *c, int64_t id, Date on);

typedef struct Colleague { // who can be given a task, a case or an action
    int64_t account_id;
    Str ref;
    Str name;
    Role role;
} Colleague;
MUST_USE Err team_colleagues(Ctx *c, Colleague **out,
                             size_t *count_out); // active accounts that work with people
MUST_USE Err team_colleague(Ctx *c, int64_t account_id, Colleague *out);
// Who can be given work: one of team_colleagues, else ERR_NOT_FOUND (suspended, another role).
MUST_USE Err team_colleague_at_work(Ctx *c, int64_t account_id, Colleague *out);
// Who does something: the actor when nobody is named (0), else one of those. Errors: ERR_INVALID,
// with its sentence beside the field "owner".
MUST_USE Err team_doer(Ctx *c, int64_t account_id, Colleague *out);

bool team_may_lead(Role role); // those with a caseload page: nobody's people are out of sight
bool team_leads(Role role);    // those whose work a caseload is

typedef struct TeamRoom {
    int64_t people;     // that can be taken before every list is over the limit (people_red)
    int64_t colleagues; // active ones whose work a caseload is
    int64_t with_room;  // of them
} TeamRoom;
// A whole number: for who may see caseloads.
MUST_USE Err team_room(Ctx *c, TeamRoom *out);

// The list of a form that says at which practice, "0" for all of them; the chosen one's name, "".
// Practice and GP staff choose among their own.
MUST_USE Err practice_field(Ctx *c, const char *label, int64_t chosen, UiField *out,
                            Str *chosen_name);

// The list of a form that says who: for a task or action (me first), for leading, for supervising.
typedef enum TeamChoice { CHOOSE_DOER, CHOOSE_LEAD, CHOOSE_GP } TeamChoice;
MUST_USE Err team_choices(Ctx *c, TeamChoice which, UiOption **out, size_t *count_out);
// The account that was chosen in `field`; 0: the actor, or nobody. Errors: ERR_INVALID, with the
// sentence `missing` beside the field. Whether they can be given work is the rule's to say.
MUST_USE Err team_chosen(Ctx *c, const Request *req, const char *field, const char *missing,
                         int64_t *out);
Str team_choice_of(Ctx *c, TeamChoice which, int64_t account); // the option that stands for them

// Whether a list of colleagues' work may name people of a practice to the actor: GPs and practice
// staff see their own practices' only, everybody else the network's.
bool team_within(const Ctx *c, int64_t practice);
// RELATIONSHIP_PRACTICE for those who work at the practice the person is registered with.
MUST_USE Err team_relationship(Ctx *c, PersonId person, RelationshipKind *out);

extern const Room TEAM_ROOM;

#endif
