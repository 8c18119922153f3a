// equity.h -- who is reached and who is missed, by group, in figures that nobody can be told from.
//
// A release is made once a calendar month, over the whole network: for the registered population,
// every cohort and the caseload, how many people of each group stand at each stage, from the rules
// that look for them to a goal reached. What may be shown of it is settled then (core/figure.h) and
// kept; the counts behind it are not. Every page and file shows these figures and what follows from
// them, so that comparing pages, filters or days tells no more than one of them.
#ifndef EQUITY_H
#define EQUITY_H

#include "core/route.h"
#include "insight/equity/equity_range.h"

enum {
    EQUITY_GROUPS_MAX = 513, // practices are the most, and the rest
    EQUITY_DIMENSIONS_MAX = 12,
    EQUITY_STAGES_MAX = 40,
    EQUITY_SUBJECTS_MAX = 1100, // every cohort that there can be, and two of its own
    EQUITY_RELEASES_MAX = 120,  // shown: ten years
    EQUITY_GROUP_MIN = 20,      // registered: a smaller group is shown with those not recorded
    EQUITY_PRACTICES_MIN = 3,   // of so many and more, figures are given by practice
    EQUITY_STAGE_MIN = 10,      // people: fewer are not shown by group
    EQUITY_EXPECTED_MIN = 20,   // people: of fewer none are expected for their age and sex
};

typedef struct EquityStage {
    Str key;        // "registered", "rule-1", "identified", "offered", "accepted", "planned",
                    // "reached"; of the population: "adults", "frail", "frail-moderate" ...
    Str label;      // "Aged 65 or over", "Offered support"
    bool joins;     // holds the stage before it and others too; else it is part of that
    int64_t people; // a figure (core/figure.h), as all below
} EquityStage;

typedef struct EquityDimension { // one way to tell people apart
    Str key, label;              // "ethnicity", "Ethnic group"
    Str by;                      // "Index of Multiple Deprivation 2025"; "" of most
    bool asked;                  // a rule of the cohort asks for some of these groups
    size_t group_count;
    Str *groups;      // EQUITY_GROUPS_MAX at most
    int64_t *figures; // [stage * group_count + group]
    // People expected at each place, were the rates of everybody registered of the same age and
    // sex the group's own, to the nearest one; EQUITY_NO_EXPECTED where not given. NULL: not worked
    // out, as of age and sex themselves and in releases before there was this.
    int64_t *expected;
} EquityDimension;
enum { EQUITY_NO_EXPECTED = -1 };

typedef enum EquityPart { // of those found
    PART_MEET,            // the rules, today
    PART_BEFORE,          // offered support from this cohort and meet them no longer
    PART_LISTED,          // of those who meet them, as all below
    PART_ON_CASELOAD,
    PART_DECLINED,
    PART_OPTED_OUT,
    PART_GONE, // died, or left the practice, since the data were read
    EQUITY_PARTS,
} EquityPart;
typedef struct EquityBridge { // from whom the rules find to whom the list names
    bool given;               // nothing of it would tell one that is not given
    int64_t figures[EQUITY_PARTS];
} EquityBridge;

typedef struct EquitySubject { // whose stages they are
    Str key, name;             // of a cohort, or EQUITY_POPULATION, EQUITY_CASELOAD
    EquityStage stages[EQUITY_STAGES_MAX];
    size_t stage_count;
    EquityDimension dimensions[EQUITY_DIMENSIONS_MAX];
    size_t dimension_count;
    EquityBridge bridge; // of the program's own cohorts only
    // Registered people who opted out of uses beyond their own care: at no stage. A figure;
    // FIGURE_HELD in releases before they were left out.
    int64_t opted_out;
} EquitySubject;
#define EQUITY_POPULATION "population"
#define EQUITY_CASELOAD   "caseload"
#define EQUITY_REST       "Not recorded, or a smaller group" // of a dimension, the last group

typedef struct EquityRelease {
    int64_t id;
    Str ref;
    Date month; // its first day
    Date as_at, data_on;
    Instant at;
    Str by;
    int64_t version;
} EquityRelease;

// Makes the month's release. Errors: ERR_NOT_FOUND (not for this role), ERR_INVALID (there is one
// of this month already; nobody is registered), ERR_BUSY (the population is being read).
MUST_USE Err equity_release_make(Ctx *c, Str *ref_out);
// Newest first.
MUST_USE Err equity_releases(Ctx *c, EquityRelease **out, size_t *count_out);
typedef struct EquitySubjectName {
    Str key, name;
    int64_t people; // at its last rule, a figure
} EquitySubjectName;
MUST_USE Err equity_subjects(Ctx *c, const EquityRelease *release, EquitySubjectName **out,
                             size_t *count_out);
// Errors: ERR_NOT_FOUND.
MUST_USE Err equity_subject(Ctx *c, const EquityRelease *release, Str key, EquitySubject *out);

extern const Room EQUITY_ROOM;

#include "insight/equity/equity_beside.h"
#include "insight/equity/equity_groups.h"
#include "insight/equity/equity_sheet.h"

#endif
