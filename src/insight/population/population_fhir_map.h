// population_fhir_map.h -- one FHIR R4 resource as a person or as facts. No store, no files.
#ifndef POPULATION_FHIR_MAP_H
#define POPULATION_FHIR_MAP_H

#include "base/json.h"
#include "insight/population/population.h"

typedef enum FhirGroup { // in the order they are needed
    FHIR_ORGANISATION,   // Organization, Practitioner, PractitionerRole
    FHIR_PERSON,         // Patient
    FHIR_FACT,           // what becomes events
    FHIR_BUNDLE,
    FHIR_UNUSED,
} FhirGroup;

typedef enum FhirType {
    FHIR_ORGANIZATION,
    FHIR_PRACTITIONER,
    FHIR_PRACTITIONER_ROLE,
    FHIR_PATIENT,
    FHIR_CONDITION,
    FHIR_OBSERVATION,
    FHIR_PROCEDURE,
    FHIR_ENCOUNTER,
    FHIR_MEDICATION_REQUEST,
    FHIR_IMMUNIZATION,
    FHIR_ALLERGY_INTOLERANCE,
    FHIR_CARE_PLAN,
    FHIR_BUNDLE_TYPE,
    FHIR_OTHER,
} FhirType;

FhirType fhir_type(Str name);
FhirGroup fhir_group(FhirType type);
// The type at the very start of a line, without reading the rest; FHIR_OTHER and an empty *name_out
// when it stands elsewhere.
FhirType fhir_peek(Str line, Str *name_out);

typedef struct Fact {
    EventKind kind;
    Date on; // DATE_NONE: not dated
    Str system, code, term;
    bool has_value;
    double value;
    Str unit;
    Str answer_system, answer_code, answer_term; // code "" when there is no coded answer
    bool ended;
} Fact;

enum { FHIR_FACTS_MAX = 64 }; // of one resource: an Observation and its components

typedef struct FhirFacts {
    Str subject; // the reference as written
    const Json *subject_identifier;
    Fact list[FHIR_FACTS_MAX];
    size_t count;
    Str note; // worth knowing though it was taken, else ""
} FhirFacts;

// False: refused, *why_out is a sentence of ours. Strings are views of the resource.
bool fhir_facts(const Json *resource, FhirType type, Date today, FhirFacts *out, Str *why_out);

// The URL of a code system that we keep by a short name ("snomed"); what was sent as one, as it is.
Str fhir_system(Arena *arena, Str name);

typedef struct FhirPerson {
    PersonImport import;
    const Json *practice; // references to where they are registered, may be NULL
    const Json *usual_gp;
    Str note;
} FhirPerson;

bool fhir_person(Arena *arena, const Json *resource, Date today, FhirPerson *out, Str *why_out);

// A name as people say it: prefix, given names, family.
Str fhir_human_name(Arena *arena, const Json *names);
// ODS code of an Organization: its ODS identifier, else its first identifier, else its id.
Str fhir_ods_code(const Json *organisation);

#endif
