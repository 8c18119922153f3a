// contact_pages.h -- what the pages of contacts show. Private to the room.
#ifndef CONTACT_PAGES_H
#define CONTACT_PAGES_H

#include "care/contact/contact.h"
#include "core/ui.h"

typedef struct ContactForm {
    Page page;
    PersonFrame frame;
    Str action, autosave, cancel;
    UiField mode, outcome, on, time, minutes, present, interpreter, own_words, done;
    UiField next_step, next_due, next_owner, no_next, no_next_reason, task;
    bool has_task; // one of the person's tasks can be ticked as done
    bool from_draft;
    Str draft_saved; // "Draft saved 10:42"
    Str discard;
    bool twice; // the same colleague recorded a contact minutes ago
    bool has_last;
    Str last;      // "17 November 2026, telephone call, 18 minutes"
    Str last_done; // what was done then
} ContactForm;

typedef struct ContactShow {
    Page page;
    PersonFrame frame;
    Contact contact;
    UiPair facts[10];
    size_t fact_count;
    Str action;
    UiField reason;
    bool can_mark;
} ContactShow;

#endif
