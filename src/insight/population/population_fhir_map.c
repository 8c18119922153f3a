// population_fhir_map.c -- coded facts of FHIR R4 resources.
#include "insight/population/population_fhir_map.h"

#include "nhs/fhir/write.h"

#include <math.h>

static const struct {
    Str name;
    FhirGroup group;
} TYPES[] = {
    [FHIR_ORGANIZATION] = {STR_INIT("Organization"), FHIR_ORGANISATION},
    [FHIR_PRACTITIONER] = {STR_INIT("Practitioner"), FHIR_ORGANISATION},
    [FHIR_PRACTITIONER_ROLE] = {STR_INIT("PractitionerRole"), FHIR_ORGANISATION},
    [FHIR_PATIENT] = {STR_INIT("Patient"), FHIR_PERSON},
    [FHIR_CONDITION] = {STR_INIT("Condition"), FHIR_FACT},
    [FHIR_OBSERVATION] = {STR_INIT("Observation"), FHIR_FACT},
    [FHIR_PROCEDURE] = {STR_INIT("Procedure"), FHIR_FACT},
    [FHIR_ENCOUNTER] = {STR_INIT("Encounter"), FHIR_FACT},
    [FHIR_MEDICATION_REQUEST] = {STR_INIT("MedicationRequest"), FHIR_FACT},
    [FHIR_IMMUNIZATION] = {STR_INIT("Immunization"), FHIR_FACT},
    [FHIR_ALLERGY_INTOLERANCE] = {STR_INIT("AllergyIntolerance"), FHIR_FACT},
    [FHIR_CARE_PLAN] = {STR_INIT("CarePlan"), FHIR_FACT},
    [FHIR_BUNDLE_TYPE] = {STR_INIT("Bundle"), FHIR_BUNDLE},
};

FhirType fhir_type(Str name)
{
    for (size_t i = 0; i < COUNT_OF(TYPES); i++) {
        if (str_eq(TYPES[i].name, name)) return (FhirType)i;
    }
    return FHIR_OTHER;
}

FhirGroup fhir_group(FhirType type)
{
    return type == FHIR_OTHER ? FHIR_UNUSED : TYPES[type].group;
}

FhirType fhir_peek(Str line, Str *name_out)
{
    static const Str START = STR_INIT("{\"resourceType\":\"");
    *name_out = STR("");
    if (!str_starts(line, START)) return FHIR_OTHER;
    Str rest = str_slice(line, START.len, line.len);
    Str name = {0};
    if (!str_split(&rest, '"', &name)) return FHIR_OTHER;
    *name_out = name;
    return fhir_type(name);
}

// ---- parts

static const struct {
    Str url, name;
} KNOWN[] = {
    {STR_INIT("http://snomed.info/sct"), STR_INIT("snomed")},
    {STR_INIT("http://loinc.org"), STR_INIT("loinc")},
    {STR_INIT("http://www.nlm.nih.gov/research/umls/rxnorm"), STR_INIT("rxnorm")},
    {STR_INIT("http://hl7.org/fhir/sid/cvx"), STR_INIT("cvx")},
    {STR_INIT("https://dmd.nhs.uk"), STR_INIT("dmd")},
    {STR_INIT("http://terminology.hl7.org/CodeSystem/v3-ActCode"), STR_INIT("act")},
    {STR_INIT("http://hl7.org/fhir/sid/icd-10"), STR_INIT("icd10")},
    {STR_INIT("http://read.info/readv2"), STR_INIT("read2")},
    {STR_INIT("http://read.info/ctv3"), STR_INIT("ctv3")},
};

static Str system_name(Str url)
{
    if (url.len == 0) return STR("local");
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        if (str_eq(KNOWN[i].url, url)) return KNOWN[i].name;
    }
    return url;
}

Str fhir_system(Arena *arena, Str name)
{
    for (size_t i = 0; i < COUNT_OF(KNOWN); i++) {
        if (str_eq(KNOWN[i].name, name)) return KNOWN[i].url;
    }
    if (str_find(name, STR(":"), &(size_t){0})) return name; // a URL or URN, as it was sent
    return arena_fmt(arena, FHIR_TRELLIS "code-system/" STR_FMT, STR_ARG(name));
}

static bool code_usable(Str code)
{
    if (code.len == 0 || code.len > 200) return false;
    for (size_t i = 0; i < code.len; i++) {
        if ((uint8_t)code.ptr[i] < 0x20) return false;
    }
    return true;
}

typedef struct Coding {
    Str system, code, term;
} Coding;

// The coding to go by: SNOMED CT where there is one, else the first with a code.
static bool coding_of(const Json *concept, Coding *out)
{
    const Json *codings = json_get(concept, "coding");
    bool found = false;
    for (size_t i = 0; i < json_count(codings); i++) {
        const Json *at = json_at(codings, i);
        Coding one = {system_name(json_str(json_get(at, "system"))), json_str(json_get(at, "code")),
                      json_str(json_get(at, "display"))};
        if (!code_usable(one.code)) continue;
        if (one.term.len == 0) one.term = json_str(json_get(concept, "text"));
        bool snomed = str_eq(one.system, STR("snomed"));
        if (!found || snomed) *out = one;
        found = true;
        if (snomed) return true;
    }
    return found;
}

// Of several concepts (types, categories) the first with SNOMED CT, else the first with any code.
static bool coding_of_any(const Json *concepts, Coding *out)
{
    if (json_kind(concepts) == JSON_OBJECT) return coding_of(concepts, out);
    bool found = false;
    for (size_t i = 0; i < json_count(concepts); i++) {
        Coding one;
        if (!coding_of(json_at(concepts, i), &one)) continue;
        bool snomed = str_eq(one.system, STR("snomed"));
        if (!found || snomed) *out = one;
        found = true;
        if (snomed) return true;
    }
    return found;
}

static bool status_is(const Json *resource, const char *key, const char *word)
{
    return str_eq(json_str(json_get(resource, key)), str_from_c(word));
}

// A status that is a CodeableConcept: verificationStatus, clinicalStatus.
static bool concept_is(const Json *resource, const char *key, const char *word)
{
    const Json *codings = json_get(json_get(resource, key), "coding");
    for (size_t i = 0; i < json_count(codings); i++) {
        if (status_is(json_at(codings, i), "code", word)) return true;
    }
    return false;
}

typedef enum When { WHEN_NONE, WHEN_OK, WHEN_BAD } When;

static When when_of(Str text, Date *out)
{
    if (text.len == 0) return WHEN_NONE;
    DatePrecision precision = DATE_TO_DAY;
    Instant at;
    if (text.len <= 10) return date_parse_fhir(text, out, &precision) ? WHEN_OK : WHEN_BAD;
    if (!instant_parse_iso(text, &at)) return WHEN_BAD;
    *out = instant_date_london(at);
    return date_is_none(*out) ? WHEN_BAD : WHEN_OK;
}

// The first of these that is there: "effectiveDateTime", "effectivePeriod" (its start), ...
static When first_when(const Json *resource, const char *const *keys, Date *out)
{
    for (; *keys != NULL; keys++) {
        const Json *node = json_get(resource, *keys);
        if (json_kind(node) == JSON_OBJECT) node = json_get(node, "start");
        When when = when_of(json_str(node), out);
        if (when != WHEN_NONE) return when;
    }
    return WHEN_NONE;
}

static bool number_of(const Json *node, double *out)
{
    char text[64];
    Str digits = json_text(node);
    if (digits.len == 0 || digits.len >= sizeof text) return false;
    memcpy(text, digits.ptr, digits.len);
    text[digits.len] = '\0';
    *out = strtod(text, NULL);
    return isfinite(*out);
}

// value[x] of an Observation or a component: a number with its unit, or a coded answer. Text,
// times and ranges have no place in an event: the code and the date stay.
static void take_value(const Json *from, Fact *fact, Str *note)
{
    const Json *quantity = json_get(from, "valueQuantity");
    if (quantity != NULL) {
        if (json_get(quantity, "comparator") != NULL) {
            *note = STR("A result such as \"less than 5\" was kept without its number.");
            return;
        }
        fact->has_value = number_of(json_get(quantity, "value"), &fact->value);
        fact->unit = json_str(json_get(quantity, "unit"));
        if (fact->unit.len == 0) fact->unit = json_str(json_get(quantity, "code"));
        if (fact->unit.len > 100) fact->unit = STR("");
        return;
    }
    const Json *whole = json_get(from, "valueInteger");
    if (whole != NULL) {
        fact->has_value = number_of(whole, &fact->value);
        return;
    }
    Coding answer;
    if (coding_of(json_get(from, "valueCodeableConcept"), &answer)) {
        fact->answer_system = answer.system;
        fact->answer_code = answer.code;
        fact->answer_term = answer.term;
    }
}

// ---- resources

typedef struct Rule {
    EventKind kind;
    const char *code_key;
    const char *when[4];
    bool undated_ok;
} Rule;

static const Rule RULES[] = {
    [FHIR_CONDITION] = {EVENT_CONDITION,
                        "code",
                        {"onsetDateTime", "onsetPeriod", "recordedDate", NULL},
                        true},
    [FHIR_OBSERVATION] = {EVENT_OBSERVATION,
                          "code",
                          {"effectiveDateTime", "effectivePeriod", "effectiveInstant", NULL},
                          false},
    [FHIR_PROCEDURE] = {EVENT_PROCEDURE,
                        "code",
                        {"performedDateTime", "performedPeriod", NULL},
                        true},
    [FHIR_ENCOUNTER] = {EVENT_ENCOUNTER, "type", {"period", NULL}, false},
    [FHIR_MEDICATION_REQUEST] = {EVENT_MEDICINE,
                                 "medicationCodeableConcept",
                                 {"authoredOn", NULL},
                                 true},
    [FHIR_IMMUNIZATION] = {EVENT_IMMUNISATION,
                           "vaccineCode",
                           {"occurrenceDateTime", "recorded", NULL},
                           true},
    [FHIR_ALLERGY_INTOLERANCE] = {EVENT_ALLERGY,
                                  "code",
                                  {"onsetDateTime", "recordedDate", "lastOccurrence", NULL},
                                  true},
    [FHIR_CARE_PLAN] = {EVENT_CARE_PLAN, "category", {"period", "created", NULL}, true},
};

static bool refuse(Str *why_out, Str why)
{
    *why_out = why;
    return false;
}

static bool counts(const Json *resource, Str *why_out)
{
    if (status_is(resource, "status", "entered-in-error") ||
        concept_is(resource, "verificationStatus", "entered-in-error")) {
        return refuse(why_out, STR("It is marked as entered in error."));
    }
    if (concept_is(resource, "verificationStatus", "refuted")) {
        return refuse(why_out, STR("It is marked as refuted."));
    }
    if (status_is(resource, "status", "not-done") || status_is(resource, "status", "cancelled")) {
        return refuse(why_out, STR("It is marked as cancelled or not done."));
    }
    return true;
}

static bool has_ended(const Json *resource, FhirType type)
{
    if (type == FHIR_CONDITION || type == FHIR_ALLERGY_INTOLERANCE) {
        return concept_is(resource, "clinicalStatus", "resolved") ||
               concept_is(resource, "clinicalStatus", "inactive") ||
               concept_is(resource, "clinicalStatus", "remission");
    }
    return type == FHIR_CARE_PLAN &&
           (status_is(resource, "status", "completed") || status_is(resource, "status", "revoked"));
}

static bool main_code(const Json *resource, FhirType type, Coding *out)
{
    if (coding_of_any(json_get(resource, RULES[type].code_key), out)) return true;
    if (type == FHIR_ENCOUNTER) { // no type: its class says at least whether it was an admission
        const Json *kind_of_stay = json_get(resource, "class");
        *out = (Coding){system_name(json_str(json_get(kind_of_stay, "system"))),
                        json_str(json_get(kind_of_stay, "code")),
                        json_str(json_get(kind_of_stay, "display"))};
        return code_usable(out->code);
    }
    if (type != FHIR_MEDICATION_REQUEST) return false;
    Str ref = json_str(json_get(json_get(resource, "medicationReference"), "reference"));
    const Json *contained = json_get(resource, "contained");
    for (size_t i = 0; str_starts(ref, STR("#")) && i < json_count(contained); i++) {
        const Json *at = json_at(contained, i);
        if (str_eq(json_str(json_get(at, "id")), str_slice(ref, 1, ref.len))) {
            return coding_of(json_get(at, "code"), out);
        }
    }
    return false;
}

static void add_components(const Json *resource, FhirFacts *out)
{
    const Json *components = json_get(resource, "component");
    for (size_t i = 0; i < json_count(components); i++) {
        const Json *at = json_at(components, i);
        Coding coding;
        if (!coding_of(json_get(at, "code"), &coding)) {
            out->note = STR("A part of an observation without a code was left out.");
            continue;
        }
        if (out->count == FHIR_FACTS_MAX) {
            out->note = STR("Parts of an observation beyond the 64th were left out.");
            return;
        }
        Fact *fact = &out->list[out->count++];
        *fact = (Fact){.kind = EVENT_OBSERVATION,
                       .on = out->list[0].on,
                       .system = coding.system,
                       .code = coding.code,
                       .term = coding.term};
        take_value(at, fact, &out->note);
    }
}

bool fhir_facts(const Json *resource, FhirType type, Date today, FhirFacts *out, Str *why_out)
{
    assert(fhir_group(type) == FHIR_FACT);
    const Rule *rule = &RULES[type];
    if (!counts(resource, why_out)) return false;
    const Json *who = json_get(resource, "subject");
    if (who == NULL) who = json_get(resource, "patient");
    out->subject = json_str(json_get(who, "reference"));
    out->subject_identifier = json_get(who, "identifier");
    out->note = STR("");
    out->count = 1;
    Coding coding;
    if (!main_code(resource, type, &coding)) {
        return refuse(why_out, STR("It has no code that can be read."));
    }
    Fact *fact = &out->list[0];
    *fact = (Fact){.kind = rule->kind,
                   .on = DATE_NONE,
                   .system = coding.system,
                   .code = coding.code,
                   .term = coding.term,
                   .ended = has_ended(resource, type)};
    When when = first_when(resource, rule->when, &fact->on);
    if (when == WHEN_BAD) return refuse(why_out, STR("Its date cannot be read."));
    if (when == WHEN_NONE && !rule->undated_ok) return refuse(why_out, STR("It has no date."));
    if (when == WHEN_OK && date_cmp(fact->on, date_add_days(today, 1)) > 0) {
        return refuse(why_out, STR("Its date lies in the future."));
    }
    if (type == FHIR_ENCOUNTER) {
        const Json *kind_of_stay = json_get(resource, "class");
        fact->answer_system = system_name(json_str(json_get(kind_of_stay, "system")));
        fact->answer_code = json_str(json_get(kind_of_stay, "code"));
        fact->answer_term = json_str(json_get(kind_of_stay, "display"));
        if (!code_usable(fact->answer_code)) fact->answer_code = STR("");
    }
    if (type != FHIR_OBSERVATION) return true;
    take_value(resource, fact, &out->note);
    add_components(resource, out);
    return true;
}
