// caseload_fhir.h -- a case as FHIR R4 EpisodeOfCare. Private to the room.
#ifndef CASELOAD_FHIR_H
#define CASELOAD_FHIR_H

#include "care/caseload/caseload.h"

typedef struct CaseRefs { // accounts by ref: a name alone does not say whom the record opens to
    Str person, lead, supervisor;
} CaseRefs;

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err case_fhir(Ctx *c, const Case *k, const CaseRefs *refs, Str *out);

// For `trellis verify`: the present row of a case, as its last journal body. Errors: ERR_NOT_FOUND.
MUST_USE Err case_render(Ctx *c, Str kind, Str id, Str *body_out);

// For `trellis verify`: the refs of what is there, in order, after this one.
MUST_USE Err case_present(Ctx *c, Str kind, Str after, Str *refs_out, size_t max,
                          size_t *count_out);

#endif
