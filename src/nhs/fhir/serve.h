// serve.h -- what every FHIR R4 answer over HTTP has in common: queries, bundles, what went wrong.
//
// Strict, as R4 allows: a parameter that is not known is refused, never ignored, so that nobody
// takes a wider answer for the one that was asked for. Not here: resources (write.h, the rooms).
#ifndef FHIR_SERVE_H
#define FHIR_SERVE_H

#include "core/route.h"
#include "nhs/fhir/write.h"

enum { FHIR_COUNT_FIRST = 50, FHIR_COUNT_MAX = 1000 };

// Problem of every FHIR row: an OperationOutcome with the issues of c, or one for err.
Err fhir_problem(Ctx *c, const Request *req, Err err, Response *res);

// What was asked. Only the names in `names` (space-separated) and _format are taken; more than one
// of a name only where the room reads them all. Errors: ERR_INVALID (issues), ERR_UNSUPPORTED (a
// format we do not write), ERR_MALFORMED.
typedef struct FhirQuery {
    const Pair *pairs;
    size_t count;
} FhirQuery;
MUST_USE Err fhir_query(Ctx *c, const Request *req, const char *names, FhirQuery *out);
Str fhir_query_get(const FhirQuery *query, const char *name); // the first, "" when absent
// Of _count: FHIR_COUNT_FIRST when absent. Errors: ERR_INVALID.
MUST_USE Err fhir_query_count(Ctx *c, const FhirQuery *query, int64_t *out);

// The days that one value of a date parameter lets through: "ge2025-01", "2025", "lt2024-02-03".
// False: it cannot be read. DATE_NONE: open at that end. ne: outside of [from, until].
typedef struct FhirDays {
    Date from, until;
    bool outside;
} FhirDays;
bool fhir_days(Str text, FhirDays *out);
bool fhir_days_fit(const FhirDays *days, Date on); // never a day that is not known

// One value of a token parameter: "code", "system|code", "|code", "system|"; several with commas.
bool fhir_token_fits(Str tokens, Str system, Str code);

// A Bundle of what was found; next "" on the last page. Then, if there are any, an array "entry",
// and per resource: begin, the resource, end.
void fhir_bundle_begin(JsonOut *out, Str self, Str next, int64_t total);
void fhir_entry_begin(JsonOut *out);
void fhir_entry_end(JsonOut *out);
// The query as it was read, with another page: for links.
Str fhir_link(Ctx *c, const Request *req, const FhirQuery *query, Str page);

// Sets the content type. ERR_OK.
Err fhir_answer(Response *res);

#endif
