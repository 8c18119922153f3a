// write.c -- the pieces of a FHIR R4 resource, written as a stream.
#include "nhs/fhir/write.h"

void fhir_begin(JsonOut *out, Arena *arena, const char *type, Str id, int64_t version, Instant at)
{
    char text[STR_I64_CHARS];
    json_obj_begin(out);
    json_field_str(out, "resourceType", str_from_c(type));
    json_field_str(out, "id", id);
    json_field_obj(out, "meta");
    json_field_str(out, "versionId", str_of_i64(version, text));
    fhir_instant(out, arena, "lastUpdated", at);
    json_obj_end(out);
}

void fhir_reference_item(JsonOut *out, Arena *arena, const char *type, Str ref, Str display)
{
    json_obj_begin(out);
    json_field_str(out, "reference", ARENA_JOIN(arena, str_from_c(type), STR("/"), ref));
    json_field_opt(out, "display", display);
    json_obj_end(out);
}

void fhir_reference(JsonOut *out, Arena *arena, const char *key, const char *type, Str ref,
                    Str display)
{
    if (ref.len == 0) return;
    json_put_key(out, str_from_c(key));
    fhir_reference_item(out, arena, type, ref, display);
}

void fhir_concept(JsonOut *out, const char *key, const char *system, Str code, Str display)
{
    json_put_key(out, str_from_c(key));
    json_obj_begin(out);
    if (system != NULL) {
        json_field_arr(out, "coding");
        json_obj_begin(out);
        json_field_str(out, "system", str_from_c(system));
        json_field_str(out, "code", code);
        json_field_opt(out, "display", display);
        json_obj_end(out);
        json_arr_end(out);
    }
    json_field_opt(out, "text", display);
    json_obj_end(out);
}

void fhir_date(JsonOut *out, Arena *arena, const char *key, Date date)
{
    if (date_is_none(date)) return;
    json_field_str(out, key, date_iso(arena, date));
}

void fhir_instant(JsonOut *out, Arena *arena, const char *key, Instant at)
{
    if (at.ms == 0) return;
    json_field_str(out, key, instant_iso(arena, at));
}

void fhir_note(JsonOut *out, const char *key, Str text)
{
    if (text.len == 0) return;
    json_field_arr(out, key);
    json_obj_begin(out);
    json_field_str(out, "text", text);
    json_obj_end(out);
    json_arr_end(out);
}

void fhir_extension_str(JsonOut *out, Arena *arena, const char *name, Str text)
{
    if (text.len == 0) return;
    json_obj_begin(out);
    json_field_str(out, "url", ARENA_JOIN(arena, STR(FHIR_TRELLIS), str_from_c(name)));
    json_field_str(out, "valueString", text);
    json_obj_end(out);
}

void fhir_extension_i64(JsonOut *out, Arena *arena, const char *name, int64_t n)
{
    json_obj_begin(out);
    json_field_str(out, "url", ARENA_JOIN(arena, STR(FHIR_TRELLIS), str_from_c(name)));
    json_field_i64(out, "valueInteger", n);
    json_obj_end(out);
}
