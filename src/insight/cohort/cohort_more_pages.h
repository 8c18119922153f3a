// cohort_more_pages.h -- why one person is listed, and a cohort in figures without names.
#ifndef COHORT_MORE_PAGES_H
#define COHORT_MORE_PAGES_H

#include "insight/cohort/cohort_pages.h"

typedef struct CohortWhyPage {
    Page page;
    CohortSummary about;
    CohortPersonRow row;
    Str back; // the list
    bool can_offer;
    bool opens;           // may open the whole record
    const Str *waiting;   // values that the frailty index asks for and no code is known of
    size_t waiting_count; // 0 when the index is not asked for
} CohortWhyPage;

typedef struct CohortFigureRow {
    CohortSummary about;
    Str people; // "310", "fewer than 5", "0"
} CohortFigureRow;

typedef struct CohortFiguresPage { // all cohorts
    Page page;
    const CohortFigureRow *rows;
    size_t row_count;
    UiTable table;
    Str data, busy;
} CohortFiguresPage;

typedef struct CohortFigurePage { // one
    Page page;
    CohortSummary about;
    Str people, of, data, busy;
    const CohortBar *bars;
    size_t bar_count;
    UiPair left_out[5];
    UiPair *practices;
    size_t practice_count;
    bool parts_hidden; // left_out and practices would tell a figure under 5
} CohortFigurePage;

typedef struct CohortParts { // whole figures: matching = people + all left out, people = practices
    int64_t matching, people;
    const int64_t *left_out, *practices;
    size_t left_out_count, practice_count;
} CohortParts;

// What stands in cohort_web.c and is used by the others.
// "Data as at: Millfield Surgery 20 November 2026; ..."
MUST_USE Err cohort_data_sentence(Ctx *c, Str *out);
// The rows of some people of a run, with the facts by which each is listed.
MUST_USE Err cohort_rows_of(Ctx *c, const CohortRun *run, const PersonId *ids, size_t count,
                            ReasonDepth depth, CohortPersonRow *rows);

// Where the codes of a run's definition were read: "Carer: 29 codes. Greater Manchester ...".
void cohort_origins(Ctx *c, const CohortRun *run, const Str **out, size_t *count_out);

// A figure that nobody can be told from: rounded to the nearest 5; 1 to 4 are not given.
Str cohort_figure(Arena *arena, int64_t n);
// Would the figures of the parts, beside those of their sums, leave a figure that is not given
// fewer than three values it may have?
bool cohort_parts_tell(Arena *arena, const CohortParts *parts);

Err cohort_why_page(Ctx *c, const Request *req, Response *res);
Err cohort_figures_page(Ctx *c, const Request *req, Response *res);
Err cohort_figure_page(Ctx *c, const Request *req, Response *res);

#endif
