// contact_fhir.h -- a contact as FHIR R4 Encounter. Private to the room.
#ifndef CONTACT_FHIR_H
#define CONTACT_FHIR_H

#include "care/contact/contact.h"

// The resource after the write, canonical JSON in c->arena. Errors: ERR_FAULT (too large).
MUST_USE Err contact_fhir(Ctx *c, const Contact *contact, Str person_ref, Str by_ref, Str *out);

// For `trellis verify`: the present row of a contact, as its last journal body. Errors:
// ERR_NOT_FOUND.
MUST_USE Err contact_render(Ctx *c, Str kind, Str id, Str *body_out);

// For `trellis verify`: the refs of what is there, in order, after this one.
MUST_USE Err contact_present(Ctx *c, Str kind, Str after, Str *refs_out, size_t max,
                             size_t *count_out);

#endif
