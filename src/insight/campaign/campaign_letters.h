// campaign_letters.h -- letters to whom a campaign asks, as pages show them. Private to the room.
#ifndef CAMPAIGN_LETTERS_H
#define CAMPAIGN_LETTERS_H

#include "insight/campaign/campaign_pages.h"
#include "insight/campaign/campaign_sent.h"

typedef struct CampaignLetter { // to one person, as it is printed
    Str name, address, postcode;
    Str *lines; // of the text, each a paragraph
    size_t line_count;
} CampaignLetter;

typedef struct CampaignSendingRow {
    const Sending *sending;
    Str what;     // "87 letters sent on 22 November 2026"
    Str recorded; // by whom and when
    Str undone;   // by whom, when and why, "" while it stands
    Str *left_out;
    size_t left_out_count;
    Str action; // of undoing it, "" when it cannot be
    UiField reason;
} CampaignSendingRow;

typedef struct CampaignLettersPage {
    Page page;
    Campaign campaign;
    Str base;
    UiField text;
    UiPair *facts; // how many are written to, and who is not
    size_t fact_count;
    size_t count; // letters
    CampaignLetter *letters;
    Str from, on;
    const Str *lists; // refs of those whose letter is not recorded as sent yet, in fields' lengths
    size_t list_count;
    size_t unsent;
    UiField sent_on, who, person;
    CampaignSendingRow *sendings;
    size_t sending_count;
} CampaignLettersPage;

// The same letters as one tagged PDF, in c->arena. Errors: ERR_UNSUPPORTED (no program for it
// here), ERR_TOO_LARGE, ERR_BUSY (took too long), ERR_FAULT.
MUST_USE Err campaign_letters_pdf(Ctx *c, const CampaignLettersPage *m, bool large, Str *out);

Err campaign_letters(Ctx *c, const Request *req, Response *res);      // addresses as a file
Err campaign_letters_page(Ctx *c, const Request *req, Response *res); // the text and how many
Err campaign_letters_print(Ctx *c, const Request *req, Response *res);
// The page of the letters, with what is wrong about them.
MUST_USE Err campaign_letters_show(Ctx *c, const Request *req, const WriteTo *letters,
                                   Response *res);

// campaign_sent_web.c
Err campaign_sent_form(Ctx *c, const Request *req, Response *res);
Err campaign_sent_undo_form(Ctx *c, const Request *req, Response *res);
// What of the page is about letters that were sent; *res is told who is shown.
MUST_USE Err campaign_sent_fill(Ctx *c, const Request *req, const WriteTo *to,
                                CampaignLettersPage *m, Response *res);

#endif
