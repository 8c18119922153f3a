// person_fhir.h -- Person as FHIR R4 Patient, the body of its journal entries.
#ifndef PERSON_FHIR_H
#define PERSON_FHIR_H

#include "care/person/person.h"
#include "nhs/fhir/serve.h"

// Needs go with it as extensions. *out lives in c->arena. Errors: ERR_FAULT (too long).
MUST_USE Err person_fhir(Ctx *c, const Person *p, const Need *needs, size_t need_count, Str *out);

Err person_fhir_read(Ctx *c, const Request *req, Response *res); // GET /fhir/Patient/:person

#endif
