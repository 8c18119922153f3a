// population_near_pages.h -- what the page of people to decide about is drawn from.
#ifndef POPULATION_NEAR_PAGES_H
#define POPULATION_NEAR_PAGES_H

#include "core/page.h"
#include "core/ui.h"

typedef struct NearSide { // one of the two who may be the same person
    Str heading;          // "In the extract", "Known already"
    UiPair rows[5];       // name, date of birth, number, practice, address
    size_t count;
} NearSide;

typedef struct NearRow {
    Str ref;
    int64_t version;
    Str name; // as sent
    NearSide sides[2];
    Str action;  // where its form goes, which leads back to this page
    Str decided; // "Same person, decided by Priya Nair on 24 November 2026"; "" open
} NearRow;

typedef struct NearPage {
    Page page;
    bool decided; // those decided are shown, not those that wait
    UiNavItem tabs[2];
    const NearRow *rows;
    size_t row_count;
    UiPages foot;
} NearPage;

#endif
