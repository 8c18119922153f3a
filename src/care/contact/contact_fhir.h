// contact_fhir.h -- a contact as FHIR R4 Encounter. Private to the room.
#ifndef CONTACT_FHIR_H
#define CONTACT_FHIR_H

#include "care/contact/contact.h"

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err contact_fhir(Ctx *c, const Contact *contact, Str person_ref, Str by_ref, Str *out);

extern const Seal CONTACT_SEAL; // of its rows: for its entries and `trellis verify`

#endif
