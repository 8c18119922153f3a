// codes_pages.h -- what the pages of code sets are drawn from. Private to the room.
#ifndef CODES_PAGES_H
#define CODES_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/codes/codes.h"

#define CODES_BUILDING "It takes a few seconds after a start or an import. Nothing is lost."

typedef struct CodesRow { // of the list: one set
    Str key, name;
    Str codes, people, events; // as shown; events of now only
    Str from;                  // "The program", "local.tsv, version 3"
} CodesRow;

typedef struct CodesListPage {
    Page page;
    bool now;  // counts are of now; else of the month's figures
    Str month; // whose, "" none are made
    Str busy;
    UiFilter filter;
    UiField search;
    UiTable table;
    UiPages foot;
    const CodesRow *rows;
    size_t row_count;
} CodesListPage;

typedef struct CodesCode { // one code of a set, or one that no set knows
    Str code, term, system;
    Str source;  // where it was read
    Str state;   // "Seen with us", "Never seen with us"; of an unknown one how many people
    Str events;  // of an unknown one
    Str retired; // "Retired 1 April 2024", ""
} CodesCode;

enum { CODES_PRACTICES_OPEN = 25 }; // more of them are folded

typedef struct CodesSetPage {
    Page page;
    bool now; // as on the list
    Str month;
    Str key, name, note;
    UiPair facts[9];
    size_t fact_count;
    const UiPair *practices; // "1,235 people, 2,340 events"
    size_t practice_count;
    Str practices_say; // "Each of 60 practices", over more than CODES_PRACTICES_OPEN
    bool hidden;       // the practices' figures would tell one that is not given
    UiNavItem tabs[3];
    size_t tab_count;
    UiTable table;
    UiPages foot;
    const CodesCode *codes;
    size_t code_count;
    bool one_source; // of all codes: said once, and no column of the table
    Str none;        // why there is no row
} CodesSetPage;

typedef struct CodesUnknownPage {
    Page page;
    Str about;
    UiTable table;
    UiPages foot;
    const CodesCode *codes;
    size_t code_count;
} CodesUnknownPage;

#endif
