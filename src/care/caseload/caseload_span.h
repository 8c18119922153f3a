// caseload_span.h -- the caseload over time and in figures: part of the door caseload.h.
#ifndef CASELOAD_SPAN_H
#define CASELOAD_SPAN_H

#include "care/caseload/caseload.h"

typedef struct LeadLoad {
    int64_t account;
    int64_t people;
} LeadLoad;
typedef struct LeadLoads {
    LeadLoad *each; // in c->arena, of those who lead anybody
    size_t count;
} LeadLoads;
MUST_USE Err case_loads(Ctx *c, LeadLoads *out);          // for the manager
int64_t load_of(const LeadLoads *loads, int64_t account); // 0 for who leads nobody

// One case from its offer to its end. These days never change afterwards; the lead can.
typedef struct CaseSpan {
    PersonId person;
    CaseState state;
    Date offered, accepted, ended; // London days; DATE_NONE: not (yet)
    Str reason;                    // why it ended, "" unless
    Str lead;
} CaseSpan;
enum { CASE_SPANS_MAX = 200000 };
// Every case that stood on `from` or later, by person, then in the order they were offered. In
// c->arena. Errors: ERR_TOO_LARGE, ERR_FAULT.
MUST_USE Err case_spans(Ctx *c, Date from, CaseSpan **out, size_t *count_out);

#endif
