// referral_pages.h -- what the pages of referrals show. Private to the room.
#ifndef REFERRAL_PAGES_H
#define REFERRAL_PAGES_H

#include "care/referral/referral.h"
#include "core/page.h"
#include "core/ui.h"

typedef struct ReferralRow {
    const Referral *referral;
    Str href;
    Str waiting; // "12 days since it was sent"
    Str state;   // "Accepted by the service, 3 November 2026"
    UiDue chase;
} ReferralRow;

typedef struct ReferralsPage {
    Page page;
    PersonFrame frame;
    ReferralRow *open;
    size_t open_count;
    ReferralRow *closed;
    size_t closed_count;
    Str add_href;
    bool can_change;
} ReferralsPage;

typedef struct ReferralFormPage {
    Page page;
    PersonFrame frame;
    Str action, cancel;
    UiField service, reach, reason, way, number, consent, sent_on, owner, chase_on, again;
    bool ask_again; // an open one to this service is there
} ReferralFormPage;

typedef struct ReferralShowPage {
    Page page;
    PersonFrame frame;
    Referral referral;
    UiPair *facts;
    size_t fact_count;
    ReferralStep *steps;
    size_t step_count;
    Str waiting; // "", closed
    Str action, list_href, task_href;
    UiField kind, on, words, chase_on;
    bool can_change; // and it is open
    bool stale;      // somebody wrote a step in the meantime
} ReferralShowPage;

#endif
