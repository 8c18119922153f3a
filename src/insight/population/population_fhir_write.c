// population_fhir_write.c -- facts as Condition, Observation and so on, with where they came from.
#include "insight/population/population_fhir_write.h"

#include "insight/population/population_fhir_map.h"
#include "nhs/fhir/write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHORT_SCALE = 1000, SOURCE_BYTES_MAX = 1024 * 1024 };
#define SHORT_MAX 1e11 // of at most fourteen digits with three decimals: all of them are exact
#define HL7       "http://terminology.hl7.org/CodeSystem/"

const FactType FACT_TYPES[] = {
    {EVENT_CONDITION, "Condition", "subject", "code"},
    {EVENT_OBSERVATION, "Observation", "subject", "code"},
    {EVENT_PROCEDURE, "Procedure", "subject", "code"},
    {EVENT_ENCOUNTER, "Encounter", "subject", "type"},
    {EVENT_MEDICINE, "MedicationRequest", "subject", "medicationCodeableConcept"},
    {EVENT_IMMUNISATION, "Immunization", "patient", "vaccineCode"},
    {EVENT_ALLERGY, "AllergyIntolerance", "patient", "code"},
    {EVENT_CARE_PLAN, "CarePlan", "subject", "category"},
};
const size_t FACT_TYPES_COUNT = COUNT_OF(FACT_TYPES);

const FactType *fact_type_named(Str name)
{
    for (size_t i = 0; i < COUNT_OF(FACT_TYPES); i++) {
        if (str_eq(name, str_from_c(FACT_TYPES[i].name))) return &FACT_TYPES[i];
    }
    return NULL;
}

const FactType *fact_type_of(const SentFact *fact)
{
    for (size_t i = 0; i < COUNT_OF(FACT_TYPES); i++) {
        if (FACT_TYPES[i].kind == fact->row->kind) return &FACT_TYPES[i];
    }
    return NULL;
}

static Str system_url(Arena *arena, const CodeWords *words)
{
    if (words->system.len == 0 || str_eq(words->system, STR("local"))) return STR("");
    return fhir_system(arena, words->system);
}

Str fact_code_system(Arena *arena, const SentFact *fact)
{
    return system_url(arena, fact->says.code);
}

// ---- parts

// A FHIR code has no blanks at its ends and never two together; what has is kept as text.
static bool is_code(Str code)
{
    bool blank = true;
    for (size_t i = 0; i < code.len; i++) {
        bool now = code.ptr[i] == ' ';
        if ((now && blank) || (unsigned char)code.ptr[i] < 0x20) return false;
        blank = now;
    }
    return !blank;
}

static void put_concept(JsonOut *out, Arena *arena, const CodeWords *words)
{
    Str text = words->term.len > 0 ? words->term : words->code;
    json_obj_begin(out);
    if (is_code(words->code)) {
        json_field_arr(out, "coding");
        json_obj_begin(out);
        json_field_opt(out, "system", system_url(arena, words));
        json_field_str(out, "code", words->code);
        json_field_opt(out, "display", words->term);
        json_obj_end(out);
        json_arr_end(out);
    }
    json_field_str(out, "text", text);
    json_obj_end(out);
}

static void put_extension(JsonOut *out, const char *url, Str text)
{
    if (text.len == 0) return;
    json_obj_begin(out);
    json_field_str(out, "url", str_from_c(url));
    json_field_str(out, "valueString", text);
    json_obj_end(out);
}

static void put_source(JsonOut *out, Arena *arena, const FactSource *source)
{
    json_arr_begin(out);
    json_obj_begin(out);
    json_field_str(out, "url", STR(FHIR_TRELLIS "import"));
    json_field_arr(out, "extension");
    put_extension(out, "batch", source->ref);
    put_extension(out, "format", source->format);
    if (source->practice_ods.len > 0) {
        json_obj_begin(out);
        json_field_str(out, "url", STR("practice"));
        json_field_obj(out, "valueIdentifier");
        json_field_str(out, "system", STR("https://fhir.nhs.uk/Id/ods-organization-code"));
        json_field_str(out, "value", source->practice_ods);
        json_obj_end(out);
        json_obj_end(out);
    }
    if (!date_is_none(source->extract_on)) {
        json_obj_begin(out);
        json_field_str(out, "url", STR("extract"));
        fhir_date(out, arena, "valueDate", source->extract_on);
        json_obj_end(out);
    }
    json_arr_end(out);
    json_obj_end(out);
    json_arr_end(out);
}

// A number of at most three decimals: most are. What a division of two whole numbers gives is the
// very number that its decimals name.
static bool short_number(Arena *arena, double value, Str *out)
{
    char text[STR_I64_CHARS];
    if (!(fabs(value) < SHORT_MAX) || (value == 0 && signbit(value))) return false;
    int64_t whole = llround(value * SHORT_SCALE);
    if ((double)whole / SHORT_SCALE != value) return false; // NOLINT: the very same number
    int decimals = 3;
    for (; decimals > 0 && whole % 10 == 0; decimals--) whole /= 10;
    Str sign = whole < 0 ? STR("-") : STR("");
    Str digits = str_of_i64(whole < 0 ? -whole : whole, text);
    Str all = ARENA_JOIN(arena, STR("000"), digits); // there is a digit before the point
    size_t point = all.len - (size_t)decimals;
    size_t from = digits.len > (size_t)decimals ? 3 : point - 1;
    *out = ARENA_JOIN(arena, sign, str_slice(all, from, point), decimals > 0 ? STR(".") : STR(""),
                      str_slice(all, point, all.len));
    return true;
}

static void put_meta(JsonOut *out, Arena *arena, const FactSource *source)
{
    json_obj_begin(out);
    fhir_instant(out, arena, "lastUpdated", source->at);
    json_field_str(out, "source", ARENA_JOIN(arena, STR(FHIR_TRELLIS "import/"), source->ref));
    json_obj_end(out);
}

// Once for all facts that came with it.
static void write_source(Arena *arena, FactSource *source)
{
    CLEANUP(buf_free) Buf buf = buf_new(SOURCE_BYTES_MAX);
    JsonOut meta = json_out(&buf);
    put_meta(&meta, arena, source);
    size_t cut = buf.len;
    JsonOut extension = json_out(&buf);
    put_source(&extension, arena, source);
    assert(buf_ok(&buf));
    Str both = arena_str(arena, buf_str(&buf));
    source->meta = str_slice(both, 0, cut);
    source->extension = str_slice(both, cut, both.len);
}

// As short as it can be and still the same number when it is read.
static Str number_text(Arena *arena, double value)
{
    Str quick = STR("");
    if (short_number(arena, value, &quick)) return quick;
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value) break; // NOLINT: the very same number
    }
    return arena_str(arena, str_from_c(text));
}

static void put_value(JsonOut *out, Arena *arena, const SentFact *fact)
{
    if (fact->row->has_value && isfinite(fact->row->value)) {
        json_field_obj(out, "valueQuantity");
        json_put_key(out, STR("value"));
        json_put_number(out, number_text(arena, fact->row->value));
        json_field_opt(out, "unit", fact->says.unit);
        json_obj_end(out);
    } else if (fact->says.answer != NULL) {
        json_put_key(out, STR("valueCodeableConcept"));
        put_concept(out, arena, fact->says.answer);
    }
}

// Of an imported score the answer is who worked it out.
static void put_scorer(JsonOut *out, const SentFact *fact)
{
    const CodeWords *by = fact->says.answer;
    if (by == NULL || !str_eq(by->system, STR(SCORE_SOURCE_SYSTEM))) return;
    json_field_arr(out, "performer");
    json_obj_begin(out);
    json_field_str(out, "display", by->term.len > 0 ? by->term : by->code);
    json_obj_end(out);
    json_arr_end(out);
}

static void put_status(JsonOut *out, const char *status)
{
    json_field_str(out, "status", str_from_c(status));
}

static void put_clinical_status(JsonOut *out, const char *system, const char *status)
{
    json_field_obj(out, "clinicalStatus");
    json_field_arr(out, "coding");
    json_obj_begin(out);
    json_field_str(out, "system", str_from_c(system));
    json_field_str(out, "code", str_from_c(status));
    json_obj_end(out);
    json_arr_end(out);
    json_obj_end(out);
}

static void put_period(JsonOut *out, Arena *arena, Date start)
{
    if (date_is_none(start)) return;
    json_field_obj(out, "period");
    fhir_date(out, arena, "start", start);
    json_obj_end(out);
}

// R4 wants a class for each encounter; what the practice did not say is said to be unknown.
static void put_class(JsonOut *out, const SentFact *fact)
{
    const CodeWords *said = fact->says.answer;
    bool act = said != NULL && str_eq(said->system, STR("act")) && is_code(said->code);
    json_field_obj(out, "class");
    json_field_str(out, "system", act ? STR(HL7 "v3-ActCode") : STR(HL7 "v3-NullFlavor"));
    json_field_str(out, "code", act ? said->code : STR("UNK"));
    if (act) json_field_opt(out, "display", said->term);
    json_obj_end(out);
}

// ---- one resource

// What each type must say or has a place for, besides code, person and source.
static void put_more(JsonOut *out, Arena *arena, const SentFact *fact)
{
    Date on = fact->row->day == INT32_MIN ? DATE_NONE : (Date){fact->row->day};
    bool ended = fact->row->ended != 0;
    switch ((EventKind)fact->row->kind) {
    case EVENT_CONDITION: // that it goes on is not said unless the practice said so: it is left out
        if (ended) put_clinical_status(out, HL7 "condition-clinical", "inactive");
        fhir_date(out, arena, "onsetDateTime", on);
        return;
    case EVENT_OBSERVATION:
        put_status(out, "unknown");
        fhir_date(out, arena, "effectiveDateTime", on);
        put_scorer(out, fact);
        put_value(out, arena, fact);
        return;
    case EVENT_PROCEDURE:
        put_status(out, "unknown");
        fhir_date(out, arena, "performedDateTime", on);
        return;
    case EVENT_ENCOUNTER:
        put_status(out, "unknown");
        put_class(out, fact);
        put_period(out, arena, on);
        return;
    case EVENT_MEDICINE:
        put_status(out, "unknown");
        json_field_str(out, "intent", STR("order"));
        fhir_date(out, arena, "authoredOn", on);
        return;
    case EVENT_IMMUNISATION: // those not done are not taken by an import
        put_status(out, "completed");
        fhir_date(out, arena, "occurrenceDateTime", on);
        if (date_is_none(on)) json_field_str(out, "occurrenceString", STR("Date not recorded"));
        return;
    case EVENT_ALLERGY: // R4 asks for a status
        put_clinical_status(out, HL7 "allergyintolerance-clinical", ended ? "inactive" : "active");
        fhir_date(out, arena, "onsetDateTime", on);
        return;
    case EVENT_CARE_PLAN:
        put_status(out, ended ? "completed" : "unknown");
        json_field_str(out, "intent", STR("plan"));
        put_period(out, arena, on);
        return;
    }
}

void fact_put(JsonOut *out, Arena *arena, const SentFact *fact, Str ref)
{
    const FactType *type = fact_type_of(fact);
    assert(type != NULL);
    if (fact->source->meta.len == 0) write_source(arena, fact->source);
    json_obj_begin(out);
    json_field_str(out, "resourceType", str_from_c(type->name));
    json_field_str(out, "id", fact_id(arena, ref, fact));
    json_put_key(out, STR("meta"));
    json_put_written(out, fact->source->meta);
    json_put_key(out, STR("extension"));
    json_put_written(out, fact->source->extension);
    bool many = fact->row->kind == EVENT_ENCOUNTER || fact->row->kind == EVENT_CARE_PLAN;
    json_put_key(out, str_from_c(type->code));
    if (many) json_arr_begin(out);
    put_concept(out, arena, fact->says.code);
    if (many) json_arr_end(out);
    fhir_reference(out, arena, type->person, "Patient", ref, STR(""));
    put_more(out, arena, fact);
    json_obj_end(out);
}
