// equity_pages.h -- what the pages of figures show. Private to the room.
#ifndef EQUITY_PAGES_H
#define EQUITY_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/equity/equity_finding.h"

typedef struct EquityLess { // groups reached less than expected, -1: not compared
    int64_t beside_adults, adjusted;
} EquityLess;

#define EQUITY_ADJUSTED_LABEL "Groups reached less than expected for their age and sex"
#define EQUITY_PLAIN_LABEL    "Less, not adjusted"
typedef struct EquityListPage { // the newest release, or one that was chosen
    Page page;
    bool can_make; // this month's is not made yet, and the actor may
    Str next;      // "November 2026": the month that would be made
    const EquityRelease *releases;
    size_t release_count;
    Str month, about; // of the release shown, "" when there is none
    UiTable table;
    const EquitySubjectName *subjects;
    const Str *people; // by subject, as text
    const EquityLess *less;
    size_t subject_count;
    UiPages foot;
    const Str *hrefs;       // by subject; they keep the choices made
    const Str *month_hrefs; // by release
    bool as_they_are;       // people are compared so: links keep it
} EquityListPage;

typedef struct EquityBlock { // one dimension
    Str key, label, href;
    Str by; // a sentence, "" none
    UiTable table;
    const EquityRow *rows;
    size_t row_count;
    EquityChart chart;
    bool drawn;   // else there are too few figures for a chart
    UiPages foot; // of a long one, whose first page has those reached least; pages 0: of others
} EquityBlock;
enum { EQUITY_GROUPS_A_PAGE = 25, EQUITY_SENTENCES_MAX = 30 };

typedef struct EquityShowPage { // one subject
    Page page;
    Str name, caption, back, csv;
    UiField stage, compare;
    UiFilter filter;
    Str release; // its ref, "" the newest
    Str heading; // "Found, now or before, beside adults"
    const Str *sentences;
    size_t sentence_count;
    Str more;         // how many others are only in the tables below, "" none
    const Str *later; // of the stages after it, each beside the one before
    size_t later_count;
    Str later_more;
    bool adjusted;        // beside people of the same age and sex
    Str adjust, plain;    // the same page with and without it, "" where it is not to be had
    const UiPair *bridge; // from whom the rules find to whom the list names
    size_t bridge_count;
    const EquityBlock *blocks;
    size_t block_count;
} EquityShowPage;

typedef struct EquityCell {
    Str label; // of the column
    Str people;
    Str kept; // "45% of the stage before (38% to 52%)"
} EquityCell;

typedef struct EquityStepRow { // of a stage, with a cell for each group; where there are many
    Str head;                  // groups, of a group with a cell for each stage
    const EquityCell *cells;
    size_t cell_count;
} EquityStepRow;

typedef struct EquityStepsPage { // one subject by one dimension, stage by stage
    Page page;
    Str name, label, caption, back;
    Str by; // the release of its deciles, "" of most
    UiTable table;
    const EquityStepRow *rows;
    size_t row_count;
    UiPages foot; // pages 0: all stand here
    const Str *sentences;
    size_t sentence_count;
    Str more; // how many others there are, "" none
} EquityStepsPage;

extern const Seal EQUITY_SEAL;
extern const JobKind EQUITY_JOB; // equity_monthly.c

// equity_words.c
Str equity_range_words(Arena *arena, EquityRange range); // "0.62 to just under 1"
EquityRow equity_row(Arena *arena, Str group, const EquityLine *line);
EquityMark equity_mark(const EquityRow *row, const EquityLine *line);

typedef struct EquityPair { // what is looked at, and beside what
    const EquitySubject *subject, *beside;
    int stage, beside_stage;
    bool adjusted; // beside people of the same age and sex: beside is the population
} EquityPair;
// "those offered support"; named: of which subject.
Str equity_stage_words(Arena *arena, const EquitySubject *s, int stage, bool named);
EquityLine equity_line_of(const EquityPair *pair, const EquityDimension *d, size_t group);
int64_t equity_count_less(const EquityPair *pair); // groups with REACH_UNDER
// What a group's figures are read for: least where it is reached least, INFINITY where they cannot
// be compared. Made of what is shown of it alone, so that an order by it tells no more.
double equity_reached(const EquityLine *line);
typedef struct EquityTold {
    Str list[EQUITY_SENTENCES_MAX];
    size_t count;
    size_t beyond; // for which there was no room
} EquityTold;
// Adds the sentences of a pair's groups that are reached less than expected; of one dimension or,
// with key "", of all.
void equity_sentences(Arena *arena, const EquityPair *pair, Str dimension, EquityTold *told);

#endif
