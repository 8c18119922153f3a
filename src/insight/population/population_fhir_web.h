// population_fhir_web.h -- imported facts as FHIR R4: read, search by person, everything of one.
#ifndef POPULATION_FHIR_WEB_H
#define POPULATION_FHIR_WEB_H

#include "nhs/fhir/serve.h"

// Handlers. Whom the actor may not see answers as if nobody were there; who is looked at is in the
// access log.
Err fhir_metadata(Ctx *c, const Request *req, Response *res); // GET /fhir/metadata
Err fhir_search(Ctx *c, const Request *req, Response *res);   // GET /fhir/:type?patient=
Err fhir_read(Ctx *c, const Request *req, Response *res);     // GET /fhir/:type/:fact
// GET /fhir/Patient/:person/$everything
Err fhir_everything(Ctx *c, const Request *req, Response *res);

#endif
