// cohort_follow_pages.h -- what the pages of followed cohorts are drawn from.
#ifndef COHORT_FOLLOW_PAGES_H
#define COHORT_FOLLOW_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/cohort/cohort_follow.h"
#include "insight/cohort/cohort_place.h"

typedef struct CohortFollowBox { // on a cohort's page
    Str key, csrf;
    bool followed;
    Str sentence; // "Run every day since 12 November 2026."
    Str said;     // why it stopped
    Str newly;    // "3 newly listed", with a link
    UiField every, since;
} CohortFollowBox;
void cohort_follow_box(Buf *o, const CohortFollowBox *m);
// Fills the box; `run`: today's list, for the count.
MUST_USE Err cohort_follow_fill(Ctx *c, const CohortRun *run, Str csrf, CohortFollowBox *out);

typedef struct CohortNewLine { // of the list of cohorts: one that is followed
    Str href, name, text;
} CohortNewLine;
// Those the actor follows, counted anew.
MUST_USE Err cohort_follow_lines(Ctx *c, CohortNewLine **out, size_t *count_out);
void cohort_follow_lines_box(Buf *o, const CohortNewLine *lines, size_t count);

struct CohortPersonRow;
typedef struct CohortNewRow {
    const struct CohortPersonRow *row;
    Str since;  // "First found on 20 November 2026"
    Str aside;  // who set them aside, why, until when; "" when they wait
    Str action; // address of the form that sets aside or puts back
} CohortNewRow;

typedef struct CohortNewPage {
    Page page;
    CohortPlace place;
    CohortSummary about;
    Str sentence, back;
    CohortData data;
    Str review;       // where the form of those selected goes
    Str offered_href; // of the record of the one who was offered support just now, "" none
    UiNavItem tabs[2];
    bool aside; // who was set aside is shown
    const CohortNewRow *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    bool can_offer;
} CohortNewPage;

typedef struct CohortAsidePage {
    Page page;
    CohortSummary about;
    const struct CohortPersonRow *row;
    UiField reason, until;
    Str action, back;
} CohortAsidePage;

Err cohort_newly_page(Ctx *c, const Request *req, Response *res);
Err cohort_follow_post(Ctx *c, const Request *req, Response *res);
Err cohort_unfollow_post(Ctx *c, const Request *req, Response *res);
Err cohort_aside_page(Ctx *c, const Request *req, Response *res);
Err cohort_aside_post(Ctx *c, const Request *req, Response *res);
Err cohort_back_post(Ctx *c, const Request *req, Response *res);

#endif
