// person_frame.h -- what every page of one person wears: part of the door person.h.
#ifndef PERSON_FRAME_H
#define PERSON_FRAME_H

#include "care/person/person.h"
#include "core/page.h"
#include "core/ui.h"

// The banner, flags and sub-navigation every page of one person wears (person_banner.ht).
typedef struct PersonFrame {
    Person person;
    Need *needs;
    size_t need_count;
    // Of the sub-navigation: "overview", "plan", "timeline", "tasks", "referrals", "details" ...
    const char *current;
    Date today;
    Str name;          // "OKAFOR, Grace (Mrs)"
    Str nhs;           // "999 878 7084", "" none
    int age;           // at death when died; -1 not known
    bool may_see_care; // the actor's role reads plans, contacts and tasks
    Str address_href;  // where a protected address is shown with a reason, "" not protected or not
                       // for this role
} PersonFrame;
MUST_USE Err person_frame(Ctx *c, const Grant *grant, const char *current, PersonFrame *out);
bool person_is_current(const PersonFrame *f, const char *part);
const char *person_gender_name(Gender gender);
const char *person_need_name(NeedKind kind);
UiIcon person_need_icon(NeedKind kind);

// The page that asks whom something is about, when no person is open: a search, and the actor's
// own caseload. What is chosen leads on to the form of that person.
typedef enum PickFor { PICK_FOR_NOTHING, PICK_FOR_CONTACT, PICK_FOR_TASK, PICK_FOR_COUNT } PickFor;
MUST_USE Err person_pick(Ctx *c, PickFor what, Response *res);

// The person as a FHIR R4 Patient, with what the details page shows: never a protected address or
// phone number. Errors: ERR_FAULT.
MUST_USE Err person_fhir_shown(Ctx *c, const Grant *grant, Str *out);

void person_banner(Buf *o, const PersonFrame *f);
// The whole page of a person (layout, use with {{wrap}}): shell, banner, sub-navigation, main.
void person_page_begin(Buf *o, const Page *p, const PersonFrame *f);
void person_page_end(Buf *o, const Page *p, const PersonFrame *f);

#endif
