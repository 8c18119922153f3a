// campaign_letters.h -- letters to whom a campaign asks, as pages show them. Private to the room.
#ifndef CAMPAIGN_LETTERS_H
#define CAMPAIGN_LETTERS_H

#include "insight/campaign/campaign_pages.h"
#include "insight/campaign/campaign_sent.h"

enum {
    LETTERS_PART = 500, // places of the list whose letters are made at once
    LETTERS_PARTS_MAX = (CAMPAIGN_ROWS_MAX + LETTERS_PART - 1) / LETTERS_PART,
};

typedef struct CampaignLetter { // to one person, as it is printed
    Str name, address, postcode;
    Str *lines; // of the text, each a paragraph
    size_t line_count;
} CampaignLetter;

typedef struct CampaignSendingRow {
    const Sending *sending;
    Str what;     // "Sending 2: 87 letters sent on 22 November 2026"
    Str recorded; // by whom and when
    Str in_error; // how many of its contacts were marked so one by one, "" none
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
    UiField text, part;
    bool in_parts; // more than are made at once: `part` is asked
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

// campaign_letters_part.c: of which part somebody is, from 0, and what it is called: "1 to 500".
size_t campaign_part_of(const AskedPerson *asked);
Str campaign_part_places(Ctx *c, size_t part);
// The field, when there is a choice of parts,
void campaign_letters_parts(Ctx *c, const Request *req, const WriteTo *all, CampaignLettersPage *m);
// and those letters of `all` that the form asks for, with the part from 1; 0: it is all of them.
// Errors: ERR_INVALID.
MUST_USE Err campaign_letters_part(Ctx *c, const Request *req, const WriteTo *all, WriteTo *out,
                                   size_t *part_out);

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
