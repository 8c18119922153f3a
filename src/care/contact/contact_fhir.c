// contact_fhir.c -- Contact <-> Encounter. What FHIR R4 has no place for stands in extensions.
#include "care/contact/contact_fhir.h"

#include "nhs/fhir/write.h"

#define ACT_CODE "http://terminology.hl7.org/CodeSystem/v3-ActCode"

static Str class_code(ContactMode mode)
{
    switch (mode) {
    case CONTACT_HOME_VISIT: return STR("HH");
    case CONTACT_SURGERY: return STR("AMB");
    default: return STR("VR"); // telephone, video, written: virtual
    }
}

static void put_class(JsonOut *json, const Contact *contact)
{
    json_field_obj(json, "class");
    json_field_str(json, "system", STR(ACT_CODE));
    json_field_str(json, "code", class_code(contact->mode));
    json_field_str(json, "display", str_from_c(contact_mode_name(contact->mode)));
    json_obj_end(json);
}

static Str status_of(const Contact *contact)
{
    if (contact->in_error) return STR("entered-in-error");
    return contact->outcome == CONTACT_SPOKE ? STR("finished") : STR("cancelled");
}

static void extensions(JsonOut *json, Ctx *c, const Contact *contact)
{
    json_field_arr(json, "extension");
    fhir_extension_str(json, c->arena, "outcome",
                       str_from_c(contact_outcome_name(contact->outcome)));
    fhir_extension_str(json, c->arena, "own-words", contact->own_words);
    fhir_extension_str(json, c->arena, "what-was-done", contact->done);
    fhir_extension_str(json, c->arena, "who-was-there", contact->present);
    if (contact->interpreter_used) {
        fhir_extension_str(json, c->arena, "interpreter-used", STR("yes"));
    }
    fhir_extension_str(json, c->arena, "next-step", contact->next_step);
    if (!date_is_none(contact->next_due)) {
        fhir_extension_str(json, c->arena, "next-due", date_iso(c->arena, contact->next_due));
    }
    fhir_extension_str(json, c->arena, "no-next-step-because", contact->no_next_reason);
    fhir_extension_str(json, c->arena, "entered-in-error-because", contact->error_reason);
    json_arr_end(json);
}

Err contact_fhir(Ctx *c, const Contact *contact, Str person_ref, Str by_ref, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "Encounter", contact->ref, contact->version, contact->changed_at);
    extensions(&json, c, contact);
    json_field_str(&json, "status", status_of(contact));
    put_class(&json, contact);
    fhir_reference(&json, c->arena, "subject", "Patient", person_ref, STR(""));
    if (by_ref.len > 0) {
        json_field_arr(&json, "participant");
        json_obj_begin(&json);
        fhir_reference(&json, c->arena, "individual", "Practitioner", by_ref, contact->by_name);
        json_obj_end(&json);
        json_arr_end(&json);
    }
    json_field_obj(&json, "period");
    fhir_instant(&json, c->arena, "start", contact->at);
    fhir_instant(&json, c->arena, "end",
                 (Instant){contact->at.ms + (int64_t)contact->minutes * 60000});
    json_obj_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}
