// person.h -- somebody registered with a practice of the network: who they are and what they need.
//
// Demographics come from the practices' extracts (insight/population) and are corrected here. A
// person is never deleted: died and left are marked, and never offered for contact.
// Not here: support (caseload, plan), coded facts (insight/population), the overview (care/record).
#ifndef PERSON_H
#define PERSON_H

#include "core/route.h"

typedef enum Registration {    // stored as numbers: add at the end, never renumber
    REGISTRATION_NOT_SAID = 0, // of a row of an extract only
    REGISTRATION_CURRENT = 1,
    REGISTRATION_LEFT = 2,
    REGISTRATION_DIED = 3,
} Registration;

typedef enum Gender {
    GENDER_NOT_KNOWN = 0,
    GENDER_MALE = 1,
    GENDER_FEMALE = 2,
    GENDER_OTHER = 9
} Gender;

typedef struct Person {
    PersonId id;
    Str ref;                              // opaque, for URLs and FHIR
    int64_t nhs_number;                   // 0: none recorded
    bool nhs_verified;                    // traced; otherwise shown "not verified"
    Str family, given, prefix, preferred; // any may be empty but family
    Date born;
    Gender gender, sex; // sex: as registered at birth, GENDER_NOT_KNOWN when not recorded
    Date died;          // DATE_NONE unless known
    Registration registration;
    Date registration_on; // since when, DATE_NONE when not recorded
    int64_t practice_id;
    Str practice_name;
    Str address, postcode, phone, mobile, email; // one line each, empty: not recorded
    Str language;                                // main spoken language, "" not recorded
    bool interpreter;
    Str ethnicity;  // category letter of the England list, "" not recorded
    int imd_decile; // 1 most deprived .. 10; 0 not recorded
    int imd_year;   // release of the index, 0 with decile 0
    Str lsoa;       // small area ("E01000001") that says the decile; "" not recorded
    Str usual_gp;
    bool restricted;    // sensitive flag: address and phones are never rendered
    bool opted_out;     // does not want proactive contact
    Instant changed_at; // of the last correction here, {0} with version 0
    int64_t version;    // 0: as imported, never changed here
} Person;

typedef enum NeedKind {
    NEED_COMMUNICATION = 1,
    NEED_FORMAT = 2,
    NEED_ADJUSTMENT = 3,
    NEED_SAFETY = 4
} NeedKind;

typedef struct Need { // shown under the banner on every page of the person (AIS, DAPB1605)
    NeedKind kind;
    Str text; // "Large print (18 point)"
    Date since;
} Need;

enum {
    PERSON_NEEDS_MAX = 24,
    PERSON_FOUND_MAX = 50,
    PERSON_FAMILY_CHARS_MAX = 300,
    PERSON_LINE_CHARS_MAX = 300,
    PERSON_NEED_CHARS_MAX = 200
};

// Errors: ERR_NOT_FOUND. The first is for the route walk and tells nothing else.
MUST_USE Err person_of_ref(Ctx *c, Str ref, PersonId *out);
MUST_USE Err person_get(Ctx *c, const Grant *grant, Person *out);

// What a row of a list may show: for lists that are limited by their own rule.
typedef struct PersonRow {
    PersonId id;
    Str ref;
    Str name; // "OKAFOR, Grace (Mrs)"
    int64_t nhs_number;
    Date born;
    Registration registration;
    int64_t practice_id;
    bool opted_out;
    bool restricted; // of person_rows only: a search does not say it
} PersonRow;
// Rows in the order of `ids`; a person that is gone leaves a row with an empty ref.
MUST_USE Err person_rows(Ctx *c, const PersonId *ids, size_t count, PersonRow **out);

// Search over the network: NHS number, name, date of birth or postcode, any mixture. Best first.
// Errors: ERR_INVALID (nothing to search for, a wrong NHS number, a date that could be two), the
// issue beside field "q".
MUST_USE Err person_find(Ctx *c, Str text, PersonRow **out, size_t *count_out, bool *more_out);

// Corrects demographics and needs; journalled with the FHIR Patient. Taking the protection of an
// address away needs the right to see it. Errors: ERR_INVALID, ERR_CONFLICT (version).
MUST_USE Err person_correct(Ctx *c, const Grant *grant, const Person *to, const Need *needs,
                            size_t need_count);

Str person_name(Arena *arena, const Person *p);      // "OKAFOR, Grace (Mrs)", never cut
Str person_called(Arena *arena, const Person *p);    // "Grace" or the preferred name
Str person_initials(Arena *arena, const Person *p);  // "GO", for page titles
int person_age(const Person *p, Date on);            // at death when died
Str person_title(Ctx *c, Str what, const Person *p); // "Tasks, GO, 78": for page titles

// How many are registered now with each of these practices; 0 for any that is none.
MUST_USE Err person_counts_of(Ctx *c, const int64_t *practices, size_t count, int64_t **out);

#include "care/person/person_address.h"
#include "care/person/person_area.h"
#include "care/person/person_frame.h"
#include "care/person/person_import.h"
#include "care/person/person_reach.h"
#include "care/person/person_words.h"

extern const Room PERSON_ROOM;

#endif
