// builder_pages.h -- what the page of a definition is drawn from, and what the room's files share.
#ifndef BUILDER_PAGES_H
#define BUILDER_PAGES_H

#include "core/page.h"
#include "core/ui.h"
#include "insight/builder/builder_fair.h"
#include "insight/builder/builder_state.h"
#include "insight/builder/builder_suggest.h"

enum { BUILDER_FIELDS_MAX = 12 };

typedef enum ControlKind { CONTROL_INPUT, CONTROL_SELECT, CONTROL_TICKS } ControlKind;
typedef struct BuilderControl {
    ControlKind kind;
    Str name, label, value, error;
    Str list;                // id of the list of suggestions, "" none
    bool numeric;            // digits only
    bool redraws;            // what stands beside it depends on it
    const UiOption *options; // ticks: value is the field's name
    size_t option_count;
    bool last_of_line; // takes the rest of its line
} BuilderControl;

typedef struct BuilderRowView {
    Str i;     // "3"
    Str name;  // "rows[3]"
    Str title; // for people: "rule 3: Age"
    Str note, words, error;
    int depth;
    bool group, first, last;
    BuilderControl what, is; // of a group: is only
    BuilderControl controls[BUILDER_FIELDS_MAX];
    size_t control_count;
    const struct BuilderRowView *inner; // of a group
    size_t inner_count;
    const char *join; // "and", "or": between its rules
} BuilderRowView;

typedef struct BuilderBar { // one group of a chart
    Str label;
    Str people, registered; // "97"
    Str share, share_all;   // "31%"
    int width, width_all;   // in the drawing's units
} BuilderBar;

typedef struct BuilderChart {
    Str id, title, described; // described: the figures in words
    BuilderBar *bars;
    size_t bar_count;
    int full; // percent at the right end of the scale
    Str note;
} BuilderChart;

typedef struct BuilderAnswer {
    Str busy;        // a sentence instead of everything else
    bool figures;    // of who counts and does not see who: no groups
    Str wrong;       // that what was typed is not counted, with issues saying why
    Str wrong_count; // "2 things"
    const Issue *issues;
    size_t issue_count;
    Str count, of;
    UiPair facts[4];
    size_t fact_count;
    Str zero;
    BuilderBar *steps;
    Str *step_notes; // "Not recorded for 214 people"
    size_t step_count;
    UiPair left_out[COHORT_LEFT_OUT_KINDS];
    size_t left_out_count;
    Str stands[COHORT_LEFT_OUT_KINDS]; // "(18)": beside the boxes; "" who may not know
    BuilderFair fair;
    bool suggested; // rules were asked for
    BuilderSuggestions suggestions;
    BuilderChart ages;
    Str said; // for the status line: "312 people match"
} BuilderAnswer;

typedef struct BuilderPage {
    Page page;
    const BuilderState *state;
    Str caption, path; // path of the form
    Str saved;
    Str save_path;
    bool can_undo, is_new, clash, about_wrong; // about_wrong: name, purpose or offer
    bool publishes;             // it is published, or was never kept: saving is for everybody
    Str theirs_by;              // with a clash: "Tom Ashworth, 22 November 2026, 10:41"
    const BuilderRowView *root; // NULL: too many rows for a form
    UiField practice, as_at;
    UiField name, purpose, owner, offer, start, end, target, review, confirm, text;
    Str words;
    const UiOption *sets, *measures, *units, *cohorts, *practices; // suggestions
    size_t set_count, measure_count, unit_count, cohort_count, practice_count;
    BuilderAnswer answer;
    EquityMonth month; // of the kept definition, for who reads figures; month "": none
} BuilderPage;

// ---- builder_view.c
// Regions: what a change can change, for who has the page already.
typedef enum BuilderWhole { BUILDER_REGIONS, BUILDER_WHOLE } BuilderWhole;
MUST_USE Err builder_view(Ctx *c, BuilderState *state, BuilderWhole whole, BuilderPage *m);
// ---- builder_answer.c
MUST_USE Err builder_answer(Ctx *c, const BuilderState *state, BuilderAnswer *out);
#endif
