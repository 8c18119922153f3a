// write.h -- the pieces every FHIR R4 resource we write is made of.
//
// Each room's _fhir.c writes its own resource with these; the result is the journal's body. Values
// that are empty are left out, as FHIR asks. Not here: reading, searching, the interactions.
#ifndef FHIR_WRITE_H
#define FHIR_WRITE_H

#include "base/date.h"
#include "base/json.h"

// Namespace of what FHIR R4 has no element for.
#define FHIR_TRELLIS "https://trellis.invalid/fhir/"

enum { FHIR_BODY_BYTES_MAX = 1024 * 1024 };

// {"resourceType": type, "id": id, "meta": {"versionId", "lastUpdated"} ... closed by json_obj_end.
// at {0}: not known, left out.
void fhir_begin(JsonOut *out, Arena *arena, const char *type, Str id, int64_t version, Instant at);
// "key": {"reference": "Type/ref", "display": ...}; nothing when ref is empty.
void fhir_reference(JsonOut *out, Arena *arena, const char *key, const char *type, Str ref,
                    Str display);
// The same inside an array: without a key.
void fhir_reference_item(JsonOut *out, Arena *arena, const char *type, Str ref, Str display);
// "key": {"coding": [{system, code, display}], "text": display}; only text when system is NULL.
void fhir_concept(JsonOut *out, const char *key, const char *system, Str code, Str display);
void fhir_date(JsonOut *out, Arena *arena, const char *key, Date date);     // nothing if none
void fhir_instant(JsonOut *out, Arena *arena, const char *key, Instant at); // nothing if {0}
// [{"text": text}] under key ("note"): nothing when empty.
void fhir_note(JsonOut *out, const char *key, Str text);
// One item of an "extension" array: {"url": FHIR_TRELLIS name, "valueString": text}.
void fhir_extension_str(JsonOut *out, Arena *arena, const char *name, Str text);
void fhir_extension_i64(JsonOut *out, Arena *arena, const char *name, int64_t n);

#endif
