// cohort_kept_pages.h -- a definition, its versions, taking one from a file: what pages are drawn
// from.
#ifndef COHORT_KEPT_PAGES_H
#define COHORT_KEPT_PAGES_H

#include "insight/cohort/cohort_names.h"
#include "insight/cohort/cohort_pages.h"

typedef struct DefinitionRow { // one version
    Str href, title, when, by;
    Str compare; // with the newest, "" for that one
    bool shown;
} DefinitionRow;

typedef struct DefinitionPage {
    Page page;
    KeptDefinition kept; // the version shown
    CohortSummary about;
    Str back;             // the list or its figures
    Str query;            // "?version=...", "" for the newest
    Str state, tone;      // "Draft", "grey"
    Str problem;          // why it can no longer be read
    UnknownName *unknown; // names in its rules that are not known here
    size_t unknown_count;
    const UiPair *facts;
    size_t fact_count;
    const DefinitionRow *rows;
    size_t row_count;
    UiTable table;
    int64_t version; // to send back with a change
    bool newest, due;
    bool can_publish, can_withdraw, can_bring_back, can_edit;
    bool needs_name; // before it can be published
    bool was_draft;  // of a withdrawn one: it comes back as its writer's draft
} DefinitionPage;

typedef struct WithdrawPage { // asks before it is done
    Page page;
    KeptDefinition kept;
    Str back; // of its definition
} WithdrawPage;

typedef struct ImportPage {
    Page page;
    UiField text, key;
    Str file_error, back;
} ImportPage;

Err definition_page(Ctx *c, const Request *req, Response *res);
Err definition_state(Ctx *c, const Request *req, Response *res);
Err definition_withdraw_page(Ctx *c, const Request *req, Response *res);
Err definition_download(Ctx *c, const Request *req, Response *res);
Err definition_import_page(Ctx *c, const Request *req, Response *res);
Err definition_import_sent(Ctx *c, const Request *req, Response *res);

// Of what the actor wrote and was withdrawn: for the lists of cohorts and of their figures.
typedef struct WithdrawnLine {
    Str name, href, when; // href: where it can be brought back
} WithdrawnLine;
MUST_USE Err definition_withdrawn_lines(Ctx *c, WithdrawnLine **out, size_t *count_out);
void definition_withdrawn_box(Buf *o, const WithdrawnLine *lines, size_t count);

#endif
