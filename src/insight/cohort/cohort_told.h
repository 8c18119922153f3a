// cohort_told.h -- any one person of the scope asked of a run: which rules are met, and which not.
#ifndef COHORT_TOLD_H
#define COHORT_TOLD_H

#include "insight/cohort/cohort_eval.h"
#include "insight/cohort/cohort_more_pages.h"

typedef struct CohortTold {
    RuleTold *rules;
    size_t rule_count;
    bool met;         // every rule
    Str left_out;     // the leave-out that stands against the person, "" none; whether met or not
    bool on_caseload; // it is that one
    bool objects;     // to sharing for direct care: nothing else is told
} CohortTold;
// As cohort_run, asked of one person alone, which costs the same whatever the population: who is
// listed is that person or nobody, every rule is answered, and counts and steps mean nothing.
// Errors: as cohort_run, ERR_NOT_FOUND (not in the columns yet).
MUST_USE Err cohort_run_of(Ctx *c, Str key, PersonId person, CohortRun *out);
// Asks one run about many people, as registration and wishes are now. In the arena; needs the run.
typedef struct CohortAsker CohortAsker;
MUST_USE Err cohort_asker(Ctx *c, const CohortRun *run, CohortAsker **out);
// Errors: ERR_NOT_FOUND (nobody of the run's scope, or not in the columns yet).
MUST_USE Err cohort_told(Ctx *c, const CohortAsker *asker, PersonId person, CohortTold *out);
// Of whom it would answer, in their order; `out` has room for all. How many.
size_t cohort_within(const CohortAsker *asker, const PersonId *ids, size_t count, PersonId *out);
// Of those, who does not object to sharing for direct care now: only they are on lists of people.
size_t cohort_sharing(const CohortAsker *asker, const PersonId *ids, size_t count, PersonId *out);

typedef struct CohortVerdict {
    Str text; // "Not on the list: 2 rules are not met."
    Str also; // what else stands against it, "" nothing
} CohortVerdict;
MUST_USE Err cohort_verdict(Ctx *c, PersonId person, const CohortTold *told, bool listed,
                            CohortVerdict *out);
// A rule in words; a group "Any of these:".
Str cohort_told_words(Arena *arena, const CodeSets *sets, const CohortRule *rule);

typedef struct CohortToldRow { // of the table of rules
    const RuleTold *told;
    Str words;  // of the rule; of a group "Any of these:"
    Str indent; // "– " for each group around it
    Str answer, colour;
} CohortToldRow;

typedef struct CohortWhyNotPage { // the search, and one person's answer
    Page page;
    CohortSummary about;
    Str action, back;
    UiField q;
    bool searched, more; // more: of those found only the first are shown
    const CohortPersonRow *hits;
    size_t hit_count;
    UiTable hit_table;
    CohortPersonRow row; // of the one person
    CohortVerdict verdict;
    CohortData data;
    const CohortToldRow *rules;
    size_t rule_count;
    UiTable table;
    bool listed, met;
    bool objects; // to sharing for direct care: only that is said
    bool opens;   // the person's page of all cohorts
    bool frailty; // the index is asked for: its known errors are said
} CohortWhyNotPage;

enum { OF_PERSON_LINES_MAX = 6 };
typedef struct CohortOfPerson { // one cohort, asked of one person
    Str name, href;             // href: of each rule
    Str answer, colour;         // "Listed", "green"
    CohortVerdict verdict;
    bool objects;                   // to sharing for direct care: the same of each cohort
    Str lines[OF_PERSON_LINES_MAX]; // the facts of a listed person, else the rules that are not met
    size_t line_count;
} CohortOfPerson;

typedef struct CohortsOfPersonPage {
    Page page;
    PersonFrame frame;
    const CohortOfPerson *rows;
    size_t row_count;
    UiTable table;
    UiPages foot;
    Str also;    // what keeps the person out of every list, "" nothing
    Str objects; // nothing is said but this, "" they do not object to sharing
    CohortData data;
    Str busy;
    bool outside; // not among the people that the actor may ask about
} CohortsOfPersonPage;

Err cohorts_of_person(Ctx *c, const Request *req, Response *res);
Err cohort_why_not_page(Ctx *c, const Request *req, Response *res);   // the search
Err cohort_why_not_find(Ctx *c, const Request *req, Response *res);   // what was typed
Err cohort_why_not_person(Ctx *c, const Request *req, Response *res); // the answer

// Who leads the case of somebody, since when: "On the caseload, led by ...". "" when none stands.
MUST_USE Err cohort_case_sentence(Ctx *c, PersonId person, Str *out);

#endif
