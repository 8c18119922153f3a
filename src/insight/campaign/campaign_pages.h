// campaign_pages.h -- what the pages of campaigns show. Private to the room.
#ifndef CAMPAIGN_PAGES_H
#define CAMPAIGN_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/campaign/campaign_store.h"
#include "work/team/team.h"

enum { CAMPAIGN_PAGE_ROWS = 50 };

typedef struct CampaignListRow {
    Campaign campaign;
    int64_t to_ask, accepted, asked;
    Str state;  // "Running since 3 November 2026"
    bool waits; // for the actor to confirm
} CampaignListRow;

typedef struct CampaignListPage {
    Page page;
    CampaignListRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    bool can_make, can_ask;
    int64_t mine;
} CampaignListPage;

typedef struct CampaignNewPage {
    Page page;
    UiField cohort, run, name, practice, people, order_by, gap_months, contact_days, confirm;
    Str busy;
    Str warnings;  // of old extracts and those cut short, "" none
    Str runs_href; // where older lists are than those to choose from, "" none
} CampaignNewPage;

typedef struct CampaignRow {
    const AskedPerson *asked;
    PersonRow person;
    Str nhs, age, practice;
    Str value;     // "REF:VERSION", what a tick sends
    Str how;       // "Said no: has enough support already", with the day and who
    Str attempts;  // "2 attempts, last on 3 November 2026", ""
    Str elsewhere; // what happened outside the campaign, ""
    Str *reasons;
    size_t reason_count;
    bool can_tick;
} CampaignRow;

typedef struct CampaignShareRow {
    Colleague colleague;
    Str name; // of the field: "colleagues[2].a_week"
    Str ref_name;
    Str a_week, error;
    int64_t to_ask, asked, accepted;
} CampaignShareRow;

typedef struct CampaignShowPage {
    Page page;
    Campaign campaign;
    Str base, caption, data;
    UiTile tiles[6];
    size_t tile_count;
    UiPair *left_out;
    size_t left_out_count;
    UiPair *practices; // who confirmed
    size_t practice_count;
    UiPair declines[DECLINE_REASONS];
    size_t decline_count;
    Str waits; // "Waits for a GP of Millfield Surgery, ...", ""
    CampaignShareRow *colleagues;
    size_t colleague_count;
    size_t colleagues_more; // who could ask and has no row
    CampaignRow *rows;
    size_t row_count;
    UiTable table;
    UiFilter filter;
    UiFilterChip chips[2];
    UiField show, who, to, reason, note, evenly;
    UiPages foot;
    int64_t mine; // whom the actor is to ask now, in all campaigns
    bool can_change, can_confirm, can_take_off, can_export, shared, stale;
} CampaignShowPage;

// campaign_confirmed.c: which practices have confirmed, whom the list waits for.
MUST_USE Err campaign_fill_practices(Ctx *c, CampaignShowPage *m);

// campaign_rows.c
MUST_USE Err campaign_fill_rows(Ctx *c, const Request *req, const CampaignPeople *people,
                                CampaignShowPage *m, Response *res);
Str campaign_state_text(Ctx *c, const Campaign *k); // "Running since 3 November 2026"
// Lines of stored reasons; those of details are left out. In the arena.
Str *campaign_reason_lines(Ctx *c, Str reasons, size_t *count_out);

#endif
