// caseload_span.h -- the caseload over time and in figures: part of the door caseload.h.
#ifndef CASELOAD_SPAN_H
#define CASELOAD_SPAN_H

#include "care/caseload/caseload.h"

typedef struct LeadLoad {
    int64_t account;
    int64_t people;
} LeadLoad;
MUST_USE Err case_loads(Ctx *c, LeadLoad **out, size_t *count_out); // by lead, for the manager

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
