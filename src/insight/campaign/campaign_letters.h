// campaign_letters.h -- letters to whom a campaign asks, as pages show them. Private to the room.
#ifndef CAMPAIGN_LETTERS_H
#define CAMPAIGN_LETTERS_H

#include "insight/campaign/campaign_pages.h"

typedef struct CampaignLetter { // to one person, as it is printed
    Str name, address, postcode;
    Str *lines; // of the text, each a paragraph
    size_t line_count;
} CampaignLetter;

typedef struct CampaignLettersPage {
    Page page;
    Campaign campaign;
    Str base;
    UiField text;
    UiPair *facts; // how many are written to, and who is not
    size_t fact_count;
    size_t count; // letters
    const CampaignLetter *letters;
    Str from, on;
} CampaignLettersPage;

Err campaign_letters(Ctx *c, const Request *req, Response *res);      // addresses as a file
Err campaign_letters_page(Ctx *c, const Request *req, Response *res); // the text and how many
Err campaign_letters_print(Ctx *c, const Request *req, Response *res);

#endif
