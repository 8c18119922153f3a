// equity_beside.h -- the groups of whom a question finds, beside everybody of the same age and sex:
// part of the door equity.h.
//
// From whole counts, of rules that may still be changed: for who may see whom they find. For
// everybody else there are the figures of a month's release, which nobody can ask rule after rule.
#ifndef EQUITY_BESIDE_H
#define EQUITY_BESIDE_H

#include "core/ui.h"
#include "insight/cohort/cohort.h"

typedef struct EquityRow { // a line as text
    Str group, people, share, of, share_of, expected, ratio, range;
    bool off_chart; // the range leads beyond the chart's scale
    Str reach;      // "Fewer than expected", "No clear difference" ...
    UiTone tone;    // TONE_PLAIN: no difference
} EquityRow;

// Of the chart: places in its own units, on a scale of ratios that doubles by the same distance.
// The name of a group stands before its scale and the numbers behind it, on a phone above it.
enum { EQUITY_CHART_ONE = 160, EQUITY_CHART_DOUBLING = 75 };
typedef struct EquityMark {
    int point, from, to;
    bool has_point, has_range;
    bool arrow_left, arrow_right; // the range leads beyond the scale there
    bool less;                    // fewer than expected
    Str label, people, expected;
} EquityMark;
typedef struct EquityChart {
    Str id, title;
    Str described; // the figures in words, for who does not see it
    Str people;    // what is counted: "found"
    const EquityMark *marks;
    size_t mark_count;
} EquityChart;
void equity_chart(Buf *o, const EquityChart *chart); // equity_chart.ht

typedef struct EquityBeside { // one group
    EquityRow row;            // people: who meet the rules; of: who are registered
    EquityMark mark;
    Str less;     // fewer than expected, and the rule that does most of it: a sentence; else ""
    Str about;    // "Ethnic group, Asian or Asian British", with less alone
    size_t cause; // the stage of that rule, 0: no rule does it
    bool compared;
    int64_t found;
    double ratio; // to those expected; compared alone
} EquityBeside;

Str equity_division_label(GroupBy by); // "Ethnic group"; of traits, what they are about
// Each group in which anybody is registered, in the division's order; `out` has room for all of
// them. How many there are. Of fewer than EQUITY_STAGE_MIN found nothing is compared. Strings in
// the arena.
size_t equity_beside(Arena *arena, const CohortShape *shape, const CohortDivision *division,
                     const Definition *definition, EquityBeside *out);

typedef struct EquityMonth { // what the newest release says of one cohort, in figures
    Str month;               // "November 2026"
    Str found;               // people, a figure as text
    const Str *less;         // groups found less often than people of their age and sex: sentences
    size_t less_count, less_beyond; // beyond: how many others there are
} EquityMonth;
// Errors: ERR_NOT_FOUND (not for this role, no release yet, or none of this cohort).
MUST_USE Err equity_newest_month(Ctx *c, Str key, EquityMonth *out);

#endif
