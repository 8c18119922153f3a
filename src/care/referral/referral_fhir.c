// referral_fhir.c -- Referral -> ServiceRequest. Its steps are notes: R4 has no place for them.
#include "care/referral/referral_fhir.h"

#include "nhs/fhir/write.h"

static Str status_of(const Referral *referral)
{
    if (date_is_none(referral->closed_on)) return STR("active");
    bool undone = referral->state == REFERRAL_DECLINED || referral->state == REFERRAL_WITHDRAWN;
    return undone ? STR("revoked") : STR("completed");
}

static void put_extensions(JsonOut *json, Ctx *c, const Referral *referral)
{
    json_field_arr(json, "extension");
    fhir_extension_str(json, c->arena, "state", str_from_c(referral_step_name(referral->state)));
    fhir_extension_str(json, c->arena, "state-on", date_iso(c->arena, referral->state_on));
    fhir_extension_str(json, c->arena, "how-sent", str_from_c(referral_way_name(referral->way)));
    fhir_extension_str(json, c->arena, "consent",
                       str_from_c(referral_consent_name(referral->consent)));
    fhir_extension_str(json, c->arena, "how-to-reach", referral->reach);
    if (!date_is_none(referral->chase_on)) {
        fhir_extension_str(json, c->arena, "ask-again-on", date_iso(c->arena, referral->chase_on));
    }
    json_arr_end(json);
}

static void put_step(JsonOut *json, Ctx *c, const ReferralStep *step)
{
    json_obj_begin(json);
    json_field_str(json, "authorString", step->by);
    fhir_instant(json, c->arena, "time", step->written_at);
    json_field_str(json, "text",
                   arena_fmt(c->arena, "%s, " STR_FMT "%s" STR_FMT, referral_step_name(step->kind),
                             STR_ARG(date_iso(c->arena, step->on)), step->words.len > 0 ? ": " : "",
                             STR_ARG(step->words)));
    json_obj_end(json);
}

Err referral_fhir(Ctx *c, const ReferralWhole *whole, Str *out)
{
    const Referral *referral = whole->referral;
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "ServiceRequest", referral->ref, referral->version,
               referral->changed_at);
    put_extensions(&json, c, referral);
    if (referral->number.len > 0) {
        json_field_arr(&json, "identifier");
        json_obj_begin(&json);
        json_field_str(&json, "value", referral->number);
        json_obj_end(&json);
        json_arr_end(&json);
    }
    json_field_str(&json, "status", status_of(referral));
    json_field_str(&json, "intent", STR("order"));
    fhir_concept(&json, "code", NULL, STR(""), STR("Referral"));
    fhir_reference(&json, c->arena, "subject", "Patient", whole->person_ref, STR(""));
    fhir_date(&json, c->arena, "authoredOn", referral->sent_on);
    fhir_reference(&json, c->arena, "requester", "Practitioner", whole->owner_ref,
                   referral->owner_name);
    json_field_arr(&json, "performer");
    json_obj_begin(&json);
    json_field_str(&json, "display", referral->service);
    json_obj_end(&json);
    json_arr_end(&json);
    json_field_arr(&json, "reasonCode");
    json_obj_begin(&json);
    json_field_str(&json, "text", referral->reason);
    json_obj_end(&json);
    json_arr_end(&json);
    json_field_arr(&json, "note");
    for (size_t i = 0; i < whole->step_count; i++) put_step(&json, c, &whole->steps[i]);
    json_arr_end(&json);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}
