// caseload_again.h -- who said no or did not answer: why, and from when they may be asked again.
// Private to the room.
//
// The person's latest offer says it, whichever cohort or campaign it came from: an answer of a
// campaign ends an offer too. Who died, left or wants no contact is not listed.
#ifndef CASELOAD_AGAIN_H
#define CASELOAD_AGAIN_H

#include "care/caseload/caseload_answered.h"
#include "care/caseload/caseload_pages.h"
#include "insight/campaign/campaign.h"

typedef enum AgainWhen { AGAIN_ANY, AGAIN_NOW, AGAIN_LATER, AGAIN_NEVER, AGAIN_WHENS } AgainWhen;

typedef enum AgainSaid { AGAIN_SAID_ANY, AGAIN_SAID_NO, AGAIN_UNANSWERED, AGAIN_SAIDS } AgainSaid;
// The reasons a campaign's form offers, and "not now"; 0: any, in whichever words.
enum { AGAIN_WHY_NOT_NOW = DECLINE_REASONS, AGAIN_WHYS };

typedef struct AgainAsk {
    bool team;
    AgainWhen when;
    AgainSaid said;
    int why;          // of those alone whose record opens: to others no reason is shown
    int64_t practice; // 0 any
    int64_t page;
} AgainAsk;

typedef struct AgainRow {
    Case k;
    PersonRow person;
    AgainWhen when;                           // not AGAIN_ANY
    Str nhs, age, practice, said, asked, day; // of rows that are shown
    Str cohort;                               // from which support was offered, "" none
    Str asking; // the campaign in which they are to be asked already, "" none
    bool asks;  // by the actor, now
    bool can_offer;
} AgainRow;

typedef struct AgainList {
    AgainRow *rows; // whose day has come first, then by day, then those without one
    size_t count;
    size_t of;    // before the filters
    size_t apart; // died, left, or want no contact
    bool more;    // there are more than are looked at
} AgainList;

typedef struct AgainPage {
    Page page;
    UiNavItem views[3];
    UiField when, practice, said, why;
    UiFilter filter;
    UiFilterChip chips[4];
    UiTable table;
    const AgainRow *rows;
    size_t row_count;
    UiPages foot;
    Str csv_href;        // "" when the actor may not take rows out
    Str of, apart, more; // the last two are sentences, "" when there is nothing to say
    bool team, any;      // any: somebody, before the filters
    bool campaigns;      // the actor may look at them
} AgainPage;

MUST_USE Err caseload_again(Ctx *c, const AgainAsk *ask, AgainList *out);

Err caseload_again_list(Ctx *c, const Request *req, Response *res);
Err caseload_again_csv(Ctx *c, const Request *req, Response *res);
Err caseload_again_offer(Ctx *c, const Request *req, Response *res);

#endif
