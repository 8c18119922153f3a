// breakdown_ask.h -- what an address asks for. Private to the room.
#ifndef BREAKDOWN_ASK_H
#define BREAKDOWN_ASK_H

#include "insight/cohort/cohort.h"
#include "insight/equity/equity.h"

enum { BREAKDOWN_MONTHS_USUAL = 12, BREAKDOWN_KINDS_MAX = 32 };

typedef struct GroupKind { // one way to tell people apart
    Str key, label;
    GroupBy by;
    Str group;        // of a trait: "Is a carer"
    const char *rule; // of a trait, as insight/equity counts it
} GroupKind;

typedef struct BreakdownMonths {
    const char *key, *label;
    int months; // 0: ever
} BreakdownMonths;
extern const BreakdownMonths BREAKDOWN_WITHIN[];
extern const size_t BREAKDOWN_WITHIN_COUNT;

typedef struct BreakdownTarget {
    const char *key, *label;
    const char *words; // "at most"
} BreakdownTarget;
extern const BreakdownTarget BREAKDOWN_TARGETS[TARGET_OVER + 1]; // by TargetKind

typedef struct BreakdownAsk {
    Str of;                       // a cohort's key, "" everybody registered
    const Definition *definition; // of it
    ValuesAsked values;
    const GroupKind *kinds; // all there are; the first is none
    size_t kind_count;
    const GroupKind *by[2];
    Date as_at;
    Str than, at; // as typed
    Str query;    // the same again for links: "of=carers&value=hba1c..."
    int64_t page; // of groups where there are many, not in query
} BreakdownAsk;

// What is wrong stands in c->issues, with what is usual in its place. Errors: ERR_NOT_FOUND (a
// cohort that is not there or not for this account), ERR_BUSY (the program has no engine).
MUST_USE Err breakdown_ask(Ctx *c, const Request *req, BreakdownAsk *out);

Str breakdown_query(Arena *arena, const BreakdownAsk *ask);        // what BreakdownAsk.query is
Str breakdown_unit(const BreakdownAsk *ask);                       // "mmol/mol"
Str breakdown_target_words(Arena *arena, const BreakdownAsk *ask); // "at most 58 mmol/mol", "" none
Str breakdown_when_words(Arena *arena,
                         const BreakdownAsk *ask); // "in the 12 months to 24 November"

#endif
