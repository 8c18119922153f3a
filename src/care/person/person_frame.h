// person_frame.h -- what every page of one person wears: part of the door person.h.
#ifndef PERSON_FRAME_H
#define PERSON_FRAME_H

#include "care/person/person.h"
#include "core/page.h"

// The banner, flags and sub-navigation every page of one person wears (person_banner.ht).
typedef struct PersonFrame {
    Person person;
    Need *needs;
    size_t need_count;
    const char
        *current; // sub-navigation: "overview", "plan", "timeline", "tasks", "contacts", "details"
    Date today;
    Str name; // "OKAFOR, Grace (Mrs)"
    Str nhs;  // "999 878 7084", "" none
    int age;  // at death when died; -1 not known
} PersonFrame;
MUST_USE Err person_frame(Ctx *c, const Grant *grant, const char *current, PersonFrame *out);
void person_banner(Buf *o, const PersonFrame *f);
// The whole page of a person (layout, use with {{wrap}}): shell, banner, sub-navigation, main.
void person_page_begin(Buf *o, const Page *p, const PersonFrame *f);
void person_page_end(Buf *o, const Page *p, const PersonFrame *f);
Str person_title(Ctx *c, const char *what, const Person *p); // "Tasks, GO, 78": names nobody
// The layout of every page of one person: {{wrap person_page(&m->page, &m->frame)}} (person_banner.ht).
void person_page_begin(Buf *o, const Page *page, const PersonFrame *frame);
void person_page_end(Buf *o, const Page *page, const PersonFrame *frame);

#endif
