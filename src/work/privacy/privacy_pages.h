// privacy_pages.h -- what the pages of this room show. Private to the room.
#ifndef PRIVACY_PAGES_H
#define PRIVACY_PAGES_H

#include "care/person/person.h"
#include "core/page.h"
#include "core/reason.h"
#include "core/ui.h"

typedef struct ReasonView {
    const StatedReason *reason;
    PersonRow person;
    Str nhs, who, role, at, until, href;
    Str state; // "To review", "In order"
    UiTone tone;
} ReasonView;

typedef struct ReasonsPage {
    Page page;
    UiNavItem tabs[2];
    ReasonView *rows;
    size_t row_count;
    bool settled;
    UiPages foot;
} ReasonsPage;

typedef struct ReasonReviewPage {
    Page page;
    ReasonView view;
    UiPair facts[8];
    size_t fact_count;
    Str action;
    UiField outcome, note;
    bool own;   // the actor's own: a colleague reviews it
    bool stale; // somebody reviewed it while this was open
} ReasonReviewPage;

#endif
