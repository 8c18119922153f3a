// team_pages.h -- what the pages of this room show. Private to the room.
#ifndef TEAM_PAGES_H
#define TEAM_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "work/privacy/privacy.h"
#include "work/team/team.h"

typedef struct UserRow {
    Account account;
    Str href, role, last, state;
    UiTone tone;
} UserRow;

typedef struct UsersPage {
    Page page;
    UserRow *rows;
    size_t row_count;
    UiTile tiles[4];
    UiPages foot; // by user name
} UsersPage;
enum { USERS_A_PAGE = 100 };

typedef struct UserForm {
    Page page;
    UiField username, name, role, orgs;
} UserForm;

typedef struct UserPage {
    Page page;
    Account account;
    Str base, role_name, state, last;
    bool own; // the administrator's own account: somebody else changes it
    UiField role, orgs;
} UserPage;

typedef struct CodePage { // shown once
    Page page;
    Str heading, name, username, code, back;
} CodePage;

typedef struct PracticeRow {
    Str name, ods, extract, people, href;
    UiTone tone; // of the age of the extract
} PracticeRow;

typedef struct LoadRow {
    Str name, role, people;
    UiTone tone;
    Str word; // "Over 70", "Near the limit", "Has room"
} LoadRow;

typedef struct OverviewPage {
    Page page;
    UiTile tiles[4];
    size_t tile_count;
    PracticeRow *practices; // of this page of them
    size_t practice_count, practices_all;
    UiPages practice_foot; // pages 0: all stand here
    LoadRow *loads;
    size_t load_count;
    UiPages load_foot; // the same
    int amber, red;
} OverviewPage;
enum { OVERVIEW_ROWS = 25 };

// Figures (core/figure.h) of how many people are on each colleague's caseload, such that no count
// from 1 to 4 follows even for a reader who knows the exact total.
void team_load_figures(Arena *arena, const int64_t *counts, size_t count, int64_t total,
                       int64_t *out);

typedef struct SupportedRow {
    Str name, href, nhs, born, lead, state;
    UiDue next;
} SupportedRow;

typedef struct LeadRow {
    Str name, role;
} LeadRow;

typedef struct PracticePage { // practice staff and GP supervisor
    Page page;
    Str caption;
    LeadRow *leads;
    size_t lead_count;
    SupportedRow *rows;
    size_t row_count;
    UiPages foot;
    OpenedRecords opened; // records of people the GP supervises
    bool clinical;
} PracticePage;

extern const Seal PRACTICE_SEAL; // of its row: for its entries and `trellis verify`

enum { TEAM_PAGE_ROWS = 25 };

#endif
