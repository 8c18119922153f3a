// report_count.h -- the facts of some months, and the people behind each number of them. Private.
#ifndef REPORT_COUNT_H
#define REPORT_COUNT_H

#include "care/caseload/caseload.h"
#include "care/contact/contact.h"
#include "care/plan/plan.h"
#include "insight/cohort/cohort.h"
#include "insight/report/report_lines.h"
#include "work/team/team.h"

typedef struct ReportMonth {
    Date first, last;
} ReportMonth;
ReportMonth month_of(Date day);
bool month_parse(Str text, ReportMonth *out); // "2026-11", from 2000 to 2199
Str month_key(Arena *arena, ReportMonth month);
Str month_name(Arena *arena, ReportMonth month);  // "November 2026"
Str month_short(Arena *arena, ReportMonth month); // "Nov 2026"
ReportMonth month_add(ReportMonth month, int months);
ReportMonth month_year_begin(ReportMonth month); // April of its financial year

// Whose people the actor's reports are about: the network's own staff all of it, others the
// practices they work for.
typedef struct ReportScope {
    Practice *practices; // by id
    size_t count;
    bool all;                  // with those whose practice is not known
    const PersonId *opted_out; // of uses beyond their own care, by id: in no number
    size_t opted_out_count;
} ReportScope;
// Errors: ERR_BUSY (the population is being read), ERR_FAULT.
MUST_USE Err report_scope(Ctx *c, ReportScope *out);
// The same without who opted out, for numbers that were kept. Errors: ERR_FAULT.
MUST_USE Err report_scope_kept(Ctx *c, ReportScope *out);
// Each person's practice, one that is in no scope for whom the report leaves out. Errors: ERR_BUSY.
MUST_USE Err report_practices(Ctx *c, const ReportScope *scope, const PersonId *people,
                              size_t count, int64_t *out);
// The practices of the scope as cohort_held asks for them: ascending.
int64_t *report_practice_ids(Arena *arena, const ReportScope *scope, size_t *count_out);
bool report_in_scope(const ReportScope *scope, int64_t practice);

// Everything that the lines of the months ask for, read once.
typedef struct ReportFacts {
    const ReportLine *lines;
    size_t line_count;
    const ReportScope *scope;
    ReportMonth from, until;
    CaseSpan *spans; // as the three below: of people in scope only, with their practices beside
    int64_t *span_practice;
    size_t span_count;
    ContactDay *contacts; // in which somebody was spoken with, by person, then day
    int64_t *contact_practice;
    size_t contact_count;
    PlanAgreed *plans; // by person, then day
    int64_t *plan_practice;
    size_t plan_count;
    HeldDay *held; // by line, person and day; HeldDay.set is the line
    size_t held_count;
    int64_t codes[REPORT_LINES_MAX]; // of each line's set, as cohort_set_codes says it
} ReportFacts;
// Errors: ERR_BUSY (the population is being read), ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err report_facts(Ctx *c, const ReportLine *lines, size_t line_count, ReportMonth from,
                          ReportMonth until, ReportFacts *out);

typedef struct ReportEntry { // one row of the list that a number opens
    PersonId person;
    int64_t practice;
    Date on;  // of the fact, DATE_NONE when it is missing
    Str note; // "Telephone call", "Moved away"
} ReportEntry;

typedef struct ReportNumber {
    int64_t count;
    bool has_whole;
    int64_t whole; // of how many
    // The same for each practice of the scope, then for those whose practice is not known.
    int64_t *at, *whole_at;
    bool known;           // false: no codes are known for it, nothing was counted
    ReportEntry *entries; // `count` of them, by person; NULL unless asked for
    size_t room;
} ReportNumber;
typedef enum ReportWith { WITHOUT_ENTRIES, WITH_ENTRIES } ReportWith;
// One that counted nothing yet, with a place for each of the scope. In the arena.
ReportNumber *report_number_new(Arena *arena, const ReportScope *scope);
// In c->arena.
ReportNumber *report_number(Ctx *c, const ReportFacts *facts, const ReportLine *line,
                            ReportMonth month, ReportWith with);
// Is anything known to count it by? Lines without codes are not counted, which is not nought.
bool report_is_known(const ReportFacts *facts, const ReportLine *line);
size_t report_place(const ReportScope *scope, int64_t practice); // index into at; count: not known

#endif
