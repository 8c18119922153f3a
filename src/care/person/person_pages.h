// person_pages.h -- what the pages of this room show. Private to the room.
#ifndef PERSON_PAGES_H
#define PERSON_PAGES_H

#include "care/person/person.h"
#include "core/ui.h"

typedef struct PersonHit {
    PersonRow person;
    Str href, nhs, born, practice, lead;
} PersonHit;

typedef struct PersonPickPage { // whom is it about?
    Page page;
    Str title, question;
    Str then; // the word for what follows: "task"
    UiField q;
    PersonHit *rows; // the actor's caseload
    size_t row_count;
} PersonPickPage;

// What follows when somebody was found: its word in forms and addresses, "" nothing.
PickFor person_pick_of(Str word);
const char *person_pick_word(PickFor what);
const char *person_pick_title(PickFor what);
Str person_pick_href(Ctx *c, PickFor what, Str ref);
UiField person_query_field(Ctx *c, Str typed);

typedef struct PersonFoundPage {
    Page page;
    UiField q;
    Str title, then;
    bool searched; // the query could be read
    PersonHit *hits;
    size_t hit_count;
    bool more;
} PersonFoundPage;

typedef struct PersonShowPage {
    Page page;
    PersonFrame frame;
    UiPair who[12], reach[8], more[12];
    size_t who_count, reach_count, more_count;
    Str edit; // "" when the actor may not; so with the file
    Str fhir;
} PersonShowPage;

typedef struct NeedRow {
    UiField kind, text;
} NeedRow;

typedef struct PersonFormPage {
    Page page;
    PersonFrame frame;
    Str action, cancel;
    int64_t version;
    UiField family, given, prefix, preferred, nhs_number, born, gender, sex;
    UiField address, postcode, phone, mobile, email, language, interpreter, restricted, opted_out;
    NeedRow needs[PERSON_NEEDS_MAX];
    size_t need_count;
} PersonFormPage;

typedef struct PersonChoice { // a field of which two versions exist
    UiField field;
    bool same; // both versions agree: carried along hidden
} PersonChoice;

enum { PERSON_FIELDS = 17 };

typedef struct PersonStalePage {
    Page page;
    PersonFrame frame;
    Str action, cancel;
    int64_t version;
    PersonChoice choices[PERSON_FIELDS];
    size_t choice_count;
    NeedRow needs[PERSON_NEEDS_MAX];
    size_t need_count;
    bool needs_differ;
} PersonStalePage;

#endif
