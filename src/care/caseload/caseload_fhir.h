// caseload_fhir.h -- a case as FHIR R4 EpisodeOfCare. Private to the room.
#ifndef CASELOAD_FHIR_H
#define CASELOAD_FHIR_H

#include "care/caseload/caseload.h"

typedef struct CaseRefs { // accounts by ref: a name alone does not say whom the record opens to
    Str person, lead, supervisor;
} CaseRefs;

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err case_fhir(Ctx *c, const Case *k, const CaseRefs *refs, Str *out);

extern const Seal CASE_SEAL; // of its rows: for its entries and `trellis verify`

#endif
