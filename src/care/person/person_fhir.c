// person_fhir.c -- Person -> FHIR R4 Patient, with the identifiers and extensions of UK Core.
#include "care/person/person_fhir.h"

#include "nhs/nhs_number.h"

#define UK_CORE "https://fhir.hl7.org.uk/"

static const char *gender_code(Gender gender)
{
    switch (gender) {
    case GENDER_MALE: return "male";
    case GENDER_FEMALE: return "female";
    case GENDER_OTHER: return "other";
    case GENDER_NOT_KNOWN: return "unknown";
    }
    return "unknown";
}

static void put_identifier(JsonOut *out, Ctx *c, const Person *p)
{
    if (p->nhs_number == 0) return;
    json_field_arr(out, "identifier");
    json_obj_begin(out);
    json_field_arr(out, "extension");
    json_obj_begin(out);
    json_field_str(out, "url",
                   STR(UK_CORE "StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"));
    fhir_concept(out, "valueCodeableConcept",
                 UK_CORE "CodeSystem/UKCore-NHSNumberVerificationStatusEngland",
                 p->nhs_verified ? STR("01") : STR("02"),
                 p->nhs_verified ? STR("Number present and verified")
                                 : STR("Number present but not traced"));
    json_obj_end(out);
    json_arr_end(out);
    json_field_str(out, "system", STR("https://fhir.nhs.uk/Id/nhs-number"));
    json_field_str(out, "value", nhs_number_digits(c->arena, p->nhs_number));
    json_obj_end(out);
    json_arr_end(out);
}

static void put_names(JsonOut *out, const Person *p)
{
    json_field_arr(out, "name");
    json_obj_begin(out);
    json_field_str(out, "use", STR("official"));
    json_field_opt(out, "family", p->family);
    Str rest = p->given;
    Str given = {0};
    if (p->given.len > 0) {
        json_field_arr(out, "given");
        while (str_split(&rest, ' ', &given)) {
            if (given.len > 0) json_put_str(out, given);
        }
        json_arr_end(out);
    }
    if (p->prefix.len > 0) {
        json_field_arr(out, "prefix");
        json_put_str(out, p->prefix);
        json_arr_end(out);
    }
    json_obj_end(out);
    if (p->preferred.len > 0) {
        json_obj_begin(out);
        json_field_str(out, "use", STR("usual"));
        json_field_str(out, "text", p->preferred);
        json_obj_end(out);
    }
    json_arr_end(out);
}

static void put_telecom_one(JsonOut *out, const char *system, Str value, const char *use)
{
    if (value.len == 0) return;
    json_obj_begin(out);
    json_field_str(out, "system", str_from_c(system));
    json_field_str(out, "value", value);
    if (use != NULL) json_field_str(out, "use", str_from_c(use));
    json_obj_end(out);
}

static void put_reach(JsonOut *out, const Person *p)
{
    if (p->phone.len + p->mobile.len + p->email.len > 0) {
        json_field_arr(out, "telecom");
        put_telecom_one(out, "phone", p->phone, "home");
        put_telecom_one(out, "phone", p->mobile, "mobile");
        put_telecom_one(out, "email", p->email, NULL);
        json_arr_end(out);
    }
    if (p->address.len + p->postcode.len == 0) return;
    json_field_arr(out, "address");
    json_obj_begin(out);
    json_field_str(out, "use", STR("home"));
    json_field_opt(out, "text", p->address);
    json_field_opt(out, "postalCode", p->postcode);
    json_obj_end(out);
    json_arr_end(out);
}

static void put_flag(JsonOut *out, Arena *arena, const char *name, bool on)
{
    if (on) fhir_extension_str(out, arena, name, STR("true"));
}

// What R4 has no element for. An empty array is not FHIR, so the first two are always there.
static void put_extensions(JsonOut *out, Ctx *c, const Person *p, const Need *needs, size_t count)
{
    json_field_arr(out, "extension");
    fhir_extension_i64(out, c->arena, "registration", p->registration);
    fhir_extension_i64(out, c->arena, "sex-at-birth", p->sex);
    if (!date_is_none(p->registration_on)) {
        fhir_extension_str(out, c->arena, "registration-on",
                           date_iso(c->arena, p->registration_on));
    }
    if (p->practice_id != 0) fhir_extension_i64(out, c->arena, "practice", p->practice_id);
    if (p->ethnicity.len > 0) fhir_extension_str(out, c->arena, "ethnicity", p->ethnicity);
    if (p->imd_decile > 0) {
        fhir_extension_i64(out, c->arena, "imd-decile", p->imd_decile);
        fhir_extension_i64(out, c->arena, "imd-year", p->imd_year);
    }
    put_flag(out, c->arena, "interpreter", p->interpreter);
    put_flag(out, c->arena, "restricted", p->restricted);
    put_flag(out, c->arena, "opted-out", p->opted_out);
    for (size_t i = 0; i < count; i++) {
        fhir_extension_str(
            out, c->arena, "need",
            arena_fmt(c->arena, "%d " STR_FMT, (int)needs[i].kind, STR_ARG(needs[i].text)));
    }
    json_arr_end(out);
}

Err person_fhir(Ctx *c, const Person *p, const Need *needs, size_t need_count, Str *out)
{
    CLEANUP(buf_free) Buf buf = buf_new(FHIR_BODY_BYTES_MAX);
    JsonOut json = json_out(&buf);
    fhir_begin(&json, c->arena, "Patient", p->ref, p->version, p->changed_at);
    put_extensions(&json, c, p, needs, need_count);
    put_identifier(&json, c, p);
    json_field_bool(&json, "active", p->registration == REGISTRATION_CURRENT);
    put_names(&json, p);
    put_reach(&json, p);
    json_field_str(&json, "gender", str_from_c(gender_code(p->gender)));
    fhir_date(&json, c->arena, "birthDate", p->born);
    if (!date_is_none(p->died)) {
        fhir_date(&json, c->arena, "deceasedDateTime", p->died);
    } else if (p->registration == REGISTRATION_DIED) {
        json_field_bool(&json, "deceasedBoolean", true);
    }
    if (p->language.len > 0) {
        json_field_arr(&json, "communication");
        json_obj_begin(&json);
        fhir_concept(&json, "language", NULL, STR(""), p->language);
        json_obj_end(&json);
        json_arr_end(&json);
    }
    if (p->usual_gp.len > 0) {
        json_field_arr(&json, "generalPractitioner");
        json_obj_begin(&json);
        json_field_str(&json, "display", p->usual_gp);
        json_obj_end(&json);
        json_arr_end(&json);
    }
    json_obj_end(&json);
    if (!buf_ok(&buf)) return ERR_FAULT;
    *out = arena_str(c->arena, buf_str(&buf));
    return ERR_OK;
}

Err person_fhir_shown(Ctx *c, const Grant *grant, Str *out)
{
    PersonFrame frame;
    TRY(person_frame(c, grant, NULL, &frame));
    Person *p = &frame.person;
    if (p->restricted) p->address = p->postcode = p->phone = p->mobile = p->email = STR("");
    return person_fhir(c, p, frame.needs, frame.need_count, out);
}

Err person_fhir_read(Ctx *c, const Request *req, Response *res)
{
    FhirQuery query;
    Str body = {0};
    TRY(fhir_query(c, req, "", &query));
    TRY(person_fhir_shown(c, req->grant, &body));
    buf_add(&res->body, body);
    return fhir_answer(res);
}
