// campaign_ask_pages.h -- what the pages of asking show. Private to the room.
#ifndef CAMPAIGN_ASK_PAGES_H
#define CAMPAIGN_ASK_PAGES_H

#include "insight/campaign/campaign_pages.h"

typedef struct OutreachPage {
    Page page;
    const ToAsk *rows;
    struct OutreachRow *shown;
    size_t row_count;
    UiTable table;
    UiPages foot;
} OutreachPage;

typedef struct OutreachRow {
    const ToAsk *what;
    Str nhs, age, tried, stop;
} OutreachRow;

typedef struct AskPage {
    Page page;
    PersonFrame frame;
    Campaign campaign;
    AskedPerson asked;
    Str called, base, cancel;
    Str stop;        // why the person is not to be asked, ""
    bool is_over;    // for that the actor takes them off the list
    bool tells;      // of the record: not of who objects by now, and nobody is rung in vain
    UiPair *unsaved; // what was typed and could not be kept
    size_t unsaved_count;
    Str *reasons;
    size_t reason_count;
    UiPair reach[4];
    size_t reach_count;
    Contact *attempts;
    size_t attempt_count;
    Str still; // what has to be tried before giving up, "" nothing
    UiField answer, mode, on, time, minutes, why, words, wrong, ask_again, next_step, next_due;
    UiField try_again;
    UiPair *theirs; // what somebody else recorded meanwhile
    size_t theirs_count;
    bool stale;
} AskPage;

Err campaign_outreach_page(Ctx *c, const Request *req, Response *res);
Err campaign_ask_page(Ctx *c, const Request *req, Response *res);
Err campaign_ask_record(Ctx *c, const Request *req, Response *res);
Err campaign_ask_stop(Ctx *c, const Request *req, Response *res);
Err campaign_ask_leave_out(Ctx *c, const Request *req, Response *res);

#endif
