// caseload_fhir.c -- Case <-> EpisodeOfCare: on the caseload from, to, led by.
#include "care/caseload/caseload_fhir.h"

#include "nhs/fhir/write.h"

static Str status_of(CaseState state)
{
    switch (state) {
    case CASE_OFFERED: return STR("planned");
    case CASE_OPEN: return STR("active");
    case CASE_DECLINED:
    case CASE_NO_ANSWER: return STR("cancelled");
    case CASE_CLOSED: return STR("finished");
    }
    return STR("entered-in-error");
}

static void extensions(JsonOut *json, Ctx *c, const Case *k, Str supervisor_ref)
{
    json_field_arr(json, "extension");
    fhir_extension_str(json, c->arena, "stage", str_from_c(case_stage_name(k->stage)));
    fhir_extension_str(json, c->arena, "priority", str_from_c(case_priority_name(k->priority)));
    fhir_extension_i64(json, c->arena, "failed-attempts", k->attempts);
    fhir_extension_str(json, c->arena, "cohort", k->cohort);
    fhir_extension_str(json, c->arena, "why-offered", k->reasons);
    fhir_extension_str(json, c->arena, "end-reason", k->end_reason);
    fhir_extension_str(json, c->arena, "supervisor", k->supervisor_name);
    if (supervisor_ref.len > 0) {
        fhir_extension_str(json, c->arena, "supervisor-account", supervisor_ref);
    }
    if (!date_is_none(k->ask_again)) {
        fhir_extension_str(json, c->arena, "ask-again", date_iso(c->arena, k->ask_again));
    }
    json_arr_end(json);
}

Err case_fhir(Ctx *c, const Case *k, const CaseRefs *refs, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "EpisodeOfCare", k->ref, k->version, k->changed_at);
    extensions(&json, c, k, refs->supervisor);
    json_field_str(&json, "status", status_of(k->state));
    fhir_reference(&json, c->arena, "patient", "Patient", refs->person, STR(""));
    json_field_obj(&json, "period");
    fhir_instant(&json, c->arena, "start", k->accepted_at.ms != 0 ? k->accepted_at : k->offered_at);
    fhir_instant(&json, c->arena, "end", k->closed_at);
    json_obj_end(&json);
    fhir_reference(&json, c->arena, "careManager", "Practitioner", refs->lead, k->lead_name);
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}
